#include "daemon/alert_desk.hpp"
#include "daemon/alerting/silencing.hpp"
#include "daemon/assembly.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/until.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/config/checks.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::cli {

namespace {

constexpr std::size_t most_listed = 10'000;

result<labels> labels_of(std::vector<std::string> const& words) {
    labels out;
    for (auto const& word : words) {
        auto const equals = word.find('=');
        if (equals == std::string::npos || equals == 0) {
            return failure(
                errc::invalid, "--label: not KEY=VALUE: " + printable(word), "write --label env=prod"
            );
        }
        out[word.substr(0, equals)] = word.substr(equals + 1);
    }
    return out;
}

result<silence> wanted_silence(session const& s, instant now) {
    auto tags = labels_of(s.what.labels);
    if (!tags) return std::move(tags).error();
    if (s.what.repo_glob.empty() && s.what.kind_glob.empty() && tags->empty()) {
        return failure(
            errc::invalid,
            "say what to silence",
            "give --repo, --kind or --label; --repo '*' silences everything"
        );
    }
    silence out;
    if (!s.what.repo_glob.empty()) out.repo = s.what.repo_glob;
    if (!s.what.kind_glob.empty()) out.kind = s.what.kind_glob;
    if (auto const wrong = config::check_kind_glob(out.kind)) {
        return failure(errc::invalid, "--kind: " + printable(out.kind) + " " + wrong.why, wrong.hint);
    }
    auto const until = parse_until(s.what.until, now);
    if (!until) return until.error();
    if (*until - now > longest_silence) {
        return failure(
            errc::invalid,
            "--until: " + printable(s.what.until) + " is more than 400 days away",
            "silence it for less long, or `modelwatch accept` what is there"
        );
    }
    out.tags = std::move(*tags);
    out.until = *until;
    out.by = s.what.by;
    out.reason = s.what.reason;
    return out;
}

int silence_some(session& s, storage::store& db) {
    auto const now = now_utc();
    auto wanted = wanted_silence(s, now);
    if (!wanted) return report(wanted.error());
    auto touched = begin_silence(db, *wanted, now);
    if (s.what.json) {
        json::array alerts;
        for (auto const& entry : touched)
            alerts.push_back(to_json(entry));
        s.out.json(json::object{{"silences", json::array{to_json(*wanted, now)}}, {"alerts", alerts}});
        return exit_code::done;
    }
    s.out.line("silenced until " + local_time(wanted->until) + ": " + printable(scope_of(*wanted)));
    s.out.line(
        counted(touched.size(), "open alert") + " held; what grows to critical breaks through; id " +
        wanted->id
    );
    return exit_code::done;
}

std::size_t held_by(silence const& entry, std::vector<alert> const& active) {
    auto const holds = [&](alert const& one) {
        return one.state == alert_state::silenced && one.hold && one.hold->silence == entry.id;
    };
    return static_cast<std::size_t>(std::count_if(active.begin(), active.end(), holds));
}

int list_silences(session& s, storage::store& db) {
    auto const now = now_utc();
    auto const wanted = s.what.all ? std::nullopt : std::optional{now};
    auto const found = db.silences(wanted, most_listed);
    auto const active = db.active_alerts({});
    if (s.what.json) {
        json::array rows;
        for (auto const& one : found) {
            auto row = to_json(one, now);
            row["alerts"] = held_by(one, active);
            rows.push_back(std::move(row));
        }
        s.out.json(json::object{{"silences", std::move(rows)}});
        return exit_code::done;
    }
    if (found.empty()) s.out.line(s.what.all ? "nothing was ever silenced" : "nothing is silenced");
    table rows{{"STATE", "WHAT", "UNTIL", "ALERTS", "BY", "REASON", "ID"}};
    for (auto const& one : found) {
        rows.add(
            {std::string{state_of(one, now)},
             printable(scope_of(one)),
             local_time(one.ended_at.value_or(one.until)),
             std::to_string(held_by(one, active)),
             printable(one.by),
             printable(one.reason),
             one.id.substr(one.id.size() - std::min<std::size_t>(one.id.size(), 12))}
        );
    }
    if (!found.empty()) rows.print(s.out);
    return exit_code::done;
}

int unsilence(session& s, storage::store& db) {
    auto const rules = make_rules(s.settings);
    if (!rules) return report(rules.error());
    auto const now = now_utc();
    auto const known = db.find_silence(s.what.args.front());
    if (!known) {
        return report(failure(
            errc::invalid,
            "no silence, or more than one, has the id " + printable(s.what.args.front()),
            "`modelwatch alerts silences` shows the ids"
        ));
    }
    if (!end_silence(db, *rules, known->id, s.what.by, s.what.reason, now)) {
        return report(failure(errc::invalid, "silence " + known->id + " is over already"));
    }
    if (s.what.json) {
        auto const ended = db.find_silence(known->id).value_or(*known);
        s.out.json(json::object{{"silences", json::array{to_json(ended, now)}}});
    } else {
        s.out.line("ended: what it held is open again, and told where it never was");
    }
    return exit_code::done;
}

} // namespace

int run_silences(session& s, storage::store& db) {
    if (s.what.subcommand == "silence") return silence_some(s, db);
    return s.what.subcommand == "unsilence" ? unsilence(s, db) : list_silences(s, db);
}

} // namespace modelwatch::cli
