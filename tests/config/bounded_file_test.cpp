#include "daemon/config/bounded_file.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

using namespace modelwatch;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t mebibyte = 1u << 20;

class file_of {
public:
    explicit file_of(std::string const& content)
        : path_(fs::temp_directory_path() / ("modelwatch-bounded-" + std::to_string(::getpid()))) {
        std::ofstream{path_, std::ios::binary} << content;
    }

    ~file_of() { fs::remove(path_); }

    file_of(file_of const&) = delete;
    file_of& operator=(file_of const&) = delete;

    [[nodiscard]] fs::path const& path() const { return path_; }

private:
    fs::path path_;
};

std::string text_of(std::size_t size) {
    std::string out(size, 'x');
    for (std::size_t i = 0; i < size; ++i)
        out[i] = static_cast<char>('a' + i % 23);
    return out;
}

} // namespace

TEST_CASE("a file is read whole up to the limit, whatever its size", "[config]") {
    std::size_t const limit = 3 * 4'096;
    for (std::size_t const size :
         {std::size_t{0},
          std::size_t{1},
          std::size_t{4'095},
          std::size_t{4'096},
          std::size_t{4'097},
          limit - 1,
          limit}) {
        CAPTURE(size);
        file_of const file{text_of(size)};
        auto const read = config::read_bounded(file.path(), limit);
        REQUIRE(read.has_value());
        CHECK(*read == text_of(size));
    }
    file_of const larger{text_of(limit + 1)};
    auto const refused = config::read_bounded(larger.path(), limit);
    REQUIRE(!refused.has_value());
    CHECK(refused.error().what.find("larger than") != std::string::npos);
}

TEST_CASE("a file that does not tell its size is read whole", "[config]") {
    auto const read = config::read_bounded("/proc/self/maps", 64 * mebibyte);
    REQUIRE(read.has_value());
    CHECK(read->size() > 4'096);
}

TEST_CASE("a short file takes little memory, however long it might have been", "[config]") {
    file_of const file{"[daemon]\n"};
    rusage before{};
    getrusage(RUSAGE_SELF, &before);
    auto const read = config::read_bounded(file.path(), 512 * mebibyte);
    rusage after{};
    getrusage(RUSAGE_SELF, &after);
    REQUIRE(read.has_value());
    CHECK(*read == "[daemon]\n");
    CHECK(after.ru_maxrss - before.ru_maxrss < 64 * 1'024); // in KiB
}
