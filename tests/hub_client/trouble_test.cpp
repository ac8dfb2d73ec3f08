#include "tests/hub_client/small_hub.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace modelwatch;
using namespace modelwatch::test;
using namespace std::chrono_literals;

TEST_CASE("a fault that passes is asked once more after a short rest") {
    small_hub hub;
    hub.serve_all();
    auto const before = hub.time.steady_now();
    SECTION("a 503") {
        hub.net.answer("GET", small_hub::info_path(), 503, "");
    }
    SECTION("a 500 that asks for a second") {
        net::header_list const wish{{"Retry-After", "1"}};
        hub.net.answer("GET", small_hub::info_path(), 500, "", wish);
    }
    SECTION("a reset") {
        hub.net.fail("GET", small_hub::info_path(), error{errc::unreachable, "reset", {}, 0, std::nullopt});
    }
    REQUIRE(hub.observe());
    CHECK(hub.sent() == 4);
    auto const rest = hub.time.steady_now() - before;
    CHECK(rest >= 500ms);
    CHECK(rest <= 2s);
}

TEST_CASE("a fault that lasts is an error that says what, where and for how long") {
    small_hub hub;
    net::header_list const headers{{"Retry-After", "30"}, {"X-Request-Id", "Root=1-9"}};
    hub.net.always("GET", small_hub::info_path(), 503, "secret body", headers);
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().code == errc::server_fault);
    CHECK(seen.error().status == 503);
    CHECK(seen.error().retry_after == 30s);
    CHECK(seen.error().what.find("GET hub.example/api/models/acme/tiny/revision/main: 503") == 0);
    CHECK(seen.error().what.find("Root=1-9") != std::string::npos);
    CHECK(seen.error().message().find("secret body") == std::string::npos);
    CHECK(hub.sent() == 1); // it asked for more patience than a retry has
}

TEST_CASE("a time-out, a bad certificate and an oversized answer are handed on without a retry") {
    for (auto const code : {errc::timeout, errc::tls, errc::too_large, errc::unresolved}) {
        small_hub hub;
        hub.net.fail("GET", small_hub::info_path(), error{code, "x", {}, 0, std::nullopt});
        CHECK(hub.observe().error().code == code);
        CHECK(hub.sent() == 1);
    }
}

TEST_CASE("a 408 is a time-out with the hub's own wish") {
    small_hub hub;
    net::header_list const headers{{"Retry-After", "9"}};
    hub.net.always("GET", small_hub::info_path(), 408, "", headers);
    auto const seen = hub.observe();
    CHECK(seen.error().code == errc::timeout);
    CHECK(seen.error().retry_after == 9s);
}

TEST_CASE("a 429 ends the poll, and later polls of all watches fail without a request until it is over") {
    small_hub hub;
    hub.serve_all();
    net::header_list const headers{{"RateLimit", "\"api\";r=0;t=55"}};
    hub.net.answer("GET", small_hub::info_path(), 429, "", headers);
    auto const first = hub.observe();
    REQUIRE_FALSE(first.has_value());
    CHECK(first.error().code == errc::limited);
    CHECK(first.error().retry_after == 56s);
    hub.time.advance(6s);
    hub::observe_request other;
    other.repo = "other/model";
    auto const second = hub.observe(other);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == errc::limited);
    CHECK(second.error().retry_after == 50s);
    CHECK(hub.sent() == 1);
    hub.time.advance(51s);
    CHECK(hub.observe());
}

TEST_CASE("near the end of a window a poll waits for the next one, if that is soon") {
    small_hub hub;
    hub.serve_all();
    auto headers = small_hub::json_headers();
    headers.emplace_back("RateLimit", "\"api\";r=0;t=10");
    hub.net.answer("GET", small_hub::info_path(), 200, hub.info(), headers);
    auto const before = hub.time.steady_now();
    REQUIRE(hub.observe());
    CHECK(hub.time.steady_now() - before >= 11s);
    CHECK(hub.time.steady_now() - before <= 13s);
}

TEST_CASE("a window that ends too late is not waited for") {
    small_hub hub;
    hub.serve_all();
    auto headers = small_hub::json_headers();
    headers.emplace_back("RateLimit", "\"api\";r=0;t=200");
    hub.net.answer("GET", small_hub::info_path(), 200, hub.info(), headers);
    auto const before = hub.time.steady_now();
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().code == errc::limited);
    CHECK(seen.error().retry_after.value() >= 200s);
    CHECK(hub.time.steady_now() == before);
    CHECK(hub.sent() == 1);
}

TEST_CASE("the operator's own budget is kept") {
    small_hub hub;
    hub.options.request_budget = 4;
    hub.serve_all();
    REQUIRE(hub.observe());
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().code == errc::limited);
    CHECK(hub.sent() == 4);
    hub.time.advance(300s);
    CHECK(hub.observe());
}

TEST_CASE("a poll stopped while it waits for a slot ends as cancelled and sends nothing more") {
    small_hub hub;
    hub.serve_all();
    auto headers = small_hub::json_headers();
    headers.emplace_back("RateLimit", "\"api\";r=0;t=10");
    hub.net.answer("GET", small_hub::info_path(), 200, hub.info(), headers);
    std::optional<result<observation>> outcome;
    auto& client = hub.hub();
    asio::cancellation_signal stop;
    hub::observe_request request;
    request.repo = "acme/tiny";
    bool finished = false;
    auto const done = [&](std::exception_ptr failure, result<observation> seen) {
        finished = true;
        if (!failure) outcome = std::move(seen);
    };
    asio::co_spawn(hub.io, client.observe(request), asio::bind_cancellation_slot(stop.slot(), done));
    hub.io.poll();
    REQUIRE(hub.time.sleepers() == 1);
    stop.emit(asio::cancellation_type::terminal);
    hub.io.restart();
    hub.io.poll();
    REQUIRE(finished);
    if (outcome) CHECK(outcome->error().code == errc::cancelled);
    CHECK(hub.sent() == 1);
}
