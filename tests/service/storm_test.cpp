#include "daemon/alert_desk.hpp"
#include "daemon/outbox.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/run_awaitable.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sys/resource.h>

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

constexpr int watches = 10'000;

alerting::judgement replaced_weights(int number, bool there) {
    alerting::judgement out;
    out.watch_key = fmt::format("hub/acme/model-{:05}@main", number);
    out.repo = fmt::format("acme/model-{:05}", number);
    out.hub = "hub";
    out.revision = "main";
    out.url = "https://hub.example/" + out.repo;
    if (!there) return out;
    change what;
    what.kind = alert_kind::weights_replaced;
    what.level = severity::high;
    what.subject = "model.safetensors";
    what.summary = "the weights of the baseline were replaced under the same name";
    what.detail = "model.safetensors has other content than at the baseline commit.";
    what.baseline_commit = std::string(40, 'a');
    what.commit = std::string(40, 'b');
    what.files = {{"model.safetensors", std::string(64, 'a'), fmt::format("{:064x}", number), 1, 2}};
    out.changes.push_back(std::move(what));
    return out;
}

judge_rules two_notifiers() {
    judge_rules out;
    out.desk.notifiers = {{"siem", severity::info, {"*"}, {}}, {"chat", severity::info, {"*"}, {}}};
    out.group_wait = 1500ms;
    return out;
}

/// One round of polls: every watch in a transaction of its own, within the time in which alerts are grouped.
void round(storage::store& db, judge_rules const& rules, bool there, instant now, int count = watches) {
    for (int i = 0; i < count; ++i)
        (void)judge_monitor(db, rules, replaced_weights(i, there), now + std::chrono::milliseconds{i / 10});
}

std::vector<std::string> types_of(std::vector<message> const& all) {
    std::vector<std::string> out;
    for (auto const& one : all)
        out.push_back(fmt::format("{} {} {}", one.notifier, to_string(one.type), one.alerts.size()));
    return out;
}

struct processor_time {
    double user = 0; ///< seconds
    double system = 0;
};

processor_time used() {
    rusage out{};
    ::getrusage(RUSAGE_SELF, &out);
    auto const seconds = [](timeval const& span) {
        return static_cast<double>(span.tv_sec) + static_cast<double>(span.tv_usec) / 1e6;
    };
    return {seconds(out.ru_utime), seconds(out.ru_stime)};
}

long peak_kib() {
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
    }
    return 0;
}

/// A directory of its own, gone at the end.
class scratch {
public:
    scratch() {
        auto name = (std::filesystem::temp_directory_path() / "modelwatch-storm-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }

    ~scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }

    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;
    std::filesystem::path path;
};

lane_settings lane_of(std::string name, notify::channel_type type, notify::channel_deps const& deps) {
    notify::channel_options how;
    how.name = name;
    how.type = type;
    how.url = "https://far.example/" + name;
    how.host_name = "host.example";
    return {name, notify::make_channel(std::move(how), deps), 72h, {}};
}

} // namespace

TEST_CASE(
    "ten thousand alerts of one round are one message per notifier, and so are reminders and ends", "[storm]"
) {
    auto const db = storage::open_store({}, storage::open_mode::memory);
    auto const rules = two_notifiers();
    auto const now = *from_rfc3339("2026-11-22T09:00:00Z");
    round(*db, rules, true, now);
    using list = std::vector<std::string>;
    CHECK(types_of(db->messages({})) == list{"siem alert.opened 10000", "chat alert.opened 10000"});
    CHECK(db->active_alerts({}).size() == watches);

    for (auto const* const name : {"siem", "chat"}) {
        auto due = db->take_due(name, now + 10s, 16);
        REQUIRE(due.size() == 1);
        due[0].state = message_state::delivered;
        db->record_attempt(due[0], {due[0].id, now + 10s, 1ms, 200, "OK"}, {});
    }
    (void)let_time_pass(*db, rules, now + 24h * 6);
    CHECK(db->messages({}).empty());
    (void)let_time_pass(*db, rules, now + 24h * 7 + 10s);
    CHECK(types_of(db->messages({})) == list{"siem alert.reminder 10000", "chat alert.reminder 10000"});
    CHECK(let_time_pass(*db, rules, now + 24h * 7 + 20s).empty());
    round(*db, rules, false, now + 24h * 8);
    CHECK(
        types_of(db->messages({})) ==
        list{
            "siem alert.reminder 10000",
            "chat alert.reminder 10000",
            "siem alert.resolved 10000",
            "chat alert.resolved 10000"
        }
    );
}

TEST_CASE("many alerts under a silence are no message, and one each when it ends", "[storm]") {
    auto const db = storage::open_store({}, storage::open_mode::memory);
    auto const rules = two_notifiers();
    auto const now = *from_rfc3339("2026-11-22T09:00:00Z");
    silence quiet;
    quiet.repo = "acme/*";
    quiet.until = now + 2h;
    quiet.by = "ann";
    quiet.reason = "planned";
    (void)begin_silence(*db, quiet, now - 1s);
    round(*db, rules, true, now, 2000);
    CHECK(db->messages({}).empty());
    (void)let_time_pass(*db, rules, now + 2h);
    CHECK(db->messages({}).size() == 2);
}

// Hidden: `scripts/bench alerts`. From judgement to the far ends' answers, database on disk.
TEST_CASE("what ten thousand alerts of one round cost", "[.bench]") {
    scratch const place;
    auto const rules = std::make_shared<judge_rules>(two_notifiers());
    store_thread db{storage::open_store(place.path / "state", storage::open_mode::service)};
    asio::io_context io{1};
    net::system_clock time;
    test::fake_transport transport;
    transport.otherwise([](net::http_request const&) { return test::fake_transport::response(200, "ok"); });
    notify::channel_deps const deps{transport, time, io.get_executor()};
    auto const before = peak_kib();
    auto const begun = used();
    round(db.direct(), *rules, true, time.now() - 1min);
    auto const judged = used();
    outbox sender{io.get_executor(), db, time};
    sender.configure(
        {lane_of("siem", notify::channel_type::webhook, deps),
         lane_of("chat", notify::channel_type::slack, deps)},
        rules
    );
    test::run_awaitable(io, sender.flush());
    auto const sent = used();
    CHECK(transport.requests().size() == 2);
    CHECK(db.direct().messages({}).empty());
    std::size_t bytes = 0;
    for (auto const& one : transport.requests())
        bytes += one.body.size();
    fmt::print(
        "{} alerts of one round, each in a transaction on disk, two notifiers\n"
        "  {} messages, {} KB\n"
        "  judged and stored  {:.2f} CPU s, and {:.2f} s of the system (fsync)\n"
        "  sent               {:.2f} CPU s, and {:.2f}\n"
        "  {:.0f} MB more at the peak\n",
        watches,
        transport.requests().size(),
        bytes / 1000,
        judged.user - begun.user,
        judged.system - begun.system,
        sent.user - judged.user,
        sent.system - judged.system,
        static_cast<double>(peak_kib() - before) / 1000
    );
}
