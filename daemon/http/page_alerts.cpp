// The page of all alerts.

#include "daemon/http/page.hpp"
#include "daemon/http/page_alert.hpp"
#include "daemon/http/page_json.hpp"
#include "daemon/http/page_parts.hpp"
#include "daemon/http/target.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::http {

namespace {

constexpr std::array<std::string_view, 5> states{"open", "acknowledged", "silenced", "resolved", "all"};
constexpr std::array<std::string_view, 5> severities{"critical", "high", "medium", "low", "info"};
constexpr std::size_t longest_filter = 200;

std::string known(std::span<std::string_view const> names, std::string_view value) {
    auto const word = lower(value);
    return std::find(names.begin(), names.end(), word) == names.end() ? std::string{} : word;
}

/// The kinds there are, and the glob that was asked for where it is none of them.
mustache::data kind_choices(std::string const& asked) {
    std::vector<std::string_view> names;
    for (auto const& one : alert_kinds())
        names.push_back(one.name);
    bool const other = !asked.empty() && std::find(names.begin(), names.end(), asked) == names.end();
    auto const shown = printable(asked);
    if (other) names.push_back(shown);
    return choices(names, shown);
}

bool is_narrowed(alerts_view const& view) {
    return !(
        view.state.empty() && view.severity.empty() && view.kind.empty() && view.label.empty() &&
        view.repo.empty()
    );
}

std::string nothing_text(alerts_view const& view) {
    return is_narrowed(view) ? "No alert fits the filter." : "No open alerts.";
}

/// "3 critical": links to them.
void add_severities(mustache::data& to, json::object const& by_severity) {
    mustache::data out{mustache::data::type::list};
    for (auto const name : severities) {
        auto const count = number_text(by_severity, name);
        if (count.empty() || count == "0") continue;
        alerts_view view;
        view.severity = name;
        mustache::data one;
        one.set("name", std::string{name});
        one.set("mark", std::string{name});
        one.set("count", count);
        one.set("href", address_of(view));
        out.push_back(one);
    }
    to.set("totals", out);
}

void add_filter(mustache::data& to, alerts_view const& view) {
    to.set("states", choices(states, view.state));
    to.set("severities", choices(severities, view.severity));
    to.set("kinds", kind_choices(view.kind));
    put(to, "asked_label", view.label);
    put(to, "asked_repo", view.repo);
    if (is_narrowed(view)) to.set("everything", address_of(alerts_view{}));
}

void put_place(json::object const& from, mustache::data& row) {
    auto const repo = text_of(from, "repo");
    auto const revision = text_of(from, "revision");
    if (repo.empty()) {
        put(row, "place_name", text_of(from, "place"));
        return;
    }
    put(row, "place_href", model_address(repo, revision));
    put(row, "place", text_of(from, "place"));
}

} // namespace

alerts_view alerts_view_of(request const& asked) {
    auto const text = [&](std::string const& name) {
        return shortened(trimmed(asked.asked(name)), longest_filter);
    };
    alerts_view out;
    out.state = known(states, asked.asked("state"));
    out.severity = known(severities, asked.asked("severity"));
    out.kind = text("kind");
    out.label = text("label");
    out.repo = text("repo");
    out.page = page_asked(asked);
    return out;
}

std::string address_of(alerts_view const& view) {
    std::string out;
    auto const add = [&](std::string_view name, std::string_view value) {
        if (!value.empty())
            out += (out.empty() ? "?" : "&") + std::string{name} + "=" + escaped_segment(value);
    };
    add("state", view.state);
    add("severity", view.severity);
    add("kind", view.kind);
    add("label", view.label);
    add("repo", view.repo);
    if (view.page > 1) add("page", std::to_string(view.page));
    return "/alerts" + out;
}

response alerts_page(json::object const& found, alerts_view const& view, page_frame const& frame) {
    static mustache::mustache body{joined(alerts_mustache())};
    auto const& alerts = list_of(found, "alerts");
    std::size_t const total = number_of(found, "total").value_or(0);
    auto const pages = std::max<std::size_t>(1, (total + rows_per_page - 1) / rows_per_page);
    mustache::data data;
    add_alert_template(data);
    put_list(data, "alerts", alerts, rows_of(alerts, [](json::object const& one, mustache::data& row) {
                 put_alert(one, row);
                 put_place(one, row);
             }));
    add_filter(data, view);
    add_severities(data, object_of(found, "by_severity"));
    put(data, "counts", text_of(found, "counts"));
    if (!text_of(found, "counts").starts_with("none")) data.set("alerting", mustache::data::type::bool_true);
    data.set("shown", counted(total, "alert"));
    data.set("nothing", nothing_text(view));
    add_paging(data, std::min(view.page, pages), pages, [&](std::size_t page) {
        auto other = view;
        other.page = page;
        return address_of(other);
    });
    return framed("Alerts · modelwatch", body.render(data), frame);
}

} // namespace modelwatch::http
