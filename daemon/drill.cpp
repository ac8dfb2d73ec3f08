#include "daemon/drill.hpp"

#include <algorithm>
#include <stdexcept>

namespace modelwatch {

namespace {

using std::chrono::milliseconds;

constexpr char const* mark = "DRILL, nothing happened: ";
constexpr char const* drill_key = "drill/alert";

watch invented_watch() {
    watch out;
    out.repo = "modelwatch/drill";
    out.tags = {{"drill", "nothing-happened"}};
    return out;
}

/// The invented model before (one digit) and after (another).
observation invented_state(char digit, instant now) {
    snapshot state;
    state.hub = "hub";
    state.repo = "modelwatch/drill";
    state.revision = "main";
    state.commit = std::string(40, digit);
    state.repo_id = "drill";
    state.author = "modelwatch";
    state.observed_at = now;
    state.last_modified = now;
    state.gate = gating::open;
    file_entry weights;
    weights.path = "drill.safetensors";
    weights.size = 1'000'000;
    weights.oid = std::string(40, digit);
    weights.sha256 = std::string(64, digit);
    state.files = {weights};
    observation out;
    out.state = std::move(state);
    out.log.known = true;
    out.log.commits = {{std::string(40, digit), "drill", {}, now}};
    if (digit != 'a') out.log.commits.push_back({std::string(40, 'a'), "drill", {}, now});
    return out;
}

/// Detection: two polls of the invented model, as the poller would hand them over.
change detect(storage::store& db, judge_rules rules, instant now) {
    rules.desk.notifiers.clear();
    auto const target = invented_watch();
    link_source const nowhere = [](std::string_view, std::string_view) { return std::string{}; };
    (void)judge(db, rules, target, invented_state('a', now), nowhere, now);
    auto const seen = judge(db, rules, target, invented_state('b', now), nowhere, now);
    auto const replaced = [](alert const& entry) { return entry.what.kind == alert_kind::weights_replaced; };
    auto const found = std::find_if(seen.touched.begin(), seen.touched.end(), replaced);
    if (found == seen.touched.end()) throw std::runtime_error("the drill's change was not detected");
    return found->what;
}

alerting::judgement marked(change what) {
    what.level = severity::critical;
    what.summary = mark + what.summary;
    what.detail = "This is a drill that was started with `modelwatch notify test --drill`. The model is "
                  "invented. " +
                  what.detail;
    what.action = "Nothing: this is a drill. It resolves itself at once.";
    what.evidence["drill"] = true;
    alerting::judgement out;
    out.watch_key = drill_key;
    out.repo = "modelwatch/drill";
    out.hub = "hub";
    out.revision = "main";
    out.tags = {{"drill", "nothing-happened"}};
    out.changes.push_back(std::move(what));
    return out;
}

drill_outcome outcome_for(storage::store& db, std::string const& notifier, instant begun) {
    drill_outcome out;
    out.notifier = notifier;
    for (auto const& one : db.messages({true, true, true, true, 1000})) {
        if (one.notifier != notifier) continue;
        bool const delivered = one.state == message_state::delivered;
        if (one.type == message_type::resolved) {
            out.closed = delivered;
            continue;
        }
        out.delivered = delivered;
        auto const tries = db.attempts(one.id);
        if (tries.empty()) continue;
        out.status = tries.back().status;
        out.answer = tries.back().answer;
        if (delivered) out.took = tries.back().at - begun;
    }
    return out;
}

} // namespace

drill::drill(
    asio::any_io_executor executor, net::clock& time, judge_rules rules, std::vector<lane_settings> lanes
)
    : executor_(std::move(executor))
    , time_(time)
    , rules_(std::move(rules))
    , lanes_(std::move(lanes))
    , db_(storage::open_store({}, storage::open_mode::memory)) {
    rules_.group_wait = milliseconds{0};
    rules_.desk.notifiers.clear();
    for (auto& lane : lanes_) {
        lane.fallback.clear();
        rules_.desk.notifiers.push_back({lane.name, severity::info, {"*"}, {}});
    }
}

asio::awaitable<void> drill::deliver() {
    auto silent = std::make_shared<judge_rules>(rules_);
    silent->desk.notifiers.clear(); // a far end that fails is reported here, not to the others
    outbox sender{executor_, db_, time_};
    sender.configure(lanes_, std::move(silent));
    co_await sender.flush();
}

asio::awaitable<std::vector<drill_outcome>> drill::run() {
    auto const begun = time_.now();
    auto open = [this, begun](storage::store& db) {
        auto const seen = marked(detect(db, rules_, begun));
        (void)judge_monitor(db, rules_, seen, begun);
    };
    co_await db_.run(open);
    co_await deliver();
    auto close = [this](storage::store& db) {
        auto const now = time_.now();
        auto const made =
            alerting::resolve(db.active_alerts(drill_key), "the drill is over", rules_.desk, now);
        storage::observation_write write;
        add_decision(write, made, rules_, now);
        db.record(write);
    };
    co_await db_.run(close);
    co_await deliver();
    auto report = [this, begun](storage::store& db) {
        std::vector<drill_outcome> out;
        for (auto const& lane : lanes_)
            out.push_back(outcome_for(db, lane.name, begun));
        return out;
    };
    auto out = co_await db_.run(report);
    co_return out;
}

} // namespace modelwatch
