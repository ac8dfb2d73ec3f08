#include "storage/room.hpp"

#include "storage/store.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace modelwatch::storage {

namespace {

constexpr off_t wanted = 256 << 10;

std::string_view remedy(int code) noexcept {
    switch (code) {
    case ENOSPC:
    case EDQUOT:
        return "the disk is full: free some space there";
    case EFBIG:
        return "a limit on the size of files is in the way (LimitFSIZE=, ulimit -f)";
    case EROFS:
        return "the file system is read-only: look at the kernel log and the state of the disk";
    case EACCES:
    case EPERM:
        return "give this user the right to write there";
    case ENOENT:
        return "the folder is gone";
    default:
        return "look at the kernel log and the state of the disk";
    }
}

/// errno, or 0.
int try_to_fill(std::filesystem::path const& path) {
    int const file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return errno;
    int const code = ::posix_fallocate(file, 0, wanted);
    ::close(file);
    ::unlink(path.c_str());
    return code;
}

} // namespace

void expect_room(std::filesystem::path const& state_dir) {
    int const code = try_to_fill(state_dir / "modelwatch.room");
    if (code == 0 || code == EOPNOTSUPP || code == EINVAL)
        return; // where nothing can be reserved, commits tell
    throw storage_error(fmt::format(
        "{}: nothing can be written: {} ({})", state_dir.string(), remedy(code), std::strerror(code)
    ));
}

} // namespace modelwatch::storage
