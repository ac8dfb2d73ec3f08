#pragma once

#include "daemon/judge.hpp"
#include "daemon/knowledge.hpp"

namespace modelwatch {

/// What an observation differs in from what is trusted: every change with its severity, and which kinds this
/// observation can tell anything about at all (what it cannot see is neither raised nor resolved).
[[nodiscard]] alerting::judgement compare_with_baseline(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    knowledge const& known,
    observation const& seen,
    link_source const& link,
    instant now
);

} // namespace modelwatch
