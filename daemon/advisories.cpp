#include "daemon/advisories.hpp"

#include "daemon/config/bounded_file.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <glob.h>
#include <set>

namespace modelwatch {

namespace {

constexpr std::size_t most_files = 10'000;
constexpr std::size_t most_bytes = 256u << 20;

/// The files of one pattern, sorted; a pattern without any is a problem.
std::vector<std::string> matched(std::string const& pattern, std::vector<std::string>& problems) {
    glob_t found{};
    auto const fault = ::glob(pattern.c_str(), 0, nullptr, &found);
    std::vector<std::string> out;
    if (fault == 0) out.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
    if (fault == GLOB_NOMATCH || (fault == 0 && out.empty())) {
        problems.push_back(fmt::format("advisories.paths: no file matches {}", printable(pattern)));
    } else if (fault != 0) {
        problems.push_back(fmt::format("advisories.paths: cannot look for {}", printable(pattern)));
    }
    return out;
}

/// Gives the bytes that were read.
std::size_t add_file(advisory_feed& out, std::string const& path) {
    auto const text = config::read_bounded(path, assess::advisory_limits::file_bytes);
    if (!text) {
        out.problems.push_back(printable(text.error().message()));
        return 0;
    }
    auto read = assess::parse_osv(*text, printable(path));
    if (!read) {
        out.problems.push_back(read.error().message());
        return text->size();
    }
    for (auto& one : *read)
        out.by_repo[one.repo].push_back(std::move(one));
    ++out.files;
    out.digest = sha256_hex(out.digest + sha256_hex(*text));
    return text->size();
}

} // namespace

advisory_feed load_advisories(std::vector<std::string> const& paths) {
    advisory_feed out;
    out.configured = !paths.empty();
    std::set<std::string> files; // one that two patterns match is read once
    for (auto const& pattern : paths) {
        auto const found = matched(pattern, out.problems);
        files.insert(found.begin(), found.end());
    }
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (auto const& path : files) {
        if (++count > most_files || bytes > most_bytes) {
            out.problems.push_back(fmt::format(
                "advisories.paths: {} not read: more than {} files or {} bytes",
                counted(files.size() - count + 1, "file"),
                most_files,
                most_bytes
            ));
            break;
        }
        bytes += add_file(out, path);
    }
    return out;
}

void add_advisories(
    assess::evidence& facts,
    advisory_feed const& feed,
    watch const& target,
    commit_log const& log,
    std::string const& baseline_commit,
    instant now
) {
    facts.advisories_configured = feed.configured;
    facts.advisories.clear();
    std::vector<std::string> const interest{facts.commit, baseline_commit, target.deployed};
    // After a rename either name may be the one that the advisory knows.
    for (auto const& name : std::set{lower(target.repo), lower(facts.repo)}) {
        auto const found = feed.by_repo.find(name);
        if (found == feed.by_repo.end()) continue;
        auto more = assess::advisories_of(found->second, name, log, interest, now);
        facts.advisories.insert(facts.advisories.end(), more.begin(), more.end());
    }
    facts.advisories = assess::one_per_flaw(std::move(facts.advisories));
}

} // namespace modelwatch
