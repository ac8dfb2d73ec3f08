#include "daemon/http/target.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch::http;

TEST_CASE("a target is taken apart and decoded once", "[http]") {
    auto const read = parse_target("/api/v1/models/google/gemma%2D2?state=open&q=a+b%26c");
    REQUIRE(read);
    CHECK(read->path == std::vector<std::string>{"api", "v1", "models", "google", "gemma-2"});
    CHECK(read->query.at("state") == "open");
    CHECK(read->query.at("q") == "a b&c");
    CHECK(parse_target("/")->path.empty());
}

TEST_CASE("a target that two programs could read in two ways is none", "[http]") {
    for (auto const* bad :
         {"",
          "models",
          "http://host/",
          "*",
          "//evil.example/x",
          "/a//b",
          "/a/",
          "/./a",
          "/../etc/passwd",
          "/a/%2e%2e/b",
          "/a%2fb",
          "/a%5cb",
          "/a\\b",
          "/a%00b",
          "/a%0d%0ax",
          "/a%",
          "/a%2",
          "/a%zz",
          "/a#b",
          "/%ff",
          "/%e2%80%ae",
          "/?q=%0a",
          "/?q=1&q=2"}) {
        INFO(bad);
        CHECK_FALSE(parse_target(bad));
    }
    CHECK_FALSE(parse_target("/" + std::string(max_target, 'a')));
    std::string deep;
    for (std::size_t i = 0; i <= max_segments; ++i)
        deep += "/a";
    CHECK_FALSE(parse_target(deep));
}

TEST_CASE("an escaped segment comes back as it was", "[http]") {
    for (auto const* text : {"gemma-2", "a b", "ä/ö?#%", "x&y=z+1"}) {
        auto const read = parse_target("/m?v=" + escaped_segment(text));
        REQUIRE(read);
        CHECK(read->query.at("v") == text);
    }
}
