#include "storage/migrate.hpp"
#include "storage/store.hpp"

#include <SQLiteCpp/Backup.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

namespace modelwatch::storage {

namespace {

[[noreturn]] void fail(std::filesystem::path const& target, std::string_view doing) {
    auto const code = errno;
    std::string_view hint = "check the path and its permissions";
    if (code == EEXIST) hint = "give the name of a new file";
    if (code == ENOSPC || code == EDQUOT) hint = "the disk is full: free some space there";
    throw storage_error(fmt::format("{}: {}: {}: {}", target.string(), doing, std::strerror(code), hint));
}

void create_private(std::filesystem::path const& target) {
    int const fd = ::open(target.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) fail(target, "cannot create the copy");
    ::close(fd);
}

void make_durable(std::filesystem::path const& path, int flags) {
    int const fd = ::open(path.c_str(), flags | O_CLOEXEC);
    if (fd < 0) fail(path, "cannot open what was copied");
    int const synced = ::fsync(fd);
    int const code = errno;
    ::close(fd);
    errno = code;
    if (synced != 0) fail(path, "cannot make the copy durable");
}

/// In portions, so that it can be told of. A writer in between would make it begin again.
bool copy_portions(SQLite::Backup& backup, progress const& told) {
    while (true) {
        auto const code = backup.executeStep(4096);
        if (code == SQLITE_DONE) return true;
        if (code != SQLITE_OK) return false; // busy
        auto const all = std::max(backup.getTotalPageCount(), 1);
        auto const done = all - backup.getRemainingPageCount();
        told(fmt::format("copying the database before it is changed: {} %", 100LL * done / all));
    }
}

void copy_pages(connection& source, std::filesystem::path const& target, progress const& told) {
    SQLite::Database copy{target.string(), SQLite::OPEN_READWRITE, 5000};
    SQLite::Backup backup{copy, source.raw()};
    for (int tries = 0; tries < 500; ++tries) {
        bool const done = told ? copy_portions(backup, told) : backup.executeStep(-1) == SQLITE_DONE;
        if (done) return;
        ::usleep(20'000); // busy: a writer is committing
    }
    throw storage_error(
        fmt::format("{}: other processes kept it busy for ten seconds: try the copy again", source.place())
    );
}

} // namespace

void copy_database(connection& source, std::filesystem::path const& target, progress const& told) {
    create_private(target);
    try {
        copy_pages(source, target, told);
        // A copy is one file: without this it would ask for a write-ahead log beside it when it is opened.
        SQLite::Database copy{target.string(), SQLite::OPEN_READWRITE, 5000};
        copy.exec("PRAGMA journal_mode = DELETE");
    } catch (std::exception const&) {
        ::unlink(target.c_str());
        rethrow_as_storage_error(target.string(), "copying " + source.place());
    }
    if (told) told("making the copy of the database durable");
    make_durable(target, O_RDONLY);
    auto const folder = target.parent_path();
    make_durable(folder.empty() ? std::filesystem::path{"."} : folder, O_RDONLY | O_DIRECTORY);
}

} // namespace modelwatch::storage
