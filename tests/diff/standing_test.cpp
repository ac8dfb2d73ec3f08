#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::fixtures;

TEST_CASE("each standing of a repo has its kind and no file is called removed", "[standing]") {
    struct row {
        standing place;
        std::string kind;
    };

    auto const expected = GENERATE(
        row{standing::missing, "repo-missing"},
        row{standing::disabled, "repo-disabled"},
        row{standing::is_private, "repo-private"},
        row{standing::access_lost, "access-lost"}
    );
    scene given{falcon()};
    given.place = expected.place;
    given.standing_detail = "Invalid username or password.\x1b[0m";
    given.hide_current = true;
    CHECK(given.kinds() == kind_list{expected.kind});
    CHECK(given.compare()[0].detail.find("Invalid username or password.") != std::string::npos);
    CHECK(given.compare()[0].detail.find('\x1b') == std::string::npos);
    CHECK(given.compare()[0].baseline_commit == given.before.commit);
    given.hide_current = false;
    CHECK(given.kinds() == kind_list{expected.kind});
    given.first_sight = true;
    CHECK(given.kinds() == kind_list{expected.kind});
}

TEST_CASE("a missing repo keeps the changes of its last known state", "[standing]") {
    scene given{gemma()};
    given.move_on();
    given.now.files[4].sha256 = std::string(64, 'e');
    given.place = standing::missing;
    CHECK(given.kinds() == kind_list{"weights-replaced", "repo-missing"});
}

TEST_CASE("a present repo without a state is a bug, not a judgement", "[standing]") {
    scene given{gemma()};
    given.hide_current = true;
    CHECK_THROWS_AS(given.compare(), std::logic_error);
}

TEST_CASE("a repo that is shown as disabled or turned private says so once", "[standing]") {
    scene given{gemma()};
    given.now.disabled = true;
    CHECK(given.kinds() == kind_list{"repo-disabled"});
    given.first_sight = true;
    CHECK(given.kinds() == kind_list{"repo-disabled"});
    given.place = standing::disabled;
    CHECK(given.kinds() == kind_list{"repo-disabled"});

    scene other{gemma()};
    other.now.is_private = true;
    CHECK(other.kinds() == kind_list{"repo-private"});
    other.first_sight = true;
    CHECK(other.kinds() == kind_list{});
    other.first_sight = false;
    other.before.is_private = true;
    CHECK(other.kinds() == kind_list{});
}

TEST_CASE("another name is a rename, another spelling is not", "[identity]") {
    scene given{falcon()};
    given.now.repo = "Tiiuae/Falcon-7B";
    CHECK(given.kinds() == kind_list{});
    given.now.repo = "tiiuae/falcon-7b-base";
    CHECK(given.kinds() == kind_list{"repo-renamed"});
    auto const found = given.find(alert_kind::repo_renamed).value();
    CHECK(found.evidence.at("same_owner").as_bool());
    given.first_sight = true;
    CHECK(given.kinds() == kind_list{});
}

TEST_CASE("a watch that was configured by an old name from the start has seen no rename", "[identity]") {
    scene given{falcon()};
    given.target.repo = "tii-old/falcon-7b";
    CHECK(given.kinds() == kind_list{});
}

TEST_CASE("a transfer is a rename and another publisher", "[identity]") {
    scene given{falcon()};
    given.now.repo = "acme/falcon-7b";
    given.now.author = "acme";
    CHECK(given.kinds() == kind_list{"repo-renamed", "publisher-changed"});
    CHECK(given.find(alert_kind::publisher_changed)->subject == "tiiuae → acme");
    CHECK_FALSE(given.find(alert_kind::repo_renamed)->evidence.at("same_owner").as_bool());
    CHECK(text_of(given.find(alert_kind::repo_renamed)->evidence, "new_owner") == "acme");
}

TEST_CASE("a redirect to another repo is a rename and a reborn name", "[identity]") {
    scene given{falcon()};
    given.now.repo = "stable-diffusion-v1-5/falcon-7b";
    given.now.author = "stable-diffusion-v1-5";
    given.now.repo_id = "66d19580e2632490a6bc5829";
    CHECK(given.kinds() == kind_list{"repo-renamed", "namespace-reborn", "publisher-changed"});
}

TEST_CASE("another author under the same name is publisher-changed", "[identity]") {
    scene given{falcon()};
    given.now.author = "somebody";
    CHECK(given.kinds() == kind_list{"publisher-changed"});
    given.now.author.clear();
    CHECK(given.kinds() == kind_list{});
    given.now.author = "TIIUAE";
    CHECK(given.kinds() == kind_list{});
}

TEST_CASE("another internal id or creation date is namespace-reborn", "[identity]") {
    scene given{falcon()};
    given.now.repo_id = "000000000000000000000001";
    CHECK(given.kinds() == kind_list{"namespace-reborn"});
    given.now.repo_id = given.before.repo_id;
    given.now.created_at = at("2026-01-01T00:00:00Z");
    CHECK(given.kinds() == kind_list{"namespace-reborn"});
    given.now.created_at = *given.before.created_at + std::chrono::seconds{1};
    CHECK(given.kinds() == kind_list{});
}

TEST_CASE("an id or date that one side does not know proves nothing", "[identity][unknown]") {
    scene given{falcon()};
    given.now.repo_id.clear();
    given.now.created_at.reset();
    CHECK(given.kinds() == kind_list{});
    std::swap(given.now, given.before);
    CHECK(given.kinds() == kind_list{});
}

TEST_CASE("a repo that was missing is back as itself only with the same id", "[identity]") {
    scene given{falcon()};
    given.was_missing = true;
    CHECK(given.kinds() == kind_list{});
    given.now.repo_id.clear();
    CHECK(given.kinds() == kind_list{"namespace-reborn"});
    CHECK(given.find(alert_kind::namespace_reborn)->evidence.at("was_missing").as_bool());
    given.place = standing::missing;
    CHECK(given.kinds() == kind_list{"repo-missing"});
}

TEST_CASE("a reborn name says so when nothing else changed", "[identity]") {
    scene given{falcon()};
    given.was_missing = true;
    given.now.repo_id.clear();
    auto const unchanged = [&] {
        auto const found = given.find(alert_kind::namespace_reborn);
        REQUIRE(found);
        bool const said = found->summary.ends_with("nothing else changed");
        CHECK(said == found->evidence.contains("nothing_else_changed"));
        return said;
    };
    SECTION("private for a while, on a hub without ids") {
        CHECK(unchanged());
    }
    SECTION("a new id for the same creation") {
        given.was_missing = false;
        given.now.repo_id = "000000000000000000000001";
        CHECK(unchanged());
    }
    SECTION("another commit") {
        given.move_on();
        CHECK_FALSE(unchanged());
    }
    SECTION("other bytes under the same commit") {
        given.now.files.front().oid = std::string(40, 'e');
        CHECK_FALSE(unchanged());
    }
    SECTION("a later creation") {
        given.now.created_at = *given.before.created_at + std::chrono::hours{1};
        CHECK_FALSE(unchanged());
    }
    SECTION("a creation that nobody dates") {
        given.now.created_at.reset();
        CHECK_FALSE(unchanged());
    }
    SECTION("another author") {
        given.now.author = "somebody";
        CHECK_FALSE(unchanged());
    }
}

TEST_CASE("who answers under a name can be told without the files", "[identity]") {
    scene given{falcon()};
    given.now.files.clear();
    given.now.commit = commit('a');
    given.now.repo_id = "000000000000000000000001";
    diff::comparison input{given.target};
    input.baseline = &given.before;
    input.current = &given.now;
    auto const found = diff::compare_identity(input);
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == alert_kind::namespace_reborn);
    CHECK(diff::is_another_repo(given.before, given.now));
    given.now.repo_id.clear();
    CHECK_FALSE(diff::is_another_repo(given.before, given.now));
}

TEST_CASE("licence identifier, name, link and text each are license-changed", "[license]") {
    scene given{falcon()};
    given.move_on();
    auto const change_of = [&] { return given.find(alert_kind::license_changed); };
    SECTION("identifier") {
        given.now.license.ids = {"other"};
        given.now.license.name = "falcon-llm-license";
        REQUIRE(change_of());
        CHECK(change_of()->summary.find("apache-2.0 → other, name falcon-llm-license") != std::string::npos);
        CHECK(change_of()->evidence.at("old_ids").as_array().at(0) == "apache-2.0");
        CHECK(text_of(change_of()->evidence, "new_name") == "falcon-llm-license");
        CHECK_FALSE(change_of()->evidence.at("text_changed").as_bool());
    }
    SECTION("link") {
        given.now.license.link = "LICENSE";
        REQUIRE(change_of());
        CHECK(change_of()->summary.find("link") != std::string::npos);
    }
    SECTION("text") {
        put(given.before, file("LICENSE", "old terms"));
        put(given.now, file("LICENSE", "new terms"));
        REQUIRE(change_of());
        CHECK(change_of()->subject == "LICENSE");
        CHECK(change_of()->evidence.at("text_changed").as_bool());
        CHECK_FALSE(change_of()->evidence.at("text_only_added").as_bool());
        CHECK(change_of()->files[0].old_sha256 == "git:" + git_blob_id("old terms"));
    }
    SECTION("text that came") {
        put(given.now, file("NOTICE.md", "terms"));
        REQUIRE(change_of());
        CHECK(change_of()->evidence.at("text_only_added").as_bool());
    }
    SECTION("removed altogether") {
        given.now.license = {};
        REQUIRE(change_of());
        CHECK(change_of()->subject == "apache-2.0 → none");
        CHECK_FALSE(change_of()->evidence.at("text_present").as_bool());
    }
    SECTION("order and case say nothing") {
        given.before.license.ids = {"MIT", "apache-2.0"};
        given.now.license.ids = {"apache-2.0", "mit"};
        CHECK_FALSE(change_of());
    }
}

TEST_CASE("a license that is not told at the same commit has not changed", "[license][unknown]") {
    scene given{falcon()};
    given.now.license = {};
    CHECK(given.kinds() == kind_list{});
    given.now.license.ids = {"mit"};
    CHECK(given.kinds() == kind_list{"license-changed"});
}

TEST_CASE("gates that were loosened, tightened or changed in mode are told apart", "[gating]") {
    struct row {
        gating from;
        gating to;
        std::string way;
    };
    using enum gating;
    auto const expected = GENERATE(
        row{manual, open, "loosened"},
        row{automatic, open, "loosened"},
        row{open, manual, "tightened"},
        row{open, automatic, "tightened"},
        row{automatic, manual, "mode"},
        row{manual, automatic, "mode"}
    );
    scene given{gemma()};
    given.before.gate = expected.from;
    given.now.gate = expected.to;
    CHECK(given.kinds() == kind_list{"gating-changed"});
    CHECK(text_of(given.find(alert_kind::gating_changed)->evidence, "direction") == expected.way);
    given.before.gate = gating::unknown;
    CHECK(given.kinds() == kind_list{});
    given.before.gate = expected.from;
    given.now.gate = gating::unknown;
    CHECK(given.kinds() == kind_list{});
}
