#include "daemon/evidence.hpp"
#include "tests/assess/evidence_builder.hpp"

using namespace assess_test;

namespace {

evidence observed(std::function<void(evidence&)> const& change = [](evidence&) {}) {
    return with(spotless(), [&](evidence& e) {
        e.bases = {resolved_base("meta-llama/Base-8B")};
        e.model_change_title = "Upload";
        change(e);
    });
}

/// The same model an hour later, of which the hub tells little.
evidence an_hour_later(std::function<void(evidence&)> const& change) {
    return observed([&](evidence& e) {
        e.observed_at += std::chrono::hours{1};
        change(e);
    });
}

} // namespace

TEST_CASE("what was observed anew replaces what was known", "[merge]") {
    auto const fresh = an_hour_later([](evidence& e) {
        e.gate = gating::open;
        e.owner.members = 1;
        e.scan = scan_level::unsafe;
        e.successor.state = successor_state::many;
        e.deprecated = true;
    });
    auto const out = merged(observed(), fresh);
    CHECK(to_json(out) == to_json(fresh));
}

TEST_CASE("what could not be observed keeps its last value, and the age of that", "[merge][unknown]") {
    auto const before = observed();
    auto const out = merged(before, an_hour_later([](evidence& e) {
                                e.owner = {};
                                e.scan.reset();
                                e.custom_code.reset();
                                e.format = {};
                                e.gate = gating::unknown;
                                e.discussions_disabled.reset();
                                e.downloads.reset();
                                e.model_changed_at.reset();
                                e.model_change_title.clear();
                                e.deprecated.reset();
                                e.successor = {};
                                e.license = {};
                                e.license_tags.clear();
                                e.card_withheld = true;
                                e.bases[0] = base_evidence{};
                                e.bases[0].repo = "meta-llama/Base-8B";
                            }));
    CHECK(to_json(out) == to_json(before));
}

TEST_CASE("configuration that was read once is known as long as the commit is the same", "[merge][unknown]") {
    auto before = observed();
    before.configuration_read = true;
    before.reached = {{reach_kind::repo, "evil/x", "config.json#/attn_implementation", false, true}};
    auto const unread = [](evidence& e) {
        e.configuration_read = false;
        e.reached.clear();
        e.unreadable = {"config.json"};
    };
    CHECK(merged(before, an_hour_later(unread)).reached == before.reached);
    CHECK(merged(before, an_hour_later(unread)).unreadable.empty());
    auto const elsewhere = an_hour_later([&](evidence& e) {
        unread(e);
        e.commit = std::string(40, 'd');
    });
    CHECK(merged(before, elsewhere).reached.empty());
    CHECK_FALSE(merged(before, elsewhere).configuration_read);
}

TEST_CASE(
    "a license text that was read once is known as long as the commit is the same", "[merge][unknown]"
) {
    auto before = observed();
    before.license_texts = {{"LICENSE", {"llama3.1"}, {}, false}};
    auto const unread = an_hour_later([](evidence& e) { e.license_texts = {{"LICENSE", {}, {}, true}}; });
    CHECK(merged(before, unread).license_texts.at(0).ids == before.license_texts.at(0).ids);
    auto elsewhere = unread;
    elsewhere.commit = std::string(40, 'd');
    CHECK(merged(before, elsewhere).license_texts.at(0).unread);
    before.license_texts = unread.license_texts;
    CHECK(merged(before, unread).license_texts.at(0).unread);
}

TEST_CASE("a scan that runs again takes back no warning, and vouches for nothing", "[merge][unknown]") {
    using enum scan_level;

    struct row {
        scan_level before, now, kept;
    };

    auto const step = GENERATE(
        row{unsafe, queued, unsafe},
        row{unsafe, unscanned, unsafe},
        row{unsafe, absent, unsafe},
        row{suspicious, error, suspicious},
        row{unsafe, safe, safe},
        row{suspicious, unsafe, unsafe},
        row{safe, queued, queued},
        row{caution, queued, queued}
    );
    auto earlier = observed([&](evidence& e) { e.scan = step.before; });
    earlier.bases[0].scan = step.before;
    auto const fresh = an_hour_later([&](evidence& e) { e.scan = e.bases[0].scan = step.now; });
    auto const out = merged(earlier, fresh);
    CAPTURE(to_string(step.before), to_string(step.now));
    CHECK(out.scan == step.kept);
    CHECK(out.bases[0].scan == step.kept);
}

TEST_CASE("facts about files go over only to the same commit", "[merge][unknown]") {
    auto const out = merged(observed(), an_hour_later([](evidence& e) {
                                e.commit = std::string(40, 'd');
                                e.format = {};
                                e.custom_code.reset();
                                e.scan.reset();
                                e.license = {};
                                e.license_tags.clear();
                                e.card_withheld = true;
                            }));
    CHECK_FALSE(out.format.known);
    CHECK_FALSE(out.custom_code);
    CHECK_FALSE(out.scan);
    CHECK(out.license.ids.empty());
    CHECK(out.card_withheld);
}

TEST_CASE("nothing goes over to another repo under the same name, nor to another account", "[merge]") {
    auto const reborn = an_hour_later([](evidence& e) {
        e.repo_id = std::string(24, '9');
        e.owner = {};
    });
    CHECK(to_json(merged(observed(), reborn)) == to_json(reborn));
    auto const taken_over = merged(observed(), an_hour_later([](evidence& e) {
                                       e.owner = {};
                                       e.owner.id = std::string(24, '8');
                                   }));
    CHECK_FALSE(taken_over.owner.members);
    CHECK(taken_over.owner.kind == owner_kind::unknown);
    auto const moved = merged(observed(), an_hour_later([](evidence& e) {
                                  e.repo = "elsewhere/spotless-9b";
                                  e.author = "elsewhere";
                                  e.owner = {};
                              }));
    CHECK_FALSE(moved.owner.members);
}

TEST_CASE("a model that the hub shows no more is as it was, under its new standing", "[merge]") {
    auto const gone =
        evidence_of_absent("hub", "google/spotless-9b", "main", standing::disabled, reference_day);
    auto const out = merged(observed(), gone);
    CHECK(out.disabled);
    CHECK(out.place == standing::disabled);
    CHECK(out.commit == observed().commit);
    CHECK(out.format.known);
}

TEST_CASE("a base that did not answer is as it was; one that is gone is gone", "[merge]") {
    auto const silent = merged(observed(), an_hour_later([](evidence& e) { e.bases[0].resolved = false; }));
    CHECK(silent.bases[0].resolved);
    auto const gone = merged(observed(), an_hour_later([](evidence& e) {
                                 e.bases[0] = base_evidence{};
                                 e.bases[0].repo = "meta-llama/Base-8B";
                                 e.bases[0].place = standing::missing;
                             }));
    CHECK_FALSE(gone.bases[0].resolved);
    CHECK(gone.bases[0].place == standing::missing);
}

TEST_CASE("the first evidence is all that there is", "[merge]") {
    auto const first = observed();
    CHECK(to_json(merged(evidence{}, first)) == to_json(first));
}

TEST_CASE("merging never invents: whatever is unknown on both sides stays so", "[merge][property]") {
    evidence before;
    before.repo = "a/b";
    before.commit = std::string(40, 'c');
    auto now = before;
    now.observed_at = reference_day;
    CHECK(to_json(merged(before, now)) == to_json(now));
}
