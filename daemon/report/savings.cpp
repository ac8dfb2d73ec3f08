// What findings cost, what mending one of them is worth, and how much is known at all.

#include "daemon/assess/scoring.hpp"
#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::report {

namespace {

template <class Take>
void for_each_finding(assess::assessment const& rating, Take const& take) {
    for (auto const& result : rating.results()) {
        for (auto const& one : result.findings)
            take(result, one);
    }
}

/// The score with fewer points in one dimension, less than now by so many tenths.
int tenths_saved(assess::assessment const& rating, assess::dimension_result const& where, int points) {
    constexpr int cap = 100;
    std::array<int, assess::dimension_count> scores{};
    for (auto const& result : rating.results())
        scores[static_cast<std::size_t>(result.which)] = result.score;
    auto const now = assess::weighted_tenths(scores, rating.weights());
    scores[static_cast<std::size_t>(where.which)] = std::min(where.sum - points, cap);
    return now - assess::weighted_tenths(scores, rating.weights());
}

} // namespace

std::vector<assess::finding const*> dear_findings(assess::assessment const& rating) {
    std::vector<assess::finding const*> out;
    for_each_finding(rating, [&](auto const&, assess::finding const& one) {
        if (one.points > 0) out.push_back(&one);
    });
    std::sort(out.begin(), out.end(), [](auto const* a, auto const* b) {
        return a->points != b->points ? a->points > b->points : a->check < b->check;
    });
    return out;
}

std::vector<saving> savings(assess::assessment const& rating) {
    std::vector<saving> out;
    for_each_finding(rating, [&](assess::dimension_result const& where, assess::finding const& one) {
        auto const tenths = one.points > 0 ? tenths_saved(rating, where, one.points) : 0;
        if (tenths > 0) out.push_back({&one, tenths / 10.0});
    });
    std::sort(out.begin(), out.end(), [](saving const& a, saving const& b) {
        return a.of_score != b.of_score ? a.of_score > b.of_score : a.what->check < b.what->check;
    });
    return out;
}

std::vector<assess::dimension> held_by_several(assess::assessment const& rating) {
    std::vector<assess::dimension> out;
    for (auto const& result : rating.results()) {
        bool const any = std::any_of(result.findings.begin(), result.findings.end(), [&](auto const& one) {
            return one.points > 0 && tenths_saved(rating, result, one.points) > 0;
        });
        if (result.score > 0 && !any) out.push_back(result.which);
    }
    return out;
}

std::string held_text(assess::dimension which) {
    return fmt::format(
        "{} stays as it is unless several of its findings are mended together.", assess::title(which)
    );
}

evidence_share known_share(assess::assessment const& rating) {
    std::size_t known = 0;
    std::size_t applicable = 0;
    evidence_share out;
    for_each_finding(rating, [&](auto const&, assess::finding const& one) {
        using state = assess::outcome_state;
        bool const missing = one.state() == state::not_assessed;
        out.not_assessed += missing ? 1 : 0;
        bool const applies = one.state() == state::known || one.state() == state::unknown;
        if (!missing && (!applies || !assess::counts_for_confidence(assess::info(one.check)))) return;
        ++applicable;
        known += one.state() == state::known ? 1 : 0;
    });
    if (applicable > 0) out.known = static_cast<double>(known) / static_cast<double>(applicable);
    return out;
}

std::string confidence_text(assess::assessment const& rating) {
    auto const share = known_share(rating);
    auto out = percent_text(share.known);
    if (share.not_assessed > 0) out += ", " + counted(share.not_assessed, "check") + " not assessed";
    return out;
}

} // namespace modelwatch::report
