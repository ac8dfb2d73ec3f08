#pragma once

#include "daemon/model/alert.hpp"

#include <span>
#include <vector>

namespace modelwatch::alerting {

// What is said first, and what is not said at all (modelwatch-rubric(7), "Order").

/// What an alert is about, the most pressing first. Not alert_class: that one decides about severities.
enum class precedence {
    integrity, ///< weights, code, template, history, name, scan, content
    rights,    ///< license and access
    standing,  ///< the repo, its publisher and the organisation's rules
    time,      ///< age and distance
    news,      ///< what nobody has to act on
};

[[nodiscard]] precedence precedence_of(alert_kind kind) noexcept;

/// An integrity finding below medium (bytes that only moved, an added quantisation) is news.
[[nodiscard]] precedence precedence_of(change const& what) noexcept;

/// The one order of messages, pages and lists: precedence, then severity, then age, then id.
[[nodiscard]] bool said_before(alert const& left, alert const& right) noexcept;

/// The highest severity among them; info where there are none.
[[nodiscard]] severity gravest(std::span<alert const> alerts) noexcept;

/// While an integrity finding about a commit stands, nothing may advise to move to that commit: the advice of
/// `outdated` and `commits-added` becomes not to, and names the finding (by its alert's id where it has one
/// already). `known` are the watch's alerts so far; findings that this judgement does not speak of count as
/// long as they are open.
void withhold_advice(std::vector<change>& changes, std::span<alert const> known);

/// The same, for findings that have got their ids only now: `touched` are alerts about to be written.
void withhold_advice(std::vector<alert>& touched, std::span<alert const> known);

} // namespace modelwatch::alerting
