#include "daemon/store_watch.hpp"
#include "storage/room.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_awaitable.hpp"

#include <csignal>
#include <filesystem>
#include <sys/resource.h>

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

/// A directory of its own, gone at the end.
class scratch {
public:
    scratch() {
        auto name = (std::filesystem::temp_directory_path() / "modelwatch-watch-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }

    ~scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }

    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;
    std::filesystem::path path;
};

/// No file of this process may grow beyond a size: for writers the same as a disk that is full.
class size_limit {
public:
    explicit size_limit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        auto limited = before_;
        limited.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limited);
    }

    ~size_limit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

    size_limit(size_limit const&) = delete;
    size_limit& operator=(size_limit const&) = delete;

private:
    rlimit before_{};
};

struct watched_state {
    scratch folder;
    asio::io_context io{1};
    test::fake_clock time{io};
    store_thread db{storage::open_store(folder.path / "state", storage::open_mode::service)};
    store_watch watch{db, time};

    watched_state() { watch.configure(folder.path / "state"); }

    bool writable(std::chrono::milliseconds fresh = 0s) {
        test::run_awaitable(io, time, watch.look(fresh));
        return !watch.trouble();
    }
};

} // namespace

TEST_CASE("a state without room is noticed at the first look, and its recovery after a calm", "[state]") {
    watched_state state;
    REQUIRE(state.writable());
    {
        size_limit const full{64 << 10}; // small commits may still find room in the log
        REQUIRE_FALSE(state.writable());
        CHECK(state.watch.trouble()->why.find("size of files") != std::string::npos);
        state.time.advance(1min);
        REQUIRE_FALSE(state.writable());
    }
    state.time.advance(5s);
    CHECK_FALSE(state.writable()); // too soon after the last failure to be believed
    state.time.advance(10s);
    CHECK(state.writable());
}

TEST_CASE("a look leaves nothing behind", "[state]") {
    scratch const folder;
    storage::expect_room(folder.path);
    CHECK(std::filesystem::is_empty(folder.path));
    size_limit const full{1 << 10};
    CHECK_THROWS_AS(storage::expect_room(folder.path), storage::storage_error);
    CHECK(std::filesystem::is_empty(folder.path));
}

TEST_CASE("a folder that is gone is no place to write", "[state]") {
    scratch const folder;
    CHECK_THROWS_AS(storage::expect_room(folder.path / "gone"), storage::storage_error);
}

TEST_CASE("what a writer met counts although looking would find nothing", "[state]") {
    watched_state state;
    state.watch.note_failure("the log could not be written");
    CHECK_FALSE(state.writable());
    CHECK(state.watch.trouble()->since == state.time.now());
    state.time.advance(10s);
    CHECK(state.writable());
}

TEST_CASE("what was looked at a moment ago is not looked at again", "[state]") {
    watched_state state;
    REQUIRE(state.writable());
    size_limit const full{1 << 10};
    CHECK(state.writable(1min));
    state.time.advance(1min);
    CHECK_FALSE(state.writable(1min));
}
