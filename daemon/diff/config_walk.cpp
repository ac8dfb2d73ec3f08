#include "daemon/diff/config_walk.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace modelwatch::diff {

namespace {

constexpr std::size_t longest_key = 200; ///< of what is looked at for words
constexpr std::size_t longest_pointer = 400;

using words = std::span<std::string_view const>;

constexpr auto implementation_words =
    std::to_array<std::string_view>({"implementation", "kernel", "kernels"});
constexpr auto code_words = std::to_array<std::string_view>(
    {"code",
     "module",
     "plugin",
     "plugins",
     "script",
     "scripts",
     "remote",
     "custom",
     "pipeline",
     "backend",
     "loader",
     "hook",
     "hooks",
     "entrypoint",
     "import",
     "imports"}
);
constexpr auto requirement_words =
    std::to_array<std::string_view>({"requirement", "requirements", "dependencies", "pip", "install"});
constexpr auto documentation_words = std::to_array<std::string_view>(
    {"schema",  "license", "licence", "doc",      "docs",   "documentation", "homepage",   "website",
     "paper",   "papers",  "arxiv",   "citation", "cite",   "reference",     "references", "author",
     "authors", "contact", "support", "bugs",     "issues", "blog",          "readme",     "demo"}
);
/// Names of text for people or for the model; what lies below the first ones is so too.
constexpr auto prose_trees = std::to_array<std::string_view>(
    {"chat_template",
     "vocab",
     "merges",
     "added_tokens",
     "added_tokens_decoder",
     "id2label",
     "label2id",
     "prompts"}
);
constexpr auto prose_names = std::to_array<std::string_view>(
    {"template",
     "content",
     "description",
     "comment",
     "comments",
     "notes",
     "prompt",
     "text",
     "title",
     "additional_special_tokens"}
);
constexpr auto prose_ends = std::to_array<std::string_view>({"_token", "_tokens", "_prompt", "_template"});

bool contains(words list, std::string_view word) noexcept {
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// "keypoint_detectorConfig" → keypoint, detector, config.
std::vector<std::string> words_of(std::string_view key) {
    std::vector<std::string> out(1);
    bool small = false;
    for (char const c : key.substr(0, longest_key)) {
        bool const upper = c >= 'A' && c <= 'Z';
        bool const letter = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if ((!letter || (upper && small)) && !out.back().empty()) out.emplace_back();
        if (letter) out.back() += upper ? static_cast<char>(c | 0x20) : c;
        small = letter && !upper;
    }
    return out;
}

bool has_any(std::vector<std::string> const& found, words wanted) {
    return std::any_of(found.begin(), found.end(), [&](auto const& word) { return contains(wanted, word); });
}

bool is_prose(std::string_view name) noexcept {
    return contains(prose_names, name) ||
           std::any_of(prose_ends.begin(), prose_ends.end(), [&](auto end) { return name.ends_with(end); });
}

bool is_container(json::value const& value) noexcept {
    return value.is_object() || value.is_array();
}

std::size_t size_of(json::value const& value) noexcept {
    return value.is_object() ? value.get_object().size() : value.get_array().size();
}

config_place place_of(config_step const& step) {
    if (step.value->is_object())
        return below(step.place, (step.value->get_object().begin() + step.next)->key());
    auto out = step.place;
    out.first_item = step.next == 0;
    return out;
}

json::value const& child_of(config_step const& step) {
    if (step.value->is_object()) return (step.value->get_object().begin() + step.next)->value();
    return step.value->get_array()[step.next];
}

/// Behind the member that was taken last.
std::string step_text(config_step const& step) {
    auto const taken = step.next - 1;
    if (step.value->is_array()) return "/" + std::to_string(taken);
    return escaped_step((step.value->get_object().begin() + taken)->key());
}

} // namespace

std::string_view bare(std::string_view key) noexcept {
    auto const begin = key.find_first_not_of('_');
    return begin == std::string_view::npos ? key : key.substr(begin);
}

config_place below(config_place const& outer, std::string_view key) {
    auto out = outer;
    auto const name = bare(key);
    auto const found = words_of(key);
    out.key = key;
    out.depth = outer.depth + 1;
    out.first_item = false;
    if (name == "auto_map" && !outer.auto_map) {
        out.auto_map = true;
        out.nested_map = outer.depth > 0;
    }
    out.implementation = outer.implementation || has_any(found, implementation_words);
    out.weight_map = outer.weight_map || name == "weight_map";
    out.pipeline = outer.pipeline || name == "custom_pipeline" || name == "custom_pipelines";
    out.code_word = outer.code_word || has_any(found, code_words);
    out.requirement = outer.requirement || has_any(found, requirement_words);
    out.prose_tree = outer.prose_tree || contains(prose_trees, name);
    out.prose = out.prose_tree || is_prose(name);
    out.documentation = outer.documentation || has_any(found, documentation_words);
    return out;
}

void for_each_leaf(json::value const& root, std::function<void(config_leaf const&)> const& visit) {
    std::vector<config_step> way;
    if (is_container(root)) way.push_back({&root, 0, {}});
    while (!way.empty()) {
        auto& top = way.back();
        if (top.next == size_of(*top.value)) {
            way.pop_back();
            continue;
        }
        auto const place = place_of(top);
        auto const& child = child_of(top);
        ++top.next;
        if (is_container(child)) {
            way.push_back({&child, 0, place});
        } else {
            visit({child, top.value->if_object(), place, way});
        }
    }
}

std::string escaped_step(std::string_view key) {
    std::string out = "/";
    for (char const c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

std::string bounded_pointer(std::string pointer) {
    if (pointer.size() <= longest_pointer) return pointer;
    return shortened(pointer, longest_pointer / 2) + sha256_hex(pointer).substr(0, 16);
}

std::string pointer_to(std::vector<config_step> const& way) {
    std::string out;
    for (auto const& step : way)
        out += step_text(step);
    return bounded_pointer(std::move(out));
}

} // namespace modelwatch::diff
