// What the service shows to others: the page and the API, metrics, systemd.

#include "daemon/service.hpp"

namespace modelwatch {

/// The door needs the scheduler, which comes with the first configuration.
void service::open_front() {
    auto const now = [this]() -> std::shared_ptr<assembly const> { return now_; };
    auto const changed = [this] { outbox_.wake(); };
    api_deps deps{db_, parts_.time, metrics_, fleet_, *scheduler_, now, changed};
    front_ = std::make_unique<front>(loop_.get_executor(), parts_.time, std::move(deps));
    outbox_.listen([this](message const& after, std::chrono::milliseconds took) {
        bool const over = after.state != message_state::waiting;
        metrics_.attempt_ended(after.notifier, over ? to_string(after.state) : "retried", took);
    });
}

void service::count_poll(watched const& what, poll_report const& report) {
    auto const outcome = report.failure ? "failed" : report.unchanged ? "unchanged" : "changed";
    metrics_.poll_ended(what.target.hub, outcome, report.took);
}

/// What the page shows of a watch follows its polls.
asio::awaitable<void> service::show(watched const& what, poll_report const& report) {
    if (report.unchanged) {
        fleet_.note_success(what.target.key(), parts_.time.now());
        co_return;
    }
    std::vector<watch> const one{what.target};
    co_await fleet_.refresh(db_, one, false, parts_.time.now());
}

asio::awaitable<void> service::show_all() {
    std::vector<watch> all;
    for (auto const& [key, one] : scheduler_->watches())
        all.push_back(one->target);
    co_await fleet_.refresh(db_, std::move(all), true, parts_.time.now());
}

/// One line for `systemctl status`, and a sign of life only while polls make progress and the database
/// answers.
void service::tell_manager() {
    auto const beat = take_pulse(*scheduler_, parts_.time);
    auto line = std::to_string(beat.watches) + (beat.watches == 1 ? " watch" : " watches");
    line += ", " + std::to_string(beat.failing) + " failing, " + std::to_string(scheduler_->running()) +
            " polls running";
    if (auto const due = scheduler_->next_due()) {
        auto const wait = std::chrono::ceil<std::chrono::seconds>(*due - parts_.time.steady_now());
        line += wait.count() > 0 ? ", next poll in " + to_words(wait) : ", polls are due";
    }
    if (!front_->where().empty()) line += ", page on " + front_->where();
    manager_.status(line);
    if (!beat.stalled) manager_.alive();
}

} // namespace modelwatch
