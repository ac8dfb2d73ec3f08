#include "storage/state_place.hpp"

#include "daemon/model/time.hpp"
#include "storage/state_lock.hpp"
#include "storage/store.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <sys/stat.h>

namespace modelwatch::storage {

namespace {

constexpr std::uintmax_t smallest_database = 512; ///< one page

std::filesystem::path mark_in(std::filesystem::path const& state_dir) {
    return state_dir / "modelwatch.in-use";
}

[[noreturn]] void refuse(std::filesystem::path const& state_dir, std::string_view what) {
    throw storage_error(fmt::format(
        "{}: {}, but this directory was in use: its baselines, reviews and alerts were in it. Put a backup "
        "back "
        "(modelwatchd(8), BACKUP AND RESTORE, says how), or begin anew on purpose with `modelwatch db init "
        "--force`: "
        "then what the hub "
        "shows next is trusted unseen",
        database_in(state_dir).string(),
        what
    ));
}

bool was_in_use(std::filesystem::path const& state_dir) {
    std::error_code unknown;
    return std::filesystem::exists(mark_in(state_dir), unknown);
}

} // namespace

std::filesystem::path database_in(std::filesystem::path const& state_dir) {
    return state_dir / "modelwatch.db";
}

void note_use(std::filesystem::path const& state_dir) noexcept {
    if (was_in_use(state_dir)) return;
    try {
        create_private_file(mark_in(state_dir));
        auto const now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
        std::ofstream{mark_in(state_dir)}
            << "modelwatch keeps its database here since " << to_rfc3339(now)
            << ". Without this file it would take a missing database for a new one.\n";
    } catch (std::exception const&) {
        return;
    }
}

void forget_use(std::filesystem::path const& state_dir) {
    std::filesystem::remove(mark_in(state_dir));
}

void expect_database(std::filesystem::path const& state_dir) {
    if (!was_in_use(state_dir)) return;
    std::error_code unknown;
    auto const file = database_in(state_dir);
    auto const size = std::filesystem::file_size(file, unknown);
    if (unknown == std::errc::no_such_file_or_directory) refuse(state_dir, "is missing");
    if (!unknown && size < smallest_database) refuse(state_dir, "is empty");
}

void expect_content(std::filesystem::path const& state_dir) {
    if (was_in_use(state_dir)) refuse(state_dir, "is empty");
}

open_files::open_files(std::filesystem::path database)
    : database_(std::move(database)) {
    struct stat about{};
    if (::stat(database_.c_str(), &about) == 0) file_ = identity{about.st_dev, about.st_ino};
}

std::optional<std::string> open_files::fate() {
    struct stat about{};
    auto const look = [&](std::filesystem::path const& at) {
        return ::stat(at.c_str(), &about) == 0 ? 0 : errno;
    };
    auto const gone = [](int code) { return code == ENOENT || code == ENOTDIR; };
    auto const name = database_.string();
    auto code = look(database_);
    if (gone(code)) return name + " was removed";
    if (code != 0) return std::nullopt; // not known
    if (file_ && identity{about.st_dev, about.st_ino} != *file_)
        return name + " was replaced by another file";
    if (static_cast<std::uintmax_t>(about.st_size) < smallest_database) return name + " was emptied";
    code = look(name + "-wal");
    if (log_ && gone(code)) return name + "-wal was removed";
    if (code != 0) return std::nullopt;
    identity const log{about.st_dev, about.st_ino};
    if (log_ && log != *log_) return name + "-wal was replaced by another file";
    log_ = log;
    return std::nullopt;
}

} // namespace modelwatch::storage
