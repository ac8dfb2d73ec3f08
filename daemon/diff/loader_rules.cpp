#include "daemon/diff/loader_rules.hpp"

#include "daemon/diff/file_class.hpp"
#include "daemon/diff/loader_words.hpp"
#include "daemon/model/text.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <array>

namespace modelwatch::diff {

namespace {

reach found(reach_kind what, std::string_view target, bool without_consent) {
    reach out;
    out.what = what;
    out.target = shortened(target, 400);
    out.without_consent = without_consent;
    out.pinned = names_a_commit(target);
    return out;
}

/// A class of this repo is part of the commit; of another repo it is whatever lies there that day.
reach code_of_repo(std::string_view text, bool without_consent) {
    auto out = found(reach_kind::code, text, without_consent);
    out.pinned = text.find("--") == text.npos && text.find('/') == text.npos;
    return out;
}

/// Attention and kernels are fetched from the hub and run as soon as the value names a repo.
std::optional<reach> judge_implementation(std::string_view text) {
    auto const bar = text.rfind('|'); // "paged|owner/repo"
    auto const name = bar == text.npos ? text : text.substr(bar + 1);
    if (looks_like_url(name)) return found(reach_kind::url, text, true);
    if (looks_like_repo(name)) return found(reach_kind::repo, text, true);
    if (name.find('/') != name.npos || leaves_the_repo(name)) return found(reach_kind::code, text, true);
    return std::nullopt;
}

std::optional<reach> judge_weight_path(std::string_view text) {
    if (!leaves_the_repo(text)) return std::nullopt;
    return found(looks_like_url(text) ? reach_kind::url : reach_kind::code, text, true);
}

std::optional<reach> judge_module(config_place const& place, std::string_view text) {
    if (place.key == "path") return judge_weight_path(text);
    if (place.key != "type" || text.starts_with("sentence_transformers.")) return std::nullopt;
    return code_of_repo(text, false);
}

std::optional<reach> judge_adapter(config_place const& place, std::string_view text) {
    if (place.key == "parent_library" && !is_adapter_parent(text)) {
        return found(reach_kind::package, text, true);
    }
    if (place.key != "base_model_name_or_path") return std::nullopt;
    if (looks_like_url(text)) return found(reach_kind::url, text, false);
    if (looks_like_repo(text)) return found(reach_kind::repo, text, false);
    return std::nullopt;
}

/// "component": ["library", "Class"]; `_class_name` as a list names a pipeline of the repo's own.
std::optional<reach>
judge_pipeline(config_scene const& scene, config_place const& place, std::string_view text) {
    if (!place.first_item || place.depth != 1) return std::nullopt;
    if (place.key == "_class_name") return code_of_repo(text, false);
    if (place.key.starts_with('_')) return std::nullopt;
    bool const own =
        scene.has_module(text) || scene.has_module(std::string{place.key} + "/" + std::string{text});
    if (own) return code_of_repo(text, false);
    if (is_pipeline_library(text)) return std::nullopt;
    return found(reach_kind::package, text, false);
}

std::optional<reach>
judge_by_file(config_scene const& scene, config_place const& place, std::string_view text) {
    switch (scene.kind) {
    case config_kind::modules:
        return judge_module(place, text);
    case config_kind::adapter:
        return judge_adapter(place, text);
    case config_kind::pipeline:
        return judge_pipeline(scene, place, text);
    default:
        return std::nullopt;
    }
}

/// A name such as "target" may stand for many things: "val.loss" imports nothing.
bool is_sure_import(std::string_view text) noexcept {
    if (!looks_like_import(text)) return false;
    char const first = text[text.find_last_of(".:") + 1];
    bool const is_class = first >= 'A' && first <= 'Z';
    return is_class || is_dangerous_module(package_of(text)) || std::count(text.begin(), text.end(), '.') > 1;
}

/// By its shape alone, under a name that we do not know.
std::optional<reach> judge_by_shape(config_place const& place, std::string_view text) {
    if (place.prose) return std::nullopt;
    if (looks_like_foreign_code(text)) return code_of_repo(text, false);
    if (looks_like_url(text)) {
        if (place.documentation) return std::nullopt;
        return found(reach_kind::url, text, false);
    }
    if (place.code_word && looks_like_repo(text)) return found(reach_kind::repo, text, false);
    if (place.requirement) return found(reach_kind::package, text, false);
    return std::nullopt;
}

} // namespace

config_kind config_kind_of(std::string_view path) {
    file_name const name{path};
    if (name.base == "modules.json") return config_kind::modules;
    if (name.base == "adapter_config.json") return config_kind::adapter;
    if (name.base.ends_with("model_index.json")) return config_kind::pipeline;
    if (name.base == "openvino_config.json") return config_kind::openvino;
    return config_kind::any;
}

bool is_truthy(json::value const& value) noexcept {
    if (auto const* const flag = value.if_bool()) return *flag;
    if (auto const* const text = value.if_string()) return !text->empty();
    if (auto const* const number = value.if_int64()) return *number != 0;
    if (auto const* const number = value.if_double()) return *number < 0 || *number > 0;
    return value.is_uint64();
}

std::optional<reach> judge_trust(config_scene const& scene, config_place const& place) {
    // At the root of config.json nothing reads it; below, and in OpenVINO's, it overrides the caller.
    bool const overrides = place.depth > 1 || scene.kind == config_kind::openvino;
    return found(reach_kind::code, "trust_remote_code", overrides);
}

std::optional<reach> judge_beside_trust(reach const& trust, std::string_view text) {
    if (looks_like_foreign_code(text)) return code_of_repo(text, trust.without_consent);
    if (looks_like_url(text)) return found(reach_kind::url, text, trust.without_consent);
    if (looks_like_repo(text)) return found(reach_kind::repo, text, trust.without_consent);
    return std::nullopt;
}

bool names_a_target(std::string_view key) noexcept {
    constexpr auto names =
        std::to_array<std::string_view>({"_target_", "__target__", "class_path", "target"});
    return std::find(names.begin(), names.end(), key) != names.end();
}

std::optional<reach> judge_target(std::string_view text) {
    if (text.empty() || is_framework_class(text)) return std::nullopt;
    auto const package = package_of(text);
    // A bare name is one of Python's own functions.
    if (is_dangerous_module(package) || package == text) return found(reach_kind::code, text, true);
    auto const last = text.substr(text.find_last_of(".:") + 1);
    bool const function = !last.empty() && last[0] >= 'a' && last[0] <= 'z';
    return found(function ? reach_kind::code : reach_kind::package, text, true);
}

std::optional<reach> judge_text(config_scene const& scene, config_place const& place, std::string_view text) {
    text = trimmed(text);
    if (text.empty()) return std::nullopt;
    if (place.auto_map) return code_of_repo(text, place.nested_map);
    if (place.implementation) {
        if (auto out = judge_implementation(text)) return out;
    }
    if (place.weight_map) return judge_weight_path(text);
    if (place.pipeline) return code_of_repo(text, false);
    if (names_a_target(place.key) && (place.key.starts_with('_') || is_sure_import(text)))
        return judge_target(text);
    if (auto out = judge_by_file(scene, place, text)) return out;
    return judge_by_shape(place, text);
}

} // namespace modelwatch::diff
