#pragma once

#include "daemon/judge.hpp"
#include "daemon/model/json.hpp"
#include "daemon/model/result.hpp"
#include "daemon/model/watch.hpp"
#include "storage/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace modelwatch {

/// Whether one commit may be deployed, and if not, every reason why.
struct gate_answer {
    std::string repo;
    std::string commit;
    std::vector<std::string> reasons; ///< empty: it may
    /// Rules that fail and close nothing, because the configuration does not ask for them; accepted ones too.
    std::vector<assess::policy_verdict> not_enforced;
    instant as_of{}; ///< of the last good poll that this rests on

    [[nodiscard]] bool passed() const noexcept { return reasons.empty(); }
};

/// The state may be this old: three intervals of the watch, but not less than this.
inline constexpr std::chrono::minutes least_max_age{15};

/// Answers from the store alone, without a request. A commit passes when it is approved and the approval
/// holds, the hub was seen to serve these very bytes under it and no others, no open alert makes it
/// untrustworthy or unreachable, no rule that the configuration asks for is broken or cannot be judged
/// (exceptions count), and the last good poll is recent enough. `targets` are the watches of one repo on one
/// hub. not_found: none of them has ever been polled.
[[nodiscard]] result<gate_answer> ask_gate(
    storage::store& db,
    judge_rules const& rules,
    std::vector<watch> const& targets,
    std::string const& commit,
    std::optional<std::chrono::seconds> max_age,
    instant now
);

/// `gate --json`.
[[nodiscard]] json::object to_json(gate_answer const& answer);

} // namespace modelwatch
