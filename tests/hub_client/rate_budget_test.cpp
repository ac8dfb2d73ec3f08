#include "daemon/hub/rate_budget.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::hub;
using namespace std::chrono_literals;

namespace {

net::steady_instant const start{1h};

net::http_response
answer(unsigned status, std::string limit, std::string policy = {}, std::string after = {}) {
    net::http_response made;
    made.status = status;
    if (!limit.empty()) made.headers.emplace_back("RateLimit", limit);
    if (!policy.empty()) made.headers.emplace_back("RateLimit-Policy", policy);
    if (!after.empty()) made.headers.emplace_back("Retry-After", after);
    return made;
}

} // namespace

TEST_CASE("the bucket of a request follows from its path") {
    CHECK(bucket_of("/api/models/a/b") == bucket::api);
    CHECK(bucket_of("/hf/api/models/a/b") == bucket::api);
    CHECK(bucket_of("/a/b/resolve/main/x") == bucket::resolvers);
    CHECK(bucket_of("/api/resolve-cache/models/a/b/c/x") == bucket::resolvers);
    CHECK(bucket_of("/a/b") == bucket::pages);
    CHECK(bucket_of("/api/whoami-v2") == bucket::account);
}

TEST_CASE("rate headers are read leniently, blanks and stray backslashes included") {
    auto const plain = parse_rate_items("\"api\";r=499;t=295");
    REQUIRE(plain.size() == 1);
    CHECK(plain[0].which == bucket::api);
    CHECK(plain[0].remaining == 499u);
    CHECK(plain[0].reset == 295s);
    auto const policy = parse_rate_items("\"fixed window\"; \"resolvers\" ;q=3000; w=300");
    REQUIRE(policy.size() == 1);
    CHECK(policy[0].which == bucket::resolvers);
    CHECK(policy[0].quota == 3000u);
    auto const odd = parse_rate_items("\\\"api\\\"; r = 3 ; t = 7, \"pages\";r=1;t=2, nonsense, ;;;=");
    REQUIRE(odd.size() == 2);
    CHECK(odd[0].which == bucket::api);
    CHECK(odd[0].remaining == 3u);
    CHECK(odd[1].which == bucket::pages);
    CHECK(parse_rate_items("r=-1;t=x").empty());
    CHECK(parse_rate_items("").empty());
}

TEST_CASE("requests go at once until the hub says that few are left") {
    rate_budget budget;
    CHECK(budget.ask(bucket::api, start).wait == 0ms);
    budget.sent(bucket::api, start);
    budget.finished(bucket::api);
    budget.learn(
        bucket::api, answer(200, "\"api\";r=499;t=295", "\"fixed window\";\"api\";q=500;w=300"), start, 0
    );
    CHECK(budget.ask(bucket::api, start).wait == 0ms);
}

TEST_CASE("at the reserve of a bucket requests wait until its window ends, and others do not") {
    rate_budget budget;
    budget.learn(
        bucket::api, answer(200, "\"api\";r=10;t=40", "\"fixed window\";\"api\";q=500;w=300"), start, 0
    );
    auto const permit = budget.ask(bucket::api, start);
    CHECK(permit.wait >= 41s);
    CHECK(permit.wait <= 42s);
    CHECK_FALSE(permit.blocked);
    CHECK(budget.ask(bucket::resolvers, start).wait == 0ms);
    CHECK(budget.ask(bucket::api, start + 41s).wait == 0ms);
}

TEST_CASE("requests on their way count as used before the hub knows of them") {
    rate_budget budget;
    budget.learn(bucket::api, answer(200, "\"api\";r=2;t=100", "\"w\";\"api\";q=5;w=300"), start, 0);
    budget.sent(bucket::api, start);
    CHECK(budget.ask(bucket::api, start).wait == 0ms);
    budget.sent(bucket::api, start);
    CHECK(budget.ask(bucket::api, start).wait > 0ms);
    budget.finished(bucket::api);
    // The first answer was written before the second request arrived.
    budget.learn(bucket::api, answer(200, "\"api\";r=1;t=100"), start, 0);
    CHECK(budget.ask(bucket::api, start).wait > 0ms);
}

TEST_CASE("a 429 with nothing left blocks its bucket until the window ends") {
    rate_budget budget;
    auto const away = budget.learn(bucket::api, answer(429, "\"api\";r=0;t=55"), start, 0);
    CHECK(away == 56s);
    CHECK(budget.ask(bucket::api, start + 55s).blocked);
    CHECK_FALSE(budget.ask(bucket::resolvers, start).blocked);
    CHECK_FALSE(budget.ask(bucket::api, start + 57s).blocked);
}

TEST_CASE("a 429 with requests left is another limiter: Retry-After, else a backoff that doubles") {
    rate_budget budget;
    auto const other = std::string("\"api\";r=99794;t=241");
    CHECK(budget.learn(bucket::api, answer(429, other, "\"w\";\"api\";q=100000;w=300", "7"), start, 0) == 7s);
    CHECK(budget.learn(bucket::api, answer(429, other), start, 0) == 2s);
    CHECK(budget.learn(bucket::api, answer(429, other), start, 0) == 4s);
    CHECK(budget.learn(bucket::api, answer(429, ""), start, 0) == 8s);
    for (int i = 0; i < 10; ++i)
        budget.learn(bucket::api, answer(429, ""), start, 0);
    CHECK(budget.learn(bucket::api, answer(429, ""), start, 0) == 64s);
    budget.learn(bucket::api, answer(200, ""), start + 65s, 0);
    CHECK(budget.learn(bucket::api, answer(429, ""), start + 65s, 0) == 1s);
}

TEST_CASE("an absurd Retry-After blocks for an hour at most") {
    rate_budget budget;
    CHECK(budget.learn(bucket::api, answer(429, "", "", "86400"), start, 0) == 3600s);
}

TEST_CASE("our own limit counts all requests of five minutes") {
    rate_budget budget(2);
    budget.sent(bucket::api, start);
    budget.sent(bucket::resolvers, start + 10s);
    auto const permit = budget.ask(bucket::pages, start + 20s);
    CHECK(permit.wait == 280s);
    CHECK_FALSE(permit.blocked);
    CHECK(budget.ask(bucket::pages, start + 300s).wait == 0ms);
}
