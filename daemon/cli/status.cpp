#include "daemon/check_outcome.hpp"
#include "daemon/cli/ask.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/watch_choice.hpp"

#include <utility>

namespace modelwatch::cli {

namespace {

/// What keeps failing, and why: the table has no room for it.
void print_failures(session const& s, json::array const& models) {
    bool first = true;
    for (auto const& item : models) {
        auto const& one = item.as_object();
        auto const why = text_of(one, "last_error");
        if (why.empty()) continue;
        if (std::exchange(first, false)) s.out.line();
        s.out.line(
            "failing: " + place_of(text_of(one, "repo"), text_of(one, "revision"), text_of(one, "hub")) +
            " (last good poll: " + ago(instant_of(one, "last_success_at"), now_utc()) + "): " + printable(why)
        );
    }
}

void print_status(session const& s, json::object const& said, std::vector<alert> const& open) {
    auto const& models = said.at("models").as_array();
    if (models.empty()) s.out.line("nothing is watched: add a [[watch]] to the configuration");
    if (!models.empty()) print_statuses(s.out, models, std::span{open});
    print_failures(s, models);
    if (auto const* const clocks = said.if_contains("clocks")) {
        for (auto const& one : clocks->as_array())
            s.out.line("clock: " + printable(text_of(one.as_object(), "text")));
    }
    if (!open.empty()) {
        s.out.line();
        s.out.line(s.out.bold("Alerts"));
        print_alerts(s.out, open);
    }
    auto const lost = number_of(said, "messages_given_up").value_or(0);
    if (lost > 0) s.out.line(counted(lost, "message") + " given up: see `modelwatch outbox`");
}

void print_commits(session const& s, json::array const& commits) {
    table rows{{"COMMIT", "DATE", "AUTHORS", "TITLE"}};
    for (auto const& item : commits) {
        auto const& one = item.as_object();
        std::string authors;
        for (auto const& name : texts_of(one, "authors"))
            authors += (authors.empty() ? "" : ", ") + printable(name);
        rows.add(
            {std::string{short_commit(text_of(one, "id"))},
             local_time(instant_of(one, "date")),
             authors,
             printable(text_of(one, "title"))}
        );
    }
    rows.print(s.out);
}

void print_events(session const& s, json::array const& events) {
    table rows{{"AT", "WHAT", "SEVERITY", "TEXT"}};
    rows.paint(2);
    for (auto const& item : events) {
        auto const& one = item.as_object();
        auto const level = text_of(one, "severity");
        rows.add(
            {local_time(instant_of(one, "at")),
             std::string{text_of(one, "what")},
             level.empty() ? "-" : std::string{level},
             printable(text_of(one, "text"))}
        );
    }
    rows.print(s.out);
}

} // namespace

int run_status(session& s) {
    auto const names = joined_names(s.what.args);
    if (!names) return report(names.error());
    auto const said = ask(s, "status", {{"repos", *names}});
    if (!said) return report(said.error());
    auto const& more = said->at("more").as_object();
    auto const open = alerts_in(more.at("alerts").as_array(), &more.at("places"));
    if (s.what.json) {
        print_json(s.out, *said);
    } else {
        print_status(s, *said, open);
    }
    return any_open(open, s.what.fail_on, now_utc()) ? exit_code::something_to_report : exit_code::done;
}

int run_history(session& s) {
    json::object const wish{{"repo", s.what.args.front()}, {"limit", std::to_string(s.what.limit)}};
    auto const said = ask(s, "history", wish);
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
        return exit_code::done;
    }
    s.out.line(s.out.bold("Commits"));
    print_commits(s, said->at("commits").as_array());
    s.out.line();
    s.out.line(s.out.bold("Events"));
    print_events(s, said->at("events").as_array());
    return exit_code::done;
}

} // namespace modelwatch::cli
