#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/text.hpp"
#include "daemon/views.hpp"

namespace modelwatch::cli {

namespace {

std::size_t given_up(storage::store& db) {
    storage::message_filter filter;
    filter.waiting = false;
    return db.messages(filter).size();
}

void print_alert_lines(session const& s, std::vector<alert> const& open) {
    if (open.empty()) return;
    s.out.line();
    s.out.line(s.out.bold("Open alerts"));
    print_alerts(s.out, open);
}

} // namespace

int run_status(session& s) {
    auto const db = open_state(s);
    auto const targets = select_watches(s, *db);
    if (!targets) return report(targets.error());
    auto const now = now_utc();
    auto const models = views::statuses_of(*db, *targets, now);
    std::vector<alert> open;
    for (auto const& target : *targets) {
        for (auto& entry : db->active_alerts(target.key()))
            open.push_back(std::move(entry));
    }
    if (s.what.args.empty()) open = db->active_alerts({});
    auto const lost = given_up(*db);
    if (s.what.json) {
        s.out.json(json::object{{"models", models}, {"messages_given_up", lost}});
    } else {
        if (models.empty()) s.out.line("nothing is watched: add a [[watch]] to the configuration");
        if (!models.empty()) print_statuses(s.out, models);
        print_alert_lines(s, open);
        if (lost > 0) s.out.line(counted(lost, "message") + " given up: see `modelwatch outbox`");
    }
    return any_open(open, s.what.fail_on, now_utc()) ? exit_code::something_to_report : exit_code::done;
}

int run_history(session& s) {
    auto const db = open_state(s);
    auto const targets = select_watches(s, *db);
    if (!targets) return report(targets.error());
    auto const& target = targets->front();
    if (s.what.json) {
        s.out.json(views::history_of(*db, target, s.what.limit));
        return exit_code::done;
    }
    auto const commits = db->commits(target.key(), s.what.limit);
    auto const events = db->events(target.key(), s.what.limit);
    s.out.line(s.out.bold("Commits"));
    table commit_table{{"COMMIT", "DATE", "AUTHORS", "TITLE"}};
    for (auto const& one : commits) {
        std::string authors;
        for (auto const& name : one.authors)
            authors += (authors.empty() ? "" : ", ") + printable(name);
        commit_table.add(
            {std::string{short_commit(one.id)}, local_time(one.date), authors, printable(one.title)}
        );
    }
    commit_table.print(s.out);
    s.out.line();
    s.out.line(s.out.bold("Events"));
    table event_table{{"AT", "WHAT", "SEVERITY", "TEXT"}};
    event_table.paint(2);
    for (auto const& one : events) {
        event_table.add(
            {local_time(one.at), one.what, one.level.empty() ? "-" : one.level, printable(one.text)}
        );
    }
    event_table.print(s.out);
    return exit_code::done;
}

} // namespace modelwatch::cli
