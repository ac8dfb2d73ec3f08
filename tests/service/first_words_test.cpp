#include "daemon/alerting/precedence.hpp"
#include "daemon/assess/event_severity.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/message_text.hpp"
#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>

using namespace modelwatch;
using namespace modelwatch::fixtures;
using alerting::precedence;

// Every kind of alert, for who is pinned and who follows main, in production and in development: how urgent
// it is, when it is said, and what it says to do first.

namespace {

/// A pinned commit protects production and development alike. Integrity below medium is said with the news.
struct expectation {
    alert_kind kind;
    precedence about;
    char const* following_dev;
    char const* following_prod;
    char const* pinned;
    char const* first_instruction;
};

using enum alert_kind;
using enum precedence;

// clang-format off
std::vector<expectation> const table{
    {weights_replaced,    integrity, "high",     "critical", "high",     "Hold rollouts"},
    {weights_removed,     integrity, "high",     "critical", "high",     "Serve from your own mirror of the baseline commit"},
    {weights_added,       integrity, "low",      "medium",   "info",     "Check that loaders still pick the files that were reviewed"},
    {history_rewritten,   integrity, "high",     "critical", "high",     "Keep the archived baseline"},
    {tag_moved,           integrity, "high",     "critical", "high",     "Pin deployments by full commit"},
    {commits_added,       news,      "info",     "info",     "info",     "Read the titles"},
    {code_added,          integrity, "high",     "critical", "high",     "Keep trust_remote_code off"},
    {code_changed,        integrity, "high",     "critical", "high",     "Review the difference before anything loads"},
    {template_changed,    integrity, "medium",   "high",     "medium",   "Read the difference and test again before"},
    {config_changed,      news,      "low",      "medium",   "info",     "Read the difference and test again"},
    {tokenizer_changed,   integrity, "medium",   "high",     "medium",   "Read which token strings differ"},
    {unsafe_format_added, integrity, "high",     "critical", "high",     "Load only the safe files"},
    {unsafe_content,      integrity, "critical", "critical", "high",     "Do not load it"},
    {malformed_file,      integrity, "high",     "critical", "high",     "Do not load it"},
    {hub_scan_flagged,    integrity, "medium",   "high",     "medium",   "Read the scanner's report"},
    {license_changed,     rights,    "high",     "critical", "high",     "Ask legal to compare"},
    {license_mismatch,    rights,    "medium",   "medium",   "medium",   "Rely on the origin's license"},
    {gating_changed,      rights,    "medium",   "high",     "medium",   "Check that the service account still has access"},
    {repo_missing,        standing,  "high",     "critical", "high",     "Freeze the name in every configuration"},
    {repo_renamed,        standing,  "medium",   "high",     "medium",   "Change every configuration to the new name, at the commit that was reviewed"},
    {repo_disabled,       standing,  "critical", "critical", "high",     "Quarantine cached copies"},
    {repo_private,        standing,  "high",     "critical", "high",     "Serve from your mirror"},
    {access_lost,         rights,    "high",     "critical", "high",     "Check the account's grant and the token"},
    {namespace_reborn,    integrity, "critical", "critical", "high",     "Block it"},
    {publisher_changed,   standing,  "medium",   "high",     "medium",   "Redo the third-party review"},
    {new_model,           news,      "info",     "info",     "info",     "Decide whether it needs a review"},
    {stale,               precedence::time, "medium", "medium", "medium", "Assign an owner"},
    {outdated,            precedence::time, "medium", "medium", "medium", "Read what changed since"},
    {superseded,          precedence::time, "medium", "medium", "medium", "Compare license, access and format of the successor"},
    {advisory,            standing,  "high",     "high",     "high",     "Follow the advisory"},
    {deployed_drift,      integrity, "critical", "critical", "high",     "Take the copy out of service"},
    {review_missing,      standing,  "medium",   "medium",   "medium",   "Review it, or stop using it"},
    {review_expired,      precedence::time, "medium", "medium", "medium", "Review again"},
    {policy_violation,    standing,  "medium",   "medium",   "medium",   "Meet the rule"},
    {rating_worsened,     standing,  "medium",   "medium",   "medium",   "Read which findings moved"},
    {poll_failing,        standing,  "medium",   "medium",   "medium",   "Read the error"},
    {hub_unreachable,     standing,  "high",     "high",     "high",     "Check the network"},
    {delivery_failing,    standing,  "high",     "high",     "high",     "Read `modelwatch outbox`"},
    {state_lost,          standing,  "critical", "critical", "critical", "Find out who did it"},
};
// clang-format on

struct place {
    char const* env;
    bool pinned;

    [[nodiscard]] std::string severity_in(expectation const& row) const {
        if (pinned) return row.pinned;
        return std::string_view{env} == "prod" ? row.following_prod : row.following_dev;
    }
};

std::vector<place> const places{{"prod", true}, {"dev", true}, {"prod", false}, {"dev", false}};

/// An event of the head, rated for somebody who reads it there.
alert told(alert_kind kind, place const& reader) {
    watch target;
    target.tags = {{"env", reader.env}};
    if (reader.pinned) target.deployed = commit('1');
    std::map<std::string, severity> const overrides;
    assess::severity_context const context{
        target, assess::publisher_registry::builtin(), assess::license_table::builtin(), overrides, "google"
    };
    alert out;
    out.id = "id-of-" + std::string{to_string(kind)};
    out.repo = "google/model";
    out.tags = target.tags;
    out.opened_at = out.updated_at = at("2026-04-29T09:00:00Z");
    out.what.kind = kind;
    out.what.baseline_commit = commit('1');
    out.what.commit = commit('2');
    out.what.evidence = {
        {"old_ids", json::array{"apache-2.0"}},
        {"new_ids", json::array{"cc-by-nc-4.0"}},
        {"new_owner", "google"}
    };
    if (reader.pinned) out.what.evidence["deployed_affected"] = false;
    assess::apply_severity(out.what, context);
    return out;
}

std::vector<std::string> instructions_of(std::vector<alert> alerts) {
    message what;
    what.alerts = std::move(alerts);
    std::vector<std::string> out;
    auto const text = notify::plain_text(what);
    for (auto const line : split(text, '\n')) {
        for (std::string_view const mark : {"Do now: ", "Then: "}) {
            if (line.starts_with(mark)) out.emplace_back(line.substr(mark.size()));
        }
    }
    return out;
}

bool advises_to_move(std::string const& instruction) {
    auto const words = {"roll it out", "accept the new commit", "new name and commit"};
    return std::any_of(words.begin(), words.end(), [&](char const* one) {
        return instruction.find(one) != std::string::npos;
    });
}

} // namespace

TEST_CASE("the table of first words speaks of every kind once", "[first-words]") {
    std::set<alert_kind> kinds;
    for (auto const& row : table)
        kinds.insert(row.kind);
    CHECK(kinds.size() == table.size());
    CHECK(table.size() == alert_kinds().size());
}

TEST_CASE(
    "every kind has its severity, its turn and its first instruction, whoever reads it", "[first-words]"
) {
    for (auto const& reader : places) {
        for (auto const& row : table) {
            auto const entry = told(row.kind, reader);
            CAPTURE(to_string(row.kind), reader.env, reader.pinned);
            CHECK(to_string(entry.what.level) == reader.severity_in(row));
            bool const minor = row.about == integrity && entry.what.level < severity::medium;
            CHECK(alerting::precedence_of(row.kind) == row.about);
            CHECK(alerting::precedence_of(entry.what) == (minor ? news : row.about));
            auto const said = instructions_of({entry});
            REQUIRE(said.size() == 1);
            CHECK_THAT(said.front(), Catch::StartsWith(row.first_instruction));
        }
    }
}

TEST_CASE("a severity that was moved says so, and one that was not says nothing", "[first-words]") {
    for (auto const& reader : places) {
        for (auto const& row : table) {
            auto const detail = told(row.kind, reader).what.detail;
            bool const moved = reader.severity_in(row) != std::string_view{row.following_dev};
            CAPTURE(to_string(row.kind), reader.env, reader.pinned, detail);
            if (moved) CHECK((detail.starts_with("Raised from ") || detail.starts_with("Lowered from ")));
            if (!moved) CHECK((detail.empty() || detail.starts_with("Stays ")));
        }
    }
}

TEST_CASE("under an open integrity alert nothing advises to move to its bytes", "[first-words][advice]") {
    for (auto const& reader : places) {
        for (auto const& finding : table) {
            auto const grave = told(finding.kind, reader);
            bool const forbids = alerting::precedence_of(grave.what) == integrity;
            if (!forbids || finding.kind == deployed_drift)
                continue; // a copy's drift says nothing of the hub's
            for (auto const& row : table) {
                if (row.kind == finding.kind) continue;
                std::vector<alert> alerts{told(row.kind, reader), grave};
                bool const later = alerting::precedence_of(alerts.front().what) != integrity;
                alerting::withhold_advice(alerts, {});
                CAPTURE(to_string(finding.kind), to_string(row.kind), reader.env, reader.pinned);
                auto const said = instructions_of(alerts);
                REQUIRE(said.size() == 2);
                CHECK(std::none_of(said.begin(), said.end(), advises_to_move));
                if (later) CHECK_THAT(said.front(), Catch::StartsWith(finding.first_instruction));
                if (row.kind == outdated) CHECK_THAT(said.back(), Catch::Contains(grave.id));
            }
        }
    }
}
