#include "daemon/gate.hpp"
#include "daemon/reviews.hpp"
#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::fixtures;
using namespace std::chrono_literals;

namespace {

std::string link(std::string_view repo, std::string_view) {
    return std::string{repo};
}

/// One watch that was polled once, its head approved: the gate is open, to be closed.
struct gate_scene {
    std::unique_ptr<storage::store> db = storage::open_store({}, storage::open_mode::memory);
    judge_rules rules;
    watch target;
    instant now = at("2026-04-29T09:00:00Z");
    snapshot head = gemma();

    gate_scene() {
        rules.publishers = assess::publisher_registry::builtin();
        rules.licenses = assess::license_table::builtin();
        target.repo = head.repo;
        target.interval = 1h;
        poll(head);
        approve(head.commit);
    }

    void poll(snapshot state, standing place = standing::present) {
        now += 1min;
        observation seen;
        seen.place = place;
        state.observed_at = now;
        seen.log.known = true;
        seen.log.commits = {{state.commit, "title", {}, now}};
        if (place == standing::present) seen.state = std::move(state);
        static_cast<void>(judge(*db, rules, target, std::move(seen), link, now));
    }

    void approve(std::string const& commit) {
        now += 1min;
        review_wish const wish{review_verdict::approve, commit, "mona", "fine", now + 240h};
        REQUIRE(record_verdict(*db, rules, {target}, wish, link, now));
    }

    /// What the gatherer would store.
    void store_evidence(std::function<void(assess::evidence&)> const& change = {}) {
        assess::evidence facts;
        facts.hub = "hub";
        facts.repo = target.repo;
        facts.author = "google";
        facts.revision = "main";
        facts.commit = head.commit;
        facts.observed_at = now;
        facts.gate = gating::manual;
        facts.scan = scan_level::safe;
        facts.owner.kind = assess::owner_kind::organisation;
        facts.owner.members = 12;
        facts.created_at = facts.last_modified = facts.model_changed_at = now - 240h;
        facts.successor.state = assess::successor_state::none;
        if (change) change(facts);
        db->save_evidence(target.key(), {now, assess::to_json(facts)});
    }

    [[nodiscard]] std::string
    ask(std::string const& commit, std::optional<std::chrono::seconds> max_age = {}) {
        auto const answer = ask_gate(*db, rules, {target}, commit, max_age, now);
        REQUIRE(answer);
        std::string out;
        for (auto const& one : answer->reasons)
            out += (out.empty() ? "" : "; ") + one;
        CHECK(answer->passed() == out.empty());
        return out;
    }

    [[nodiscard]] std::string ask() { return ask(head.commit); }
};

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("an approved commit that nothing speaks against passes", "[gate]") {
    gate_scene w;
    CHECK(w.ask().empty());
    CHECK(has(w.ask(commit('7')), "no formal review"));
    CHECK(has(w.ask(commit('7')), "never been seen upstream"));
}

TEST_CASE("a model that was never polled has no answer", "[gate]") {
    gate_scene w;
    watch other;
    other.repo = "acme/other";
    auto const answer = ask_gate(*w.db, w.rules, {other}, commit('1'), {}, w.now);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == errc::not_found);
}

TEST_CASE("the state grows too old: three intervals, a quarter of an hour at least, or as asked", "[gate]") {
    gate_scene w;
    w.now = *w.db->find_watch(w.target.key())->last_success_at + 3h;
    CHECK(w.ask().empty());
    w.now += 1s;
    CHECK(has(w.ask(), "the state is 3 hours old"));
    CHECK(w.ask(w.head.commit, 4h).empty());
    CHECK(has(w.ask(w.head.commit, 0s), "at most 0 seconds"));
    w.target.interval = 1s;
    w.now = *w.db->find_watch(w.target.key())->last_success_at + 15min;
    CHECK(w.ask().empty());
    w.now += 1s;
    CHECK_FALSE(w.ask().empty());
}

TEST_CASE("what is said of the repo or its flagged files closes the gate for the old commit too", "[gate]") {
    gate_scene w;
    auto const old = w.head.commit;
    SECTION("gone from the hub, on the second poll") {
        w.poll(w.head, standing::missing);
        w.poll(w.head, standing::missing);
        CHECK(has(w.ask(), "open alert repo-missing"));
    }
    SECTION("a file that both commits share is called unsafe") {
        auto next = w.head;
        next.commit = commit('2');
        next.scan = scan_report{true, {{"model-00001-of-00003.safetensors", scan_level::unsafe}}};
        w.poll(next);
        CHECK(has(w.ask(old), "open alert hub-scan-flagged"));
    }
    SECTION("a file that only the new commit has is called unsafe") {
        auto next = w.head;
        next.commit = commit('2');
        put(next, weights("more.safetensors", "new"));
        next.scan = scan_report{true, {{"more.safetensors", scan_level::unsafe}}};
        w.poll(next);
        CHECK(w.ask(old).empty());
    }
    SECTION("other weights under another commit are that commit's") {
        auto next = w.head;
        next.commit = commit('2');
        next.files[4].sha256 = std::string(64, '2');
        w.poll(next);
        CHECK(w.ask(old).empty());
        CHECK(has(w.ask(commit('2')), "open alert weights-replaced"));
    }
    SECTION("other weights under the same commit") {
        auto next = w.head;
        next.files[4].sha256 = std::string(64, '2');
        w.poll(next);
        CHECK(has(w.ask(old), "not those that were approved"));
        CHECK(has(w.ask(old), "different files under this commit"));
        CHECK(has(w.ask(old), "open alert weights-replaced"));
    }
}

TEST_CASE("rules that the configuration sets need an assessment", "[gate]") {
    gate_scene w;
    w.rules.policy.max_rating = assess::risk_level::medium;
    CHECK(has(w.ask(), "not assessed yet"));
    w.store_evidence();
    CHECK(w.ask().empty());
    w.store_evidence([](auto& facts) { facts.scan = scan_level::unsafe; });
    CHECK(has(w.ask(), "policy-max-rating: rated High"));
    w.db->save_evidence(w.target.key(), {w.now, {{"of", "another version"}}});
    CHECK(has(w.ask(), "not assessed yet"));
}

TEST_CASE("built-in policies close the gate where they are enforced only", "[gate]") {
    gate_scene w;
    w.store_evidence([](auto& facts) { facts.gate = gating::open; });
    CHECK(w.ask().empty());
    w.rules.policy.enforce = {"policy-safetensors"};
    // Whether its configuration asks for code is not known of this snapshot: unknown does not pass.
    CHECK(has(w.ask(), "policy-safetensors: custom code"));
    w.rules.policy.enforce.clear();
    w.rules.policy.require_gated = true;
    CHECK(has(w.ask(), "policy-require-gated"));
    w.store_evidence([](auto& facts) { facts.gate = gating::unknown; });
    CHECK(has(w.ask(), "policy-require-gated"));
}

TEST_CASE("an exception opens the gate for its commit until it ends", "[gate]") {
    gate_scene w;
    w.store_evidence();
    w.rules.policy.deny_licenses = {"gemma"};
    CHECK(has(w.ask(), "policy-deny-licenses: the licence gemma is not allowed"));
    exception_wish wish{
        "policy-deny-licenses", w.head.commit, "legal looks at it", "nils", "mona", w.now + 1h
    };
    REQUIRE(record_wish(*w.db, w.target, wish, w.now));
    CHECK(w.ask().empty());
    w.now += 1h;
    CHECK_FALSE(w.ask().empty());
}

TEST_CASE("licence and formats are those of the commit that is asked about, not of the head", "[gate]") {
    gate_scene w;
    auto const old = w.head.commit;
    auto next = w.head;
    next.commit = commit('2');
    next.license.ids = {"cc-by-nc-4.0"};
    put(next, weights("pytorch_model.bin", "pickle"));
    w.poll(next);
    w.head = next;
    w.store_evidence([](auto& facts) { facts.license.ids = {"cc-by-nc-4.0"}; });
    w.rules.policy.deny_licenses = {"cc-by-nc-*"};
    w.rules.policy.require_formats = {"safetensors"};
    CHECK(w.ask(old).empty());
    CHECK(has(w.ask(commit('2')), "policy-deny-licenses"));
    CHECK(has(w.ask(commit('2')), "weights in bin"));
}

TEST_CASE("a review without an end gets one: as configured, by rating, or the shortest", "[reviews]") {
    gate_scene w;
    auto const days = [&] {
        return std::chrono::duration_cast<std::chrono::days>(
                   review_end(*w.db, w.rules, w.target, w.now) - w.now
        )
            .count();
    };
    CHECK(days() == 30); // never rated
    rating_record course;
    course.now.level = "Low";
    w.db->save_rating(w.target.key(), course);
    CHECK(days() >= 360);
    course.now.level = "Medium-High";
    w.db->save_rating(w.target.key(), course);
    CHECK(days() >= 89);
    CHECK(days() <= 93);
    w.rules.policy.review_valid_for = 24h * 7;
    CHECK(days() == 7);
}
