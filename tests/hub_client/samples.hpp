#pragma once

#include "tests/places.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

namespace modelwatch::test {

/// A recorded body; nullopt, with a word about it, where the recordings are not at hand.
inline std::optional<std::string> sample(std::string const& name) {
    std::filesystem::path const path = std::filesystem::path(MODELWATCH_HUB_SAMPLES) / name;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        WARN("SKIPPED: no recording " << name);
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

/// The ETag of a "*.headers.txt" beside a recorded body.
inline std::string recorded_etag(std::string const& headers) {
    auto const at = headers.find("\"etag\": \"");
    auto const start = at + 9;
    auto text = headers.substr(start, headers.find("\",\n", start) - start);
    std::string plain;
    for (char const c : text) {
        if (c != '\\') plain += c;
    }
    return plain;
}

} // namespace modelwatch::test
