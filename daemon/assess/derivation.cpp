#include "daemon/assess/ages.hpp"
#include "daemon/assess/license_relation.hpp"
#include "daemon/assess/subject.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace modelwatch::assess {

namespace {

constexpr std::string_view not_read = "the model, or its card, could not be read";
constexpr std::string_view own_work = "no base model of another account";

/// Ascending: of several bases the last word counts.
enum class answer { no, unknown, yes };

bool is_gated(gating gate) noexcept {
    return gate == gating::manual || gate == gating::automatic;
}

/// What is not declared, or was not answered, is not known.
bool is_known(base_evidence const& base) noexcept {
    return base.resolved && !base.inferred;
}

std::string names_of(std::vector<base_evidence const*> const& bases) {
    std::vector<std::string_view> names;
    for (auto const* const base : bases)
        names.push_back(base->repo);
    return fmt::format("{}", fmt::join(names, ", "));
}

/// Without a base of another account there is nothing to compare: "not applicable", unless nobody looked.
bool is_settled_without_bases(subject const& model, check_id check, std::string_view outcome, findings& out) {
    if (!model.foreign.empty()) return false;
    bool const read = model.card_was_read();
    out.add(check, read ? outcome : "unread", std::string{read ? own_work : not_read});
    return true;
}

bool is_repackaged(provenance origin) noexcept {
    return origin == provenance::repackaged || origin == provenance::looks_repackaged;
}

/// The base whose gate this model passes by; nullptr: none is known to be.
base_evidence const* passed_by(subject const& model) {
    if (model.facts.gate != gating::open || model.facts.is_private) return nullptr;
    for (auto const* const base : model.foreign) {
        if (is_known(*base) && is_gated(base->gate)) return base;
    }
    return nullptr;
}

bool could_pass_a_gate_by(subject const& model) {
    if (is_gated(model.facts.gate) || model.facts.is_private) return false;
    return std::any_of(model.foreign.begin(), model.foreign.end(), [&](auto const* base) {
        if (!is_known(*base) || base->gate == gating::unknown) return true;
        return is_gated(base->gate) && model.facts.gate == gating::unknown;
    });
}

license_relation relation_of(subject const& model) {
    std::vector<base_license> bases;
    for (auto const* const base : model.foreign) {
        auto& row = bases.emplace_back();
        row.repo = base->repo;
        if (is_known(*base)) row.license = base->license;
    }
    return relate_licenses(license_in_force(model), model.account, bases, model.with.licenses);
}

std::string license_words(license_statement const& stated) {
    auto const id = normalized_license(stated);
    return id.empty() ? "no license stated" : id;
}

answer has_successor(subject const& model, base_evidence const& base) {
    if (!is_known(base)) return answer::unknown;
    auto const next = successor_in_force(model.with.publishers, base.repo, base.successor);
    if (next.state >= successor_state::point) return answer::yes;
    return next.state == successor_state::none ? answer::no : answer::unknown;
}

/// The newest day on which this model itself can have changed; nullopt: not known, or a date that cannot be.
std::optional<instant> changed_at_the_latest(subject const& model) {
    auto const& facts = model.facts;
    auto const& latest = facts.model_changed_at ? facts.model_changed_at : facts.last_modified;
    return days_since(latest, model.with.now) ? latest : std::nullopt;
}

answer has_moved(subject const& model, base_evidence const& base) {
    auto const own = changed_at_the_latest(model);
    if (!is_known(base) || !base.model_changed_at || !own) return answer::unknown;
    if (*base.model_changed_at > *own) return answer::yes;
    return model.facts.model_changed_at ? answer::no : answer::unknown;
}

std::string_view word(answer value) noexcept {
    return value == answer::yes ? "yes" : value == answer::no ? "no" : "not known";
}

} // namespace

void check_ungated_derivative(subject const& model, findings& out) {
    constexpr auto check = check_id::access_ungated_derivative;
    if (is_settled_without_bases(model, check, "na", out)) return;
    if (auto const* const base = passed_by(model)) {
        auto text = fmt::format("{} is gated ({}), this is not", base->repo, to_string(base->gate));
        return out.add(check, is_repackaged(model.origin) ? "repackaged" : "tuned", std::move(text));
    }
    if (could_pass_a_gate_by(model)) {
        return out.add(
            check,
            "unknown",
            fmt::format("not known whether a gate of {} is passed by", names_of(model.foreign))
        );
    }
    out.add(check, "same", fmt::format("no gate of {} is passed by", names_of(model.foreign)));
}

void check_provenance(subject const& model, findings& out) {
    constexpr auto check = check_id::license_provenance;
    if (is_settled_without_bases(model, check, "own", out)) return;
    auto const relation = relation_of(model);
    if (relation == license_relation::unresolvable) {
        return out.add(check, "unknown", fmt::format("license of {} not known", names_of(model.foreign)));
    }
    std::vector<std::string> theirs;
    for (auto const* const base : model.foreign)
        theirs.push_back(fmt::format("{}: {}", base->repo, license_words(base->license)));
    out.add(
        check,
        to_string(relation),
        fmt::format("{}, of {}", license_words(license_in_force(model)), fmt::join(theirs, "; "))
    );
}

void check_template(subject const& model, findings& out) {
    constexpr auto check = check_id::format_template;
    if (!model.was_read()) return out.add(check, "unknown", std::string{not_read});
    if (!model.facts.has_chat_template) return out.add(check, "own", "no chat template");
    if (!is_repackaged(model.origin)) return out.add(check, "own", "the publisher's own chat template");
    auto const from = model.foreign.empty() ? std::string{"somebody else's model"} : names_of(model.foreign);
    out.add(check, "third-party", fmt::format("a chat template in a repackage of {}", from));
}

void check_origin(subject const& model, findings& out) {
    constexpr auto check = check_id::publisher_origin;
    auto const bases = names_of(model.foreign);
    auto const& relation = model.facts.base_relation;
    switch (model.origin) {
    case provenance::own:
        return out.add(check, "own", std::string{own_work});
    case provenance::fine_tune:
    case provenance::adapter:
    case provenance::merge:
        return out.add(
            check, "tuned", fmt::format("{} of {}", to_string(model.origin), bases.empty() ? "others" : bases)
        );
    case provenance::repackaged:
        if (bases.empty()) return out.add(check, "repackaged", "the registry calls the account a mirror");
        return out.add(
            check,
            "repackaged",
            fmt::format("base_model {}{}{}", bases, relation.empty() ? "" : ", ", relation)
        );
    case provenance::looks_repackaged:
        return out.add(
            check,
            "undeclared",
            bases.empty() ? "looks repackaged, no base_model"
                          : fmt::format("looks like {} (inferred, unconfirmed), no base_model", bases)
        );
    case provenance::unknown:
        return out.add(check, "unknown", std::string{not_read});
    }
}

void check_upstream(subject const& model, findings& out) {
    constexpr auto check = check_id::version_upstream;
    if (is_settled_without_bases(model, check, "na", out)) return;
    auto moved = answer::no;
    auto succeeded = answer::no;
    for (auto const* const base : model.foreign) {
        moved = std::max(moved, has_moved(model, *base));
        succeeded = std::max(succeeded, has_successor(model, *base));
    }
    auto const proven = (moved == answer::yes ? 1 : 0) + (succeeded == answer::yes ? 1 : 0);
    bool const open = moved == answer::unknown || succeeded == answer::unknown;
    std::string_view const outcome = proven == 2   ? "both"
                                     : proven == 1 ? "one"
                                     : open        ? "unknown"
                                                   : "current";
    out.add(
        check,
        outcome,
        fmt::format(
            "{}: changed since {}, successor {}", names_of(model.foreign), word(moved), word(succeeded)
        )
    );
}

} // namespace modelwatch::assess
