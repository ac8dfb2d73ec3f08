#include "storage/tables.hpp"

namespace modelwatch::storage {

std::optional<instant> last_slot(connection& db, instant not_after) {
    query row{db, "SELECT max(slot) FROM digest_slot WHERE slot <= ?", to_rfc3339(not_after)};
    row.step();
    auto const text = row.text();
    return from_rfc3339(text);
}

bool take_slot(connection& db, instant slot, std::vector<message> const& messages, instant now) {
    auto const taken =
        query{
            db,
            "INSERT INTO digest_slot (slot, taken_at) VALUES (?, ?) ON CONFLICT (slot) DO NOTHING",
            to_rfc3339(slot),
            now
        }
            .run();
    if (taken == 0) return false;
    for (auto const& one : messages)
        post_message(db, one);
    return true;
}

} // namespace modelwatch::storage
