// Alerts about what came after a model, and about what it was made of.

#include "daemon/assess/verdict_parts.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace modelwatch::assess {

namespace {

/// Hub text in an alert: harmless and short.
std::string quoted(std::string_view text, std::size_t most = 200) {
    return shortened(printable(text), most);
}

json::value or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value day(std::optional<instant> when) {
    return when ? json::value(to_rfc3339(*when)) : json::value(nullptr);
}

std::string license_of(license_statement const& stated) {
    if (!stated.name.empty()) return lower(trimmed(stated.name));
    return stated.ids.empty() ? std::string{} : lower(trimmed(stated.ids.front()));
}

/// A declared successor is believed at once; one that was inferred from names when it is found again.
bool is_believed(succession const& next, unsigned polls) {
    bool const inferred = next.source == succession_source::name || next.source == succession_source::none;
    return !inferred || polls >= polls_to_believe;
}

std::string_view gate_word(gating gate) noexcept {
    return to_string(gate);
}

bool is_gated(gating gate) noexcept {
    return gate == gating::manual || gate == gating::automatic;
}

void tell_end_of_life(verdict_scene& scene, succession const& next) {
    auto const outcome = scene.outcome(check_id::version_eol);
    if (outcome == "unknown") return scene.keep(alert_kind::superseded, "end-of-life");
    if (outcome != "past") return;
    auto what = scene.about(alert_kind::superseded, "end-of-life");
    what.summary = "End of life: " + quoted(scene.proof_of(check_id::version_eol));
    what.detail = "Nobody will mend it any more. " +
                  (next.pick.empty() ? "" : "Its successor is " + quoted(next.pick) + ".");
    what.evidence["end_of_life"] = true;
    what.evidence["reason"] = quoted(scene.proof_of(check_id::version_eol));
    add_successor(what.evidence, next, scene.in.facts.license);
    scene.out.push_back(std::move(what));
}

/// Why a base model is no longer what this one was made of; empty: nothing says so. `unknown` is set where
/// something could not be told.
std::vector<std::string> drift_of(verdict_scene const& scene, base_evidence const& base, bool& unknown) {
    std::vector<std::string> out;
    if (!base.renamed_to.empty()) out.push_back("it was renamed to " + quoted(base.renamed_to));
    if (base.place != standing::present)
        out.push_back(fmt::format("the hub says of it: {}", to_string(base.place)));
    auto const& own = scene.in.facts.model_changed_at;
    if (!own || !base.model_changed_at) {
        unknown = true;
    } else if (*base.model_changed_at > *own) {
        out.push_back(fmt::format(
            "its model files changed on {}, after these of {}",
            to_rfc3339(*base.model_changed_at).substr(0, 10),
            to_rfc3339(*own).substr(0, 10)
        ));
    }
    auto const next = successor_in_force(scene.in.judged.with.publishers, base.repo, base.successor);
    auto const polls = scene.in.course.upstream_polls.find(base.repo);
    bool const believed =
        is_believed(next, polls == scene.in.course.upstream_polls.end() ? 0 : polls->second);
    if (next.state == successor_state::unknown) unknown = true;
    if (next.state >= successor_state::point && believed)
        out.push_back("it has a successor" + (next.pick.empty() ? std::string{} : ", " + quoted(next.pick)));
    return out;
}

void tell_drift(verdict_scene& scene, base_evidence const& base) {
    auto const dedupe = "via:" + base.repo;
    bool unknown = false;
    auto const reasons = drift_of(scene, base, unknown);
    if (reasons.empty()) {
        if (unknown) scene.keep(alert_kind::superseded, dedupe);
        return;
    }
    auto what = scene.about(alert_kind::superseded, dedupe);
    what.summary = fmt::format("Its base model {} has moved on: {}", quoted(base.repo), reasons.front());
    what.detail = fmt::format(
        "Of {}, which this model was made from: {}. What was mended there is not mended here.",
        quoted(base.repo),
        fmt::join(reasons, "; ")
    );
    what.action = "Rebuild it from the current base model, or move to a derivative that is.";
    auto const next = successor_in_force(scene.in.judged.with.publishers, base.repo, base.successor);
    what.evidence = {
        {"via", base.repo},
        {"declared", next.declared},
        {"reason", fmt::format("{}", fmt::join(reasons, "; "))}
    };
    what.evidence["base_commit"] = or_null(base.commit);
    what.evidence["base_changed_at"] = day(base.model_changed_at);
    what.evidence["base_gate"] = gate_word(base.gate);
    what.evidence["base_license"] = or_null(license_of(base.license));
    add_successor(what.evidence, next, base.license);
    scene.out.push_back(std::move(what));
}

void tell_base_gate(verdict_scene& scene, base_evidence const& base) {
    auto const dedupe = "via:" + base.repo;
    auto const& facts = scene.in.facts;
    if (base.gate == gating::unknown || facts.gate == gating::unknown)
        return scene.keep(alert_kind::gating_changed, dedupe);
    bool const passed_by = is_gated(base.gate) && facts.gate == gating::open && !facts.is_private;
    if (!passed_by || scene.outcome(check_id::access_ungated_derivative) != "repackaged") return;
    auto what = scene.about(alert_kind::gating_changed, dedupe);
    what.summary = fmt::format("Its base model {} is gated, this copy is not", quoted(base.repo));
    what.detail =
        "The copy goes around the acknowledgement of the license, and around the list of people whom the "
        "publisher can reach.";
    what.action = "Go back to the gated original, or obtain the acknowledgement separately.";
    what.evidence = {
        {"via", base.repo},
        {"standing", true},
        {"direction", "ungated-copy"},
        {"base_gate", gate_word(base.gate)},
        {"gate", gate_word(facts.gate)}
    };
    scene.out.push_back(std::move(what));
}

void tell_base_scan(verdict_scene& scene, base_evidence const& base) {
    auto const dedupe = "via:" + base.repo;
    bool const told = base.scan && *base.scan >= scan_level::safe;
    if (!told) return scene.keep(alert_kind::hub_scan_flagged, dedupe);
    if (*base.scan < scan_level::suspicious) return;
    auto what = scene.about(alert_kind::hub_scan_flagged, dedupe);
    what.summary =
        fmt::format("The hub's scanners call its base model {} {}", quoted(base.repo), to_string(*base.scan));
    what.detail = "What was flagged there may have come along into this model.";
    what.evidence = {{"via", base.repo}, {"standing", true}, {"level", to_string(*base.scan)}};
    scene.out.push_back(std::move(what));
}

} // namespace

void add_successor(json::object& evidence, succession const& next, license_statement const& present) {
    auto const own = license_of(present);
    evidence["successor"] = or_null(quoted(next.pick));
    evidence["license"] = or_null(quoted(own, 60));
    evidence["successor_license"] = or_null(quoted(next.pick_license, 60));
    bool const known = !own.empty() && !next.pick_license.empty();
    evidence["license_differs"] = known ? json::value(lower(next.pick_license) != own) : json::value(nullptr);
}

void tell_successor(verdict_scene& scene) {
    auto const& facts = scene.in.facts;
    auto const next = successor_in_force(scene.in.judged.with.publishers, facts.repo, facts.successor);
    tell_end_of_life(scene, next);
    if (next.state == successor_state::unknown) return scene.keep(alert_kind::superseded, {});
    if (next.state < successor_state::point) return;
    if (!is_believed(next, scene.in.course.successor_polls)) return scene.keep(alert_kind::superseded, {});
    auto what = scene.about(alert_kind::superseded);
    auto const pick = next.pick.empty() ? std::string{"a newer model"} : quoted(next.pick);
    what.subject = pick;
    what.summary = fmt::format("Superseded by {}", pick);
    auto const& proof = scene.proof_of(check_id::version_superseded);
    what.detail = quoted(proof, 500);
    bool const by_word = next.source != succession_source::name && next.source != succession_source::none;
    what.evidence = {
        {"declared", next.declared || by_word},
        {"source", to_string(next.source)},
        {"state", to_string(next.state)},
        {"reason", quoted(proof, 500)},
        {"quote", or_null(quoted(next.quote, 500))},
        {"model_changed_at", day(facts.model_changed_at)},
        {"gate", gate_word(facts.gate)},
        {"successor_gate", nullptr}, // the account's listing does not tell it
        {"as_of", to_rfc3339(scene.in.rated.assessed_at()).substr(0, 10)}
    };
    what.evidence["days"] =
        facts.model_changed_at
            ? json::value(days_between(*facts.model_changed_at, scene.in.rated.assessed_at()))
            : json::value(nullptr);
    json::array chain;
    for (auto const& one : next.chain)
        chain.emplace_back(quoted(one));
    what.evidence["chain"] = std::move(chain);
    add_successor(what.evidence, next, license_in_force(scene.model));
    scene.out.push_back(std::move(what));
}

void tell_upstream(verdict_scene& scene) {
    for (auto const* const base : scene.model.foreign) {
        if (base->inferred) continue; // a guess accuses nobody
        if (!base->resolved) {
            for (auto const kind :
                 {alert_kind::superseded, alert_kind::gating_changed, alert_kind::hub_scan_flagged})
                scene.keep(kind, "via:" + base->repo);
            continue;
        }
        tell_drift(scene, *base);
        tell_base_gate(scene, *base);
        tell_base_scan(scene, *base);
    }
}

void tell_license_mismatch(verdict_scene& scene) {
    auto const outcome = scene.outcome(check_id::license_provenance);
    if (outcome == "unknown" || outcome == "unread") return scene.keep(alert_kind::license_mismatch, {});
    bool const looser = outcome == "looser";
    if (!looser && outcome != "differs") return;
    std::vector<std::string> names;
    json::array bases;
    for (auto const* const base : scene.model.foreign) {
        names.push_back(quoted(base->repo));
        bases.push_back(json::object{{"repo", base->repo}, {"license", or_null(license_of(base->license))}});
    }
    auto const& proof = scene.proof_of(check_id::license_provenance);
    auto what = scene.about(alert_kind::license_mismatch);
    what.subject = quoted(license_of(license_in_force(scene.model)), 100);
    what.summary = looser ? "It claims more freedom than its base model grants: " + quoted(proof)
                          : "Its license is another one than its base model's: " + quoted(proof);
    what.detail = "Whoever repackages a model cannot grant more than was received. " + quoted(proof, 500);
    what.evidence = {
        {"via", fmt::format("{}", fmt::join(names, ", "))},
        {"relation", outcome},
        {"license", or_null(license_of(license_in_force(scene.model)))},
        {"bases", std::move(bases)},
        {"severity", looser ? "medium" : "low"}
    };
    scene.out.push_back(std::move(what));
}

void add_way_out(std::vector<change>& changes, evidence const& facts, publisher_registry const& publishers) {
    auto const next = successor_in_force(publishers, facts.repo, facts.successor);
    for (auto& one : changes) {
        if (one.kind != alert_kind::stale && one.kind != alert_kind::outdated) continue;
        add_successor(one.evidence, next, facts.license);
        one.evidence["reason"] = or_null(quoted(next.reason, 500));
    }
}

} // namespace modelwatch::assess
