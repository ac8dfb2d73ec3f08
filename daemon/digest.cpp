#include "daemon/digest.hpp"

#include "daemon/accounts.hpp"
#include "daemon/alerting/digest.hpp"
#include "daemon/config/slot.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/safe_text.hpp"
#include "daemon/rating.hpp"
#include "daemon/views.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

constexpr std::chrono::days period{7};
constexpr std::size_t most = 10'000;

/// An alert's place in the digest of its watch: how far behind a deployment is, and what succeeds it.
void add_alert_facts(alerting::digest_model& to, std::span<alert const> open) {
    for (auto const& one : open) {
        auto const& evidence = one.what.evidence;
        if (one.what.kind == alert_kind::outdated) {
            to.commits_behind = number_of(evidence, "commits_behind");
            to.days_behind = number_of(evidence, "days_behind");
        }
        if (one.what.kind == alert_kind::superseded && to.successor.empty())
            to.successor = text_of(evidence, "successor");
    }
}

void add_rating(alerting::digest_model& to, rated const& found, bool review_asked) {
    to.rating = assess::to_string(found.what.rating());
    to.score = found.what.score();
    to.staleness = assess::to_string(found.what.age());
    to.reasons = found.what.staleness_reasons();
    if (to.successor.empty()) to.successor = found.facts.successor.pick;
    for (auto const& one : found.verdicts) {
        if (one.asked && one.violated()) to.policy_failures.push_back(one.id + ": " + one.why);
        if (one.id != "policy-formal-review") continue;
        bool const bad = one.value != assess::verdict::pass;
        to.review_due = bad && (review_asked || !found.reviews.empty());
        to.review = one.why;
    }
}

/// A level that moved within the period; what it was is in the record.
void add_course(
    alerting::digest_model& to, std::optional<rating_record> const& record, std::string const& before
) {
    if (!record || before.empty() || before == to.rating) return;
    to.rating_before = before;
    auto const was = assess::parse_risk_level(before);
    auto const is = assess::parse_risk_level(to.rating);
    to.rating_fell = was && is && *is < *was;
}

void add_stored_rating(
    alerting::digest_model& to, storage::store& db, judge_rules const& rules, watch const& target, instant now
) {
    auto const found = rate_stored(db, rules, target, now);
    if (!found) return;
    add_rating(to, *found, rules.policy.require_review);
    auto const record = db.rating(target.key());
    if (record) to.trend = record->trend;
    add_course(to, record, record ? record->reference.level : std::string{});
}

/// On its hub; empty for a hub that has other pages than the Hugging Face Hub's.
std::string web_page(config::settings const& settings, watch const& target) {
    auto const hub = settings.hubs.find(target.hub);
    bool const known = hub != settings.hubs.end() && hub->second.type == "huggingface";
    return known ? hub->second.endpoint + "/" + target.repo : std::string{};
}

void add_exceptions(alerting::digest_model& to, storage::store& db, watch const& target, instant now) {
    for (auto const& one : db.exceptions(target.hub, target.repo)) {
        bool const in_use =
            one.commit == to.baseline || one.commit == to.deployed || one.commit == to.upstream;
        if (in_use && one.until > now) to.exceptions.push_back({one.policy, one.until});
    }
}

alerting::digest_model model_of(
    storage::store& db,
    config::settings const& settings,
    judge_rules const& rules,
    watch const& target,
    std::vector<alert>& all,
    instant now
) {
    alerting::digest_model out;
    auto const open = db.active_alerts(target.key());
    for (auto const& one : open) {
        if (info(one.what.kind).about != alert_class::monitor) all.push_back(one);
    }
    auto const status = views::status_of(db, target, open, settings.rubric.age_limits, now);
    out.repo = target.repo;
    out.revision = target.revision;
    out.tags = target.tags;
    out.deployed = target.deployed;
    out.upstream = text_of(status, "commit");
    out.staleness = text_of(status, "staleness");
    out.last_success_at = instant_of(status, "last_success_at");
    out.last_error = text_of(status, "last_error");
    add_alert_facts(out, open);
    try {
        add_stored_rating(out, db, rules, target, now);
    } catch (storage::damaged_state const& e) {
        out.last_error = e.what(); // of this one; the others are told of all the same
    }
    auto const patience = std::max<std::chrono::milliseconds>(3 * target.interval, std::chrono::hours{24});
    out.baseline = text_of(status, "baseline_commit");
    out.url = web_page(settings, target);
    add_exceptions(out, db, target, now);
    out.blind = !out.last_success_at || now - *out.last_success_at > patience;
    return out;
}

void add_silences(alerting::digest_input& to, storage::store& db) {
    for (auto const& one : db.silences(to.now, most))
        to.silences.push_back({scope_of(one), one.until, one.by, one.reason});
}

void add_events(alerting::digest_input& to, storage::store& db) {
    std::map<std::string, std::string> repos;
    for (auto const& row : db.watches())
        repos.emplace(row.key, row.repo);
    for (auto const& one : db.events({}, most)) {
        if (one.at < to.since) continue;                 // newer ones may be dated by a clock that was behind
        if (one.what.starts_with("resolved:")) continue; // they are in what got better
        auto const repo = repos.find(one.watch_key);
        to.events.push_back(
            {one.at,
             repo == repos.end() ? one.watch_key : repo->second,
             one.what,
             one.level,
             one.text,
             std::string{text_of(one.facts, "alert")}}
        );
    }
    for (auto& one : db.alerts(true, most)) {
        if (one.resolved_at && *one.resolved_at >= to.since) to.resolved.push_back(std::move(one));
    }
}

/// Given up, or tried and not delivered yet.
void add_failed(alerting::digest_input& to, storage::store& db) {
    for (auto& one : db.messages({})) {
        bool const failed = one.state == message_state::given_up || one.attempts > 0;
        if (failed) to.failed.push_back(std::move(one));
    }
}

std::string next_slot_text(config::digest_settings const& how, instant now) {
    auto const schedule = config::parse_schedule(how.schedule);
    if (!schedule || how.notifiers.empty()) return {};
    auto const next = config::next_slot(*schedule, how.timezone, now);
    return how.schedule + " " + how.timezone + " (" + notify::for_people(next, how.timezone) + ")";
}

} // namespace

json::object
digest_now(storage::store& db, config::settings const& settings, judge_rules const& rules, instant now) {
    alerting::digest_input in;
    in.now = now;
    in.since = std::max(db.last_digest_slot(now).value_or(now - period), now - 5 * period);
    // A digest of the last minutes, asked for by hand, would hide the week.
    if (now - in.since < std::chrono::hours{1}) in.since = now - period;
    for (auto const& target : all_watches(settings, db))
        in.models.push_back(model_of(db, settings, rules, target, in.alerts, now));
    for (auto& one : db.active_alerts({})) {
        // Those of watches are in already.
        if (info(one.what.kind).about == alert_class::monitor) in.alerts.push_back(std::move(one));
    }
    add_silences(in, db);
    add_events(in, db);
    add_failed(in, db);
    in.next = next_slot_text(settings.digest, now);
    in.local = [&](instant when) { return notify::for_people(when, settings.digest.timezone); };
    return alerting::compose_digest(std::move(in));
}

json::object digest_now(storage::store& db, assembly const& how, instant now) {
    return digest_now(db, how.settings, how.rules, now);
}

} // namespace modelwatch
