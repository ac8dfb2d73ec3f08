// What the commands answer that are about models: status, history, diff, gate, accept.

#include "daemon/answers_parts.hpp"
#include "daemon/diff/diff.hpp"
#include "daemon/gate.hpp"
#include "daemon/host_clock.hpp"
#include "daemon/model/text.hpp"
#include "daemon/reviews.hpp"
#include "daemon/views.hpp"
#include "daemon/watch_choice.hpp"

#include <charconv>

namespace modelwatch::answers {

namespace {

constexpr std::size_t usual_limit = 50;
constexpr std::size_t most_limit = 1'000'000;

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out;
    for (auto const one : split(text, ' ')) {
        if (!one.empty()) out.emplace_back(one);
    }
    return out;
}

result<std::size_t> limit_of(json::object const& asked) {
    auto const text = text_of(asked, "limit");
    if (text.empty()) return usual_limit;
    std::size_t out = 0;
    auto const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, out);
    if (read.ec == std::errc{} && read.ptr == end && out <= most_limit) return out;
    return failure(errc::invalid, "limit is not a number", "give a whole number up to 1000000");
}

std::size_t given_up(storage::store& db) {
    storage::message_filter filter;
    filter.waiting = false;
    return db.messages(filter).size();
}

error no_snapshot(std::string const& repo, std::string const& commit) {
    return failure(
        errc::not_found,
        repo + ": no recorded snapshot of commit " + printable(commit),
        "`modelwatch history " + repo + "` lists what is recorded"
    );
}

struct pair_of_states {
    snapshot from;
    snapshot to;
};

result<pair_of_states> choose(storage::store& db, watch const& target, json::object const& asked) {
    auto const row = db.find_watch(target.key());
    if (!row || !row->latest) {
        return failure(
            errc::not_found, target.repo + ": nothing recorded yet", "run `modelwatch check` first"
        );
    }
    auto const first = word(asked, "from");
    auto const second = word(asked, "to");
    std::optional<snapshot> from;
    if (!first.empty()) {
        from = db.find_snapshot(target.key(), first);
        if (!from) return no_snapshot(target.repo, first);
    } else if (row->baseline && row->baseline->snapshot) {
        from = db.load_snapshot(*row->baseline->snapshot);
    }
    auto to = second.empty() ? db.load_snapshot(*row->latest) : db.find_snapshot(target.key(), second);
    if (!from) return no_snapshot(target.repo, "of the baseline");
    if (!to) return no_snapshot(target.repo, second.empty() ? "of the latest state" : second);
    return pair_of_states{std::move(*from), std::move(*to)};
}

result<std::optional<std::chrono::seconds>> max_age_of(json::object const& asked) {
    auto const text = text_of(asked, "max_age");
    if (text.empty()) return std::optional<std::chrono::seconds>{};
    auto const age = parse_duration(text);
    if (age && age->count() >= 0) return std::optional{*age};
    return failure(
        errc::invalid,
        "--max-age: not a duration: " + printable(shortened(text, 40)),
        "write a whole number and one unit, such as 90m, 2h or 1d"
    );
}

} // namespace

answer status(context const& with, json::object const& asked) {
    auto const words = words_of(text_of(asked, "repos"));
    auto const targets = select_watches(with.settings, with.db, words);
    if (!targets) return targets.error();
    std::vector<modelwatch::alert> open;
    for (auto const& target : *targets) {
        for (auto& entry : with.db.active_alerts(target.key()))
            open.push_back(std::move(entry));
    }
    if (words.empty()) open = with.db.active_alerts({});
    auto const& limits = with.settings.rubric.age_limits;
    return json::object{
        {"models", views::statuses_of(with.db, *targets, limits, with.now)},
        {"messages_given_up", given_up(with.db)},
        {"clocks", wrong_clocks(with.db, with.settings)},
        {"more", json::object{{"alerts", views::alerts_of(open)}, {"places", places_of(open)}}}
    };
}

answer history(context const& with, json::object const& asked) {
    auto const targets = select_watches(with.settings, with.db, {word(asked, "repo")});
    if (!targets) return targets.error();
    auto const limit = limit_of(asked);
    if (!limit) return limit.error();
    return views::history_of(with.db, targets->front(), *limit);
}

answer diff(context const& with, json::object const& asked) {
    auto const targets = select_watches(with.settings, with.db, {word(asked, "repo")});
    if (!targets) return targets.error();
    auto const states = choose(with.db, targets->front(), asked);
    if (!states) return states.error();
    auto const differences = modelwatch::diff::compare_files(states->from, states->to);
    return json::object{
        {"repo", targets->front().repo},
        {"from", states->from.commit},
        {"to", states->to.commit},
        {"files", views::differences(with.db, differences)}
    };
}

answer gate(context const& with, json::object const& asked) {
    auto const max_age = max_age_of(asked);
    if (!max_age) return max_age.error();
    auto const targets = watches_of_repo(with.settings, with.db, word(asked, "repo"));
    if (!targets) return targets.error();
    auto const commit = resolve_commit(with.db, targets->front(), word(asked, "commit"));
    if (!commit) return commit.error();
    result<gate_answer> found = error{};
    auto const all = [&] { found = ask_gate(with.db, *with.rules, *targets, *commit, *max_age, with.now); };
    with.db.in_transaction(all); // one state, whatever others write meanwhile
    if (!found) return found.error();
    return to_json(*found);
}

answer accept(context const& with, json::object const& asked) {
    auto const who = person_of(asked);
    if (!who) return who.error();
    auto const name = word(asked, "repo");
    auto const targets = select_watches(with.settings, with.db, {name});
    if (!targets) return targets.error();
    if (targets->size() > 1)
        return refused(409, name + " is watched at several revisions", "name one: REPO@REVISION");
    auto const& target = targets->front();
    acceptance const how{word(asked, "commit"), who->by, who->reason};
    auto const link = links_of(with.settings, target.hub);
    result<judged> outcome = error{};
    auto const all = [&] { outcome = modelwatch::accept(with.db, *with.rules, target, how, link, with.now); };
    with.db.in_transaction(all);
    if (!outcome) return outcome.error();
    auto const open = with.db.active_alerts(target.key());
    auto const& limits = with.settings.rubric.age_limits;
    return json::object{
        {"models", json::array{views::status_of(with.db, target, open, limits, with.now)}},
        {"alerts", views::alerts_of(outcome->touched)},
        {"more", json::object{{"baseline_commit", outcome->record.baseline->commit}}}
    };
}

} // namespace modelwatch::answers
