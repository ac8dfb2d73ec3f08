#include "daemon/http/page_row.hpp"

#include "daemon/http/page_alert.hpp"
#include "daemon/http/page_json.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <array>

namespace modelwatch::http {

namespace {

constexpr std::array<std::string_view, 5> letters{"A", "L", "F", "P", "T"};
constexpr std::array<std::string_view, 5> dimension_names{
    "Access control", "License", "File format", "Publisher", "Timeliness"
};

/// "MH" for Medium-High: what stands in the table beside its colour.
std::string initials(std::string_view level) {
    std::string out;
    for (char const c : level) {
        if (c >= 'A' && c <= 'Z') out += c;
    }
    return out.empty() ? "?" : out;
}

mustache::data marks_data(model_row const& row) {
    mustache::data out{mustache::data::type::list};
    for (std::size_t i = 0; i < row.levels.size(); ++i) {
        auto const level = row.levels[i].empty() ? std::string{"unknown"} : row.levels[i];
        mustache::data mark;
        mark.set("letter", std::string{letters[i]});
        mark.set("mark", class_of(level));
        mark.set("short", initials(level));
        mark.set("title", std::string{dimension_names[i]} + ": " + level);
        out.push_back(mark);
    }
    return out;
}

std::string relation(model_row const& row) {
    if (row.deployed.empty()) return "none named; upstream";
    if (row.upstream.empty()) return "upstream unknown";
    return row.deployed_staleness == "current" ? "same as upstream" : "differs from upstream";
}

/// "upstream: outdated" and "deployed: current": two things that one word must not mean.
mustache::data ages_data(model_row const& row) {
    mustache::data out{mustache::data::type::list};
    auto const add = [&](std::string_view what, std::string const& word) {
        mustache::data one;
        one.set("name", std::string{what} + ": " + printable(word));
        one.set("mark", class_of(word));
        out.push_back(one);
    };
    add("upstream", row.upstream_staleness.empty() ? "unknown" : row.upstream_staleness);
    if (!row.deployed_staleness.empty()) add("deployed", row.deployed_staleness);
    return out;
}

void add_alerts(mustache::data& to, model_row const& row) {
    alerts_view shown;
    shown.repo = row.repo + "@" + (row.revision.empty() ? "main" : row.revision);
    to.set("alerts_href", address_of(shown));
    auto const& counts = row.alerts;
    if (counts.open != 0)
        to.set("alerts", std::to_string(counts.open) + (counts.open == 1 ? " " : ", worst "));
    if (counts.worst) to.set("worst", std::string{to_string(*counts.worst)});
    put(to, "first_kind", row.first_kind);
    put(to, "held_back", held_back_text(counts, utc_text));
}

} // namespace

mustache::data row_data(model_row const& row) {
    mustache::data out;
    out.set("href", model_address(row.repo, row.revision));
    put(out, "repo", row.repo);
    put(out, "revision", row.revision);
    put(out, "labels", row.labels);
    put(out, "rating", row.rating.empty() ? "not assessed" : row.rating);
    out.set("rating_mark", class_of(row.rating));
    if (row.score) out.set("score", fmt::format("{:.1f}", *row.score));
    if (row.confidence) out.set("confidence", fmt::format("{:.0f}%", *row.confidence * 100));
    out.set("marks", marks_data(row));
    put(out, "deployed", short_commit(row.deployed));
    bool const same = row.deployed_staleness == "current";
    put(out, "upstream", same ? "" : short_commit(row.upstream));
    out.set("relation", relation(row));
    if (!row.deployed.empty() && !same) out.set("apart", mustache::data::type::bool_true);
    out.set("ages", ages_data(row));
    put_time(out, "polled", row.last_success);
    if (row.failing) out.set("failing", mustache::data::type::bool_true);
    add_alerts(out, row);
    return out;
}

} // namespace modelwatch::http
