#include "daemon/knowledge.hpp"

#include "daemon/judge.hpp"

namespace modelwatch {

namespace {

constexpr std::size_t log_from_store = 1000;

storage::watch_record record_of(storage::store& db, watch const& target, instant now) {
    auto record = db.find_watch(target.key());
    if (!record) {
        record.emplace();
        record->first_seen_at = now;
    }
    note_target(*record, target);
    return *record;
}

constexpr auto pinned = storage::baseline_origin::configuration;

std::string pin_key(watch const& target) {
    return "pin:" + target.key();
}

/// The configuration's pin counts when it is new; an `accept` that came after it stays until the pin is
/// changed.
bool pin_applies(storage::store& db, watch const& target) {
    return !target.baseline.empty() && db.meta(pin_key(target)) != target.baseline;
}

} // namespace

knowledge gather(storage::store& db, watch const& target, observation& seen, instant now) {
    knowledge known;
    known.record = record_of(db, target, now);
    known.first_poll = !known.record.baseline;
    known.pin_is_new = pin_applies(db, target);
    if (known.pin_is_new) {
        known.record.baseline =
            storage::baseline_record{target.baseline, {}, now, "configuration", "pinned", pinned};
    }
    if (known.record.latest) known.latest = db.load_snapshot(*known.record.latest);
    auto const& base = known.record.baseline;
    known.baseline_is_pinned = base && base->origin == pinned;
    if (base && base->snapshot) known.baseline = db.load_snapshot(*base->snapshot);
    if (!known.baseline && base) {
        known.baseline =
            seen.baseline_state ? seen.baseline_state : db.find_snapshot(target.key(), base->commit);
    }
    if (!target.deployed.empty()) {
        known.deployed =
            seen.deployed_state ? seen.deployed_state : db.find_snapshot(target.key(), target.deployed);
    }
    if (base && !known.baseline && seen.state) {
        // The hub has no such commit: only its ancestry can be judged, not its content.
        known.baseline = *seen.state;
        known.baseline->commit = base->commit;
        known.baseline_is_elsewhere = true;
    }
    return known;
}

void note_pin(storage::store& db, watch const& target) {
    db.set_meta(pin_key(target), target.baseline);
}

commit_log stored_log(storage::store& db, std::string const& key) {
    commit_log log;
    log.commits = db.commits(key, log_from_store);
    log.known = !log.commits.empty();
    return log;
}

void recall(storage::store& db, watch const& target, knowledge const& known, observation& seen) {
    seen.state = known.latest;
    seen.log = stored_log(db, target.key());
}

rating_scene scene_of(knowledge const& known, observation const& seen) {
    auto const& latest = seen.state ? seen.state : known.latest;
    auto const& in_use = known.deployed ? known.deployed : latest;
    bool const trusted = known.baseline && !known.baseline_is_elsewhere;
    auto const* baseline = trusted ? &*known.baseline : nullptr;
    // At first sight what is seen becomes the baseline; a later change is a change of that.
    if (!known.record.baseline && seen.state) baseline = &*seen.state;
    return {baseline, in_use ? &*in_use : nullptr};
}

storage::event_record event_of(std::string key, std::string what, std::string text, instant now) {
    storage::event_record out;
    out.at = now;
    out.watch_key = std::move(key);
    out.what = std::move(what);
    out.text = std::move(text);
    return out;
}

} // namespace modelwatch
