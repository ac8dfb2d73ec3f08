#include "daemon/assess/rating_course.hpp"

#include "daemon/assess/scoring.hpp"
#include "daemon/assess/subject.hpp"

#include <algorithm>

namespace modelwatch::assess {

namespace {

rating_mark mark_of(assessment const& rated) {
    rating_mark out;
    out.level = to_string(rated.rating());
    out.score = rated.score();
    out.rubric = rated.rubric_label();
    out.at = rated.assessed_at();
    out.staleness = to_string(rated.age());
    for (auto const& part : rated.results()) {
        out.levels.emplace_back(to_string(part.level));
        for (auto const& one : part.findings)
            out.findings[std::string{to_string(one.check)}] = {std::string{one.outcome->name}, one.points};
    }
    return out;
}

/// Above zero: worse than the reference.
int compared(rating_mark const& now, rating_mark const& reference) {
    auto const a = parse_risk_level(now.level);
    auto const b = parse_risk_level(reference.level);
    if (!a || !b || *a == *b) return 0;
    return *a > *b ? 1 : -1;
}

/// Taken when two principal checks or more had no evidence (F9): what was learnt since is no change.
bool was_provisional(rating_mark const& mark) {
    std::size_t lacking = 0;
    for (auto const& check : checks()) {
        auto const found = mark.findings.find(std::string{check.name});
        bool const unknown = found != mark.findings.end() && found->second.outcome == "unknown";
        lacking += check.principal && unknown ? 1 : 0;
    }
    return lacking >= 2;
}

/// Only what is not known any more costs more than before: a hub that fails makes no model worse.
bool only_evidence_went(rating_mark const& reference, assessment const& rated) {
    bool lost = false;
    for (auto const& part : rated.results()) {
        for (auto const& one : part.findings) {
            auto const before = reference.findings.find(std::string{to_string(one.check)});
            if (before != reference.findings.end() && one.points <= before->second.points) continue;
            if (one.state() != outcome_state::unknown && one.points > 0) return false;
            lost = lost || one.points > 0;
        }
    }
    return lost;
}

bool is_worse(rating_mark const& reference, assessment const& rated) {
    if (rated.provisional()) return false;
    return compared(mark_of(rated), reference) > 0 && !only_evidence_went(reference, rated);
}

void count_level(rating_record& out, assessment const& rated, assessment const* steady) {
    if (rated.provisional()) return; // too little is known to call it a move of the model
    auto const order = compared(worst_mark(out), out.reference);
    if (order > 0 && only_evidence_went(out.reference, rated)) return;
    out.worse = order > 0 ? out.worse + 1 : 0;
    bool const sure = order > 0 && steady != nullptr && is_worse(out.reference, *steady);
    if (sure) out.worse = std::max(out.worse, polls_to_believe);
    out.better = order < 0 ? out.better + 1 : 0;
    if (out.better < polls_to_believe) return;
    out.reference = out.now;
    out.better = 0;
}

void count_age(rating_record& out, assessment const& rated) {
    if (rated.age() == staleness::unknown) return;
    if (rated.age() != staleness::outdated) {
        out.outdated_since.reset();
    } else if (!out.outdated_since || *out.outdated_since > rated.assessed_at()) {
        out.outdated_since = rated.assessed_at();
    }
}

/// What stands at first sight is told to nobody, so it need not be seen again: `first` counts as enough.
void count_successors(
    rating_record& out, evidence const& facts, publisher_registry const& publishers, bool first
) {
    auto const once_more = [first](unsigned before) { return first ? polls_to_believe : before + 1; };
    auto const own = successor_in_force(publishers, facts.repo, facts.successor);
    if (own.state != successor_state::unknown) {
        bool const found = own.state >= successor_state::point;
        out.successor_polls = found ? once_more(out.successor_polls) : 0;
        out.successor = found ? own.pick : std::string{};
    }
    std::map<std::string, unsigned> upstream;
    for (auto const& base : facts.bases) {
        auto const known = out.upstream_polls.find(base.repo);
        auto const before = known == out.upstream_polls.end() ? 0U : known->second;
        auto const next = successor_in_force(publishers, base.repo, base.successor);
        bool const told = base.resolved && next.state != successor_state::unknown;
        bool const found = told && next.state >= successor_state::point;
        upstream[base.repo] = found ? once_more(before) : told ? 0 : before;
    }
    out.upstream_polls = std::move(upstream);
}

void add(std::map<std::string, std::string>& out, std::string const& key, std::string const& value) {
    if (!value.empty()) out[key] = value;
}

/// What the publisher, the operator or the card says does not flicker; what only names tell may.
void hold_names(succession& now, succession const& before) {
    bool const only_names = now.source == succession_source::name || now.source == succession_source::none;
    bool const nothing_new_said =
        now.source == before.source && now.chain == before.chain && now.quote == before.quote;
    if (!only_names && !nothing_new_said) return;
    auto held = before;
    held.deprecated_by_card = now.deprecated_by_card;
    held.eol_date = now.eol_date;
    held.past_eol = now.past_eol;
    held.near_eol = now.near_eol;
    now = std::move(held);
}

} // namespace

evidence without_flicker(evidence now, evidence const& before) {
    now.downloads = before.downloads;
    bool const scanned = now.scan && *now.scan >= scan_level::safe;
    if (!scanned) now.scan = before.scan; // a new commit waits in the scanners' queue for a while
    now.owner.last_activity = before.owner.last_activity;
    hold_names(now.successor, before.successor);
    for (auto& base : now.bases) {
        auto const same = [&](base_evidence const& old) { return old.repo == base.repo; };
        auto const old = std::find_if(before.bases.begin(), before.bases.end(), same);
        if (old != before.bases.end()) hold_names(base.successor, old->successor);
    }
    return now;
}

std::optional<double> confidence_of(rating_mark const& mark) {
    outcome_list outcomes{};
    for (auto const& check : checks()) {
        auto const found = mark.findings.find(std::string{check.name});
        if (found == mark.findings.end()) return std::nullopt;
        auto const outcome =
            std::find_if(check.outcomes.begin(), check.outcomes.end(), [&](outcome_info const& one) {
                return one.name == found->second.outcome;
            });
        if (outcome == check.outcomes.end()) return std::nullopt;
        outcomes[static_cast<std::size_t>(check.id)] = &*outcome;
    }
    return confidence_of(outcomes);
}

bool head_is_worse(assessment const& rated, assessment const& head) noexcept {
    return !head.provisional() && head.rating() > rated.rating();
}

bool head_is_worse(rating_record const& course) {
    return course.head && !was_provisional(course.head->mark) && compared(course.head->mark, course.now) > 0;
}

rating_mark const& worst_mark(rating_record const& course) {
    return head_is_worse(course) ? course.head->mark : course.now;
}

std::map<std::string, std::string>
publisher_facts(evidence const& facts, publisher_registry const& publishers) {
    std::map<std::string, std::string> out;
    auto const account = facts.author.empty() ? facts.repo.substr(0, facts.repo.find('/')) : facts.author;
    if (auto const* const row = publishers.find(account)) {
        add(out, "type", row->type);
        add(out, "gov_link", row->gov_link);
        add(out, "legal_entity", row->legal_entity);
        add(out, "country", row->country);
        add(out, "denylisted", row->denylisted ? "yes" : "no");
    }
    if (facts.owner.verified) add(out, "verified", *facts.owner.verified ? "yes" : "no");
    return out;
}

namespace {

/// Weeks as people count them: from Monday.
auto week_of(instant when) {
    using weeks = std::chrono::weeks;
    return std::chrono::floor<weeks>(when.time_since_epoch() + std::chrono::days{3});
}

/// The picture of the last weeks: this rating replaces one of the same week and level.
void note_point(rating_record& out) {
    auto& trend = out.trend;
    bool const same = !trend.empty() && trend.back().level == out.now.level &&
                      week_of(trend.back().at) == week_of(out.now.at);
    if (same) trend.pop_back();
    trend.push_back({out.now.at, out.now.level, out.now.score});
    if (trend.size() > rating_points) trend.erase(trend.begin());
}

} // namespace

rating_record follow_rating(
    std::optional<rating_record> const& before,
    assessment const& rated,
    evidence const& facts,
    publisher_registry const& publishers,
    std::string const& baseline_commit,
    assessment const* steady,
    assessment const* head
) {
    auto const now = mark_of(rated);
    if (before && before->now.at == now.at && before->baseline == baseline_commit) return *before;
    auto out = before.value_or(rating_record{});
    bool const other_baseline = !before || out.baseline != baseline_commit;
    bool const learnt = !rated.provisional() && was_provisional(out.reference);
    bool const anew = other_baseline || learnt || out.reference.rubric != rated.rubric_label();
    out.now = now;
    out.head.reset();
    if (head != nullptr) out.head = {head->commit(), mark_of(*head)};
    bool const by_head = head != nullptr && head_is_worse(rated, *head);
    if (anew) {
        out.reference = now;
        out.worse = out.better = 0;
    }
    if (!anew || by_head) count_level(out, by_head ? *head : rated, steady);
    auto known = publisher_facts(facts, publishers);
    if (other_baseline) out.publisher.clear();
    out.publisher.insert(known.begin(), known.end()); // what was unknown then may have become known since
    out.baseline = baseline_commit;
    note_point(out);
    count_age(out, rated);
    count_successors(out, facts, publishers, !before);
    return out;
}

} // namespace modelwatch::assess
