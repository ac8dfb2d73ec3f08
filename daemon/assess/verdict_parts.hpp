#pragma once

#include "daemon/assess/subject.hpp"
#include "daemon/assess/verdict_changes.hpp"

#include <string>
#include <vector>

namespace modelwatch::assess {

/// What the parts of verdict_changes() share.
struct verdict_scene {
    explicit verdict_scene(verdict_inputs const& given)
        : in{given}
        , model{given.facts, given.judged.with} {}

    verdict_inputs const& in;
    subject model;
    std::vector<change> out;

    [[nodiscard]] change about(alert_kind kind, std::string dedupe = {}) const;

    /// The open change of a kind; nullptr: none.
    [[nodiscard]] change const* standing(alert_kind kind, std::string_view dedupe) const noexcept;

    /// Nothing can be told now: what is open stays open, as it is.
    void keep(alert_kind kind, std::string_view dedupe);

    [[nodiscard]] std::string_view outcome(check_id check) const { return in.rated.of(check).outcome->name; }

    [[nodiscard]] std::string const& proof_of(check_id check) const {
        return in.rated.of(check).evidence.text();
    }
};

// Each appends its changes, unrated.
void tell_successor(verdict_scene& scene);
void tell_upstream(verdict_scene& scene);
void tell_license_mismatch(verdict_scene& scene);
void tell_advisories(verdict_scene& scene);
void tell_review(verdict_scene& scene);
void tell_violations(verdict_scene& scene);
void tell_rating(verdict_scene& scene);
void tell_publisher(verdict_scene& scene);

/// The successor's side of a comparison: its id, license and whether that differs from the present one.
void add_successor(json::object& evidence, succession const& next, license_statement const& present);

} // namespace modelwatch::assess
