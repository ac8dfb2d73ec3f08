#include "daemon/local_token.hpp"

#include "daemon/config/bounded_file.hpp"
#include "daemon/log.hpp"
#include "daemon/model/text.hpp"

#include <openssl/rand.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace modelwatch {

namespace {

constexpr char const* file_name = "modelwatch.token";

std::string random_hex() {
    unsigned char bytes[32];
    if (::RAND_bytes(bytes, sizeof bytes) != 1) return {};
    std::string out;
    for (unsigned const byte : bytes) {
        constexpr char const* digits = "0123456789abcdef";
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

bool write_new(std::filesystem::path const& path, std::string const& text) {
    int const file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return false;
    bool const written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    return ::close(file) == 0 && written;
}

} // namespace

std::string write_local_token(std::filesystem::path const& state_dir) {
    auto const path = state_dir / file_name;
    auto const fresh = state_dir / "modelwatch.token.new";
    auto token = random_hex();
    ::unlink(fresh.c_str());
    if (!token.empty() && write_new(fresh, token + "\n") && ::rename(fresh.c_str(), path.c_str()) == 0)
        return token;
    log_warn(
        "`check` cannot ask this daemon without an API token",
        {{"path", path.string()}, {"error", std::strerror(errno)}}
    );
    return {};
}

std::string read_local_token(std::filesystem::path const& state_dir) {
    auto const text = config::read_bounded(state_dir / file_name, 256);
    return text ? std::string{trimmed(*text)} : std::string{};
}

} // namespace modelwatch
