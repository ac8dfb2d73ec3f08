#pragma once

#include "daemon/assess/evidence.hpp"
#include "daemon/assess/licenses.hpp"
#include "storage/store.hpp"

#include <optional>
#include <string>

/// What is trusted is rated by what was seen of it; a commit that nobody accepted earns it nothing.
namespace modelwatch {

/// What the ratings of one watch rest on.
struct kept_evidence {
    assess::evidence head;                    ///< of the newest commit
    std::optional<assess::evidence> accepted; ///< of the baseline, as it was last seen as the newest commit
};

/// One object per watch: the newest evidence, and beside it that of the baseline where it is another's.
[[nodiscard]] json::object to_json(kept_evidence const& kept);
/// Throws std::exception for what to_json did not write.
[[nodiscard]] kept_evidence kept_evidence_from_json(json::object const& object);

/// `before` with what a poll has gathered. `trusted`: the baseline's commit; empty: none is known.
/// `of_trusted`: gathered of the baseline itself, where it was never seen as the newest commit.
[[nodiscard]] kept_evidence take_in(
    std::optional<kept_evidence> before,
    std::optional<assess::evidence> fresh,
    std::optional<assess::evidence> of_trusted,
    std::string const& trusted
);

/// Evidence of an earlier commit as it stands today: its own files, card, license, dates and scan, amid what
/// the hub, the account, the bases and the advisories say now.
[[nodiscard]] assess::evidence brought_up_to_date(assess::evidence accepted, assess::evidence const& newest);

/// The newest evidence seen from another commit, of which only the recorded state tells. What that cannot
/// tell is unknown, or the later of what both could mean.
[[nodiscard]] assess::evidence at_commit(
    storage::store& db, assess::license_table const& licenses, assess::evidence newest, snapshot const& state
);

/// What a recorded commit is rated by: the evidence of itself where it is kept.
[[nodiscard]] assess::evidence evidence_at(
    storage::store& db,
    assess::license_table const& licenses,
    kept_evidence const& kept,
    snapshot const& state
);

} // namespace modelwatch
