#pragma once

#include "daemon/judge.hpp"
#include "storage/store.hpp"

#include <string>

namespace modelwatch::views {

/// Which two recorded states are compared, as the page's form sends them: a commit (or at least 4 digits of
/// it) or nothing, which is the baseline on the left and the latest state on the right.
struct chosen_states {
    std::string from;
    std::string to;
};

/// Everything that a model's page shows (http::model_page documents the shape), bounded: the newest 100 of
/// every list, the 200 most telling files of the difference.
[[nodiscard]] json::object whole_model(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    json::object const& status,
    std::string const& url,
    chosen_states const& chosen,
    instant now
);

/// `diff` of a model's page: {"from": commit | null, "to": …, "problem": text | null, "omitted": number,
/// "files": […]}. A state that is not recorded is a problem, and never reads as "no difference".
[[nodiscard]] json::object
difference_of(storage::store& db, watch const& target, chosen_states const& chosen);

} // namespace modelwatch::views
