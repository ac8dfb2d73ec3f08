#include "daemon/alerting/digest_sections.hpp"
#include "daemon/alerting/precedence.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace modelwatch::alerting {

namespace {

/// A decision, and when it is due; the soonest comes first.
struct decision_row {
    instant by{};
    digest_row row;
    std::size_t turn = 0; ///< of those that are due together
};

/// Alerts of a watch that an acceptance or a rejection would settle.
bool is_about_a_change(alert const& entry) {
    auto const about = precedence_of(entry.what);
    return entry.active() && (about == precedence::integrity || about == precedence::rights ||
                              info(entry.what.kind).about == alert_class::content);
}

std::size_t changes_of(digest_input const& in, digest_model const& one) {
    auto const mine = [&](alert const& entry) {
        return entry.repo == one.repo && entry.revision == one.revision && is_about_a_change(entry);
    };
    return static_cast<std::size_t>(std::count_if(in.alerts.begin(), in.alerts.end(), mine));
}

void add_unreviewed(std::vector<decision_row>& out, digest_input const& in, digest_model const& one) {
    bool const moved = !one.baseline.empty() && !one.upstream.empty() && one.baseline != one.upstream;
    if (!moved) return;
    auto const changes = changes_of(in, one);
    auto const about = changes == 0 ? std::string{} : fmt::format(" ({})", counted(changes, "open alert"));
    out.push_back(
        {in.now,
         {changes == 0 ? "medium" : "high",
          {name_words(one),
           "unreviewed change",
           fmt::format(
               "upstream is at {}, you trust {}{}: review it, then accept or reject it",
               short_commit(one.upstream),
               short_commit(one.baseline),
               about
           )},
          leads_to(one)}}
    );
}

void add_review(std::vector<decision_row>& out, digest_input const& in, digest_model const& one) {
    if (!one.review_due) return;
    out.push_back({in.now, {"medium", {name_words(one), "review due", one.review}, leads_to(one)}});
}

void add_exceptions(std::vector<decision_row>& out, digest_input const& in, digest_model const& one) {
    for (auto const& exception : one.exceptions) {
        if (exception.until - in.now > decide_ahead) continue;
        auto const words = fmt::format("{} until {}", exception.policy, day_words(in, exception.until));
        out.push_back({exception.until, {"high", {name_words(one), "exception ends", words}, leads_to(one)}});
    }
}

void add_silences(std::vector<decision_row>& out, digest_input const& in) {
    for (auto const& one : in.silences) {
        if (one.until - in.now > decide_ahead) continue;
        auto const words = fmt::format("on {}, by {}: {}", day_words(in, one.until), one.by, one.reason);
        out.push_back({one.until, {"low", {one.what, "silence ends", words}}});
    }
}

void add_acknowledged(std::vector<decision_row>& out, digest_input const& in) {
    for (auto const& entry : in.alerts) {
        bool const ends = entry.state == alert_state::acknowledged && entry.acknowledged_until &&
                          *entry.acknowledged_until > in.now &&
                          *entry.acknowledged_until - in.now <= decide_ahead;
        if (!ends) continue;
        auto const place = entry.repo.empty() ? entry.watch_key : entry.repo;
        auto const words = fmt::format(
            "{} on {}, by {}",
            to_string(entry.what.kind),
            day_words(in, entry.acknowledged_until),
            entry.acknowledged_by
        );
        out.push_back(
            {*entry.acknowledged_until,
             {std::string{to_string(entry.what.level)},
              {place, "acknowledgement ends", words},
              {{"repo", entry.repo}, {"revision", entry.revision}, {"url", entry.url}}}}
        );
    }
}

} // namespace

json::object digest_decisions(digest_input const& in) {
    std::vector<decision_row> found;
    for (auto const& one : in.models)
        add_unreviewed(found, in, one);
    for (auto const& one : in.models) {
        add_review(found, in, one);
        add_exceptions(found, in, one);
    }
    add_acknowledged(found, in);
    add_silences(found, in);
    for (std::size_t i = 0; i < found.size(); ++i)
        found[i].turn = i;
    std::sort(found.begin(), found.end(), [](auto const& a, auto const& b) {
        return std::tie(a.by, a.turn) < std::tie(b.by, b.turn);
    });
    std::vector<digest_row> rows;
    for (auto& one : found)
        rows.push_back(std::move(one.row));
    return digest_section(
        "decisions", "Decisions needed", {"Model", "Decision", "About"}, std::move(rows), 1
    );
}

} // namespace modelwatch::alerting
