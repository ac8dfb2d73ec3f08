#pragma once

#include "daemon/diff/config_walk.hpp"
#include "daemon/model/reach.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace modelwatch::diff {

/// Files whose settings mean something that the same setting elsewhere does not.
enum class config_kind { any, modules, adapter, pipeline, openvino };

[[nodiscard]] config_kind config_kind_of(std::string_view path);

/// Where a setting stands: which file, and which files lie beside it.
struct config_scene {
    config_kind kind = config_kind::any;
    std::function<bool(std::string_view)> has_module; ///< whether the file's folder holds NAME.py
};

/// What a text at this place makes a loader run or fetch; `by` is for the caller to fill in.
[[nodiscard]] std::optional<reach>
judge_text(config_scene const& scene, config_place const& place, std::string_view text);

/// What `trust_remote_code: true` in a configuration leads to: that, and whatever repo is named beside it.
[[nodiscard]] std::optional<reach> judge_trust(config_scene const& scene, config_place const& place);
[[nodiscard]] std::optional<reach> judge_beside_trust(reach const& trust, std::string_view text);

/// As Python reads it: a text such as "false" is true.
[[nodiscard]] bool is_truthy(json::value const& value) noexcept;

/// `_target_` of Hydra and its like: what is imported and called.
[[nodiscard]] std::optional<reach> judge_target(std::string_view text);
[[nodiscard]] bool names_a_target(std::string_view key) noexcept;

} // namespace modelwatch::diff
