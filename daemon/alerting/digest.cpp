#include "daemon/alerting/digest.hpp"

#include "daemon/alerting/digest_sections.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::alerting {

namespace {

struct counts {
    std::size_t models = 0;
    std::size_t current = 0;
    std::size_t ageing = 0;
    std::size_t outdated = 0;
    std::size_t unknown = 0;
    std::size_t alerts = 0; ///< that need somebody
    std::optional<severity> worst;
    std::size_t reviews = 0;
    std::size_t policy = 0;
    std::size_t blind = 0;
    std::size_t failed = 0;
};

counts count(digest_input const& in) {
    counts out;
    out.models = in.models.size();
    for (auto const& one : in.models) {
        auto& place = one.staleness == "current"    ? out.current
                      : one.staleness == "ageing"   ? out.ageing
                      : one.staleness == "outdated" ? out.outdated
                                                    : out.unknown;
        ++place;
        out.reviews += one.review_due ? 1 : 0;
        out.policy += one.policy_failures.empty() ? 0 : 1;
        out.blind += one.blind ? 1 : 0;
    }
    for (auto const& entry : in.alerts) {
        if (!entry.needs_attention(in.now)) continue;
        ++out.alerts;
        out.worst = std::max(out.worst.value_or(entry.what.level), entry.what.level);
    }
    out.failed = in.failed.size();
    return out;
}

json::object totals(counts const& sums) {
    return {
        {"models", sums.models},
        {"current", sums.current},
        {"ageing", sums.ageing},
        {"outdated", sums.outdated},
        {"unknown", sums.unknown},
        {"open_alerts", sums.alerts},
        {"reviews_due", sums.reviews},
        {"policy_failures", sums.policy},
        {"without_evidence", sums.blind},
        {"failed_deliveries", sums.failed}
    };
}

/// What needs somebody, the gravest first; empty: nothing does.
std::string troubles(counts const& sums) {
    std::string out;
    auto const add = [&](std::size_t number, std::string const& words) {
        if (number != 0) out += (out.empty() ? "" : ", ") + words;
    };
    add(sums.alerts,
        counted(sums.alerts, "open alert") +
            (sums.worst ? fmt::format(" (worst {})", to_string(*sums.worst)) : ""));
    add(sums.outdated, fmt::format("{} of {} outdated", sums.outdated, counted(sums.models, "model")));
    add(sums.policy, counted(sums.policy, "model") + " against policy");
    add(sums.reviews, counted(sums.reviews, "review") + " due");
    add(sums.blind, counted(sums.blind, "model") + " not seen lately");
    add(sums.failed, counted(sums.failed, "message") + " not delivered");
    return out;
}

std::string headline(counts const& sums, std::string const& trouble) {
    if (sums.models == 0) return "Nothing is watched: add a [[watch]] to the configuration.";
    if (!trouble.empty()) return trouble + ".";
    auto out =
        fmt::format("All is well: {} watched, no open alert, none outdated", counted(sums.models, "model"));
    if (sums.unknown != 0) out += fmt::format("; the age of {} is not known", sums.unknown);
    return out + ".";
}

} // namespace

json::object compose_digest(digest_input input) {
    auto const sums = count(input);
    auto const trouble = troubles(sums);
    bool const well = trouble.empty() && sums.models != 0;
    json::array sections;
    for (auto const& make : digest_sections()) {
        auto section = make(input);
        if (!section.at("rows").as_array().empty()) sections.push_back(std::move(section));
    }
    return {
        {"subject",
         "modelwatch digest: " + (well              ? std::string{"all is well"}
                                  : trouble.empty() ? "nothing is watched"
                                                    : trouble)},
        {"headline", headline(sums, trouble)},
        {"all_well", well},
        {"from", to_rfc3339(input.since)},
        {"to", to_rfc3339(input.now)},
        {"period", fmt::format("{} to {}", moment_words(input, input.since), moment_words(input, input.now))},
        {"next", or_null(input.next)},
        {"totals", totals(sums)},
        {"sections", std::move(sections)}
    };
}

} // namespace modelwatch::alerting
