#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::cli {

namespace {

bool any_given_up(std::vector<message> const& messages) {
    return std::any_of(messages.begin(), messages.end(), [](message const& m) {
        return m.state == message_state::given_up;
    });
}

json::array attempts_of(storage::store& db, std::string const& id) {
    json::array out;
    for (auto const& one : db.attempts(id)) {
        out.push_back(json::object{
            {"at", to_rfc3339(one.at)},
            {"took_ms", one.took.count()},
            {"status", one.status},
            {"answer", one.answer}
        });
    }
    return out;
}

int list(session& s, storage::store& db) {
    storage::message_filter filter;
    filter.dropped = true;
    filter.delivered = s.what.all;
    auto const messages = db.messages(filter);
    if (s.what.json) {
        json::array rows;
        for (auto const& one : messages) {
            auto row = to_json(one);
            row["receipts"] = attempts_of(db, one.id);
            rows.push_back(std::move(row));
        }
        s.out.json(json::object{{"messages", std::move(rows)}});
    } else if (messages.empty()) {
        s.out.line("the outbox is empty: everything was delivered");
    } else {
        table rows{{"STATE", "NOTIFIER", "TYPE", "ALERTS", "ATTEMPTS", "NEXT", "LAST ANSWER", "ID"}};
        for (auto const& one : messages) {
            rows.add(
                {std::string{to_string(one.state)},
                 one.notifier,
                 std::string{to_string(one.type)},
                 std::to_string(one.alerts.size()),
                 std::to_string(one.attempts),
                 one.next_attempt_at ? local_time(one.next_attempt_at) : "-",
                 printable(one.last_answer),
                 one.id.substr(one.id.size() - std::min<std::size_t>(one.id.size(), 12))}
            );
        }
        rows.print(s.out);
    }
    return any_given_up(messages) ? exit_code::something_to_report : exit_code::done;
}

} // namespace

int run_outbox(session& s) {
    auto const db = open_state(s);
    if (s.what.subcommand.empty() || s.what.subcommand == "list") return list(s, *db);
    auto const found = db->find_message(s.what.args.front());
    if (!found) {
        return report(failure(
            errc::invalid,
            "no message, or more than one, has the id " + printable(s.what.args.front()),
            "`modelwatch outbox list --all` shows the ids"
        ));
    }
    bool const retry = s.what.subcommand == "retry";
    bool const done =
        retry ? db->retry_message(found->id, now_utc()) : db->drop_message(found->id, now_utc());
    if (!done) {
        return report(failure(
            errc::invalid,
            "message " + found->id + " is " + std::string{to_string(found->state)},
            "only messages that were not delivered can be retried or dropped"
        ));
    }
    auto const after = db->find_message(found->id).value_or(*found);
    if (s.what.json) {
        s.out.json(json::object{{"messages", json::array{to_json(after)}}});
    } else {
        s.out.line(retry ? "will be sent again by the daemon, or by the next `modelwatch check`" : "dropped");
    }
    return exit_code::done;
}

} // namespace modelwatch::cli
