#include "storage/migrate.hpp"
#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace storage_test;

namespace {

/// A database on disk with a trail of five entries.
void write_trail(scratch const& place) {
    auto const db = open_store(place.state(), open_mode::service);
    for (int i = 0; i < 5; ++i)
        db->record(first_round("acme/model-" + std::to_string(i)));
}

std::string first_problem(scratch const& place) {
    auto const report = open_store(place.state(), open_mode::operate)->check();
    CHECK(report.ok == report.problems.empty());
    return report.problems.empty() ? "none" : report.problems[0];
}

} // namespace

TEST_CASE("an audit trail that nobody touched checks out", "[storage]") {
    scratch const place;
    write_trail(place);
    auto const report = open_store(place.state(), open_mode::operate)->check();
    CHECK(report.ok);
    CHECK(report.audit_entries == 5);
    CHECK(report.schema_version == migrations().back().version);
}

TEST_CASE("every edited field of an audit entry is noticed", "[storage]") {
    for (std::string const change :
         {"at = at + 1",
          "action = 'accept'",
          "subject = 'hub/other@main'",
          "by = 'mallory'",
          "reason = 'fine'",
          "facts = replace(facts, 'commit', 'Commit')",
          "hash = zeroblob(32)"}) {
        CAPTURE(change);
        scratch const place;
        write_trail(place);
        raw_sql(place.database(), "UPDATE audit SET " + change + " WHERE id = 3");
        CHECK(mentions(first_problem(place), "audit entry 3 is not what was written"));
    }
}

TEST_CASE("an audit entry that was taken out is noticed, wherever it stood", "[storage]") {
    for (int const id : {1, 3, 5}) {
        scratch const place;
        write_trail(place);
        raw_sql(place.database(), fmt::format("DELETE FROM audit WHERE id = {}", id));
        CHECK(mentions(first_problem(place), fmt::format("audit entry {} is missing", id)));
    }
}

TEST_CASE("an audit entry that was taken out, the others renumbered, is noticed", "[storage]") {
    scratch const place;
    write_trail(place);
    raw_sql(
        place.database(),
        "DELETE FROM audit WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 4; UPDATE audit SET id = 4 WHERE "
        "id = 5"
    );
    CHECK(mentions(first_problem(place), "audit entry 3"));
}

TEST_CASE("an audit entry that was put in is noticed", "[storage]") {
    scratch const place;
    write_trail(place);
    raw_sql(
        place.database(),
        "INSERT INTO audit SELECT 6, at, action, subject, by, reason, facts, hash FROM audit "
        "WHERE id = 5"
    );
    CHECK(mentions(first_problem(place), "audit entry 6"));
}

TEST_CASE("an audit trail whose whole end is gone is noticed", "[storage]") {
    scratch const place;
    write_trail(place);
    raw_sql(place.database(), "DELETE FROM audit");
    CHECK(mentions(first_problem(place), "audit entry 1 is missing: 5 were written"));
}

TEST_CASE("the end of the audit trail cannot be set through the notes", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    CHECK_THROWS_AS(db->set_meta("audit.count", "0"), storage_error);
    db->set_meta("digest", "one");
    db->set_meta("digest", "two");
    CHECK(db->meta("digest") == "two");
    CHECK_FALSE(db->meta("nothing"));
}
