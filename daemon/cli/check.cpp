#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"
#include "daemon/round.hpp"
#include "daemon/views.hpp"
#include "daemon/watch_choice.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <set>

namespace modelwatch::cli {

namespace {

struct plan {
    std::vector<watch> watches;
    std::vector<account_watch> accounts;
};

/// All that is configured, or what the arguments name. Accounts are listed only by a round over everything.
result<plan> make_plan(session const& s, storage::store& db) {
    plan out;
    if (s.what.args.empty()) {
        out.watches = s.settings.watches;
        out.accounts = s.settings.accounts;
        if (!out.watches.empty() || !out.accounts.empty()) return out;
        return failure(errc::invalid, "nothing to watch", "add a [[watch]] to the configuration");
    }
    auto chosen = select_watches(s.settings, db, s.what.args);
    if (!chosen) return std::move(chosen).error();
    out.watches = std::move(*chosen);
    return out;
}

struct open_question {
    json::array models;
    bool urgent = false;
};

/// What stands after the round: the exit code counts every open alert of what was checked, new or not.
open_question what_stands(session const& s, storage::store& db, round_report const& found) {
    open_question out;
    out.models = views::statuses_of(db, found.watches, s.settings.rubric.age_limits, now_utc());
    auto const count = [&](std::string const& key) {
        auto const open = db.active_alerts(key);
        out.urgent = out.urgent || any_open(open, s.what.fail_on, now_utc());
    };
    std::set<std::string> hubs;
    for (auto const& one : found.watches) {
        count(one.key());
        hubs.insert(one.hub);
    }
    for (auto const& hub : hubs)
        count("hub/" + hub);
    for (auto const& one : s.settings.notifiers)
        count("notifier/" + one.name);
    return out;
}

void print_json(session const& s, round_report const& found, open_question const& standing) {
    json::array failed;
    for (auto const& one : found.failed)
        failed.push_back(json::object{{"repo", one.repo}, {"error", one.error}});
    json::array alerts;
    for (auto const& entry : found.touched)
        alerts.push_back(to_json(entry));
    s.out.json(json::object{
        {"checked", found.checked},
        {"failed", std::move(failed)},
        {"models", standing.models},
        {"alerts", std::move(alerts)}
    });
}

void print_text(session const& s, round_report const& found, open_question const& standing) {
    print_statuses(s.out, standing.models);
    if (!found.touched.empty()) {
        s.out.line();
        print_alerts(s.out, found.touched);
    }
    for (auto const& one : found.failed)
        complain(one.repo + ": " + one.error);
    s.out.line();
    auto const opened =
        std::count_if(found.touched.begin(), found.touched.end(), [](alert const& a) { return a.active(); });
    s.out.line(
        counted(found.checked, "model") + " checked, " + std::to_string(found.failed.size()) + " failed; " +
        counted(static_cast<std::size_t>(opened), "alert") + " opened or updated, " +
        std::to_string(found.touched.size() - static_cast<std::size_t>(opened)) + " resolved" +
        (s.what.dry_run ? " (dry run: nothing stored, nothing sent)" : "")
    );
}

/// Waits for the round and hands its outcome out of the coroutine.
asio::awaitable<void> collect(round& work, plan what, bool whole, bool deliver, round_report& out) {
    out = co_await work.run(std::move(what.watches), std::move(what.accounts), whole, deliver);
}

} // namespace

int run_check(session& s) {
    auto const& dir = s.settings.service.state_dir;
    store_thread db{
        s.what.dry_run ? storage::open_scratch_copy(dir)
                       : storage::open_store(dir, storage::open_mode::service)
    };
    auto chosen = make_plan(s, db.direct());
    if (!chosen) return report(chosen.error());
    asio::io_context loop{1};
    machinery parts{loop.get_executor(), most_connections(s.settings)};
    auto made = assemble(s.settings, parts, s.env, std::chrono::milliseconds{0});
    if (!made) return report(made.error());
    round work{parts, db, std::make_shared<assembly>(std::move(*made))};
    round_report found;
    std::exception_ptr failure;
    auto task = collect(work, std::move(*chosen), s.what.args.empty(), !s.what.dry_run, found);
    asio::co_spawn(loop, std::move(task), [&](std::exception_ptr e) {
        failure = e;
        parts.transport->close();
    });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    auto const standing = what_stands(s, db.direct(), found);
    if (s.what.json) {
        print_json(s, found, standing);
    } else {
        print_text(s, found, standing);
    }
    if (!found.unsent.empty()) complain("messages were not sent: " + found.unsent);
    if (!found.failed.empty() || !found.unsent.empty()) return exit_code::not_done;
    return standing.urgent ? exit_code::something_to_report : exit_code::done;
}

} // namespace modelwatch::cli
