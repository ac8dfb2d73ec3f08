#include "daemon/hub/file_range.hpp"
#include "daemon/hub/url.hpp"
#include "tests/support/catch.hpp"

#include <stdexcept>

using namespace modelwatch::hub;

TEST_CASE("a revision is one path segment, a file path keeps its slashes") {
    endpoint const hub("https://huggingface.co/");
    CHECK(
        hub.model_at("a/b", "tree", "refs/pr/1") == "https://huggingface.co/api/models/a/b/tree/refs%2Fpr%2F1"
    );
    CHECK(
        hub.resolve("a/b", "main", "onnx/x y#?.bin") ==
        "https://huggingface.co/a/b/resolve/main/onnx/x%20y%23%3F.bin"
    );
    CHECK(
        hub.model_at("a/b", "tree", "v1+\xC3\xA9%") ==
        "https://huggingface.co/api/models/a/b/tree/v1%2B%C3%A9%25"
    );
}

TEST_CASE("an endpoint may carry a path prefix") {
    endpoint const hub("https://git.example:8443/hf/");
    CHECK(hub.model("a/b") == "https://git.example:8443/hf/api/models/a/b");
    CHECK(hub.page("a/b", "abc") == "https://git.example:8443/hf/a/b/commit/abc");
    CHECK(hub.page("a/b", "") == "https://git.example:8443/hf/a/b");
}

TEST_CASE("an endpoint that is no plain http URL is refused") {
    CHECK_THROWS_AS(endpoint("huggingface.co"), std::invalid_argument);
    CHECK_THROWS_AS(endpoint("ftp://x"), std::invalid_argument);
    CHECK_THROWS_AS(endpoint("https://user:secret@x"), std::invalid_argument);
    CHECK_THROWS_AS(endpoint("https://x/?q=1"), std::invalid_argument);
}

TEST_CASE("an origin is scheme, host and port, with default ports filled in") {
    CHECK(same_origin("https://x/a", "https://X:443/b"));
    CHECK_FALSE(same_origin("https://x/a", "http://x/a"));
    CHECK_FALSE(same_origin("https://x/a", "https://x:444/a"));
    CHECK_FALSE(same_origin("https://x/a", "https://x.evil.example/a"));
    CHECK_FALSE(same_origin("https://x/a", "https://evil.example/x"));
}

TEST_CASE("a redirect's target is resolved against the request and never carries a user name or a fragment") {
    std::string const base = "https://hub.example/api/models/gpt2?x=1";
    CHECK(redirect_target(base, "/api/models/o/gpt2?x=1") == "https://hub.example/api/models/o/gpt2?x=1");
    CHECK(redirect_target(base, "//evil.example/x#y") == "https://evil.example/x");
    CHECK_FALSE(redirect_target(base, "https://hub.example@evil.example/"));
    CHECK_FALSE(redirect_target(base, "javascript:alert(1)"));
    CHECK_FALSE(redirect_target(base, "https://x/ a b"));
    CHECK_FALSE(redirect_target(base, std::string(10'000, 'a')));
}

TEST_CASE("what may be shown of a URL is host and path") {
    CHECK(place_of("https://cdn.example:8/p/q?X-Amz-Signature=secret#f") == "cdn.example:8/p/q");
    CHECK(place_of("nonsense") == "an unusable URL");
}

TEST_CASE("the next page is the link whose relation is next") {
    CHECK(next_link("<https://x/a?cursor=a,b;c>; rel=\"next\"") == "https://x/a?cursor=a,b;c");
    CHECK(next_link("</r>; rel=\"xet-auth\", <https://x/2>; rel=\"next\"") == "https://x/2");
    CHECK(next_link("<https://x/2>;rel=next") == "https://x/2");
    CHECK_FALSE(next_link("</r>; rel=\"prev\""));
    CHECK_FALSE(next_link(""));
    CHECK_FALSE(next_link("<unfinished"));
}

TEST_CASE("a repo's name is one or two parts of plain characters") {
    CHECK(is_repo_id("google/gemma-2-2b"));
    CHECK(is_repo_id("gpt2"));
    CHECK_FALSE(is_repo_id("a/b/c"));
    CHECK_FALSE(is_repo_id("../etc"));
    CHECK_FALSE(is_repo_id("a/"));
    CHECK_FALSE(is_repo_id(""));
    CHECK_FALSE(is_repo_id("a b/c"));
}

TEST_CASE("a Content-Range is read in all of its forms") {
    auto const part = parse_content_range("bytes 0-99/1234");
    REQUIRE(part);
    CHECK(part->first == 0u);
    CHECK(part->last == 99u);
    CHECK(part->total == 1234u);
    CHECK(parse_content_range("bytes */10")->total == 10u);
    CHECK_FALSE(parse_content_range("bytes 0-9/*")->total.has_value());
    CHECK_FALSE(parse_content_range("bytes 9-0/10"));
    CHECK_FALSE(parse_content_range("lines 0-9/10"));
    CHECK_FALSE(parse_content_range("bytes 0-99999999999999999999999/10"));
}
