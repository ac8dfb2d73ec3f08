#include "daemon/config/checks.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace modelwatch::config {

namespace {

constexpr auto formats = std::to_array<std::string_view>({
    "safetensors", "gguf",  "ggml",    "onnx",   "onnx_data", "ort",         "tflite",     "msgpack",
    "mlmodel",     "pte",   "h5",      "hdf5",   "keras",     "pb",          "index",      "meta",
    "nemo",        "mar",   "engine",  "plan",   "trt",       "skops",       "bin",        "pt",
    "pt2",         "ptl",   "pth",     "ckpt",   "pkl",       "pickle",      "joblib",     "dill",
    "npy",         "npz",   "t7",      "distcp", "ot",        "sav",         "pdparams",   "pdiparams",
    "pdmodel",     "pdopt", "weights", "params", "ftz",       "torchscript", "caffemodel", "llamafile",
    "zip",         "tar",   "tgz",     "gz",     "bz2",       "xz",          "zst",        "lz4",
    "7z",          "rar",   "whl",     "egg",    "unknown",
});

/// What people call a format whose files end otherwise.
constexpr auto nicknames = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"pytorch", "bin"},
    {"torch", "pt"},
    {"tensorflow", "pb"},
    {"saved_model", "pb"},
    {"savedmodel", "pb"},
    {"tensorrt", "engine"},
    {"coreml", "mlmodel"},
    {"flax", "msgpack"},
    {"jax", "msgpack"},
    {"paddle", "pdparams"},
    {"st", "safetensors"},
});

/// Shards that count their parts in the ending itself.
bool is_numbered_format(std::string_view value) noexcept {
    return value.starts_with("data-0") || value.starts_with("onnx_data_");
}

std::string format_hint(std::string const& value) {
    auto const nickname =
        std::find_if(nicknames.begin(), nicknames.end(), [&](auto const& row) { return row.first == value; });
    if (nickname != nicknames.end()) return fmt::format("; its files end in '{}'", nickname->second);
    auto const near = nearest(std::string_view{value}.substr(0, 64), weight_format_names());
    if (near) return fmt::format("; did you mean '{}'?", *near);
    return fmt::format("; known are {}", fmt::join(formats, ", "));
}

} // namespace

std::vector<std::string> weight_format_names() {
    return {formats.begin(), formats.end()};
}

complaint check_format(std::string& value) {
    value = lower(value);
    bool const known = std::find(formats.begin(), formats.end(), value) != formats.end();
    if (known || is_numbered_format(value)) return {};
    return {"must be a format of weights, such as \"safetensors\" or \"gguf\"", format_hint(value)};
}

} // namespace modelwatch::config
