#include "storage/state_lock.hpp"
#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <sys/stat.h>

using namespace storage_test;

namespace {

unsigned mode_of(fs::path const& path) {
    struct stat info{};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_mode & 0777;
}

std::string content_of(fs::path const& path) {
    std::ifstream source{path};
    return {std::istreambuf_iterator<char>{source}, {}};
}

/// An unprivileged user of this process: root may write everything.
void become_nobody() {
    if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) ::_exit(77);
}

} // namespace

TEST_CASE("the state directory and its files are for their owner alone", "[storage]") {
    scratch const place;
    auto const old = ::umask(0);
    auto const dir = place.path() / "a" / "b";
    {
        auto const db = open_store(dir, open_mode::service);
        db->record(first_round());
        CHECK(mode_of(place.path() / "a") == 0700);
        CHECK(mode_of(dir) == 0700);
        for (auto const* name :
             {"modelwatch.db", "modelwatch.db-wal", "modelwatch.db-shm", "modelwatch.lock"})
            CHECK(mode_of(dir / name) == 0600);
    }
    ::umask(old);
    CHECK(raw_number(dir / "modelwatch.db", "PRAGMA auto_vacuum") == 2);
    CHECK(raw_number(dir / "modelwatch.db", "PRAGMA application_id") == 0x6d6f6477);
}

TEST_CASE("what was recorded is there after closing and opening again", "[storage]") {
    scratch const place;
    open_store(place.state(), open_mode::service)->record(first_round());
    auto const db = open_store(place.state(), open_mode::service);
    CHECK(db->find_watch("hub/acme/model@main")->baseline->commit == commit_of(1));
    CHECK(db->check().ok);
}

TEST_CASE("a second daemon is told who holds the state directory", "[storage]") {
    scratch const place;
    auto const db = open_store(place.state(), open_mode::service);
    auto const text = error_of([&] { static_cast<void>(open_store(place.state(), open_mode::service)); });
    CHECK(mentions(text, "is in use by process " + std::to_string(::getpid()) + " (test_storage"));
    CHECK(mentions(text, "since 20"));
    CHECK(mentions(text, "state_dir"));
    int const code = in_child([&] {
        auto const other =
            error_of([&] { static_cast<void>(open_store(place.state(), open_mode::service)); });
        return mentions(other, "process " + std::to_string(::getppid())) ? 0 : 1;
    });
    CHECK(code == 0);
}

TEST_CASE("the lock ends with its holder, and what a dead one wrote is no obstacle", "[storage]") {
    scratch const place;
    int const code = in_child([&] {
        auto const db = open_store(place.state(), open_mode::service);
        db->record(first_round());
        ::raise(SIGKILL);
        return 0;
    });
    CHECK(code == 128 + SIGKILL);
    CHECK(content_of(place.state() / "modelwatch.lock").size() > 10);
    auto const db = open_store(place.state(), open_mode::service);
    CHECK(db->watches().size() == 1);
    CHECK(content_of(place.state() / "modelwatch.lock").starts_with(std::to_string(::getpid()) + "\n"));
}

TEST_CASE("whoever removes the lock file does not let a second daemon in", "[storage]") {
    scratch const place;
    auto const db = open_store(place.state(), open_mode::service);
    db->record(first_round());
    fs::remove(place.state() / "modelwatch.lock");
    int const code = in_child([&] {
        auto const text = error_of([&] { static_cast<void>(open_store(place.state(), open_mode::service)); });
        bool const told = mentions(text, "its database is in use by another process");
        // Short commands are welcome all the same.
        auto const command = open_store(place.state(), open_mode::operate);
        command->set_meta("operator", "was here");
        return told && !command->watches().empty() ? 0 : 1;
    });
    CHECK(code == 0);
    CHECK(db->meta("operator") == "was here");
}

TEST_CASE("a short command writes beside a running daemon", "[storage]") {
    scratch const place;
    auto const daemon = open_store(place.state(), open_mode::service);
    daemon->record(first_round());
    int const code = in_child([&] {
        auto const db = open_store(place.state(), open_mode::operate);
        for (int i = 0; i < 50; ++i)
            db->set_meta("operator", std::to_string(i));
        db->record(round_with(make_alert("alert-00000001"), {"pager"}));
        return 0;
    });
    auto const command = open_store(place.state(), open_mode::operate);
    for (int i = 0; i < 50; ++i)
        daemon->touch({make_record()});
    CHECK(code == 0);
    CHECK(daemon->meta("operator") == "49");
    CHECK(command->take_due("pager", at(999), 10).size() == 1);
    CHECK(daemon->messages({}).size() == 1);
}

TEST_CASE("two processes that write at the same time both get through", "[storage]") {
    scratch const place;
    auto const daemon = open_store(place.state(), open_mode::service);
    auto const child = ::fork();
    if (child == 0) {
        int code = 1;
        try {
            auto const db = open_store(place.state(), open_mode::operate);
            for (int i = 0; i < 100; ++i)
                db->record(first_round("acme/child-" + std::to_string(i)));
            code = 0;
        } catch (std::exception const& failure) {
            fmt::print(stderr, "{}\n", failure.what());
        }
        ::_exit(code);
    }
    for (int i = 0; i < 100; ++i)
        daemon->record(first_round("acme/parent-" + std::to_string(i)));
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(daemon->watches().size() == 200);
    auto const report = daemon->check();
    CHECK(report.problems == std::vector<std::string>{});
    CHECK(report.audit_entries == 200);
}

TEST_CASE("processes that create the database at the same time agree on one", "[storage]") {
    scratch const place;
    create_state_dir(place.state());
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
        auto const child = ::fork();
        if (child == 0) {
            int code = 1;
            try {
                open_store(place.state(), open_mode::operate)->set_meta("by-" + std::to_string(i), "done");
                code = 0;
            } catch (std::exception const& failure) {
                fmt::print(stderr, "{}\n", failure.what());
            }
            ::_exit(code);
        }
        children.push_back(child);
    }
    for (auto const child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(status == 0);
    }
    CHECK(raw_number(place.database(), "SELECT count(*) FROM meta") == 6);
}

TEST_CASE(
    "a short command on a state directory that does not exist says that nothing is recorded", "[storage]"
) {
    scratch const place;
    auto const text = error_of([&] { static_cast<void>(open_store(place.state(), open_mode::operate)); });
    CHECK(mentions(text, "nothing recorded yet"));
    CHECK_FALSE(fs::exists(place.state()));
}

TEST_CASE("a database of another program is refused and left as it is", "[storage]") {
    scratch const place;
    fs::create_directory(place.state());
    raw_sql(place.database(), "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (42)");
    auto const before = content_of(place.database());
    for (auto const mode : {open_mode::service, open_mode::operate}) {
        auto const text = error_of([&] { static_cast<void>(open_store(place.state(), mode)); });
        CHECK(mentions(text, place.database().string()));
        CHECK(mentions(text, "database of another program"));
    }
    CHECK(content_of(place.database()) == before);
}

TEST_CASE("an empty file is a fresh start, any other file is not a database", "[storage]") {
    scratch const place;
    fs::create_directory(place.state());
    std::ofstream{place.database()};
    CHECK(open_store(place.state(), open_mode::service)->watches().empty());

    std::ofstream{place.database()} << std::string(5000, 'x');
    auto const text = error_of([&] { static_cast<void>(open_store(place.state(), open_mode::service)); });
    CHECK(mentions(text, "not a modelwatch database"));
    CHECK(mentions(text, place.database().string()));
}

TEST_CASE("a directory that this user may not write is named, with a remedy", "[storage]") {
    scratch const place;
    fs::create_directory(place.state());
    fs::permissions(place.path(), fs::perms{0755});
    fs::permissions(place.state(), fs::perms{0555});
    int const code = in_child([&] {
        become_nobody();
        auto const text = error_of([&] { static_cast<void>(open_store(place.state(), open_mode::service)); });
        auto const below =
            error_of([&] { static_cast<void>(open_store(place.state() / "x", open_mode::service)); });
        bool const clear = mentions(text, place.state().string()) && mentions(text, "Permission denied") &&
                           mentions(text, "state_dir") &&
                           mentions(below, "cannot create the state directory");
        return clear ? 0 : 1;
    });
    CHECK(code == 0);
    auto const file = place.path() / "file";
    std::ofstream{file} << "x";
    CHECK(mentions(
        error_of([&] { static_cast<void>(open_store(file / "state", open_mode::service)); }),
        "Not a directory"
    ));
}

TEST_CASE("a daemon refuses a database that it may only read", "[storage]") {
    scratch const place;
    open_store(place.state(), open_mode::service)->record(first_round());
    fs::permissions(place.path(), fs::perms{0777});
    fs::permissions(place.state(), fs::perms{0777});
    fs::permissions(place.state() / "modelwatch.lock", fs::perms{0666});
    fs::permissions(place.database(), fs::perms{0444});
    int const code = in_child([&] {
        become_nobody();
        auto const text = error_of([&] { static_cast<void>(open_store(place.state(), open_mode::service)); });
        return mentions(text, "may only be read") && mentions(text, place.database().string()) ? 0 : 1;
    });
    CHECK(code == 0);
}

TEST_CASE("a write to a database that may only be read is one clear error", "[storage]") {
    scratch const place;
    auto const db = open_store(place.state(), open_mode::service);
    dynamic_cast<sqlite_store&>(*db).raw().raw().exec("PRAGMA query_only = ON");
    CHECK(mentions(error_of([&] { db->record(first_round()); }), "cannot be written"));
}
