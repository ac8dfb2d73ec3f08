#include "storage/migrate.hpp"
#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace storage_test;

namespace {

std::vector<migration> with_steps(std::vector<migration> const& more) {
    auto const known = migrations();
    std::vector<migration> out(known.begin(), known.end());
    out.insert(out.end(), more.begin(), more.end());
    return out;
}

connection connect(scratch const& place) {
    return {place.database().string(), SQLite::OPEN_READWRITE, place.database().string()};
}

int next_version() {
    return migrations().back().version + 1;
}

fs::path backup_of(scratch const& place) {
    return place.database().string() + fmt::format(".v{}.bak", migrations().back().version);
}

} // namespace

TEST_CASE("the schema's steps are numbered without gaps from one", "[storage]") {
    int expected = 1;
    for (auto const& step : migrations())
        CHECK(step.version == expected++);
    auto const db = open_store({}, open_mode::memory);
    CHECK(count(*db, "PRAGMA user_version") == expected - 1);
    CHECK(
        count(*db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT%'") == 0
    );
    CHECK(count(*db, "PRAGMA foreign_keys") == 1);
    CHECK(count(*db, "PRAGMA synchronous") == 2);
}

TEST_CASE("an older database is copied beside itself and then brought up to date", "[storage]") {
    scratch const place;
    open_store(place.state(), open_mode::service)->record(first_round());
    auto const steps =
        with_steps({{next_version(), "ALTER TABLE watch ADD COLUMN note TEXT NOT NULL DEFAULT 'new'"}});
    {
        auto db = connect(place);
        CHECK(inspect_schema(db, steps) == schema_state::older);
        migrate(db, steps, place.database());
        CHECK(inspect_schema(db, steps) == schema_state::current);
        migrate(db, steps, place.database()); // nothing to do
    }
    CHECK(raw_number(place.database(), "SELECT count(*) FROM watch WHERE note = 'new'") == 1);
    CHECK(raw_number(place.database(), "PRAGMA user_version") == next_version());
    CHECK(raw_number(backup_of(place), "PRAGMA user_version") == next_version() - 1);
    CHECK(raw_number(backup_of(place), "SELECT count(*) FROM watch") == 1);
    CHECK(fs::status(backup_of(place)).permissions() == fs::perms{0600});
}

TEST_CASE("an older database tells how its baselines came about from its audit log", "[storage]") {
    struct row {
        char const* set_by;
        std::vector<char const*> history; ///< actions, the last one counts
        char const* origin;
    };

    auto const rows = std::vector<row>{
        {"first-use", {"baseline-created"}, "first-use"},
        {"configuration", {"baseline-created", "baseline-changed"}, "configuration"},
        {"configuration", {"baseline-created", "accept"}, "person"},
        {"configuration", {"accept", "baseline-changed"}, "configuration"},
        {"first-use", {"baseline-created", "accept"}, "person"},
        {"review", {"baseline-changed"}, "review"},
        {"review", {"accept"}, "review"},
        {"ada", {"baseline-created", "accept"}, "person"},
        {"configuration", {}, "configuration"},
        {"ada", {}, "person"},
    };
    scratch const place;
    fs::create_directories(place.state());
    raw_sql(place.database(), "");
    auto db = connect(place);
    migrate(db, migrations().first(3), place.database());
    int number = 0;
    for (auto const& [set_by, history, origin] : rows) {
        ++number;
        db.raw().exec(fmt::format(
            "INSERT INTO watch (id, key, hub, repo, revision, tags, from_account, current_repo, place, "
            "missing_streak, token_worked, proof, failures, last_error) VALUES ({0}, 'w{0}', '', '', '', "
            "'{{}}', '', "
            "'', 'present', 0, 0, '', 0, '');"
            "INSERT INTO baseline (watch, commit_id, set_at, set_by, reason) VALUES ({0}, 'c', 0, '{1}', '')",
            number,
            set_by
        ));
        for (auto const* action : history) {
            db.raw().exec(fmt::format(
                "INSERT INTO audit (at, action, subject, by, reason, facts, hash) VALUES (0, '{}', 'w{}', "
                "'{}', '', "
                "'{{}}', x'00')",
                action,
                number,
                set_by
            ));
        }
    }
    migrate(db, migrations(), place.database());
    number = 0;
    for (auto const& one : rows) {
        ++number;
        CAPTURE(number, one.set_by);
        auto const found =
            db.raw().execAndGet(fmt::format("SELECT origin FROM baseline WHERE watch = {}", number));
        CHECK(found.getString() == one.origin);
    }
}

TEST_CASE("a migration that fails leaves the database as it was, and can be tried again", "[storage]") {
    scratch const place;
    open_store(place.state(), open_mode::service)->record(first_round());
    auto const bad = with_steps({{next_version(), "DROP TABLE review; CREATE TABLE watch (x)"}});
    auto const orphaning = with_steps({{next_version(), "DELETE FROM snapshot"}});
    {
        auto db = connect(place);
        CHECK_THROWS(migrate(db, bad, place.database()));
    }
    {
        auto db = connect(place);
        CHECK(mentions(error_of([&] { migrate(db, orphaning, place.database()); }), "nothing was changed"));
    }
    auto const db = open_store(place.state(), open_mode::service);
    CHECK(db->check().ok);
    CHECK(db->find_watch("hub/acme/model@main")->latest);
    CHECK(fs::exists(backup_of(place)));
}

TEST_CASE("a database of a newer program is refused with both versions and a remedy", "[storage]") {
    scratch const place;
    open_store(place.state(), open_mode::service)->record(first_round());
    raw_sql(place.database(), "PRAGMA user_version = 99");
    for (auto const mode : {open_mode::service, open_mode::operate}) {
        auto const text = error_of([&] { static_cast<void>(open_store(place.state(), mode)); });
        CHECK(mentions(text, "schema version 99"));
        CHECK(mentions(text, fmt::format("up to {}", migrations().back().version)));
        CHECK(mentions(text, "newer modelwatch"));
        CHECK_FALSE(mentions(text, "\n"));
    }
    CHECK(raw_number(place.database(), "SELECT count(*) FROM watch") == 1);
}

TEST_CASE("a short command does not migrate under a running daemon", "[storage]") {
    scratch const place;
    auto const daemon = open_store(place.state(), open_mode::service);
    raw_sql(place.database(), "PRAGMA user_version = 0"); // as an older program would have left it
    auto const text = error_of([&] { static_cast<void>(open_store(place.state(), open_mode::operate)); });
    CHECK(mentions(text, "is in use by process"));
}

TEST_CASE("a migration that takes long is told of again and again, from its copy to its end", "[storage]") {
    scratch const place;
    open_store(place.state(), open_mode::service)->record(first_round());
    // A statement that runs for more than two seconds, on any machine.
    auto const slow = with_steps(
        {{next_version(),
          "CREATE TABLE busy (n INTEGER) STRICT;"
          "INSERT INTO busy WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
          "WHERE i < 3000000) SELECT count(*) FROM n"}}
    );
    std::vector<std::string> heard;
    auto db = connect(place);
    migrate(db, slow, place.database(), [&](std::string const& doing) { heard.push_back(doing); });
    auto const all = fmt::format("{}", fmt::join(heard, "\n"));
    CAPTURE(all);
    CHECK(mentions(all, "making the copy of the database durable"));
    CHECK(mentions(all, fmt::format("bringing the database to schema version {}", next_version())));
    CHECK(mentions(all, "checking the references"));
    CHECK(inspect_schema(db, slow) == schema_state::current);
}

TEST_CASE("making a new database is no migration to be told of", "[storage]") {
    scratch const place;
    std::vector<std::string> heard;
    auto const told = [&](std::string const& doing) { heard.push_back(doing); };
    static_cast<void>(open_store(place.state(), open_mode::service, told));
    static_cast<void>(open_store(place.state(), open_mode::service, told));
    CHECK(heard.empty());
}
