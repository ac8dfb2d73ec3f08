#include "daemon/journal.hpp"

// The macros of this header add the place in the source as fields; ours has names of its own.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

namespace modelwatch::journal {

namespace {

constexpr char const* socket_path = "/run/systemd/journal/socket";
constexpr std::size_t longest_name = 64;

std::string field_name(std::string_view key) {
    std::string out = "MODELWATCH_";
    for (char const c : key) {
        if (out.size() == longest_name) break;
        bool const small = c >= 'a' && c <= 'z';
        bool const plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        out += small ? static_cast<char>(c - 'a' + 'A') : plain ? c : '_';
    }
    return out;
}

} // namespace

std::vector<std::string> entry(
    int priority, std::string_view message, std::vector<std::pair<std::string, std::string>> const& fields
) {
    std::vector<std::string> out{
        "MESSAGE=" + std::string{message},
        "PRIORITY=" + std::to_string(priority),
        "SYSLOG_IDENTIFIER=modelwatch"
    };
    for (auto const& [key, value] : fields)
        out.push_back(field_name(key) + '=' + value);
    return out;
}

bool owns_stderr(char const* journal_stream) {
    if (journal_stream == nullptr) return false;
    struct stat at{};
    if (fstat(STDERR_FILENO, &at) != 0) return false;
    return std::string_view{journal_stream} == std::to_string(at.st_dev) + ':' + std::to_string(at.st_ino);
}

bool listens() {
    return access(socket_path, W_OK) == 0;
}

bool send(std::vector<std::string> const& fields) {
    std::vector<iovec> parts;
    parts.reserve(fields.size());
    for (auto const& field : fields) // the interface takes what it only reads without const
        parts.push_back({const_cast<char*>(field.data()), field.size()});
    return sd_journal_sendv(parts.data(), static_cast<int>(parts.size())) >= 0;
}

} // namespace modelwatch::journal
