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

json::object with_receipts(storage::store& db, message const& one) {
    auto row = to_json(one);
    row["receipts"] = attempts_of(db, one.id);
    return row;
}

int list(session& s, storage::store& db) {
    storage::message_filter filter;
    filter.dropped = true;
    filter.delivered = s.what.all;
    auto const messages = db.messages(filter);
    if (s.what.json) {
        json::array rows;
        for (auto const& one : messages)
            rows.push_back(with_receipts(db, one));
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

void print_attempts(terminal const& to, std::vector<attempt> const& attempts) {
    table rows{{"ATTEMPT", "AT", "TOOK", "STATUS", "ANSWER"}};
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        auto const& one = attempts[i];
        rows.add(
            {std::to_string(i + 1),
             local_time(one.at),
             std::to_string(one.took.count()) + " ms",
             one.status == 0 ? "-" : std::to_string(one.status),
             printable(one.answer)}
        );
    }
    rows.print(to);
}

/// One message with every attempt: when, how long, what the far end said.
int show(session& s, storage::store& db, message const& one) {
    auto const pending = db.pending_recipients(one.id);
    if (s.what.json) {
        auto row = with_receipts(db, one);
        json::array left;
        for (auto const& name : pending)
            left.emplace_back(name);
        row["pending"] = std::move(left);
        s.out.json(json::object{{"messages", json::array{std::move(row)}}});
        return exit_code::done;
    }
    s.out.line(
        s.out.bold(std::string{to_string(one.type)} + " to " + printable(one.notifier)) + "  (" +
        std::string{to_string(one.state)} + ")"
    );
    s.out.line("id        " + one.id);
    s.out.line("recorded  " + local_time(one.created_at));
    if (one.next_attempt_at) s.out.line("next      " + local_time(one.next_attempt_at));
    for (auto const& entry : one.alerts)
        s.out.line("alert     " + entry.id + "  " + printable(entry.what.summary));
    for (auto const& name : pending)
        s.out.line("pending   " + printable(name));
    s.out.line();
    if (one.attempts == 0) s.out.line("not tried yet");
    if (one.attempts != 0) print_attempts(s.out, db.attempts(one.id));
    return exit_code::done;
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
    if (s.what.subcommand == "show") return show(s, *db, *found);
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
