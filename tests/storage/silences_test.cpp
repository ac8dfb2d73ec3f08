#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace storage_test;

namespace {

silence make_silence(std::string id, std::int64_t until = 1000) {
    silence out;
    out.id = std::move(id);
    out.repo = "acme/*";
    out.kind = "weights-*";
    out.tags = {{"env", "prod"}};
    out.created_at = at(10);
    out.until = at(until);
    out.by = "ann";
    out.reason = "planned";
    return out;
}

} // namespace

TEST_CASE("a silence comes back as it was given, with its audit row", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto const given = make_silence("0192f0c1-aaaa-1");
    db->add_silence(given);
    auto const found = db->find_silence("0192f0c1-aaaa-1");
    REQUIRE(found);
    CHECK(to_line(to_json(*found, at(20))) == to_line(to_json(given, at(20))));
    auto const audit = db->audit(1);
    REQUIRE(audit.size() == 1);
    CHECK(audit[0].action == "silence");
    CHECK(audit[0].by == "ann");
    CHECK(audit[0].subject == "repo acme/*, kind weights-*, label env=prod");
    CHECK(db->check().ok);
}

TEST_CASE("a silence without a name or a reason is refused", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto nobody = make_silence("0192f0c1-aaaa-1");
    nobody.by.clear();
    CHECK_THROWS_AS(db->add_silence(nobody), storage_error);
    auto no_reason = make_silence("0192f0c1-aaaa-1");
    no_reason.reason.clear();
    CHECK_THROWS_AS(db->add_silence(no_reason), storage_error);
    CHECK(db->silences({}, 10).empty());
    CHECK(db->audit(10).empty());
}

TEST_CASE("a silence is in force until its time, or until somebody ends it, once", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->add_silence(make_silence("0192f0c1-aaaa-1", 100));
    db->add_silence(make_silence("0192f0c1-bbbb-2", 200));
    CHECK(db->silences(at(50), 10).size() == 2);
    CHECK(db->silences(at(100), 10).size() == 1);
    CHECK_FALSE(db->end_silence("0192f0c1-aaaa-1", "bob", "too late", at(100)));
    CHECK(db->end_silence("0192f0c1-bbbb-2", "bob", "done", at(150)));
    CHECK_FALSE(db->end_silence("0192f0c1-bbbb-2", "bob", "again", at(151)));
    CHECK_FALSE(db->end_silence("0192f0c1-cccc-3", "bob", "unknown", at(151)));
    CHECK(db->silences(at(160), 10).empty());
    CHECK(db->silences({}, 10).size() == 2);
    auto const ended = db->find_silence("0192f0c1-bbbb-2");
    CHECK(ended->ended_at == at(150));
    CHECK(ended->ended_by == "bob");
    CHECK(db->audit(10).size() == 3);
}

TEST_CASE("what a silence does to an alert survives a restart", "[storage]") {
    scratch const place;
    auto entry = make_alert("alert-00000001");
    entry.state = alert_state::silenced;
    entry.hold = silence_hold{"silence-1", severity::medium, at(40), at(1000)};
    entry.untold = true;
    entry.openings = 4;
    entry.absent_since = at(77);
    open_store(place.state(), open_mode::service)->record(round_with(entry, {}));
    auto const found = open_store(place.state(), open_mode::service)->find_alert("alert-00000001");
    REQUIRE(found);
    CHECK(found->hold == entry.hold);
    CHECK(found->untold);
    CHECK(found->openings == 4);
    CHECK(found->absent_since == at(77));
}

TEST_CASE("only alerts that time may move are waited for", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->add_silence(make_silence("silence-1", 500));
    observation_write write;
    write.record = make_record();
    write.now = at(100);
    auto const add = [&](std::string id, alert_kind kind) -> alert& {
        auto& made = write.alerts.emplace_back(make_alert(std::move(id), kind));
        made.last_sent_at = at(100);
        return made;
    };
    add("told-long-ago", alert_kind::weights_replaced).last_sent_at = at(7);
    auto& medium = add("told-long-ago-medium", alert_kind::stale);
    medium.last_sent_at = at(7);
    medium.what.level = severity::medium;
    add("told-lately", alert_kind::code_added);
    auto& lapsed = add("acknowledged", alert_kind::code_changed);
    lapsed.state = alert_state::acknowledged;
    lapsed.acknowledged_until = at(200);
    auto& forever = add("acknowledged-for-good", alert_kind::license_changed);
    forever.state = alert_state::acknowledged;
    add("away", alert_kind::repo_missing).absent_since = at(60);
    auto& held = add("held", alert_kind::repo_private);
    held.state = alert_state::silenced;
    held.hold = silence_hold{"silence-1", severity::high, at(10), at(500)};
    auto& ended = add("ended-under-it", alert_kind::repo_renamed);
    ended.state = alert_state::resolved;
    ended.untold = true;
    ended.hold = held.hold;
    db->record(write);
    auto const ids = [&](waiting_for const& what) {
        std::vector<std::string> out;
        for (auto const& one : db->waiting_alerts(what))
            out.push_back(one.id);
        return out;
    };
    using list = std::vector<std::string>;
    CHECK(ids({at(150), at(0), at(0), 100}).empty());
    CHECK(ids({at(150), at(10), at(0), 100}) == list{"told-long-ago"});
    CHECK(ids({at(150), at(0), at(60), 100}) == list{"away"});
    CHECK(ids({at(200), at(0), at(0), 100}) == list{"acknowledged"});
    CHECK(ids({at(500), at(0), at(0), 100}) == list{"ended-under-it", "acknowledged", "held"});
    CHECK(ids({at(500), at(10), at(60), 2}).size() == 2);
    // What lies ahead was written under a clock that was wrong: it is looked at, and mended.
    CHECK(ids({at(99), at(0), at(0), 100}) == list{"told-lately", "away"});
    CHECK(ids({at(59), at(0), at(0), 100}) == list{"told-lately", "away"});
}

TEST_CASE("a watch's alerts of late are the active ones and those that ended after an instant", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto old = make_alert("alert-00000001");
    old.state = alert_state::resolved;
    old.resolved_at = at(100);
    auto late = make_alert("alert-00000002");
    late.state = alert_state::resolved;
    late.resolved_at = at(200);
    auto write = round_with(make_alert("alert-00000003"), {});
    write.alerts.push_back(old);
    write.alerts.push_back(late);
    db->record(write);
    CHECK(db->recent_alerts("hub/acme/model@main", at(100)).size() == 2);
    CHECK(db->recent_alerts("hub/acme/model@main", at(99)).size() == 3);
    CHECK(db->recent_alerts("hub/other@main", at(0)).empty());
}

TEST_CASE("retention takes silences that are over, but not the word that is still owed", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->add_silence(make_silence("lapsed", 100));
    db->add_silence(make_silence("over-but-owing", 100));
    db->add_silence(make_silence("in-force", 100'000));
    auto owed = make_alert("alert-00000001");
    owed.state = alert_state::resolved;
    owed.resolved_at = at(90);
    owed.untold = true;
    owed.hold = silence_hold{"over-but-owing", severity::high, at(10), at(100)};
    db->record(round_with(owed, {}));
    db->prune(at(5000));
    CHECK(db->find_alert("alert-00000001"));
    CHECK(db->silences({}, 10).size() == 2);
    CHECK_FALSE(db->find_silence("lapsed"));
}

TEST_CASE("a slot of the digest is taken once, with its messages or not at all", "[storage]") {
    scratch const place;
    message digest;
    digest.id = "m-1";
    digest.notifier = "mail";
    digest.type = message_type::digest;
    digest.created_at = at(10);
    digest.payload = {{"text", "all is well"}};
    {
        auto const db = open_store(place.state(), open_mode::service);
        CHECK_FALSE(db->last_digest_slot(at(999)));
        auto broken = digest;
        broken.id.clear();
        CHECK_THROWS_AS(db->take_digest_slot(at(10), {digest, broken}, at(10)), storage_error);
        CHECK_FALSE(db->last_digest_slot(at(999)));
        CHECK(db->messages({}).empty());
        CHECK(db->take_digest_slot(at(10), {digest}, at(10)));
    }
    auto const db = open_store(place.state(), open_mode::service);
    CHECK(db->last_digest_slot(at(999)) == at(10));
    auto again = digest;
    again.id = "m-2";
    CHECK_FALSE(db->take_digest_slot(at(10), {again}, at(20)));
    CHECK(db->messages({}).size() == 1);
    CHECK(db->take_digest_slot(at(700'000), {again}, at(700'000)));
    CHECK(db->last_digest_slot(at(700'000)) == at(700'000));
    CHECK(db->last_digest_slot(at(699'999)) == at(10)); // a clock that was ahead blocks nothing
}
