#include "daemon/alert_desk.hpp"
#include "daemon/assembly.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/until.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch::cli {

namespace {

int list(session& s, storage::store& db) {
    auto alerts = s.what.all ? db.alerts(true, 10'000) : db.active_alerts({});
    bool const urgent = any_open(alerts, s.what.fail_on, now_utc());
    if (s.what.json) {
        json::array rows;
        for (auto const& entry : alerts)
            rows.push_back(to_json(entry));
        s.out.json(json::object{{"alerts", std::move(rows)}});
    } else if (alerts.empty()) {
        s.out.line("no open alerts");
    } else {
        print_alerts(s.out, std::move(alerts));
    }
    return urgent ? exit_code::something_to_report : exit_code::done;
}

void print_files(terminal const& to, alert const& entry) {
    for (auto const& file : entry.what.files) {
        to.line("  " + printable(file.path));
        auto const side = [](std::string const& hash, std::optional<std::uint64_t> size) {
            return (hash.empty() ? "-" : hash) + (size ? "  " + human_size(*size) : "");
        };
        to.line("    before  " + side(file.old_sha256, file.old_size));
        to.line("    now     " + side(file.new_sha256, file.new_size));
    }
}

void print_one(terminal const& to, alert const& entry) {
    auto const shape = to_json(entry);
    to.line(
        to.painted(to_string(entry.what.level), entry.what.level) + "  " + to.bold(printable(entry.repo)) +
        "  " + std::string{to_string(entry.what.kind)} + "  (" + std::string{to_string(entry.state)} + ")"
    );
    to.line(printable(entry.what.summary));
    to.line();
    if (!entry.what.detail.empty()) to.line(printable(entry.what.detail));
    to.line("What to do: " + std::string{text_of(shape, "action")});
    to.line();
    if (!entry.what.baseline_commit.empty()) to.line("baseline  " + entry.what.baseline_commit);
    if (!entry.what.commit.empty()) to.line("now       " + entry.what.commit);
    print_files(to, entry);
    if (!entry.url.empty()) to.line("evidence  " + entry.url);
    to.line("opened    " + local_time(entry.opened_at));
    if (!entry.acknowledged_by.empty()) {
        to.line(
            "taken by  " + printable(entry.acknowledged_by) + ": " + printable(entry.acknowledged_reason)
        );
    }
    if (entry.hold && entry.state == alert_state::silenced) {
        to.line(
            "silenced  until " + local_time(entry.hold->until) + " (silence " + entry.hold->silence + ")"
        );
    }
    if (entry.flapping()) {
        to.line(
            "flapping  opened " + std::to_string(entry.openings) +
            " times within a day: its end is believed when it stays away for an hour"
        );
    }
    if (entry.resolved_at)
        to.line("resolved  " + local_time(entry.resolved_at) + "  " + printable(entry.resolution));
    to.line("id        " + entry.id);
}

result<alert> acknowledge(session const& s, storage::store& db, alert entry) {
    std::optional<instant> until;
    if (!s.what.until.empty()) {
        auto const given = parse_until(s.what.until, now_utc());
        if (!given) return given.error();
        until = *given;
    }
    return modelwatch::acknowledge(db, std::move(entry), s.what.by, s.what.reason, until, now_utc());
}

result<alert> resolve_by_hand(session const& s, storage::store& db, alert const& entry) {
    auto const rules = make_rules(s.settings);
    if (!rules) return rules.error();
    auto const now = now_utc();
    auto const made =
        alerting::resolve(std::span{&entry, 1}, "by " + s.what.by + ": " + s.what.reason, rules->desk, now);
    storage::observation_write write;
    if (auto const row = db.find_watch(entry.watch_key)) write.record = *row;
    // Without its proof the next poll reads and judges everything again.
    write.record.proof.clear();
    add_decision(write, made, *rules, now);
    for (auto& event : write.events)
        event.by = s.what.by;
    db.record(write);
    return made.touched.empty() ? entry : made.touched.front();
}

int change(session& s, storage::store& db, alert const& entry) {
    if (!entry.active()) {
        return report(failure(errc::invalid, "alert " + entry.id + " is resolved already"));
    }
    bool const ack = s.what.subcommand == "ack";
    result<alert> outcome = error{};
    auto const all = [&] { outcome = ack ? acknowledge(s, db, entry) : resolve_by_hand(s, db, entry); };
    db.in_transaction(all);
    if (!outcome) return report(outcome.error());
    if (s.what.json) {
        s.out.json(json::object{{"alerts", json::array{to_json(*outcome)}}});
    } else if (ack) {
        s.out.line("acknowledged: it speaks again only when it grows worse");
    } else {
        s.out.line("resolved: it opens again at the next poll if it still holds (`modelwatch accept` moves "
                   "the baseline)");
    }
    return exit_code::done;
}

} // namespace

int run_alerts(session& s) {
    auto const db = open_state(s);
    if (s.what.subcommand.find("silence") != std::string::npos) return run_silences(s, *db);
    if (s.what.subcommand.empty() || s.what.subcommand == "list") return list(s, *db);
    auto const entry = db->find_alert(s.what.args.front());
    if (!entry) {
        return report(failure(
            errc::invalid,
            "no alert, or more than one, has the id " + printable(s.what.args.front()),
            "`modelwatch alerts list --all` shows the ids"
        ));
    }
    if (s.what.subcommand != "show") return change(s, *db, *entry);
    if (s.what.json) {
        s.out.json(json::object{{"alerts", json::array{to_json(*entry)}}});
    } else {
        print_one(s.out, *entry);
    }
    return exit_code::done;
}

} // namespace modelwatch::cli
