#include "daemon/reviews.hpp"

#include "daemon/approvals.hpp"
#include "daemon/assess/rating_course.hpp"
#include "daemon/knowledge.hpp"
#include "daemon/model/commit_id.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

namespace modelwatch {

namespace {

constexpr std::size_t fewest_digits = 4;
constexpr std::size_t longest_commit = 64; ///< nothing can be longer than this id

/// Names and reasons are kept for ever and shown everywhere.
result<void> check_words(std::string_view what, std::string const& text) {
    if (trimmed(text).empty()) return failure(errc::invalid, fmt::format("{} must not be empty", what));
    return {};
}

bool shows_two_contents(storage::store& db, std::vector<watch> const& targets, std::string const& commit) {
    std::optional<std::string> content;
    for (auto const& target : targets) {
        if (db.contents_at(target.key(), commit) > 1) return true;
        auto const state = db.find_snapshot(target.key(), commit);
        if (!state) continue;
        auto const digest = content_digest(state->files);
        if (content && *content != digest) return true;
        content = digest;
    }
    return false;
}

/// Whether the watch stands at the approved commit and trusts another one.
bool waits_for(storage::store& db, watch const& target, std::string const& commit) {
    auto const record = db.find_watch(target.key());
    if (!record || !record->latest || !record->baseline || record->place != standing::present) return false;
    auto const latest = db.load_snapshot(*record->latest);
    return latest && latest->commit == commit && record->baseline->commit != commit;
}

void move_baselines(
    storage::store& db,
    judge_rules const& rules,
    std::vector<watch> const& targets,
    link_source const& link,
    reviewed& out
) {
    acceptance const how{out.entry.commit, std::string{by_review}, in_words(out.entry), true};
    for (auto const& target : targets) {
        if (!waits_for(db, target, out.entry.commit)) continue;
        auto const before = db.find_watch(target.key())->baseline->commit;
        auto moved = accept(db, rules, target, how, link, out.entry.at);
        if (!moved) continue;
        out.moved.push_back({target.revision, before, out.entry.commit});
        for (auto& entry : moved->touched)
            out.touched.push_back(std::move(entry));
    }
}

} // namespace

result<std::string> resolve_commit(storage::store& db, watch const& target, std::string const& text) {
    auto const wanted = lower(trimmed(text));
    bool const whole = is_full_commit(wanted);
    if (whole && wanted.size() == longest_commit) return wanted;
    auto const shown = printable(shortened(text, 80));
    if (!is_commit_prefix(wanted, fewest_digits)) {
        return failure(
            errc::invalid, "not a commit: " + shown, "give all hexadecimal digits; a branch or tag can move"
        );
    }
    auto const found = db.commits_like(target.hub, target.repo, wanted);
    if (found.size() == 1) return found.front();
    // Nobody has seen it yet, or 40 digits are the beginning of several ids of 64.
    if (whole && found.empty()) return wanted;
    return failure(
        errc::invalid,
        fmt::format(
            "{}: {} recorded commit begins with {}",
            target.repo,
            found.empty() ? "no" : "more than one",
            shown
        ),
        "give all digits; `modelwatch history " + target.repo + "` lists the recorded ones"
    );
}

instant review_end(storage::store& db, judge_rules const& rules, watch const& target, instant now) {
    if (rules.policy.review_valid_for) return now + *rules.policy.review_valid_for;
    auto const course = db.rating(target.key());
    auto const level = course ? assess::parse_risk_level(assess::worst_mark(*course).level) : std::nullopt;
    return now + assess::review_interval_of(level.value_or(assess::risk_level::high));
}

result<reviewed> record_verdict(
    storage::store& db,
    judge_rules const& rules,
    std::vector<watch> const& targets,
    review_wish const& wish,
    link_source const& link,
    instant now
) {
    auto const& target = targets.front();
    for (auto const& checked : {check_words("--by", wish.by), check_words("--reason", wish.reason)}) {
        if (!checked) return checked.error();
    }
    auto const commit = resolve_commit(db, target, wish.commit);
    if (!commit) return commit.error();
    bool const approves = wish.verdict == review_verdict::approve;
    if (approves && shows_two_contents(db, targets, *commit)) {
        return failure(
            errc::inconsistent,
            fmt::format("{}: the hub has served different files under {}", target.repo, *commit),
            "there is no telling which of them would be approved; treat it as tampering"
        );
    }
    reviewed out;
    out.entry.hub = target.hub;
    out.entry.repo = target.repo;
    out.entry.commit = *commit;
    out.entry.verdict = wish.verdict;
    out.entry.by = wish.by;
    out.entry.reason = wish.reason;
    out.entry.at = now;
    if (approves) out.entry.until = wish.until ? *wish.until : review_end(db, rules, target, now);
    if (auto const state = recorded_at(db, targets, *commit))
        out.entry.content = content_digest(state->files);
    db.record_review(out.entry);
    if (approves) move_baselines(db, rules, targets, link, out);
    return out;
}

result<policy_exception>
record_wish(storage::store& db, watch const& target, exception_wish const& wish, instant now) {
    for (auto const& checked :
         {check_words("--requested-by", wish.requested_by),
          check_words("--approved-by", wish.approved_by),
          check_words("--reason", wish.reason)}) {
        if (!checked) return checked.error();
    }
    auto const* const rule = assess::find_policy(wish.policy);
    if (rule == nullptr) {
        std::vector<std::string> known;
        for (auto const& one : assess::policies())
            known.emplace_back(one.id);
        auto const near = nearest(std::string_view{wish.policy}.substr(0, 64), known);
        return failure(
            errc::invalid,
            "no policy is called " + printable(shortened(wish.policy, 80)),
            near ? "did you mean " + *near + "?" : "`modelwatch assess REPO` lists the policies"
        );
    }
    auto const commit = resolve_commit(db, target, wish.commit);
    if (!commit) return commit.error();
    policy_exception out;
    out.hub = target.hub;
    out.repo = target.repo;
    out.commit = *commit;
    out.policy = rule->id;
    out.reason = wish.reason;
    out.requested_by = wish.requested_by;
    out.approved_by = wish.approved_by;
    out.at = now;
    out.until = wish.until;
    if (auto const wrong = exception_trouble(out); !wrong.empty())
        return failure(errc::invalid, std::string{wrong}, "see `modelwatch review --help`");
    db.record_exception(out);
    return out;
}

} // namespace modelwatch
