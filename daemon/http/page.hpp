#pragma once

#include "daemon/http/exchange.hpp"
#include "daemon/model/alert_counts.hpp"
#include "daemon/model/time.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace modelwatch::http {

/// One watched model in the table. Texts are of others: they are escaped when they are shown.
struct model_row {
    std::string repo;
    std::string revision; ///< empty: main
    std::string labels;
    std::string rating; ///< empty: not assessed yet
    std::optional<double> score;
    std::array<std::string, 5> levels; ///< of the dimensions, in the order of the rubric; empty: unknown
    std::string deployed;              ///< commit
    std::string upstream;
    std::string staleness = "unknown"; ///< one word for both of the following
    std::string upstream_staleness;    ///< of what the publisher does
    std::string deployed_staleness;    ///< of the deployed commit against upstream; empty: none is named
    std::optional<double> confidence;  ///< 0 to 1
    std::optional<instant> last_success;
    bool failing = false;
    alert_counts alerts;
    std::string first_kind;           ///< of the open alert that is said first
    unsigned pressing = unsigned(-1); ///< place of that alert in the order of alerts; the smaller the earlier
    instant pressing_since{};
    std::string search; ///< what the filter looks in, lower case; filled by make_searchable()
};

void make_searchable(model_row& row);

/// What the table's address asks for.
struct table_view {
    std::string filter;
    std::string sort = "alerts"; ///< model rating staleness polled alerts; "-" before it: the other way round
    std::size_t page = 1;
    std::string rating = {};    ///< only this one, lower case; "none": not assessed
    std::string staleness = {}; ///< only this one, lower case
};

inline constexpr std::size_t rows_per_page = 100;

struct page_frame {
    std::string version;
    instant now{};
    unsigned live_seconds = 15; ///< how often an open page asks again
};

/// What the address of the page of all alerts asks for.
struct alerts_view {
    std::string state = {};    ///< empty: all that are not resolved; or "all"
    std::string severity = {}; ///< empty: any
    std::string kind = {};     ///< glob; empty: any
    std::string label = {};    ///< "env=prod,team=search"
    std::string repo = {};     ///< glob over "repo" and "repo@revision"
    std::size_t page = 1;
};

/// For people: "2026-11-22 12:00 UTC".
[[nodiscard]] std::string utc_text(instant when);

[[nodiscard]] table_view view_of(request const& asked);
[[nodiscard]] alerts_view alerts_view_of(request const& asked);
/// The address of the page of alerts: where counts lead to.
[[nodiscard]] std::string address_of(alerts_view const& view);
/// The table of all models: one page of those that fit the filter, in the order asked for; equal ones in the
/// order in which they come.
[[nodiscard]] response
index_page(std::vector<model_row const*> const& rows, table_view const& view, page_frame const& frame);

/// All alerts that were asked for. `found`: {"alerts": one page of them, with "age" and "steps" as on a
/// model's page, "total": of all that fit, "counts": text about all that are not resolved}.
[[nodiscard]] response
alerts_page(json::object const& found, alerts_view const& view, page_frame const& frame);

/// One model. `model` has the shapes of the commands' JSON: {"status": …, "assessment": … | null, "answers":
/// what the first screen says, "counts": text about its alerts, "alerts": active ones, the first to be said
/// first, each with "age" and "steps": [{"text", "command", "only_after_review"}], "past_alerts": resolved
/// ones, "commits": newest first, "events": […], "states": [{"commit", "observed_at"}], "asked": {"from",
/// "to"} of the form, "diff": {"from", "to", "problem", "omitted", "files" of `diff`}, "messages": newest
/// first, with "receipts" and "kinds", "url": "…"}.
[[nodiscard]] response model_page(json::object const& model, page_frame const& frame);

/// /static/page.css, page.js, icon.svg; 404 for anything else.
[[nodiscard]] response static_file(std::string_view name);

/// The OpenAPI 3.1 document of the HTTP interface.
[[nodiscard]] response openapi_document();

} // namespace modelwatch::http
