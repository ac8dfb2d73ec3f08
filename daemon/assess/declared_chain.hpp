#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// Who says that a model has a successor, in falling order of authority (assess.md 3.3).
enum class succession_source { none, operator_entry, new_version, card_text, name };

[[nodiscard]] std::string_view to_string(succession_source value) noexcept;

/// What a `new_version` adds to a chain.
enum class hop_verdict {
    follow,   ///< a further model: append it and ask for its own card
    ends,     ///< no `new_version`: the chain is complete
    cycle,    ///< it leads back to the subject or to a model of the chain
    too_long, ///< `max_hops` are there already
    malformed ///< not an id
};

inline constexpr std::size_t max_hops = 5;

/// Judges the `new_version` that the last model of `chain` (or the subject, when it is empty) declares. The
/// caller fetches the card of each hop and stops at anything but `follow`.
[[nodiscard]] hop_verdict
judge_hop(std::string_view subject, std::vector<std::string> const& chain, std::string_view new_version);

/// The part of a chain that may be believed: up to the first hop that is not `follow`.
[[nodiscard]] std::vector<std::string>
checked_chain(std::string_view subject, std::vector<std::string> const& chain);

} // namespace modelwatch::assess
