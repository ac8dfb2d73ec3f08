#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace storage_test;

namespace {

std::string const key = "hub/acme/model@main";

void record_snapshot(store& db, snapshot state) {
    observation_write write;
    write.record = make_record();
    write.now = state.observed_at;
    write.latest = std::move(state);
    db.record(write);
}

} // namespace

TEST_CASE("a snapshot comes back as it was recorded", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto state = make_snapshot(commit_of(1), 1, 40);
    state.files[1].oid = "NOT-a-digest";                     // servers may call their objects as they like
    state.files[2].oid = std::string(40, 'A');               // upper case is kept
    state.files[3].size = ~std::uint64_t{0};                 // hostile sizes survive
    state.files[4].path = "odd \xE2\x80\xAE name\n\xff.bin"; // and so do hostile names
    record_snapshot(*db, state);
    auto const found = db->load_snapshot(*db->find_watch(key)->latest);
    REQUIRE(found);
    CHECK(found->files == state.files);
    CHECK(fingerprint(*found) == fingerprint(state));
    CHECK(found->observed_at == state.observed_at);
    CHECK(found->downloads == state.downloads);
    CHECK(found->card == state.card);
    CHECK(found->chat_template == state.chat_template);
    CHECK(found->scan == state.scan);
    CHECK_FALSE(db->load_snapshot(999));
}

TEST_CASE("a snapshot of which the hub told nearly nothing comes back as empty as it was", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    snapshot state;
    state.commit = commit_of(1);
    record_snapshot(*db, state);
    auto const found = db->load_snapshot(*db->find_watch(key)->latest);
    CHECK(fingerprint(*found) == fingerprint(state));
    CHECK(found->files.empty());
    CHECK_FALSE(found->scan);
    CHECK_FALSE(found->downloads);
}

TEST_CASE("successive snapshots of a repo share the rows of the files that stayed", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto state = make_snapshot(commit_of(1), 1, 30);
    record_snapshot(*db, state);
    state.commit = commit_of(2);
    state.files[7].oid = commit_of(77);
    record_snapshot(*db, state);
    CHECK(count(*db, "SELECT count(*) FROM file") == 31);
    CHECK(count(*db, "SELECT count(*) FROM file_set") == 2);
    state.commit = commit_of(3); // a commit that changed the card only
    record_snapshot(*db, state);
    CHECK(count(*db, "SELECT count(*) FROM file") == 31);
    CHECK(count(*db, "SELECT count(*) FROM file_set") == 2);
    CHECK(count(*db, "SELECT count(*) FROM text_blob") == 2);
    CHECK(db->find_snapshot(key, commit_of(2))->files == state.files);
}

TEST_CASE("a snapshot is found by a commit or its unique prefix, the newest first", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto const first = std::string("aaaa1") + std::string(35, '0');
    auto const second = std::string("aaaa2") + std::string(35, '0');
    record_snapshot(*db, make_snapshot(first, 1));
    record_snapshot(*db, make_snapshot(second, 2));
    record_snapshot(*db, make_snapshot(first, 3));
    CHECK(db->find_snapshot(key, first)->observed_at == at(3));
    CHECK(db->find_snapshot(key, "aaaa2")->commit == second);
    CHECK_FALSE(db->find_snapshot(key, "aaaa"));
    CHECK_FALSE(db->find_snapshot(key, "aaa"));
    CHECK_FALSE(db->find_snapshot(key, ""));
    CHECK_FALSE(db->find_snapshot("hub/other@main", first));
    auto const listed = db->recorded_snapshots(key, 2);
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].observed_at == at(3));
    CHECK(listed[1].commit == second);
    CHECK(listed[0].files.empty());
}

TEST_CASE("texts are stored once by content and come back byte for byte", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto write = first_round();
    std::string const odd("a\0b\xff\r\n", 6);
    write.texts = {
        {"README.md", commit_of(5), odd}, {"copy/README.md", commit_of(5), odd}, {"x", "odd id", ""}
    };
    db->record(write);
    CHECK(db->has_text(commit_of(5)));
    CHECK(db->text(commit_of(5)) == odd);
    CHECK(db->text("odd id") == "");
    CHECK_FALSE(db->has_text(commit_of(6)));
    CHECK_FALSE(db->text(commit_of(6)));
}

TEST_CASE("the commit log lists each commit once, newest first", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto write = first_round();
    write.commits = {
        {commit_of(2), "second", {"ada", "bob"}, at(2)}, {commit_of(1), "first", {}, std::nullopt}
    };
    db->record(write);
    auto next = first_round();
    next.commits = {{commit_of(3), "third", {"ada"}, at(3)}, write.commits[0]};
    db->record(next);
    auto const log = db->commits(key, 10);
    REQUIRE(log.size() == 3);
    CHECK(log[0] == next.commits[0]);
    CHECK(log[1] == write.commits[0]);
    CHECK(log[2] == write.commits[1]);
    CHECK(db->commits(key, 1).size() == 1);
    CHECK(db->commits("hub/other@main", 10).empty());
}

TEST_CASE("events come back newest first, of one watch or of all", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto write = first_round();
    event_record told;
    told.what = "first-seen";
    told.level = "info";
    told.text = "is there";
    told.commit = commit_of(1);
    told.by = "ada";
    told.facts = {{"files", 3}};
    write.events = {told, {0, at(9), "hub/main", "hub-unreachable", "high", "gone", {}, {}, {}}};
    db->record(write);
    auto const all = db->events("", 10);
    REQUIRE(all.size() == 2);
    CHECK(all[0].what == "hub-unreachable");
    CHECK(all[0].at == at(9));
    auto const mine = db->events(key, 10);
    REQUIRE(mine.size() == 1);
    CHECK(mine[0].at == at(1)); // of the round, when the event says none
    CHECK(mine[0].facts == told.facts);
    CHECK(mine[0].by == "ada");
    CHECK(mine[0].commit == commit_of(1));
}
