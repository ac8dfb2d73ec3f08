#pragma once

#include "daemon/model/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch {

/// Names that somebody who wrote `repo` may have meant, at most three: of the same account first, the
/// likeliest first. Compared without regard to case; of names under the same account only what follows it
/// counts.
[[nodiscard]] std::vector<std::string>
likely_names(std::string_view repo, std::vector<std::string> const& candidates);

/// A first look at a repo found nothing: nobody knows whether it ever was there. `errc::not_found`.
/// `candidates`: what there is, from wherever it is known.
[[nodiscard]] error unknown_repo(std::string const& repo, std::vector<std::string> const& candidates);

/// Whether a failed poll was answered all the same: it says nothing against the hub.
[[nodiscard]] bool was_answered(error const& failure) noexcept;

} // namespace modelwatch
