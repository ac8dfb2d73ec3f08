#include "daemon/model/commit_id.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace modelwatch;

TEST_CASE("a whole commit id has 40 or 64 digits", "[model]") {
    CHECK(is_full_commit(std::string(40, 'a')));
    CHECK(is_full_commit(std::string(64, '0')));
    for (auto const& text :
         {std::string(),
          std::string(39, 'a'),
          std::string(41, 'a'),
          std::string(63, 'a'),
          std::string(65, 'a'),
          std::string(40, 'g'),
          std::string(40, 'A'),
          std::string("main")}) {
        CAPTURE(text);
        CHECK_FALSE(is_full_commit(text));
    }
}

TEST_CASE("a prefix is the beginning of one", "[model]") {
    CHECK(is_commit_prefix("abc1234", 7));
    CHECK(is_commit_prefix(std::string(64, 'a'), 7));
    CHECK_FALSE(is_commit_prefix("abc123", 7));
    CHECK_FALSE(is_commit_prefix(std::string(65, 'a'), 7));
    CHECK_FALSE(is_commit_prefix("release", 7));
}

TEST_CASE("no commit is nothing at all, or git's zeros", "[model]") {
    CHECK(is_no_commit(""));
    CHECK(is_no_commit(std::string(40, '0')));
    CHECK_FALSE(is_no_commit("main"));
    CHECK_FALSE(is_no_commit(std::string(39, '0') + "1"));
}
