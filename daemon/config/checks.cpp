#include "daemon/config/checks.hpp"

#include "daemon/config/schedule.hpp"
#include "daemon/model/alert_kind.hpp"
#include "daemon/model/commit_id.hpp"
#include "daemon/model/country.hpp"
#include "daemon/model/repo_id.hpp"
#include "daemon/model/text.hpp"
#include "daemon/model/time.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace modelwatch::config {

namespace {

bool is_alphanumeric(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool made_of(std::string_view text, std::string_view extra) noexcept {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return is_alphanumeric(c) || extra.find(c) != std::string_view::npos;
    });
}

std::string repo_hint(std::string_view value) {
    bool const address = value.find("://") != std::string_view::npos;
    if (!address && value.find('@') != std::string_view::npos)
        return "; a branch, tag or commit goes into 'revision' or 'baseline'";
    auto hint = model_name_hint(value);
    if (!hint.empty()) hint.insert(0, "; ");
    if (address)
        hint += "; leave out the address of the hub (another hub than the usual one goes into 'hub')";
    return hint;
}

constexpr std::array<std::string_view, 5> ratings{"Low", "Low-Medium", "Medium", "Medium-High", "High"};

constexpr auto checks_by_name = std::to_array<std::string_view>({
    "access-disabled",
    "access-gating",
    "access-notification",
    "access-ungated-derivative",
    "format-custom-code",
    "format-integrity",
    "format-scan",
    "format-signature",
    "format-template",
    "format-weights",
    "license-class",
    "license-consistency",
    "license-provenance",
    "license-recent-change",
    "policy-authenticated-source",
    "policy-awareness",
    "policy-deny-licenses",
    "policy-formal-review",
    "policy-license-commercial",
    "policy-max-rating",
    "policy-pinned",
    "policy-require-formats",
    "policy-require-gated",
    "policy-require-review",
    "policy-safetensors",
    "policy-tprm",
    "policy-unpatched",
    "publisher-account-age",
    "publisher-blast-radius",
    "publisher-continuity",
    "publisher-dormancy",
    "publisher-jurisdiction",
    "publisher-lookalike",
    "publisher-origin",
    "publisher-single-point",
    "publisher-type",
    "publisher-verified",
    "version-advisory",
    "version-age",
    "version-eol",
    "version-maintenance",
    "version-superseded",
    "version-upstream",
});

constexpr auto built_in_policies = std::to_array<std::string_view>(
    {"policy-authenticated-source",
     "policy-awareness",
     "policy-formal-review",
     "policy-license-commercial",
     "policy-pinned",
     "policy-safetensors",
     "policy-tprm",
     "policy-unpatched"}
);

} // namespace

text_check one_of(std::vector<std::string> words) {
    return [words = std::move(words)](std::string& value) -> complaint {
        if (std::find(words.begin(), words.end(), value) != words.end()) return {};
        auto const near = nearest(std::string_view{value}.substr(0, 64), words);
        return {
            fmt::format("must be one of {}", fmt::join(words, ", ")),
            near ? fmt::format("; did you mean '{}'?", *near) : std::string{}
        };
    };
}

complaint check_repo(std::string& value) {
    if (is_model_name(value)) return {};
    return {"must be a model's name on the hub, such as \"google/gemma-2-2b\"", repo_hint(value)};
}

complaint check_account(std::string& value) {
    if (is_repo_part(value)) return {};
    return {"must be the name of an account on the hub, such as \"google\"", repo_hint(value)};
}

complaint check_revision(std::string& value) {
    constexpr std::size_t longest = 255;
    bool const fits = !value.empty() && value.size() <= longest && value.front() != '-' &&
                      value.front() != '/' && value.back() != '/' && value.find("..") == std::string::npos &&
                      value.find_first_of(" ~^:?*[\\") == std::string::npos;
    if (fits) return {};
    return {"must be a branch, a tag or a commit of at most 255 characters", {}};
}

complaint check_full_commit(std::string& value) {
    value = lower(value);
    if (is_full_commit(value)) return {};
    bool const abbreviated = is_commit_prefix(value, 7);
    return {
        "must be a full commit of 40 (or 64) hexadecimal digits",
        abbreviated ? "; an abbreviated commit proves nothing" : ""
    };
}

complaint check_commit(std::string& value) {
    value = lower(value);
    if (is_commit_prefix(value, 7)) return {};
    return {"must be a commit of 7 to 64 hexadecimal digits", {}};
}

complaint check_name(std::string& value) {
    constexpr std::size_t longest = 64;
    if (!value.empty() && value.size() <= longest && is_alphanumeric(value.front()) && made_of(value, "._-"))
        return {};
    return {"must be a name of at most 64 letters, digits, dots, dashes and underscores", {}};
}

complaint check_not_empty(std::string& value) {
    return value.empty() ? complaint{"must not be empty", {}} : complaint{};
}

complaint check_rating(std::string& value) {
    for (auto const rating : ratings) {
        if (lower(rating) != lower(value)) continue;
        value = rating;
        return {};
    }
    return one_of({ratings.begin(), ratings.end()})(value);
}

complaint check_country(std::string& value) {
    auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    bool const fits = value.size() == 2 && letter(value[0]) && letter(value[1]);
    if (!fits) return {R"(must be a country's two letters (ISO 3166-1 alpha-2), such as "DE")", {}};
    for (char& c : value)
        c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    if (is_country_code(value)) return {};
    // The country is called so by almost everybody, and by the standard otherwise.
    return {"must be a code of ISO 3166-1", value == "UK" ? "; did you mean 'GB'?" : ""};
}

complaint check_date(std::string& value) {
    if (value.size() == 10 && from_rfc3339(value + "T00:00:00Z")) return {};
    return {R"(must be a date, such as "2026-01-31")", {}};
}

complaint check_enforced(std::string& value) {
    if (value == "policy-licence-commercial") value = "policy-license-commercial"; // prose spells it so
    return one_of(built_in_policy_names())(value);
}

std::vector<std::string> alert_kind_names() {
    std::vector<std::string> names;
    for (auto const& row : alert_kinds())
        names.emplace_back(row.name);
    return names;
}

complaint check_kind_glob(std::string& value) {
    auto const names = alert_kind_names();
    auto const matches = [&](std::string const& name) { return glob_match(value, name); };
    if (std::any_of(names.begin(), names.end(), matches)) return {};
    auto const near = nearest(std::string_view{value}.substr(0, 64), names);
    return {
        "must match at least one alert kind",
        near ? fmt::format("; did you mean '{}'?", *near) : std::string{}
    };
}

complaint check_schedule(std::string& value) {
    if (value.empty()) return {};
    auto const parsed = parse_schedule(value);
    if (!parsed)
        return {R"(must be a day and a time, such as "Mon 09:00", "Mon,Thu 09:00" or "daily 09:00")", {}};
    value = to_text(*parsed);
    return {};
}

complaint check_address(std::string& value) {
    constexpr std::size_t longest = 254;
    auto const at = value.find('@');
    bool const two_parts = at != std::string::npos && at > 0 && at + 1 < value.size() &&
                           value.find('@', at + 1) == std::string::npos;
    bool const plain = value.find_first_of(" \t,;:<>()[]\"\\") == std::string::npos;
    auto const domain = two_parts ? std::string_view{value}.substr(at + 1) : std::string_view{};
    bool const host =
        made_of(domain, ".-") && domain.find("..") == std::string_view::npos && !domain.starts_with('.');
    if (two_parts && plain && host && value.size() <= longest) return {};
    return {"must be a bare email address, such as \"secops@corp.example\"", {}};
}

std::vector<std::string> check_names() {
    return {checks_by_name.begin(), checks_by_name.end()};
}

std::vector<std::string> built_in_policy_names() {
    return {built_in_policies.begin(), built_in_policies.end()};
}

} // namespace modelwatch::config
