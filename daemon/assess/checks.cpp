#include "daemon/assess/check.hpp"
#include "daemon/assess/check_tables.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace modelwatch::assess {

namespace {

using table = std::array<check_info, check_count>;

/// Every row stands at the place of its id, so that look-ups are an index.
table gathered() {
    table out{};
    std::size_t count = 0;
    for (auto const rows :
         {access_rows(), license_rows(), format_rows(), publisher_rows(), timeliness_rows()}) {
        for (auto const& row : rows) {
            if (static_cast<std::size_t>(row.id) != count || count == check_count) {
                throw std::logic_error{"checks out of order at " + std::string{row.name}};
            }
            out[count++] = row;
        }
    }
    if (count != check_count) throw std::logic_error{"the table of checks is not complete"};
    return out;
}

table const& all() {
    static table const rows = gathered();
    return rows;
}

} // namespace

std::span<check_info const> checks() noexcept {
    return all();
}

check_info const& info(check_id id) noexcept {
    return all()[static_cast<std::size_t>(id)];
}

std::string_view to_string(check_id id) noexcept {
    return info(id).name;
}

std::optional<check_id> parse_check_id(std::string_view name) noexcept {
    constexpr std::string_view in_prose = "licence-";
    constexpr std::string_view in_code = "license-";
    bool const prose = name.starts_with(in_prose);
    auto const rest = prose ? name.substr(in_prose.size()) : name;
    auto const same = [&](check_info const& row) {
        if (!prose) return row.name == name;
        return row.name.starts_with(in_code) && row.name.substr(in_code.size()) == rest;
    };
    auto const found = std::find_if(all().begin(), all().end(), same);
    if (found == all().end()) return std::nullopt;
    return found->id;
}

outcome_info const* find_outcome(check_info const& check, std::string_view name) noexcept {
    auto const same = [&](outcome_info const& outcome) { return outcome.name == name; };
    auto const found = std::find_if(check.outcomes.begin(), check.outcomes.end(), same);
    return found == check.outcomes.end() ? nullptr : &*found;
}

} // namespace modelwatch::assess
