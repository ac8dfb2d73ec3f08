#include "daemon/poller.hpp"

#include "daemon/diff/config_text.hpp"
#include "daemon/diff/diff.hpp"
#include "daemon/evidence.hpp"
#include "daemon/host_clock.hpp"
#include "daemon/knowledge.hpp"
#include "daemon/known_texts.hpp"
#include "daemon/log.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/unknown_repo.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace modelwatch {

namespace {

/// The hub's validator, behind the mark of what it was judged with.
std::string proof_under(std::string const& basis, std::string const& proof) {
    return proof.empty() ? proof : basis + " " + proof;
}

struct stored_proof {
    std::string hub;
    bool same_basis = false;
};

stored_proof split_proof(std::string const& stored, std::string const& basis) {
    auto const space = stored.find(' ');
    if (space == std::string::npos) return {};
    return {stored.substr(space + 1), stored.compare(0, space, basis) == 0};
}

hub::observe_request
request_for(watch const& target, storage::watch_record const& record, stored_proof const& proof) {
    hub::observe_request out;
    out.repo = target.repo;
    out.revision = target.revision;
    out.proof = record.latest ? proof.hub : std::string{};
    out.baseline = record.baseline ? record.baseline->commit : target.baseline;
    out.want_baseline_state = record.baseline ? !record.baseline->snapshot : !target.baseline.empty();
    if (!proof.same_basis && !target.baseline.empty() && target.baseline != out.baseline) {
        // The operator may have pinned another commit: what it holds must be known before anything is judged
        // by it.
        out.baseline = target.baseline;
        out.want_baseline_state = true;
    }
    out.deployed = target.deployed;
    out.token_worked = record.token_worked;
    return out;
}

/// Whether an unchanged answer leaves nothing to judge: neither time, nor rules, nor an earlier state asks
/// for it.
bool nothing_to_judge(
    storage::watch_record const& record, observation const& seen, bool same_basis, instant now
) {
    bool const time_came = record.next_time_condition_at && *record.next_time_condition_at <= now;
    bool const was_well =
        record.place == standing::present && record.missing_streak == 0 && record.failures == 0;
    return seen.unchanged && was_well && same_basis && !record.retired_at && !time_came;
}

void note_unchanged(watched& what, observation const& seen, std::string const& basis, instant now) {
    what.record.last_attempt_at = now;
    what.record.last_success_at = now;
    if (!seen.proof.empty()) what.record.proof = proof_under(basis, seen.proof);
    what.unsaved = true;
}

void note_failure(storage::watch_record& record, error const& failure, instant now) {
    record.last_attempt_at = now;
    // A clock that was ahead may have put the beginning into the future.
    record.failing_since = record.failures++ == 0 ? now : std::min(record.failing_since.value_or(now), now);
    if (record.last_success_at) record.last_success_at = std::min(*record.last_success_at, now);
    record.last_error = failure.message();
}

/// Contents of small files that are compared, now or later, and that the store does not have.
asio::awaitable<result<void>>
add_texts(store_thread& db_thread, hub::hub_client& hub, observation& seen, snapshot const& state) {
    std::vector<file_entry> wanted;
    for (auto const& file : state.files) {
        if (diff::is_read_text(file) && find_text(seen.texts, file) == nullptr) wanted.push_back(file);
    }
    diff::sort_by_weight(wanted);
    auto filter = [wanted = std::move(wanted)](storage::store& db) mutable {
        std::erase_if(wanted, [&](file_entry const& file) { return db.has_text(file.content_id()); });
        return wanted;
    };
    auto lacking = co_await db_thread.run(std::move(filter));
    if (lacking.empty()) co_return result<void>{};
    auto texts = co_await hub.read_texts(state.repo, state.commit, std::move(lacking));
    if (!texts) co_return texts.error();
    for (auto& one : *texts)
        seen.texts.push_back(std::move(one));
    co_return result<void>{};
}

asio::awaitable<poll_report> fail(store_thread& db_thread, net::clock& time, watched& what, error failure) {
    note_failure(what.record, failure, time.now());
    auto save = [row = what.record](storage::store& db) { db.touch({row}); };
    co_await db_thread.run(std::move(save));
    what.unsaved = false;
    poll_report out;
    out.failure = std::move(failure);
    co_return out;
}

/// The state that an unchanged answer stands for.
asio::awaitable<std::optional<snapshot>> latest_state(store_thread& db_thread, watched const& what) {
    auto load = [id = what.record.latest](storage::store& db) {
        auto state = id ? db.load_snapshot(*id) : std::optional<snapshot>{};
        if (state) read_stored_texts(db, *state);
        return state;
    };
    co_return co_await db_thread.run(std::move(load));
}

/// What a rating rests on, as far as the hub tells it now. A repo that cannot be read is evidence too.
asio::awaitable<std::optional<assess::evidence>>
gather_evidence(poll_deps deps, watched& what, observation const& seen, std::optional<snapshot> state) {
    auto const& hub = *deps.hubs->at(what.target.hub);
    if (seen.place != standing::present) {
        auto const& repo = what.target.repo;
        co_return evidence_of_absent(
            hub.options().name, repo, what.target.revision, seen.place, deps.time.now()
        );
    }
    if (!state) co_return std::nullopt;
    auto known = [&](storage::store& db) { return texts_of_rating(db, *state, seen.texts); };
    auto texts = co_await deps.db.run(std::move(known));
    gather_place const at{*deps.hubs->at(what.target.hub), deps.rules->publishers, deps.rules->licenses};
    auto found = co_await deps.evidence.gather_around(at, std::move(*state), seen.place, std::move(texts));
    for (auto const& gap : found.gaps)
        log_debug("evidence missing", {{"repo", what.target.repo}, {"gap", gap}});
    what.evidence_due = deps.time.steady_now() + evidence_lifetime;
    co_return std::move(found.facts);
}

/// After a restart the store knows how old the evidence is.
asio::awaitable<bool> evidence_is_due(poll_deps deps, watched& what) {
    if (deps.always_gather) co_return true;
    auto const steady = deps.time.steady_now();
    if (what.evidence_due == net::steady_instant{}) {
        auto load = [key = what.target.key()](storage::store& db) { return db.evidence(key); };
        auto const stored = co_await deps.db.run(std::move(load));
        auto const age = stored ? deps.time.now() - stored->observed_at : evidence_lifetime;
        bool const fresh = age >= std::chrono::milliseconds{0} && age < evidence_lifetime;
        what.evidence_due = fresh ? steady + (evidence_lifetime - age) : steady;
    }
    co_return steady >= what.evidence_due;
}

/// The store's snapshot of the deployed commit is looked for once per start; the hub is asked when it has
/// none.
asio::awaitable<bool> lacks_deployed(store_thread& db_thread, watched& what) {
    if (what.target.deployed.empty() || what.deployed_asked) co_return false;
    auto unknown = [key = what.target.key(), commit = what.target.deployed](storage::store& db) {
        return !db.find_snapshot(key, commit).has_value();
    };
    bool const lacking = co_await db_thread.run(std::move(unknown));
    what.deployed_asked = !lacking;
    co_return lacking;
}

/// Says which rows of the tree were no files: in the log, and as the detail of this poll.
std::string tell_passed_over(watch const& target, observation const& seen) {
    std::string detail;
    for (auto const& row : seen.passed_over) {
        log_debug("a row of the tree names no file", {{"repo", target.repo}, {"row", row}});
        detail += (detail.empty() ? "Rows of the tree that name no file were passed over: " : "; ") + row;
    }
    return detail.empty() ? detail : detail + ".";
}

/// A revision that is gone from a repo that was watched before is an answer: a deleted tag, a rewritten
/// branch. Whether it is still the same repo is asked of its default branch; no answer proves nothing.
asio::awaitable<observation> lost_revision(hub::hub_client& hub, watch const& target, std::string why) {
    observation out;
    out.revision_lost = true;
    out.detail = std::move(why);
    hub::observe_request request;
    request.repo = target.repo;
    request.facts_only = true;
    auto found = co_await hub.observe(std::move(request));
    if (found) out.repo_now = std::move(found->state);
    co_return out;
}

/// A wrong clock is said once, and kept for `status`.
asio::awaitable<void> heed_clock(store_thread& db_thread, hub::hub_client& hub) {
    auto const news = hub.take_clock_news();
    if (!news) co_return;
    auto const& name = hub.options().name;
    auto keep = [&name, ahead = *news](storage::store& db) { keep_clock(db, name, ahead); };
    co_await db_thread.run(std::move(keep));
    if (news->count() != 0) log_warn(clock_words(name, *news));
}

/// Nothing was ever seen under this name, and nothing is now: more likely a slip of the pen than an event.
bool finds_nothing(storage::watch_record const& record, observation const& seen) noexcept {
    return !record.latest && seen.place == standing::missing;
}

/// What there is under names like this one: in the account's listing, and among what else is watched.
asio::awaitable<error> not_found(poll_deps deps, watch const& target) {
    auto const slash = target.repo.find('/');
    auto account = slash == std::string::npos ? std::string{} : target.repo.substr(0, slash);
    std::vector<std::string> names;
    if (!account.empty())
        names = co_await deps.evidence.models_of(*deps.hubs->at(target.hub), std::move(account));
    auto seen_names = [](storage::store& db) {
        std::vector<std::string> out;
        for (auto const& row : db.watches()) {
            if (row.latest) out.push_back(row.repo);
        }
        return out;
    };
    auto const watched_names = co_await deps.db.run(std::move(seen_names));
    names.insert(names.end(), watched_names.begin(), watched_names.end());
    co_return unknown_repo(target.repo, names);
}

} // namespace

std::string judging_basis(watch const& target, judge_rules const& rules) {
    auto text = rules.basis + '\n' + target.baseline + '\n' + target.deployed + '\n' +
                std::to_string(target.stale_after.count());
    for (auto const& [key, value] : target.tags)
        text += '\n' + key + '=' + value;
    for (auto const& one : target.allow_patterns)
        text += "\n+" + one;
    return sha256_hex(text).substr(0, 16);
}

static asio::awaitable<poll_report> look(poll_deps deps, watched& what) {
    auto const target = what.target; // a reload may give the watch another one meanwhile
    auto const basis = judging_basis(target, *deps.rules);
    auto const proof = split_proof(what.record.proof, basis);
    auto& hub = *deps.hubs->at(target.hub);
    auto request = request_for(target, what.record, proof);
    request.want_deployed_state = co_await lacks_deployed(deps.db, what);
    auto answer = co_await hub.observe(std::move(request));
    co_await heed_clock(deps.db, hub);
    if (!answer && answer.error().code == errc::not_found && what.record.latest) {
        auto lost = co_await lost_revision(hub, target, answer.error().what);
        answer = std::move(lost);
    }
    if (what.retired) answer = failure(errc::cancelled, target.repo + ": no longer watched");
    if (answer && finds_nothing(what.record, *answer)) {
        what.record.missing_streak = 1;
        auto problem = co_await not_found(deps, target);
        answer = std::move(problem);
    }
    if (!answer) co_return co_await fail(deps.db, deps.time, what, std::move(answer).error());
    auto& seen = *answer;
    auto passed_over = tell_passed_over(target, seen);
    auto const now = deps.time.now();
    bool const due = co_await evidence_is_due(deps, what);
    if (!due && nothing_to_judge(what.record, seen, proof.same_basis, now)) {
        note_unchanged(what, seen, basis, now);
        co_return poll_report{
            .failure = {}, .unchanged = true, .touched = {}, .took = {}, .detail = std::move(passed_over)
        };
    }
    auto state = seen.state;
    // What could not be fetched when the commit came is asked for again now and then.
    if (!state && seen.unchanged && due) state = co_await latest_state(deps.db, what);
    for (auto const* one : {&state, &seen.baseline_state}) {
        if (!*one) continue;
        auto const texts = co_await add_texts(deps.db, hub, seen, **one);
        if (!texts) co_return co_await fail(deps.db, deps.time, what, texts.error());
    }
    std::optional<assess::evidence> facts;
    if (due || !seen.unchanged) facts = co_await gather_evidence(deps, what, seen, std::move(state));
    std::optional<assess::evidence> of_baseline;
    if (facts && seen.baseline_state && seen.place == standing::present)
        of_baseline = co_await gather_evidence(deps, what, seen, seen.baseline_state);
    seen.proof = proof_under(basis, seen.proof);
    link_source const link = [&hub](std::string_view repo, std::string_view commit) {
        return hub.web_url(repo, commit);
    };
    bool const may_mend = !what.record.latest && what.record.baseline && seen.state;
    auto work = [&](storage::store& db) {
        judged out;
        auto const all = [&] {
            if (may_mend) db.keep_texts(*seen.state);
            out = judge(
                db, *deps.rules, target, std::move(seen), link, now, std::move(facts), std::move(of_baseline)
            );
        };
        db.in_transaction(all);
        return out;
    };
    auto outcome = co_await deps.db.run(std::move(work));
    what.record = std::move(outcome.record);
    what.unsaved = false;
    what.deployed_asked = true;
    co_return poll_report{
        .failure = {},
        .unchanged = false,
        .touched = std::move(outcome.touched),
        .took = {},
        .detail = std::move(passed_over)
    };
}

asio::awaitable<poll_report> poll(poll_deps deps, watched& what) {
    std::optional<error> damage;
    try {
        auto report = co_await look(deps, what);
        co_return report;
    } catch (storage::damaged_state const& e) {
        damage = failure(errc::storage, what.target.repo + ": its stored state is damaged: " + e.what());
    }
    // Other watches have rows of their own.
    auto report = co_await fail(deps.db, deps.time, what, std::move(*damage));
    co_return report;
}

} // namespace modelwatch
