#include "daemon/check_outcome.hpp"
#include "daemon/cli/ask.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/config/checks.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch::cli {

namespace {

/// "env=prod,team=search": as the answer wants them.
result<std::string> labels_asked(std::vector<std::string> const& words) {
    std::string out;
    for (auto const& word : words) {
        auto const equals = word.find('=');
        if (equals == std::string::npos || equals == 0) {
            return failure(
                errc::invalid, "--label: not KEY=VALUE: " + printable(word), "write --label env=prod"
            );
        }
        out += (out.empty() ? "" : ",") + word;
    }
    return out;
}

/// A kind that is none would list nothing, and nothing reads as all is well.
result<json::object> wanted(session const& s) {
    auto kind = lower(s.what.kind_glob);
    auto const wrong = kind.empty() ? config::complaint{} : config::check_kind_glob(kind);
    if (wrong) return failure(errc::invalid, "--kind: " + printable(kind) + " " + wrong.why, wrong.hint);
    auto const tags = labels_asked(s.what.labels);
    if (!tags) return tags.error();
    auto const state = s.what.only_state.empty() && s.what.all ? "all" : lower(s.what.only_state);
    return json::object{
        {"state", state},
        {"severity", s.what.only_severity},
        {"kind", kind},
        {"repo", s.what.repo_glob},
        {"label", *tags}
    };
}

bool is_narrowed(invocation const& what) {
    return !(
        what.only_state.empty() && what.only_severity.empty() && what.kind_glob.empty() &&
        what.repo_glob.empty() && what.labels.empty()
    );
}

int list(session& s) {
    auto const wish = wanted(s);
    if (!wish) return report(wish.error());
    auto const said = ask_all(s, "alerts", "alerts", *wish);
    if (!said) return report(said.error());
    auto alerts = alerts_in(said->at("alerts").as_array(), &said->at("more").at("places"));
    bool const urgent = any_open(alerts, s.what.fail_on, now_utc());
    if (s.what.json) {
        print_json(s.out, *said);
    } else if (alerts.empty()) {
        s.out.line(is_narrowed(s.what) ? "no alerts fit" : "no open alerts");
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
    to.line(
        to.painted(to_string(entry.what.level), entry.what.level) + "  " + to.bold(printable(entry.repo)) +
        "  " + std::string{to_string(entry.what.kind)} + "  (" + std::string{to_string(entry.state)} + ")"
    );
    to.line(printable(entry.what.summary));
    to.line();
    if (!entry.what.detail.empty()) to.line(printable(entry.what.detail));
    if (entry.active()) {
        to.line("What to do:");
        print_steps(to, entry, "  ");
        to.line();
    }
    if (!entry.what.baseline_commit.empty()) to.line("baseline  " + entry.what.baseline_commit);
    if (!entry.what.commit.empty()) to.line("now       " + entry.what.commit);
    print_files(to, entry);
    if (!entry.url.empty() && !entry.active()) to.line("evidence  " + entry.url);
    to.line("opened    " + local_time(entry.opened_at) + ", " + ago(entry.opened_at, now_utc()));
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
