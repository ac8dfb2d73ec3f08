#include "daemon/alerting/digest_sections.hpp"

#include "daemon/alerting/precedence.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::alerting {

namespace {

struct row {
    std::string mark;
    std::vector<std::string> cells;
};

json::object section(
    std::string_view id, std::string_view title, std::vector<std::string> columns, std::vector<row> rows
) {
    auto const shown = std::min(rows.size(), digest_rows);
    json::array list;
    for (std::size_t i = 0; i < shown; ++i)
        list.push_back(json::object{{"mark", rows[i].mark}, {"cells", to_array(rows[i].cells)}});
    return {
        {"id", id},
        {"title", title},
        {"columns", to_array(columns)},
        {"rows", std::move(list)},
        {"omitted", rows.size() - shown}
    };
}

std::string day(std::optional<instant> when) {
    return when ? to_rfc3339(*when).substr(0, 10) : std::string{"never"};
}

std::string named(digest_model const& one) {
    auto out = one.repo;
    if (one.revision != "main" && !one.revision.empty()) out += "@" + one.revision;
    std::string tags;
    for (auto const& [key, value] : one.tags)
        tags += (tags.empty() ? "" : ", ") + key + "=" + value;
    return tags.empty() ? out : out + " [" + tags + "]";
}

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

json::object models(digest_input const& in) {
    auto sorted = in.models;
    std::sort(sorted.begin(), sorted.end(), [](digest_model const& a, digest_model const& b) {
        if (urgency(a) != urgency(b)) return urgency(a) < urgency(b);
        if (a.score != b.score) return a.score > b.score;
        return a.repo != b.repo ? a.repo < b.repo : a.revision < b.revision;
    });
    std::vector<row> rows;
    for (auto const& one : sorted) {
        auto const successor = one.successor.empty() ? std::string{} : "successor " + one.successor;
        rows.push_back(
            {one.staleness,
             {named(one),
              one.staleness,
              rating_words(one),
              distance_words(one),
              successor,
              joined(one.reasons, "; ")}}
        );
    }
    return section(
        "models",
        "Models, the most pressing first",
        {"Model", "State", "Rating", "Deployed", "Successor", "Why"},
        std::move(rows)
    );
}

std::string open_for(alert const& entry, instant now) {
    return "open for " + to_words(std::chrono::floor<std::chrono::seconds>(now - entry.opened_at));
}

std::vector<alert> sorted_alerts(std::vector<alert> list) {
    std::sort(list.begin(), list.end(), said_before);
    return list;
}

row alert_row(alert const& entry, std::string last) {
    auto const level = std::string{to_string(entry.what.level)};
    auto const place = entry.repo.empty() ? entry.watch_key : entry.repo;
    return {
        level, {place, level, std::string{to_string(entry.what.kind)}, entry.what.summary, std::move(last)}
    };
}

json::object open_alerts(digest_input const& in) {
    std::vector<row> rows;
    for (auto const& entry : sorted_alerts(in.alerts)) {
        if (entry.state == alert_state::silenced) continue;
        auto words = open_for(entry, in.now);
        if (!entry.needs_attention(in.now)) words += ", acknowledged by " + entry.acknowledged_by;
        rows.push_back(alert_row(entry, std::move(words)));
    }
    return section("alerts", "Open alerts", {"Model", "Severity", "Kind", "What", "Since"}, std::move(rows));
}

json::object changes(digest_input const& in) {
    std::vector<row> rows;
    for (auto const& one : in.events)
        rows.push_back(
            {one.level, {one.repo.empty() ? "modelwatch" : one.repo, day(one.at), one.what, one.text}}
        );
    return section("changes", "Changes of the period", {"Model", "Day", "What", "Detail"}, std::move(rows));
}

json::object better(digest_input const& in) {
    std::vector<row> rows;
    for (auto const& one : in.models) {
        if (one.rating_fell) rows.push_back({"current", {named(one), "rating is now " + rating_words(one)}});
    }
    for (auto const& entry : sorted_alerts(in.resolved)) {
        auto const kind = std::string{to_string(entry.what.kind)};
        auto const why = entry.resolution.empty() ? std::string{} : ": " + entry.resolution;
        rows.push_back(
            {"current", {entry.repo.empty() ? entry.watch_key : entry.repo, kind + " resolved" + why}}
        );
    }
    return section("better", "What got better", {"Model", "What"}, std::move(rows));
}

json::object reviews(digest_input const& in) {
    std::vector<row> rows;
    for (auto const& one : in.models) {
        if (one.review_due) rows.push_back({"medium", {named(one), "review " + one.review}});
    }
    return section("reviews", "Reviews due", {"Model", "State"}, std::move(rows));
}

json::object policy(digest_input const& in) {
    std::vector<row> rows;
    for (auto const& one : in.models) {
        for (auto const& why : one.policy_failures)
            rows.push_back({"high", {named(one), why}});
    }
    return section("policy", "Against policy", {"Model", "Rule"}, std::move(rows));
}

json::object blind(digest_input const& in) {
    std::vector<row> rows;
    for (auto const& one : in.models) {
        if (!one.blind) continue;
        rows.push_back({"medium", {named(one), "last seen " + day(one.last_success_at), one.last_error}});
    }
    return section("blind", "Watches without evidence", {"Model", "Last seen", "Error"}, std::move(rows));
}

json::object silenced(digest_input const& in) {
    std::vector<row> rows;
    for (auto const& one : in.silences)
        rows.push_back({"info", {one.what, "silent until " + day(one.until), "by " + one.by, one.reason}});
    for (auto const& entry : sorted_alerts(in.alerts)) {
        if (entry.state == alert_state::silenced)
            rows.push_back(alert_row(entry, open_for(entry, in.now) + ", silenced"));
    }
    return section("silenced", "Silenced", {"What", "", "", "", ""}, std::move(rows));
}

json::object failed(digest_input const& in) {
    std::vector<row> rows;
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
    return section(
        "deliveries",
        "Messages not delivered",
        {"Notifier", "Type", "State", "Last answer", "Id"},
        std::move(rows)
    );
}

constexpr std::array<section_maker, 9> makers{
    open_alerts, models, policy, reviews, blind, failed, changes, better, silenced
};

} // namespace

std::span<section_maker const> digest_sections() noexcept {
    return makers;
}

} // namespace modelwatch::alerting
