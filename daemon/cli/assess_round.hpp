#pragma once

#include "daemon/advisories.hpp"
#include "daemon/assembly.hpp"
#include "daemon/gatherer.hpp"

#include <boost/asio/io_context.hpp>

#include <string>
#include <vector>

namespace modelwatch::cli {

struct assess_target {
    std::string repo;
    std::string revision = "main";
};

/// Gathers the evidence of all targets, several at once, and says on a terminal how far it is. In the order
/// of the targets.
[[nodiscard]] std::vector<result<gathered>> gather_all(
    asio::io_context& loop,
    machinery& parts,
    hub::hub_client& hub,
    judge_rules const& rules,
    advisory_feed const& feed,
    std::vector<assess_target> const& targets
);

} // namespace modelwatch::cli
