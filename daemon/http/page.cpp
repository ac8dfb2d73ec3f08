#include "daemon/http/page.hpp"

#include "daemon/http/page_layout.hpp"
#include "daemon/http/page_parts.hpp"
#include "daemon/http/page_row.hpp"
#include "daemon/http/target.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::http {

namespace {

/// What can be chosen from, in the order in which people look for trouble.
constexpr std::array<std::string_view, 6> ratings{
    "high", "medium-high", "medium", "low-medium", "low", "none"
};
constexpr std::array<std::string_view, 4> stalenesses{"outdated", "unknown", "ageing", "current"};

int staleness_rank(std::string_view word) {
    constexpr std::array<std::string_view, 4> order{"current", "ageing", "unknown", "outdated"};
    auto const found = std::find(order.begin(), order.end(), word);
    return found == order.end() ? 2 : static_cast<int>(found - order.begin());
}

/// As alerts are ordered: what the gravest is about, how grave, since when. Then those with something held
/// back, then the quiet ones.
double alert_rank(model_row const& row) {
    constexpr double one_step = 1e13; // more than the milliseconds of any date
    constexpr double held_back = 100;
    if (row.alerts.open == 0) return one_step * (row.alerts.empty() ? held_back + 1 : held_back);
    auto const since = static_cast<double>(row.pressing_since.time_since_epoch().count());
    return one_step * std::min(row.pressing, 99U) + since;
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
     {"Open alerts", "alerts", alert_rank}}
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

void add_alert_total(mustache::data& to, std::vector<model_row const*> const& rows) {
    alert_counts all;
    std::size_t alerting = 0;
    for (auto const* row : rows) {
        all.add(row->alerts);
        alerting += row->alerts.open == 0 ? 0 : 1;
    }
    auto text = all.open == 0 ? std::string{"No open alerts"}
                              : counted(all.open, "open alert") + " on " + counted(alerting, "model");
    if (auto const held = held_back_text(all, utc_text); !held.empty()) text += ", " + held;
    to.set("alert_total", text);
    to.set("alerts_href", address_of(alerts_view{}));
    if (all.open != 0) to.set("alerting", mustache::data::type::bool_true);
}

void add_totals(mustache::data& to, std::vector<model_row const*> const& rows) {
    std::array<std::size_t, stalenesses.size()> counts{};
    for (auto const* row : rows) {
        auto const found = std::find(stalenesses.begin(), stalenesses.end(), row->staleness);
        if (found != stalenesses.end()) ++counts[static_cast<std::size_t>(found - stalenesses.begin())];
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
    add_alert_total(to, rows);
}

} // namespace

void make_searchable(model_row& row) {
    row.search = lower(
        row.repo + "@" + (row.revision.empty() ? "main" : row.revision) + " " + row.labels + " " +
        row.rating + " " + row.staleness + (row.failing ? " failing" : "") +
        (row.alerts.worst ? " alert " + std::string{to_string(*row.alerts.worst)} + " " + row.first_kind : "")
    );
}

table_view view_of(request const& asked) {
    table_view out;
    out.filter = shortened(trimmed(asked.asked("q")), 200);
    auto const sort = asked.asked("sort");
    if (!sort.empty() && sort.size() < 20) out.sort = sort;
    out.page = page_asked(asked);
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
    add_paging(data, shown.page, pages, [&](std::size_t page) {
        auto other = shown;
        other.page = page;
        return address(other);
    });
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
