#include "daemon/assess/model_overrides.hpp"

#include "daemon/assess/table_file.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::assess {

namespace {

constexpr auto keys =
    std::to_array<std::string_view>({"successor", "eol_date", "not_superseded_by", "license"});

bool is_repo(std::string_view text) noexcept {
    auto const slash = text.find('/');
    return slash != std::string_view::npos && slash > 0 && slash + 1 < text.size() &&
           text.find('/', slash + 1) == std::string_view::npos;
}

std::optional<error>
set(std::string_view origin, table_entry const& entry, table_field const& field, model_override& out) {
    constexpr auto section = model_overrides::section;
    bool const is_list = field.key == "not_superseded_by";
    auto const wanted = is_list ? field_kind::list : field_kind::text;
    if (auto failure = wrong_kind(origin, section, entry, field, wanted)) return failure;
    auto const wrong = [&](std::string_view problem) { return at(origin, section, entry, field, problem); };
    if (is_list) {
        if (!std::all_of(field.texts.begin(), field.texts.end(), is_repo)) {
            return wrong("must hold ids like \"namespace/name\"");
        }
        out.not_superseded_by = field.texts;
    } else if (field.key == "successor") {
        if (!is_repo(field.text)) return wrong("must be an id like \"namespace/name\"");
        out.successor = field.text;
    } else if (field.key == "eol_date") {
        out.eol_date = parse_date(field.text);
        if (!out.eol_date) return wrong("must be a date like \"2026-12-31\"");
    } else {
        out.license = field.text;
    }
    return std::nullopt;
}

error bad_name(std::string_view origin, table_entry const& entry) {
    error out;
    out.code = errc::invalid;
    out.what = fmt::format(
        "{}:{}: `{}.{}`: the name must be an id like [model.\"namespace/name\"]",
        origin,
        entry.line,
        model_overrides::section,
        printable(entry.name)
    );
    return out;
}

} // namespace

result<model_overrides> model_overrides::read(
    std::string_view toml, std::string_view origin, std::span<std::string_view const> others
) {
    auto const tables = read_table_file(toml, origin, section, keys, others);
    if (!tables) return tables.error();
    model_overrides out;
    for (auto const& entry : *tables) {
        if (!is_repo(entry.name)) return bad_name(origin, entry);
        auto& row = out.entries_[lower(entry.name)];
        row.repo = entry.name;
        for (auto const& field : entry.fields) {
            if (auto failure = set(origin, entry, field, row)) return std::move(*failure);
        }
    }
    return out;
}

model_override const* model_overrides::find(std::string_view repo) const {
    auto const found = entries_.find(lower(repo));
    return found == entries_.end() ? nullptr : &found->second;
}

std::optional<instant> parse_date(std::string_view text) {
    if (text.size() != 10) return std::nullopt;
    return from_rfc3339(std::string{text} + "T00:00:00Z");
}

} // namespace modelwatch::assess
