#include "daemon/diff/wording.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

namespace modelwatch::diff {

namespace {

std::string_view namespace_of(std::string_view repo) noexcept {
    auto const slash = repo.find('/');
    return slash == std::string_view::npos ? std::string_view{} : repo.substr(0, slash);
}

bool differs(std::string_view left, std::string_view right) {
    return !left.empty() && !right.empty() && lower(left) != lower(right);
}

std::string owner_of(snapshot const& state) {
    return state.author.empty() ? std::string{namespace_of(state.repo)} : state.author;
}

bool both_have_ids(snapshot const& old, snapshot const& now) noexcept {
    return !old.repo_id.empty() && !now.repo_id.empty();
}

bool has_another_id(snapshot const& old, snapshot const& now) noexcept {
    return both_have_ids(old, now) && old.repo_id != now.repo_id;
}

/// nullopt: one side does not tell when it was created.
std::optional<bool> created_at_once(snapshot const& old, snapshot const& now) noexcept {
    if (!old.created_at || !now.created_at) return std::nullopt;
    return abs(*now.created_at - *old.created_at) <= std::chrono::seconds{1};
}

/// Why the repo that answers is not the one of the baseline; empty: no reason to think so.
std::string why_another_repo(facts const& seen) {
    auto const& old = *seen.in.baseline;
    auto const& now = seen.now();
    if (has_another_id(old, now)) {
        return fmt::format(
            "its internal id was {} and is {}", quoted(old.repo_id, 40), quoted(now.repo_id, 40)
        );
    }
    if (created_at_once(old, now) == false) {
        return fmt::format(
            "it was created at {} and is now said to be created at {}",
            to_rfc3339(*old.created_at),
            to_rfc3339(*now.created_at)
        );
    }
    if (seen.in.was_missing && seen.in.place == standing::present && !both_have_ids(old, now)) {
        return "it had been missing and nothing proves that it is the same one";
    }
    return {};
}

void note_ids(facts const& seen, change& what) {
    auto const text = [](std::string const& value) {
        return value.empty() ? json::value(nullptr) : json::value(value);
    };
    auto const date = [](std::optional<instant> when) {
        return when ? json::value(to_rfc3339(*when)) : json::value(nullptr);
    };
    what.evidence["old_repo_id"] = text(quoted(seen.in.baseline->repo_id, 60));
    what.evidence["new_repo_id"] = text(quoted(seen.now().repo_id, 60));
    what.evidence["old_created_at"] = date(seen.in.baseline->created_at);
    what.evidence["new_created_at"] = date(seen.now().created_at);
}

/// The creation date, which the hub sets, and every byte are those of the baseline: most likely the repo was
/// private for a while.
bool nothing_else_changed(facts const& seen) {
    auto const& old = *seen.in.baseline;
    auto const& now = seen.now();
    return created_at_once(old, now) == true && seen.same_commit() && seen.files.empty() &&
           !differs(owner_of(old), owner_of(now)) && !differs(old.repo, now.repo);
}

void judge_reborn(facts const& seen, std::vector<change>& out) {
    auto const why = why_another_repo(seen);
    if (why.empty()) return;
    auto what = about_repo(seen, alert_kind::namespace_reborn);
    what.subject = quoted(seen.now().repo);
    what.summary = fmt::format("Another repo answers under this name: {}", why);
    what.detail = fmt::format(
        "The hub answers with {} by {}, but {}. A name that became free can be taken by anybody, and "
        "everything that "
        "pulls by name then gets that person's files.",
        quoted(seen.now().repo),
        quoted(owner_of(seen.now())),
        why
    );
    note_ids(seen, what);
    what.evidence["was_missing"] = seen.in.was_missing;
    if (nothing_else_changed(seen)) {
        what.evidence["nothing_else_changed"] = true;
        what.summary += "; nothing else changed";
        what.detail +=
            " Creation date, commit, files and account are those of the baseline, as they are when a "
            "repo was made private and is shown again.";
        what.action = "Ask the publisher why it was away; accept the baseline anew when the answer is good.";
    }
    close(seen, what);
    out.push_back(std::move(what));
}

void judge_renamed(facts const& seen, std::vector<change>& out) {
    auto const& old = seen.in.baseline->repo;
    auto const& now = seen.now().repo;
    if (!differs(old, now)) return;
    auto what = about_repo(seen, alert_kind::repo_renamed);
    what.subject = quoted(now);
    what.evidence["old_repo"] = quoted(old, 200);
    what.evidence["new_repo"] = quoted(now, 200);
    what.evidence["new_owner"] = quoted(namespace_of(now), 100);
    what.evidence["same_owner"] = !differs(namespace_of(old), namespace_of(now));
    what.summary = fmt::format("Repo answers as {} instead of {}", quoted(now), quoted(old));
    what.detail =
        "The hub redirects the old name for now. As soon as someone else takes that name, the redirect "
        "stops and pulls by the old name get other files.";
    note_ids(seen, what);
    out.push_back(std::move(what));
}

void judge_publisher(facts const& seen, std::vector<change>& out) {
    auto const& old = *seen.in.baseline;
    auto const& now = seen.now();
    // Where one side names no author, only the account in the repo's name can be compared.
    bool const authors = !old.author.empty() && !now.author.empty();
    auto const from = authors ? old.author : std::string{namespace_of(old.repo)};
    auto const to = authors ? now.author : std::string{namespace_of(now.repo)};
    if (!differs(from, to) && !differs(namespace_of(old.repo), namespace_of(now.repo))) return;
    auto what = about_repo(seen, alert_kind::publisher_changed);
    auto const before = differs(from, to) ? from : std::string{namespace_of(old.repo)};
    auto const after = differs(from, to) ? to : std::string{namespace_of(now.repo)};
    what.subject = fmt::format("{} → {}", quoted(before, 60), quoted(after, 60));
    what.evidence["old_author"] = quoted(before, 100);
    what.evidence["new_author"] = quoted(after, 100);
    what.summary = fmt::format("Publisher changed: {}", what.subject);
    what.detail =
        "Somebody else is accountable for this model now. What was found out about the former publisher "
        "does not carry over.";
    out.push_back(std::move(what));
}

change withdrawn(facts const& seen, alert_kind kind, std::string_view summary, std::string_view detail) {
    auto what = about_repo(seen, kind);
    what.subject = quoted(seen.now().repo);
    what.summary = summary;
    what.detail = detail;
    return what;
}

} // namespace

bool is_another_repo(snapshot const& then, snapshot const& now) noexcept {
    return has_another_id(then, now) || created_at_once(then, now) == false;
}

void judge_identity(facts const& seen, std::vector<change>& out) {
    bool const present = seen.in.place == standing::present;
    if (present && seen.now().disabled) {
        out.push_back(withdrawn(
            seen,
            alert_kind::repo_disabled,
            "Repo is disabled on the hub",
            "The hub still shows its facts, but marks it as disabled: moderation or the author withdrew it."
        ));
    }
    if (!seen.has_baseline()) return;
    if (present && seen.now().is_private && !seen.in.baseline->is_private) {
        out.push_back(withdrawn(
            seen,
            alert_kind::repo_private,
            "Repo was made private",
            "It was public when the baseline was taken. Whoever is not a member cannot see or pull it any "
            "more."
        ));
    }
    judge_reborn(seen, out);
    judge_renamed(seen, out);
    judge_publisher(seen, out);
}

change standing_change(comparison const& input) {
    struct row {
        alert_kind kind;
        std::string_view summary;
        std::string_view detail;
    };

    auto const told = [&]() -> row {
        switch (input.place) {
        case standing::missing:
            return {
                alert_kind::repo_missing,
                "The hub says that this repo does not exist",
                "A control request was answered, so the hub and the network are well. It can have been "
                "deleted, "
                "made private, or never have been there under this name: from outside these look alike. The "
                "name "
                "may be free for anybody to take."
            };
        case standing::disabled:
            return {
                alert_kind::repo_disabled,
                "Repo is disabled on the hub",
                "The hub refuses access to everybody: moderation or the author withdrew it."
            };
        case standing::is_private:
            return {
                alert_kind::repo_private,
                "Repo was made private",
                "The hub says that it is there, but not for us."
            };
        case standing::access_lost:
            return {
                alert_kind::access_lost,
                "Our access to this repo was taken away",
                "It is there, but the token that used to open it is refused."
            };
        case standing::present:
            break;
        }
        throw std::logic_error{"standing_change: the repo is present"};
    }();
    change out;
    out.kind = told.kind;
    out.subject = quoted(input.target.repo);
    out.summary = told.summary;
    auto const answer = input.standing_detail.empty()
                            ? std::string{}
                            : "The hub's answer: " + quoted(input.standing_detail, 500);
    out.detail = sentences({told.detail, answer});
    out.baseline_commit = input.baseline != nullptr ? input.baseline->commit : input.target.baseline;
    out.commit = input.current != nullptr ? input.current->commit : std::string{};
    out.evidence["standing_on_hub"] = to_string(input.place);
    if (input.current != nullptr) out.evidence["last_seen_at"] = to_rfc3339(input.current->observed_at);
    return out;
}

} // namespace modelwatch::diff
