#include "daemon/config/sections.hpp"
#include "daemon/model/alert_kind.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::config {

namespace {

std::vector<std::string> severity_names() {
    return {"info", "low", "medium", "high", "critical"};
}

/// "licence-class" is "license-class": prose spells it so.
std::string in_code(std::string name) {
    constexpr std::string_view prose = "licence-";
    constexpr std::string_view code = "license-";
    if (name.starts_with(prose)) name.replace(0, prose.size(), code);
    return name;
}

/// An alert kind, or a check of the rubric or of the organisation.
bool is_usable_kind(std::string const& name, std::size_t line, section const& in) {
    auto const checks = check_names();
    auto const code = in_code(name);
    bool const check = std::find(checks.begin(), checks.end(), code) != checks.end();
    if (check || parse_alert_kind(name)) return true;
    auto known = alert_kind_names();
    known.insert(known.end(), checks.begin(), checks.end());
    auto const near = nearest(std::string_view{code}.substr(0, 64), known);
    auto const hint = near ? fmt::format("did you mean '{}'?", *near) : "`modelwatch explain` lists them";
    auto const text =
        fmt::format("'{}' in {} is neither an alert kind nor a check id; {}", name, in.label, hint);
    in.log.problem(line, in.key(name), text);
    return false;
}

void read_severities(policy_settings& out, field const& value) {
    auto const* table = value.node().as_table();
    if (table == nullptr) {
        return value.bad(fmt::format("must be a table of severities, not {}", described(value.node())));
    }
    auto const& outer = value.in();
    section const in{outer.log, "[policy.severity]", outer.key(value.name()), outer.folder};
    for (auto const& [name, node] : *table) {
        std::string const word{name.str()};
        auto const level = field{node, in, word}.text(one_of(severity_names()));
        bool const usable = is_usable_kind(word, name.source().begin.line, in);
        auto const read = level ? parse_severity(*level) : std::nullopt;
        if (usable && read) out.severity_overrides.insert_or_assign(word, *read);
    }
}

std::optional<std::string> write_severities(policy_settings const& in) {
    if (in.severity_overrides.empty()) return std::nullopt;
    labels words;
    for (auto const& [name, level] : in.severity_overrides)
        words.emplace(name, to_string(level));
    return toml_table(words);
}

/// Who was trained when. The names are the operator's own.
void read_training(policy_settings& out, field const& value) {
    auto const* table = value.node().as_table();
    if (table == nullptr)
        return value.bad(fmt::format("must be a table of dates, not {}", described(value.node())));
    auto const& outer = value.in();
    section const in{outer.log, "[policy.training]", outer.key(value.name()), outer.folder};
    for (auto const& [name, node] : *table) {
        std::string const owner{name.str()};
        // TOML has dates of its own; they mean what the text means.
        auto const* const date = node.as_date();
        auto const day =
            date == nullptr
                ? field{node, in, owner}.text(check_date)
                : std::optional{
                      fmt::format("{:04}-{:02}-{:02}", date->get().year, date->get().month, date->get().day)
                  };
        if (day) out.training.insert_or_assign(owner, *day);
    }
}

std::optional<std::string> write_training(policy_settings const& in) {
    if (in.training.empty()) return std::nullopt;
    return toml_table({in.training.begin(), in.training.end()});
}

void add_review_period(key_table<policy_settings>& keys) {
    auto read = [](policy_settings& out, field const& value) {
        constexpr std::chrono::seconds highest{std::chrono::hours{24 * 36500}};
        if (auto const period = value.duration(std::chrono::seconds{1}, highest))
            out.review_valid_for = period;
    };
    auto write = [](policy_settings const& in) -> std::optional<std::string> {
        if (!in.review_valid_for) return std::nullopt;
        return toml_string(to_duration_text(*in.review_valid_for));
    };
    keys.add({"review_valid_for", "duration", "how long an approval lasts", std::move(read), std::move(write)}
    );
}

/// What reports measure a model against, whether or not anything alerts on it.
void add_assessment_keys(key_table<policy_settings>& keys) {
    using s = policy_settings;
    keys.texts("home_jurisdictions", "your own countries", &s::home_jurisdictions, check_country);
    keys.texts(
        "trusted_jurisdictions", "countries trusted as well", &s::trusted_jurisdictions, check_country
    );
    keys.texts(
        "elevated_jurisdictions", "countries that need a decision", &s::elevated_jurisdictions, check_country
    );
    auto const uses = one_of({"commercial", "research"});
    keys.text("intended_use", "what the models are for: commercial or research", &s::intended_use, uses);
    keys.duration(
        "unpatched_grace",
        "how long an outdated model is put up with",
        &s::unpatched_grace,
        std::chrono::seconds{0}
    );
    keys.duration("training_valid_for", "how long an owner's training counts", &s::training_valid_for);
    keys.add(
        {"training",
         "table of dates",
         "when each owner (label `owner`, else `team`) was trained",
         read_training,
         write_training}
    );
}

} // namespace

key_table<policy_settings> const& policy_keys() {
    static auto const table = [] {
        using s = policy_settings;
        key_table<s> keys;
        keys.texts("require_formats", "weight formats that are allowed", &s::require_formats, check_format);
        keys.texts("deny_licenses", "globs over license identifiers that are not allowed", &s::deny_licenses);
        keys.flag("require_gated", "only models behind access control", &s::require_gated);
        keys.flag("require_review", "only commits that were approved", &s::require_review);
        add_review_period(keys);
        keys.text("max_rating", "the worst rating that is allowed", &s::max_rating, check_rating);
        keys.texts(
            "enforce", "built-in policies that alert and that the gate asks", &s::enforce, check_enforced
        );
        add_assessment_keys(keys);
        keys.path("publishers_file", "your additions to the publisher registry", &s::publishers_file);
        keys.path("licenses_file", "your additions to the license table", &s::licenses_file);
        keys.add(
            {"severity",
             "table of severities",
             "your own severities, by alert kind or check id",
             read_severities,
             write_severities}
        );
        return keys;
    }();
    return table;
}

void read_policy(toml::table const* table, reading const& what) {
    if (table != nullptr) read_keys(*table, policy_keys(), what.at("[policy]", "policy"), what.out.policy);
}

} // namespace modelwatch::config
