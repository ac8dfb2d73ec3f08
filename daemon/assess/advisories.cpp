#include "daemon/assess/advisories.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <set>

namespace modelwatch::assess {

namespace {

bool same_commit(std::string_view a, std::string_view b) noexcept {
    if (a.size() > b.size()) std::swap(a, b);
    return a.size() >= 7 && b.starts_with(a);
}

bool is_named(std::vector<std::string> const& list, std::string_view commit) noexcept {
    return std::any_of(list.begin(), list.end(), [&](auto const& one) { return same_commit(one, commit); });
}

/// Commits of the log that a range covers, walked from the oldest to the newest. What began before the log
/// does is in force when it begins.
std::set<std::string> covered(std::vector<range_event> const& range, commit_log const& log) {
    using step = range_event::step;
    auto const has = [&](step what, std::string_view commit) {
        return std::any_of(range.begin(), range.end(), [&](range_event const& one) {
            return one.what == what && one.commit == commit;
        });
    };
    bool on = std::any_of(range.begin(), range.end(), [&](range_event const& one) {
        return one.what == step::introduced && (one.commit == "0" || !log.position(one.commit));
    });
    std::set<std::string> out;
    for (auto at = log.commits.rbegin(); at != log.commits.rend(); ++at) {
        auto const commit = lower(at->id);
        if (has(step::introduced, commit)) on = true;
        if (has(step::fixed, commit)) on = false;
        if (on) out.insert(commit);
        if (has(step::last_affected, commit)) on = false;
    }
    return out;
}

/// The commit itself may say where it stands, whatever the log knows.
std::optional<bool> ends_of(std::vector<range_event> const& range, std::string_view commit) {
    for (auto const& one : range) {
        if (one.commit == commit) return one.what != range_event::step::fixed;
    }
    return std::nullopt;
}

std::set<std::string> affected_commits(
    advisory_entry const& entry, commit_log const& log, std::vector<std::string> const& interest
) {
    std::set<std::string> out(entry.commits.begin(), entry.commits.end());
    for (auto const& range : entry.ranges) {
        auto const inside = covered(range, log);
        out.insert(inside.begin(), inside.end());
        for (auto const& one : interest) {
            auto const commit = lower(one);
            bool const placed =
                log.known && std::any_of(log.commits.begin(), log.commits.end(), [&](auto const& c) {
                    return same_commit(lower(c.id), commit);
                });
            if (!commit.empty() && !placed && ends_of(range, commit).value_or(true)) out.insert(commit);
        }
    }
    return out;
}

/// Which of the advisories are one flaw: each has the number of the first that it belongs to.
std::vector<std::size_t> flaws_of(std::vector<advisory_evidence> const& all) {
    std::vector<std::size_t> group(all.size());
    std::iota(group.begin(), group.end(), std::size_t{0});
    auto const root = [&](std::size_t at) {
        while (group[at] != at)
            at = group[at] = group[group[at]];
        return at;
    };
    std::map<std::string_view, std::size_t> first;
    auto const join = [&](std::string_view name, std::size_t at) {
        auto const [known, fresh] = first.emplace(name, at);
        auto const [low, high] =
            std::minmax({root(known->second), root(at)}); // a pair of values, not of references
        group[high] = low;
    };
    for (std::size_t at = 0; at < all.size(); ++at) {
        join(all[at].id, at);
        for (auto const& alias : all[at].aliases)
            join(alias, at);
    }
    for (std::size_t at = 0; at < all.size(); ++at)
        group[at] = root(at);
    return group;
}

void sort_out(std::vector<std::string>& names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
}

void join(advisory_evidence& to, advisory_evidence&& other) {
    to.level = std::max(to.level, other.level);
    if (to.summary.empty()) to.summary = std::move(other.summary);
    if (to.url.empty()) to.url = std::move(other.url);
    bool const everything = to.commits.empty() || other.commits.empty();
    to.commits.insert(to.commits.end(), other.commits.begin(), other.commits.end());
    if (everything) to.commits.clear();
    to.aliases.push_back(std::move(other.id));
    std::move(other.aliases.begin(), other.aliases.end(), std::back_inserter(to.aliases));
}

} // namespace

std::vector<advisory_evidence> one_per_flaw(std::vector<advisory_evidence> all) {
    std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    auto const group = flaws_of(all);
    std::vector<advisory_evidence> out;
    std::map<std::size_t, std::size_t> places;
    for (std::size_t at = 0; at < all.size(); ++at) {
        auto const [place, fresh] = places.emplace(group[at], out.size());
        if (fresh) {
            out.push_back(std::move(all[at]));
        } else {
            join(out[place->second], std::move(all[at]));
        }
    }
    for (auto& one : out) {
        sort_out(one.commits);
        sort_out(one.aliases);
        std::erase(one.aliases, one.id);
    }
    return out;
}

bool affects(advisory_evidence const& advisory, std::string_view commit) noexcept {
    return advisory.commits.empty() || commit.empty() || is_named(advisory.commits, commit);
}

std::vector<advisory_evidence> advisories_of(
    std::span<advisory_entry const> all,
    std::string_view repo,
    commit_log const& log,
    std::vector<std::string> const& interest,
    instant now
) {
    auto const wanted = lower(repo);
    std::map<std::string, advisory_evidence> out;
    std::map<std::string, bool> everything;
    for (auto const& entry : all) {
        if (entry.repo != wanted || (entry.withdrawn && *entry.withdrawn <= now)) continue;
        auto const affected = affected_commits(entry, log, interest);
        // A range that covers nothing of what is known names nothing here.
        if (!entry.everything && affected.empty()) continue;
        auto const [at, fresh] = out.try_emplace(
            entry.id, advisory_evidence{entry.id, entry.level, entry.summary, entry.url, {}, entry.aliases}
        );
        auto& what = at->second;
        what.level = std::max(what.level, entry.level);
        everything[entry.id] = everything[entry.id] || entry.everything;
        what.commits.insert(what.commits.end(), affected.begin(), affected.end());
    }
    std::vector<advisory_evidence> list;
    for (auto& [id, what] : out) {
        sort_out(what.commits);
        if (everything[id]) what.commits.clear();
        list.push_back(std::move(what));
    }
    return one_per_flaw(std::move(list));
}

} // namespace modelwatch::assess
