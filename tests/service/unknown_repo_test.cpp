#include "daemon/unknown_repo.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;

namespace {

using names = std::vector<std::string>;

names const account{"acme/falcon-7b", "acme/falcon-40b", "acme/model", "acme/Nova-2-8B"};

} // namespace

TEST_CASE("a slip of the pen leads to the name that was meant", "[unknown-repo]") {
    struct row {
        char const* wrong;
        char const* meant;
    };

    auto const table = {
        row{"acme/falcn-7b", "acme/falcon-7b"},
        row{"acme/falcon7b", "acme/falcon-7b"},
        row{"acme/flacon-40b", "acme/falcon-40b"},
        row{"acme/modle", "acme/model"},
        row{"acme/nova-2-8b", "acme/Nova-2-8B"},
        row{"ACME/MODEL", "acme/model"},
        row{"amce/model", "acme/model"},
        row{"acm/falcon-7b", "acme/falcon-7b"}
    };
    for (auto const& one : table) {
        CAPTURE(one.wrong);
        auto const found = likely_names(one.wrong, account);
        REQUIRE(!found.empty());
        CHECK(found.front() == one.meant);
    }
}

TEST_CASE("what is like nothing leads nowhere", "[unknown-repo]") {
    for (auto const* wrong : {"acme/an-entirely-other-name", "x/y", "", "acme/"}) {
        CAPTURE(wrong);
        CHECK(likely_names(wrong, account).empty());
    }
    CHECK(likely_names("acme/model", {}).empty());
    CHECK(likely_names("acme/model", {"acme/model"}).empty());
}

TEST_CASE("no more than three names are offered, each once", "[unknown-repo]") {
    names many;
    for (char last = 'a'; last <= 'z'; ++last)
        many.push_back(std::string{"acme/model-"} + last);
    many.insert(many.end(), many.begin(), many.end());
    auto const found = likely_names("acme/model-1", many);
    CHECK(found == names{"acme/model-a", "acme/model-b", "acme/model-c"});
}

TEST_CASE("names of any size and number are compared in bounded time", "[unknown-repo]") {
    names many;
    for (int i = 0; i < 20'000; ++i)
        many.push_back("acme/" + std::string(90, 'x') + std::to_string(i));
    many.push_back("acme/" + std::string(100'000, 'x'));
    CHECK(likely_names("acme/" + std::string(96, 'x'), many).size() == 3);
}

TEST_CASE("the failure says what to check, and names nothing that would steer a terminal", "[unknown-repo]") {
    auto const found = unknown_repo("acme/modle", {"acme/mod\x1b[31mel"});
    CHECK(found.code == errc::not_found);
    CHECK_THAT(found.what, Catch::Contains("not found: check the spelling"));
    CHECK(found.message().find('\x1b') == std::string::npos);
    CHECK_THAT(
        unknown_repo("acme/modle", {"acme/model"}).message(), Catch::Contains("did you mean acme/model?")
    );
}
