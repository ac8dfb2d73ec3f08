#include "daemon/assembly.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/drill.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>

namespace modelwatch::cli {

namespace {

struct tested {
    std::string name;
    notify::delivery made;
};

message test_message(std::string const& notifier) {
    message out;
    auto const now = now_utc();
    out.id = fresh_id(now);
    out.notifier = notifier;
    out.type = message_type::test;
    out.created_at = now;
    out.payload = {
        {"subject", "modelwatch: test message"},
        {"text", "This is a test message from modelwatch. Nothing happened; no action is needed."},
        {"notifier", notifier}
    };
    return out;
}

asio::awaitable<void> test_all(std::vector<lane_settings> lanes, std::vector<tested>& out) {
    std::vector<std::string> const everybody;
    for (auto& lane : lanes) {
        auto const what = test_message(lane.name);
        auto made = co_await lane.to->send(what, everybody);
        out.push_back({lane.name, std::move(made)});
    }
}

std::string_view outcome_text(notify::delivery::outcome what) {
    switch (what) {
    case notify::delivery::outcome::delivered:
        return "delivered";
    case notify::delivery::outcome::retry:
        return "not delivered (a real message would be tried again)";
    default:
        return "refused (a real message would be given up)";
    }
}

result<std::vector<lane_settings>> chosen(session& s, machinery& parts) {
    auto lanes = make_lanes(s.settings, parts, s.env);
    if (!lanes || s.what.args.empty()) return lanes;
    for (auto const& name : s.what.args) {
        auto const same = [&](lane_settings const& lane) { return lane.name == name; };
        if (std::none_of(lanes->begin(), lanes->end(), same)) {
            return failure(errc::invalid, "no notifier is named " + printable(name));
        }
    }
    std::erase_if(*lanes, [&](lane_settings const& lane) {
        return std::find(s.what.args.begin(), s.what.args.end(), lane.name) == s.what.args.end();
    });
    return lanes;
}

asio::awaitable<void> collect(drill& work, std::vector<drill_outcome>& out) {
    out = co_await work.run();
}

void run_loop(asio::io_context& loop, asio::awaitable<void> task) {
    std::exception_ptr failure;
    asio::co_spawn(loop, std::move(task), [&](std::exception_ptr e) { failure = e; });
    loop.run();
    if (failure) std::rethrow_exception(failure);
}

json::value milliseconds_or_null(std::optional<std::chrono::milliseconds> const& took) {
    return took ? json::value(took->count()) : json::value(nullptr);
}

std::string drill_line(drill_outcome const& one) {
    if (!one.delivered) return one.notifier + ": not delivered - " + printable(one.answer);
    return one.notifier + ": delivered in " +
           std::to_string(one.took.value_or(std::chrono::milliseconds{0}).count()) + " ms - " +
           printable(one.answer) + (one.closed ? "" : "; its end was NOT delivered: close it by hand");
}

int report_drill(session& s, std::vector<drill_outcome> const& outcome) {
    json::array rows;
    bool good = true;
    for (auto const& one : outcome) {
        good = good && one.delivered && one.closed;
        rows.push_back(json::object{
            {"notifier", one.notifier},
            {"delivered", one.delivered},
            {"status", one.status},
            {"answer", one.answer},
            {"took_ms", milliseconds_or_null(one.took)},
            {"closed", one.closed}
        });
        if (!s.what.json) s.out.line(drill_line(one));
    }
    if (s.what.json) s.out.json(json::object{{"drill", true}, {"notifiers", std::move(rows)}});
    return good ? exit_code::done : exit_code::not_done;
}

int run_drill(session& s, asio::io_context& loop, machinery& parts, std::vector<lane_settings> lanes) {
    auto rules = make_rules(s.settings);
    if (!rules) return report(rules.error());
    drill work{loop.get_executor(), parts.time, std::move(*rules), std::move(lanes)};
    std::vector<drill_outcome> outcome;
    run_loop(loop, collect(work, outcome));
    return report_drill(s, outcome);
}

} // namespace

int run_notify(session& s) {
    asio::io_context loop{1};
    machinery parts{loop.get_executor(), 2};
    auto lanes = chosen(s, parts);
    if (!lanes) return report(lanes.error());
    if (lanes->empty()) {
        return report(failure(
            errc::invalid,
            "no notifier is configured",
            "add a [[notifier]]; the example configuration shows one of each type"
        ));
    }
    if (s.what.drill) return run_drill(s, loop, parts, std::move(*lanes));
    std::vector<tested> outcome;
    run_loop(loop, test_all(std::move(*lanes), outcome));
    json::array rows;
    bool good = true;
    for (auto const& one : outcome) {
        good = good && one.made.what == notify::delivery::outcome::delivered;
        rows.push_back(json::object{
            {"notifier", one.name},
            {"delivered", one.made.what == notify::delivery::outcome::delivered},
            {"status", one.made.status},
            {"answer", one.made.answer}
        });
        if (!s.what.json) {
            s.out.line(
                one.name + ": " + std::string{outcome_text(one.made.what)} + " - " +
                printable(one.made.answer)
            );
        }
    }
    if (s.what.json) s.out.json(json::object{{"notifiers", std::move(rows)}});
    return good ? exit_code::done : exit_code::not_done;
}

} // namespace modelwatch::cli
