#pragma once

#include "daemon/assess/assessment.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

/// Evidence by hand for tests: a model about which everything is known and nothing is wrong, to be spoilt.
namespace assess_test {

using namespace modelwatch;
using namespace modelwatch::assess;

/// The day of the published ratings.
inline instant const reference_day = *from_rfc3339("2026-04-29T00:00:00Z");

inline instant day(std::string_view text) {
    return *from_rfc3339(std::string{text} + "T00:00:00Z");
}

inline instant days_before(long count, instant now = reference_day) {
    return now - std::chrono::days{count};
}

/// Gated, Apache-2.0, safetensors, scanned, changed a month ago, of an organisation with members: every check
/// has evidence and costs nothing where the registry trusts the account ("google").
inline evidence spotless(std::string repo = "google/spotless-9b") {
    evidence out;
    out.hub = "hub";
    out.repo = std::move(repo);
    out.author = out.repo.substr(0, out.repo.find('/'));
    out.revision = "main";
    out.commit = std::string(40, 'c');
    out.observed_at = reference_day;
    out.repo_id = std::string(24, '1');
    out.gate = gating::manual;
    out.discussions_disabled = false;
    out.license.ids = {"apache-2.0"};
    out.license_tags = {"apache-2.0"};
    out.pipeline_tag = "text-generation";
    out.library_name = "transformers";
    out.downloads = 500;
    out.format.known = true;
    out.format.safetensors = 2;
    out.format.safe_set_complete = true;
    out.custom_code = false;
    out.scan = scan_level::safe;
    out.owner.kind = owner_kind::organisation;
    out.owner.id = std::string(24, '2');
    out.owner.verified = true;
    out.owner.members = 12;
    out.owner.last_activity = days_before(3);
    out.created_at = days_before(100);
    out.last_modified = days_before(30);
    out.model_changed_at = days_before(30);
    out.successor.state = successor_state::none;
    out.deprecated = false;
    return out;
}

/// The same of a user account that no registry knows.
inline evidence spotless_user() {
    auto out = spotless("some-nick/model-7b");
    out.owner.kind = owner_kind::user;
    out.owner.members.reset();
    out.owner.verified.reset();
    return out;
}

/// A resolved base model of another account, open, Apache-2.0, unchanged for longer than a spotless copy.
inline base_evidence resolved_base(std::string repo) {
    base_evidence out;
    out.repo = std::move(repo);
    out.resolved = true;
    out.commit = std::string(40, 'b');
    out.gate = gating::open;
    out.license.ids = {"apache-2.0"};
    out.created_at = days_before(200);
    out.model_changed_at = days_before(190);
    out.scan = scan_level::safe;
    out.successor.state = successor_state::none;
    return out;
}

inline assess_context context(rubric const& numbers, instant now = reference_day) {
    return {numbers, publisher_registry::builtin(), license_table::builtin(), now};
}

inline assessment assessed(evidence const& facts, rubric const& numbers = {}) {
    return assess::assess(facts, context(numbers));
}

/// "outcome points" of one check.
inline std::string found(assessment const& result, check_id check) {
    auto const& one = result.of(check);
    return std::string{one.outcome->name} + " " + std::to_string(one.points);
}

inline std::string found(evidence const& facts, check_id check, rubric const& numbers = {}) {
    return found(assessed(facts, numbers), check);
}

inline std::string evidence_text(evidence const& facts, check_id check) {
    return assessed(facts).of(check).evidence.text();
}

/// One piece of evidence and what a check must make of it.
struct expectation {
    std::string outcome; ///< "auto 10"
    evidence facts;
};

/// Evidence derived from another by one change.
inline evidence with(evidence out, std::function<void(evidence&)> const& change) {
    change(out);
    return out;
}

/// Every row comes out as expected, and every outcome of the check's list is among the rows or `elsewhere`.
inline void expect_each(
    check_id check,
    std::vector<expectation> const& rows,
    rubric const& numbers = {},
    std::vector<std::string> elsewhere = {}
) {
    CAPTURE(to_string(check));
    auto& reached = elsewhere;
    for (auto const& row : rows) {
        auto const result = assessed(row.facts, numbers);
        CAPTURE(result.of(check).evidence.text());
        CHECK(found(result, check) == row.outcome);
        reached.emplace_back(result.of(check).outcome->name);
    }
    for (auto const& outcome : info(check).outcomes) {
        CAPTURE(outcome.name);
        CHECK(std::count(reached.begin(), reached.end(), outcome.name) > 0);
    }
}

inline std::vector<std::string> floor_ids(assessment const& result) {
    std::vector<std::string> out;
    for (auto const& floor : result.floors())
        out.emplace_back(floor.id);
    return out;
}

} // namespace assess_test
