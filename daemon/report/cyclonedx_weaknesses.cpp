// Findings that an attacker could use, as vulnerabilities of a CycloneDX document.

#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"
#include "daemon/report/cyclonedx_parts.hpp"
#include "daemon/report/sarif_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::report {

namespace {

using enum assess::check_id;

struct weakness {
    assess::check_id check;
    int cwe; ///< of the Common Weakness Enumeration
};

constexpr auto weaknesses = std::to_array<weakness>({
    {access_disabled, 1104},    // use of unmaintained third-party components
    {format_weights, 502},      // deserialisation of untrusted data
    {format_custom_code, 829},  // inclusion of functionality from an untrusted sphere
    {format_scan, 506},         // embedded malicious code
    {format_template, 1336},    // template engine: special elements
    {format_integrity, 353},    // no support for an integrity check
    {publisher_lookalike, 451}, // misrepresentation of critical information
    {publisher_continuity, 346} // origin validation
});

weakness const* find(assess::check_id check) noexcept {
    auto const row = std::find_if(weaknesses.begin(), weaknesses.end(), [&](auto const& one) {
        return one.check == check;
    });
    return row == weaknesses.end() ? nullptr : &*row;
}

std::string_view severity_word(double security) noexcept {
    if (security >= 9) return "critical";
    if (security >= 7) return "high";
    return security >= 4 ? "medium" : "low";
}

json::object entry_of(assess::finding const& one, int cwe, std::string const& reference) {
    auto const& about = assess::info(one.check);
    json::object const source{{"name", "modelwatch"}};
    json::object rating{
        {"source", source},
        {"severity", severity_word(gravity_of(one).security)},
        {"method", "other"},
        {"justification", fmt::format("{} of 100 risk points: {}", one.points, one.outcome->name)},
    };
    return {
        {"bom-ref", fmt::format("{}#{}", reference, about.name)},
        {"id", fmt::format("modelwatch-{}-{}", about.name, one.outcome->name)},
        {"source", source},
        {"ratings", json::array{std::move(rating)}},
        {"cwes", json::array{cwe}},
        {"description", fmt::format("{}: {}", about.name, one.outcome->meaning)},
        {"detail", printable(one.evidence.text())},
        {"recommendation", advice_for(one)},
        {"affects", json::array{json::object{{"ref", reference}}}},
        {"analysis", json::object{{"state", "in_triage"}}},
    };
}

} // namespace

bool is_weakness(assess::finding const& one) noexcept {
    return one.points > 0 && one.state() == assess::outcome_state::known && find(one.check) != nullptr;
}

json::array weaknesses_of(subject const& model, std::string const& reference) {
    json::array out;
    for (auto const* one : dear_findings(model.rating)) {
        if (is_weakness(*one)) out.push_back(entry_of(*one, find(one->check)->cwe, reference));
    }
    return out;
}

} // namespace modelwatch::report
