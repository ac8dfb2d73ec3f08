#include "daemon/check_outcome.hpp"
#include "daemon/cli/ask.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"
#include "daemon/round.hpp"
#include "daemon/watch_choice.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <csignal>

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

/// What a poll passed over goes along with the model that it is about.
void add_details(json::array& models, round_report const& found) {
    for (std::size_t i = 0; i < std::min(models.size(), found.watches.size()); ++i) {
        auto const told = found.details.find(found.watches[i].key());
        if (told != found.details.end()) models[i].as_object()["detail"] = told->second;
    }
}

json::object as_json(round_report const& found, json::array models) {
    json::array failed;
    for (auto const& one : found.failed)
        failed.push_back(json::object{
            {"repo", one.repo}, {"revision", one.revision}, {"hub", one.hub}, {"error", one.error}
        });
    json::array alerts;
    for (auto const& entry : found.touched)
        alerts.push_back(to_json(entry));
    json::object out{
        {"checked", found.checked},
        {"failed", std::move(failed)},
        {"models", std::move(models)},
        {"alerts", std::move(alerts)}
    };
    // Only where it says something: a round that ended by itself has the shape that the daemon's has.
    if (found.interrupted) out["interrupted"] = true;
    return out;
}

/// What was done until somebody ended it.
std::string after_interruption(session const& s, round_report const& found) {
    auto const part = "interrupted after " + std::to_string(found.checked) + " of " +
                      counted(found.watches.size(), "model") + ": ";
    if (s.what.dry_run) return part + "nothing was to be kept";
    return part + "what was found of these is stored, and messages that wait are sent by the next check or "
                  "the daemon";
}

/// What nobody is told of must not be missed by whoever looks.
void print_unsent(session const& s, std::vector<alert> const& touched) {
    auto const unsent = std::count_if(touched.begin(), touched.end(), [](alert const& one) {
        return one.state == alert_state::open && !one.announced && one.opened_at == one.updated_at;
    });
    if (unsent == 0 || s.settings.notifiers.empty()) return;
    s.out.line(
        counted(static_cast<std::size_t>(unsent), "alert") +
        " not sent: what stands at the first look, and what no notifier asks for, is listed by `modelwatch "
        "alerts` "
        "and in the digest"
    );
}

void print_text(session const& s, json::object const& answer) {
    print_statuses(s.out, answer.at("models").as_array());
    auto const touched = alerts_in(answer.at("alerts").as_array());
    if (!touched.empty()) {
        s.out.line();
        print_alerts(s.out, touched);
        print_unsent(s, touched);
    }
    auto const& failed = answer.at("failed").as_array();
    for (auto const& row : failed) {
        auto const& one = row.as_object();
        auto const place = place_of(
            std::string{text_of(one, "repo")},
            std::string{text_of(one, "revision")},
            std::string{text_of(one, "hub")}
        );
        complain(place + ": " + std::string{text_of(one, "error")});
    }
    for (auto const& row : answer.at("models").as_array()) {
        auto const detail = text_of(row.as_object(), "detail");
        if (!detail.empty())
            s.out.line(std::string{text_of(row.as_object(), "repo")} + ": " + std::string{detail});
    }
    s.out.line();
    auto const opened =
        std::count_if(touched.begin(), touched.end(), [](alert const& a) { return a.active(); });
    s.out.line(
        counted(answer.at("checked").to_number<std::size_t>(), "model") + " checked, " +
        std::to_string(failed.size()) + " failed; " + counted(static_cast<std::size_t>(opened), "alert") +
        " opened or updated, " + std::to_string(touched.size() - static_cast<std::size_t>(opened)) +
        " resolved" + (s.what.dry_run ? " (dry run: nothing stored, nothing sent)" : "")
    );
}

/// Prints what a round found, whoever made it; the exit code.
int tell(session const& s, json::object answer, bool urgent) {
    bool const whole = answer.at("failed").as_array().empty();
    if (s.what.json) {
        answer.erase("pending");
        print_json(s.out, std::move(answer));
    } else {
        print_text(s, answer);
    }
    if (!whole) return exit_code::not_done;
    return urgent ? exit_code::something_to_report : exit_code::done;
}

/// The daemon's answer: what is not as it should be throws, and is then no answer.
int tell_answer(session const& s, result<json::object> said) {
    if (!said) return report(said.error());
    bool const urgent = said->at("more").as_object().at("urgent").as_bool();
    return tell(s, std::move(*said), urgent);
}

/// Waits for the round and hands its outcome out of the coroutine.
asio::awaitable<void> collect(round& work, plan what, bool whole, bool deliver, round_report& out) {
    out = co_await work.run(std::move(what.watches), std::move(what.accounts), whole, deliver);
}

/// The first Ctrl-C asks for an end with the books in order, the second one is the system's.
asio::awaitable<void> heed_signals(asio::signal_set& signals, round& work) {
    auto const token = asio::as_tuple(asio::use_awaitable);
    auto const [failure, number] = co_await signals.async_wait(token);
    if (failure) co_return;
    signals.clear();
    work.stop();
}

/// The round, with its progress shown, until it ends or somebody ends it.
round_report go_round(session const& s, asio::io_context& loop, machinery& parts, round& work, plan what) {
    round_report found;
    std::exception_ptr failure;
    asio::signal_set signals{loop.get_executor(), SIGINT, SIGTERM};
    progress shown{"checked"};
    work.listen([&](std::size_t done, std::size_t total) { shown.show(done, total); });
    auto task = collect(work, std::move(what), s.what.args.empty(), !s.what.dry_run, found);
    net::task_group beside{parts.executor, [&](std::exception_ptr e) { failure = e; }};
    beside.spawn(heed_signals(signals, work));
    asio::co_spawn(loop, std::move(task), [&](std::exception_ptr e) {
        failure = e;
        signals.cancel();
        parts.transport->close();
    });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    return found;
}

} // namespace

int run_check(session& s) {
    if (!s.what.dry_run) {
        if (auto said = ask_to_check(s)) return tell_answer(s, std::move(*said));
    }
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
    auto const found = go_round(s, loop, parts, work, std::move(*chosen));
    auto standing = what_stands(s.settings, db.direct(), found.watches, s.what.fail_on, now_utc());
    add_details(standing.models, found);
    auto const code = tell(s, as_json(found, std::move(standing.models)), standing.urgent);
    if (!found.unsent.empty()) complain("messages were not sent: " + found.unsent);
    if (found.interrupted && !s.what.json) s.out.line(after_interruption(s, found));
    return found.interrupted || !found.unsent.empty() ? exit_code::not_done : code;
}

} // namespace modelwatch::cli
