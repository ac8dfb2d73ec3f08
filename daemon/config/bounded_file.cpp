#include "daemon/config/bounded_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace modelwatch::config {

namespace {

struct descriptor {
    int value;

    explicit descriptor(int number) noexcept
        : value{number} {}

    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;

    ~descriptor() {
        if (value >= 0) ::close(value);
    }
};

error failure(std::filesystem::path const& path, std::string const& why) {
    error problem;
    problem.code = errc::invalid;
    problem.what = fmt::format("{}: {}", path.string(), why);
    return problem;
}

error system_failure(std::filesystem::path const& path, int number) {
    auto problem = failure(path, std::generic_category().message(number));
    if (number == EACCES) problem.hint = "let the user of the service read it";
    return problem;
}

/// One byte more than the file says it has, to see its end; files in /proc say nothing.
std::size_t first_room(struct stat const& about, std::size_t limit) {
    auto const told = static_cast<std::size_t>(std::max<off_t>(about.st_size, 0));
    return std::min(std::max<std::size_t>(told, 4'096), limit) + 1;
}

} // namespace

result<std::string> read_bounded(std::filesystem::path const& path, std::size_t limit) {
    descriptor const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
    if (file.value < 0) return system_failure(path, errno);
    struct stat about{};
    if (::fstat(file.value, &about) != 0) return system_failure(path, errno);
    if (!S_ISREG(about.st_mode)) return failure(path, "not a regular file");
    // As much room as the file takes, not as it may take: the limit is that of the largest file ever.
    std::string text(first_room(about, limit), '\0');
    std::size_t have = 0;
    while (true) {
        if (have == text.size()) text.resize(std::min(2 * have, limit + 1));
        if (have == text.size()) break;
        auto const got = ::read(file.value, text.data() + have, text.size() - have);
        if (got == 0) break;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_failure(path, errno);
        have += static_cast<std::size_t>(got);
    }
    if (have > limit) return failure(path, fmt::format("larger than {} bytes", limit));
    text.resize(have);
    text.shrink_to_fit();
    return text;
}

bool others_may_read(std::filesystem::path const& path) noexcept {
    struct stat about{};
    return ::stat(path.c_str(), &about) == 0 && (about.st_mode & S_IROTH) != 0;
}

} // namespace modelwatch::config
