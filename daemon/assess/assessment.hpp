#pragma once

#include "daemon/assess/check.hpp"
#include "daemon/assess/evidence.hpp"
#include "daemon/assess/licenses.hpp"
#include "daemon/assess/publishers.hpp"
#include "daemon/assess/rubric.hpp"

#include <array>
#include <string>
#include <vector>

namespace modelwatch::assess {

/// Words that prove a finding. Cannot be empty: a finding without evidence is not one.
class proof {
public:
    /// Throws std::logic_error when it is empty.
    explicit proof(std::string text);

    [[nodiscard]] std::string const& text() const noexcept { return text_; }

private:
    std::string text_;
};

/// One check's outcome. Points stand beside what they were given for.
struct finding {
    finding(check_id what, outcome_info const& came_out, int given, proof rests_on)
        : check{what}
        , outcome{&came_out}
        , points{given}
        , evidence{std::move(rests_on)} {}

    check_id check;
    outcome_info const* outcome; ///< a row of the check's own list
    int points;
    proof evidence; ///< "gated=false"

    [[nodiscard]] outcome_state state() const noexcept { return outcome->state; }
};

struct dimension_result {
    dimension which{};
    std::vector<finding> findings; ///< in the order of checks()
    int sum = 0;                   ///< before the cap
    int score = 0;                 ///< 0 to 100
    risk_level level = risk_level::low;
    bool principal_known = false;
};

/// A floor of assess.md 2.2 whose condition holds. F1 is left out where another one holds.
struct floor_hit {
    std::string_view id; ///< "F7"
    risk_level at_least{};
    std::string why;
    bool raised = false; ///< it lifted the rating above what the score gives
};

/// assess.md 3.1. End of life is `outdated` with its own reason.
enum class staleness { current, ageing, outdated, unknown };

[[nodiscard]] std::string_view to_string(staleness value) noexcept;

/// What the facts are measured against.
struct assess_context {
    rubric const& numbers;
    publisher_registry const& publishers;
    license_table const& licenses;
    instant now{};
};

/// A rating with everything that it rests on. Only assess() can make one, so that no rating exists without
/// evidence. The text of findings is the hub's or the publisher's in part: escape it when it is shown.
class assessment {
public:
    [[nodiscard]] std::string const& hub() const noexcept { return hub_; }

    [[nodiscard]] std::string const& repo() const noexcept { return repo_; }

    [[nodiscard]] std::string const& revision() const noexcept { return revision_; }

    [[nodiscard]] std::string const& commit() const noexcept { return commit_; }

    [[nodiscard]] instant assessed_at() const noexcept { return assessed_at_; }

    [[nodiscard]] instant evidence_at() const noexcept { return evidence_at_; }

    [[nodiscard]] risk_level rating() const noexcept { return rating_; }

    [[nodiscard]] double score() const noexcept { return score_; } ///< weighted sum, one decimal

    [[nodiscard]] double confidence() const noexcept { return confidence_; } ///< 0 to 1

    [[nodiscard]] bool provisional() const noexcept { return provisional_; } ///< F9

    [[nodiscard]] std::string const& rubric_label() const noexcept { return rubric_label_; }

    [[nodiscard]] std::vector<std::string> const& rubric_differences() const noexcept { return differences_; }

    [[nodiscard]] std::string const& vector() const noexcept { return vector_; } ///< assess.md 2.8

    [[nodiscard]] std::array<dimension_result, dimension_count> const& results() const noexcept {
        return results_;
    }

    [[nodiscard]] dimension_result const& of(dimension which) const noexcept {
        return results_[static_cast<std::size_t>(which)];
    }

    [[nodiscard]] finding const& of(check_id which) const;

    [[nodiscard]] std::array<double, dimension_count> const& weights() const noexcept { return weights_; }

    [[nodiscard]] std::vector<floor_hit> const& floors() const noexcept { return floors_; }

    [[nodiscard]] staleness age() const noexcept { return staleness_; }

    [[nodiscard]] std::vector<std::string> const& staleness_reasons() const noexcept { return reasons_; }

    [[nodiscard]] std::string_view disposition() const noexcept; ///< assess.md 2.8: required before use
    [[nodiscard]] std::chrono::days review_interval() const noexcept;

private:
    assessment() = default;
    friend assessment assess(evidence const& facts, assess_context const& with);

    std::string hub_;
    std::string repo_;
    std::string revision_;
    std::string commit_;
    instant assessed_at_{};
    instant evidence_at_{};
    risk_level rating_ = risk_level::high;
    double score_ = 100;
    double confidence_ = 0;
    bool provisional_ = true;
    std::string rubric_label_;
    std::vector<std::string> differences_;
    std::string vector_;
    std::array<dimension_result, dimension_count> results_;
    std::array<double, dimension_count> weights_{};
    std::vector<floor_hit> floors_;
    staleness staleness_ = staleness::unknown;
    std::vector<std::string> reasons_;
};

[[nodiscard]] std::string_view disposition_of(risk_level rating) noexcept; ///< assess.md 2.8
[[nodiscard]] std::chrono::days review_interval_of(risk_level rating) noexcept;

/// The rubric, applied. Pure and deterministic; the order of lists in the evidence does not matter.
[[nodiscard]] assessment assess(evidence const& facts, assess_context const& with);

/// What an evidence vector comes to.
struct vector_reading {
    double score = 0;
    risk_level rating = risk_level::high;
    std::vector<std::string> floors;
    bool same_rubric = false; ///< the vector was written with just these numbers
};

/// Score, rating and floors computed again from an evidence vector alone, for auditors. Age limits and
/// intended use stand in the vector; weights, points, bounds and floors that are switched off are those of
/// `numbers`. nullopt: not a vector of this rubric, or not a whole one.
[[nodiscard]] std::optional<vector_reading> read_vector(std::string_view vector, rubric const& numbers);

} // namespace modelwatch::assess
