#pragma once

#include "daemon/assess/licenses.hpp"
#include "daemon/model/snapshot.hpp"
#include "daemon/model/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// What moved under a derivative (assess.md 3.5).
enum class drift_kind {
    content, ///< the base's weights, tokenizer or template are newer than the derivation
    license, ///< another license or license text than before
    gate,    ///< the base is gated, the derivative is not
    lineage, ///< the base was renamed, removed or superseded
    scan     ///< the base turned suspicious or unsafe
};

[[nodiscard]] std::string_view to_string(drift_kind value) noexcept;

/// What is known of a base model at one time. Empty and nullopt are unknown, and unknown is no drift.
struct base_facts {
    std::string repo;
    std::string commit; ///< head
    std::optional<instant>
        model_committed_at; ///< newest commit of weights, tokenizer, template, configuration
    std::optional<license_statement> license;
    std::string license_text; ///< hash of the license file
    gating gate = gating::unknown;
    std::string new_version;
    bool superseded = false; ///< by find_succession: one or many
    scan_level scan = scan_level::absent;
    bool missing = false; ///< the hub says that it is gone
    std::string renamed_to;
};

/// The derivative itself.
struct derived_facts {
    std::optional<instant> weights_committed_at; ///< of its own weights
    gating gate = gating::unknown;
};

struct drift {
    drift_kind kind = drift_kind::content;
    std::string base;
    std::string was; ///< for people; may be empty
    std::string is;
    bool operator==(drift const&) const = default;
};

/// In the order of the kinds, at most one of each. `before` is what was stored of the base last time;
/// nullptr: nothing, then only conditions that need no history are found.
[[nodiscard]] std::vector<drift> find_drift(
    derived_facts const& own, base_facts const* before, base_facts const& now, license_table const& table
);

} // namespace modelwatch::assess
