#include "daemon/diff/config_yaml.hpp"

#include "daemon/diff/loader_words.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace modelwatch::diff {

namespace {

constexpr std::size_t max_depth = 100;
constexpr std::string_view between = "{}[],";

struct open_key {
    std::size_t indent = 0;
    std::string_view key;
    config_place place;
};

std::string_view unquoted(std::string_view text) noexcept {
    text = trimmed(text);
    bool const quotes = text.size() > 1 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0];
    return quotes ? text.substr(1, text.size() - 2) : text;
}

/// Without a comment that begins behind a blank.
std::string_view without_comment(std::string_view line) noexcept {
    auto const hash = line.find(" #");
    if (trimmed(line).starts_with('#')) return {};
    return hash == line.npos ? line : line.substr(0, hash);
}

/// The end of a key: a colon before a blank or the end, outside of quotes.
std::optional<std::size_t> colon_in(std::string_view text) noexcept {
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quote != 0) {
            if (text[i] == quote) quote = 0;
        } else if (text[i] == '"' || text[i] == '\'') {
            quote = text[i];
        } else if (text[i] == ':' && (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\t')) {
            return i;
        }
    }
    return std::nullopt;
}

bool is_true(std::string_view text) {
    auto const word = lower(text);
    return word == "true" || word == "yes" || word == "on" || word == "1";
}

class yaml_reader {
public:
    yaml_reader(config_scene const& scene, std::function<void(reach, std::string)> const& take)
        : scene_{scene}
        , take_{take} {}

    void read(std::string_view line) {
        line = without_comment(line);
        auto indent = line.find_first_not_of(' ');
        if (indent == line.npos) return;
        if (in_block_ && indent > block_indent_) return; // a text of several lines
        in_block_ = false;
        auto rest = line.substr(indent);
        while (rest.starts_with("- ")) {
            auto const skipped = std::min(rest.find_first_not_of(' ', 1), rest.size());
            indent += skipped;
            rest = rest.substr(skipped);
        }
        while (!open_.empty() && open_.back().indent >= indent)
            open_.pop_back();
        take_piece(indent, rest);
    }

private:
    void take_piece(std::size_t indent, std::string_view text) {
        auto const colon = colon_in(text);
        bool const flow = text.starts_with('{') || text.starts_with('[');
        if (flow || !colon) return take_value(text);
        auto const key = unquoted(text.substr(0, *colon));
        auto const value = trimmed(text.substr(*colon + 1));
        if (open_.size() < max_depth) open_.push_back({indent, key, below(place(), key)});
        in_block_ = value.starts_with('|') || value.starts_with('>');
        block_indent_ = indent;
        if (!in_block_) take_value(value);
    }

    void take_value(std::string_view value) {
        take_tag(value);
        if (value.find_first_of(between) == value.npos) return judge(place(), {}, unquoted(value));
        // A flow mapping: its pairs, whatever the nesting.
        for (std::size_t begin = 0; begin < value.size();) {
            auto const end = std::min(value.find_first_of(between, begin), value.size());
            take_pair(value.substr(begin, end - begin));
            begin = end + 1;
        }
    }

    void take_pair(std::string_view piece) {
        auto const colon = colon_in(trimmed(piece));
        if (!colon) return judge(place(), {}, unquoted(piece));
        auto const key = unquoted(trimmed(piece).substr(0, *colon));
        judge(below(place(), key), key, unquoted(trimmed(piece).substr(*colon + 1)));
    }

    /// "!!python/object/apply:os.system" runs while the file is read.
    void take_tag(std::string_view value) {
        auto const tag = value.find("!!python/");
        if (tag == value.npos) return;
        auto const name = value.substr(tag, value.find_first_of(" ,]}", tag) - tag);
        reach one;
        one.target = shortened(name, 200);
        one.without_consent = true;
        take_(std::move(one), pointer({}));
    }

    void judge(config_place const& at, std::string_view key, std::string_view text) {
        if (bare(at.key) == "trust_remote_code" && is_true(text)) {
            auto one = *judge_trust(scene_, at);
            one.without_consent = false; // read by programs that a person starts
            return take_(std::move(one), pointer(key));
        }
        bool const told = at.auto_map || at.implementation || at.pipeline || names_a_target(at.key) ||
                          looks_like_foreign_code(text);
        if (!told) return;
        if (auto one = judge_text(scene_, at, text)) take_(std::move(*one), pointer(key));
    }

    [[nodiscard]] config_place place() const { return open_.empty() ? config_place{} : open_.back().place; }

    [[nodiscard]] std::string pointer(std::string_view key) const {
        std::string out;
        for (auto const& one : open_)
            out += escaped_step(one.key);
        if (!key.empty()) out += escaped_step(key);
        return bounded_pointer(std::move(out));
    }

    config_scene const& scene_;
    std::function<void(reach, std::string)> const& take_;
    std::vector<open_key> open_;
    bool in_block_ = false;
    std::size_t block_indent_ = 0;
};

} // namespace

void read_yaml(
    config_scene const& scene, std::string_view text, std::function<void(reach, std::string)> const& take
) {
    yaml_reader reader{scene, take};
    for (auto const line : split(text, '\n'))
        reader.read(line.substr(0, line.find('\r')));
}

} // namespace modelwatch::diff
