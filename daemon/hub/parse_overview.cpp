#include "daemon/hub/failure.hpp"
#include "daemon/hub/json_reader.hpp"
#include "daemon/hub/parse.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch::hub {

result<account_overview> parse_overview(std::string_view body, std::string_view name, account_kind kind) {
    json_arena arena;
    auto const parsed = parse_body(body, arena);
    if (!parsed) return parsed.error();
    auto const* const told = parsed->if_object();
    if (told == nullptr) return wrong_kind("the account's overview", *parsed);
    auto const answered = text_of_either(*told, kind == account_kind::user ? "user" : "name", "name");
    if (!answered.empty() && lower(answered) != lower(name)) {
        return failure(
            errc::inconsistent,
            "the hub answered about " + shortened(printable(answered), 80) + " instead of " +
                shortened(printable(name), 80)
        );
    }
    account_overview out;
    out.kind = kind;
    out.id = short_text(text_of(*told, "_id"));
    out.created_at = from_rfc3339(text_of_either(*told, "createdAt", "created_at"));
    if (kind == account_kind::user) return out;
    // The badge is shown to those who have it.
    auto const* const verified = member(*told, "isVerified");
    if (verified == nullptr) out.verified = false;
    if (verified != nullptr && verified->is_bool()) out.verified = verified->get_bool();
    out.members = count_member(*told, "numUsers");
    return out;
}

result<void> check_discussions(std::string_view body) {
    json_arena arena;
    auto const parsed = parse_body(body, arena);
    if (!parsed) return parsed.error();
    auto const* const told = parsed->if_object();
    if (told == nullptr) return wrong_kind("the list of discussions", *parsed);
    if (array_member(*told, "discussions") != nullptr) return {};
    return failure(errc::malformed, "the list of discussions has no discussions");
}

} // namespace modelwatch::hub
