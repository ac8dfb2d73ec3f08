#include "daemon/config/service_unit.hpp"

#include "daemon/config/bounded_file.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>

namespace modelwatch::config {

namespace {

constexpr std::size_t longest_unit = 256u << 10;
/// The later ones go over the earlier ones.
constexpr std::array unit_folders{
    "lib/systemd/system",
    "usr/lib/systemd/system",
    "usr/local/lib/systemd/system",
    "run/systemd/system",
    "etc/systemd/system"
};
constexpr std::array credential_keys{
    "LoadCredential", "LoadCredentialEncrypted", "SetCredential", "SetCredentialEncrypted"
};

/// Lines that end with a backslash go on in the next one.
std::string joined(std::string_view text) {
    std::string out{text};
    for (auto at = out.find("\\\n"); at != std::string::npos; at = out.find("\\\n", at))
        out.replace(at, 2, " ");
    return out;
}

std::string all_of_shipped() {
    std::string out;
    for (auto const piece : shipped_unit())
        out += piece;
    return out;
}

/// Drop-ins by file name; the same name in a later folder replaces that of an earlier one.
std::map<std::string, std::filesystem::path> drop_ins(std::filesystem::path const& root) {
    std::map<std::string, std::filesystem::path> out;
    for (auto const* const folder : unit_folders) {
        std::error_code fault;
        std::filesystem::directory_iterator next{root / folder / "modelwatchd.service.d", fault};
        for (; !fault && next != std::filesystem::directory_iterator{}; next.increment(fault)) {
            if (next->path().extension() == ".conf") out[next->path().filename().string()] = next->path();
        }
    }
    return out;
}

std::optional<std::string> installed_unit(std::filesystem::path const& root) {
    std::optional<std::string> out;
    for (auto const* const folder : unit_folders) {
        auto text = read_bounded(root / folder / "modelwatchd.service", longest_unit);
        if (text) out = std::move(*text);
    }
    return out;
}

} // namespace

void service_unit::add(std::string_view text) {
    bool ours = false;
    auto const whole = joined(text);
    for (auto const raw : split(whole, '\n')) {
        auto const line = trimmed(raw);
        if (line.empty() || line.front() == '#' || line.front() == ';') continue;
        if (line.front() == '[') {
            ours = line == "[Service]";
            continue;
        }
        auto const equals = line.find('=');
        if (!ours || equals == std::string_view::npos) continue;
        auto& values = values_[std::string{trimmed(line.substr(0, equals))}];
        auto const value = trimmed(line.substr(equals + 1));
        if (value.empty()) {
            values.clear();
        } else {
            values.emplace_back(value);
        }
    }
}

std::vector<std::string> const& service_unit::all(std::string const& key) const {
    static std::vector<std::string> const none;
    auto const found = values_.find(key);
    return found == values_.end() ? none : found->second;
}

std::vector<std::string> service_unit::words(std::string const& key) const {
    std::vector<std::string> out;
    for (auto const& value : all(key)) {
        for (auto const word : split(value, ' ')) {
            if (!trimmed(word).empty()) out.emplace_back(trimmed(word));
        }
    }
    return out;
}

std::string service_unit::last(std::string const& key) const {
    auto const& values = all(key);
    return values.empty() ? std::string{} : values.back();
}

bool service_unit::yes(std::string const& key) const {
    auto const value = lower(last(key));
    return value == "yes" || value == "true" || value == "on" || value == "1";
}

bool service_unit::gives(std::string_view credential) const {
    return std::any_of(credential_keys.begin(), credential_keys.end(), [&](char const* key) {
        auto const& values = all(key);
        return std::any_of(values.begin(), values.end(), [&](std::string const& value) {
            return value.substr(0, value.find(':')) == credential;
        });
    });
}

host_unit read_service_unit(std::filesystem::path const& root) {
    host_unit out;
    auto const own = installed_unit(root);
    out.installed = own.has_value();
    out.unit.add(own ? *own : all_of_shipped());
    for (auto const& [name, path] : drop_ins(root)) {
        auto const text = read_bounded(path, longest_unit);
        if (text) out.unit.add(*text);
    }
    return out;
}

} // namespace modelwatch::config
