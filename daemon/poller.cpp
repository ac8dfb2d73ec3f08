#include "daemon/poller.hpp"

#include "daemon/diff/diff.hpp"

#include <boost/asio/use_awaitable.hpp>

namespace modelwatch {

namespace {

hub::observe_request request_for(watched const& what) {
    hub::observe_request out;
    auto const& record = what.record;
    out.repo = what.target.repo;
    out.revision = what.target.revision;
    out.proof = record.latest ? record.proof : std::string{};
    out.baseline = record.baseline ? record.baseline->commit : what.target.baseline;
    bool const pin_is_new = !what.target.baseline.empty() && !record.baseline;
    out.want_baseline_state = pin_is_new || (record.baseline && !record.baseline->snapshot);
    out.deployed = what.target.deployed;
    out.token_worked = record.token_worked;
    return out;
}

/// Whether an unchanged answer leaves nothing to judge: neither time nor an earlier state asks for it.
bool nothing_to_judge(watched const& what, observation const& seen, instant now) {
    auto const& record = what.record;
    bool const time_came = record.next_time_condition_at && *record.next_time_condition_at <= now;
    bool const was_well =
        record.place == standing::present && record.missing_streak == 0 && record.failures == 0;
    return seen.unchanged && was_well && !time_came;
}

void note_unchanged(watched& what, observation& seen, instant now) {
    what.record.last_attempt_at = now;
    what.record.last_success_at = now;
    if (!seen.proof.empty()) what.record.proof = std::move(seen.proof);
    what.unsaved = true;
}

void note_failure(storage::watch_record& record, error const& failure, instant now) {
    record.last_attempt_at = now;
    if (record.failures++ == 0) record.failing_since = now;
    record.last_error = failure.message();
}

/// Contents of small files that people may want to compare later and that the store does not have.
asio::awaitable<result<std::vector<text_file>>>
missing_texts(store_thread& db_thread, hub::hub_client& hub, observation const& seen) {
    std::vector<file_entry> wanted;
    for (auto const& file : seen.state->files) {
        if (diff::is_kept_text(file)) wanted.push_back(file);
    }
    auto filter = [&wanted](storage::store& db) {
        std::erase_if(wanted, [&](file_entry const& file) { return db.has_text(file.content_id()); });
    };
    co_await db_thread.run(filter);
    if (wanted.empty()) co_return std::vector<text_file>{};
    co_return co_await hub.read_texts(seen.state->repo, seen.state->commit, wanted);
}

asio::awaitable<poll_report> fail(store_thread& db_thread, net::clock& time, watched& what, error failure) {
    note_failure(what.record, failure, time.now());
    auto save = [&what](storage::store& db) { db.touch({what.record}); };
    co_await db_thread.run(save);
    what.unsaved = false;
    poll_report out;
    out.failure = std::move(failure);
    co_return out;
}

/// The store's snapshot of the deployed commit is looked for once per start; the hub is asked when it has
/// none.
asio::awaitable<bool> lacks_deployed(store_thread& db_thread, watched& what) {
    if (what.target.deployed.empty() || what.deployed_asked) co_return false;
    auto unknown = [&what](storage::store& db) {
        return !db.find_snapshot(what.target.key(), what.target.deployed).has_value();
    };
    co_return co_await db_thread.run(unknown);
}

/// A revision that is gone from a repo that was watched before is an answer: a deleted tag, a rewritten
/// branch.
observation lost_revision(error const& failure) {
    observation out;
    out.revision_lost = true;
    out.detail = failure.what;
    return out;
}

} // namespace

asio::awaitable<poll_report> poll(poll_deps deps, watched& what) {
    auto& hub = *deps.hubs->at(what.target.hub);
    auto request = request_for(what);
    request.want_deployed_state = co_await lacks_deployed(deps.db, what);
    auto answer = co_await hub.observe(std::move(request));
    if (!answer && answer.error().code == errc::not_found && what.record.latest) {
        answer = lost_revision(answer.error());
    }
    if (!answer) co_return co_await fail(deps.db, deps.time, what, std::move(answer).error());
    auto& seen = *answer;
    auto const now = deps.time.now();
    if (nothing_to_judge(what, seen, now)) {
        note_unchanged(what, seen, now);
        co_return poll_report{.failure = {}, .unchanged = true, .touched = {}};
    }
    if (!seen.unchanged && seen.state) {
        auto texts = co_await missing_texts(deps.db, hub, seen);
        if (!texts) co_return co_await fail(deps.db, deps.time, what, std::move(texts).error());
        seen.texts = std::move(*texts);
    }
    link_source const link = [&hub](std::string_view repo, std::string_view commit) {
        return hub.web_url(repo, commit);
    };
    auto work = [&](storage::store& db) {
        judged out;
        auto const all = [&] { out = judge(db, *deps.rules, what.target, std::move(seen), link, now); };
        db.in_transaction(all);
        return out;
    };
    auto outcome = co_await deps.db.run(work);
    what.record = std::move(outcome.record);
    what.unsaved = false;
    what.deployed_asked = true;
    co_return poll_report{.failure = {}, .unchanged = false, .touched = std::move(outcome.touched)};
}

} // namespace modelwatch
