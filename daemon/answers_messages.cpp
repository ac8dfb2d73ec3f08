// What is said of messages: the outbox, and the digest.

#include "daemon/answers_parts.hpp"
#include "daemon/digest.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/reporter.hpp"
#include "daemon/views.hpp"

namespace modelwatch::answers {

namespace {

result<modelwatch::message> find_message(context const& with, json::object const& asked) {
    auto const id = word(asked, "id");
    auto found = with.db.find_message(id);
    if (found) return std::move(*found);
    return refused(
        404,
        "no message, or more than one, has the id " + printable(id),
        "`modelwatch outbox list --all` shows the ids"
    );
}

using change = bool (storage::store::*)(std::string const& id, instant now);

answer changed(context const& with, json::object const& asked, change what) {
    auto const found = find_message(with, asked);
    if (!found) return found.error();
    if (!(with.db.*what)(found->id, with.now)) {
        return refused(
            409,
            "message " + found->id + " is " + std::string{to_string(found->state)},
            "only messages that were not delivered can be retried or dropped"
        );
    }
    auto const after = with.db.find_message(found->id).value_or(*found);
    return json::object{{"messages", json::array{to_json(after)}}};
}

} // namespace

answer outbox(context const& with, json::object const& asked) {
    storage::message_filter filter;
    filter.dropped = true;
    filter.delivered = text_of(asked, "all") == "true";
    json::array rows;
    for (auto const& one : with.db.messages(filter))
        rows.push_back(views::message_of(with.db, one));
    return json::object{{"messages", std::move(rows)}};
}

answer message(context const& with, json::object const& asked) {
    auto const found = find_message(with, asked);
    if (!found) return found.error();
    auto row = views::message_of(with.db, *found);
    row["pending"] = to_array(with.db.pending_recipients(found->id));
    json::array summaries;
    for (auto const& entry : found->alerts)
        summaries.emplace_back(entry.what.summary);
    return json::object{
        {"messages", json::array{std::move(row)}}, {"more", json::object{{"summaries", std::move(summaries)}}}
    };
}

answer retry(context const& with, json::object const& asked) {
    return changed(with, asked, &storage::store::retry_message);
}

answer drop(context const& with, json::object const& asked) {
    return changed(with, asked, &storage::store::drop_message);
}

answer digest(context const& with, json::object const&) {
    return digest_now(with.db, with.settings, *with.rules, with.now);
}

answer send_digest(context const& with, json::object const&) {
    auto const& how = with.settings.digest;
    if (how.notifiers.empty()) {
        return refused(409, "no notifier is named for the digest", "set notifiers = [\"…\"] in [digest]");
    }
    json::array ids;
    auto const all = [&] {
        auto const payload = digest_now(with.db, with.settings, *with.rules, with.now);
        for (auto const& one : digest_messages(how, payload, with.now)) {
            with.db.enqueue(one);
            ids.emplace_back(one.id);
        }
    };
    with.db.in_transaction(all);
    return json::object{{"queued", std::move(ids)}};
}

} // namespace modelwatch::answers
