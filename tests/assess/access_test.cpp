#include "tests/assess/evidence_builder.hpp"

using namespace assess_test;

namespace {

evidence gated_as(gating mode) {
    return with(spotless(), [&](evidence& e) { e.gate = mode; });
}

/// Open, so that something else has to answer for the way to the publisher.
evidence open_with(std::function<void(evidence&)> const& change) {
    auto out = gated_as(gating::open);
    change(out);
    return out;
}

evidence copy_of(gating base_gate, std::string relation) {
    return open_with([&](evidence& e) {
        auto base = resolved_base("meta-llama/Llama-3.1-8B");
        base.gate = base_gate;
        e.bases = {base};
        e.base_relation = std::move(relation);
    });
}

} // namespace

TEST_CASE("the gate is read off, and a private copy needs none", "[access]") {
    expect_each(
        check_id::access_gating,
        {{"manual 0", gated_as(gating::manual)},
         {"auto 10", gated_as(gating::automatic)},
         {"no 20", gated_as(gating::open)},
         {"unknown 10", gated_as(gating::unknown)},
         {"private 0", open_with([](evidence& e) { e.is_private = true; })},
         {"private 0", open_with([](evidence& e) { e.place = standing::is_private; })}}
    );
    CHECK(evidence_text(gated_as(gating::open), check_id::access_gating) == "gated=false");
}

TEST_CASE("a way to the publisher is a gate, a contact, or else the discussions", "[access]") {
    expect_each(
        check_id::access_notification,
        {{"gate 0", gated_as(gating::automatic)},
         {"contact 0", open_with([](evidence& e) { e.format.security_policy = true; })},
         {"org 20", gated_as(gating::open)},
         {"user 30", open_with([](evidence& e) { e.owner.kind = owner_kind::user; })},
         {"none 40", open_with([](evidence& e) { e.discussions_disabled = true; })},
         {"unknown 20", open_with([](evidence& e) { e.discussions_disabled.reset(); })},
         {"unknown 20", open_with([](evidence& e) { e.format.known = false; })},
         {"unknown 20", gated_as(gating::unknown)}}
    );
}

TEST_CASE("a security contact in the registry is a way to the publisher", "[access]") {
    auto const registry = publisher_registry::with_overrides(
        "[publisher.google]\nsecurity_contact = \"psirt@example.org\"\n", "mine.toml"
    );
    REQUIRE(registry);
    rubric const numbers;
    auto const result =
        assess::assess(gated_as(gating::open), {numbers, *registry, license_table::builtin(), reference_day});
    CHECK(found(result, check_id::access_notification) == "contact 0");
    CHECK(
        result.of(check_id::access_notification).evidence.text().find("psirt@example.org") !=
        std::string::npos
    );
}

TEST_CASE("an open copy of a gated model passes the gate by", "[access][derivative]") {
    expect_each(
        check_id::access_ungated_derivative,
        {{"na 0", spotless()},
         {"same 0", copy_of(gating::open, "quantized")},
         {"same 0", with(copy_of(gating::manual, "quantized"), [](auto& e) { e.gate = gating::automatic; })},
         {"tuned 10", copy_of(gating::manual, "finetune")},
         {"repackaged 30", copy_of(gating::automatic, "quantized")},
         {"unknown 10", copy_of(gating::unknown, "quantized")},
         {"unknown 10",
          with(copy_of(gating::manual, "quantized"), [](auto& e) { e.bases[0].resolved = false; })},
         {"unknown 10", with(copy_of(gating::manual, "finetune"), [](auto& e) { e.gate = gating::unknown; })},
         {"unread 0", evidence{}}}
    );
}

TEST_CASE("the gravest of several bases decides", "[access][derivative]") {
    auto facts = copy_of(gating::manual, "quantized");
    facts.bases.push_back(resolved_base("mistralai/Mistral-7B-v0.1"));
    CHECK(found(facts, check_id::access_ungated_derivative) == "repackaged 30");
    std::swap(facts.bases[0], facts.bases[1]);
    CHECK(found(facts, check_id::access_ungated_derivative) == "repackaged 30");
}

TEST_CASE("a withdrawn repository stops everything", "[access]") {
    auto const disabled = with(spotless(), [](evidence& e) { e.disabled = true; });
    expect_each(
        check_id::access_disabled,
        {{"no 0", spotless()},
         {"disabled 100", disabled},
         {"disabled 100", with(evidence{}, [](evidence& e) { e.place = standing::disabled; })},
         {"unknown 0", with(spotless(), [](evidence& e) { e.place = standing::missing; })},
         {"unknown 0", evidence{}}}
    );
    CHECK(assessed(disabled).rating() == risk_level::high);
    CHECK(floor_ids(assessed(disabled)) == std::vector<std::string>{"F6"});
    CHECK(assessed(disabled).age() == staleness::outdated);
}
