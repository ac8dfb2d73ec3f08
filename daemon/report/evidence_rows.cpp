#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"

#include <fmt/format.h>

namespace modelwatch::report {

namespace {

constexpr std::string_view not_told = "not told";

std::string joined(std::vector<std::string> const& texts) {
    std::string out;
    for (auto const& text : texts)
        out += (out.empty() ? "" : ", ") + text;
    return out;
}

std::string yes_no(std::optional<bool> value) {
    if (!value) return std::string{not_told};
    return *value ? "yes" : "no";
}

std::string license_text(license_statement const& stated) {
    auto out = joined(stated.ids);
    if (!stated.name.empty()) out += (out.empty() ? "" : ", ") + std::string{"named "} + stated.name;
    if (!stated.link.empty()) out += (out.empty() ? "" : ", ") + stated.link;
    return out.empty() ? "none stated" : out;
}

std::string gate_text(gating mode) {
    switch (mode) {
    case gating::open:
        return "open";
    case gating::automatic:
        return "gated, granted by itself";
    case gating::manual:
        return "gated, granted by hand";
    case gating::unknown:
        break;
    }
    return std::string{not_told};
}

std::string scan_text(std::optional<scan_level> level) {
    return std::string{level && *level != scan_level::absent ? to_string(*level) : not_told};
}

void add_count(std::string& out, std::size_t count, std::string_view name) {
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, name);
}

std::string format_text(assess::format_evidence const& files) {
    if (!files.known) return "the list of files could not be read";
    std::string out;
    add_count(out, files.safetensors, "safetensors");
    add_count(out, files.inert, "other inert");
    add_count(out, files.onnx, "ONNX");
    add_count(out, files.framework, "framework");
    add_count(out, files.unrecognised, "of an unknown format");
    add_count(out, files.pickle, "pickle-capable");
    add_count(out, files.archive, "archives");
    add_count(out, files.executable, "executable");
    return out.empty() ? "no weight files recognised" : out;
}

std::string owner_text(assess::owner_evidence const& owner) {
    if (owner.kind == assess::owner_kind::unknown) return std::string{not_told};
    std::string out = owner.kind == assess::owner_kind::organisation ? "organisation" : "user account";
    if (owner.verified) out += *owner.verified ? ", verified by the hub" : ", not verified";
    if (owner.members) out += fmt::format(", {}", counted(*owner.members, "member"));
    if (owner.created_at) out += ", since " + date_text(owner.created_at);
    return out;
}

std::string model_change_text(assess::evidence const& facts) {
    auto out = date_text(facts.model_changed_at);
    if (facts.model_changed_at && !facts.model_change_title.empty())
        out += " (" + shortened(facts.model_change_title, 120) + ")";
    return out;
}

/// A model that was never seen has no standing, whatever the field's default says.
std::string standing_text(assess::evidence const& facts) {
    if (facts.disabled) return "disabled";
    bool const seen = !facts.commit.empty() || facts.place != standing::present;
    return std::string{seen ? to_string(facts.place) : not_told};
}

std::string baseline_text(assess::evidence const& facts) {
    return facts.baseline ? facts.baseline->commit : "none yet: checks that compare are not assessed";
}

std::string advisory_text(assess::evidence const& facts) {
    if (!facts.advisories_configured) return "no feed configured: not assessed";
    if (facts.advisories.empty()) return "none known";
    std::string out;
    for (auto const& one : facts.advisories) {
        out += (out.empty() ? "" : "; ") + one.id;
        for (auto const& alias : one.aliases)
            out += ", " + alias;
        out += " (" + std::string{to_string(one.level)} + ")";
    }
    return out;
}

} // namespace

std::vector<fact> evidence_rows(subject const& model) {
    auto const& facts = model.facts;
    std::vector<fact> out{
        {"Evidence of", time_text(model.rating.evidence_at())},
        {"Assessed", time_text(model.rating.assessed_at())},
        {"Hub", facts.hub + (model.web_url.empty() ? "" : " · " + model.web_url)},
        {"Commit", facts.commit.empty() ? std::string{"never seen"} : facts.commit},
        {"Standing", standing_text(facts)},
        {"Access", facts.is_private ? "private" : gate_text(facts.gate)},
        {"License stated", license_text(facts.license)},
        {"Weight files", format_text(facts.format)},
        {"Code on load", yes_no(facts.custom_code)},
        {"Hub's scanners", scan_text(facts.scan)},
        {"Owner", owner_text(facts.owner)},
        {"Owner last active", date_text(facts.owner.last_activity)},
        {"Repository created", date_text(facts.created_at)},
        {"Model last changed", model_change_text(facts)},
        {"Anything last changed", date_text(facts.last_modified)},
        {"Downloads, 30 days", facts.downloads ? std::to_string(*facts.downloads) : std::string{not_told}},
        {"Baseline", baseline_text(facts)},
        {"Advisories", advisory_text(facts)},
    };
    if (!facts.allow_patterns.empty()) out.push_back({"Deployments load", joined(facts.allow_patterns)});
    return out;
}

std::vector<fact> successor_rows(assess::succession const& what) {
    std::vector<fact> out{{"Successor", std::string{successor_words(what.state)}}};
    if (!what.pick.empty()) out.push_back({"Best match", what.pick});
    if (!what.chain.empty()) out.push_back({"Declared line", joined(what.chain)});
    if (!what.reason.empty()) out.push_back({"Because", what.reason});
    if (!what.quote.empty()) out.push_back({"The card says", "“" + shortened(what.quote, 240) + "”"});
    if (what.deprecated_by_card) out.push_back({"Deprecated", "the card says so"});
    return out;
}

comparison compare_with_bases(subject const& model) {
    constexpr std::size_t most = 3;
    auto const& facts = model.facts;
    comparison out;
    if (facts.bases.empty()) return out;
    out.heads.push_back(facts.repo);
    auto const relation = facts.base_relation.empty() ? std::string{"not stated"} : facts.base_relation;
    out.rows = {
        {"Relation", {relation}},
        {"Access", {facts.is_private ? "private" : gate_text(facts.gate)}},
        {"License", {license_text(facts.license)}},
        {"Created", {date_text(facts.created_at)}},
        {"Model last changed", {date_text(facts.model_changed_at)}},
        {"Hub's scanners", {scan_text(facts.scan)}},
        {"Successor",
         {facts.successor.pick.empty() ? std::string{successor_words(facts.successor.state)}
                                       : facts.successor.pick}},
    };
    for (auto const& base : facts.bases) {
        if (out.heads.size() > most) break;
        out.heads.push_back(base.repo + (base.inferred ? " (inferred, unconfirmed)" : ""));
        auto const told = [&](std::string text) {
            return base.resolved ? std::move(text) : std::string{not_told};
        };
        auto const& next = base.successor;
        std::vector<std::string> const cells{
            "origin",
            told(base.place == standing::present ? gate_text(base.gate) : std::string{to_string(base.place)}),
            told(license_text(base.license)),
            told(date_text(base.created_at)),
            told(date_text(base.model_changed_at)),
            told(scan_text(base.scan)),
            told(next.pick.empty() ? std::string{successor_words(next.state)} : next.pick),
        };
        for (std::size_t i = 0; i < cells.size(); ++i)
            out.rows[i].cells.push_back(cells[i]);
    }
    return out;
}

} // namespace modelwatch::report
