#include "daemon/http/page.hpp"

#include "daemon/http/page_layout.hpp"
#include "daemon/http/page_parts.hpp"
#include "daemon/http/target.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace modelwatch::http {

namespace {

constexpr std::array<std::string_view, 5> letters{"A", "L", "F", "P", "T"};
constexpr std::array<std::string_view, 5> dimension_names{
    "Access control", "Licence", "File format", "Publisher", "Timeliness"
};

/// What can be chosen from, in the order in which people look for trouble.
constexpr std::array<std::string_view, 6> ratings{
    "high", "medium-high", "medium", "low-medium", "low", "none"
};
constexpr std::array<std::string_view, 4> stalenesses{"outdated", "unknown", "ageing", "current"};

/// A word as a class of the style sheet; only our own words come here.
std::string mark_of(std::string_view word) {
    auto out = lower(word);
    std::erase_if(out, [](char c) { return (c < 'a' || c > 'z') && c != '-'; });
    return out;
}

int severity_rank(std::string_view level) {
    constexpr std::array<std::string_view, 5> order{"info", "low", "medium", "high", "critical"};
    auto const found = std::find(order.begin(), order.end(), level);
    return found == order.end() ? -1 : static_cast<int>(found - order.begin());
}

int staleness_rank(std::string_view word) {
    constexpr std::array<std::string_view, 4> order{"current", "ageing", "unknown", "outdated"};
    auto const found = std::find(order.begin(), order.end(), word);
    return found == order.end() ? 2 : static_cast<int>(found - order.begin());
}

struct column {
    std::string_view name;
    std::string_view key;             ///< empty: cannot be sorted by
    double (*rank)(model_row const&); ///< the smaller the earlier; nullptr: by the name
};

/// In the direction that people want first: worst, oldest, A.
constexpr std::array<column, 7> columns{
    {{"Model", "model", nullptr},
     {"Rating", "rating", [](model_row const& row) { return -row.score.value_or(101); }},
     {"Dimensions", "", nullptr},
     {"Deployed and upstream", "", nullptr},
     {"Staleness", "staleness", [](model_row const& row) { return -1.0 * staleness_rank(row.staleness); }},
     {"Last good poll",
      "polled",
      [](model_row const& row) {
          return std::chrono::duration<double>(row.last_success.value_or(instant{}).time_since_epoch())
              .count();
      }},
     {"Open alerts",
      "alerts",
      [](model_row const& row) {
          auto const many = std::min(static_cast<double>(row.open_alerts), 1e6 - 1);
          return -1e6 * severity_rank(row.worst_alert) - many;
      }}}
};

column const& sorted_by(table_view const& view) {
    auto const key = view.sort.starts_with('-') ? view.sort.substr(1) : view.sort;
    for (auto const& one : columns) {
        if (!one.key.empty() && one.key == key) return one;
    }
    return columns.back();
}

std::string address(table_view const& view) {
    auto out = "/?sort=" + escaped_segment(view.sort);
    if (!view.filter.empty()) out += "&q=" + escaped_segment(view.filter);
    if (!view.rating.empty()) out += "&rating=" + escaped_segment(view.rating);
    if (!view.staleness.empty()) out += "&staleness=" + escaped_segment(view.staleness);
    if (view.page > 1) out += "&page=" + std::to_string(view.page);
    return out;
}

bool is_asked_for(model_row const& row, table_view const& view, std::vector<std::string_view> const& words) {
    if (!view.rating.empty() && view.rating != (row.rating.empty() ? "none" : lower(row.rating)))
        return false;
    if (!view.staleness.empty() && view.staleness != lower(row.staleness)) return false;
    return std::all_of(words.begin(), words.end(), [&](std::string_view word) {
        return row.search.find(word) != std::string::npos;
    });
}

std::vector<model_row const*> chosen(std::vector<model_row const*> const& rows, table_view const& view) {
    std::vector<model_row const*> out;
    std::string const wanted = lower(view.filter);
    auto const words = split(wanted, ' ');
    for (auto const* row : rows) {
        if (is_asked_for(*row, view, words)) out.push_back(row);
    }
    return out;
}

/// Puts the rows of one page in their order and in their place; where the others are does not matter, so that
/// ten thousand of them are not sorted for the hundred that are shown. Equal ones stay in the order in which
/// they came; each is looked at once, what is compared are numbers.
void order_page(
    std::vector<model_row const*>& rows, table_view const& view, std::size_t first, std::size_t last
) {
    struct ranked {
        double rank;
        std::size_t place;
        model_row const* row;
    };

    auto const& by = sorted_by(view);
    bool const reversed = view.sort.starts_with('-');
    std::vector<ranked> all;
    all.reserve(rows.size());
    for (auto const* row : rows) {
        double const rank = by.rank == nullptr ? 0 : by.rank(*row);
        all.push_back({reversed ? -rank : rank, all.size(), row});
    }
    auto const before = [&](ranked const& a, ranked const& b) {
        if (a.rank != b.rank) return a.rank < b.rank;
        auto const names = by.rank == nullptr ? a.row->repo.compare(b.row->repo) : 0;
        if (names != 0) return reversed ? names > 0 : names < 0;
        return a.place < b.place;
    };
    auto const at = [&](std::size_t index) { return all.begin() + static_cast<std::ptrdiff_t>(index); };
    if (first > 0 && first < all.size()) std::nth_element(all.begin(), at(first), all.end(), before);
    std::partial_sort(at(first), at(last), all.end(), before);
    for (auto i = first; i < last; ++i)
        rows[i] = all[i].row;
}

mustache::data columns_data(table_view const& view) {
    mustache::data out{mustache::data::type::list};
    auto const& now = sorted_by(view);
    bool const reversed = view.sort.starts_with('-');
    for (auto const& one : columns) {
        mustache::data cell;
        cell.set("name", std::string{one.name});
        if (!one.key.empty()) {
            bool const here = one.key == now.key;
            auto next = view;
            next.page = 1;
            next.sort = (here && !reversed ? "-" : "") + std::string{one.key};
            cell.set("href", address(next));
            if (here) cell.set("aria", reversed ? "descending" : "ascending");
        }
        out.push_back(cell);
    }
    return out;
}

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
        mark.set("mark", mark_of(level));
        mark.set("short", initials(level));
        mark.set("title", std::string{dimension_names[i]} + ": " + level);
        out.push_back(mark);
    }
    return out;
}

std::string relation(model_row const& row) {
    if (row.deployed.empty()) return "none named; upstream";
    if (row.upstream.empty()) return "upstream unknown";
    return row.deployed == row.upstream ? "same as upstream" : "differs from upstream";
}

mustache::data row_data(model_row const& row) {
    mustache::data out;
    auto const at = row.revision.empty() ? "" : "?revision=" + escaped_segment(row.revision);
    auto const slash = row.repo.find('/');
    auto const path = escaped_segment(row.repo.substr(0, slash)) + "/" +
                      escaped_segment(slash == std::string::npos ? "" : row.repo.substr(slash + 1));
    out.set("href", "/models/" + path + at);
    put(out, "repo", row.repo);
    put(out, "revision", row.revision);
    put(out, "labels", row.labels);
    put(out, "rating", row.rating.empty() ? "not assessed" : row.rating);
    out.set("rating_mark", mark_of(row.rating));
    if (row.score) out.set("score", fmt::format("{:.1f}", *row.score));
    out.set("marks", marks_data(row));
    put(out, "deployed", short_commit(row.deployed));
    put(out, "upstream", row.deployed == row.upstream ? "" : short_commit(row.upstream));
    out.set("relation", relation(row));
    if (!row.deployed.empty() && row.deployed != row.upstream)
        out.set("apart", mustache::data::type::bool_true);
    put(out, "staleness", row.staleness);
    out.set("staleness_mark", mark_of(row.staleness));
    put_time(out, "polled", row.last_success);
    if (row.failing) out.set("failing", mustache::data::type::bool_true);
    if (row.open_alerts != 0)
        out.set("alerts", std::to_string(row.open_alerts) + (row.open_alerts == 1 ? " " : ", worst "));
    put(out, "worst", row.worst_alert);
    return out;
}

void add_totals(mustache::data& to, std::vector<model_row const*> const& rows) {
    std::array<std::size_t, stalenesses.size()> counts{};
    std::size_t alerts = 0;
    std::size_t alerting = 0;
    for (auto const* row : rows) {
        auto const found = std::find(stalenesses.begin(), stalenesses.end(), row->staleness);
        if (found != stalenesses.end()) ++counts[static_cast<std::size_t>(found - stalenesses.begin())];
        alerts += row->open_alerts;
        alerting += row->open_alerts == 0 ? 0 : 1;
    }
    mustache::data list{mustache::data::type::list};
    for (std::size_t i = 0; i < stalenesses.size(); ++i) {
        if (counts[i] == 0) continue;
        std::string const name{stalenesses[i]};
        mustache::data one;
        one.set("name", name);
        one.set("mark", name);
        one.set("count", std::to_string(counts[i]));
        one.set("href", address({"", "alerts", 1, "", name}));
        list.push_back(one);
    }
    to.set("totals", list);
    to.set(
        "alert_total",
        alerts == 0 ? "No open alerts" : counted(alerts, "open alert") + " on " + counted(alerting, "model")
    );
    if (alerts != 0) to.set("alerting", mustache::data::type::bool_true);
}

template <std::size_t N>
mustache::data choices(std::array<std::string_view, N> const& names, std::string_view chosen) {
    mustache::data out{mustache::data::type::list};
    for (auto const name : names) {
        mustache::data one;
        one.set("value", std::string{name});
        one.set("text", name == "none" ? "not assessed" : std::string{name});
        if (name == chosen) one.set("selected", mustache::data::type::bool_true);
        out.push_back(one);
    }
    return out;
}

void add_paging(mustache::data& to, table_view view, std::size_t pages) {
    if (pages <= 1) return;
    to.set("page", std::to_string(view.page));
    to.set("pages", std::to_string(pages));
    if (view.page > 1) {
        auto before = view;
        --before.page;
        to.set("previous", address(before));
    }
    if (view.page < pages) {
        ++view.page;
        to.set("next", address(view));
    }
}

} // namespace

void make_searchable(model_row& row) {
    row.search = lower(
        row.repo + "@" + (row.revision.empty() ? "main" : row.revision) + " " + row.labels + " " +
        row.rating + " " + row.staleness + (row.failing ? " failing" : "") +
        (row.worst_alert.empty() ? "" : " alert " + row.worst_alert)
    );
}

table_view view_of(request const& asked) {
    table_view out;
    out.filter = shortened(trimmed(asked.asked("q")), 200);
    auto const sort = asked.asked("sort");
    if (!sort.empty() && sort.size() < 20) out.sort = sort;
    auto const page = asked.asked("page");
    std::size_t number = 1;
    auto const read = std::from_chars(page.data(), page.data() + page.size(), number);
    if (read.ec == std::errc{} && number > 0) out.page = number;
    auto const known = [](auto const& names, std::string_view value) {
        return std::find(names.begin(), names.end(), value) != names.end();
    };
    auto const rating = lower(asked.asked("rating"));
    if (known(ratings, rating)) out.rating = rating;
    auto const staleness = lower(asked.asked("staleness"));
    if (known(stalenesses, staleness)) out.staleness = staleness;
    return out;
}

response
index_page(std::vector<model_row const*> const& rows, table_view const& view, page_frame const& frame) {
    static mustache::mustache body{joined(index_mustache())};
    auto fitting = chosen(rows, view);
    auto const pages = std::max<std::size_t>(1, (fitting.size() + rows_per_page - 1) / rows_per_page);
    auto shown = view;
    shown.page = std::min(view.page, pages);
    auto const first = (shown.page - 1) * rows_per_page;
    auto const last = std::min(first + rows_per_page, fitting.size());
    order_page(fitting, shown, first, last);
    mustache::data list{mustache::data::type::list};
    for (auto i = first; i < last; ++i)
        list.push_back(row_data(*fitting[i]));
    mustache::data data;
    data.set("rows", list);
    data.set("columns", columns_data(shown));
    add_totals(data, rows);
    put(data, "q", shown.filter);
    data.set("ratings", choices(ratings, shown.rating));
    data.set("stalenesses", choices(stalenesses, shown.staleness));
    data.set("sort", shown.sort);
    data.set("sort_name", lower(sorted_by(shown).name));
    data.set("shown", std::to_string(fitting.size()));
    data.set("total", counted(rows.size(), "model"));
    bool const narrowed = !view.filter.empty() || !view.rating.empty() || !view.staleness.empty();
    if (narrowed) data.set("everything", address({"", shown.sort, 1}));
    data.set(
        "nothing",
        rows.empty() ? "Nothing is watched: add a [[watch]] to the configuration."
                     : "No model fits the filter."
    );
    add_paging(data, shown, pages);
    return framed("Models · modelwatch", body.render(data), frame);
}

response static_file(std::string_view name) {
    struct file {
        std::string_view name;
        std::string_view type;
        std::span<std::string_view const> (*pieces)() noexcept;
    };

    constexpr std::array<file, 3> files{
        {{"page.css", "text/css; charset=utf-8", page_css},
         {"page.js", "text/javascript; charset=utf-8", page_js},
         {"icon.svg", "image/svg+xml", icon_svg}}
    };
    for (auto const& one : files) {
        if (one.name != name) continue;
        response out{200, std::string{one.type}, joined(one.pieces())};
        out.headers.emplace_back("Cache-Control", "no-cache");
        return out;
    }
    return refusal(404, "there is nothing here");
}

response openapi_document() {
    return {200, "application/json", joined(openapi_json())};
}

} // namespace modelwatch::http
