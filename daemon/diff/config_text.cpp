#include "daemon/diff/config_text.hpp"

#include "daemon/diff/file_class.hpp"
#include "daemon/model/mending.hpp"
#include "daemon/model/text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <tuple>

namespace modelwatch::diff {

namespace {

constexpr auto vocabularies =
    std::to_array<std::string_view>({"tokenizer.json", "added_tokens.json", "vocab.json"});

constexpr auto loader_names = std::to_array<std::string_view>(
    {"config.json",
     "configuration.json",
     "model_index.json",
     "modular_model_index.json",
     "modules.json",
     "params.json",
     "special_tokens_map.json"}
);

template <std::size_t Size>
bool contains(std::array<std::string_view, Size> const& list, std::string_view word) noexcept {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_number_part(char c) noexcept {
    return (c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
}

bool is_too_long(std::string_view number) noexcept {
    constexpr std::size_t longest = 40;
    auto const exponent = number.find_first_of("eE");
    return number.size() > longest || (exponent != number.npos && number.size() - exponent > 5);
}

/// Rewrites Python's dialect into standard JSON, in one pass.
class dialect {
public:
    explicit dialect(std::string_view text)
        : text_{text} {
        if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
        out_.reserve(text_.size());
    }

    std::string take() {
        while (at_ < text_.size()) {
            if (in_text_) {
                step_in_text();
            } else {
                step_outside();
            }
        }
        return std::move(out_);
    }

private:
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

    void copy(std::size_t count) {
        out_ += text_.substr(at_, count);
        at_ += count;
    }

    void replace(std::size_t count, std::string_view by) {
        out_ += by;
        at_ += count;
    }

    void step_in_text() {
        if (text_[at_] == '"') in_text_ = false;
        if (text_[at_] != '\\') return copy(1);
        auto const escape = json_escape_at(text_, at_);
        if (escape.good) return copy(escape.length);
        replace(escape.length, "\\ufffd");
    }

    void step_outside() {
        char const c = text_[at_];
        if (c == '"') in_text_ = true;
        if (rest().starts_with("NaN")) return replace(3, "null");
        if (rest().starts_with("Infinity")) return replace(8, "0");
        if (c != '-' && (c < '0' || c > '9')) return copy(1);
        if (rest().starts_with("-Infinity")) return replace(9, "0");
        auto const number = rest();
        auto const end = std::find_if_not(number.begin(), number.end(), is_number_part) - number.begin();
        auto const length = static_cast<std::size_t>(end);
        if (is_too_long(number.substr(0, length))) return replace(length, "0");
        copy(length);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool in_text_ = false;
    std::string out_;
};

} // namespace

bool is_json(std::string_view path) {
    return lower(path).ends_with(".json");
}

bool is_vocabulary(std::string_view path) {
    return contains(vocabularies, file_name{path}.base);
}

bool is_config(std::string_view path) {
    file_name const name{path};
    bool const data = name.extension == "json" || name.extension == "yaml" || name.extension == "yml";
    if (!data || contains(vocabularies, name.base)) return false;
    auto const role = classify(path).role;
    return role == file_role::config || role == file_role::tokenizer;
}

bool is_loader_config(std::string_view path) {
    if (!is_config(path) || !is_json(path)) return false;
    file_name const name{path};
    return contains(loader_names, name.base) || name.base.ends_with("_config.json") ||
           name.base.ends_with(".index.json");
}

bool is_read_text(file_entry const& file) {
    if (is_kept_text(file)) return true;
    return file.size <= max_config_bytes && (is_config(file.path) || is_vocabulary(file.path));
}

void sort_by_weight(std::vector<file_entry>& files) {
    auto const key = [](file_entry const& file) {
        auto const depth = std::count(file.path.begin(), file.path.end(), '/');
        return std::tuple{!is_loader_config(file.path), depth, is_vocabulary(file.path), file.path};
    };
    std::sort(files.begin(), files.end(), [&](file_entry const& left, file_entry const& right) {
        return key(left) < key(right);
    });
}

std::optional<json::value> parse_config(std::string_view text) {
    if (text.size() > max_config_bytes) return std::nullopt;
    json::parse_options options;
    options.max_depth = max_config_depth;
    options.allow_invalid_utf8 = true;
    options.allow_comments = true;
    options.allow_trailing_commas = true;
    boost::system::error_code failed;
    auto value = json::parse(dialect{text}.take(), failed, {}, options);
    if (failed) return std::nullopt;
    return value;
}

bool is_too_deep(std::string_view text) noexcept {
    std::size_t depth = 0;
    bool in_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c == '"') in_text = !in_text;
        if (in_text && c == '\\') ++i;
        if (in_text) continue;
        if (c == '[' || c == '{') ++depth;
        if ((c == ']' || c == '}') && depth > 0) --depth;
        if (depth > max_config_depth) return true;
    }
    return false;
}

text_index::text_index(std::span<text_file const> texts) {
    for (auto const& one : texts)
        by_content_.emplace(one.content_id, &one.text);
}

std::string const* text_index::find(file_entry const& file) const {
    auto const found = file.content_id().empty() ? by_content_.end() : by_content_.find(file.content_id());
    return found == by_content_.end() ? nullptr : found->second;
}

std::optional<json::value> text_index::parse(file_entry const& file) const {
    auto const* const text = find(file);
    return text == nullptr ? std::nullopt : parse_config(*text);
}

} // namespace modelwatch::diff
