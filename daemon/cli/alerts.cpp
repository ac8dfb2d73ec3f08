#include "daemon/cli/ask.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch::cli {

namespace {

int list(session& s) {
    auto const said = ask_all(
        s, "alerts", "alerts", {{"state", s.what.all ? "all" : ""}, {"all", s.what.all ? "true" : ""}}
    );
    if (!said) return report(said.error());
    auto alerts = alerts_in(said->at("alerts").as_array(), &said->at("more").at("places"));
    bool const urgent = any_open(alerts, s.what.fail_on, now_utc());
    if (s.what.json) {
        print_json(s.out, *said);
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
        auto const& why = entry.acknowledged_reason;
        to.line("taken by  " + printable(entry.acknowledged_by) + (why.empty() ? "" : ": " + printable(why)));
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

int show(session& s) {
    auto const said = ask(s, "alert", {{"id", s.what.args.front()}});
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
    } else {
        print_one(s.out, alerts_in(said->at("alerts").as_array()).at(0));
    }
    return exit_code::done;
}

int change(session& s) {
    bool const ack = s.what.subcommand == "ack";
    json::object wish{{"id", s.what.args.front()}, {"by", who_decides(s)}, {"reason", s.what.reason}};
    if (ack) wish["until"] = s.what.until;
    auto const said = ask(s, ack ? "acknowledge" : "resolve", wish);
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
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
    auto const& verb = s.what.subcommand;
    if (verb.find("silence") != std::string::npos) return run_silences(s);
    if (verb.empty() || verb == "list") return list(s);
    return verb == "show" ? show(s) : change(s);
}

} // namespace modelwatch::cli
