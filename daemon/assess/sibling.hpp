#pragma once

#include "daemon/model/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// One row of the listing of the subject's namespace.
struct sibling {
    std::string repo;
    std::optional<instant> created_at;
    std::string pipeline_tag;
    bool derivative_of_subject = false;
    bool is_derivative = false; ///< of anything
    bool is_private = false;
    std::string license; ///< as the card states it; empty: not told
};

/// Reads what a listing's tags say: "base_model:…", "base_model:finetune:…", "license:…".
[[nodiscard]] sibling sibling_from_tags(
    std::string repo,
    std::optional<instant> created_at,
    std::string pipeline_tag,
    std::vector<std::string> const& tags,
    std::string_view subject
);

/// Whether two `pipeline_tag`s can be those of one line: equal, one unknown, or both of one group (models
/// that write text, whatever they read; embeddings; ranking).
[[nodiscard]] bool compatible_pipelines(std::string_view a, std::string_view b) noexcept;

} // namespace modelwatch::assess
