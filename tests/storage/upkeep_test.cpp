#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/parse.hpp>

#include <fstream>
#include <set>

using namespace storage_test;

namespace {

std::string const key = "hub/acme/model@main";

void add_snapshot(store& db, std::uint64_t number, std::int64_t second) {
    observation_write write;
    write.record = make_record();
    write.now = at(second);
    auto state = make_snapshot(commit_of(number), second, 4);
    state.files[0].oid = commit_of(1000 + number); // a README that every commit changes
    state.files[0].sha256.clear();
    state.card["round"] = number;
    write.texts = {{"README.md", commit_of(1000 + number), "read me " + std::to_string(number)}};
    write.latest = std::move(state);
    write.baseline_is_latest = number == 1;
    db.record(write);
}

/// An alert that was told and resolved, its messages delivered.
void add_finished_alert(store& db, std::string const& id, std::int64_t second) {
    auto entry = make_alert(id);
    db.record(round_with(entry, {"pager"}, second));
    auto told = db.take_due("pager", at(second + 10), 1).at(0);
    told.state = message_state::delivered;
    db.record_attempt(told, {told.id, at(second + 11), {}, 200, "ok"}, {});
    entry.state = alert_state::resolved;
    entry.resolved_at = at(second + 20);
    db.record(round_with(entry, {}, second + 20));
}

} // namespace

TEST_CASE(
    "superseded snapshots go with all that only they used, trusted and current ones stay", "[storage]"
) {
    scratch const place;
    auto const db = open_store(place.state(), open_mode::service);
    for (int i = 1; i <= 6; ++i)
        add_snapshot(*db, static_cast<std::uint64_t>(i), i * 100);
    observation_write deployed;
    deployed.record = make_record();
    deployed.deployed = make_snapshot(commit_of(50), 601, 2);
    deployed.now = at(601);
    db->record(deployed);

    db->prune(at(450)); // 5 was seen at 500: until then 4 was the current one
    CHECK(db->find_snapshot(key, commit_of(1)));
    CHECK_FALSE(db->find_snapshot(key, commit_of(2)));
    CHECK_FALSE(db->find_snapshot(key, commit_of(3)));
    CHECK(db->find_snapshot(key, commit_of(4)));
    CHECK_FALSE(db->has_text(commit_of(1002)));
    CHECK(db->has_text(commit_of(1004)));

    db->prune(at(100'000));
    CHECK_FALSE(db->find_snapshot(key, commit_of(4)));
    CHECK(db->find_snapshot(key, commit_of(1))->files.size() == 4);
    CHECK(db->find_snapshot(key, commit_of(6))->card.contains("round"));
    CHECK(db->find_snapshot(key, commit_of(6))->chat_template == "{{ messages }}");
    CHECK(db->find_snapshot(key, commit_of(50))->files.size() == 2);
    CHECK(db->text(commit_of(1001)) == "read me 1");
    CHECK(count(*db, "SELECT count(*) FROM file_set") == 3);
    CHECK(count(*db, "SELECT count(*) FROM file") == 6); // 3 shared, 2 READMEs, the deployed copy's first
    CHECK(count(*db, "SELECT count(*) FROM text_blob") == 2 + 3 + 1);
    CHECK(db->check().problems == std::vector<std::string>{});
}

TEST_CASE("a text that another snapshot's file still has outlives the one that brought it", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    add_snapshot(*db, 1, 100);
    add_snapshot(*db, 2, 200);
    observation_write other;
    other.record = make_record("acme/fork");
    other.latest = make_snapshot(commit_of(2), 210);
    other.latest->files.push_back({"docs/COPY.md", 9, commit_of(1002), {}});
    other.now = at(210);
    db->record(other);
    add_snapshot(*db, 3, 300);
    db->prune(at(9999));
    CHECK_FALSE(db->find_snapshot(key, commit_of(2)));
    CHECK(db->text(commit_of(1002)) == "read me 2");
}

TEST_CASE(
    "finished messages, resolved alerts and events go when they are old, open ones never", "[storage]"
) {
    auto const db = open_store({}, open_mode::memory);
    add_finished_alert(*db, "alert-00000001", 100);
    add_finished_alert(*db, "alert-00000002", 5000);
    auto open = make_alert("alert-00000003");
    auto write = round_with(open, {"mail"}, 120);
    write.events = {{0, at(120), key, "weights-replaced", {}, {}, {}, {}, {}}};
    db->record(write);
    db->prune(at(1000));
    CHECK_FALSE(db->find_alert("alert-00000001"));
    CHECK(db->find_alert("alert-00000002"));
    CHECK(db->find_alert("alert-00000003")->last_sent_at == open.last_sent_at);
    CHECK(db->events("", 10).empty());
    CHECK(count(*db, "SELECT count(*) FROM attempt") == 1);
    CHECK(count(*db, "SELECT count(*) FROM message") == 2);
    CHECK(db->take_due("mail", at(999), 10).at(0).alerts.size() == 1);
    CHECK(db->check().ok);
}

TEST_CASE("a resolved alert stays as long as a message that tells of it waits", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto entry = make_alert("alert-00000001");
    db->record(round_with(entry, {"pager"}, 100));
    entry.state = alert_state::resolved;
    entry.resolved_at = at(110);
    db->record(round_with(entry, {}, 110));
    db->prune(at(99'999));
    CHECK(db->find_alert("alert-00000001"));
    CHECK(db->take_due("pager", at(999), 1).at(0).alerts.size() == 1);
}

TEST_CASE("a copy of a live database is complete, private and checks out", "[storage]") {
    scratch const place;
    auto const db = open_store(place.state(), open_mode::service);
    for (int i = 1; i <= 20; ++i)
        add_snapshot(*db, static_cast<std::uint64_t>(i), i);
    db->record(round_with(make_alert("alert-00000001"), {"pager"}));
    auto const target = place.path() / "copy" / "modelwatch.db";
    fs::create_directory(target.parent_path());
    db->backup(target);
    CHECK(fs::status(target).permissions() == fs::perms{0600});
    add_snapshot(*db, 99, 99);

    auto const copy = open_store(target.parent_path(), open_mode::service);
    CHECK(copy->check().problems == std::vector<std::string>{});
    CHECK(copy->check().audit_entries == 1);
    CHECK(copy->recorded_snapshots(key, 100).size() == 20);
    CHECK(copy->take_due("pager", at(999), 1).size() == 1);
    CHECK(mentions(error_of([&] { db->backup(target); }), "give the name of a new file"));
    CHECK(mentions(error_of([&] { db->backup(place.path() / "none" / "x"); }), "No such file"));
}

TEST_CASE("the export has every table as lines of JSON, the same each time", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    add_snapshot(*db, 1, 100);
    add_finished_alert(*db, "alert-00000001", 100);
    auto write = round_with(make_alert("alert-00000002"), {"mail"}, 200);
    write.commits = {{commit_of(1), "first", {"ada"}, at(1)}};
    write.texts = {{"odd", "odd", "\xff\xfe"}};
    write.events = {{0, at(120), key, "weights-replaced", {}, {}, {}, {}, {}}};
    db->record(write);
    db->record_review(
        {0, "hub", "acme/model", commit_of(1), review_verdict::approve, "mona", "ok", at(1), at(2), {}}
    );
    db->record_exception(
        {0, "hub", "acme/model", commit_of(1), "policy-tprm", "asked", "nils", "mona", at(1), at(2)}
    );
    db->save_evidence(key, {at(1), {{"repo", "acme/model"}}});
    db->save_rating(key, {});
    auto const run = [&] {
        std::vector<std::string> lines;
        db->export_json_lines([&](std::string_view line) { lines.emplace_back(line); });
        return lines;
    };
    auto const lines = run();
    CHECK(run() == lines);
    std::multiset<std::string> types;
    for (auto const& line : lines) {
        CAPTURE(line);
        CHECK_FALSE(mentions(line, "\n"));
        auto const parsed = json::parse(line); // strict: valid UTF-8
        types.insert(std::string{text_of(parsed.as_object(), "type")});
    }
    for (auto const* type :
         {"meta",
          "watch",
          "baseline",
          "snapshot",
          "text",
          "commit",
          "event",
          "alert",
          "message",
          "message_item",
          "attempt",
          "review",
          "exception",
          "evidence",
          "rating",
          "audit"})
        CHECK(types.contains(type));
    CHECK(types.count("alert") == 2);
    auto const whole = fmt::format("{}", fmt::join(lines, "\n"));
    CHECK(mentions(whole, "\"files\":[{\"path\":\"file-00000.safetensors\""));
    CHECK(mentions(whole, "\"body_base64\":\"//4=\""));
    CHECK(mentions(whole, "\"labels\":{\"env\":\"prod\",\"team\":\"ml\"}"));
    CHECK_FALSE(mentions(whole, "W/\\\"abc")); // the validator of requests is of no use to anybody else
}

TEST_CASE("a full disk is one clear error, and nothing of the round is left", "[storage]") {
    scratch const place;
    auto const db = open_store(place.state(), open_mode::service);
    db->record(first_round());
    auto& raw = dynamic_cast<sqlite_store&>(*db).raw().raw();
    auto const pages = raw.execAndGet("PRAGMA page_count").getInt64();
    raw.exec(fmt::format("PRAGMA max_page_count = {}", pages + 3));
    auto write = round_with(make_alert("alert-00000001"), {"pager"});
    write.latest = make_snapshot(commit_of(2), 100, 2000);
    auto const text = error_of([&] { db->record(write); });
    CHECK(mentions(text, "the disk is full"));
    CHECK(mentions(text, place.database().string()));
    CHECK(db->alerts(true, 10).empty());
    CHECK(db->messages({}).empty());
    CHECK(db->recorded_snapshots(key, 10).size() == 1);
    raw.exec("PRAGMA max_page_count = 1000000");
    db->record(write); // space again: the same round goes through
    CHECK(db->messages({}).size() == 1);
    CHECK(db->check().ok);
}

TEST_CASE("a damaged file is reported by the check, and named where it hurts", "[storage]") {
    scratch const place;
    {
        auto const db = open_store(place.state(), open_mode::service);
        for (int i = 1; i <= 50; ++i)
            add_snapshot(*db, static_cast<std::uint64_t>(i), i);
    }
    {
        std::fstream file{place.database(), std::ios::in | std::ios::out | std::ios::binary};
        for (int page = 2; page < 40; ++page) {
            file.seekp(page * 4096);
            file << std::string(300, '\x5a');
        }
    }
    auto const text = error_of([&] {
        auto const db = open_store(place.state(), open_mode::service);
        auto const report = db->check();
        CHECK_FALSE(report.ok);
        CHECK_FALSE(report.problems.empty());
        static_cast<void>(db->watches());
        for (auto const& state : db->recorded_snapshots(key, 100))
            static_cast<void>(db->find_snapshot(key, state.commit));
        add_snapshot(*db, 60, 60);
    });
    CHECK(mentions(text, place.database().string()));
    CHECK((mentions(text, "damaged") || mentions(text, "db check")));
}

TEST_CASE("the check finds what contradicts itself although SQLite is content", "[storage]") {
    scratch const place;
    {
        auto const db = open_store(place.state(), open_mode::service);
        add_snapshot(*db, 1, 100);
        db->record(first_round("acme/other"));
        db->record(round_with(make_alert("alert-00000001"), {"pager"}));
        CHECK(db->check().ok);
    }
    auto const problem_after = [&](std::string const& sql, std::string const& undo) {
        raw_sql(place.database(), sql);
        auto const report = open_store(place.state(), open_mode::operate)->check();
        raw_sql(place.database(), undo);
        return report.problems.empty() ? "none" : report.problems[0];
    };
    CHECK(mentions(
        problem_after("UPDATE watch SET latest = 2 WHERE id = 1", "UPDATE watch SET latest = 1 WHERE id = 1"),
        "snapshot of another watch"
    ));
    CHECK(mentions(
        problem_after(
            "UPDATE baseline SET commit_id = 'x' WHERE watch = 1",
            fmt::format("UPDATE baseline SET commit_id = '{}' WHERE watch = 1", commit_of(1))
        ),
        "the baseline of watch hub/acme/model@main"
    ));
    CHECK(mentions(
        problem_after(
            "PRAGMA foreign_keys = OFF; DELETE FROM file WHERE id = 2",
            "INSERT INTO file VALUES (2, 0, 'x', 1, '', NULL)"
        ),
        "refers to file 2"
    ));
    CHECK(mentions(
        problem_after("UPDATE message_item SET alert = 77", "UPDATE message_item SET alert = 1"),
        "does not exist"
    ));
    CHECK(mentions(
        problem_after("UPDATE message_item SET alert = NULL", "UPDATE message_item SET alert = 1"),
        "tells of an alert that does not exist"
    ));
    CHECK(open_store(place.state(), open_mode::operate)->check().ok);
}
