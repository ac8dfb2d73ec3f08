#include "daemon/alerting/digest_sections.hpp"

#include "daemon/alerting/precedence.hpp"
#include "daemon/alerting/story.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::alerting {

namespace {

std::string joined(std::vector<std::string> const& texts, std::string_view between) {
    std::string out;
    for (auto const& text : texts) {
        if (text.empty()) continue;
        if (!out.empty()) out += between;
        out += text;
    }
    return out;
}

int urgency(digest_model const& one) {
    if (one.staleness == "outdated") return 0;
    if (one.staleness == "unknown") return 1;
    return one.staleness == "ageing" ? 2 : 3;
}

std::string rating_words(digest_model const& one) {
    if (one.rating.empty()) return "not assessed yet";
    auto out = one.score ? fmt::format("{} ({:.1f})", one.rating, *one.score) : one.rating;
    return one.rating_before.empty() ? out : out + ", was " + one.rating_before;
}

std::string distance_words(digest_model const& one) {
    if (one.deployed.empty()) return "deployed commit not configured";
    auto const deployed = std::string{short_commit(one.deployed)};
    if (one.deployed == one.upstream) return "deployed " + deployed + ", as upstream";
    std::vector<std::string> far;
    if (one.commits_behind) far.push_back(counted(*one.commits_behind, "commit"));
    if (one.days_behind) far.push_back(counted(*one.days_behind, "day"));
    auto const upstream = one.upstream.empty() ? "unknown" : std::string{short_commit(one.upstream)};
    auto const how = far.empty() ? "" : fmt::format(" ({} behind)", joined(far, ", "));
    return fmt::format("deployed {}, upstream {}{}", deployed, upstream, how);
}

json::array trend_of(digest_model const& one) {
    json::array out;
    for (auto const& point : one.trend)
        out.push_back(
            json::object{{"at", to_rfc3339(point.at)}, {"level", point.level}, {"score", point.score}}
        );
    return out;
}

json::object models(digest_input const& in) {
    auto sorted = in.models;
    std::sort(sorted.begin(), sorted.end(), [](digest_model const& a, digest_model const& b) {
        if (urgency(a) != urgency(b)) return urgency(a) < urgency(b);
        if (a.score != b.score) return a.score > b.score;
        return a.repo != b.repo ? a.repo < b.repo : a.revision < b.revision;
    });
    std::vector<digest_row> rows;
    for (auto const& one : sorted) {
        auto more = leads_to(one);
        more["trend"] = trend_of(one);
        auto const successor = one.successor.empty() ? std::string{} : "successor " + one.successor;
        rows.push_back(
            {one.staleness,
             {name_words(one),
              one.staleness,
              rating_words(one),
              distance_words(one),
              successor,
              joined(one.reasons, "; ")},
             std::move(more)}
        );
    }
    return digest_section(
        "models",
        "Models, the most pressing first",
        {"Model", "State", "Rating", "Deployed", "Successor", "Why"},
        std::move(rows),
        1
    );
}

std::string open_for(alert const& entry, instant now) {
    return "open for " + to_words(std::chrono::floor<std::chrono::seconds>(now - entry.opened_at));
}

std::vector<alert> sorted_alerts(std::vector<alert> list) {
    std::sort(list.begin(), list.end(), said_before);
    return list;
}

digest_row alert_row(alert const& entry, std::string last) {
    auto const level = std::string{to_string(entry.what.level)};
    auto const place = entry.repo.empty() ? entry.watch_key : entry.repo;
    return {
        level, {place, level, std::string{to_string(entry.what.kind)}, entry.what.summary, std::move(last)}
    };
}

std::string kinds_of(story const& told) {
    std::vector<std::string> kinds;
    for (auto const* one : told.alerts) {
        std::string kind{to_string(one->what.kind)};
        if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(std::move(kind));
    }
    return joined(kinds, ", ");
}

std::string summaries_of(story const& told) {
    std::vector<std::string> texts;
    for (auto const* one : told.alerts)
        texts.push_back(texts.empty() ? one->what.summary : without_step(one->what.summary, one->what));
    return shortened(joined(texts, "; "), 800);
}

digest_row story_row(story const& told, instant now) {
    auto const& head = told.head();
    auto level = head.what.level;
    auto oldest = told.alerts.front();
    std::vector<std::string> ids;
    for (auto const* one : told.alerts) {
        level = std::max(level, one->what.level);
        if (one->opened_at < oldest->opened_at) oldest = one;
        ids.push_back(one->id);
    }
    auto words = open_for(*oldest, now);
    if (!head.needs_attention(now)) words += ", acknowledged by " + head.acknowledged_by;
    auto const mark = std::string{to_string(level)};
    auto const place = head.repo.empty() ? head.watch_key : head.repo;
    return {
        mark,
        {place, mark, kinds_of(told), summaries_of(told), std::move(words)},
        {{"repo", head.repo}, {"revision", head.revision}, {"url", head.url}, {"alerts", to_array(ids)}}
    };
}

/// One row for each event: those that wait for somebody before those that somebody cares for.
json::object open_alerts(digest_input const& in) {
    std::vector<alert> waiting;
    std::vector<alert> cared_for;
    for (auto const& entry : in.alerts) {
        if (entry.state == alert_state::silenced) continue;
        (entry.needs_attention(in.now) ? waiting : cared_for).push_back(entry);
    }
    std::vector<digest_row> rows;
    for (auto const* list : {&waiting, &cared_for}) {
        for (auto const& told : stories_of(*list))
            rows.push_back(story_row(told, in.now));
    }
    return digest_section(
        "alerts", "Open alerts", {"Model", "Severity", "Kind", "What", "Since"}, std::move(rows), 1
    );
}

/// The open alerts and those that were resolved have their own sections.
bool is_told_elsewhere(digest_input const& in, digest_event const& what) {
    if (what.alert.empty()) return false;
    auto const same = [&](alert const& entry) { return entry.id == what.alert; };
    return std::any_of(in.alerts.begin(), in.alerts.end(), same) ||
           std::any_of(in.resolved.begin(), in.resolved.end(), same);
}

json::object changes(digest_input const& in) {
    std::vector<digest_row> rows;
    for (auto const& one : in.events) {
        json::object more;
        if (is_told_elsewhere(in, one)) more["told"] = true;
        auto const place = one.repo.empty() ? "modelwatch" : one.repo;
        rows.push_back({one.level, {place, day_words(in, one.at), one.what, one.text}, std::move(more)});
    }
    return digest_section(
        "changes", "Changes of the period", {"Model", "Day", "What", "Detail"}, std::move(rows)
    );
}

json::object better(digest_input const& in) {
    std::vector<digest_row> rows;
    for (auto const& one : in.models) {
        if (one.rating_fell)
            rows.push_back({"current", {name_words(one), "rating is now " + rating_words(one)}});
    }
    for (auto const& entry : sorted_alerts(in.resolved)) {
        auto const kind = std::string{to_string(entry.what.kind)};
        auto const why = entry.resolution.empty() ? std::string{} : ": " + entry.resolution;
        rows.push_back(
            {"current", {entry.repo.empty() ? entry.watch_key : entry.repo, kind + " resolved" + why}}
        );
    }
    return digest_section("better", "What got better", {"Model", "What"}, std::move(rows));
}

json::object policy(digest_input const& in) {
    std::vector<digest_row> rows;
    for (auto const& one : in.models) {
        for (auto const& why : one.policy_failures)
            rows.push_back({"high", {name_words(one), why}, leads_to(one)});
    }
    return digest_section("policy", "Against policy", {"Model", "Rule"}, std::move(rows));
}

json::object blind(digest_input const& in) {
    std::vector<digest_row> rows;
    for (auto const& one : in.models) {
        if (!one.blind) continue;
        auto const seen = "last seen " + day_words(in, one.last_success_at);
        rows.push_back({"medium", {name_words(one), seen, one.last_error}, leads_to(one)});
    }
    return digest_section(
        "blind", "Watches without evidence", {"Model", "Last seen", "Error"}, std::move(rows)
    );
}

json::object silenced(digest_input const& in) {
    std::vector<digest_row> rows;
    for (auto const& one : in.silences) {
        json::object more;
        if (one.until - in.now <= decide_ahead) more["told"] = true; // among the decisions
        auto const end = "silent until " + day_words(in, one.until);
        rows.push_back({"info", {one.what, end, "by " + one.by, one.reason}, std::move(more)});
    }
    for (auto const& entry : sorted_alerts(in.alerts)) {
        if (entry.state == alert_state::silenced)
            rows.push_back(alert_row(entry, open_for(entry, in.now) + ", silenced"));
    }
    return digest_section("silenced", "Silenced", {"What", "", "", "", ""}, std::move(rows));
}

json::object failed(digest_input const& in) {
    std::vector<digest_row> rows;
    for (auto const& one : in.failed) {
        auto const answer = one.last_answer.empty() ? "no answer yet" : one.last_answer;
        rows.push_back(
            {"high",
             {one.notifier,
              std::string{to_string(one.type)},
              std::string{to_string(one.state)} + ", " + counted(one.attempts, "attempt"),
              answer,
              one.id}}
        );
    }
    return digest_section(
        "deliveries",
        "Messages not delivered",
        {"Notifier", "Type", "State", "Last answer", "Id"},
        std::move(rows)
    );
}

constexpr std::array<section_maker, 9> makers{
    digest_decisions, open_alerts, policy, models, blind, failed, changes, better, silenced
};

} // namespace

std::string moment_words(digest_input const& in, instant when) {
    return in.local ? in.local(when) : to_rfc3339(when);
}

std::string day_words(digest_input const& in, std::optional<instant> when) {
    return when ? moment_words(in, *when).substr(0, 10) : std::string{"never"};
}

std::string name_words(digest_model const& one) {
    auto out = one.repo;
    if (one.revision != "main" && !one.revision.empty()) out += "@" + one.revision;
    std::string tags;
    for (auto const& [key, value] : one.tags)
        tags += (tags.empty() ? "" : ", ") + key + "=" + value;
    return tags.empty() ? out : out + " [" + tags + "]";
}

json::object leads_to(digest_model const& one) {
    return {{"repo", one.repo}, {"revision", one.revision}, {"url", one.url}};
}

json::object digest_section(
    std::string_view id,
    std::string_view title,
    std::vector<std::string> columns,
    std::vector<digest_row> rows,
    std::optional<std::size_t> marked
) {
    auto const shown = std::min(rows.size(), digest_rows);
    json::array list;
    for (std::size_t i = 0; i < shown; ++i) {
        auto row = std::move(rows[i].more);
        row["mark"] = rows[i].mark;
        row["cells"] = to_array(rows[i].cells);
        list.push_back(std::move(row));
    }
    return {
        {"id", id},
        {"title", title},
        {"columns", to_array(columns)},
        {"marked", marked ? json::value(*marked) : json::value(nullptr)},
        {"rows", std::move(list)},
        {"omitted", rows.size() - shown}
    };
}

std::span<section_maker const> digest_sections() noexcept {
    return makers;
}

} // namespace modelwatch::alerting
