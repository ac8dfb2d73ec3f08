#include "daemon/cli/ask.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::cli {

namespace {

void print_messages(terminal const& to, json::array const& messages) {
    if (messages.empty()) {
        to.line("the outbox is empty: everything was delivered");
        return;
    }
    table rows{{"STATE", "NOTIFIER", "TYPE", "ALERTS", "ATTEMPTS", "NEXT", "LAST ANSWER", "ID"}};
    rows.keep(7);
    for (auto const& item : messages) {
        auto const& one = item.as_object();
        auto const next = instant_of(one, "next_attempt_at");
        rows.add(
            {std::string{text_of(one, "state")},
             std::string{text_of(one, "notifier")},
             std::string{text_of(one, "type")},
             std::to_string(one.at("alerts").as_array().size()),
             std::to_string(number_of(one, "attempts").value_or(0)),
             next ? local_time(next) : "-",
             printable(text_of(one, "last_answer")),
             std::string{text_of(one, "id")}}
        );
    }
    rows.print(to);
}

int list(session& s) {
    auto const said = ask(s, "outbox", {{"all", s.what.all ? "true" : ""}});
    if (!said) return report(said.error());
    auto const& messages = said->at("messages").as_array();
    if (s.what.json) {
        print_json(s.out, *said);
    } else {
        print_messages(s.out, messages);
    }
    bool const given_up = std::any_of(messages.begin(), messages.end(), [](json::value const& one) {
        return text_of(one.as_object(), "state") == "given-up";
    });
    return given_up ? exit_code::something_to_report : exit_code::done;
}

void print_attempts(terminal const& to, json::array const& attempts) {
    table rows{{"ATTEMPT", "AT", "TOOK", "STATUS", "ANSWER"}};
    std::size_t count = 0;
    for (auto const& item : attempts) {
        auto const& one = item.as_object();
        auto const status = number_of(one, "status").value_or(0);
        rows.add(
            {std::to_string(++count),
             local_time(instant_of(one, "at")),
             std::to_string(number_of(one, "took_ms").value_or(0)) + " ms",
             status == 0 ? "-" : std::to_string(status),
             printable(text_of(one, "answer"))}
        );
    }
    rows.print(to);
}

/// One message with every attempt: when, how long, what the far end said.
void print_message(terminal const& to, json::object const& one, std::vector<std::string> const& summaries) {
    auto const text = [&](std::string_view key) { return std::string{text_of(one, key)}; };
    to.line(to.bold(text("type") + " to " + printable(text("notifier"))) + "  (" + text("state") + ")");
    to.line("id        " + text("id"));
    to.line("recorded  " + local_time(instant_of(one, "created_at")));
    if (auto const next = instant_of(one, "next_attempt_at")) to.line("next      " + local_time(next));
    auto const alerts = texts_of(one, "alerts");
    for (std::size_t i = 0; i < alerts.size(); ++i)
        to.line("alert     " + alerts[i] + "  " + printable(summaries.at(i)));
    for (auto const& name : texts_of(one, "pending"))
        to.line("pending   " + printable(name));
    to.line();
    bool const tried = number_of(one, "attempts").value_or(0) != 0;
    if (!tried) to.line("not tried yet");
    if (tried) print_attempts(to, one.at("receipts").as_array());
}

int show(session& s) {
    auto const said = ask(s, "message", {{"id", s.what.args.front()}});
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
        return exit_code::done;
    }
    auto const& one = said->at("messages").as_array().at(0).as_object();
    print_message(s.out, one, texts_of(said->at("more").as_object(), "summaries"));
    return exit_code::done;
}

int change(session& s, bool retry) {
    auto const said = ask(s, retry ? "retry" : "drop", {{"id", s.what.args.front()}});
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
    } else {
        s.out.line(retry ? "will be sent again by the daemon, or by the next `modelwatch check`" : "dropped");
    }
    return exit_code::done;
}

} // namespace

int run_outbox(session& s) {
    if (s.what.subcommand.empty() || s.what.subcommand == "list") return list(s);
    if (s.what.subcommand == "show") return show(s);
    return change(s, s.what.subcommand == "retry");
}

} // namespace modelwatch::cli
