#include "storage/read_only.hpp"
#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

#include <sys/stat.h>

using namespace storage_test;

namespace {

std::string const key = "hub/acme/model@main";

/// Readable for everybody, writable for nobody: as on a file system that is mounted read-only.
void forbid_writing(scratch const& place) {
    for (auto const& entry : fs::directory_iterator(place.state()))
        fs::permissions(entry.path(), fs::perms{0444});
    fs::permissions(place.state(), fs::perms{0555});
    fs::permissions(place.path(), fs::perms{0755});
}

void allow_writing(scratch const& place) {
    fs::permissions(place.state(), fs::perms{0755});
}

/// Runs `work` as a user who may write nothing there: root may write everything.
template <class Work>
int as_reader(Work work) {
    return in_child([&] {
        if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return 77;
        return work();
    });
}

/// 0: everything that only reads works.
int read_everything(scratch const& place) {
    auto const db = open_store(place.state(), open_mode::operate);
    auto const row = db->find_watch(key);
    if (!row || !row->baseline || row->baseline->commit != commit_of(1)) return 1;
    if (!db->check().ok) return 2;
    auto const copy = fs::temp_directory_path() / ("modelwatch-reader-" + std::to_string(::getpid()));
    fs::create_directory(copy);
    db->backup(copy / "modelwatch.db");
    bool const whole = open_store(copy, open_mode::service)->find_watch(key).has_value();
    fs::remove_all(copy);
    if (!whole) return 3;
    auto const refused = error_of([&] { db->set_meta("a", "b"); });
    if (!mentions(refused, "cannot be written")) return 4;
    return open_scratch_copy(place.state())->find_watch(key) ? 0 : 5;
}

} // namespace

TEST_CASE(
    "a database that may only be read is read, in whatever state its last writer left it",
    "[storage][readonly]"
) {
    SECTION("it was closed") {
        scratch const place;
        open_store(place.state(), open_mode::service)->record(first_round());
        forbid_writing(place);
        CHECK(as_reader([&] { return read_everything(place); }) == 0);
        allow_writing(place);
    }
    SECTION("its writer was killed") {
        scratch const place;
        in_child([&] {
            auto const db = open_store(place.state(), open_mode::service);
            db->record(first_round());
            ::raise(SIGKILL);
            return 0;
        });
        REQUIRE(fs::exists(place.database().string() + "-wal"));
        forbid_writing(place);
        CHECK(as_reader([&] { return read_everything(place); }) == 0);
        allow_writing(place);
    }
    SECTION("its writer was killed, and only database and log were kept") {
        scratch const place;
        in_child([&] {
            auto const db = open_store(place.state(), open_mode::service);
            db->record(first_round());
            ::raise(SIGKILL);
            return 0;
        });
        fs::remove(place.database().string() + "-shm");
        forbid_writing(place);
        CHECK(as_reader([&] { return read_everything(place); }) == 0);
        allow_writing(place);
    }
    SECTION("a daemon is running") {
        scratch const place;
        auto const daemon = open_store(place.state(), open_mode::service);
        daemon->record(first_round());
        forbid_writing(place);
        CHECK(as_reader([&] { return read_everything(place); }) == 0);
        allow_writing(place);
    }
}

TEST_CASE("odd names of the directory are no obstacle to reading", "[storage][readonly]") {
    scratch const place;
    auto const odd = place.path() / "100% of? #models";
    open_store(odd, open_mode::service)->record(first_round());
    CHECK(connect_to_read(odd / "modelwatch.db").db->pragma("SELECT count(*) FROM watch") == 1);
}

TEST_CASE(
    "an older database that may only be read says that it must be brought up to date", "[storage][readonly]"
) {
    scratch const place;
    open_store(place.state(), open_mode::service)->record(first_round());
    raw_sql(place.database(), "PRAGMA user_version = 1");
    forbid_writing(place);
    int const code = as_reader([&] {
        auto const text = error_of([&] { static_cast<void>(open_store(place.state(), open_mode::operate)); });
        return mentions(text, "brought up to date") ? 0 : 1;
    });
    CHECK(code == 0);
    allow_writing(place);
}
