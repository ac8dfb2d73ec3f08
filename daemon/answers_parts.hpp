#pragma once

#include "daemon/answers.hpp"
#include "daemon/model/alert.hpp"
#include "daemon/model/failure.hpp"

#include <span>
#include <string>
#include <vector>

namespace modelwatch::answers {

/// A member that is a text, as text.
[[nodiscard]] std::string word(json::object const& asked, std::string_view key);

/// Who decides and why.
struct person {
    std::string by;
    std::string reason;
};

/// The longest name or reason that is kept, in bytes.
inline constexpr std::size_t longest_reason = 4000;

enum class reason { needed, optional };

/// Every change has an author: `invalid` when the name is empty, or the reason where it is needed, or one of
/// both is too long.
[[nodiscard]] result<person> person_of(json::object const& asked, reason why = reason::needed);

/// One page of a list: `limit` (1 to 1000, default 100) and `offset`.
struct paging {
    std::size_t limit = 100;
    std::size_t offset = 0;
};

/// `invalid` for what is no number, or out of bounds.
[[nodiscard]] result<paging> paging_of(json::object const& asked);

/// A filter: a glob without regard to case; empty fits everything.
[[nodiscard]] bool fits(std::string_view wanted, std::string_view value);

/// An error that the API tells with this status.
[[nodiscard]] error refused(unsigned status, std::string what, std::string hint = {});

/// The alerts that fit what alerts() is asked, the first to be said first.
[[nodiscard]] result<std::vector<modelwatch::alert>>
alerts_wanted(context const& with, json::object const& asked);

/// Where each alert belongs, in their order: alerts about the monitor have no repo to name.
[[nodiscard]] json::array places_of(std::span<modelwatch::alert const> alerts);

} // namespace modelwatch::answers
