#include "daemon/loss.hpp"

#include "daemon/log.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace modelwatch {

namespace {

constexpr std::chrono::seconds patience{10};

alert alert_of_loss(std::string const& fate, instant now) {
    alert out;
    out.id = fresh_id(now);
    out.watch_key = "monitor/state";
    out.what.kind = alert_kind::state_lost;
    out.what.level = info(out.what.kind).level;
    out.what.subject = "database";
    out.what.summary = fate + " under the running daemon: modelwatch has stopped";
    out.what.detail = "Nothing is watched until it is back. Baselines, reviews and open alerts were in it: "
                      "without them the "
                      "next start would trust whatever the hub shows, so it is refused.";
    out.what.action = std::string{info(out.what.kind).action};
    out.announced = true;
    out.opened_at = now;
    out.updated_at = now;
    return out;
}

asio::awaitable<void> send_one(lane_settings lane, message what) {
    auto const answer = co_await lane.to->send(what);
    bool const good = answer.what == notify::delivery::outcome::delivered;
    log(good ? log_level::info : log_level::error,
        good ? "message delivered" : "message not delivered, and not kept: the outbox is gone",
        {{"notifier", lane.name}, {"id", what.id}, {"answer", answer.answer}});
}

} // namespace

asio::awaitable<void> tell_of_loss(
    std::vector<lane_settings> lanes,
    std::shared_ptr<judge_rules const> rules,
    std::string fate,
    net::clock& time,
    instant now
) {
    auto const entry = alert_of_loss(fate, now);
    auto const executor = co_await asio::this_coro::executor;
    net::task_group sending{executor, [](std::exception_ptr failure) { log_exception("outbox", failure); }};
    for (auto const& rule : rules->desk.notifiers) {
        auto const same = [&](lane_settings const& lane) { return lane.name == rule.name; };
        auto const lane = std::find_if(lanes.begin(), lanes.end(), same);
        if (lane == lanes.end() || !rule.takes(entry)) continue;
        message what;
        what.id = fresh_id(now);
        what.notifier = rule.name;
        what.created_at = now;
        what.alerts.push_back(entry);
        sending.spawn(send_one(*lane, std::move(what)));
    }
    auto const deadline = time.steady_now() + patience;
    bool const done = co_await sending.drained(time, deadline);
    if (done) co_return;
    sending.cancel();
    auto const last = time.steady_now() + std::chrono::seconds{1};
    co_await sending.drained(time, last);
}

} // namespace modelwatch
