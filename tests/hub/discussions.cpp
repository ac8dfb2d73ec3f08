#include "tests/hub/access.hpp"
#include "tests/hub/endpoints.hpp"

namespace modelwatch::hub_double {

/// Nobody discusses anything here; a timeline can only say that nobody may. No recording shows the refusal:
/// its words are a guess.
answer list_discussions(repo const& which) {
    auto const disabled = which.fields.if_contains("discussionsDisabled");
    if (disabled != nullptr && disabled->is_bool() && disabled->get_bool())
        return error_answer(403, "", "Discussions are disabled for this repo");
    return json_answer(
        json::object{{"discussions", json::array{}}, {"count", 0}, {"start", 0}, {"numClosedDiscussions", 0}}
    );
}

} // namespace modelwatch::hub_double
