#include "daemon/model/alert.hpp"
#include "daemon/model/snapshot.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/array.hpp>

using namespace modelwatch;

namespace {

snapshot sample() {
    snapshot s;
    s.hub = "hub";
    s.repo = "google/gemma-2-2b";
    s.revision = "main";
    s.commit = "c5ebcd40d208330abc697524c919956e692655cf";
    s.last_modified = from_rfc3339("2024-08-07T18:25:49Z");
    s.gate = gating::manual;
    s.license.ids = {"gemma"};
    s.card = {{"license", "gemma"}};
    s.scan = scan_report{true, {{"x.bin", scan_level::suspicious}}};
    s.files = {
        {"README.md", 25752, "f513e98a287ec4caf583754b7492c67251688ce8", ""},
        {"config.json", 818, "9983200362411f3e251b4c8ce28afad7e3996c1e", ""}
    };
    return s;
}

} // namespace

TEST_CASE("a snapshot survives the way through the store", "[model]") {
    auto const before = sample();
    auto after = snapshot_from_json(to_json(before));
    after.files = before.files;
    CHECK(fingerprint(after) == fingerprint(before));
    CHECK(after.scan == before.scan);
    CHECK(after.gate == gating::manual);
}

TEST_CASE("what older versions did not record is absent from what they stored, and then unknown", "[model]") {
    auto const old = to_json(sample());
    CHECK_FALSE(old.contains("discussions_disabled"));
    CHECK_FALSE(old.contains("configuration_told"));
    CHECK_FALSE(snapshot_from_json(old).discussions_disabled);
    auto told = sample();
    told.discussions_disabled = false;
    told.configuration_told = true;
    auto const back = snapshot_from_json(to_json(told));
    CHECK(back.discussions_disabled == false);
    CHECK(back.configuration_told);
}

TEST_CASE("the fingerprint moves with every fact that can raise an alert and with no other", "[model]") {
    auto const base = fingerprint(sample());
    auto popular = sample();
    popular.downloads = 12'345;
    popular.observed_at += std::chrono::hours{1};
    CHECK(fingerprint(popular) == base);
    auto silent = sample();
    silent.discussions_disabled = true;
    silent.configuration_told = true;
    CHECK(fingerprint(silent) == base);
    auto gated = sample();
    gated.gate = gating::open;
    CHECK(fingerprint(gated) != base);
    auto replaced = sample();
    replaced.files[1].oid[0] = '0';
    CHECK(fingerprint(replaced) != base);
    auto flagged = sample();
    flagged.scan->files[0].level = scan_level::unsafe;
    CHECK(fingerprint(flagged) != base);
}

TEST_CASE("an unknown scan word is not read as safe", "[model]") {
    CHECK(parse_scan_level("brand-new-level") == scan_level::error);
    CHECK(parse_scan_level("safe") == scan_level::safe);
}

TEST_CASE("an alert survives the way through the outbox", "[model]") {
    alert a;
    a.id = "0192f0c1-0000-7000-8000-000000000000";
    a.what.kind = alert_kind::weights_replaced;
    a.what.level = severity::high;
    a.what.subject = "model.safetensors";
    a.what.files = {{"model.safetensors", "aa", "bb", 1, 2}};
    a.what.evidence = {{"silent", true}};
    a.repo = "tiiuae/falcon-7b";
    a.tags = {{"env", "prod"}};
    a.opened_at = *from_rfc3339("2026-11-22T09:00:00Z");
    auto const text = to_json(a);
    CHECK(text.at("evidence").at("files").at(0).at("new_sha256").as_string() == "bb");
    CHECK(text.at("resolved_at").is_null());
    CHECK_FALSE(text.at("action").as_string().empty());
    auto const back = alert_from_json(text);
    CHECK(to_json(back) == text);
    CHECK(back.what.files == a.what.files);
}

TEST_CASE("every alert kind has a row of its own, a meaning and an action", "[model]") {
    for (auto const& row : alert_kinds()) {
        CAPTURE(row.name);
        CHECK(parse_alert_kind(row.name) == row.kind);
        CHECK(info(row.kind).name == row.name);
        CHECK_FALSE(row.meaning.empty());
        CHECK_FALSE(row.action.empty());
    }
    CHECK_FALSE(parse_alert_kind("weights"));
}
