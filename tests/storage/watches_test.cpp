#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace storage_test;

namespace {

void require_same(watch_record const& left, watch_record const& right) {
    CHECK(left.key == right.key);
    CHECK(left.hub == right.hub);
    CHECK(left.repo == right.repo);
    CHECK(left.revision == right.revision);
    CHECK(left.tags == right.tags);
    CHECK(left.from_account == right.from_account);
    CHECK(left.current_repo == right.current_repo);
    CHECK(left.place == right.place);
    CHECK(left.missing_streak == right.missing_streak);
    CHECK(left.token_worked == right.token_worked);
    CHECK(left.proof == right.proof);
    CHECK(left.first_seen_at == right.first_seen_at);
    CHECK(left.last_success_at == right.last_success_at);
    CHECK(left.last_attempt_at == right.last_attempt_at);
    CHECK(left.failing_since == right.failing_since);
    CHECK(left.failures == right.failures);
    CHECK(left.last_error == right.last_error);
    CHECK(left.next_due_at == right.next_due_at);
    CHECK(left.next_time_condition_at == right.next_time_condition_at);
}

} // namespace

TEST_CASE("a watch comes back as it was recorded", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    observation_write write;
    write.record = make_record();
    write.record.place = standing::access_lost;
    write.record.missing_streak = 1;
    write.record.failing_since = at(50);
    write.record.failures = 3;
    write.record.last_error = "503 from the hub";
    write.record.next_time_condition_at = at(9000);
    write.now = at(2);
    db->record(write);
    auto const found = db->find_watch(write.record.key);
    REQUIRE(found);
    require_same(*found, write.record);
    CHECK_FALSE(found->baseline);
    CHECK_FALSE(found->latest);
    REQUIRE(db->watches().size() == 1);
    require_same(db->watches().front(), write.record);
    CHECK_FALSE(db->find_watch("hub/other@main"));
}

TEST_CASE(
    "the first round makes its snapshot the baseline and writes that into the audit trail", "[storage]"
) {
    auto const db = open_store({}, open_mode::memory);
    db->record(first_round());
    auto const found = db->find_watch("hub/acme/model@main");
    REQUIRE(found);
    REQUIRE(found->baseline);
    CHECK(found->baseline->commit == commit_of(1));
    CHECK(found->baseline->set_by == "first-use");
    CHECK(found->baseline->snapshot == found->latest);
    auto const trail = db->audit(10);
    REQUIRE(trail.size() == 1);
    CHECK(trail[0].action == "baseline-created");
    CHECK(trail[0].subject == "hub/acme/model@main");
    CHECK(trail[0].facts.at("commit").as_string() == commit_of(1));
    CHECK(db->alerts(true, 10).empty());
    CHECK(db->messages({}).empty());
}

TEST_CASE("a pinned baseline is completed with its snapshot when that is fetched later", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto write = first_round();
    write.baseline_is_latest = false;
    write.record.baseline = baseline_record{commit_of(9), std::nullopt, at(1), "configuration", "pinned"};
    db->record(write);
    CHECK_FALSE(db->find_watch(write.record.key)->baseline->snapshot);

    auto later = first_round();
    later.latest.reset();
    later.baseline_is_latest = false;
    later.record = *db->find_watch(write.record.key);
    later.baseline = make_snapshot(commit_of(9), 3);
    db->record(later);
    auto const found = db->find_watch(write.record.key);
    REQUIRE(found->baseline->snapshot);
    CHECK(db->load_snapshot(*found->baseline->snapshot)->commit == commit_of(9));
    CHECK(db->load_snapshot(*found->latest)->commit == commit_of(1));
    CHECK(db->audit(10).size() == 1);
}

TEST_CASE("a snapshot of another commit cannot become the baseline", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto write = first_round();
    write.record.baseline = baseline_record{commit_of(9), std::nullopt, at(1), "configuration", "pinned"};
    CHECK_THROWS_AS(db->record(write), storage_error);
    CHECK(db->watches().empty());
}

TEST_CASE("a round that read its record before a person accepted does not undo the acceptance", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(first_round());
    auto stale = first_round();
    stale.record = *db->find_watch("hub/acme/model@main");
    stale.latest = make_snapshot(commit_of(2), 20);
    stale.baseline_is_latest = false;

    observation_write accepted;
    accepted.record = stale.record;
    accepted.record.baseline = baseline_record{commit_of(5), std::nullopt, {}, {}, {}};
    accepted.now = at(15);
    db->accept(accepted, "ada", "reviewed");
    db->record(stale);
    CHECK(db->find_watch("hub/acme/model@main")->baseline->commit == commit_of(5));
    CHECK(db->find_watch("hub/acme/model@main")->baseline->set_by == "ada");
}

TEST_CASE("how a baseline came about does not follow from the name of who set it", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(first_round());
    auto const origin = [&] { return db->find_watch("hub/acme/model@main")->baseline->origin; };
    CHECK(origin() == baseline_origin::first_use);

    auto const name = GENERATE(as<std::string>{}, "configuration", "first-use", "review", "ada");
    observation_write accepted;
    accepted.record = *db->find_watch("hub/acme/model@main");
    accepted.record.baseline = baseline_record{commit_of(5), std::nullopt, {}, {}, {}};
    accepted.now = at(15);
    db->accept(accepted, name, "reviewed");
    CHECK(db->find_watch("hub/acme/model@main")->baseline->set_by == name);
    CHECK(origin() == baseline_origin::person);

    auto pinned = first_round();
    pinned.latest.reset();
    pinned.baseline_is_latest = false;
    pinned.record.baseline = baseline_record{
        commit_of(7), std::nullopt, at(90), "configuration", "pinned", baseline_origin::configuration
    };
    db->record(pinned);
    CHECK(origin() == baseline_origin::configuration);
}

TEST_CASE("a newly pinned commit in the configuration moves the baseline and is audited", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(first_round());
    auto pinned = first_round();
    pinned.latest.reset();
    pinned.baseline_is_latest = false;
    pinned.record.baseline = baseline_record{commit_of(7), std::nullopt, at(90), "configuration", "pinned"};
    db->record(pinned);
    CHECK(db->find_watch("hub/acme/model@main")->baseline->commit == commit_of(7));
    auto const trail = db->audit(1);
    CHECK(trail.at(0).action == "baseline-changed");
    CHECK(trail.at(0).facts.at("from").as_string() == commit_of(1));
}

TEST_CASE("a poll without news changes the book-keeping and neither baseline nor snapshots", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(first_round());
    auto const before = *db->find_watch("hub/acme/model@main");
    auto record = before;
    record.baseline.reset();
    record.latest.reset();
    record.place = standing::missing;
    record.failures = 4;
    record.last_error = "timeout";
    record.failing_since = at(40);
    record.next_due_at = at(7200);
    record.proof = "new proof";
    db->touch({record, make_record("acme/never-seen")});
    auto const after = *db->find_watch("hub/acme/model@main");
    CHECK(after.baseline->commit == before.baseline->commit);
    CHECK(after.latest == before.latest);
    CHECK(after.place == standing::present);
    CHECK(after.failures == 4);
    CHECK(after.last_error == "timeout");
    CHECK(after.failing_since == at(40));
    CHECK(after.next_due_at == at(7200));
    CHECK(after.proof == "new proof");
    CHECK(db->find_watch("hub/acme/never-seen@main"));
}

TEST_CASE("a round without a new snapshot keeps the last one and the baseline", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(first_round());
    observation_write write;
    write.record = make_record();
    write.record.place = standing::missing;
    write.now = at(60);
    db->record(write);
    auto const found = *db->find_watch("hub/acme/model@main");
    CHECK(found.place == standing::missing);
    CHECK(found.latest);
    CHECK(found.baseline);
}

TEST_CASE("accepting moves the baseline with its audit row, event, alerts and messages", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(first_round());
    db->record(round_with(make_alert("alert-00000001"), {"pager"}));
    auto touched = *db->find_watch("hub/acme/model@main");
    touched.failures = 9;
    db->touch({touched});

    auto settled = make_alert("alert-00000001");
    settled.state = alert_state::resolved;
    settled.resolved_at = at(200);
    settled.resolution = "accepted";
    auto write = round_with(settled, {}, 200);
    write.messages.push_back({"pager", message_type::resolved, settled.id});
    write.baseline = make_snapshot(commit_of(2), 190);
    write.record.baseline = baseline_record{commit_of(2), std::nullopt, {}, {}, {}};
    db->accept(write, "ada", "reviewed the diff");

    auto const found = *db->find_watch("hub/acme/model@main");
    CHECK(found.baseline->commit == commit_of(2));
    CHECK(found.baseline->set_by == "ada");
    CHECK(found.baseline->reason == "reviewed the diff");
    CHECK(found.baseline->set_at == at(200));
    CHECK(found.baseline->snapshot);
    CHECK(found.failures == 9); // the daemon's book-keeping is not the operator's business
    auto const trail = db->audit(1);
    CHECK(trail.at(0).action == "accept");
    CHECK(trail.at(0).by == "ada");
    CHECK(db->events(found.key, 1).at(0).what == "accepted");
    CHECK(db->active_alerts("").empty());
    CHECK(db->messages({}).size() == 2);
    CHECK(db->check().problems == std::vector<std::string>{});
}

TEST_CASE("nobody accepts anonymously", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(first_round());
    auto write = first_round();
    CHECK_THROWS_AS(db->accept(write, "", "why not"), storage_error);
    CHECK(db->audit(10).size() == 1);
}

TEST_CASE("a watch that is no longer configured keeps its row and loses its open alerts", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(first_round());
    db->record(round_with(make_alert("alert-00000001"), {"pager"}));
    auto const key = std::string{"hub/acme/model@main"};
    db->retire({key, "hub/unknown@main"}, "no longer configured", at(300));
    db->retire({key}, "no longer configured", at(400));
    CHECK(db->active_alerts("").empty());
    CHECK(db->find_alert("alert-00000001")->resolution == "no longer configured");
    CHECK(db->find_alert("alert-00000001")->resolved_at == at(300));
    auto const found = *db->find_watch(key);
    CHECK(found.retired_at == at(300));
    CHECK_FALSE(found.next_due_at);
    CHECK(found.baseline->commit == commit_of(1));
    auto const told = db->events(key, 10);
    REQUIRE(told.size() == 2);
    CHECK(told[0].what == "retired");
    CHECK(told[1].what == "resolved");

    db->touch({make_record()});
    CHECK_FALSE(db->find_watch(key)->retired_at);
}

TEST_CASE("an alert about the monitor needs no watch", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto entry = make_alert("alert-00000001", alert_kind::hub_unreachable);
    entry.watch_key = "hub/main";
    auto write = round_with(entry, {"pager"});
    write.record = {};
    db->record(write);
    CHECK(db->watches().empty());
    CHECK(db->active_alerts("hub/main").size() == 1);
    CHECK(db->take_due("pager", at(1000), 10).at(0).alerts.at(0).watch_key == "hub/main");
    auto wrong = first_round();
    wrong.record = {};
    CHECK_THROWS_AS(db->record(wrong), storage_error);
}
