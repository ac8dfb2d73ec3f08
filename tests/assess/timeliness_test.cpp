#include "tests/assess/evidence_builder.hpp"

using namespace assess_test;

namespace {

evidence created(std::optional<instant> when) {
    return with(spotless(), [&](evidence& e) { e.created_at = when; });
}

evidence changed(std::optional<instant> model, std::optional<instant> any) {
    return with(spotless(), [&](evidence& e) {
        e.model_changed_at = model;
        e.last_modified = any;
    });
}

evidence succeeded(successor_state state) {
    return with(spotless(), [&](evidence& e) { e.successor.state = state; });
}

/// A copy made a month ago.
evidence copy(std::optional<instant> base_changed, successor_state base_successor) {
    return with(spotless("unsloth/Mistral-7B-v0.1-GGUF"), [&](evidence& e) {
        e.bases = {resolved_base("mistralai/Mistral-7B-v0.1")};
        e.bases[0].model_changed_at = base_changed;
        e.bases[0].successor.state = base_successor;
        e.base_relation = "quantized";
    });
}

evidence advised(severity level, std::vector<std::string> commits = {}) {
    return with(spotless(), [&](evidence& e) {
        e.advisories_configured = true;
        e.advisories = {{"EXAMPLE-2026-1", level, "a flaw", "", std::move(commits)}};
    });
}

assessment ruled(std::string_view rules, evidence const& facts) {
    auto const table = publisher_registry::with_overrides(rules, "mine.toml");
    REQUIRE(table);
    rubric const numbers;
    return assess::assess(facts, {numbers, *table, license_table::builtin(), reference_day});
}

} // namespace

TEST_CASE("a generation grows old after one year and two", "[timeliness]") {
    expect_each(
        check_id::version_age,
        {{"young 0", created(days_before(365))},
         {"ageing 10", created(days_before(366))},
         {"ageing 10", created(days_before(730))},
         {"old 20", created(days_before(731))},
         {"unknown 10", created(std::nullopt)},
         {"unknown 10", created(reference_day + std::chrono::days{2})}}
    );
    auto const text = evidence_text(created(day("2022-03-02")), check_id::version_age);
    CHECK(text == "created 2022-03-02 or earlier, 1519 days ago");
}

TEST_CASE("maintenance is the newest commit that touched the model itself", "[timeliness]") {
    auto const now = reference_day;
    expect_each(
        check_id::version_maintenance,
        {{"active 0", changed(days_before(180), now)},
         {"slow 10", changed(days_before(181), now)},
         {"dormant 20", changed(days_before(366), now)},
         {"dormant 20", changed(days_before(730), now)},
         {"abandoned 40", changed(days_before(731), now)},
         {"unknown 20", changed(std::nullopt, days_before(30))},
         {"unknown 20", changed(std::nullopt, days_before(730))},
         {"unknown 20", changed(std::nullopt, std::nullopt)}}
    );
    CHECK(
        evidence_text(changed(day("2024-08-07"), now), check_id::version_maintenance) ==
        "newest model commit 2024-08-07, 630 days ago"
    );
}

TEST_CASE("a repo that nobody touched for two years is known to be abandoned", "[timeliness]") {
    auto const facts = changed(std::nullopt, days_before(731));
    auto const result = assessed(facts);
    CHECK(found(result, check_id::version_maintenance) == "abandoned 40");
    CHECK(result.of(dimension::timeliness).principal_known);
    CHECK(result.vector().find("/VM:731/") != std::string::npos);
    CHECK(result.age() == staleness::outdated);
}

TEST_CASE("a date that its publisher puts into the future is no sign of life", "[timeliness][hostile]") {
    auto const forged = changed(day("2099-01-01"), day("2099-01-01"));
    CHECK(found(forged, check_id::version_maintenance) == "unknown 20");
}

TEST_CASE("a successor costs more the further the publisher has moved on", "[timeliness]") {
    using enum successor_state;
    expect_each(
        check_id::version_superseded,
        {{"none 0", succeeded(none)},
         {"unknown 10", succeeded(successor_state::unknown)},
         {"possible 20", succeeded(possible)},
         {"point 20", succeeded(point)},
         {"one 40", succeeded(one)},
         {"many 60", succeeded(many)}}
    );
}

TEST_CASE("the operator's word about a successor and an end beats the hub's", "[timeliness][overrides]") {
    auto const rules = "[model.\"google/Spotless-9b\"]\nsuccessor = \"google/next-1\"\n"
                       "eol_date = \"2026-05-31\"\nlicense = \"gemma\"\n";
    auto const result = ruled(rules, succeeded(successor_state::none));
    CHECK(found(result, check_id::version_superseded) == "one 40");
    CHECK(found(result, check_id::version_eol) == "soon 20");
    CHECK(found(result, check_id::license_class) == "custom 40");
    CHECK(result.vector().find("/LC:gemma:custom/") != std::string::npos);
    CHECK(result.of(check_id::version_superseded).evidence.text().find("google/next-1") != std::string::npos);
}

TEST_CASE("a copy answers for what happened to its base since", "[timeliness][derivative]") {
    using enum successor_state;
    auto const before = days_before(60);
    auto const after = days_before(10);
    expect_each(
        check_id::version_upstream,
        {{"na 0", spotless()},
         {"current 0", copy(before, none)},
         {"one 20", copy(after, none)},
         {"one 20", copy(before, one)},
         {"one 20", copy(std::nullopt, point)},
         {"both 40", copy(after, many)},
         {"unknown 10", copy(std::nullopt, none)},
         {"unknown 10", copy(before, successor_state::unknown)},
         {"unknown 10", with(copy(before, none), [](evidence& e) { e.bases[0].resolved = false; })},
         {"unread 0", evidence{}}}
    );
    // A base that changed after the copy's newest commit of any kind changed after the copy itself.
    auto const bound = [&](instant base_changed) {
        return with(copy(base_changed, none), [](evidence& e) { e.model_changed_at.reset(); });
    };
    CHECK(found(bound(days_before(10)), check_id::version_upstream) == "one 20");
    CHECK(found(bound(days_before(60)), check_id::version_upstream) == "unknown 10");
    auto const forged = with(copy(after, none), [](evidence& e) { e.model_changed_at = day("2099-01-01"); });
    CHECK(found(forged, check_id::version_upstream) == "unknown 10");
}

TEST_CASE("support ends on the operator's date, or when the card says so", "[timeliness]") {
    auto const rule = [](std::string_view date) {
        return ruled(
            "[model.\"google/spotless-9b\"]\neol_date = \"" + std::string{date} + "\"\n", spotless()
        );
    };
    CHECK(found(rule("2026-04-29"), check_id::version_eol) == "past 60");
    CHECK(found(rule("2026-04-30"), check_id::version_eol) == "soon 20");
    CHECK(found(rule("2026-07-28"), check_id::version_eol) == "soon 20");
    CHECK(found(rule("2026-07-29"), check_id::version_eol) == "none 0");
    auto const dated = [](long days) {
        return with(spotless(), [&](evidence& e) { e.successor.eol_date = days_before(-days); });
    };
    expect_each(
        check_id::version_eol,
        {{"none 0", spotless()},
         {"soon 20", dated(90)},
         {"past 60", dated(0)},
         {"past 60", with(spotless(), [](evidence& e) { e.deprecated = true; })},
         {"past 60", with(spotless(), [](evidence& e) { e.successor.deprecated_by_card = true; })},
         {"unknown 0", with(spotless(), [](evidence& e) { e.deprecated.reset(); })}}
    );
}

TEST_CASE("advisories count when they name the commit, or none, or the commit is not known", "[timeliness]") {
    auto const feed = with(spotless(), [](evidence& e) { e.advisories_configured = true; });
    auto const other = std::string(40, 'd');
    expect_each(
        check_id::version_advisory,
        {{"no-feed 0", spotless()},
         {"none 0", feed},
         {"none 0", advised(severity::high, {other})},
         {"low 10", advised(severity::low)},
         {"low 10", advised(severity::info)},
         {"medium 40", advised(severity::medium, {other, "cccccccc"})},
         {"high 100", advised(severity::high)},
         {"high 100", advised(severity::critical)}}
    );
    auto const unread = with(advised(severity::medium, {other}), [](evidence& e) { e.commit.clear(); });
    CHECK(found(unread, check_id::version_advisory) == "medium 40");
}

TEST_CASE("staleness says why, not only that", "[staleness]") {
    CHECK(assessed(spotless()).age() == staleness::current);
    CHECK(assessed(spotless()).staleness_reasons().empty());

    auto const ageing =
        with(changed(days_before(400), reference_day), [](evidence& e) { e.created_at = days_before(800); });
    CHECK(assessed(ageing).age() == staleness::ageing);
    CHECK(assessed(ageing).staleness_reasons().size() == 2);

    auto const superseded = assessed(succeeded(successor_state::one));
    CHECK(superseded.age() == staleness::outdated);
    CHECK(superseded.staleness_reasons().at(0).starts_with("superseded: "));

    auto const unknown = assessed(changed(std::nullopt, days_before(3)));
    CHECK(unknown.age() == staleness::unknown);
    CHECK_FALSE(unknown.staleness_reasons().empty());

    auto const both =
        assessed(with(succeeded(successor_state::many), [](evidence& e) { e.model_changed_at.reset(); }));
    CHECK(both.age() == staleness::outdated); // proven, whatever else is unknown
    CHECK(assessed(advised(severity::medium)).age() == staleness::outdated);
    CHECK(assessed(advised(severity::low)).age() == staleness::current);
    auto const ended = assessed(with(spotless(), [](evidence& e) { e.deprecated = true; }));
    CHECK(ended.age() == staleness::outdated);
    CHECK(ended.staleness_reasons().at(0).starts_with("end of life: "));
}
