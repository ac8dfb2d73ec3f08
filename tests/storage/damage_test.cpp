#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace storage_test;

namespace {

std::string const sick = "hub/acme/model@main";
std::string const well = "hub/acme/other@main";
std::string const broken = "'{\"broken\": '";

rating_record some_rating() {
    rating_record out;
    out.now.level = "Low";
    out.reference.level = "Low";
    return out;
}

/// Two watches with everything that a watch can have, in one database on disk.
void fill(store& db) {
    for (auto const* const repo : {"acme/model", "acme/other"}) {
        auto first = first_round(repo);
        first.latest->card["of"] = repo; // each its own
        first.latest->chat_template = std::string{"template of "} + repo;
        first.commits = {{commit_of(1), "first", {"ada"}, at(1)}};
        first.events = {{0, at(2), {}, "noted", {}, "x", {}, {}, {{"a", 1}}}};
        db.record(first);
        auto next = first;
        next.record = *db.find_watch(first.record.key);
        next.latest->commit = commit_of(2);
        next.latest->card["of"] = std::string{repo} + " later";
        next.baseline_is_latest = false;
        db.record(next);
        auto const key = first.record.key;
        db.save_evidence(key, {at(1), {{"repo", repo}}});
        db.save_rating(key, some_rating());
        auto entry = make_alert(std::string{"alert-of-"} + repo);
        entry.watch_key = key;
        auto write = round_with(entry, {"pager"});
        write.record = *db.find_watch(key);
        db.record(write);
    }
}

/// Everything that a poll of a watch reads; what is thrown, or "read".
std::string poll_of(store& db, std::string const& key) {
    try {
        auto const row = db.find_watch(key).value();
        if (row.latest) static_cast<void>(db.load_snapshot(*row.latest));
        if (row.baseline->snapshot) static_cast<void>(db.load_snapshot(*row.baseline->snapshot));
        static_cast<void>(db.evidence(key));
        static_cast<void>(db.rating(key));
        static_cast<void>(db.recent_alerts(key, at(0)));
        static_cast<void>(db.commits(key, 100));
        static_cast<void>(db.silences(at(0), 100));
        static_cast<void>(db.reviews("hub", row.repo));
        return "read";
    } catch (damaged_state const& e) {
        return e.what();
    }
}

/// Everything that the whole program reads over all watches.
void read_all(store& db) {
    CHECK(db.watches().size() == 2);
    CHECK(db.active_alerts({}).size() == 2);
    CHECK(db.alerts(true, 10).size() == 2);
    CHECK(db.recorded_snapshots(sick, 10).size() >= 1);
    CHECK_FALSE(db.events({}, 100).empty());
    static_cast<void>(db.waiting_alerts({at(9999), at(9999), at(9999), 10}));
    static_cast<void>(db.messages({true, true, true, true, 100}));
    static_cast<void>(db.message_history(sick, 100));
    static_cast<void>(db.audit(100));
    db.export_json_lines([](std::string_view) {});
    db.prune(at(-1));
}

struct harm {
    char const* name;
    std::string sql;
    char const* reported; ///< by the check: table and key
    bool fails_the_poll;
    bool mended; ///< by the repair, without the next poll
};

std::string of_sick(std::string const& table, std::string const& column, std::string const& value = broken) {
    return "UPDATE " + table + " SET " + column + " = " + value + " WHERE watch = 1";
}

std::vector<harm> const harms{
    {"evidence", of_sick("evidence", "body"), "evidence of hub/acme/model@main: body", true, true},
    {"evidence of another shape",
     of_sick("evidence", "body", "'[1]'"),
     "evidence of hub/acme/model@main",
     true,
     true},
    {"rating", of_sick("rating", "body"), "rating of hub/acme/model@main: body", true, true},
    {"rating without its parts",
     of_sick("rating", "body", "'{}'"),
     "rating of hub/acme/model@main",
     true,
     true},
    {"snapshot of the present state",
     "UPDATE snapshot SET details = " + broken + " WHERE id = (SELECT latest FROM watch WHERE id = 1)",
     "of hub/acme/model@main at commit",
     true,
     true},
    {"card of the present state",
     "UPDATE text_blob SET body = " + broken +
         " WHERE id = (SELECT card FROM snapshot WHERE id = (SELECT latest FROM watch WHERE id = 1))",
     "text_blob",
     true,
     true},
    {"snapshot of the baseline",
     "UPDATE snapshot SET details = " + broken +
         " WHERE id = (SELECT snapshot FROM baseline WHERE watch = 1)",
     "it is the baseline",
     true,
     false},
    {"card of the baseline",
     "UPDATE text_blob SET body = " + broken +
         " WHERE id = (SELECT card FROM snapshot WHERE id = (SELECT snapshot FROM baseline WHERE watch = 1))",
     "it is the baseline",
     true,
     false},
    {"chat template that is another one",
     "UPDATE text_blob SET body = 'evil' WHERE id = (SELECT chat_template FROM snapshot WHERE id = "
     "(SELECT snapshot FROM baseline WHERE watch = 1))",
     "is not what was stored",
     false,
     false},
    {"evidence of an alert",
     "UPDATE alert SET evidence = " + broken + " WHERE watch_key = 'hub/acme/model@main'",
     "alert alert-of-acme/model: evidence",
     true,
     false},
    {"files of an alert",
     "UPDATE alert SET files = '{}' WHERE watch_key = 'hub/acme/model@main'",
     "alert alert-of-acme/model: files",
     true,
     false},
    {"labels of an alert",
     "UPDATE alert SET tags = '[' WHERE watch_key = 'hub/acme/model@main'",
     "alert alert-of-acme/model: tags",
     true,
     false},
    {"kind of an alert",
     "UPDATE alert SET kind = 'what-is-this' WHERE watch_key = 'hub/acme/model@main'",
     "alert alert-of-acme/model: kind",
     true,
     false},
    {"severity of an alert",
     "UPDATE alert SET level = 'dire' WHERE watch_key = 'hub/acme/model@main'",
     "alert alert-of-acme/model: level",
     true,
     false},
    {"labels of a watch",
     "UPDATE watch SET tags = '{' WHERE id = 1",
     "watch hub/acme/model@main: tags",
     false,
     true},
    {"place of a watch",
     "UPDATE watch SET place = 'moon' WHERE id = 1",
     "watch hub/acme/model@main: place",
     false,
     true},
    {"authors of a commit", of_sick("commit_log", "authors"), "commit_log of hub/acme/model@main", false, true
    },
    {"facts of an event", "UPDATE event SET facts = '{' WHERE id = 1", "event 1: facts", false, true},
    {"what a message says",
     "UPDATE message_item SET body = '{' WHERE alert = 1",
     "message_item of message",
     false,
     true},
    {"a payload", "UPDATE message SET payload = '{' WHERE seq = 1", ": payload", false, true},
    {"recipients", "UPDATE message SET pending = '{' WHERE seq = 1", ": pending", false, true},
    {"facts of the audit trail", "UPDATE audit SET facts = '{' WHERE id = 1", "audit entry 1", false, false},
    {"a set of files",
     "UPDATE file_set SET files = x'ff' WHERE id = (SELECT file_set FROM snapshot WHERE watch = 1)",
     "file set",
     true,
     false},
};

} // namespace

TEST_CASE(
    "a damaged row fails what rests on it and nothing else, and the check names it", "[storage][damage]"
) {
    for (auto const& one : harms) {
        CAPTURE(one.name);
        scratch const place;
        fill(*open_store(place.state(), open_mode::service));
        CHECK(open_store(place.state(), open_mode::operate)->check().problems.empty());
        raw_sql(place.database(), one.sql);

        auto const db = open_store(place.state(), open_mode::service);
        auto const report = db->check();
        CHECK_FALSE(report.ok);
        auto const all = fmt::format("{}", fmt::join(report.problems, "\n"));
        CAPTURE(all);
        CHECK(mentions(all, one.reported));
        CHECK_FALSE(mentions(all, "acme/other@main:"));
        if (std::string_view{one.name} != "a set of files") { // both watches have the same files
            CHECK(poll_of(*db, well) == "read");
        }
        auto const said = poll_of(*db, sick);
        CAPTURE(said);
        CHECK((said == "read") == !one.fails_the_poll);
        if (one.fails_the_poll) CHECK(mentions(said, "db check"));
        read_all(*db);

        auto const alerts = count(*db, "SELECT count(*) FROM alert");
        auto const done = db->repair();
        CAPTURE(fmt::format("{}", fmt::join(done.done, "\n")), fmt::format("{}", fmt::join(done.left, "\n")));
        CHECK(done.left.empty() == one.mended);
        CHECK(
            done.done.empty() == (!one.mended && !mentions(one.name, "baseline") &&
                                  !mentions(one.name, "template") && !mentions(one.name, "set of files"))
        );
        if (one.mended) CHECK(poll_of(*db, sick) == "read");
        CHECK(count(*db, "SELECT count(*) FROM alert") == alerts);
        CHECK(count(*db, "SELECT count(*) FROM baseline WHERE snapshot IS NOT NULL") == 2);
        CHECK(db->find_watch(sick)->baseline->commit == commit_of(1));
        read_all(*db);
    }
}

TEST_CASE("a card that is seen again mends what shares it", "[storage][damage]") {
    scratch const place;
    fill(*open_store(place.state(), open_mode::service));
    raw_sql(
        place.database(),
        "UPDATE text_blob SET body = '{' WHERE id IN (SELECT card FROM snapshot WHERE watch = 1) OR id IN "
        "(SELECT "
        "chat_template FROM snapshot WHERE watch = 1)"
    );
    auto const db = open_store(place.state(), open_mode::service);
    CHECK_FALSE(db->repair().left.empty());
    CHECK_FALSE(db->find_watch(sick)->latest); // so that the next poll brings the whole state
    CHECK(db->find_watch(sick)->proof.empty());
    auto seen = first_round("acme/model");
    seen.latest->card["of"] = "acme/model";
    seen.latest->chat_template = "template of acme/model";
    db->keep_texts(*seen.latest);
    CHECK(db->check().problems.empty());
    CHECK(poll_of(*db, sick) == "read");
}

TEST_CASE(
    "a damaged alert is shown, reminded of and ended as any other, and kept as it is stored",
    "[storage][damage]"
) {
    scratch const place;
    fill(*open_store(place.state(), open_mode::service));
    raw_sql(place.database(), "UPDATE alert SET evidence = '{', files = '[[' WHERE seq = 1");
    auto const db = open_store(place.state(), open_mode::service);
    auto entry = db->find_alert("alert-of-acme/model").value();
    CHECK(mentions(entry.damage, "evidence"));
    CHECK(mentions(entry.what.detail, "is damaged in the database"));
    CHECK(entry.what.summary == "the weights were replaced");
    entry.state = alert_state::resolved;
    entry.resolved_at = at(500);
    entry.resolution = "by ann";
    observation_write write;
    write.now = at(500);
    write.alerts = {entry};
    db->record(write);
    CHECK(db->find_alert("alert-of-acme/model")->resolution == "by ann");
    CHECK(count(*db, "SELECT count(*) FROM alert WHERE evidence = '{' AND files = '[['") == 1);
    CHECK(poll_of(*db, sick) == "read"); // what is over decides nothing
}

TEST_CASE(
    "a message whose text is damaged is told from its alert, or given up, and holds back no other",
    "[storage][damage]"
) {
    scratch const place;
    fill(*open_store(place.state(), open_mode::service));
    auto const db = open_store(place.state(), open_mode::service);
    message digest;
    digest.id = "digest-of-the-week";
    digest.notifier = "pager";
    digest.type = message_type::digest;
    digest.created_at = at(120);
    digest.payload = {{"text", "well"}};
    db->enqueue(digest);
    raw_sql(place.database(), "UPDATE message SET payload = '{' WHERE id = 'digest-of-the-week'");
    raw_sql(place.database(), "UPDATE message_item SET body = 'x' WHERE alert = 1");
    auto const due = db->take_due("pager", at(9999), 10);
    REQUIRE(due.size() == 1);
    CHECK(due[0].alerts.size() == 2);
    auto const lost = db->messages({false, false, true, false, 10});
    CHECK(
        count(
            *db, "SELECT count(*) FROM message WHERE state = 'given-up' AND last_answer LIKE '%damaged%'"
        ) == 1
    );
    CHECK(db->take_due("pager", at(99999), 10).size() == 1);
}

TEST_CASE("a silence whose labels cannot be read holds nothing back", "[storage][damage]") {
    scratch const place;
    auto const db = open_store(place.state(), open_mode::service);
    silence entry;
    entry.id = "silence-00000001";
    entry.tags = {{"env", "test"}};
    entry.created_at = at(1);
    entry.until = at(1000);
    entry.by = "ann";
    entry.reason = "planned";
    db->add_silence(entry);
    raw_sql(place.database(), "UPDATE silence SET tags = '{'");
    CHECK(db->silences(at(10), 10).empty());
    auto const all = db->silences(std::nullopt, 10);
    REQUIRE(all.size() == 1);
    CHECK(mentions(all[0].reason, "holds nothing"));
    CHECK(mentions(db->check().problems.at(0), "silence silence-00000001: tags"));
}
