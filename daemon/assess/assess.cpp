#include "daemon/assess/ages.hpp"
#include "daemon/assess/assessment.hpp"
#include "daemon/assess/scoring.hpp"
#include "daemon/assess/staleness.hpp"
#include "daemon/assess/subject.hpp"
#include "daemon/assess/vector.hpp"

#include <stdexcept>

namespace modelwatch::assess {

namespace {

std::vector<finding> look_at(subject const& model) {
    findings out{model.numbers()};
    look_at_access(model, out);
    look_at_license(model, out);
    look_at_format(model, out);
    look_at_publisher(model, out);
    look_at_timeliness(model, out);
    return std::move(out).take();
}

/// A check that was left out or came twice would shift every later one: that is a bug, not a rating.
outcome_list outcomes_of(std::vector<finding> const& findings) {
    if (findings.size() != check_count) throw std::logic_error{"a check is missing or came twice"};
    outcome_list out{};
    for (auto const& one : findings) {
        auto& place = out[static_cast<std::size_t>(one.check)];
        if (place != nullptr) throw std::logic_error{"a check came twice"};
        place = one.outcome;
    }
    return out;
}

std::array<dimension_result, dimension_count>
results_of(tally const& counted, std::vector<finding> findings) {
    std::array<dimension_result, dimension_count> out;
    for (auto const which : dimensions) {
        auto const at = static_cast<std::size_t>(which);
        out[at].which = which;
        out[at].sum = counted.sums[at];
        out[at].score = counted.scores[at];
        out[at].level = counted.levels[at];
        out[at].principal_known = counted.principal_known[at];
    }
    for (auto& one : findings)
        out[static_cast<std::size_t>(info(one.check).about)].findings.push_back(std::move(one));
    return out;
}

vector_details details_of(subject const& model) {
    vector_details out;
    out.license = license_token(model);
    out.age_days = days_since(model.facts.created_at, model.with.now);
    if (auto const age = maintenance_of(model.facts, model.numbers(), model.with.now)) {
        out.maintenance_days = age->days;
    }
    return out;
}

} // namespace

proof::proof(std::string text)
    : text_{std::move(text)} {
    if (text_.empty()) throw std::logic_error{"a finding without evidence"};
}

finding const& assessment::of(check_id which) const {
    for (auto const& one : of(info(which).about).findings) {
        if (one.check == which) return one;
    }
    throw std::logic_error{"an assessment without one of its checks"};
}

assessment assess(evidence const& facts, assess_context const& with) {
    subject const model{facts, with};
    auto found = look_at(model);
    auto const outcomes = outcomes_of(found);
    auto const counted = add_up(outcomes, with.numbers);
    auto age = judge_age(outcomes, counted, found);

    assessment out;
    out.hub_ = facts.hub;
    out.repo_ = facts.repo;
    out.revision_ = facts.revision;
    out.commit_ = facts.commit;
    out.assessed_at_ = with.now;
    out.evidence_at_ = facts.observed_at;
    out.floors_ = floors_of(outcomes, counted, with.numbers);
    out.rating_ = rating_of(counted, out.floors_, with.numbers);
    out.score_ = counted.score();
    out.confidence_ = confidence_of(outcomes);
    out.provisional_ = is_provisional(counted);
    out.rubric_label_ = with.numbers.label();
    out.differences_ = with.numbers.differences();
    out.vector_ = write_vector(outcomes, details_of(model), with.numbers);
    out.results_ = results_of(counted, std::move(found));
    out.weights_ = with.numbers.weights;
    out.staleness_ = age.state;
    out.reasons_ = std::move(age.reasons);
    return out;
}

} // namespace modelwatch::assess
