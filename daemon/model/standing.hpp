#pragma once

#include "daemon/model/snapshot.hpp"

#include <optional>
#include <string>
#include <vector>

namespace modelwatch {

/// What the hub says of a repo's place in the world. All of these are answers; a poll that failed has none.
enum class standing {
    present,
    missing,     ///< the hub denies that it exists, and a control request was answered
    disabled,    ///< withdrawn by the hub or its author
    is_private,  ///< the hub says that it is there, but private
    access_lost, ///< it is there, and our token that used to open it is refused
};

[[nodiscard]] std::string_view to_string(standing place) noexcept;
[[nodiscard]] standing parse_standing(std::string_view text); ///< throws std::invalid_argument

/// The outcome of one poll that got an answer.
struct observation {
    standing place = standing::present;
    std::string detail; ///< the hub's own words and what they can mean, for a standing other than present
    bool revision_lost = false;    ///< the repo is there, the watched tag, branch or commit is not
    bool unchanged = false;        ///< the cheap request proved that nothing moved; nothing below is filled
    bool token_worked = false;     ///< what a gated repo hides from strangers could be read
    std::string proof;             ///< to hand in with the next request: an opaque validator
    std::optional<snapshot> state; ///< complete, when the repo could be read
    /// With `revision_lost`: what the repo's default branch says of the repo itself, files not complete.
    std::optional<snapshot> repo_now;
    commit_log log;
    std::optional<snapshot> baseline_state; ///< asked for when the store did not have it
    std::optional<snapshot> deployed_state;
    /// Rows of the tree that name no file, and were passed over: for people.
    std::vector<std::string> passed_over;
    std::vector<text_file> texts; ///< contents that the store did not have yet
};

} // namespace modelwatch
