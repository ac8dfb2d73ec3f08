#pragma once

#include "daemon/model/json.hpp"
#include "daemon/model/snapshot.hpp"
#include "daemon/model/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch {

enum class review_verdict { approve, reject };

[[nodiscard]] std::string_view to_string(review_verdict value) noexcept;  ///< "approve"
[[nodiscard]] review_verdict parse_review_verdict(std::string_view text); ///< throws std::invalid_argument

/// What the formal review said of one commit. It never carries over to another commit, nor to other bytes.
struct review {
    std::int64_t id = 0; ///< of the store
    std::string hub;
    std::string repo;   ///< as watched
    std::string commit; ///< 40 hex
    review_verdict verdict = review_verdict::reject;
    std::string by;
    std::string reason;
    instant at{};
    std::optional<instant> until; ///< of an approval; nullopt: no end was set
    std::string content; ///< content_digest of the files that were there; empty: the commit had not been seen
};

/// A rule of the organisation that need not be met for a while (assess.md 2.8): FAIL stays FAIL, accepted.
struct policy_exception {
    std::int64_t id = 0;
    std::string hub;
    std::string repo;
    std::string commit; ///< 40 hex
    std::string policy; ///< "policy-tprm"
    std::string reason;
    std::string requested_by;
    std::string approved_by; ///< somebody else
    instant at{};
    instant until{}; ///< at most longest_exception after `at`
};

inline constexpr std::chrono::days longest_exception{90};

/// What keeps an exception from being granted (nobody grants one to themselves, and none is for ever); empty:
/// nothing. One person under two spellings is still one person: neither case nor blanks tell people apart.
[[nodiscard]] std::string_view exception_trouble(policy_exception const& entry);

/// The verdict that counts for a commit: the last one. nullptr: none.
[[nodiscard]] review const* latest_review(std::span<review const> all, std::string_view commit) noexcept;

/// Whether an approval holds at an instant; it ends at `until`, that instant not included.
[[nodiscard]] bool in_force(review const& entry, instant now) noexcept;

/// The approval of a commit that holds; nullptr: none, rejected since, or expired.
[[nodiscard]] review const*
approval_in_force(std::span<review const> all, std::string_view commit, instant now) noexcept;

/// The exception from a policy that holds for a commit; the one that holds longest. nullptr: none.
[[nodiscard]] policy_exception const* exception_in_force(
    std::span<policy_exception const> all, std::string_view policy, std::string_view commit, instant now
) noexcept;

/// Hash over paths, sizes and contents: what an approval is an approval of. The order does not matter.
[[nodiscard]] std::string content_digest(std::vector<file_entry> files);

[[nodiscard]] json::object to_json(review const& entry);
[[nodiscard]] json::object to_json(policy_exception const& entry);

} // namespace modelwatch
