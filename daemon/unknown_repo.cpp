#include "daemon/unknown_repo.hpp"

#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace modelwatch {

namespace {

constexpr std::size_t most_names = 3;
constexpr std::size_t most_compared = 5'000;
constexpr std::size_t longest_name = 200;

std::string_view account_in(std::string_view repo) noexcept {
    auto const slash = repo.find('/');
    return slash == std::string_view::npos ? std::string_view{} : repo.substr(0, slash);
}

std::string_view name_in(std::string_view repo) noexcept {
    auto const slash = repo.find('/');
    return slash == std::string_view::npos ? repo : repo.substr(slash + 1);
}

/// By what they are compared: the one spelling to all that are written so.
using spellings = std::map<std::string, std::string>;

/// No name that is much longer or shorter is a slip of the pen, and the many of a large account cost time.
bool may_be_meant(std::string_view wanted, std::string_view other) noexcept {
    auto const apart =
        wanted.size() > other.size() ? wanted.size() - other.size() : other.size() - wanted.size();
    return apart <= std::max<std::size_t>(2, wanted.size() / 3);
}

void add_nearest(std::vector<std::string>& to, std::string_view wanted, spellings const& known) {
    std::vector<std::string> keys;
    for (auto const& [key, name] : known) {
        if (keys.size() == most_compared) break;
        if (may_be_meant(wanted, key)) keys.push_back(key);
    }
    while (to.size() < most_names) {
        auto const found = nearest(wanted, keys);
        if (!found) return;
        to.push_back(known.at(*found));
        std::erase(keys, *found);
    }
}

} // namespace

std::vector<std::string> likely_names(std::string_view repo, std::vector<std::string> const& candidates) {
    auto const wanted = lower(repo.substr(0, longest_name));
    spellings beside;
    spellings elsewhere;
    for (auto const& one : candidates) {
        if (one == repo || one.size() > longest_name) continue;
        auto const other = lower(one);
        bool const same_account = account_in(wanted) == account_in(other);
        if (same_account) beside.emplace(name_in(other), one);
        if (!same_account) elsewhere.emplace(other, one);
    }
    std::vector<std::string> out;
    add_nearest(out, name_in(wanted), beside);
    add_nearest(out, wanted, elsewhere);
    return out;
}

error unknown_repo(std::string const& repo, std::vector<std::string> const& candidates) {
    auto names = likely_names(repo, candidates);
    for (auto& one : names)
        one = printable(one);
    auto const hint = names.empty() ? std::string{"the hub has no such model, or keeps it from us: it may be "
                                                  "private, and need a token"}
                                    : fmt::format("did you mean {}?", fmt::join(names, " or "));
    return failure(errc::not_found, "not found: check the spelling", hint);
}

bool was_answered(error const& failure) noexcept {
    return failure.code == errc::not_found;
}

} // namespace modelwatch
