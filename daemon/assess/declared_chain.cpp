#include "daemon/assess/declared_chain.hpp"

#include "daemon/assess/repo_name.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::assess {

std::string_view to_string(succession_source value) noexcept {
    constexpr auto names =
        std::to_array<std::string_view>({"none", "operator", "new-version", "card-text", "name"});
    return names[static_cast<std::size_t>(value)];
}

hop_verdict
judge_hop(std::string_view subject, std::vector<std::string> const& chain, std::string_view new_version) {
    auto const next = trimmed(new_version);
    if (next.empty()) return hop_verdict::ends;
    if (!is_repo_id(next)) return hop_verdict::malformed;
    auto const folded = lower(next);
    auto const is_next = [&](std::string_view repo) { return lower(repo) == folded; };
    if (is_next(subject) || std::any_of(chain.begin(), chain.end(), is_next)) return hop_verdict::cycle;
    return chain.size() < max_hops ? hop_verdict::follow : hop_verdict::too_long;
}

std::vector<std::string> checked_chain(std::string_view subject, std::vector<std::string> const& chain) {
    std::vector<std::string> out;
    for (auto const& repo : chain) {
        if (judge_hop(subject, out, repo) != hop_verdict::follow) break;
        out.emplace_back(trimmed(repo));
    }
    return out;
}

} // namespace modelwatch::assess
