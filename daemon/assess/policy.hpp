#pragma once

#include "daemon/assess/assessment.hpp"

#include <optional>
#include <string>
#include <vector>

namespace modelwatch::assess {

enum class verdict { pass, warn, fail };

[[nodiscard]] std::string_view to_string(verdict value) noexcept; ///< "PASS"

/// One rule of the organisation, applied (assess.md 2.8). Rules that do not apply to a model are not listed.
struct policy_verdict {
    std::string id; ///< "policy-formal-review"
    verdict value = verdict::fail;
    std::string why;
    std::optional<instant> accepted_until; ///< an exception is in force: "FAIL (accepted until …)"
    std::string accepted_by;
};

} // namespace modelwatch::assess
