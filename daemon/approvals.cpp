#include "daemon/approvals.hpp"

namespace modelwatch {

namespace {

/// Other bytes than those that were approved, or than those that were recorded under the same commit, are not
/// what anybody has approved.
bool is_what_was_approved(
    storage::store& db, watch const& target, review const& approval, snapshot const& head
) {
    auto const content = content_digest(head.files);
    if (!approval.content.empty() && approval.content != content) return false;
    if (db.contents_at(target.key(), head.commit) > 1) return false;
    auto const recorded = db.find_snapshot(target.key(), head.commit);
    return !recorded || content_digest(recorded->files) == content;
}

} // namespace

snapshot content_of(snapshot head, snapshot const& trusted) {
    head.repo = trusted.repo;
    head.repo_id = trusted.repo_id;
    head.author = trusted.author;
    head.created_at = trusted.created_at;
    head.gate = trusted.gate;
    head.is_private = trusted.is_private;
    head.disabled = trusted.disabled;
    head.scan = trusted.scan;
    return head;
}

std::string in_words(review const& approval) {
    return "approved by " + approval.by + ": " + approval.reason;
}

std::optional<approved_head> approval_of_head(
    storage::store& db,
    watch const& target,
    storage::watch_record const& record,
    std::optional<snapshot> const& latest,
    observation const& seen,
    instant now
) {
    bool const there = seen.place == standing::present && seen.state && !seen.revision_lost;
    if (!there || !record.baseline || record.baseline->commit == seen.state->commit) return std::nullopt;
    auto const reviews = db.reviews(target.hub, target.repo);
    auto const* const approval = approval_in_force(reviews, seen.state->commit, now);
    if (approval == nullptr) return std::nullopt;
    // Somebody who went back to another commit after the approval wants to hear of this one.
    bool const just_reached = !latest || latest->commit != seen.state->commit;
    if (!just_reached && approval->at < record.baseline->set_at) return std::nullopt;
    if (!is_what_was_approved(db, target, *approval, *seen.state)) return std::nullopt;
    approved_head out;
    out.told = in_words(*approval);
    out.baseline = {
        seen.state->commit, {}, now, std::string{by_review}, out.told, storage::baseline_origin::review
    };
    return out;
}

} // namespace modelwatch
