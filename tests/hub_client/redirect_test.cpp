#include "daemon/hub/exchange.hpp"
#include "tests/hub_client/small_hub.hpp"

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

net::header_list to(std::string const& place) {
    return {{"Location", place}};
}

result<std::string> read(small_hub& hub, std::string const& path = "config.json") {
    auto call = hub.hub().read_file("acme/tiny", head_commit, path, 1'000);
    return run_awaitable(hub.io, hub.time, std::move(call));
}

} // namespace

TEST_CASE("a renamed repo is followed with the token, and its new name is reported") {
    small_hub hub("hf_secret");
    hub.repo = "acme/tiny";
    hub.serve_all();
    hub.net.always(
        "GET", small_hub::info_path("main", "old/name"), 307, "Temporary Redirect", to(small_hub::info_path())
    );
    hub::observe_request request;
    request.repo = "old/name";
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK(seen->state->repo == "acme/tiny");
    CHECK(hub.header_of(1, "Authorization") == "Bearer hf_secret");
    CHECK(hub.net.count("GET", small_hub::tree_path()) == 1); // at the new name at once
    request.proof = seen->proof;
    CHECK(hub.observe(request)->unchanged);
}

TEST_CASE("the API is never followed to another host") {
    for (auto const* const place :
         {"https://evil.example/api",
          "http://hub.example/api/models/x",
          "//evil.example/",
          "https://hub.example:444/api",
          "https://hub.example@evil.example/",
          "ftp://x/"}) {
        small_hub hub("hf_secret");
        hub.net.always("GET", small_hub::info_path(), 307, "", to(place));
        auto const seen = hub.observe();
        REQUIRE_FALSE(seen.has_value());
        CHECK(seen.error().code == errc::redirect);
        CHECK(hub.sent() == 1);
    }
}

TEST_CASE("circles and endless chains of redirects end") {
    small_hub hub;
    SECTION("a circle") {
        hub.net.always("GET", small_hub::info_path(), 307, "", to("/x"));
        hub.net.always("GET", "/x", 307, "", to(small_hub::info_path()));
        CHECK(hub.observe().error().code == errc::redirect);
        CHECK(hub.sent() == 2);
    }
    SECTION("a chain") {
        int hops = 0;
        hub.net.otherwise([&hops](net::http_request const&) {
            return fake_transport::response(307, "", to("/hop" + std::to_string(++hops)));
        });
        CHECK(hub.observe().error().code == errc::redirect);
        CHECK(hub.sent() == 6);
    }
}

TEST_CASE("files are followed to other hosts without the token, and to the hub's own with it") {
    small_hub hub("hf_secret");
    hub.net.always(
        "GET", small_hub::file_path(), 307, "", to("/api/resolve-cache/models/acme/tiny/config.json?x=1")
    );
    hub.net.always(
        "GET",
        "/api/resolve-cache/models/acme/tiny/config.json?x=1",
        302,
        "",
        to("https://cdn.example/blob?sig=s")
    );
    hub.net.always("GET", "https://cdn.example/blob?sig=s", 200, config_text);
    auto const text = read(hub);
    REQUIRE(text);
    CHECK(*text == config_text);
    CHECK(hub.header_of(0, "Authorization") == "Bearer hf_secret");
    CHECK(hub.header_of(1, "Authorization") == "Bearer hf_secret");
    CHECK(hub.header_of(2, "Authorization").empty());
}

TEST_CASE("once a request has left the hub the token does not come back with it") {
    small_hub hub("hf_secret");
    hub.net.always("GET", small_hub::file_path(), 302, "", to("https://cdn.example/back"));
    hub.net.always("GET", "https://cdn.example/back", 302, "", to("https://hub.example/api/whoami-v2"));
    hub.net.always("GET", "/api/whoami-v2", 200, "x");
    REQUIRE(read(hub));
    CHECK(hub.header_of(2, "Authorization").empty());
}

TEST_CASE("a file is not followed from https to plain http") {
    small_hub hub;
    hub.net.always("GET", small_hub::file_path(), 302, "", to("http://cdn.example/blob"));
    CHECK(read(hub).error().code == errc::redirect);
}

TEST_CASE("a repeated POST keeps its body across a 307") {
    small_hub hub("hf_secret");
    hub::exchange line(hub.options, hub.net, hub.time);
    hub.net.always("POST", "/api/old", 307, "", to("/api/new"));
    hub.net.always("POST", "/api/new", 200, "{}");
    hub::patience left(hub.time);
    hub::hub_call ask;
    ask.method = "POST";
    ask.url = "https://hub.example/api/old";
    ask.body = "{\"paths\":[\"a\"]}";
    auto call = line.send(ask, left);
    auto const answer = run_awaitable(hub.io, hub.time, std::move(call));
    REQUIRE(answer);
    CHECK(hub.net.requests().back().body == ask.body);
    CHECK(hub.net.requests().back().method == "POST");
    CHECK(answer->url == "https://hub.example/api/new");
}

TEST_CASE("an error after a redirect to a signed URL shows no query") {
    small_hub hub;
    hub.net.always("GET", small_hub::file_path(), 302, "", to("https://cdn.example/blob?X-Sig=topsecret"));
    hub.net.always("GET", "https://cdn.example/blob?X-Sig=topsecret", 403, "no");
    auto const text = read(hub);
    REQUIRE_FALSE(text.has_value());
    CHECK(text.error().message().find("topsecret") == std::string::npos);
    CHECK(text.error().what.find("GET cdn.example/blob: 403") == 0);
}

TEST_CASE("an endpoint with a prefix is asked below it") {
    small_hub hub("", "https://git.example/hf");
    hub.net.always("GET", "https://git.example/hf" + small_hub::info_path(), 200, hub.info());
    hub.net.always("GET", "https://git.example/hf" + small_hub::tree_path(), 200, hub.tree());
    hub.net.always(
        "GET", "https://git.example/hf" + small_hub::log_path(), 200, small_hub::log({head_commit})
    );
    CHECK(hub.observe());
}

TEST_CASE("a token with a line break cannot be configured") {
    small_hub hub("hf_x\r\nHost: evil");
    CHECK_THROWS_AS(hub.hub(), std::invalid_argument);
    small_hub padded(" hf_x\n");
    CHECK(padded.hub().options().token == "hf_x");
}
