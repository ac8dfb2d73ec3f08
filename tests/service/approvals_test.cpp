#include "daemon/approvals.hpp"
#include "daemon/judge.hpp"
#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

#include <set>

using namespace modelwatch;
using namespace modelwatch::fixtures;
using namespace std::chrono_literals;

namespace {

instant const start = at("2026-04-29T09:00:00Z");

/// One watch through the store, poll by poll, an hour apart.
struct world {
    std::unique_ptr<storage::store> db = storage::open_store({}, storage::open_mode::memory);
    judge_rules rules;
    watch target;
    instant now = start;

    world() {
        rules.publishers = assess::publisher_registry::builtin();
        rules.licenses = assess::license_table::builtin();
        target.repo = "google/gemma-2-2b";
        target.stale_after = std::chrono::hours{24 * 36500};
    }

    [[nodiscard]] static snapshot first() { return gemma(); }

    /// Other weights under a new commit.
    [[nodiscard]] static snapshot second() {
        auto out = gemma();
        out.commit = commit('2');
        for (auto& file : out.files) {
            if (file.path.ends_with("00003.safetensors")) file.sha256 = std::string(64, '2');
        }
        out.license.ids = {"apache-2.0"};
        return out;
    }

    judged poll(snapshot state) {
        now += 1h;
        observation seen;
        state.observed_at = now;
        seen.log.known = true;
        seen.log.complete = true;
        if (state.commit != first().commit) seen.log.commits.push_back({state.commit, "new", {"x"}, now});
        seen.log.commits.push_back({first().commit, "old", {"x"}, start});
        seen.state = std::move(state);
        return judge(*db, rules, target, std::move(seen), link, now);
    }

    static std::string link(std::string_view repo, std::string_view) { return std::string{repo}; }

    review approve(std::string const& of, instant until, std::string content = {}) {
        review entry;
        entry.hub = target.hub;
        entry.repo = target.repo;
        entry.commit = of;
        entry.verdict = review_verdict::approve;
        entry.by = "mona";
        entry.reason = "intake passed";
        entry.at = now;
        entry.until = until;
        entry.content = std::move(content);
        db->record_review(entry);
        return entry;
    }

    [[nodiscard]] std::set<std::string> open() const {
        std::set<std::string> out;
        for (auto const& one : db->active_alerts(target.key()))
            out.emplace(to_string(one.what.kind));
        return out;
    }

    [[nodiscard]] storage::baseline_record baseline() const {
        return db->find_watch(target.key()).value().baseline.value();
    }
};

using kinds = std::set<std::string>;

} // namespace

TEST_CASE("reaching a commit that was approved before is no news, and makes it the baseline", "[approvals]") {
    world w;
    w.poll(world::first());
    w.approve(commit('2'), w.now + 24h);
    auto const audited = w.db->check().audit_entries;
    auto const made = w.poll(world::second());
    CHECK(made.touched.empty());
    CHECK(w.open() == kinds{});
    CHECK(w.baseline().commit == commit('2'));
    CHECK(w.baseline().set_by == "review");
    CHECK(w.baseline().reason == "approved by mona: intake passed");
    CHECK(w.db->load_snapshot(w.baseline().snapshot.value())->files == world::second().files);
    CHECK(w.db->check().ok);
    CHECK(w.db->check().audit_entries == audited + 1);
    CHECK(w.db->audit(1).at(0).action == "baseline-changed");
    CHECK(w.db->audit(1).at(0).by == "review");
    auto const events = w.db->events(w.target.key(), 10);
    bool const told = std::any_of(events.begin(), events.end(), [](auto const& one) {
        return one.what == "baseline-moved" && one.by == "review" && one.commit == commit('2');
    });
    CHECK(told);
    // And so it stays.
    CHECK(w.poll(world::second()).touched.empty());
    CHECK(w.baseline().commit == commit('2'));
    // Going back is a change to what is trusted now.
    w.poll(world::first());
    CHECK(w.open().contains("weights-replaced"));
}

TEST_CASE("without an approval, or with one that is over, the same step raises its alerts", "[approvals]") {
    world w;
    w.poll(world::first());
    SECTION("no approval") {}
    SECTION("of another commit") {
        w.approve(commit('3'), w.now + 24h);
    }
    SECTION("expired when it is reached") {
        w.approve(commit('2'), w.now + 1h);
    }
    SECTION("rejected since") {
        auto entry = w.approve(commit('2'), w.now + 24h);
        entry.verdict = review_verdict::reject;
        entry.at += 1min;
        w.db->record_review(entry);
    }
    SECTION("of other bytes") {
        w.approve(commit('2'), w.now + 24h, content_digest(world::first().files));
    }
    SECTION("of another hub's model") {
        w.target.hub = "mirror";
        w.approve(commit('2'), w.now + 24h);
        w.target.hub = "hub";
    }
    w.poll(world::second());
    CHECK(w.open().contains("weights-replaced"));
    CHECK(w.open().contains("license-changed"));
    CHECK(w.baseline().commit == world::first().commit);
    CHECK(w.baseline().set_by == "first-use");
}

TEST_CASE("an approval that comes after the commit settles its alerts at the next judgement", "[approvals]") {
    world w;
    w.poll(world::first());
    w.poll(world::second());
    REQUIRE(w.open().contains("weights-replaced"));
    w.approve(commit('2'), w.now + 24h, content_digest(world::second().files));
    auto const made = w.poll(world::second());
    CHECK(w.open() == kinds{});
    REQUIRE_FALSE(made.touched.empty());
    for (auto const& one : made.touched)
        CHECK(one.resolution == "approved by mona: intake passed");
    CHECK(w.baseline().commit == commit('2'));
}

TEST_CASE("an approval covers the content, not who owns the repo or who may read it", "[approvals]") {
    world w;
    w.poll(world::first());
    w.approve(commit('2'), w.now + 24h);
    auto state = world::second();
    state.gate = gating::open;
    state.scan = scan_report{true, {{"model-00001-of-00003.safetensors", scan_level::unsafe}}};
    state.author = "somebody-else";
    w.poll(state);
    CHECK(w.open() == kinds{"gating-changed", "hub-scan-flagged", "publisher-changed"});
    CHECK(w.baseline().commit == commit('2'));
    // The new baseline does not swallow them.
    w.poll(state);
    CHECK(w.open() == kinds{"gating-changed", "hub-scan-flagged", "publisher-changed"});
}

TEST_CASE("another repo under the same name is not trusted because its commit was approved", "[approvals]") {
    world w;
    auto born = world::first();
    born.repo_id = std::string(24, 'a');
    w.poll(born);
    w.approve(commit('2'), w.now + 24h);
    auto other = world::second();
    other.repo_id = std::string(24, 'b');
    w.poll(other);
    CHECK(w.open().contains("namespace-reborn"));
}

TEST_CASE("other bytes under an approved commit are never settled by its approval", "[approvals]") {
    world w;
    w.poll(world::first());
    w.poll(world::second());
    w.approve(commit('2'), w.now + 24h, content_digest(world::second().files));
    auto swapped = world::second();
    for (auto& file : swapped.files) {
        if (file.path.ends_with("00001-of-00003.safetensors")) file.sha256 = std::string(64, '9');
    }
    w.poll(swapped);
    CHECK(w.open().contains("weights-replaced"));
    CHECK(w.baseline().commit == world::first().commit);
    // Nor once they are put back: the commit has shown two contents.
    w.poll(world::second());
    CHECK(w.baseline().commit == world::first().commit);
}

TEST_CASE("going back to another baseline after an approval is a newer decision", "[approvals]") {
    world w;
    w.poll(world::first());
    w.approve(commit('2'), w.now + 240h);
    w.poll(world::second());
    REQUIRE(w.baseline().commit == commit('2'));
    w.now += 1min;
    auto const back =
        accept(*w.db, w.rules, w.target, {world::first().commit, "nils", "regression"}, world::link, w.now);
    REQUIRE(back);
    w.poll(world::second());
    CHECK(w.baseline().commit == world::first().commit);
    CHECK(w.open().contains("weights-replaced"));
    // Approving it again is newer still.
    w.approve(commit('2'), w.now + 240h);
    w.poll(world::second());
    CHECK(w.baseline().commit == commit('2'));
    CHECK(w.open() == kinds{});
}

TEST_CASE("a pin of the configuration and an approval do not fight", "[approvals]") {
    world w;
    w.target.baseline = world::first().commit;
    w.poll(world::first());
    w.approve(commit('2'), w.now + 240h);
    w.poll(world::second());
    CHECK(w.baseline().commit == commit('2'));
    auto const audited = w.db->check().audit_entries;
    w.poll(world::second());
    w.poll(world::second());
    CHECK(w.baseline().commit == commit('2'));
    CHECK(w.db->check().audit_entries == audited);
}

TEST_CASE("accepting by a review trusts content only", "[approvals]") {
    world w;
    w.poll(world::first());
    auto state = world::second();
    state.gate = gating::open;
    w.poll(state);
    REQUIRE(w.open().contains("gating-changed"));
    w.now += 1min;
    acceptance const how{commit('2'), "review", "approved by mona: fine", true};
    auto const made = accept(*w.db, w.rules, w.target, how, world::link, w.now);
    REQUIRE(made);
    CHECK(w.open() == kinds{"gating-changed"});
    CHECK(w.baseline().set_by == "review");
    CHECK(w.db->check().ok);
}
