#pragma once

#include "daemon/config/config.hpp"
#include "tests/places.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <unistd.h>

namespace modelwatch::config::testing {

/// An environment that holds these variables and no others.
inline environment environment_of(std::map<std::string, std::string> variables) {
    return [variables = std::move(variables)](std::string const& name) -> std::optional<std::string> {
        auto const found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
    };
}

inline outcome parsed(std::string_view toml, std::map<std::string, std::string> variables = {}) {
    return parse(toml, "modelwatch.toml", environment_of(std::move(variables)));
}

/// One line per problem, as people see them.
inline std::string texts(std::vector<problem> const& problems) {
    std::string all;
    for (auto const& entry : problems)
        all += (all.empty() ? "" : "\n") + entry.text();
    return all;
}

inline settings good(std::string_view toml, std::map<std::string, std::string> variables = {}) {
    auto out = parsed(toml, std::move(variables));
    INFO(texts(out.problems));
    REQUIRE(out.ok());
    return std::move(out.value);
}

/// A folder that is gone after the test.
class temporary_folder {
public:
    temporary_folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "modelwatch-config-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }

    temporary_folder(temporary_folder const&) = delete;
    temporary_folder& operator=(temporary_folder const&) = delete;

    ~temporary_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }

    std::filesystem::path
    write(std::string const& name, std::string_view content, unsigned mode = 0600) const {
        auto const file = path_ / name;
        std::ofstream{file, std::ios::binary}.write(
            content.data(), static_cast<std::streamsize>(content.size())
        );
        std::filesystem::permissions(file, static_cast<std::filesystem::perms>(mode));
        return file;
    }

private:
    std::filesystem::path path_;
};

inline std::string content_of(std::filesystem::path const& file) {
    std::ifstream in{file, std::ios::binary};
    REQUIRE(in.good());
    return {std::istreambuf_iterator<char>{in}, {}};
}

inline std::string example_file() {
    return content_of(std::filesystem::path{MODELWATCH_SOURCE_DIR} / "conf" / "modelwatch.toml");
}

} // namespace modelwatch::config::testing
