#pragma once

#include "daemon/model/alert.hpp"

#include <string>
#include <vector>

namespace modelwatch::alerting {

/// One thing to do about an alert.
struct next_step {
    std::string text;    ///< a sentence
    std::string command; ///< to be copied; empty: none
    bool only_after_review = false;
};

/// The three first things to do, in their order: the advice, where to look, and how it ends. Trusting the new
/// state comes last and only after a review; where the advice is against a move it does not come at all.
[[nodiscard]] std::vector<next_step> next_steps(alert const& entry);

/// "acme/model", "acme/model@v1": the watch as commands take it.
[[nodiscard]] std::string watch_name(alert const& entry);

} // namespace modelwatch::alerting
