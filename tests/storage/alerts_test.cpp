#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace storage_test;

namespace {

void require_same(alert const& left, alert const& right) {
    CHECK(to_line(to_json(left)) == to_line(to_json(right)));
    CHECK(left.watch_key == right.watch_key);
    CHECK(left.what.dedupe == right.what.dedupe);
    CHECK(left.what.action == right.what.action);
    CHECK(left.what.files == right.what.files);
    CHECK(left.announced == right.announced);
    CHECK(left.opened_at == right.opened_at);
    CHECK(left.updated_at == right.updated_at);
    CHECK(left.resolved_at == right.resolved_at);
    CHECK(left.last_sent_at == right.last_sent_at);
    CHECK(left.acknowledged_until == right.acknowledged_until);
}

} // namespace

TEST_CASE("an alert of every kind comes back as it was recorded", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    observation_write write;
    write.record = make_record();
    for (auto const& kind : alert_kinds()) {
        auto entry = make_alert("alert-" + std::string{kind.name}, kind.kind);
        entry.what.dedupe = "CVE-2026-1";
        entry.state = alert_state::acknowledged;
        entry.acknowledged_by = "ada";
        entry.acknowledged_reason = "known";
        entry.acknowledged_until = at(999);
        entry.opened_at += std::chrono::milliseconds{7};
        write.alerts.push_back(std::move(entry));
    }
    db->record(write);
    auto const found = db->active_alerts("hub/acme/model@main");
    REQUIRE(found.size() == write.alerts.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        require_same(found[i], write.alerts[i]);
}

TEST_CASE("an alert that is recorded again is updated, not doubled", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto entry = make_alert("alert-00000001");
    db->record(round_with(entry, {}));
    entry.what.level = severity::low;
    entry.what.subject = "3 files";
    entry.state = alert_state::resolved;
    entry.resolved_at = at(300);
    entry.resolution = "undone";
    db->record(round_with(entry, {}));
    CHECK(db->active_alerts("").empty());
    CHECK(db->alerts(false, 10).empty());
    auto const all = db->alerts(true, 10);
    REQUIRE(all.size() == 1);
    require_same(all[0], entry);
}

TEST_CASE(
    "a second active alert of the same watch, kind and subject is refused as a whole round", "[storage]"
) {
    auto const db = open_store({}, open_mode::memory);
    db->record(round_with(make_alert("alert-00000001"), {"pager"}));
    auto twin = round_with(make_alert("alert-00000002"), {"pager"}, 500);
    twin.latest = make_snapshot(commit_of(8), 500);
    twin.texts = {{"README.md", commit_of(5), "text"}};
    twin.commits = {{commit_of(8), "eighth", {}, {}}};
    twin.events = {{0, {}, {}, "weights-replaced", {}, {}, {}, {}, {}}};
    CHECK(mentions(error_of([&] { db->record(twin); }), "contradicts what is stored"));
    CHECK(db->alerts(true, 10).size() == 1);
    CHECK(db->messages({}).at(0).alerts.size() == 1);
    CHECK_FALSE(db->find_watch("hub/acme/model@main")->latest);
    CHECK_FALSE(db->has_text(commit_of(5)));
    CHECK(db->commits("hub/acme/model@main", 10).empty());
    CHECK(db->events("", 10).empty());
    CHECK(count(*db, "SELECT count(*) FROM snapshot") == 0);
}

TEST_CASE("one round may end an alert and open the next of the same kind", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto old = make_alert("alert-00000001");
    db->record(round_with(old, {}));
    old.state = alert_state::resolved;
    old.resolved_at = at(200);
    auto write = round_with(make_alert("alert-00000002"), {});
    write.alerts.push_back(old); // in whatever order they come
    db->record(write);
    REQUIRE(db->active_alerts("").size() == 1);
    CHECK(db->active_alerts("")[0].id == "alert-00000002");
}

TEST_CASE(
    "an unambiguous beginning of four characters names an alert, whatever others end with", "[storage]"
) {
    auto const db = open_store({}, open_mode::memory);
    auto const one = make_alert("0192aaaa-7000-8000-0000-00000000bbbb");
    auto const two = make_alert("bbbb0000-7000-8000-0000-000000000192", alert_kind::license_changed);
    auto write = round_with(one, {});
    write.alerts.push_back(two);
    db->record(write);
    CHECK(db->find_alert("0192")->id == one.id);
    CHECK(db->find_alert("bbbb")->id == two.id);
    CHECK(db->find_alert("0192aaaa-7")->id == one.id);
    CHECK_FALSE(db->find_alert("019")); // too short to be meant
    CHECK_FALSE(db->find_alert("0193"));
}

TEST_CASE("alerts are listed newest first and found by a prefix that means one", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto one = make_alert("0192f0c1-aaaa-1");
    auto two = make_alert("0192f0c1-bbbb-2", alert_kind::license_changed);
    two.opened_at = at(50);
    auto write = round_with(one, {});
    write.alerts.push_back(two);
    db->record(write);
    CHECK(db->alerts(false, 1).at(0).id == two.id);
    CHECK(db->find_alert("0192f0c1-aaaa-1")->id == one.id);
    CHECK_FALSE(db->find_alert("0192f0c1")); // two of them
    CHECK(db->find_alert("0192f0c1-b")->id == two.id);
    CHECK(db->find_alert("c1-aaaa-1")->id == one.id); // the end, as older versions showed it
    CHECK_FALSE(db->find_alert("aaaa-1"));
    CHECK_FALSE(db->find_alert("0192f0c1-c"));
    CHECK_FALSE(db->find_alert(""));
    CHECK(db->active_alerts("hub/other@main").empty());
}
