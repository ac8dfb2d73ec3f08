#include "daemon/cli/views.hpp"

#include "daemon/alerting/next_steps.hpp"
#include "daemon/alerting/precedence.hpp"
#include "daemon/model/alert_counts.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace modelwatch::cli {

namespace {

std::string cell(json::object const& object, std::string_view key, std::string_view fallback = "-") {
    auto const text = text_of(object, key);
    return text.empty() ? std::string{fallback} : printable(text);
}

/// "Medium-High 53.5"; "-" before the first assessment.
std::string rating_cell(json::object const& one) {
    auto const* const score = one.if_contains("score");
    auto const rating = cell(one, "rating");
    return score == nullptr || !score->is_number()
               ? rating
               : fmt::format("{} {:.1f}", rating, score->to_number<double>());
}

/// "upstream: outdated, deployed: current": two things that one word must not mean.
std::string staleness_cell(json::object const& one) {
    auto const deployed = text_of(one, "deployed_staleness");
    auto const upstream = "upstream: " + cell(one, "upstream_staleness", "unknown");
    return deployed.empty() ? upstream : upstream + ", deployed: " + printable(deployed);
}

/// "5 open, 1 acknowledged critical"; a dash for none, and only the number where the alerts are not at hand.
std::string alerts_cell(json::object const& one, std::optional<std::span<alert const>> open, instant now) {
    if (!open) return std::to_string(one.at("open_alerts").to_number<std::size_t>());
    alert_counts counts;
    for (auto const& entry : *open) {
        bool const here = entry.repo == text_of(one, "repo") && entry.revision == text_of(one, "revision") &&
                          entry.hub == text_of(one, "hub");
        if (here) counts.add(entry, now);
    }
    return counts.empty() ? "-" : to_text(counts, local_time);
}

std::string where_is(alert const& entry) {
    return entry.repo.empty() ? printable(entry.watch_key) : place_of(entry.repo, entry.revision, entry.hub);
}

/// What to do about the first alerts; nobody reads it of hundreds.
void print_all_steps(terminal const& to, std::vector<alert> const& alerts) {
    constexpr std::size_t most = 20;
    auto const active = [](alert const& entry) { return entry.active(); };
    auto const count = static_cast<std::size_t>(std::count_if(alerts.begin(), alerts.end(), active));
    if (count == 0) return;
    to.line();
    to.line(to.bold("What to do"));
    std::size_t shown = 0;
    for (auto const& entry : alerts) {
        if (!entry.active() || ++shown > most) continue;
        to.line(where_is(entry) + ": " + std::string{to_string(entry.what.kind)} + " (" + entry.id + ")");
        print_steps(to, entry, "  ");
    }
    if (count > most)
        to.line("and for " + counted(count - most, "more alert") + ": `modelwatch alerts show ID`");
}

} // namespace

void print_steps(terminal const& to, alert const& entry, std::string_view indent) {
    std::size_t number = 0;
    for (auto const& step : alerting::next_steps(entry)) {
        auto text = std::string{indent} + std::to_string(++number) + ". " + printable(step.text);
        if (!step.command.empty()) text += "  " + step.command;
        to.line(text);
    }
    if (!entry.url.empty()) to.line(std::string{indent} + "evidence: " + printable(entry.url));
}

instant now_utc() {
    using namespace std::chrono;
    return time_point_cast<milliseconds>(system_clock::now());
}

std::string local_time(std::optional<instant> when) {
    if (!when) return "never";
    auto const seconds = std::chrono::floor<std::chrono::seconds>(*when).time_since_epoch().count();
    std::time_t const time{seconds};
    std::tm parts{};
    localtime_r(&time, &parts);
    return fmt::format(
        "{:04}-{:02}-{:02} {:02}:{:02}",
        parts.tm_year + 1900,
        parts.tm_mon + 1,
        parts.tm_mday,
        parts.tm_hour,
        parts.tm_min
    );
}

std::string ago(std::optional<instant> when, instant now) {
    if (!when) return "never";
    return to_words(std::chrono::floor<std::chrono::seconds>(now - *when)) + " ago";
}

void print_alerts(terminal const& to, std::vector<alert> alerts) {
    std::sort(alerts.begin(), alerts.end(), alerting::said_before);
    auto const now = now_utc();
    table rows{{"SEVERITY", "STATE", "AGE", "REPO", "WHAT", "ID"}};
    rows.paint(0);
    rows.keep(5);
    for (auto const& entry : alerts) {
        rows.add(
            {std::string{to_string(entry.what.level)},
             std::string{to_string(entry.state)},
             ago(entry.opened_at, now),
             where_is(entry),
             std::string{to_string(entry.what.kind)} + ": " + printable(entry.what.summary),
             entry.id}
        );
    }
    rows.print(to);
    print_all_steps(to, alerts);
    to.line();
    to.line(to_text(counts_of(alerts, now), local_time));
}

std::vector<alert> alerts_in(json::array const& rows, json::value const* places) {
    std::vector<alert> out;
    for (auto const& row : rows) {
        auto const& shape = row.as_object();
        auto entry = alert_from_json(shape);
        if (places != nullptr) entry.watch_key = places->as_array().at(out.size()).as_string();
        if (auto const* const held = shape.if_contains("silenced")) {
            auto const& by = held->as_object();
            entry.hold.emplace();
            entry.hold->silence = text_of(by, "silence");
            entry.hold->until = instant_of(by, "until").value_or(instant{});
        }
        out.push_back(std::move(entry));
    }
    return out;
}

std::string place_of(std::string_view repo, std::string_view revision, std::string_view hub) {
    auto out = printable(repo);
    if (!revision.empty() && revision != "main") out += "@" + printable(revision);
    if (!hub.empty() && hub != "hub") out += " (" + printable(hub) + ")";
    return out;
}

void print_statuses(
    terminal const& to, json::array const& models, std::optional<std::span<alert const>> open
) {
    table rows{{"REPO", "RATING", "BASELINE", "UPSTREAM", "DEPLOYED", "STALENESS", "POLLED", "ALERTS"}};
    auto const now = now_utc();
    for (auto const& item : models) {
        auto const& one = item.as_object();
        auto const commit = [&](std::string_view key) { return std::string{short_commit(cell(one, key))}; };
        auto const polled = instant_of(one, "last_success_at");
        auto const standing = text_of(one, "standing");
        auto const renamed = text_of(one, "renamed_to");
        rows.add(
            {place_of(text_of(one, "repo"), text_of(one, "revision"), text_of(one, "hub")) +
                 (renamed.empty() ? "" : " (now " + printable(renamed) + ")"),
             rating_cell(one),
             commit("baseline_commit"),
             standing == "present" ? commit("commit") : std::string{standing},
             commit("deployed_commit"),
             staleness_cell(one),
             text_of(one, "last_error").empty() ? ago(polled, now) : "failing, " + ago(polled, now),
             alerts_cell(one, open, now)}
        );
    }
    rows.print(to);
}

} // namespace modelwatch::cli
