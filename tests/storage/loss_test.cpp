#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

#include <fstream>

using namespace storage_test;

namespace {

/// A state directory that was in use and is closed.
void use(scratch const& place) {
    open_store(place.state(), open_mode::service)->record(first_round());
}

void overwrite(fs::path const& file, std::string const& content) {
    std::ofstream{file, std::ios::binary | std::ios::trunc} << content;
}

std::string refusal(scratch const& place, open_mode mode) {
    return error_of([&] { static_cast<void>(open_store(place.state(), mode)); });
}

std::string const key = "hub/acme/model@main";

} // namespace

TEST_CASE("a directory whose database is gone or empty is refused, and says what to do", "[storage][loss]") {
    struct row {
        char const* name;
        std::function<void(scratch const&)> harm;
    };

    row const rows[] = {
        {"removed", [](scratch const& at) { fs::remove(at.database()); }},
        {"truncated", [](scratch const& at) { overwrite(at.database(), ""); }},
        {"cut to a few bytes", [](scratch const& at) { overwrite(at.database(), "SQLite format 3"); }},
        {"an empty database of SQLite",
         [](scratch const& at) {
             fs::remove(at.database());
             raw_sql(at.database(), "VACUUM");
             raw_sql(at.database(), "CREATE TABLE t (x); DROP TABLE t; VACUUM");
         }},
    };
    for (auto const& one : rows) {
        CAPTURE(one.name);
        scratch const place;
        use(place);
        one.harm(place);
        for (auto const mode : {open_mode::service, open_mode::operate}) {
            auto const text = refusal(place, mode);
            CHECK(mentions(text, "this directory was in use"));
            CHECK(mentions(text, "Put a backup back"));
            CHECK(mentions(text, "db init --force"));
        }
        CHECK(mentions(
            error_of([&] { static_cast<void>(open_scratch_copy(place.state())); }),
            "this directory was in use"
        ));
    }
}

TEST_CASE("what was refused is not harmed: a backup that is put back opens", "[storage][loss]") {
    scratch const place;
    use(place);
    auto const backup = place.path() / "backup.db";
    open_store(place.state(), open_mode::service)->backup(backup);
    fs::remove(place.database());
    CHECK(mentions(refusal(place, open_mode::service), "is missing"));
    CHECK_FALSE(fs::exists(place.database()));
    fs::copy_file(backup, place.database());
    auto const db = open_store(place.state(), open_mode::service);
    CHECK(db->find_watch(key)->baseline->commit == commit_of(1));
    CHECK(db->check().ok);
}

TEST_CASE("a directory of an older program is protected from its first opening on", "[storage][loss]") {
    scratch const place;
    use(place);
    fs::remove(place.state() / "modelwatch.in-use");
    use(place);
    CHECK(fs::exists(place.state() / "modelwatch.in-use"));
    fs::remove(place.database());
    CHECK(mentions(refusal(place, open_mode::service), "is missing"));
}

TEST_CASE("a start that was cut off before there was a database is no loss", "[storage][loss]") {
    scratch const place;
    fs::create_directories(place.state());
    overwrite(place.state() / "modelwatch.lock", "");
    overwrite(place.database(), "");
    use(place);
    CHECK(open_store(place.state(), open_mode::operate)->find_watch(key));
}

TEST_CASE("beginning anew is for new directories, and elsewhere only on purpose", "[storage][loss]") {
    scratch const place;
    CHECK(begin_state(place.state(), false).empty());
    CHECK(mentions(error_of([&] { begin_state(place.state(), false); }), "exists already"));
    use(place);
    auto const moved = begin_state(place.state(), true);
    REQUIRE_FALSE(moved.empty());
    CHECK(raw_number(moved.front(), "SELECT count(*) FROM watch") == 1); // moved aside, not destroyed
    CHECK(open_store(place.state(), open_mode::service)->watches().empty());

    fs::remove(place.database());
    CHECK(mentions(error_of([&] { begin_state(place.state(), false); }), "this directory was in use"));
    CHECK(begin_state(place.state(), true).empty());
    CHECK(open_store(place.state(), open_mode::service)->check().ok);
}

TEST_CASE("a log that outlived its database is not read into the new one", "[storage][loss]") {
    scratch const place;
    int const code = in_child([&] {
        auto const db = open_store(place.state(), open_mode::service);
        db->record(first_round());
        ::raise(SIGKILL);
        return 0;
    });
    REQUIRE(code == 128 + SIGKILL);
    REQUIRE(fs::exists(place.database().string() + "-wal"));
    fs::remove(place.database());
    CHECK_FALSE(begin_state(place.state(), true).empty());
    CHECK(open_store(place.state(), open_mode::service)->watches().empty());
}

TEST_CASE("nobody begins anew under a running daemon", "[storage][loss]") {
    scratch const place;
    auto const daemon = open_store(place.state(), open_mode::service);
    daemon->record(first_round());
    CHECK(mentions(error_of([&] { begin_state(place.state(), true); }), "is in use by process"));
    CHECK(daemon->find_watch(key));
}

TEST_CASE("a store knows what happens to its files while it is open", "[storage][loss]") {
    struct row {
        char const* name;
        std::function<void(fs::path const&)> harm;
        char const* said;
    };

    row const rows[] = {
        {"removed", [](fs::path const& file) { fs::remove(file); }, "was removed"},
        {"moved away", [](fs::path const& file) { fs::rename(file, file.string() + ".gone"); }, "was removed"
        },
        {"the whole directory removed",
         [](fs::path const& file) { fs::remove_all(file.parent_path()); },
         "was removed"},
        {"truncated", [](fs::path const& file) { fs::resize_file(file, 0); }, "was emptied"},
        {"replaced",
         [](fs::path const& file) {
             fs::copy_file(file, file.string() + ".copy");
             fs::rename(file.string() + ".copy", file);
         },
         "was replaced by another file"},
        {"its log removed",
         [](fs::path const& file) { fs::remove(file.string() + "-wal"); },
         "-wal was removed"},
        {"its log replaced",
         [](fs::path const& file) {
             fs::copy_file(file.string() + "-wal", file.string() + "-new");
             fs::rename(file.string() + "-new", file.string() + "-wal");
         },
         "-wal was replaced"},
    };
    for (auto const& one : rows) {
        CAPTURE(one.name);
        scratch const place;
        auto const db = open_store(place.state(), open_mode::service);
        db->record(first_round());
        CHECK_FALSE(db->lost());
        {
            auto const other = open_store(place.state(), open_mode::operate);
            other->set_meta("operator", "was here");
        }
        db->prune(at(0));
        CHECK_FALSE(db->lost()); // what commands and upkeep do is no loss
        one.harm(place.database());
        auto const fate = db->lost();
        REQUIRE(fate);
        CHECK(mentions(*fate, one.said));
    }
    CHECK_FALSE(open_store({}, open_mode::memory)->lost());
}
