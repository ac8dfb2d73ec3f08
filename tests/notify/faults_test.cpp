// The same faults for every channel over HTTP: what is lost for good, what is tried again, what leaks.

#include "tests/notify/sending.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::test;
using Catch::Matchers::Contains;
using outcome = notify::delivery::outcome;
using type = notify::channel_type;

namespace {

notify::delivery answered(type which, net::http_response const& answer) {
    far_end far{which};
    far.transport.always("POST", far_end::target, [answer](net::http_request const&) { return answer; });
    return far.send();
}

} // namespace

TEST_CASE("every channel takes its far end's yes for delivered", "[notify][faults]") {
    for (auto const which : http_channels())
        CHECK(answered(which, taken(which)).what == outcome::delivered);
}

TEST_CASE("every channel gives up at once what a far end will never take", "[notify][faults]") {
    auto const status =
        GENERATE(301u, 302u, 303u, 307u, 308u, 400u, 401u, 403u, 404u, 405u, 410u, 413u, 422u);
    for (auto const which : http_channels()) {
        auto const made = answered(which, fake_transport::response(status, "no"));
        CAPTURE(static_cast<int>(which), status);
        CHECK(made.what == outcome::failed);
        CHECK(made.status == status);
        CHECK_THAT(made.answer, Contains(std::to_string(status)));
    }
}

TEST_CASE("every channel tries again what may be better later", "[notify][faults]") {
    auto const status = GENERATE(408u, 425u, 429u, 500u, 502u, 503u, 504u);
    for (auto const which : http_channels()) {
        CAPTURE(static_cast<int>(which), status);
        CHECK(answered(which, fake_transport::response(status, "later")).what == outcome::retry);
    }
}

TEST_CASE("every channel obeys Retry-After in seconds and as a date", "[notify][faults]") {
    for (auto const which : http_channels()) {
        auto const seconds = answered(which, fake_transport::response(429, "", {{"Retry-After", "42"}}));
        CHECK(seconds.retry_after == std::chrono::seconds{42});
        far_end far{which};
        far.time.set_wall(at("2026-11-22T09:00:00Z"));
        far.transport.answer(
            "POST", far_end::target, 429, "", {{"Retry-After", "Sun, 22 Nov 2026 09:02:00 GMT"}}
        );
        CHECK(far.send().retry_after == std::chrono::seconds{120});
    }
}

TEST_CASE("every channel tries again when no answer comes", "[notify][faults]") {
    auto const code =
        GENERATE(errc::unreachable, errc::unresolved, errc::tls, errc::timeout, errc::cut, errc::malformed);
    for (auto const which : http_channels()) {
        far_end far{which};
        far.transport.fail("POST", far_end::target, error{code, "POST far.example: broken", {}, 0, {}});
        auto const made = far.send();
        CAPTURE(static_cast<int>(which));
        CHECK(made.what == outcome::retry);
        CHECK(made.status == 0);
        CHECK_THAT(made.answer, Contains(std::string{to_string(code)}));
    }
}

TEST_CASE("a far end that never answers costs every channel its timeout and no more", "[notify][faults]") {
    for (auto const which : http_channels()) {
        far_end far{which};
        far.options.timeout = std::chrono::seconds{7};
        far.transport.hang("POST", far_end::target);
        auto const begun = far.time.steady_now();
        CHECK(far.send().what == outcome::retry);
        CHECK(far.time.steady_now() - begun == std::chrono::seconds{7});
        CHECK(far.transport.requests().size() == 1);
    }
}

TEST_CASE("a redirect is never followed and its target gets neither address nor key", "[notify][faults]") {
    for (auto const which : http_channels()) {
        far_end far{which};
        far.transport.answer("POST", far_end::target, 307, "", {{"Location", "https://evil.example/steal"}});
        auto const made = far.send();
        CHECK(made.what == outcome::failed);
        CHECK_THAT(made.answer, Contains("redirects are not followed"));
        REQUIRE(far.transport.requests().size() == 1);
        CHECK_THAT(far.transport.requests()[0].url, Catch::Matchers::StartsWith("https://far.example/"));
    }
}

TEST_CASE("no channel repeats its secrets, whatever the far end says of them", "[notify][faults]") {
    for (auto const which : http_channels()) {
        auto const echo = std::string{"no: https://far.example"} + far_end::target +
                          " SecretPathSegment SecretSignature " + far_end::routing_key;
        for (auto const status : {200u, 404u, 500u}) {
            auto const made = answered(which, fake_transport::response(status, echo));
            CAPTURE(static_cast<int>(which), status, made.answer);
            CHECK_THAT(made.answer, !Contains("SecretPathSegment") && !Contains("SecretSignature"));
            if (which == type::pagerduty) CHECK_THAT(made.answer, !Contains(far_end::routing_key));
        }
    }
}

TEST_CASE("an answer is kept short and printable by every channel", "[notify][faults]") {
    for (auto const which : http_channels()) {
        auto const made =
            answered(which, fake_transport::response(500, "\x1b[2J" + std::string(100'000, 'x')));
        CHECK(made.answer.size() <= 300);
        CHECK_THAT(made.answer, !Contains("\x1b"));
    }
}

TEST_CASE("a login page that answers 200 is not taken for a delivery", "[notify][faults]") {
    for (auto const which : {type::slack, type::teams, type::pagerduty}) {
        auto const page = "<!DOCTYPE html><html><body>Please sign in</body></html>";
        CHECK(answered(which, fake_transport::response(200, page)).what == outcome::retry);
    }
}
