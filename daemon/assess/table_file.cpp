#include "daemon/assess/table_file.hpp"

#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>

namespace modelwatch::assess {

namespace {

error invalid(std::string what, std::string hint = {}) {
    error out;
    out.code = errc::invalid;
    out.what = std::move(what);
    out.hint = std::move(hint);
    return out;
}

std::vector<std::string> texts(std::span<std::string_view const> views) {
    return {views.begin(), views.end()};
}

std::string suggestion(std::string_view word, std::span<std::string_view const> known) {
    auto const near = nearest(word, texts(known));
    if (near) return fmt::format("did you mean `{}`?", *near);
    return fmt::format("known: {}", fmt::join(known, ", "));
}

struct place {
    std::string_view origin;
    std::string_view section;
    std::span<std::string_view const> keys;
    std::span<std::string_view const> others;
};

bool is_among(std::span<std::string_view const> names, std::string_view name) noexcept {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Takes a list of texts over; false: it holds something else.
bool read_list(toml::array const& values, table_field& out) {
    out.kind = field_kind::list;
    for (auto const& value : values) {
        auto const* const text = value.as_string();
        if (text == nullptr) return false;
        out.texts.push_back(text->get());
    }
    return true;
}

result<table_field>
read_field(place const& where, table_entry const& entry, toml::key const& key, toml::node const& value) {
    table_field out;
    out.key = std::string{key.str()};
    out.line = key.source().begin.line;
    if (!is_among(where.keys, out.key)) {
        auto failure = at(where.origin, where.section, entry, out, "unknown key");
        failure.hint = suggestion(out.key, where.keys);
        return failure;
    }
    if (auto const* const text = value.as_string()) {
        out.text = text->get();
    } else if (auto const* const flag = value.as_boolean()) {
        out.flag = flag->get();
        out.kind = field_kind::flag;
    } else if (auto const* const list = value.as_array(); list == nullptr || !read_list(*list, out)) {
        return at(where.origin, where.section, entry, out, "must be a text (or true or false for a switch)");
    }
    return out;
}

result<table_entry> read_entry(place const& where, toml::key const& name, toml::node const& value) {
    table_entry out;
    out.name = std::string{name.str()};
    out.line = name.source().begin.line;
    auto const* const table = value.as_table();
    if (table == nullptr) {
        return invalid(fmt::format(
            "{}:{}: `{}.{}` must be a table of keys",
            where.origin,
            out.line,
            where.section,
            printable(out.name)
        ));
    }
    for (auto const& [key, field] : *table) {
        auto read = read_field(where, out, key, field);
        if (!read) return std::move(read).error();
        out.fields.push_back(std::move(*read));
    }
    return out;
}

result<std::vector<table_entry>> read_root(place const& where, toml::table const& root) {
    std::vector<table_entry> out;
    for (auto const& [key, value] : root) {
        auto const line = key.source().begin.line;
        auto const* const section = value.as_table();
        if (is_among(where.others, key.str()) && section != nullptr) continue;
        if (key.str() != where.section || section == nullptr) {
            return invalid(
                fmt::format("{}:{}: unknown key `{}`", where.origin, line, printable(key.str())),
                fmt::format("this file holds tables [{}.<name>]", where.section)
            );
        }
        for (auto const& [name, entry] : *section) {
            auto read = read_entry(where, name, entry);
            if (!read) return std::move(read).error();
            out.push_back(std::move(*read));
        }
    }
    return out;
}

} // namespace

error at(
    std::string_view origin,
    std::string_view section,
    table_entry const& entry,
    table_field const& field,
    std::string_view problem
) {
    return invalid(fmt::format(
        "{}:{}: `{}.{}.{}`: {}",
        origin,
        field.line,
        section,
        printable(entry.name),
        printable(field.key),
        problem
    ));
}

error not_one_of(
    std::string_view origin,
    std::string_view section,
    table_entry const& entry,
    table_field const& field,
    std::span<std::string_view const> allowed
) {
    auto failure = at(
        origin,
        section,
        entry,
        field,
        fmt::format("\"{}\" is not one of {}", shortened(printable(field.text), 60), fmt::join(allowed, ", "))
    );
    if (auto const near = nearest(field.text, texts(allowed)))
        failure.hint = fmt::format("did you mean \"{}\"?", *near);
    return failure;
}

result<std::vector<table_entry>> read_table_file(
    std::string_view toml,
    std::string_view origin,
    std::string_view section,
    std::span<std::string_view const> keys,
    std::span<std::string_view const> others
) {
    try {
        auto const root = toml::parse(toml, origin);
        return read_root({origin, section, keys, others}, root);
    } catch (toml::parse_error const& failure) {
        return invalid(
            fmt::format("{}:{}: {}", origin, failure.source().begin.line, failure.description()),
            "mend the TOML there"
        );
    }
}

std::optional<error> wrong_kind(
    std::string_view origin,
    std::string_view section,
    table_entry const& entry,
    table_field const& field,
    field_kind wanted
) {
    if (field.kind == wanted) return std::nullopt;
    constexpr std::array<std::string_view, 3> words{"a text", "true or false", "a list of texts"};
    auto const word = words[static_cast<std::size_t>(wanted)];
    return at(origin, section, entry, field, fmt::format("must be {}", word));
}

std::string joined(std::span<std::string_view const> pieces) {
    std::string out;
    for (auto const piece : pieces)
        out += piece;
    return out;
}

} // namespace modelwatch::assess
