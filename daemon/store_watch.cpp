#include "daemon/store_watch.hpp"

#include "daemon/log.hpp"
#include "storage/room.hpp"

namespace modelwatch {

namespace {

using namespace std::chrono_literals;

constexpr auto calm = 10s;
constexpr auto database_log_where = "database";

} // namespace

void store_health::failed(std::string why, net::steady_instant steady, instant now) {
    last_failure_ = steady;
    if (!trouble_) trouble_.emplace(trouble{now, {}});
    trouble_->why = std::move(why);
}

bool store_health::works(net::steady_instant steady) {
    if (!trouble_ || steady - last_failure_ < calm) return false;
    trouble_.reset();
    return true;
}

store_watch::store_watch(store_thread& db, net::clock& time)
    : db_(db)
    , time_(time) {}

void store_watch::note_failure(std::string const& why) {
    bool const news = !health_.now() || health_.now()->why != why;
    health_.failed(why, time_.steady_now(), time_.now());
    if (news) {
        log_error(
            "the database cannot be written, so that nothing can be noticed or said: " + why,
            {{"where", database_log_where}}
        );
    }
}

asio::awaitable<void> store_watch::look(std::chrono::milliseconds fresh) {
    auto const begun = time_.steady_now();
    if (last_look_ && begun - *last_look_ < fresh) co_return;
    last_look_ = begun;
    auto work = [dir = state_dir_, now = time_.now()](storage::store& db) {
        if (!dir.empty()) storage::expect_room(dir);
        db.set_meta("ready-check", to_rfc3339(now));
    };
    try {
        co_await db_.run(std::move(work));
    } catch (storage::storage_error const& e) {
        note_failure(e.what());
        co_return;
    }
    if (health_.works(time_.steady_now())) {
        log_info("the database can be written again", {{"where", database_log_where}});
    }
}

} // namespace modelwatch
