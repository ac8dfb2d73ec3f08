#include "tests/assess/evidence_builder.hpp"

using namespace assess_test;

namespace {

evidence of(std::string account) {
    return spotless(account + "/model-7b");
}

evidence last_active(std::optional<instant> when) {
    return with(spotless(), [&](evidence& e) { e.owner.last_activity = when; });
}

evidence opened(std::optional<instant> when) {
    return with(spotless(), [&](evidence& e) { e.owner.created_at = when; });
}

evidence downloaded(std::string account, std::optional<std::uint64_t> times) {
    return with(of(std::move(account)), [&](evidence& e) { e.downloads = times; });
}

evidence since(std::function<void(baseline_evidence&)> const& change) {
    return with(spotless(), [&](evidence& e) {
        e.baseline = baseline_evidence{e.commit, e.repo_id, e.author, e.owner.id, e.license};
        change(*e.baseline);
    });
}

publisher_registry registry(std::string_view toml) {
    auto read = publisher_registry::with_overrides(toml, "mine.toml");
    REQUIRE(read);
    return std::move(*read);
}

std::string
found_with(publisher_registry const& publishers, evidence const& facts, check_id check, rubric numbers = {}) {
    return found(
        assess::assess(facts, {numbers, publishers, license_table::builtin(), reference_day}), check
    );
}

} // namespace

TEST_CASE("who stands behind an account comes from the registry, else from its kind", "[publisher]") {
    auto const unregistered = of("zq-labs");
    expect_each(
        check_id::publisher_type,
        {{"tech 0", of("google")},
         {"lab 10", of("openai")},
         {"startup 10", of("unsloth")},
         {"academic 10", of("MBZUAI")},
         {"nonprofit 10", of("EleutherAI")},
         {"gov 20", of("tiiuae")},
         {"community 30", of("bigscience")},
         {"org 40", unregistered},
         {"individual 60", of("TheBloke")},
         {"user 60", spotless_user()},
         {"unknown 60", with(unregistered, [](evidence& e) { e.owner.kind = owner_kind::unknown; })}}
    );
    CHECK(found(of("Open-OSS"), check_id::publisher_type) == "org 40"); // registered as of unknown type
}

TEST_CASE("a jurisdiction matters through the operator's lists alone, but for governments", "[publisher]") {
    rubric numbers;
    numbers.home_jurisdictions = {"us"};
    numbers.trusted_jurisdictions = {"FR"};
    numbers.elevated_jurisdictions = {"CN"};
    auto const rows = std::vector<expectation>{
        {"home 0", of("google")},
        {"trusted 0", of("mistralai")},
        {"other 10", of("MBZUAI")},
        {"unknown 10", of("unsloth")},
        {"unknown 10", of("zq-labs")},
        {"foreign-gov 30", of("tiiuae")},
        {"elevated 30", of("Qwen")}
    };
    for (auto const& row : rows)
        CHECK(found(row.facts, check_id::publisher_jurisdiction, numbers) == row.outcome);
    expect_each(
        check_id::publisher_jurisdiction,
        {{"unset 0", of("google")}, {"unset 0", of("zq-labs")}, {"foreign-gov 30", of("tiiuae")}},
        {},
        {"home", "trusted", "other", "unknown", "elevated"}
    );
}

TEST_CASE("a government at home is home, and one that is only trusted is not", "[publisher]") {
    rubric numbers;
    numbers.home_jurisdictions = {"AE"};
    CHECK(found(of("tiiuae"), check_id::publisher_jurisdiction, numbers) == "home 0");
    numbers.home_jurisdictions.clear();
    numbers.trusted_jurisdictions = {"AE"};
    CHECK(found(of("tiiuae"), check_id::publisher_jurisdiction, numbers) == "foreign-gov 30");
    CHECK(floor_ids(assessed(of("tiiuae"), numbers)) == std::vector<std::string>{"F7"});
    numbers.home_jurisdictions = numbers.elevated_jurisdictions = {"AE"};
    CHECK(found(of("tiiuae"), check_id::publisher_jurisdiction, numbers) == "elevated 30");
}

TEST_CASE("public money alone does not make a publisher governmental", "[publisher]") {
    CHECK(found(of("BAAI"), check_id::publisher_jurisdiction) == "unset 0");
    auto const promoted = registry("[publisher.BAAI]\ngov_link = \"full\"\n");
    CHECK(found_with(promoted, of("BAAI"), check_id::publisher_jurisdiction) == "foreign-gov 30");
}

TEST_CASE("an account is verified by the registry or by the hub's badge", "[publisher]") {
    auto const badge = of("zq-labs");
    expect_each(
        check_id::publisher_verified,
        {{"registry 0", of("google")},
         {"badge 0", badge},
         {"neither 10", with(badge, [](evidence& e) { e.owner.verified = false; })},
         {"unknown 10", with(badge, [](evidence& e) { e.owner.verified.reset(); })},
         {"na 0", spotless_user()}}
    );
}

TEST_CASE("one account is a single point of failure", "[publisher]") {
    auto const members = [](std::optional<std::size_t> count) {
        return with(spotless(), [&](evidence& e) { e.owner.members = count; });
    };
    expect_each(
        check_id::publisher_single_point,
        {{"multi 0", members(2)},
         {"single 20", members(1)},
         {"unknown 10", members(std::nullopt)},
         {"single 20", spotless_user()}}
    );
}

TEST_CASE("an account whose models do not move goes quiet, then dormant", "[publisher]") {
    expect_each(
        check_id::publisher_dormancy,
        {{"active 0", last_active(days_before(180))},
         {"quiet 10", last_active(days_before(181))},
         {"quiet 10", last_active(days_before(365))},
         {"dormant 20", last_active(days_before(366))},
         {"unknown 10", last_active(std::nullopt)},
         {"unknown 10", last_active(reference_day + std::chrono::days{30})}}
    );
}

TEST_CASE("popularity counts against those who answer to nobody, and for no one", "[publisher]") {
    expect_each(
        check_id::publisher_blast_radius,
        {{"na 0", downloaded("google", 5'000'000)},
         {"small 0", downloaded("TheBloke", 9'999)},
         {"popular 10", downloaded("TheBloke", 10'000)},
         {"popular 10", downloaded("bigscience", 10'000)},
         {"popular 10", downloaded("zq-labs", 244'000)},
         {"unknown 0", downloaded("TheBloke", std::nullopt)}}
    );
}

TEST_CASE("a name close to a known one is rated by how close it is", "[publisher][lookalike]") {
    expect_each(
        check_id::publisher_lookalike,
        {{"none 0", of("google")},
         {"none 0", of("zq-labs")},
         {"near 60", of("openai-official")},
         {"confirmed 100", of("Open-OSS")}}
    );
}

TEST_CASE("a denied account is a confirmed imitation", "[publisher][lookalike]") {
    auto const denied = registry("[publisher.zq-labs]\nkind = \"org\"\ndenylisted = true\n");
    CHECK(found_with(denied, of("zq-labs"), check_id::publisher_lookalike) == "confirmed 100");
}

TEST_CASE("another account or repository under the same name is no continuity", "[publisher]") {
    expect_each(
        check_id::publisher_continuity,
        {{"same 0", since([](auto&) {})},
         {"same 0", since([](auto& then) { then.owner_id.clear(); })},
         {"changed 40", since([](auto& then) { then.repo_id = std::string(24, '9'); })},
         {"changed 40", since([](auto& then) { then.owner_id = std::string(24, '9'); })},
         {"changed 40", since([](auto& then) { then.author = "somebody"; })},
         {"no-baseline 0", since([](auto& then) { then.repo_id.clear(); })},
         {"no-baseline 0", spotless()}}
    );
}

TEST_CASE("an owner id in the registry is a baseline of its own", "[publisher]") {
    auto const pinned = registry("[publisher.google]\nowner_id = \"333333333333333333333333\"\n");
    CHECK(found_with(pinned, spotless(), check_id::publisher_continuity) == "changed 40");
}

TEST_CASE("a young account costs only where its age is known", "[publisher]") {
    expect_each(
        check_id::publisher_account_age,
        {{"established 0", opened(days_before(366))},
         {"recent 10", opened(days_before(365))},
         {"recent 10", opened(days_before(91))},
         {"new 20", opened(days_before(90))},
         {"not-told 0", opened(std::nullopt)}}
    );
}

TEST_CASE("an alias is the same publisher", "[publisher]") {
    auto const table = registry("[publisher.google]\naliases = [\"google-research\"]\n");
    CHECK(found_with(table, of("Google-Research"), check_id::publisher_type) == "tech 0");
    CHECK(table.find("google-research") == table.find("google"));
}
