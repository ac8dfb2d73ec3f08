// Policies about the model itself: formats, source, publisher, license, rating.

#include "daemon/assess/allow_patterns.hpp"
#include "daemon/assess/policy_subject.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace modelwatch::assess {

namespace {

/// The gravest of several, with every reason of that gravity. Unknown only where nothing known is as grave.
ruling worst(std::vector<ruling> const& all) {
    auto const graver = [](ruling const& a, ruling const& b) { return a.value < b.value; };
    auto out = passes({});
    out.value = std::max_element(all.begin(), all.end(), graver)->value;
    out.unknown = true;
    for (auto const& one : all) {
        if (one.value != out.value) continue;
        out.unknown = out.unknown && one.unknown;
        out.why += (out.why.empty() ? "" : "; ") + one.why;
    }
    return out;
}

ruling judge_weights(policy_subject const& it) {
    auto const outcome = it.outcome(check_id::format_weights);
    auto const& proof = it.proof_of(check_id::format_weights);
    if (outcome == "unknown") return not_known(verdict::warn, proof);
    if (outcome == "safe" || outcome == "inert") return passes(proof);
    if (outcome == "onnx") return warns(proof);
    bool const safe_set = it.in.facts.format.safe_set_complete;
    if (safe_set && keep_to_safe_files(it.in.facts.allow_patterns))
        return passes("files that can run code are left out by allow_patterns");
    if (safe_set) return warns(proof + ", and no allow_patterns keep loaders to the safe set");
    return fails("no complete safe set of weights: " + proof);
}

ruling judge_scan(policy_subject const& it) {
    auto const outcome = it.outcome(check_id::format_scan);
    auto const& proof = it.proof_of(check_id::format_scan);
    if (outcome == "safe") return passes(proof);
    if (outcome == "unsafe") return fails("a scanner calls it unsafe: " + proof);
    if (outcome == "unknown" || outcome == "unscanned")
        return not_known(verdict::warn, "not cleared by a scan: " + proof);
    return warns("not cleared by a scan: " + proof);
}

ruling judge_code(policy_subject const& it) {
    auto const outcome = it.outcome(check_id::format_custom_code);
    auto const& proof = it.proof_of(check_id::format_custom_code);
    if (outcome == "unknown") return not_known(verdict::warn, "custom code: " + proof);
    if (outcome != "automap" && outcome != "implicit") return passes(proof);
    return it.is_approved() ? passes("custom code, reviewed")
                            : fails("custom code that has not been reviewed: " + proof);
}

/// A legal entity that answers for it, and no government.
bool is_accountable(publisher const* known) {
    if (known == nullptr || known->type.empty()) return false;
    return known->type != "unknown" && known->type != "individual" && known->type != "government-affiliated";
}

/// Empty: there is a third-party review that holds; else what is wrong with it.
std::string tprm_gap(publisher const* known, instant now) {
    if (known == nullptr) return "not in the registry";
    if (known->tprm_status.empty()) return "no third-party review is on record";
    auto const status = lower(known->tprm_status);
    if (status != "approved" && status != "valid" && status != "passed")
        return fmt::format("the third-party review says \"{}\"", known->tprm_status);
    auto const end = parse_date(known->tprm_expires);
    if (!end) return "the third-party review has no end date";
    if (*end <= now) return fmt::format("the third-party review expired on {}", known->tprm_expires);
    return {};
}

bool is_denied(std::string const& id, std::vector<std::string> const& globs) {
    return std::any_of(globs.begin(), globs.end(), [&](auto const& glob) {
        return glob_match(lower(glob), lower(trimmed(id)));
    });
}

} // namespace

std::optional<ruling> judge_safetensors(policy_subject const& it) {
    auto said = worst({judge_weights(it), judge_scan(it), judge_code(it)});
    if (said.value == verdict::pass) said.why = it.proof_of(check_id::format_weights);
    return said;
}

std::optional<ruling> judge_authenticated_source(policy_subject const& it) {
    auto const derived = it.outcome(check_id::access_ungated_derivative);
    if (derived == "repackaged") return fails(it.proof_of(check_id::access_ungated_derivative));
    auto const outcome = it.outcome(check_id::access_gating);
    auto const& proof = it.proof_of(check_id::access_gating);
    if (outcome == "unknown") return not_known(verdict::warn, proof);
    if (outcome == "no") return warns("anybody can pull it without a name: " + proof);
    return passes(proof);
}

std::optional<ruling> judge_tprm(policy_subject const& it) {
    auto const& who = it.model.account;
    auto const* const known = it.model.registered;
    if (known != nullptr && known->denylisted)
        return fails(fmt::format("{} is on the registry's denylist", who));
    auto const gap = tprm_gap(known, it.now());
    if (gap.empty()) return passes(fmt::format("{}: third-party review until {}", who, known->tprm_expires));
    auto const type = known == nullptr || known->type.empty() ? std::string{"unknown"} : known->type;
    auto const text = fmt::format("{} ({}): {}", who, type, gap);
    return is_accountable(known) ? warns(text) : fails(text);
}

std::optional<ruling> judge_license_commercial(policy_subject const& it) {
    if (!it.in.with.numbers.commercial_use) return std::nullopt;
    auto const outcome = it.outcome(check_id::license_class);
    auto const& proof = it.proof_of(check_id::license_class);
    if (outcome == "nc") return fails("no commercial use: " + proof);
    if (outcome == "none") return fails("no license, so no right to use it: " + proof);
    if (outcome == "perm") return passes(proof);
    if (outcome == "unknown" || outcome == "unlisted")
        return not_known(verdict::warn, "not classified: " + proof);
    if (it.is_approved()) return passes(proof + ", cleared by the formal review");
    return warns("conditions that have not been cleared yet: " + proof);
}

std::optional<ruling> judge_require_formats(policy_subject const& it) {
    auto const& allowed = it.in.rules.require_formats;
    if (allowed.empty()) return std::nullopt;
    auto const list = fmt::format("{}", fmt::join(allowed, ", "));
    auto const* const formats =
        it.in.watched != nullptr && it.in.watched->formats ? &*it.in.watched->formats : nullptr;
    if (formats == nullptr) return not_known(verdict::fail, "the formats of its weights are not known");
    if (formats->empty()) return fails(fmt::format("no weights at all in an allowed format ({})", list));
    std::vector<std::string> others;
    for (auto const& one : *formats) {
        if (std::find(allowed.begin(), allowed.end(), one) == allowed.end()) others.push_back(one);
    }
    if (others.empty()) return passes(fmt::format("weights are {}", fmt::join(*formats, ", ")));
    return fails(fmt::format("weights in {}; allowed are {}", fmt::join(others, ", "), list));
}

std::optional<ruling> judge_deny_licenses(policy_subject const& it) {
    auto const& globs = it.in.rules.deny_licenses;
    if (globs.empty()) return std::nullopt;
    auto const stated = license_in_force(it.model);
    auto ids = stated.ids;
    if (!stated.name.empty()) ids.push_back(stated.name);
    // A tag that says something else than the card is a statement too.
    auto const ruled = it.model.ruled != nullptr && !it.model.ruled->license.empty();
    if (!ruled) ids.insert(ids.end(), it.in.facts.license_tags.begin(), it.in.facts.license_tags.end());
    for (auto const& id : ids) {
        if (is_denied(id, globs)) return fails(fmt::format("the license {} is not allowed", id));
    }
    if (it.outcome(check_id::license_class) == "unknown")
        return not_known(verdict::fail, it.proof_of(check_id::license_class));
    if (ids.empty()) return warns("it states no license that could be compared");
    return passes(fmt::format("{} is not denied", fmt::join(ids, ", ")));
}

std::optional<ruling> judge_require_gated(policy_subject const& it) {
    if (!it.in.rules.require_gated) return std::nullopt;
    auto const outcome = it.outcome(check_id::access_gating);
    auto const& proof = it.proof_of(check_id::access_gating);
    if (outcome == "unknown") return not_known(verdict::fail, proof);
    return outcome == "no" ? fails("it is not behind access control: " + proof) : passes(proof);
}

std::optional<ruling> judge_max_rating(policy_subject const& it) {
    auto const& most = it.in.rules.max_rating;
    if (!most) return std::nullopt;
    auto const text = fmt::format(
        "rated {} ({:.1f}); allowed is {}",
        to_string(it.in.rated.rating()),
        it.in.rated.score(),
        to_string(*most)
    );
    return it.in.rated.rating() > *most ? fails(text) : passes(text);
}

} // namespace modelwatch::assess
