#include "daemon/hub/breaker.hpp"
#include "tests/hub_client/small_hub.hpp"

#include <algorithm>

using namespace modelwatch;
using namespace modelwatch::test;
using namespace std::chrono_literals;

namespace {

error fault(errc code = errc::server_fault) {
    return error{code, "GET hub.example/x: 503", {}, 503, std::nullopt};
}

/// A breaker that has seen so many failures in a row.
hub::breaker after_failures(int count, net::steady_instant now) {
    hub::breaker out;
    for (int i = 0; i < count; ++i)
        out.failed(out.ask(now), fault(), now);
    return out;
}

/// Requests that a hub gets while a watch of it is polled every 50 ms of virtual time.
std::size_t asked_during(small_hub& hub, std::chrono::milliseconds span) {
    auto const before = hub.sent();
    auto const end = hub.time.steady_now() + span;
    while (hub.time.steady_now() < end) {
        static_cast<void>(hub.observe());
        hub.time.advance(50ms);
    }
    return hub.sent() - before;
}

} // namespace

TEST_CASE("a few failures spare nobody, five in a row do") {
    net::steady_instant const now{1h};
    CHECK(after_failures(4, now).ask(now).go);
    auto const spared = after_failures(5, now).ask(now);
    CHECK_FALSE(spared.go);
    CHECK(spared.wait == 1s);
    auto mixed = after_failures(4, now);
    mixed.answered();
    mixed.failed(mixed.ask(now), fault(), now);
    CHECK(mixed.ask(now).go);
}

TEST_CASE("one call for all tries a spared hub, and each failure doubles the pause up to a minute") {
    net::steady_instant now{1h};
    auto state = after_failures(5, now);
    for (auto const pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s}) {
        CHECK_FALSE(state.ask(now + pause - 1ms).go);
        now += pause;
        auto const leave = state.ask(now);
        REQUIRE(leave.go);
        CHECK(leave.for_all);
        CHECK_FALSE(state.ask(now).go); // the others wait for what becomes of it
        state.failed(leave, fault(), now);
    }
}

TEST_CASE("what was on its way when the pause began neither prolongs nor ends it, an answer ends it") {
    net::steady_instant const now{1h};
    auto state = after_failures(4, now);
    auto const early = state.ask(now);
    state.failed(state.ask(now), fault(), now);
    state.failed(early, fault(), now + 900ms);
    CHECK(state.ask(now + 1s).go);
    state.failed(early, fault(), now + 1s);
    CHECK_FALSE(state.ask(now + 1s).go); // the try is still on its way
    state.answered();
    CHECK(state.ask(now + 1s).go);
    CHECK_FALSE(state.trouble());
}

TEST_CASE("a try that is cancelled leaves the next one to somebody else") {
    net::steady_instant const now{1h};
    auto state = after_failures(5, now);
    auto const leave = state.ask(now + 1s);
    state.given_up(leave);
    CHECK(state.ask(now + 1s).go);
}

TEST_CASE("a hub that asks for a longer pause gets it, within reason") {
    net::steady_instant const now{1h};
    for (auto const& [wish, pause] : {std::pair{30s, 30s}, {0s, 1s}, {3600s, 300s}}) {
        auto state = after_failures(4, now);
        auto why = fault();
        why.retry_after = wish;
        state.failed(state.ask(now), why, now);
        CHECK(state.ask(now).wait == pause);
    }
}

TEST_CASE("trouble is told when it lasts longer than a hiccup") {
    net::steady_instant now{1h};
    auto state = after_failures(5, now);
    CHECK_FALSE(state.trouble());
    for (auto const pause : {1s, 2s}) {
        now += pause;
        state.failed(state.ask(now), fault(), now);
    }
    REQUIRE(state.trouble());
    CHECK(state.trouble()->status == 503);
}

TEST_CASE("which failures are the hub's, and which failure was no call at all") {
    for (auto const code :
         {errc::unreachable, errc::unresolved, errc::tls, errc::timeout, errc::cut, errc::server_fault})
        CHECK(hub::is_hub_trouble(fault(code)));
    for (auto const code :
         {errc::limited, errc::unauthorized, errc::refused, errc::not_found, errc::malformed})
        CHECK_FALSE(hub::is_hub_trouble(fault(code)));
    auto const refused = hub::not_asked("hub", fault(), 1500ms);
    CHECK(hub::was_not_asked(refused));
    CHECK(refused.retry_after == 2s);
    CHECK(refused.what.find("503") != std::string::npos);
    CHECK_FALSE(hub::was_not_asked(fault(errc::unreachable)));
    CHECK_FALSE(hub::was_not_asked(fault()));
}

TEST_CASE("a hub that only fails is asked at a pace that falls, whatever it fails with") {
    small_hub hub;
    SECTION("503") {
        hub.net.otherwise([](net::http_request const&) { return fake_transport::response(503); });
    }
    SECTION("refused connections") {
        hub.net.otherwise([](net::http_request const&) { return fault(errc::unreachable); });
    }
    SECTION("a bad certificate") {
        hub.net.otherwise([](net::http_request const&) { return fault(errc::tls); });
    }
    std::vector<std::size_t> asked;
    for (int i = 0; i < 6; ++i)
        asked.push_back(asked_during(hub, 20s));
    CHECK(asked[0] <= 20);
    CHECK(asked[5] <= 2);
    for (std::size_t i = 1; i < asked.size(); ++i)
        CHECK(asked[i] <= std::max<std::size_t>(asked[i - 1], 1)); // one try at the end of a longer pause
    static_cast<void>(hub.observe()); // may be the next try itself, for which it waits a little
    auto const begun = hub.time.steady_now();
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen);
    CAPTURE(seen.error().what);
    CHECK(hub::was_not_asked(seen.error()));
    CHECK(hub.time.steady_now() - begun <= 4s); // nobody is kept until the pause ends
    REQUIRE(hub.hub().trouble());
    hub.net.otherwise({});
    hub.serve_all();
    hub.time.advance(61s);
    CHECK(hub.observe());
    CHECK_FALSE(hub.hub().trouble());
}

TEST_CASE("a poll that meets a short hiccup waits for its end") {
    small_hub hub;
    hub.serve_all();
    for (int i = 0; i < 5; ++i)
        hub.net.answer("GET", small_hub::info_path(), 503);
    for (int i = 0; i < 2; ++i)
        CHECK_FALSE(hub.observe()); // two requests each: these are what the hub really failed
    CHECK(hub.observe());
    CHECK_FALSE(hub.hub().trouble());
}

TEST_CASE("a repo that the hub fails at spares not the others") {
    small_hub hub;
    hub.serve_all();
    hub.net.always("GET", small_hub::info_path("main", "acme/broken"), 500);
    hub::observe_request broken;
    broken.repo = "acme/broken";
    for (int i = 0; i < 20; ++i) {
        CHECK_FALSE(hub.observe(broken));
        CHECK(hub.observe());
    }
}
