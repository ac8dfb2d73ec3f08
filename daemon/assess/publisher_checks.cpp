#include "daemon/assess/ages.hpp"
#include "daemon/assess/lookalike.hpp"
#include "daemon/assess/subject.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::assess {

namespace {

struct type_outcome {
    std::string_view type; ///< of the registry
    std::string_view outcome;
};

constexpr auto types = std::to_array<type_outcome>(
    {{"large-tech", "tech"},
     {"ai-lab", "lab"},
     {"startup", "startup"},
     {"academic", "academic"},
     {"nonprofit", "nonprofit"},
     {"government-affiliated", "gov"},
     {"community-org", "community"},
     {"individual", "individual"}}
);

std::string_view type_of(subject const& model) noexcept {
    if (model.registered != nullptr) {
        auto const same = [&](type_outcome const& row) { return row.type == model.registered->type; };
        auto const found = std::find_if(types.begin(), types.end(), same);
        if (found != types.end()) return found->outcome;
    }
    if (model.is_organisation()) return "org";
    return model.is_user() ? "user" : "unknown";
}

void check_type(subject const& model, findings& out) {
    constexpr auto check = check_id::publisher_type;
    auto const outcome = type_of(model);
    if (find_outcome(info(check), outcome)->state == outcome_state::known) {
        auto const& row = *model.registered;
        auto const entity = row.legal_entity.empty() ? std::string{} : ", " + row.legal_entity;
        return out.add(check, outcome, fmt::format("registry: {} is {}{}", row.name, row.type, entity));
    }
    std::string_view const kind = outcome == "unknown" ? "an account of unknown kind"
                                  : outcome == "org"   ? "an organisation"
                                                       : "a user account";
    out.add(check, outcome, fmt::format("{}: {}, no type in the registry", model.account, kind));
}

bool holds(std::vector<std::string> const& list, std::string_view country) {
    return std::any_of(list.begin(), list.end(), [&](std::string const& one) {
        return lower(one) == lower(country);
    });
}

/// A partial link (public money, a national programme) is for the operator to promote.
bool is_government(publisher const& row) noexcept {
    return row.type == "government-affiliated" || row.gov_link == "full";
}

std::string_view jurisdiction_of(rubric const& numbers, publisher const* row) {
    std::string const country = row == nullptr ? std::string{} : row->country;
    bool const home = holds(numbers.home_jurisdictions, country);
    if (!country.empty() && holds(numbers.elevated_jurisdictions, country)) return "elevated";
    if (row != nullptr && is_government(*row) && !home) return "foreign-gov";
    bool const any_list = !numbers.home_jurisdictions.empty() || !numbers.trusted_jurisdictions.empty() ||
                          !numbers.elevated_jurisdictions.empty();
    if (!any_list) return "unset";
    if (country.empty()) return "unknown";
    if (home) return "home";
    return holds(numbers.trusted_jurisdictions, country) ? "trusted" : "other";
}

void check_jurisdiction(subject const& model, findings& out) {
    constexpr auto check = check_id::publisher_jurisdiction;
    auto const* const row = model.registered;
    auto const outcome = jurisdiction_of(model.numbers(), row);
    std::string const country = row == nullptr || row->country.empty() ? "not known" : row->country;
    if (outcome == "foreign-gov") {
        return out.add(
            check,
            outcome,
            fmt::format("country {}, government link {}, not on home_jurisdictions", country, row->gov_link)
        );
    }
    out.add(check, outcome, fmt::format("country {}", country));
}

void check_verified(subject const& model, findings& out) {
    constexpr auto check = check_id::publisher_verified;
    if (model.registered != nullptr) {
        return out.add(check, "registry", fmt::format("registry entry {}", model.registered->name));
    }
    if (model.is_user()) return out.add(check, "na", "a user account, not in the registry");
    if (!model.facts.owner.verified) {
        return out.add(check, "unknown", "not in the registry; the hub did not say whether it is verified");
    }
    if (*model.facts.owner.verified) return out.add(check, "badge", "isVerified=true");
    out.add(check, "neither", "isVerified=false, not in the registry");
}

void check_single_point(subject const& model, findings& out) {
    constexpr auto check = check_id::publisher_single_point;
    if (model.is_user()) return out.add(check, "single", "a user account: one login");
    auto const members = model.facts.owner.members.value_or(0);
    if (members >= 2) {
        return out.add(check, "multi", fmt::format("an organisation with {} members", members));
    }
    if (members == 1) return out.add(check, "single", "an organisation with one member");
    out.add(check, "unknown", "how many members the account has is not known");
}

void check_dormancy(subject const& model, findings& out) {
    constexpr auto check = check_id::publisher_dormancy;
    auto const& last = model.facts.owner.last_activity;
    auto const days = days_since(last, model.with.now);
    if (!days) return out.add(check, "unknown", "the newest change of the account's models is not known");
    out.add(
        check,
        dormancy_outcome(*days, model.numbers()),
        fmt::format(
            "newest change of any model of {}: {}, {} days ago", model.account, day_text(*last), *days
        )
    );
}

bool is_accountable(subject const& model) noexcept {
    auto const outcome = type_of(model);
    return outcome != "individual" && outcome != "community" &&
           find_outcome(info(check_id::publisher_type), outcome)->state == outcome_state::known;
}

void check_blast_radius(subject const& model, findings& out) {
    constexpr auto check = check_id::publisher_blast_radius;
    if (is_accountable(model))
        return out.add(check, "na", "an accountable publisher: downloads do not count");
    auto const& downloads = model.facts.downloads;
    if (!downloads) return out.add(check, "unknown", "the hub did not count downloads");
    bool const popular = *downloads >= model.numbers().popular_downloads;
    out.add(check, popular ? "popular" : "small", fmt::format("{} downloads in 30 days", *downloads));
}

/// "repository id a -> b" of ids that are known on both sides and differ; empty: they do not.
std::string moved(std::string_view what, std::string_view before, std::string_view now) {
    if (before.empty() || now.empty() || lower(before) == lower(now)) return {};
    return fmt::format("{} {} -> {}", what, before, now);
}

void check_lookalike(subject const& model, findings& out) {
    constexpr auto check = check_id::publisher_lookalike;
    auto const seen = find_lookalike(model.account, model.with.publishers);
    if (seen.level == lookalike_level::none)
        return out.add(check, "none", "no known account has a name like it");
    out.add(check, to_string(seen.level), fmt::format("resembles {}: {}", seen.resembles, seen.how));
}

void check_continuity(subject const& model, findings& out) {
    constexpr auto check = check_id::publisher_continuity;
    auto const& facts = model.facts;
    auto const registered = moved(
        "registered owner", model.registered == nullptr ? "" : model.registered->owner_id, facts.owner.id
    );
    if (!registered.empty()) return out.add(check, "changed", registered);
    if (!facts.baseline) return out.add(check, "no-baseline", "no baseline yet");
    auto const& then = *facts.baseline;
    for (auto const& change :
         {moved("repository id", then.repo_id, facts.repo_id),
          moved("owner id", then.owner_id, facts.owner.id),
          moved("account", then.author, facts.author)}) {
        if (!change.empty()) return out.add(check, "changed", change);
    }
    // The same name alone is just what somebody who took the name over would show.
    bool const told = !then.repo_id.empty() && !facts.repo_id.empty();
    if (!told) return out.add(check, "no-baseline", "the hub gives no ids to compare with the baseline's");
    out.add(check, "same", fmt::format("repository id {} as at the baseline", facts.repo_id));
}

void check_account_age(subject const& model, findings& out) {
    constexpr auto check = check_id::publisher_account_age;
    constexpr long new_days = 90;
    constexpr long recent_days = 365;
    auto const days = days_since(model.facts.owner.created_at, model.with.now);
    if (!days) return out.add(check, "not-told", "the hub did not say when the account was opened");
    auto const outcome = *days <= new_days ? "new" : *days <= recent_days ? "recent" : "established";
    out.add(
        check, outcome, fmt::format("opened {}, {} days ago", day_text(*model.facts.owner.created_at), *days)
    );
}

} // namespace

void look_at_publisher(subject const& model, findings& out) {
    check_type(model, out);
    check_jurisdiction(model, out);
    check_verified(model, out);
    check_single_point(model, out);
    check_origin(model, out);
    check_dormancy(model, out);
    check_blast_radius(model, out);
    check_lookalike(model, out);
    check_continuity(model, out);
    check_account_age(model, out);
}

} // namespace modelwatch::assess
