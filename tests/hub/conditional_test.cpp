#include "daemon/model/digest.hpp"
#include "tests/hub/asking.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

double_::answer ask_if_changed(double_::hub_state& hub, std::string_view target, std::string etag) {
    auto asked = asking(target);
    asked.if_none_match = std::move(etag);
    return send(hub, asked);
}

std::string limit_header(double_::hub_state& hub, std::string_view target, std::string_view token = {}) {
    auto asked = asking(target, token);
    asked.parse_target();
    return hub.respond(asked).extra_headers;
}

} // namespace

TEST_CASE("an unchanged answer is 304 without body, with or without the weak mark", "[double]") {
    auto hub = minimal_hub();
    auto const first = get(hub, "/api/models/acme/plain");
    auto const etag = header(first, "ETag");
    CHECK(etag == weak_etag(*first.body));
    auto const same = ask_if_changed(hub, "/api/models/acme/plain", etag);
    CHECK(same.status == 304);
    CHECK(same.body->empty());
    CHECK(header(same, "ETag") == etag);
    CHECK(ask_if_changed(hub, "/api/models/acme/plain", etag.substr(2)).status == 304);
    hub.apply({{"action", "set"}, {"repo", "acme/plain"}, {"patch", {{"downloads", 1201}}}});
    CHECK(ask_if_changed(hub, "/api/models/acme/plain", etag).status == 200);
}

TEST_CASE("a hub that knows no 304 answers 200", "[double]") {
    auto hub = minimal_hub();
    auto const etag = header(get(hub, "/api/models/acme/plain"), "ETag");
    hub.apply({{"action", "set"}, {"settings", {{"etag_304", false}}}});
    CHECK(ask_if_changed(hub, "/api/models/acme/plain", etag).status == 200);
}

TEST_CASE("errors are never 304", "[double]") {
    auto hub = minimal_hub();
    auto const etag = header(get(hub, "/api/models/acme/none"), "ETag");
    CHECK(ask_if_changed(hub, "/api/models/acme/none", etag).status == 401);
}

TEST_CASE("each bucket and account has its documented limit and its own count", "[double]") {
    auto hub = minimal_hub();
    CHECK(limit_header(hub, "/api/models/acme/plain").starts_with("ratelimit: \"api\";r=499;t=300\r\n"));
    CHECK(limit_header(hub, "/api/models/acme/none").find("r=498") != std::string::npos);
    CHECK(
        limit_header(hub, "/acme/plain/resolve/main/config.json").find("\"resolvers\";r=2999") !=
        std::string::npos
    );
    CHECK(
        limit_header(hub, "/acme/plain").find("ratelimit-policy: \"fixed window\";\"pages\";q=100;w=300") !=
        std::string::npos
    );
    CHECK(
        limit_header(hub, "/api/models/acme/plain", "hf_reader").find("\"api\";r=999") != std::string::npos
    );
    CHECK(
        limit_header(hub, "/api/models/acme/plain", "hf_stranger").find("\"api\";q=2500") != std::string::npos
    );
}

TEST_CASE("a used-up window answers 429 for that account and bucket only", "[double]") {
    auto hub = minimal_hub();
    hub.apply({{"action", "set"}, {"settings", {{"rate_limits", {{"anonymous", {{"api", 2}}}}}}}});
    CHECK(get(hub, "/api/models/acme/plain").status == 200);
    CHECK(get(hub, "/api/models/acme/plain").status == 200);
    CHECK(get(hub, "/api/models/acme/plain").status == 429);
    CHECK(limit_header(hub, "/api/models/acme/plain").find("r=0;") != std::string::npos);
    CHECK(get(hub, "/acme/plain/resolve/main/config.json").status == 307);
    CHECK(get(hub, "/api/models/acme/plain", "hf_reader").status == 200);
    hub.apply({{"action", "set"}, {"settings", {{"rate_limits", {{"enforce", false}}}}}});
    CHECK(get(hub, "/api/models/acme/plain").status == 200);
}
