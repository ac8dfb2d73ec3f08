#include "daemon/accounts.hpp"
#include "daemon/judge.hpp"
#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::fixtures;

namespace {

std::string link(std::string_view repo, std::string_view) {
    return std::string{repo};
}

/// Watches of one account, each polled once under the name that it is to be known by and once more under the
/// name that answers now.
struct account_scene {
    std::unique_ptr<storage::store> db = storage::open_store({}, storage::open_mode::memory);
    judge_rules rules;
    std::vector<watch> watches;

    void
    add(std::string const& name, std::string const& id, std::string const& answers_as, bool by_account = true
    ) {
        watch target;
        target.repo = name;
        if (by_account) target.from_account = "tiiuae";
        auto state = falcon();
        state.repo = name;
        state.repo_id = id;
        poll(target, state);
        state.repo = answers_as;
        poll(target, state);
        watches.push_back(std::move(target));
    }

    void poll(watch const& target, snapshot state) {
        observation seen;
        seen.state = std::move(state);
        static_cast<void>(judge(*db, rules, target, std::move(seen), link, at("2026-04-29T09:00:00Z")));
    }

    [[nodiscard]] std::vector<std::string> left() {
        std::vector<std::string> out;
        for (auto const& one : without_followed(watches, *db))
            out.push_back(one.repo);
        return out;
    }
};

using names = std::vector<std::string>;

} // namespace

TEST_CASE("a model that is watched by its old name and its new one is watched once", "[accounts]") {
    account_scene w;
    w.add("tiiuae/old", "1", "tiiuae/new");
    SECTION("by the old name, which has the history") {
        w.add("tiiuae/new", "1", "tiiuae/new");
        CHECK(w.left() == names{"tiiuae/old"});
    }
    SECTION("other spellings are the same name") {
        w.add("tiiuae/NEW", "1", "tiiuae/NEW");
        CHECK(w.left() == names{"tiiuae/old"});
    }
    SECTION("before the new name was polled") {
        watch target;
        target.repo = "tiiuae/new";
        target.from_account = "tiiuae";
        w.watches.push_back(target);
        CHECK(w.left() == names{"tiiuae/old"});
    }
}

TEST_CASE("what is another model, or what the operator names, stays watched", "[accounts]") {
    account_scene w;
    w.add("tiiuae/old", "1", "tiiuae/new");
    SECTION("the name was another model's before") {
        w.add("tiiuae/new", "2", "tiiuae/new");
    }
    SECTION("the operator names both") {
        w.add("tiiuae/new", "1", "tiiuae/new", false);
    }
    SECTION("another revision") {
        w.add("tiiuae/new", "1", "tiiuae/new");
        w.watches.back().revision = "v2";
    }
    SECTION("another hub") {
        w.add("tiiuae/new", "1", "tiiuae/new");
        w.watches.back().hub = "mirror";
    }
    CHECK(w.left().size() == 2);
}

TEST_CASE("a watch whose repo answers in another spelling does not follow itself", "[accounts]") {
    account_scene w;
    w.add("tiiuae/Falcon", "1", "tiiuae/falcon");
    CHECK(w.left() == names{"tiiuae/Falcon"});
}
