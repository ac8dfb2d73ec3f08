#include "daemon/assess/ages.hpp"
#include "daemon/assess/subject.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace modelwatch::assess {

namespace {

/// The Hub knows no earlier day of creation; older repos all show this one.
constexpr instant hub_floor = std::chrono::sys_days{std::chrono::year{2022} / 3 / 2};

void check_age(subject const& model, findings& out) {
    constexpr auto check = check_id::version_age;
    auto const& created = model.facts.created_at;
    auto const days = days_since(created, model.with.now);
    if (!days) return out.add(check, "unknown", "when it was created is not known");
    bool const at_floor = std::chrono::floor<std::chrono::days>(*created) == hub_floor;
    out.add(
        check,
        age_outcome(*days, model.numbers()),
        fmt::format("created {}{}, {} days ago", day_text(*created), at_floor ? " or earlier" : "", *days)
    );
}

void check_maintenance(subject const& model, findings& out) {
    constexpr auto check = check_id::version_maintenance;
    auto const age = maintenance_of(model.facts, model.numbers(), model.with.now);
    if (!age) return out.add(check, "unknown", "when weights or configuration last changed is not known");
    auto const outcome = maintenance_outcome(age->days, model.numbers());
    if (age->at_least) {
        auto const day = day_text(*model.facts.last_modified);
        return out.add(
            check, outcome, fmt::format("newest commit of any kind {}, {} days ago", day, age->days)
        );
    }
    auto text = fmt::format(
        "newest model commit {}, {} days ago", day_text(*model.facts.model_changed_at), age->days
    );
    auto const& title = model.facts.model_change_title;
    if (!title.empty()) text += fmt::format(" (\"{}\")", shortened(title, 80));
    out.add(check, outcome, std::move(text));
}

void check_superseded(subject const& model, findings& out) {
    constexpr auto check = check_id::version_superseded;
    auto const& facts = model.facts;
    auto const next = successor_in_force(model.with.publishers, facts.repo, facts.successor);
    auto const outcome = to_string(next.state);
    if (next.state == successor_state::unknown || next.state == successor_state::none) {
        bool const none = next.state == successor_state::none;
        std::string_view const usual =
            none ? "the account's listing shows no successor" : "whether there is a successor is not known";
        return out.add(check, outcome, next.reason.empty() ? std::string{usual} : next.reason);
    }
    auto text = next.reason.empty() ? std::string{"there is a successor"} : next.reason;
    bool const named = next.pick.empty() || text.find(next.pick) != std::string::npos;
    if (!named) text += fmt::format(" ({})", next.pick);
    out.add(check, outcome, std::move(text));
}

/// Whole days until support ends; zero and less: it has ended.
long days_left(instant end, instant now) {
    return static_cast<long>(std::chrono::ceil<std::chrono::days>(end - now).count());
}

/// The operator's date of today, else the one that held when the evidence was gathered.
std::optional<instant> end_of_life(subject const& model) {
    if (model.ruled != nullptr && model.ruled->eol_date) return model.ruled->eol_date;
    return model.facts.successor.eol_date;
}

void check_eol(subject const& model, findings& out) {
    constexpr auto check = check_id::version_eol;
    constexpr long notice_days = 90;
    auto const& facts = model.facts;
    auto const date = end_of_life(model);
    auto const left = date ? days_left(*date, model.with.now) : notice_days + 1;
    if (left <= 0) return out.add(check, "past", fmt::format("eol_date {} has passed", day_text(*date)));
    if (facts.deprecated.value_or(false) || facts.successor.deprecated_by_card) {
        auto const& quote = facts.successor.quote;
        return out.add(
            check, "past", quote.empty() ? "the card says deprecated" : fmt::format("the card: \"{}\"", quote)
        );
    }
    if (left <= notice_days) {
        return out.add(check, "soon", fmt::format("eol_date {}, in {} days", day_text(*date), left));
    }
    if (date) return out.add(check, "none", fmt::format("eol_date {}", day_text(*date)));
    if (!facts.deprecated) return out.add(check, "unknown", "no eol_date; the card could not be read");
    out.add(check, "none", "no eol_date, nothing in the card");
}

/// An advisory that names commits, against a commit that is not known, counts: it may be one of them.
bool concerns(advisory_evidence const& advisory, std::string_view commit) {
    if (advisory.commits.empty() || commit.empty()) return true;
    constexpr std::size_t shortest = 7;
    return std::any_of(advisory.commits.begin(), advisory.commits.end(), [&](std::string const& affected) {
        auto const length = std::min(affected.size(), commit.size());
        return length >= shortest && affected.substr(0, length) == commit.substr(0, length);
    });
}

std::string_view outcome_of(severity level) noexcept {
    if (level >= severity::high) return "high";
    return level == severity::medium ? "medium" : "low";
}

void check_advisory(subject const& model, findings& out) {
    constexpr auto check = check_id::version_advisory;
    advisory_evidence const* worst = nullptr;
    std::size_t count = 0;
    for (auto const& one : model.facts.advisories) {
        if (!concerns(one, model.facts.commit)) continue;
        ++count;
        bool const worse = worst == nullptr || one.level > worst->level ||
                           (one.level == worst->level &&
                            std::tie(one.id, one.summary) < std::tie(worst->id, worst->summary));
        if (worse) worst = &one;
    }
    if (worst != nullptr) {
        auto text = worst->id.empty() ? std::string{"an advisory without an id"} : worst->id;
        for (auto const& alias : worst->aliases)
            text += ", " + alias;
        if (!worst->summary.empty()) text += fmt::format(": {}", worst->summary);
        if (count > 1) text += fmt::format(" (and {} more)", count - 1);
        return out.add(check, outcome_of(worst->level), std::move(text));
    }
    if (!model.facts.advisories_configured) return out.add(check, "no-feed", "no advisories are configured");
    out.add(check, "none", "no advisory of the configured ones names it");
}

} // namespace

succession successor_in_force(publisher_registry const& publishers, std::string_view repo, succession found) {
    auto const* const ruled = publishers.models().find(repo);
    if (ruled == nullptr || ruled->successor.empty()) return found;
    found.state = successor_state::one;
    found.source = succession_source::operator_entry;
    found.pick = ruled->successor;
    found.reason = "The operator names " + found.pick + " as the successor.";
    return found;
}

void look_at_timeliness(subject const& model, findings& out) {
    check_age(model, out);
    check_maintenance(model, out);
    check_superseded(model, out);
    check_upstream(model, out);
    check_eol(model, out);
    check_advisory(model, out);
}

} // namespace modelwatch::assess
