// What the alert desk answers: alerts, acknowledgements, silences.

#include "daemon/alert_desk.hpp"
#include "daemon/alerting/precedence.hpp"
#include "daemon/alerting/silencing.hpp"
#include "daemon/answers_parts.hpp"
#include "daemon/config/checks.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/until.hpp"
#include "daemon/views.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::answers {

namespace {

constexpr std::size_t most_listed = 10'000;

bool wants_all(json::object const& asked) {
    return text_of(asked, "all") == "true";
}

/// With "more": where alerts about the monitor belong, and what holds a silenced one.
json::object listed(std::span<modelwatch::alert const> alerts) {
    return {{"alerts", views::alerts_of(alerts)}, {"more", json::object{{"places", places_of(alerts)}}}};
}

/// A word that is none would list nothing, and nothing reads as all is well.
bool is_state(std::string_view word) {
    constexpr std::array<std::string_view, 6> states{
        "", "all", "open", "acknowledged", "silenced", "resolved"
    };
    return std::find(states.begin(), states.end(), word) != states.end();
}

/// "env=prod,team=search": all of them must be the alert's.
bool has_labels(modelwatch::alert const& one, std::string_view wanted) {
    if (wanted.empty()) return true;
    auto const words = split(wanted, ',');
    return std::all_of(words.begin(), words.end(), [&](std::string_view word) {
        auto const equals = word.find('=');
        auto const found = one.tags.find(std::string{word.substr(0, equals)});
        auto const value = equals == std::string_view::npos ? "*" : word.substr(equals + 1);
        return found != one.tags.end() && glob_match(lower(value), lower(found->second));
    });
}

bool is_wanted(modelwatch::alert const& one, json::object const& asked) {
    auto const state = text_of(asked, "state");
    auto const repo = text_of(asked, "repo");
    return (state.empty() || state == "all" || state == to_string(one.state)) &&
           fits(text_of(asked, "severity"), to_string(one.what.level)) &&
           fits(text_of(asked, "kind"), to_string(one.what.kind)) &&
           (fits(repo, one.repo) || fits(repo, one.repo + "@" + one.revision)) &&
           has_labels(one, text_of(asked, "label"));
}

result<modelwatch::alert> find_alert(context const& with, json::object const& asked) {
    auto const id = word(asked, "id");
    auto found = with.db.find_alert(id);
    if (found) return std::move(*found);
    return refused(
        404,
        "no alert, or more than one, has the id " + printable(id),
        "`modelwatch alerts list --all` shows the ids"
    );
}

result<modelwatch::alert> find_active(context const& with, json::object const& asked) {
    auto found = find_alert(with, asked);
    if (!found || found->active()) return found;
    return refused(409, "alert " + found->id + " is resolved already");
}

modelwatch::alert resolve_by_hand(context const& with, modelwatch::alert const& entry, person const& who) {
    auto const& desk = with.rules->desk;
    auto const why = "by " + who.by + ": " + who.reason;
    auto const made = alerting::resolve(std::span{&entry, 1}, why, desk, with.now);
    storage::observation_write write;
    if (auto const row = with.db.find_watch(entry.watch_key)) write.record = *row;
    // Without its proof the next poll reads and judges everything again.
    write.record.proof.clear();
    add_decision(write, made, *with.rules, with.now);
    for (auto& event : write.events)
        event.by = who.by;
    with.db.record(write);
    return made.touched.empty() ? entry : made.touched.front();
}

result<labels> labels_of(json::object const& asked) {
    labels out;
    auto const* const given = asked.if_contains("labels");
    if (given == nullptr) return out;
    if (!given->is_object()) return failure(errc::invalid, "labels must be an object of texts");
    for (auto const& [key, value] : given->get_object()) {
        if (!value.is_string() || key.empty())
            return failure(errc::invalid, "labels must be an object of texts");
        out[std::string{key}] = std::string{value.get_string()};
    }
    return out;
}

result<modelwatch::silence> wanted_silence(context const& with, json::object const& asked) {
    auto tags = labels_of(asked);
    if (!tags) return std::move(tags).error();
    modelwatch::silence out;
    auto const repo = word(asked, "repo");
    auto const kind = word(asked, "kind");
    if (repo.empty() && kind.empty() && tags->empty()) {
        return failure(
            errc::invalid,
            "say what to silence",
            "give --repo, --kind or --label; --repo '*' silences everything"
        );
    }
    if (!repo.empty()) out.repo = repo;
    if (!kind.empty()) out.kind = kind;
    if (auto const wrong = config::check_kind_glob(out.kind))
        return failure(errc::invalid, "--kind: " + printable(out.kind) + " " + wrong.why, wrong.hint);
    auto const typed = word(asked, "until");
    auto const until = parse_until(typed, with.now);
    if (!until) return until.error();
    if (*until - with.now > longest_silence) {
        return failure(
            errc::invalid,
            "--until: " + printable(typed) + " is more than 400 days away",
            "silence it for less long, or `modelwatch accept` what is there"
        );
    }
    auto who = person_of(asked);
    if (!who) return std::move(who).error();
    out.tags = std::move(*tags);
    out.until = *until;
    out.by = std::move(who->by);
    out.reason = std::move(who->reason);
    return out;
}

std::size_t held_by(modelwatch::silence const& entry, std::vector<modelwatch::alert> const& active) {
    auto const holds = [&](modelwatch::alert const& one) {
        return one.state == alert_state::silenced && one.hold && one.hold->silence == entry.id;
    };
    return static_cast<std::size_t>(std::count_if(active.begin(), active.end(), holds));
}

} // namespace

result<std::vector<modelwatch::alert>> alerts_wanted(context const& with, json::object const& asked) {
    auto const state = text_of(asked, "state");
    if (!is_state(state)) {
        return failure(
            errc::invalid,
            "there is no state " + printable(shortened(state, 40)),
            "open, acknowledged, silenced, resolved or all"
        );
    }
    bool const over = wants_all(asked) || state == "all" || state == "resolved";
    auto found = over ? with.db.alerts(true, most_listed) : with.db.active_alerts({});
    std::erase_if(found, [&](auto const& one) { return !is_wanted(one, asked); });
    std::sort(found.begin(), found.end(), alerting::said_before);
    return found;
}

answer alerts(context const& with, json::object const& asked) {
    auto const page = paging_of(asked);
    if (!page) return page.error();
    auto const found = alerts_wanted(with, asked);
    if (!found) return found.error();
    auto const begin = std::min(page->offset, found->size());
    auto const end = std::min(begin + page->limit, found->size());
    auto out = listed(std::span{*found}.subspan(begin, end - begin));
    out["total"] = found->size();
    out["next_offset"] = end < found->size() ? json::value(end) : json::value(nullptr);
    return out;
}

answer alert(context const& with, json::object const& asked) {
    auto const found = find_alert(with, asked);
    if (!found) return found.error();
    return listed(std::span{&*found, 1});
}

answer acknowledge(context const& with, json::object const& asked) {
    auto const who = person_of(asked, reason::optional);
    if (!who) return who.error();
    std::optional<instant> until;
    if (auto const typed = word(asked, "until"); !typed.empty()) {
        auto const end = parse_until(typed, with.now);
        if (!end) return end.error();
        until = *end;
    }
    result<modelwatch::alert> outcome = error{};
    auto const all = [&] {
        outcome = find_active(with, asked);
        if (!outcome) return;
        outcome =
            modelwatch::acknowledge(with.db, std::move(*outcome), who->by, who->reason, until, with.now);
    };
    with.db.in_transaction(all);
    if (!outcome) return outcome.error();
    return json::object{{"alerts", json::array{to_json(*outcome)}}};
}

answer resolve(context const& with, json::object const& asked) {
    auto const who = person_of(asked);
    if (!who) return who.error();
    result<modelwatch::alert> outcome = error{};
    auto const all = [&] {
        outcome = find_active(with, asked);
        if (outcome) outcome = resolve_by_hand(with, *outcome, *who);
    };
    with.db.in_transaction(all);
    if (!outcome) return outcome.error();
    return json::object{{"alerts", json::array{to_json(*outcome)}}};
}

answer silences(context const& with, json::object const& asked) {
    auto const wanted = wants_all(asked) ? std::nullopt : std::optional{with.now};
    auto const active = with.db.active_alerts({});
    json::array rows;
    for (auto const& one : with.db.silences(wanted, most_listed)) {
        auto row = to_json(one, with.now);
        row["alerts"] = held_by(one, active);
        rows.push_back(std::move(row));
    }
    return json::object{{"silences", std::move(rows)}};
}

answer silence(context const& with, json::object const& asked) {
    auto wanted = wanted_silence(with, asked);
    if (!wanted) return wanted.error();
    auto const touched = begin_silence(with.db, *wanted, with.now);
    return json::object{
        {"silences", json::array{to_json(*wanted, with.now)}}, {"alerts", views::alerts_of(touched)}
    };
}

answer unsilence(context const& with, json::object const& asked) {
    auto const who = person_of(asked);
    if (!who) return who.error();
    auto const id = word(asked, "id");
    auto const known = with.db.find_silence(id);
    if (!known) {
        return refused(
            404,
            "no silence, or more than one, has the id " + printable(id),
            "`modelwatch alerts silences` shows the ids"
        );
    }
    if (!end_silence(with.db, *with.rules, known->id, who->by, who->reason, with.now))
        return refused(409, "silence " + known->id + " is over already");
    auto const ended = with.db.find_silence(known->id).value_or(*known);
    return json::object{{"silences", json::array{to_json(ended, with.now)}}};
}

} // namespace modelwatch::answers
