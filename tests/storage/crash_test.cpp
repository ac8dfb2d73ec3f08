#include "storage/failpoint.hpp"
#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#if defined(MODELWATCH_FAILPOINTS)

using namespace storage_test;

namespace {

/// Runs `work` in a process that is killed at the n-th visit of a place, or ends by itself.
template <class Work>
int killed_at(std::string const& where, Work work) {
    return in_child([&] {
        ::setenv("MODELWATCH_CRASH_AT", where.c_str(), 1);
        work();
        return 0;
    });
}

constexpr int was_killed = 128 + SIGKILL;
std::vector<std::string> const notifiers{"pager", "mail"};

alert next_alert(store& db, std::string const& prefix) {
    auto const number = db.alerts(true, 100'000).size();
    auto entry = make_alert(fmt::format("{}-{:06}", prefix, number), alert_kind::advisory);
    entry.what.dedupe = entry.id;
    return entry;
}

/// What the far end got: one line "notifier message-id alert-id" for each alert of each message. Written
/// before the attempt is recorded, as in real life.
void deliver(fs::path const& sink, message const& entry) {
    std::ofstream file{sink, std::ios::app};
    for (auto const& one : entry.alerts)
        file << entry.notifier << ' ' << entry.id << ' ' << one.id << '\n';
}

/// One life of a small daemon: random rounds and sendings until it is killed or is done.
void live(fs::path const& state, fs::path const& sink, unsigned seed, int steps) {
    auto const db = open_store(state, open_mode::service);
    std::mt19937 random{seed};
    auto const roll = [&](unsigned sides) { return random() % sides; };
    for (int step = 0; step < steps; ++step) {
        auto const second = static_cast<std::int64_t>(db->alerts(true, 100'000).size()) * 5;
        if (roll(2) == 0) {
            db->record(round_with(next_alert(*db, "alert"), notifiers, second));
            continue;
        }
        for (auto& entry : db->take_due(notifiers[roll(2)], at(second + 8), 1 + roll(3))) {
            bool const arrives = roll(3) != 0;
            if (arrives) deliver(sink, entry);
            entry.state = arrives ? message_state::delivered : message_state::waiting;
            entry.next_attempt_at = at(second + 9);
            db->record_attempt(entry, {entry.id, at(second), {}, arrives ? 200U : 503U, "answer"}, {});
        }
    }
}

/// The last life: everything that is still to be sent is sent.
void drain(fs::path const& state, fs::path const& sink) {
    auto const db = open_store(state, open_mode::service);
    for (auto const& name : notifiers) {
        while (true) {
            auto due = db->take_due(name, at(10'000'000), 10);
            if (due.empty()) break;
            for (auto& entry : due) {
                deliver(sink, entry);
                entry.state = message_state::delivered;
                db->record_attempt(entry, {entry.id, at(0), {}, 200, "ok"}, {});
            }
        }
    }
}

/// Each alert of the store is in exactly one message per notifier, and arrived under no other id.
void require_nothing_lost(fs::path const& state, fs::path const& sink) {
    auto const db = open_store(state, open_mode::service);
    std::map<std::string, std::multiset<std::string>> queued;
    for (auto const& entry : db->messages({true, true, true, true, 100'000})) {
        CHECK(entry.state == message_state::delivered);
        for (auto const& one : entry.alerts)
            queued[entry.notifier].insert(one.id);
    }
    std::map<std::string, std::set<std::string>> arrived; // by notifier and alert: under which ids
    std::ifstream file{sink};
    std::string notifier;
    std::string id;
    std::string told;
    while (file >> notifier >> id >> told)
        arrived[notifier + " " + told].insert(id);
    auto const all = db->alerts(true, 100'000);
    for (auto const& name : notifiers) {
        CHECK(queued[name].size() == all.size());
        for (auto const& one : all) {
            CHECK(queued[name].count(one.id) == 1);
            CHECK(arrived[name + " " + one.id].size() == 1);
        }
    }
    CHECK(db->check().problems == std::vector<std::string>{});
}

} // namespace

TEST_CASE(
    "a round that is killed before its commit has left nothing, one killed after it everything", "[storage]"
) {
    scratch const place;
    open_store(place.state(), open_mode::service)->record(first_round());
    auto write = round_with(make_alert("alert-00000001"), {"pager"});
    write.latest = make_snapshot(commit_of(2), 100);
    write.events = {{0, {}, {}, "weights-replaced", {}, {}, {}, {}, {}}};
    auto const once = [&] { open_store(place.state(), open_mode::service)->record(write); };

    REQUIRE(killed_at("record-before-commit:1", once) == was_killed);
    {
        auto const db = open_store(place.state(), open_mode::service);
        CHECK(db->alerts(true, 10).empty());
        CHECK(db->messages({}).empty());
        CHECK(db->events("", 10).empty());
        CHECK(db->recorded_snapshots(write.record.key, 10).size() == 1);
        CHECK(db->check().ok);
    }
    REQUIRE(killed_at("record-after-commit", once) == was_killed);
    auto const db = open_store(place.state(), open_mode::service);
    CHECK(db->alerts(true, 10).size() == 1);
    CHECK(db->take_due("pager", at(999), 10).at(0).alerts.size() == 1);
    CHECK(db->events("", 10).size() == 1);
    CHECK(db->recorded_snapshots(write.record.key, 10).size() == 2);
    CHECK(db->check().ok);
}

TEST_CASE("an acceptance that is killed has moved the baseline with its audit row, or neither", "[storage]") {
    scratch const place;
    open_store(place.state(), open_mode::service)->record(first_round());
    observation_write write;
    write.record = make_record();
    write.record.baseline = baseline_record{commit_of(2), std::nullopt, {}, {}, {}};
    write.now = at(50);
    auto const once = [&] {
        open_store(place.state(), open_mode::operate)->accept(write, "ada", "reviewed");
    };
    REQUIRE(killed_at("accept-before-commit:1", once) == was_killed);
    {
        auto const db = open_store(place.state(), open_mode::service);
        CHECK(db->find_watch(write.record.key)->baseline->commit == commit_of(1));
        CHECK(db->audit(10).size() == 1);
        CHECK(db->check().ok);
    }
    REQUIRE(killed_at("accept-after-commit:1", once) == was_killed);
    auto const db = open_store(place.state(), open_mode::service);
    CHECK(db->find_watch(write.record.key)->baseline->commit == commit_of(2));
    CHECK(db->audit(10).size() == 2);
    CHECK(db->check().ok);
}

TEST_CASE(
    "a message whose attempt was killed before its commit is due again under the same id", "[storage]"
) {
    scratch const place;
    open_store(place.state(), open_mode::service)
        ->record(round_with(make_alert("alert-00000001"), {"pager"}));
    auto const send = [&] {
        auto const db = open_store(place.state(), open_mode::service);
        auto entry = db->take_due("pager", at(999), 1).at(0);
        entry.state = message_state::delivered;
        db->record_attempt(entry, {entry.id, at(999), {}, 200, "ok"}, {});
    };
    std::string id;
    REQUIRE(killed_at("attempt-before-commit:1", send) == was_killed);
    {
        auto const due = open_store(place.state(), open_mode::service)->take_due("pager", at(999), 1);
        REQUIRE(due.size() == 1);
        CHECK(due[0].attempts == 0);
        id = due[0].id;
    }
    REQUIRE(killed_at("attempt-after-commit:1", send) == was_killed);
    auto const db = open_store(place.state(), open_mode::service);
    CHECK(db->take_due("pager", at(999), 1).empty());
    CHECK(db->attempts(id).size() == 1);
}

TEST_CASE("whatever is killed when, no alert is lost or told under two ids", "[storage]") {
    std::vector<std::string> const places{
        "record-before-commit", "record-after-commit", "attempt-before-commit", "attempt-after-commit"
    };
    for (unsigned seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        scratch const place;
        auto const sink = place.path() / "sink";
        std::mt19937 random{seed};
        int kills = 0;
        for (unsigned life = 0; life < 12; ++life) {
            auto const where = fmt::format("{}:{}", places[random() % places.size()], 1 + random() % 8);
            int const code = killed_at(where, [&] { live(place.state(), sink, seed * 1000 + life, 25); });
            CHECK((code == 0 || code == was_killed));
            kills += code == was_killed ? 1 : 0;
        }
        CHECK(kills > 0);
        drain(place.state(), sink);
        require_nothing_lost(place.state(), sink);
    }
}

#endif
