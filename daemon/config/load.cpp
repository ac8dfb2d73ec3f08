#include "daemon/config/bounded_file.hpp"
#include "daemon/config/config.hpp"

#include <cstdlib>
#include <system_error>

namespace modelwatch::config {

namespace {

constexpr char const* standard_file = "/etc/modelwatch/modelwatch.toml";
constexpr std::size_t longest_file = 64u << 20; // a hundred thousand watches fit several times

outcome load_file(std::filesystem::path const& path, std::string const& asked_by, environment const& env) {
    auto const text = read_bounded(path, longest_file);
    if (!text) {
        outcome out;
        auto const by = asked_by.empty() ? asked_by : " (asked for by " + asked_by + ")";
        out.problems.push_back({{}, {}, "configuration file " + text.error().message() + by});
        return out;
    }
    auto out = parse(*text, path.string(), env);
    out.value.file = path;
    for (auto& warning : exposed_secrets(out.value))
        out.value.warnings.push_back(std::move(warning));
    return out;
}

} // namespace

environment process_environment() {
    return [](std::string const& name) -> std::optional<std::string> {
        char const* const value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return std::string{value};
    };
}

outcome load(std::optional<std::filesystem::path> const& asked, environment const& env) {
    if (asked) return load_file(*asked, "--config", env);
    if (auto const named = env("MODELWATCH_CONFIG"); named && !named->empty()) {
        return load_file(*named, "$MODELWATCH_CONFIG", env);
    }
    std::error_code fault;
    auto const status = std::filesystem::status(standard_file, fault);
    if (status.type() != std::filesystem::file_type::not_found) return load_file(standard_file, {}, env);
    return parse({}, "built-in defaults", env);
}

} // namespace modelwatch::config
