#pragma once

#include "daemon/assess/assessment.hpp"
#include "daemon/assess/provenance.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// One model as the checks see it: the evidence, and what the operator's tables say of it.
struct subject {
    subject(evidence const& seen, assess_context const& context);

    evidence const& facts;
    assess_context const& with;
    std::string account;                       ///< namespace, of the evidence or of the repo's id
    publisher const* registered = nullptr;     ///< row of the registry; nullptr: none
    model_override const* ruled = nullptr;     ///< the operator's word on this model; nullptr: none
    std::vector<base_evidence const*> foreign; ///< bases of other accounts, by name
    provenance origin = provenance::unknown;

    [[nodiscard]] rubric const& numbers() const noexcept { return with.numbers; }

    /// The hub has answered about the model at least once.
    [[nodiscard]] bool was_read() const noexcept { return !facts.commit.empty(); }

    /// It has told what the card states, so that what is not stated is known not to be.
    [[nodiscard]] bool card_was_read() const noexcept { return was_read() && !facts.card_withheld; }

    [[nodiscard]] bool is_user() const noexcept;

    [[nodiscard]] bool is_organisation() const noexcept;
};

/// What the checks found, in their order.
class findings {
public:
    explicit findings(rubric const& numbers)
        : numbers_{numbers} {}

    /// `outcome` is one of the check's own list, anything else is a bug (std::logic_error). Text of the hub
    /// in `evidence` is cut to a bearable length.
    void add(check_id check, std::string_view outcome, std::string evidence);

    [[nodiscard]] std::vector<finding> take() && { return std::move(list_); }

private:
    rubric const& numbers_;
    std::vector<finding> list_;
};

// One function per dimension, evidence -> findings, each check once and in the order of checks().
void look_at_access(subject const& model, findings& out);
void look_at_license(subject const& model, findings& out);
void look_at_format(subject const& model, findings& out);
void look_at_publisher(subject const& model, findings& out);
void look_at_timeliness(subject const& model, findings& out);

// Those that look at the bases; called by the functions above.
void check_ungated_derivative(subject const& model, findings& out);
void check_provenance(subject const& model, findings& out);
void check_template(subject const& model, findings& out);
void check_origin(subject const& model, findings& out);
void check_upstream(subject const& model, findings& out);

/// What the license checks go by: the operator's ruling, else what the card states.
[[nodiscard]] license_statement license_in_force(subject const& model);

/// "apache-2.0", "mit+cc-by-4.0", a name behind `other`; empty: nothing is stated. For the evidence vector.
[[nodiscard]] std::string license_token(subject const& model);

/// What was found of a model's successor, unless the operator's file of today names one.
[[nodiscard]] succession
successor_in_force(publisher_registry const& publishers, std::string_view repo, succession found);

} // namespace modelwatch::assess
