#include "daemon/assess/licenses.hpp"

#include "daemon/assess/builtin_tables.hpp"
#include "daemon/assess/license_text.hpp"
#include "daemon/assess/table_file.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

namespace modelwatch::assess {

namespace {

constexpr std::string_view section = "license";
constexpr std::string_view class_section = "class";

constexpr auto keys = std::to_array<std::string_view>(
    {"field", "name", "class", "commercial_use", "note", "source", "titles", "phrases"}
);
constexpr auto class_keys = std::to_array<std::string_view>({"phrases"});
constexpr auto fields = std::to_array<std::string_view>({"license", "license_name"});

/// In the order of license_class. `none` is the absence of a license, so no row can have it.
constexpr auto class_names = std::to_array<std::string_view>(
    {"permissive",
     "copyleft",
     "open-rail",
     "custom-commercial-restricted",
     "non-commercial",
     "unknown",
     "none"}
);
constexpr std::span<std::string_view const> classes_of_rows{class_names.data(), class_names.size() - 1};

/// Phrases are compared in plain words. An empty one would be found in every text.
std::optional<error> set_phrases(
    std::string_view origin,
    std::string_view where,
    table_entry const& entry,
    table_field const& field,
    std::vector<std::string>& out
) {
    if (auto failure = wrong_kind(origin, where, entry, field, field_kind::list)) return failure;
    out.clear();
    for (auto const& text : field.texts) {
        auto words = plain_words(text);
        if (words.size() <= 2) return at(origin, where, entry, field, "holds a phrase without a word");
        out.push_back(std::move(words));
    }
    return std::nullopt;
}

std::optional<error>
set(std::string_view origin, table_entry const& entry, table_field const& field, license_entry& out) {
    if (field.key == "titles") return set_phrases(origin, section, entry, field, out.titles);
    if (field.key == "phrases") return set_phrases(origin, section, entry, field, out.phrases);
    if (auto failure = wrong_kind(origin, section, entry, field, field_kind::text)) return failure;
    if (field.key == "field") {
        if (std::find(fields.begin(), fields.end(), field.text) == fields.end()) {
            return not_one_of(origin, section, entry, field, fields);
        }
        out.field = field.text;
    } else if (field.key == "class") {
        auto const found = std::find(classes_of_rows.begin(), classes_of_rows.end(), field.text);
        if (found == classes_of_rows.end()) return not_one_of(origin, section, entry, field, classes_of_rows);
        out.group = static_cast<license_class>(found - classes_of_rows.begin());
    } else if (field.key == "name") {
        out.name = field.text;
    } else if (field.key == "commercial_use") {
        out.commercial_use = field.text;
    } else if (field.key == "note") {
        out.note = field.text;
    } else {
        out.source = field.text;
    }
    return std::nullopt;
}

} // namespace

std::string_view to_string(license_class value) noexcept {
    return class_names[static_cast<std::size_t>(value)];
}

std::optional<license_class> parse_license_class(std::string_view word) noexcept {
    auto const found = std::find(class_names.begin(), class_names.end(), word);
    if (found == class_names.end()) return std::nullopt;
    return static_cast<license_class>(found - class_names.begin());
}

result<license_table>
license_table::with_classes(license_table base, std::string_view toml, std::string_view origin) {
    auto const others = std::to_array({section});
    auto const read = read_table_file(toml, origin, class_section, class_keys, others);
    if (!read) return read.error();
    for (auto const& entry : *read) {
        auto const group = parse_license_class(entry.name);
        if (!group) {
            auto const line = std::to_string(entry.line);
            return failure(
                errc::invalid,
                std::string{origin} + ":" + line + ": no class is called " + printable(entry.name),
                "known: permissive, copyleft, open-rail, custom-commercial-restricted, non-commercial"
            );
        }
        for (auto const& field : entry.fields) {
            auto& phrases = base.class_phrases_[*group];
            if (auto wrong = set_phrases(origin, class_section, entry, field, phrases))
                return std::move(*wrong);
        }
    }
    return base;
}

result<license_table>
license_table::laid_over(license_table base, std::string_view toml, std::string_view origin) {
    auto const others = std::to_array({class_section});
    auto const read = read_table_file(toml, origin, section, keys, others);
    if (!read) return read.error();
    for (auto const& entry : *read) {
        auto& row = base.entries_[lower(entry.name)];
        if (row.id.empty()) {
            row.id = lower(entry.name);
            row.field = "license";
        }
        for (auto const& field : entry.fields) {
            if (auto failure = set(origin, entry, field, row)) return std::move(*failure);
        }
    }
    return with_classes(std::move(base), toml, origin);
}

license_table const& license_table::builtin() {
    static license_table const table = [] {
        auto read = laid_over({}, joined(licenses_toml()), "conf/licenses.toml");
        // The file was checked when it was compiled in: a failure here is a broken build.
        if (!read) throw std::logic_error{read.error().message()};
        return std::move(*read);
    }();
    return table;
}

result<license_table> license_table::with_overrides(std::string_view toml, std::string_view origin) {
    return laid_over(builtin(), toml, origin);
}

license_entry const* license_table::find(std::string_view id) const {
    auto const found = entries_.find(lower(trimmed(id)));
    return found == entries_.end() ? nullptr : &found->second;
}

license_class license_table::classify(license_statement const& stated) const {
    auto const class_of = [this](std::string_view id) {
        auto const* const entry = find(id);
        return entry == nullptr ? license_class::unknown : entry->group;
    };
    auto const named = [&] { return stated.name.empty() ? license_class::unknown : class_of(stated.name); };
    if (stated.ids.empty()) {
        if (!stated.name.empty()) return named();
        return stated.link.empty() ? license_class::none : license_class::unknown;
    }
    auto strictest = license_class::permissive;
    for (auto const& id : stated.ids) {
        // `other` is not a license but a pointer to license_name.
        auto const here = lower(trimmed(id)) == "other" ? named() : class_of(id);
        strictest = std::max(strictest, here);
    }
    return strictest;
}

} // namespace modelwatch::assess
