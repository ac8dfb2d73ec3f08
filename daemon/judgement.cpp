#include "daemon/judgement.hpp"

#include "daemon/assess/event_severity.hpp"
#include "daemon/diff/diff.hpp"
#include "daemon/known_texts.hpp"
#include "daemon/model/commit_id.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

bool same_identity(std::optional<snapshot> const& baseline, std::optional<snapshot> const& state) {
    return baseline && state && !baseline->repo_id.empty() && baseline->repo_id == state->repo_id;
}

/// Kinds that diff::compare() can tell anything about, given what this poll could see.
std::function<bool(alert_kind)>
coverage(observation const& seen, bool owner_is_known, bool content_is_known) {
    bool const there = seen.place == standing::present && seen.state;
    // A judgement from the store knows commits, but not which of them the hub still has.
    bool const ancestry = there && seen.log.known && !seen.unchanged;
    bool const scanned = there && seen.state->scan && seen.state->scan->done;
    bool const gate = there && content_is_known && seen.state->gate != gating::unknown;
    return [=](alert_kind kind) {
        switch (kind) {
        case alert_kind::repo_missing:
        case alert_kind::repo_private:
        case alert_kind::repo_disabled:
        case alert_kind::access_lost:
        case alert_kind::poll_failing:
            return true;
        case alert_kind::history_rewritten:
        case alert_kind::commits_added:
            return ancestry;
        case alert_kind::hub_scan_flagged:
            return scanned;
        case alert_kind::gating_changed:
            return gate;
        case alert_kind::namespace_reborn:
            // Without a matching id only a person can say that the owner is trusted.
            return there && owner_is_known;
        case alert_kind::new_model:
        case alert_kind::unsafe_content:
        case alert_kind::malformed_file:
        case alert_kind::license_mismatch:
        case alert_kind::superseded:
        case alert_kind::advisory:
        case alert_kind::deployed_drift:
        case alert_kind::review_missing:
        case alert_kind::review_expired:
        case alert_kind::policy_violation:
        case alert_kind::rating_worsened:
        case alert_kind::hub_unreachable:
        case alert_kind::delivery_failing:
        case alert_kind::state_lost:
            return false;
        case alert_kind::tag_moved:
        case alert_kind::stale:
            return there;
        default:
            return there && content_is_known;
        }
    };
}

std::string publisher_of(std::string_view repo) {
    return std::string{repo.substr(0, repo.find('/'))};
}

/// The watched tag, branch or commit is gone from a repo that is there.
std::vector<change> revision_lost(watch const& target, knowledge const& known, observation const& seen) {
    bool const pinned = is_full_commit(target.revision) || (known.latest && known.latest->is_tag);
    change out;
    out.kind = pinned ? alert_kind::tag_moved : alert_kind::history_rewritten;
    out.subject = target.revision;
    out.summary = "the revision " + printable(target.revision) + " no longer exists";
    out.detail =
        "The repo is there, but the hub no longer has the watched revision: a tag or branch was deleted, or "
        "the history was rewritten. " +
        seen.detail;
    if (known.record.baseline) out.baseline_commit = known.record.baseline->commit;
    out.evidence = {{"revision", target.revision}, {"deleted", true}};
    return {std::move(out)};
}

/// The revision is gone: the repo's own facts tell whether it is still the same repo.
std::vector<change> changes_of_lost(
    watch const& target, knowledge const& known, observation const& seen, diff::comparison input
) {
    auto out = revision_lost(target, known, seen);
    if (!seen.repo_now || !known.baseline || known.baseline_is_elsewhere) return out;
    input.current = &*seen.repo_now;
    auto const more = diff::compare_identity(input);
    out.insert(out.end(), more.begin(), more.end());
    return out;
}

std::vector<change> rated_changes(
    judge_rules const& rules,
    watch const& target,
    knowledge const& known,
    observation const& seen,
    std::vector<text_file> const& texts,
    instant now
) {
    diff::comparison input{target};
    auto const& current = seen.state ? seen.state : known.latest;
    // A pin that the hub does not know has no content: comparing with anything else would read as
    // "unchanged".
    bool const unknown = known.baseline_is_elsewhere && known.baseline_is_pinned;
    input.baseline = known.baseline && !unknown ? &*known.baseline : nullptr;
    input.deployed = known.deployed ? &*known.deployed : nullptr;
    input.place = seen.place;
    input.standing_detail = seen.detail;
    input.current = current ? &*current : nullptr;
    input.log = &seen.log;
    input.now = now;
    input.baseline_is_pinned = known.baseline_is_pinned;
    input.was_missing = known.record.place == standing::missing && seen.place == standing::present;
    if (known.latest && known.latest->scan && known.latest->scan->done)
        input.last_known_scan = &*known.latest->scan;
    input.texts = texts;
    auto changes = seen.revision_lost ? changes_of_lost(target, known, seen, input) : diff::compare(input);
    auto const repo = seen.state ? seen.state->repo : target.repo;
    auto const publisher = publisher_of(repo);
    assess::severity_context const context{
        target, rules.publishers, rules.licenses, rules.severity_overrides, publisher
    };
    if (seen.unchanged) {
        std::erase_if(changes, [](change const& one) { return one.kind == alert_kind::commits_added; });
    }
    // What stands at the first look stands at the baseline that it becomes: the next poll has nothing to add.
    bool const first = !known.record.baseline && seen.state;
    for (auto& one : changes) {
        if (first && one.baseline_commit.empty()) one.baseline_commit = seen.state->commit;
        if (known.baseline_is_elsewhere) one.evidence.erase("weights_unchanged");
        assess::apply_severity(one, context);
    }
    return changes;
}

/// Whether a change is a fact of the newest commit that people have to look at before they trust it.
bool is_contested(change const& what, std::string const& head) noexcept {
    switch (what.kind) {
    case alert_kind::commits_added:
    case alert_kind::stale:
    case alert_kind::outdated:
        return false;
    default:
        return what.commit == head && what.baseline_commit != head;
    }
}

/// A commit that may be an attack ends no alert about age: it is no sign that anybody maintains the model.
void hold_age(alerting::judgement& about, observation const& seen) {
    bool const contested =
        seen.state && std::any_of(about.changes.begin(), about.changes.end(), [&](change const& one) {
            return is_contested(one, seen.state->commit);
        });
    if (!contested) return;
    about.covers = [covers = about.covers](alert_kind kind) {
        return kind != alert_kind::stale && covers(kind);
    };
}

} // namespace

alerting::judgement compare_with_baseline(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    knowledge const& known,
    observation const& seen,
    link_source const& link,
    instant now
) {
    auto out = judgement_about(target);
    out.url = seen.state ? link(seen.state->repo, seen.state->commit) : link(target.repo, {});
    auto texts = seen.texts;
    if (known.baseline && seen.state) texts = differing_texts(db, *known.baseline, *seen.state, seen.texts);
    out.changes = rated_changes(rules, target, known, seen, texts, now);
    out.covers = coverage(seen, same_identity(known.baseline, seen.state), !known.baseline_is_elsewhere);
    hold_age(out, seen);
    return out;
}

} // namespace modelwatch
