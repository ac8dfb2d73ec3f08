#pragma once

#include "daemon/approvals.hpp"
#include "daemon/rating.hpp"
#include "storage/store.hpp"

#include <optional>
#include <string>

namespace modelwatch {

/// What the store knows, and what this poll adds to it.
struct knowledge {
    storage::watch_record record;
    std::optional<snapshot> baseline;
    std::optional<snapshot> deployed;
    std::optional<snapshot> latest; ///< as stored before this poll
    bool baseline_is_pinned = false;
    bool baseline_is_elsewhere = false; ///< pinned, but the hub does not have that commit
    bool first_poll = false;
    bool pin_is_new = false;
    std::optional<approved_head> approved; ///< the head is trusted from this poll on
};

/// Reads what is known of a watch. A new pin of the configuration is its baseline from here on.
[[nodiscard]] knowledge gather(storage::store& db, watch const& target, observation& seen, instant now);

/// Adds what the stored README.md and configurations tell of a state that was recorded without it.
void read_stored_texts(storage::store& db, snapshot& state);

/// To be called once what follows from a pin is stored: until the pin changes, an `accept` outlasts it.
void note_pin(storage::store& db, watch const& target);

/// The commits that the store has; `known` when there are any.
[[nodiscard]] commit_log stored_log(storage::store& db, std::string const& key);

/// What is recorded of a commit in any of the watches; nullopt: nobody has seen it yet.
[[nodiscard]] std::optional<snapshot>
recorded_at(storage::store& db, std::vector<watch> const& targets, std::string const& commit);

/// Nothing moved on the hub: judge the stored state again, because time has.
void recall(storage::store& db, watch const& target, knowledge const& known, observation& seen);

/// What a rating is made for: what is trusted, and what production loads as far as that is known.
[[nodiscard]] rating_scene scene_of(knowledge const& known, observation const& seen);

/// One line of the history, without the facts that only some have.
[[nodiscard]] storage::event_record
event_of(std::string key, std::string what, std::string text, instant now);

} // namespace modelwatch
