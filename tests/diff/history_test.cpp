#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::fixtures;

TEST_CASE("commits that touch nothing grave are commits-added with titles and authors", "[history]") {
    scene given{gemma()};
    given.now.commit = commit('c');
    given.log = log_of({commit('c'), commit('b'), commit('a'), given.before.commit}, false);
    put(given.now, file("README.md", "new card"));
    CHECK(given.kinds() == kind_list{"commits-added"});
    auto const found = given.find(alert_kind::commits_added).value();
    CHECK(found.subject == "3 commits");
    CHECK(found.evidence.at("commits") == 3);
    CHECK(found.evidence.at("titles").as_array().size() == 3);
    CHECK(found.detail.find("Commit bbbb") != std::string::npos);
    CHECK(found.detail.find("author-a") != std::string::npos);
}

TEST_CASE("commits-added is not said beside a graver kind", "[history]") {
    scene given{gemma()};
    given.move_on();
    given.now.files[4].sha256 = std::string(64, 'e');
    CHECK(given.kinds() == kind_list{"weights-replaced"});
}

TEST_CASE("commits-added is said beside a changed license or configuration", "[history]") {
    scene given{gemma()};
    given.move_on();
    given.now.license.ids = {"apache-2.0"};
    CHECK(given.kinds() == kind_list{"commits-added", "license-changed"});
}

TEST_CASE("new commits whose log the hub hides are said without a number", "[history][unknown]") {
    scene given{gemma()};
    given.now.commit = commit('c');
    CHECK(given.kinds() == kind_list{"commits-added"});
    auto const found = given.find(alert_kind::commits_added).value();
    CHECK(found.subject == "new commits");
    CHECK(found.evidence.at("commits").is_null());
}

TEST_CASE("a baseline that a complete log does not hold is history-rewritten", "[history]") {
    scene given{gemma()};
    given.now.commit = commit('c');
    given.log = log_of({commit('c'), commit('b')});
    CHECK(given.kinds() == kind_list{"history-rewritten"});
    auto const found = given.find(alert_kind::history_rewritten).value();
    CHECK(found.subject == "main");
    CHECK(found.evidence.at("weights_unchanged").as_bool());
    CHECK(found.summary.find("c5ebcd40") != std::string::npos);
}

TEST_CASE("history-rewritten is never said on an unknown or incomplete log", "[history][unknown]") {
    scene given{gemma()};
    given.now.commit = commit('c');
    given.log = log_of({commit('c'), commit('b')}, false);
    CHECK(given.kinds() == kind_list{"commits-added"});
    given.log.complete = true;
    given.log.known = false;
    CHECK(given.kinds() == kind_list{"commits-added"});
    given.log = log_of({commit('d'), commit('b')}); // a log of another moment
    CHECK(given.kinds() == kind_list{"commits-added"});
    given.log = log_of({});
    CHECK(given.kinds() == kind_list{"commits-added"});
}

TEST_CASE("a history with fewer commits than before was rewritten", "[history]") {
    scene given{gemma()};
    given.now.commit = commit('c');
    given.log = log_of({commit('c'), commit('b')}, false);
    given.log.total = 30;
    given.baseline_commits = 31;
    CHECK(given.kinds() == kind_list{"history-rewritten"});
    given.log.total = 31;
    CHECK(given.kinds() == kind_list{"commits-added"});
    given.log.total = 2; // all of them are listed
    given.baseline_commits.reset();
    CHECK(given.kinds() == kind_list{"history-rewritten"});
}

TEST_CASE("a baseline that is still in the log was not rewritten away", "[history]") {
    scene given{gemma()};
    given.now.commit = commit('c');
    given.log = log_of({commit('c'), given.before.commit, commit('b')});
    given.log.total = 3;
    given.baseline_commits = 9;
    CHECK(given.kinds() == kind_list{"commits-added"});
}

TEST_CASE("a tag at another commit is tag-moved and nothing else about history", "[history]") {
    scene given{gemma()};
    given.now.commit = commit('c');
    given.now.is_tag = true;
    given.log = log_of({commit('c'), commit('b')});
    given.target.revision = given.now.revision = "v1.0";
    CHECK(given.kinds() == kind_list{"tag-moved"});
    CHECK(given.find(alert_kind::tag_moved)->subject == "v1.0");
    given.now.commit = given.before.commit;
    CHECK(given.kinds() == kind_list{});
}

TEST_CASE("a full commit that answers as another is tag-moved even at first sight", "[history]") {
    scene given{gemma()};
    given.target.revision = given.before.commit;
    given.first_sight = true;
    CHECK(given.kinds() == kind_list{});
    given.now.commit = commit('c');
    CHECK(given.kinds() == kind_list{"tag-moved"});
}

TEST_CASE("a pinned baseline whose files are not known is still looked for in the history", "[history]") {
    scene given{gemma()};
    given.first_sight = true;
    given.target.baseline = given.before.commit.substr(0, 12);
    given.log = log_of({commit('c'), commit('b')});
    given.now.commit = commit('c');
    CHECK(given.kinds() == kind_list{});
    given.pinned = true;
    CHECK(given.kinds() == kind_list{"history-rewritten"});
    auto const found = given.find(alert_kind::history_rewritten).value();
    CHECK(found.evidence.at("weights_unchanged").is_null());
    CHECK(found.evidence.at("baseline_known").as_bool() == false);
    CHECK_THAT(
        found.summary,
        Catch::StartsWith("the hub does not know this commit: ") && Catch::Contains("`baseline`")
    );
    CHECK_THAT(found.detail, Catch::Contains("mistyped") && Catch::Contains("rewritten"));
    CHECK_THAT(found.action, Catch::Contains("Compare `baseline`"));
    given.log = log_of({commit('c'), given.before.commit});
    CHECK(given.kinds() == kind_list{"commits-added"});
    given.now.commit = given.before.commit;
    CHECK(given.kinds() == kind_list{});
}
