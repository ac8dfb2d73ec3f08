#include "daemon/trusted_evidence.hpp"
#include "tests/assess/evidence_builder.hpp"

using namespace assess_test;
using namespace std::chrono_literals;

// An unaccepted head earns nothing: what of two commits' evidence counts for the one that is trusted.

namespace {

std::string const trusted(40, 'a');
std::string const newest(40, 'b');

evidence old_and_poor() {
    return with(spotless(), [](evidence& e) {
        e.commit = trusted;
        e.last_modified = e.model_changed_at = e.observed_at - 1000 * 24h;
        e.owner.last_activity = e.last_modified;
        e.format.pickle = 1;
        e.license = {};
        e.scan = scan_level::suspicious;
        e.deprecated = true;
    });
}

/// A commit of today that mends everything.
evidence fresh_and_rich() {
    return with(spotless(), [](evidence& e) {
        e.commit = newest;
        e.last_modified = e.model_changed_at = e.owner.last_activity = e.observed_at;
        e.observed_at += 1h;
        e.deprecated = false;
    });
}

kept_evidence seen(evidence const& first, evidence const& then) {
    auto const before = take_in(std::nullopt, first, std::nullopt, trusted);
    return take_in(before, then, std::nullopt, trusted);
}

} // namespace

TEST_CASE("the trusted commit's evidence is kept beside the newest", "[trusted]") {
    auto const kept = seen(old_and_poor(), fresh_and_rich());
    REQUIRE(kept.accepted);
    CHECK(kept.accepted->commit == trusted);
    CHECK(kept.head.commit == newest);
    auto const again = kept_evidence_from_json(to_json(kept));
    CHECK(to_json(again) == to_json(kept));
    // The next commit of the attacker changes nothing in that.
    auto const later = take_in(
        kept,
        with(fresh_and_rich(), [](evidence& e) { e.commit = std::string(40, 'c'); }),
        std::nullopt,
        trusted
    );
    REQUIRE(later.accepted);
    CHECK(later.accepted->commit == trusted);
}

TEST_CASE("what is accepted needs no second evidence", "[trusted]") {
    auto const kept = seen(old_and_poor(), fresh_and_rich());
    CHECK_FALSE(take_in(kept, std::nullopt, std::nullopt, newest).accepted);
    CHECK_FALSE(take_in(kept, old_and_poor(), std::nullopt, trusted).accepted);
    CHECK_FALSE(take_in(std::nullopt, old_and_poor(), std::nullopt, trusted).accepted);
}

TEST_CASE("evidence of earlier versions has none of the baseline", "[trusted]") {
    auto const old = kept_evidence_from_json(to_json(fresh_and_rich()));
    CHECK_FALSE(old.accepted);
    CHECK(old.head.commit == newest);
}

TEST_CASE("a newer commit brings the trusted one no better facts", "[trusted]") {
    auto const kept = seen(old_and_poor(), fresh_and_rich());
    auto const shown = brought_up_to_date(*kept.accepted, kept.head);
    auto const before = old_and_poor();
    CHECK(shown.commit == trusted);
    CHECK(shown.last_modified == before.last_modified);
    CHECK(shown.model_changed_at == before.model_changed_at);
    CHECK(shown.owner.last_activity == before.owner.last_activity);
    CHECK(shown.format.pickle == 1);
    CHECK(shown.license.ids.empty());
    CHECK(shown.scan == scan_level::suspicious);
    CHECK(shown.deprecated == true);
    CHECK(shown.observed_at == kept.head.observed_at);
}

TEST_CASE("what hub and account say counts for every commit", "[trusted]") {
    auto const kept = seen(old_and_poor(), with(fresh_and_rich(), [](evidence& e) {
                               e.place = standing::disabled;
                               e.disabled = true;
                               e.gate = gating::open;
                               e.owner.members = 1;
                               e.downloads = 7;
                           }));
    auto const shown = brought_up_to_date(*kept.accepted, kept.head);
    CHECK(shown.place == standing::disabled);
    CHECK(shown.disabled);
    CHECK(shown.gate == gating::open);
    CHECK(shown.owner.members == 1);
    CHECK(shown.downloads == 7);
}

TEST_CASE(
    "a successor counts where the listing shows it, not where an unaccepted card takes it back", "[trusted]"
) {
    auto const declared = with(old_and_poor(), [](evidence& e) {
        e.successor.state = successor_state::one;
        e.successor.source = succession_source::new_version;
        e.successor.declared = true;
        e.successor.pick = "acme/next";
    });
    auto const kept = seen(declared, with(fresh_and_rich(), [](evidence& e) {
                               e.successor = {};
                               e.successor.state = successor_state::none;
                           }));
    CHECK(brought_up_to_date(*kept.accepted, kept.head).successor.pick == "acme/next");
    auto const listed = seen(
        with(
            old_and_poor(),
            [](evidence& e) {
                e.successor = {};
                e.successor.state = successor_state::none;
            }
        ),
        with(
            fresh_and_rich(),
            [](evidence& e) {
                e.successor.state = successor_state::one;
                e.successor.source = succession_source::name;
                e.successor.pick = "acme/next";
            }
        )
    );
    CHECK(brought_up_to_date(*listed.accepted, listed.head).successor.state == successor_state::one);
}
