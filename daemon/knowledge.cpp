#include "daemon/knowledge.hpp"

#include "daemon/hub/parse_card.hpp"
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

std::optional<std::string> stored_text(storage::store& db, snapshot const& state, std::string_view path) {
    auto const* const file = state.find(path);
    return file == nullptr ? std::nullopt : db.text(file->content_id());
}

/// Nothing told what the card of this state says, although there is one.
bool card_is_untold(snapshot const& state) {
    bool const told_otherwise = !state.tags.empty() || !state.license.ids.empty();
    bool const silent = state.card.empty() && (!told_otherwise || !state.card_problem.empty());
    return hub::lacks_card(state) && silent;
}

void take_card(snapshot& to, snapshot const& from) {
    to.license = from.license;
    to.card = from.card;
    to.base_models = from.base_models;
    to.base_model_relation = from.base_model_relation;
    to.new_version = from.new_version;
    if (to.tags.empty()) to.tags = from.tags;
    if (to.pipeline_tag.empty()) to.pipeline_tag = from.pipeline_tag;
    if (to.library_name.empty()) to.library_name = from.library_name;
    to.custom_code = to.custom_code || from.custom_code;
}

/// What could not be read now keeps its last known value, and a baseline that was recorded without a card is
/// no evidence of a change: unknown is neither "none" nor "changed".
void settle_untold(knowledge& known, observation& seen) {
    if (!seen.state) return;
    auto& now = *seen.state;
    if (known.latest && card_is_untold(now)) take_card(now, *known.latest);
    if (known.latest && hub::lacks_configuration(now)) {
        now.auto_map = known.latest->auto_map;
        if (now.chat_template.empty()) now.chat_template = known.latest->chat_template;
    }
    if (known.baseline && card_is_untold(*known.baseline)) take_card(*known.baseline, now);
}

} // namespace

void read_stored_texts(storage::store& db, snapshot& state) {
    if (hub::lacks_card(state) && state.card.empty()) {
        auto const readme = stored_text(db, state, "README.md");
        if (readme) hub::read_readme(state, *readme, {});
    }
    if (!hub::lacks_configuration(state)) return;
    hub::configuration_texts const texts{
        stored_text(db, state, "config.json"),
        stored_text(db, state, "tokenizer_config.json"),
        stored_text(db, state, "chat_template.jinja")
    };
    if (!texts.config && !texts.tokenizer) return;
    hub::read_configuration(state, texts);
    bool const all_had = (texts.config || !state.find("config.json")) &&
                         (texts.tokenizer || !state.find("tokenizer_config.json"));
    state.configuration_told = state.configuration_told && all_had;
}

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
    for (auto* const state : {&known.latest, &known.baseline}) {
        if (*state) read_stored_texts(db, **state);
    }
    settle_untold(known, seen);
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

std::optional<snapshot>
recorded_at(storage::store& db, std::vector<watch> const& targets, std::string const& commit) {
    for (auto const& target : targets) {
        if (auto found = db.find_snapshot(target.key(), commit)) return found;
    }
    return std::nullopt;
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
