#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"

#include <algorithm>

namespace modelwatch::report {

namespace {

json::array words(std::string_view text) {
    json::array out;
    for (auto const word : split(text, ' ')) {
        if (!word.empty()) out.emplace_back(word);
    }
    return out;
}

json::object to_json(assess::finding const& one) {
    auto const& about = assess::info(one.check);
    return {
        {"check", about.name},
        {"title", about.question},
        {"principal", about.principal},
        {"outcome", one.outcome->name},
        {"meaning", one.outcome->meaning},
        {"points", one.points},
        {"state", state_name(one.state())},
        {"evidence", one.evidence.text()},
        {"why", about.why},
        {"remediation", advice_for(one)},
        {"themes", words(about.themes)},
        {"recommendations", words(about.recommendations)},
        {"owasp", words(about.owasp)},
        {"atlas", words(about.atlas)},
        {"frameworks", words(about.frameworks)},
    };
}

json::array dimensions_of(assess::assessment const& rating) {
    json::array out;
    for (auto const& result : rating.results()) {
        json::array findings;
        for (auto const& one : result.findings)
            findings.push_back(to_json(one));
        out.push_back(json::object{
            {"id", assess::to_string(result.which)},
            {"title", assess::title(result.which)},
            {"level", assess::to_string(result.level)},
            {"score", result.score},
            {"sum", result.sum},
            {"weight", rating.weights()[static_cast<std::size_t>(result.which)]},
            {"principal_known", result.principal_known},
            {"findings", std::move(findings)},
        });
    }
    return out;
}

json::array policy_of(subject const& model) {
    json::array out;
    for (auto const& one : model.policy) {
        out.push_back(json::object{
            {"id", one.id},
            {"verdict", assess::to_string(one.value)},
            {"why", one.why},
            {"accepted_until", or_null(one.accepted_until)},
            {"accepted_by", or_null(one.accepted_by)},
            {"unknown", one.unknown},
            {"enforced", one.asked},
        });
    }
    return out;
}

/// What to do first: what lowers the score most.
json::array remediation_of(assess::assessment const& rating) {
    json::array out;
    for (auto const& one : savings(rating)) {
        out.push_back(json::object{
            {"check", assess::to_string(one.what->check)},
            {"cost", one.of_score},
            {"action", advice_for(*one.what)},
        });
    }
    return out;
}

json::array not_assessed_in(assess::assessment const& rating) {
    json::array out;
    for (auto const& result : rating.results()) {
        for (auto const& one : result.findings) {
            if (one.state() == assess::outcome_state::not_assessed)
                out.emplace_back(assess::to_string(one.check));
        }
    }
    return out;
}

json::object use_of(subject const& model) {
    auto const verdict = may_use(model);
    return {{"answer", to_string(verdict.said)}, {"why", to_array(verdict.why)}};
}

void add_floors(json::object& out, assess::assessment const& rating) {
    json::array ids;
    json::array raised;
    json::array reasons;
    for (auto const& hit : rating.floors()) {
        ids.emplace_back(hit.id);
        if (hit.raised) raised.emplace_back(hit.id);
        reasons.push_back(json::object{
            {"id", hit.id},
            {"at_least", assess::to_string(hit.at_least)},
            {"why", hit.why},
            {"raised", hit.raised}
        });
    }
    out["floors"] = std::move(ids);
    out["floors_raised"] = std::move(raised);
    out["floor_reasons"] = std::move(reasons);
}

json::object successor_of(assess::evidence const& facts) {
    auto const& next = facts.successor;
    return {
        {"state", assess::to_string(next.state)},
        {"declared", next.declared},
        {"pick", or_null(next.pick)},
        {"chain", to_array(next.chain)},
        {"reason", or_null(next.reason)},
    };
}

json::array bases_of(assess::evidence const& facts) {
    json::array out;
    for (auto const& base : facts.bases) {
        out.push_back(json::object{
            {"repo", base.repo},
            {"inferred", base.inferred},
            {"resolved", base.resolved},
            {"commit", or_null(base.commit)},
            {"license", to_array(base.license.ids)},
            {"successor", or_null(base.successor.pick)},
        });
    }
    return out;
}

json::array reach_of(assess::evidence const& facts) {
    json::array out;
    for (auto const& one : facts.reached)
        out.push_back(modelwatch::to_json(one));
    return out;
}

/// Text of the hub may hold anything; JSON may not hold broken UTF-8, and nobody wants hidden characters.
void make_printable(json::value& value) {
    if (auto* const text = value.if_string()) {
        *text = printable(*text);
    } else if (auto* const list = value.if_array()) {
        for (auto& item : *list)
            make_printable(item);
    } else if (auto* const object = value.if_object()) {
        for (auto& member : *object)
            make_printable(member.value());
    }
}

/// Nothing was ever seen: no time, rather than a wrong one.
json::value evidence_time(assess::assessment const& rating) {
    if (rating.evidence_at() == instant{}) return nullptr;
    return json::value(to_rfc3339(rating.evidence_at()));
}

} // namespace

json::object to_json(subject const& model) {
    auto const& rating = model.rating;
    json::object out{
        {"repo", rating.repo()},
        {"hub", rating.hub()},
        {"revision", rating.revision()},
        {"commit", rating.commit()},
        {"url", or_null(model.web_url)},
        {"assessed_at", to_rfc3339(rating.assessed_at())},
        {"evidence_at", evidence_time(rating)},
        {"rating", assess::to_string(rating.rating())},
        {"score", rating.score()},
        {"confidence", rating.confidence()},
        {"provisional", rating.provisional()},
        {"rubric", rating.rubric_label()},
        {"rubric_changes", to_array(rating.rubric_differences())},
        {"vector", rating.vector()},
        {"dimensions", dimensions_of(rating)},
    };
    add_floors(out, rating);
    out["not_assessed"] = not_assessed_in(rating);
    out["may_use"] = use_of(model);
    out["policy"] = policy_of(model);
    out["disposition"] = rating.disposition();
    out["review_interval_days"] = rating.review_interval().count();
    out["staleness"] = assess::to_string(rating.age());
    out["staleness_reasons"] = to_array(rating.staleness_reasons());
    out["remediation"] = remediation_of(rating);
    out["successor"] = successor_of(model.facts);
    out["base_models"] = bases_of(model.facts);
    out["reach"] = reach_of(model.facts);
    for (auto& member : out)
        make_printable(member.value());
    return out;
}

} // namespace modelwatch::report
