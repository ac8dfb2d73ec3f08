#include "daemon/alert_view.hpp"

#include "daemon/alerting/next_steps.hpp"
#include "daemon/alerting/precedence.hpp"
#include "daemon/answers_parts.hpp"
#include "daemon/assess/event_severity.hpp"
#include "daemon/http/page.hpp"
#include "daemon/model/alert_counts.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::views {

namespace {

json::array steps_of(alert const& entry) {
    json::array out;
    for (auto const& step : alerting::next_steps(entry)) {
        out.push_back(json::object{
            {"text", step.text}, {"command", step.command}, {"only_after_review", step.only_after_review}
        });
    }
    return out;
}

/// Alerts about the monitor have no repo: the thing that fails is where they belong.
std::string place_of(alert const& entry) {
    return entry.repo.empty() ? printable(entry.watch_key) : alerting::watch_name(entry);
}

/// Whether what runs has it; nullopt: nobody knows, or there is no such question.
std::optional<bool> affects_deployed(alert const& entry) {
    if (entry.what.kind == alert_kind::deployed_drift) return true;
    auto const* const said = entry.what.evidence.if_contains("deployed_affected");
    if (said == nullptr || !said->is_bool()) return std::nullopt;
    return said->get_bool();
}

json::object said(std::string text, std::string_view mark) {
    return {{"text", std::move(text)}, {"mark", mark}};
}

/// "production", or what the watch's label says instead: "what runs (env=dev)".
std::string what_runs(json::object const& status) {
    auto const* const tags = status.if_contains("labels");
    if (tags == nullptr || !tags->is_object()) return "production";
    auto const env = text_of(tags->get_object(), "env");
    if (env.empty() || assess::is_production({{"env", std::string{env}}})) return "production";
    return "what runs (env=" + printable(env) + ")";
}

/// What alerts about the bytes say of those that run.
struct affected {
    alert const* yes = nullptr;
    alert const* unknown = nullptr;
    alert const* no = nullptr;
};

affected who_is_affected(std::span<alert const> active) {
    affected out;
    for (auto const& entry : active) {
        auto const answer = affects_deployed(entry);
        bool const about_bytes = alerting::precedence_of(entry.what) == alerting::precedence::integrity;
        if (!answer && !about_bytes) continue;
        auto& slot = !answer ? out.unknown : *answer ? out.yes : out.no;
        if (slot == nullptr) slot = &entry;
    }
    return out;
}

/// Nothing says which commit runs: what the branch shows now may be it.
json::object answer_without_pin(json::object const& status, affected const& found) {
    if (found.unknown == nullptr && found.no == nullptr)
        return said("Nothing says which commit runs: `deployed` is not configured.", "");
    auto const revision = printable(text_of(status, "revision"));
    return said(
        fmt::format(
            "Assume yes: nothing says which commit runs, so whoever follows {} gets these bytes. Set "
            "`deployed`.",
            revision.empty() ? "the branch" : revision
        ),
        "high"
    );
}

json::object production_answer(json::object const& status, std::span<alert const> active) {
    auto const found = who_is_affected(active);
    auto const runs = what_runs(status);
    auto const pin = printable(short_commit(text_of(status, "deployed_commit")));
    if (found.yes != nullptr)
        return said(fmt::format("Yes: {} has it ({}).", runs, to_string(found.yes->what.kind)), "high");
    if (pin.empty()) return answer_without_pin(status, found);
    if (found.unknown != nullptr) {
        auto const kind = to_string(found.unknown->what.kind);
        return said(
            fmt::format("Not known: {} is at {}, and whether {} concerns it is not known.", runs, pin, kind),
            "medium"
        );
    }
    if (found.no != nullptr) {
        return said(
            fmt::format(
                "No: {} is pinned to {}, which does not hold these bytes. It is safe while it stays there.",
                runs,
                pin
            ),
            "low"
        );
    }
    return said(fmt::format("No alert is about the bytes that run: {} is at {}.", runs, pin), "");
}

json::object wrong_answer(json::object const& status, std::span<alert const> active) {
    if (!active.empty()) {
        auto const& first = active.front();
        auto out = said(first.what.summary, to_string(first.what.level));
        out["severity"] = to_string(first.what.level);
        out["kind"] = to_string(first.what.kind);
        out["id"] = first.id;
        return out;
    }
    if (text_of(status, "last_success_at").empty())
        return said("Not known: there was no good poll yet.", "medium");
    if (!text_of(status, "last_error").empty()) return said("Not known: the last poll failed.", "medium");
    return said("Nothing that is known: no open alerts.", "low");
}

/// What is shown of an alert that somebody holds back, and what the monitor could not see.
std::string note_of(json::object const& status, std::span<alert const> active, instant now) {
    std::string out;
    if (!active.empty() && !active.front().needs_attention(now))
        out = fmt::format("({})", to_string(active.front().state));
    if (text_of(status, "last_error").empty()) return out;
    auto const since = instant_of(status, "last_success_at");
    out += fmt::format(
        "{}The last poll failed: this is as of {}.",
        out.empty() ? "" : " ",
        since ? http::utc_text(*since) : "never"
    );
    return out;
}

std::string now_answer(json::object const& status, std::span<alert const> active) {
    if (!active.empty()) return alerting::next_steps(active.front()).front().text;
    bool const blind = text_of(status, "last_success_at").empty() || !text_of(status, "last_error").empty();
    return blind ? "Find out why it cannot be polled: `modelwatch status` says the last error." : "Nothing.";
}

json::object by_severity(std::span<alert const> active) {
    json::object out;
    for (auto const& one : active) {
        auto& count = out[to_string(one.what.level)];
        count = count.is_null() ? 1 : count.as_int64() + 1;
    }
    return out;
}

} // namespace

std::vector<alert> in_order(std::vector<alert> alerts) {
    std::sort(alerts.begin(), alerts.end(), alerting::said_before);
    return alerts;
}

json::array shown_alerts(std::span<alert const> alerts, instant now) {
    json::array out;
    for (auto const& entry : alerts) {
        auto row = to_json(entry);
        row["age"] = to_words(std::chrono::floor<std::chrono::seconds>(now - entry.opened_at));
        row["place"] = place_of(entry);
        if (entry.active()) row["steps"] = steps_of(entry);
        out.push_back(std::move(row));
    }
    return out;
}

json::object first_answers(json::object const& status, std::span<alert const> active, instant now) {
    return {
        {"wrong", wrong_answer(status, active)},
        {"production", production_answer(status, active)},
        {"now", now_answer(status, active)},
        {"note", note_of(status, active, now)}
    };
}

std::string counts_text(std::span<alert const> alerts, instant now) {
    return to_text(counts_of(alerts, now), http::utc_text);
}

answers::answer alerts_shown(answers::context const& with, json::object const& asked) {
    auto const page = answers::paging_of(asked);
    if (!page) return page.error();
    auto const found = answers::alerts_wanted(with, asked);
    if (!found) return found.error();
    auto const begin = std::min(page->offset, found->size());
    auto const end = std::min(begin + page->limit, found->size());
    auto const active = with.db.active_alerts({});
    return json::object{
        {"alerts", shown_alerts(std::span{*found}.subspan(begin, end - begin), with.now)},
        {"total", found->size()},
        {"counts", counts_text(active, with.now)},
        {"by_severity", by_severity(active)}
    };
}

} // namespace modelwatch::views
