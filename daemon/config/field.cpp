#include "daemon/config/field.hpp"

#include "daemon/model/text.hpp"
#include "daemon/model/time.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::config {

namespace {

constexpr std::size_t longest_text = 4096;
constexpr std::size_t most_labels = 64;

bool has_control(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

/// A value in a message: short, and harmless on a terminal.
std::string quoted_value(std::string_view value) {
    return fmt::format("\"{}\"", shortened(value, 80));
}

} // namespace

std::string described(toml::node const& node) {
    if (auto const* value = node.as_integer()) return fmt::format("the integer {}", value->get());
    if (auto const* value = node.as_floating_point()) return fmt::format("the number {}", value->get());
    if (auto const* value = node.as_boolean()) return value->get() ? "true" : "false";
    if (node.is_string()) return "a string";
    if (node.is_array()) return "a list";
    if (node.is_table()) return "a table";
    return "a date or time";
}

std::size_t line_of(toml::table const& table, std::string_view key) {
    auto const* node = table.get(key);
    return node != nullptr ? node->source().begin.line : table.source().begin.line;
}

void field::bad(std::string const& why) const {
    in_.log.problem(line(), in_.key(name_), fmt::format("'{}' in {} {}", name_, in_.label, why));
}

void field::warn(std::string const& what) const {
    in_.log.warning(line(), in_.key(name_), what);
}

std::optional<std::string> field::plain_text(toml::node const& node, std::string const& wanted) const {
    auto const* value = node.as_string();
    if (value == nullptr) {
        bad(fmt::format("must be {}, not {}", wanted, described(node)));
        return std::nullopt;
    }
    if (value->get().size() > longest_text) {
        bad(fmt::format("must not be longer than {} bytes", longest_text));
        return std::nullopt;
    }
    if (has_control(value->get())) {
        bad("must not hold line breaks or other control characters");
        return std::nullopt;
    }
    return value->get();
}

bool field::passes(text_check const& check, std::string& value) const {
    if (!check) return true;
    auto const given = value;
    auto const wrong = check(value);
    if (!wrong) return true;
    // What a value must not hold may be a secret: it is not repeated.
    bool const forbidden = wrong.why.starts_with("must not");
    bad(forbidden ? wrong.why + wrong.hint
                  : fmt::format("{}, not {}{}", wrong.why, quoted_value(given), wrong.hint));
    return false;
}

std::optional<std::string> field::text(text_check const& check) const {
    auto value = plain_text(node_, "a string");
    if (!value || !passes(check, *value)) return std::nullopt;
    return value;
}

std::optional<std::vector<std::string>> field::texts(text_check const& check) const {
    auto const* list = node_.as_array();
    if (list == nullptr) {
        auto const hint = node_.is_string() ? "; put it into brackets: [\"…\"]" : "";
        bad(fmt::format("must be a list of strings, not {}{}", described(node_), hint));
        return std::nullopt;
    }
    std::vector<std::string> values;
    bool all_fine = true;
    for (auto const& element : *list) {
        auto value = plain_text(element, "a list of strings only");
        bool const fine = value && passes(check, *value);
        if (fine) values.push_back(std::move(*value));
        all_fine = all_fine && fine;
    }
    if (!all_fine) return std::nullopt;
    return values;
}

std::optional<std::string> field::resolved(std::string value) const {
    if (value.starts_with('~')) {
        bad(fmt::format("must be spelled out, not {}: '~' means nothing to a service", quoted_value(value)));
        return std::nullopt;
    }
    if (value.empty() || value.front() == '/' || in_.folder.empty()) return value;
    return (in_.folder / value).lexically_normal().string();
}

std::optional<std::string> field::path() const {
    auto value = plain_text(node_, "a path");
    if (!value) return std::nullopt;
    return resolved(std::move(*value));
}

std::optional<std::vector<std::string>> field::paths() const {
    auto values = texts(check_not_empty);
    if (!values) return std::nullopt;
    for (auto& value : *values) {
        auto spelled = resolved(std::move(value));
        if (!spelled) return std::nullopt;
        value = std::move(*spelled);
    }
    return values;
}

std::optional<bool> field::flag() const {
    if (auto const* value = node_.as_boolean()) return value->get();
    bad(fmt::format("must be true or false without quotes, not {}", described(node_)));
    return std::nullopt;
}

std::optional<std::int64_t> field::integer(std::int64_t lowest, std::int64_t highest) const {
    auto const* value = node_.as_integer();
    if (value != nullptr && value->get() >= lowest && value->get() <= highest) return value->get();
    bad(fmt::format("must be a whole number from {} to {}, not {}", lowest, highest, described(node_)));
    return std::nullopt;
}

std::optional<double> field::number(double lowest, double highest) const {
    std::optional<double> value;
    if (auto const* real = node_.as_floating_point()) value = real->get();
    if (auto const* whole = node_.as_integer()) value = static_cast<double>(whole->get());
    if (value && *value >= lowest && *value <= highest) return value;
    bad(fmt::format("must be a number from {} to {}, not {}", lowest, highest, described(node_)));
    return std::nullopt;
}

std::optional<std::chrono::seconds>
field::duration(std::chrono::seconds lowest, std::chrono::seconds highest) const {
    auto const value = plain_text(node_, "a duration such as \"15m\"");
    if (!value) return std::nullopt;
    auto const read = parse_duration(*value);
    if (!read) {
        bad(fmt::format(
            R"(must be a whole number and one unit (s, m, h, d, w), such as "15m", not {})",
            quoted_value(*value)
        ));
        return std::nullopt;
    }
    if (*read >= lowest && *read <= highest) return read;
    bad(fmt::format(
        "must be from {} to {}, not {}",
        to_duration_text(lowest),
        to_duration_text(highest),
        quoted_value(*value)
    ));
    return std::nullopt;
}

std::optional<labels> field::tags() const {
    auto const* table = node_.as_table();
    if (table == nullptr) {
        bad(fmt::format(R"(must be a table of strings, such as {{ env = "prod" }}, not {})", described(node_))
        );
        return std::nullopt;
    }
    if (table->size() > most_labels) {
        bad(fmt::format("must not hold more than {} labels", most_labels));
        return std::nullopt;
    }
    labels read;
    for (auto const& [name, node] : *table) {
        if (name.str().empty() || has_control(name.str())) {
            bad("must not hold an empty name or control characters");
            return std::nullopt;
        }
        auto value = plain_text(node, "a table of strings only");
        if (!value) return std::nullopt;
        read.emplace(name.str(), std::move(*value));
    }
    return read;
}

void read_secret_source(secret_source& source, secret_source::origin from, field const& value) {
    if (source.given()) {
        value.bad(fmt::format("stands beside '{}': give one of them", bare_key(source.key)));
        return;
    }
    auto const name = from == secret_source::origin::file ? value.path() : value.text(check_not_empty);
    if (!name) return;
    if (name->empty()) return value.bad("must not be empty");
    if (from == secret_source::origin::credential &&
        (name->find('/') != std::string::npos || *name == "..")) {
        return value.bad("must be a name under $CREDENTIALS_DIRECTORY, without '/'");
    }
    bool const odd =
        std::any_of(name->begin(), name->end(), [](char c) { return c < 0x20 || c == 0x7f || c == ':'; });
    if (from == secret_source::origin::credential && odd)
        return value.bad("must be a name that systemd takes: plain characters, without ':'");
    if (from == secret_source::origin::environment && name->find_first_of("= $") != std::string::npos) {
        return value.bad("must be the name of an environment variable, without '$' and '='");
    }
    source = {from, *name, value.in().key(value.name())};
}

} // namespace modelwatch::config
