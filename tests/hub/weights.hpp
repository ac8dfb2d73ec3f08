#pragma once

#include "daemon/model/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace modelwatch::hub_double {

/// Whether a file of this name is usually kept in LFS because it holds weights.
[[nodiscard]] bool is_weights(std::string_view path);

struct framed_bytes {
    std::string head;
    std::string tail;
};

/// The true beginning and end of a well-formed file of `size` bytes in the format that the name promises:
/// safetensors and GGUF with one tensor that fills the rest, a PyTorch archive (ZIP, ZIP64 when it must) with
/// a small pickle and one stored tensor. `pickle_imports` in the spec (["os.system", …]) makes the pickle
/// call them. Names of other formats, and sizes too small for the frame, get none.
[[nodiscard]] framed_bytes framing(std::string_view path, std::uint64_t size, json::object const& spec);

} // namespace modelwatch::hub_double
