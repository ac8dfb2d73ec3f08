#include "storage/state_lock.hpp"

#include "daemon/model/text.hpp"
#include "daemon/model/time.hpp"
#include "storage/store.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace modelwatch::storage {

namespace {

[[noreturn]] void fail(std::filesystem::path const& path, std::string_view doing) {
    auto const code = errno;
    std::string_view hint = "check the path, or give another [daemon] state_dir";
    if (code == EACCES || code == EPERM) {
        hint = "run as the user that owns it, or give another [daemon] state_dir";
    }
    if (code == ENOSPC || code == EDQUOT) hint = "the disk is full: free some space there";
    if (code == EROFS) hint = "the file system is read-only: give a [daemon] state_dir that can be written";
    throw storage_error(fmt::format("{}: {}: {}: {}", path.string(), doing, std::strerror(code), hint));
}

/// "modelwatch daemon", as it was started.
std::string own_command() {
    std::ifstream source{"/proc/self/cmdline", std::ios::binary};
    std::string words{std::istreambuf_iterator<char>{source}, {}};
    while (!words.empty() && words.back() == '\0')
        words.pop_back();
    auto const program_end = words.find('\0');
    auto const folder_end = words.rfind('/', program_end);
    if (folder_end != std::string::npos) words.erase(0, folder_end + 1);
    for (char& c : words) {
        if (c == '\0') c = ' ';
    }
    return words.empty() ? "modelwatch" : shortened(printable(words), 120);
}

std::string holder_text() {
    auto const now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return fmt::format("{}\n{}\n{}\n", ::getpid(), own_command(), to_rfc3339(now));
}

std::string describe_holder(int file) {
    std::string content(512, '\0');
    auto const length = ::pread(file, content.data(), content.size(), 0);
    content.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    auto const lines = split(content, '\n');
    if (lines.size() < 3) return "another process";
    return fmt::format(
        "process {} ({}) since {}", printable(lines[0]), printable(lines[1]), printable(lines[2])
    );
}

void write_holder(int file, std::filesystem::path const& path) {
    auto const text = holder_text();
    bool const written = ::ftruncate(file, 0) == 0 &&
                         ::pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
    if (!written) {
        auto const code = errno;
        ::close(file);
        errno = code;
        fail(path, "cannot write who uses this directory");
    }
}

} // namespace

state_lock::state_lock(std::filesystem::path const& state_dir) {
    auto const path = state_dir / "modelwatch.lock";
    int const file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) fail(path, "cannot open the lock");
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            auto const code = errno;
            ::close(file);
            errno = code;
            fail(path, "cannot lock");
        }
        auto const holder = describe_holder(file);
        ::close(file);
        throw storage_error(fmt::format(
            "{}: is in use by {}: stop it, or give another [daemon] state_dir", state_dir.string(), holder
        ));
    }
    write_holder(file, path);
    file_ = file;
}

state_lock::~state_lock() {
    ::close(file_
    ); // also when a child that was forked meanwhile still has it: O_CLOEXEC ends that at its exec
}

database_lock::database_lock(std::filesystem::path const& state_dir, std::filesystem::path const& database)
    : file_(::open(database.c_str(), O_RDWR | O_CLOEXEC)) {
    if (file_ < 0) return; // whoever opens the database says why
    struct flock range{};
    range.l_type = F_WRLCK;
    range.l_whence = SEEK_SET;
    range.l_start = std::int64_t{1} << 60; // far behind what SQLite locks
    range.l_len = 1;
    if (::fcntl(file_, F_OFD_SETLK, &range) == 0) return;
    bool const taken = errno == EAGAIN || errno == EACCES;
    if (!taken) return; // a file system without such locks: the lock file alone counts
    ::close(file_);
    throw storage_error(fmt::format(
        "{}: its database is in use by another process, whose lock file was removed: stop that one, or give "
        "another "
        "[daemon] state_dir",
        state_dir.string()
    ));
}

database_lock::~database_lock() {
    if (file_ >= 0) ::close(file_);
}

opening_turn::opening_turn(std::filesystem::path const& state_dir)
    : directory_(::open(state_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (directory_ < 0) fail(state_dir, "cannot open the state directory");
    for (int tries = 0; tries < 1500; ++tries) {
        if (::flock(directory_, LOCK_EX | LOCK_NB) == 0) return;
        ::usleep(20'000);
    }
    ::close(directory_);
    throw storage_error(fmt::format(
        "{}: another process has been opening the database for 30 seconds (a migration?): try again later",
        state_dir.string()
    ));
}

opening_turn::~opening_turn() {
    ::close(directory_);
}

void create_state_dir(std::filesystem::path const& state_dir) {
    std::filesystem::path so_far;
    for (auto const& part : state_dir) {
        so_far /= part;
        if (::mkdir(so_far.c_str(), 0700) == 0 || errno == EEXIST) continue;
        auto const code = errno;
        std::error_code ignored;
        if (std::filesystem::is_directory(so_far, ignored)) continue; // a parent that may not be written
        errno = code;
        fail(state_dir, "cannot create the state directory");
    }
}

void create_private_file(std::filesystem::path const& file) {
    int const fd = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        if (errno == EEXIST) return;
        fail(file, "cannot create the database");
    }
    struct stat folder{};
    bool const made_by_root = ::geteuid() == 0 && ::stat(file.parent_path().c_str(), &folder) == 0;
    // An administrator's command may be the first: the service must still be able to open its database.
    bool const given = !made_by_root || ::fchown(fd, folder.st_uid, folder.st_gid) == 0;
    auto const code = errno;
    ::close(fd);
    errno = code;
    if (!given) fail(file, "cannot give the database to the owner of its directory");
}

} // namespace modelwatch::storage
