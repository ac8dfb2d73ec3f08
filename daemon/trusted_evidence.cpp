#include "daemon/trusted_evidence.hpp"

#include "daemon/evidence.hpp"
#include "daemon/known_texts.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

constexpr std::string_view accepted_key = "accepted";

using assess::evidence;

/// What the hub and the account say of the repo, whatever its commit.
void take_surroundings(evidence& to, evidence const& from) {
    to.hub = from.hub;
    to.repo = from.repo;
    to.revision = from.revision;
    to.observed_at = from.observed_at;
    to.repo_id = from.repo_id;
    to.author = from.author;
    to.place = from.place;
    to.is_private = from.is_private;
    to.disabled = from.disabled;
    to.gate = from.gate;
    to.discussions_disabled = from.discussions_disabled;
    to.downloads = from.downloads;
    to.created_at = from.created_at;
    to.advisories_configured = from.advisories_configured;
    to.advisories = from.advisories;
    to.allow_patterns = from.allow_patterns;
}

/// The commit that nobody accepted is itself a sign of life.
void take_owner(assess::owner_evidence& to, assess::owner_evidence const& from) {
    auto const active = to.last_activity;
    to = from;
    to.last_activity = active;
}

/// What a card says of its base stays what the trusted card says; what the base has become since is news.
void take_bases(std::vector<assess::base_evidence>& to, std::vector<assess::base_evidence> const& from) {
    for (auto& base : to) {
        auto const now = std::find_if(from.begin(), from.end(), [&](assess::base_evidence const& one) {
            return one.resolved && lower(one.repo) == lower(base.repo);
        });
        if (now == from.end()) continue;
        bool const inferred = base.inferred;
        base = *now;
        base.inferred = inferred;
    }
}

bool is_of_the_card(assess::succession const& next) noexcept {
    using assess::succession_source;
    bool const by_others = next.source == succession_source::name || next.source == succession_source::none ||
                           next.source == succession_source::operator_entry;
    return next.declared || !next.quote.empty() || !by_others;
}

/// The listing and the operator may name a successor at any time; a card can name or take back one only for
/// its own commit.
void take_successor(assess::succession& to, assess::succession const& from) {
    bool const unknown = from.state == assess::successor_state::unknown;
    if (unknown || is_of_the_card(to) || is_of_the_card(from)) return;
    auto const deprecated = to.deprecated_by_card;
    to = from;
    to.deprecated_by_card = deprecated;
}

/// Where the account was not active later than by the newest commit, it was not active since.
std::optional<instant> activity_without(evidence const& newest, snapshot const& state) {
    auto const& active = newest.owner.last_activity;
    bool const by_others = active && newest.last_modified && *active > *newest.last_modified;
    return by_others ? active : state.last_modified;
}

/// Dates of the newest commit that hold for an earlier one, too: nothing came between.
void take_dates(evidence& to, evidence const& newest, snapshot const& state) {
    auto const& changed = newest.model_changed_at;
    to.last_modified = state.last_modified;
    to.owner.last_activity = activity_without(newest, state);
    if (changed && state.last_modified && *changed <= *state.last_modified) return;
    to.model_changed_at.reset();
    to.model_change_title.clear();
}

/// What the state's own card says of it.
void take_card(evidence& to, evidence own, std::vector<assess::base_evidence> const& known) {
    take_bases(own.bases, known);
    // Guesses are made from the name, which is the same at every commit.
    bool const guessed = own.bases.empty() && std::all_of(known.begin(), known.end(), [](auto const& one) {
                             return one.inferred;
                         });
    if (!guessed) to.bases = std::move(own.bases);
    to.base_relation = std::move(own.base_relation);
    to.card_withheld = own.card_withheld;
    to.pipeline_tag = std::move(own.pipeline_tag);
    to.library_name = std::move(own.library_name);
    to.tags = std::move(own.tags);
    to.scan = own.scan;
}

} // namespace

json::object to_json(kept_evidence const& kept) {
    auto out = assess::to_json(kept.head);
    if (kept.accepted) out[accepted_key] = assess::to_json(*kept.accepted);
    return out;
}

kept_evidence kept_evidence_from_json(json::object const& object) {
    auto head = object;
    auto const* const accepted = object.if_contains(accepted_key);
    if (accepted != nullptr) head.erase(accepted_key);
    kept_evidence out{assess::evidence_from_json(head), {}};
    if (accepted != nullptr) out.accepted = assess::evidence_from_json(accepted->as_object());
    return out;
}

kept_evidence take_in(
    std::optional<kept_evidence> before,
    std::optional<evidence> fresh,
    std::optional<evidence> of_trusted,
    std::string const& trusted
) {
    auto out = before.value_or(kept_evidence{});
    if (of_trusted) out.accepted = std::move(of_trusted);
    if (fresh) {
        if (before && !trusted.empty() && before->head.commit == trusted) out.accepted = before->head;
        out.head = before ? merged(before->head, std::move(*fresh)) : std::move(*fresh);
    }
    if (out.head.commit == trusted) out.accepted.reset();
    return out;
}

evidence brought_up_to_date(evidence accepted, evidence const& newest) {
    take_surroundings(accepted, newest);
    take_owner(accepted.owner, newest.owner);
    take_bases(accepted.bases, newest.bases);
    take_successor(accepted.successor, newest.successor);
    return accepted;
}

evidence
at_commit(storage::store& db, assess::license_table const& licenses, evidence newest, snapshot const& state) {
    auto const texts = texts_of_rating(db, state, {});
    auto own = evidence_of(state, newest.place, nullptr, texts);
    bool const another = newest.commit != state.commit;
    auto out = newest;
    out.commit = state.commit;
    out.license = std::move(own.license);
    out.license_tags = std::move(own.license_tags);
    out.format = std::move(own.format);
    out.auto_map = std::move(own.auto_map);
    // The texts may have been looked at without being kept.
    if (another || own.configuration_read || !out.configuration_read) {
        out.custom_code = own.custom_code;
        out.reached = std::move(own.reached);
        out.configuration_read = own.configuration_read;
        out.unreadable = std::move(own.unreadable);
    }
    out.has_chat_template = own.has_chat_template;
    if (!another) return out;
    out.license_texts = recognize_licenses(license_files(state.files), texts, licenses);
    take_card(out, std::move(own), newest.bases);
    take_dates(out, newest, state);
    return out;
}

evidence evidence_at(
    storage::store& db,
    assess::license_table const& licenses,
    kept_evidence const& kept,
    snapshot const& state
) {
    if (kept.head.commit == state.commit) return kept.head;
    if (kept.accepted && kept.accepted->commit == state.commit)
        return brought_up_to_date(*kept.accepted, kept.head);
    return at_commit(db, licenses, kept.head, state);
}

} // namespace modelwatch
