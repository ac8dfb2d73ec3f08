#include "daemon/rule_warnings.hpp"

#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch {

namespace {

constexpr std::size_t longest_word = 64; // bounds the comparison

std::vector<std::string> ids_of(assess::license_table const& licenses) {
    std::vector<std::string> out;
    for (auto const& [id, entry] : licenses.entries())
        out.push_back(id);
    return out;
}

bool matches_any(std::string const& glob, std::vector<std::string> const& ids) {
    return std::any_of(ids.begin(), ids.end(), [&](auto const& id) { return glob_match(glob, id); });
}

/// The letters and digits of a word: "Apache 2.0" and "apache-2.0" are one.
std::string letters_of(std::string_view text) {
    std::string out;
    for (char const c : lower(text.substr(0, longest_word))) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
    }
    return out;
}

/// The shortest one that begins with the word or holds it; "apache" is a part of "apache-2.0", however many
/// letters are missing.
std::string that_holds(std::string const& word, std::vector<std::string> const& ids) {
    std::string begins;
    std::string holds;
    auto const take = [](std::string& best, std::string const& id) {
        if (best.empty() || id.size() < best.size()) best = id;
    };
    for (auto const& id : ids) {
        auto const at = letters_of(id).find(word);
        if (at == 0) take(begins, id);
        if (at != std::string::npos) take(holds, id);
    }
    return begins.empty() ? holds : begins;
}

/// The longest one that the word begins with: "mit license" means "mit".
std::string that_begins(std::string const& word, std::vector<std::string> const& ids) {
    constexpr std::size_t shortest = 3;
    std::string best;
    for (auto const& id : ids) {
        auto const letters = letters_of(id);
        bool const fits = letters.size() >= shortest && word.starts_with(letters);
        if (fits && letters.size() > letters_of(best).size()) best = id;
    }
    return best;
}

std::string nearest_license(std::string const& glob, std::vector<std::string> const& ids) {
    auto word = letters_of(glob);
    while (!word.empty()) {
        if (auto found = that_holds(word, ids); !found.empty()) return found;
        if (auto found = that_begins(word, ids); !found.empty()) return found;
        if (auto found = nearest(word, ids)) return *found;
        word.pop_back(); // "mit license": what it begins with says most
    }
    return {};
}

std::string warning_of(std::string const& place, std::string const& what, std::string const& near) {
    auto const hint = near.empty() ? std::string{} : fmt::format("; the nearest known one is '{}'", near);
    return printable(fmt::format("{}: {}{}", place, what, hint));
}

} // namespace

std::vector<std::string> license_warnings(
    config::settings const& settings,
    assess::license_table const& licenses,
    assess::publisher_registry const& publishers
) {
    auto const ids = ids_of(licenses);
    auto const& policy = settings.policy;
    auto const place = settings.file.string();
    std::vector<std::string> out;
    for (auto const& glob : policy.deny_licenses) {
        auto const wanted = lower(glob);
        if (matches_any(wanted, ids)) continue;
        auto const what = fmt::format("policy.deny_licenses: \"{}\" matches no known license", glob);
        out.push_back(warning_of(place, what, nearest_license(wanted, ids)));
    }
    for (auto const& [repo, ruled] : publishers.models().entries()) {
        if (ruled.license.empty() || licenses.find(ruled.license) != nullptr) continue;
        auto const what =
            fmt::format("model.\"{}\".license: \"{}\" is no known license", ruled.repo, ruled.license);
        out.push_back(warning_of(policy.publishers_file, what, nearest_license(ruled.license, ids)));
    }
    return out;
}

std::vector<std::string> warnings_about(config::settings const& settings, judge_rules const& rules) {
    auto out = license_warnings(settings, rules.licenses, rules.publishers);
    // One bad file of advisories does not keep the others from being used.
    auto const& bad = rules.advisories->problems;
    out.insert(out.end(), bad.begin(), bad.end());
    return out;
}

} // namespace modelwatch
