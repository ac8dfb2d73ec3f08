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
        target.stale_after = std::chrono::hours{24 * 36500}; // its age is no subject here
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

    /// The hub no longer has the watched revision; `shown`: what the repo says of itself.
    void lose_revision(std::optional<snapshot> shown) {
        now += 1min;
        observation seen;
        seen.revision_lost = true;
        seen.repo_now = std::move(shown);
        static_cast<void>(judge(*db, rules, target, std::move(seen), link, now));
    }

    /// An open alert, from whatever looked.
    std::string raise(change what) {
        storage::observation_write write;
        write.record = db->find_watch(target.key()).value();
        write.now = now;
        alert entry;
        entry.id = fresh_id(now);
        entry.watch_key = target.key();
        entry.repo = target.repo;
        entry.hub = target.hub;
        entry.opened_at = entry.updated_at = now;
        entry.what = std::move(what);
        write.alerts.push_back(entry);
        db->record(write);
        return entry.id;
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

TEST_CASE("every open alert that makes the commit untrustworthy or unreachable closes the gate", "[gate]") {
    struct row {
        alert_kind kind;
        bool closes_others; ///< although it was raised about another commit
        bool closes_own;    ///< raised about this very commit
    };
    using enum alert_kind;
    auto const expected = GENERATE(
        row{repo_missing, true, true},
        row{repo_renamed, true, true},
        row{repo_disabled, true, true},
        row{repo_private, true, true},
        row{access_lost, true, true},
        row{namespace_reborn, true, true},
        row{publisher_changed, true, true},
        row{tag_moved, true, true},
        row{history_rewritten, true, true},
        row{hub_scan_flagged, true, true}, // names no file: nothing says that this commit is free of it
        row{unsafe_content, true, true},
        row{malformed_file, true, true},
        row{weights_replaced, false, true},
        row{weights_removed, false, true},
        row{code_added, false, true},
        row{code_changed, false, true},
        row{unsafe_format_added, false, true},
        row{deployed_drift, false, true},
        row{advisory, false, false}, // says which commits it is about
        row{commits_added, false, false},
        row{license_changed, false, false},
        row{gating_changed, false, false},
        row{new_model, false, false},
        row{stale, false, false},
        row{outdated, false, false},
        row{superseded, false, false},
        row{rating_worsened, false, false}
    );
    CAPTURE(to_string(expected.kind));
    gate_scene w;
    change what;
    what.kind = expected.kind;
    what.summary = "something happened";
    auto const own = GENERATE(true, false);
    what.commit = own ? w.head.commit : commit('2');
    auto const id = w.raise(what);
    auto const said = w.ask();
    CHECK(said.empty() != (own ? expected.closes_own : expected.closes_others));
    if (!said.empty()) {
        CHECK(has(said, "open alert " + std::string{to_string(expected.kind)}));
        CHECK(has(said, id));
    }
}

TEST_CASE("what the registry says anew of a publisher is for the policies", "[gate]") {
    gate_scene w;
    change what;
    what.kind = alert_kind::publisher_changed;
    what.dedupe = "registry";
    w.raise(what);
    CHECK(w.ask().empty());
}

TEST_CASE("an advisory closes the gate for the commits that it names", "[gate][advisory]") {
    gate_scene w;
    change what;
    what.kind = alert_kind::advisory;
    what.dedupe = "GHSA-1";
    SECTION("every commit") {
        what.evidence = {{"every_commit", true}};
        w.raise(what);
        CHECK(has(w.ask(), "open alert advisory"));
    }
    SECTION("this one") {
        what.evidence = {{"every_commit", false}, {"affected", {w.head.commit.substr(0, 8)}}};
        w.raise(what);
        CHECK(has(w.ask(), "open alert advisory"));
    }
    SECTION("another one") {
        what.evidence = {{"every_commit", false}, {"affected", {"22222222"}}};
        w.raise(what);
        CHECK(w.ask().empty());
    }
    SECTION("an older one that no alert speaks of, because nobody uses it") {
        auto feed = std::make_shared<advisory_feed>();
        assess::advisory_entry entry;
        entry.id = "OSV-7";
        entry.repo = w.target.repo;
        entry.commits = {w.head.commit};
        feed->by_repo[w.target.repo].push_back(entry);
        w.rules.advisories = feed;
        CHECK(has(w.ask(), "the advisory OSV-7 names this commit"));
        entry.commits = {commit('2')};
        feed->by_repo[w.target.repo] = {entry};
        CHECK(w.ask().empty());
    }
}

TEST_CASE("flagged bytes close the gate wherever they lie in the commit", "[gate]") {
    gate_scene w;
    change what;
    what.kind =
        GENERATE(alert_kind::hub_scan_flagged, alert_kind::unsafe_content, alert_kind::malformed_file);
    what.commit = commit('2');
    file_evidence flagged;
    flagged.path = "elsewhere.bin";
    SECTION("by sha256") {
        flagged.new_sha256 = w.head.files[4].sha256;
    }
    SECTION("by blob id") {
        flagged.new_sha256 = "git:" + w.head.files[2].oid;
    }
    SECTION("by path, where no hash is known") {
        flagged.path = w.head.files[2].path;
    }
    what.files = {flagged};
    w.raise(what);
    CHECK_FALSE(w.ask().empty());
    flagged = {"elsewhere.bin", {}, std::string(64, 'f'), {}, 1};
    gate_scene other;
    what.files = {flagged};
    other.raise(what);
    CHECK(other.ask().empty());
}

TEST_CASE("a revision that upstream has lost does not pass", "[gate][identity]") {
    gate_scene w;
    w.head.repo_id = "65a000000000000000000001";
    w.head.created_at = at("2026-01-10T00:00:00Z");
    w.target.revision = w.head.revision = w.head.commit;
    w.target.stale_after = std::chrono::hours{24 * 36500};
    w.poll(w.head);
    CHECK(w.ask().empty());
    auto shown = w.head;
    shown.commit = commit('2');
    auto const kinds = [&] {
        std::vector<std::string> out;
        for (auto const& one : w.db->active_alerts(w.target.key()))
            out.emplace_back(to_string(one.what.kind));
        return out;
    };
    SECTION("by a force push: at once, and people hear of it when it was seen twice") {
        w.lose_revision(shown);
        CHECK(has(w.ask(), "the last poll did not find"));
        CHECK(kinds().empty());
        w.lose_revision(shown);
        CHECK(kinds() == std::vector<std::string>{"tag-moved"});
        CHECK(has(w.ask(), "open alert tag-moved"));
    }
    SECTION("because somebody else took the name: that is proof enough") {
        shown.repo_id = "65b000000000000000000002";
        w.lose_revision(shown);
        CHECK(has(w.ask(), "open alert tag-moved"));
        CHECK(has(w.ask(), "open alert namespace-reborn"));
    }
    SECTION("a hub without ids tells by the date of creation") {
        shown.repo_id.clear();
        *shown.created_at += 24h;
        w.lose_revision(shown);
        CHECK(has(w.ask(), "open alert namespace-reborn"));
    }
    SECTION("what the repo says of itself cannot be had") {
        w.lose_revision({});
        w.lose_revision({});
        CHECK(kinds() == std::vector<std::string>{"tag-moved"});
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
    CHECK(has(w.ask(), "policy-deny-licenses: the license gemma is not allowed"));
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
