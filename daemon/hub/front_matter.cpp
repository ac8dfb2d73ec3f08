#include "daemon/hub/front_matter.hpp"

#include "daemon/model/mending.hpp"
#include "daemon/model/text.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace modelwatch::hub {

namespace {

constexpr std::size_t longest_block = 256u << 10;
constexpr std::size_t most_nodes = 50'000;
constexpr std::size_t deepest = 32;
constexpr std::string_view fence = "---";

bool is_break(char c) noexcept {
    return c == '\n' || c == '\r';
}

/// The rest of the line that begins at `at` is blank.
bool ends_line(std::string_view text, std::size_t at) noexcept {
    auto const rest = text.find_first_not_of(" \t", at);
    return rest == std::string_view::npos || is_break(text[rest]);
}

/// What stands between the fences; nullopt: there are none.
std::optional<std::string_view> block_of(std::string_view readme) noexcept {
    if (readme.starts_with("\xef\xbb\xbf")) readme.remove_prefix(3);
    auto const begin = readme.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || readme.substr(begin, fence.size()) != fence) return std::nullopt;
    auto const start = begin + fence.size();
    if (!ends_line(readme, start)) return std::nullopt;
    for (auto at = readme.find(fence, start); at != std::string_view::npos; at = readme.find(fence, at + 1)) {
        if (is_break(readme[at - 1]) && ends_line(readme, at + fence.size()))
            return readme.substr(start, at - start);
    }
    return std::nullopt;
}

/// YAML allows none of these, and yaml-cpp takes one of them for the end of the text.
bool has_control_characters(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return (c >= '\0' && c < ' ' && c != '\t' && !is_break(c)) || c == '\x7f';
    });
}

std::size_t nodes_in(json::value const& value) {
    std::size_t count = 1;
    if (auto const* const object = value.if_object()) {
        for (auto const& item : *object)
            count += nodes_in(item.value());
    } else if (auto const* const array = value.if_array()) {
        for (auto const& item : *array)
            count += nodes_in(item);
    }
    return count;
}

/// Builds one value from the parser's events. Throws where a bound is met.
class builder final : public YAML::EventHandler {
public:
    [[nodiscard]] json::value take() { return std::move(root_); }

    void OnDocumentStart(YAML::Mark const&) override {}

    void OnDocumentEnd() override {}

    void OnNull(YAML::Mark const&, YAML::anchor_t anchor) override { add(nullptr, anchor); }

    void OnAlias(YAML::Mark const&, YAML::anchor_t anchor) override {
        auto const found = anchored_.find(anchor);
        if (found == anchored_.end()) throw std::runtime_error("an alias inside of what it names");
        count(nodes_in(found->second));
        add(found->second, 0);
    }

    void OnScalar(YAML::Mark const&, std::string const& tag, YAML::anchor_t anchor, std::string const& value)
        override {
        bool const plain = tag == "?";
        if (plain && (value == "true" || value == "True")) return add(true, anchor);
        if (plain && (value == "false" || value == "False")) return add(false, anchor);
        if (plain && (value == "~" || value == "null" || value == "Null")) return add(nullptr, anchor);
        add(json::value(mended_utf8(value).value_or(value)), anchor);
    }

    void OnSequenceStart(
        YAML::Mark const&, std::string const&, YAML::anchor_t anchor, YAML::EmitterStyle::value
    ) override {
        open(json::array(), anchor);
    }

    void OnSequenceEnd() override { close(); }

    void OnMapStart(YAML::Mark const&, std::string const&, YAML::anchor_t anchor, YAML::EmitterStyle::value)
        override {
        open(json::object(), anchor);
    }

    void OnMapEnd() override { close(); }

private:
    struct level {
        json::value holds;
        YAML::anchor_t anchor = 0;
        std::optional<std::string> key = {};
    };

    void count(std::size_t more) {
        nodes_ += more;
        if (nodes_ > most_nodes) throw std::runtime_error("more values than any card has");
    }

    void open(json::value container, YAML::anchor_t anchor) {
        if (levels_.size() >= deepest) throw std::runtime_error("nested too deeply");
        levels_.push_back({std::move(container), anchor});
    }

    void close() {
        auto done = std::move(levels_.back());
        levels_.pop_back();
        add(std::move(done.holds), done.anchor);
    }

    void add(json::value value, YAML::anchor_t anchor) {
        count(1);
        if (anchor != 0) {
            count(nodes_in(value)); // a copy is kept
            anchored_[anchor] = value;
        }
        if (levels_.empty()) {
            root_ = std::move(value);
            return;
        }
        auto& into = levels_.back();
        if (into.holds.is_array()) {
            into.holds.get_array().push_back(std::move(value));
        } else if (into.key) {
            put(into.holds.get_object(), *std::exchange(into.key, std::nullopt), std::move(value));
        } else {
            into.key = key_of(value);
        }
    }

    static std::string key_of(json::value const& value) {
        if (value.is_string()) return std::string(value.get_string());
        if (value.is_bool()) return value.get_bool() ? "true" : "false";
        if (value.is_null()) return "null";
        throw std::runtime_error("a key that is not a text");
    }

    /// The last of two equal keys counts, and those that "<<" brings along only where nothing else does.
    static void put(json::object& to, std::string const& key, json::value value) {
        if (key != "<<" || !value.is_object()) {
            to[key] = std::move(value);
            return;
        }
        for (auto const& item : value.get_object())
            to.emplace(item.key(), item.value());
    }

    json::value root_;
    std::vector<level> levels_;
    std::map<YAML::anchor_t, json::value> anchored_;
    std::size_t nodes_ = 0;
};

json::object fields_of(std::string_view block) {
    // With its end marked: yaml-cpp takes the end of the text for that of a quotation.
    std::istringstream in(std::string(block) + "\n...\n");
    YAML::Parser parser(in);
    builder made;
    parser.HandleNextDocument(made);
    auto root = made.take();
    if (root.is_null()) return {};
    if (!root.is_object()) throw std::runtime_error("no table of fields");
    return std::move(root.get_object());
}

} // namespace

front_matter read_front_matter(std::string_view readme) {
    front_matter out;
    auto const block = block_of(readme);
    if (!block) return out;
    if (block->size() > longest_block) {
        out.problem = "longer than 256 KiB";
    } else if (has_control_characters(*block)) {
        out.problem = "it holds control characters";
    } else {
        try {
            out.fields = fields_of(*block);
        } catch (YAML::Exception const& wrong) {
            out.problem = "line " + std::to_string(wrong.mark.line + 1) + ": " + wrong.msg;
        } catch (std::runtime_error const& wrong) {
            out.problem = wrong.what();
        }
    }
    out.problem = shortened(printable(out.problem), 200);
    return out;
}

} // namespace modelwatch::hub
