#include "daemon/notify/answer.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::notify;
using Catch::Matchers::Contains;
using outcome = delivery::outcome;

namespace {

delivery judged(unsigned status, std::string body = {}, net::header_list headers = {}) {
    net::http_response answer;
    answer.status = status;
    answer.body = std::move(body);
    answer.headers = std::move(headers);
    return judge_http(answer, 1'795'000'000, secrets{});
}

recipient_outcome
got(std::string address, recipient_outcome::kind what, unsigned status, std::string answer) {
    return {std::move(address), what, status, std::move(answer), false};
}

} // namespace

TEST_CASE("2xx is delivered", "[notify]") {
    auto const status = GENERATE(200u, 201u, 202u, 204u, 299u);
    CHECK(judged(status).what == outcome::delivered);
}

TEST_CASE("408, 425, 429 and every 5xx are tried again", "[notify]") {
    auto const status = GENERATE(408u, 425u, 429u, 500u, 501u, 502u, 503u, 504u, 507u, 599u);
    CHECK(judged(status).what == outcome::retry);
}

TEST_CASE("other 4xx and all redirects are given up at once", "[notify]") {
    auto const status = GENERATE(
        300u,
        301u,
        302u,
        303u,
        304u,
        307u,
        308u,
        400u,
        401u,
        403u,
        404u,
        405u,
        409u,
        410u,
        413u,
        422u,
        451u,
        499u
    );
    CHECK(judged(status).what == outcome::failed);
}

TEST_CASE("Retry-After counts only where another try follows", "[notify]") {
    CHECK(judged(429, "", {{"retry-after", "30"}}).retry_after == std::chrono::seconds{30});
    CHECK(judged(503, "", {{"Retry-After", "120"}}).retry_after == std::chrono::seconds{120});
    CHECK_FALSE(judged(503).retry_after);
    CHECK_FALSE(judged(404, "", {{"Retry-After", "30"}}).retry_after);
    CHECK_FALSE(judged(429, "", {{"Retry-After", "soon"}}).retry_after);
}

TEST_CASE("no answer is tried again, an unusable URL is not", "[notify]") {
    auto const code = GENERATE(
        errc::unreachable,
        errc::unresolved,
        errc::tls,
        errc::timeout,
        errc::cut,
        errc::malformed,
        errc::cancelled
    );
    CHECK(judge_error(error{code, "x", {}, 0, {}}, secrets{}).what == outcome::retry);
    CHECK(judge_error(error{errc::invalid, "x", {}, 0, {}}, secrets{}).what == outcome::failed);
}

TEST_CASE("an answer is shown printable, short and without secrets", "[notify]") {
    secrets hidden;
    hidden.add_url("https://user:hunter22@hooks.example:8443/in/abcdefgh12345?token=t0ps3cret&x=1");
    hidden.add("pass");
    auto const clean = hidden.clean("POST /in/abcdefgh12345?token=t0ps3cret&x=1 by user:hunter22 pass=pass "
                                    "\x1b[31m t0ps3cret abcdefgh12345");
    CHECK_THAT(
        clean,
        !Contains("abcdefgh12345") && !Contains("t0ps3cret") && !Contains("hunter22") && !Contains("\x1b")
    );
    CHECK_THAT(clean, !Contains("pass"));
    CHECK(hidden.clean(std::string(5000, 'x')).size() <= 300);
    CHECK(secrets{}.clean("503 Service Unavailable") == "503 Service Unavailable");
}

TEST_CASE("a secret that is contained in another one is blotted out too", "[notify]") {
    secrets hidden;
    hidden.add("abcd");
    hidden.add("abcdefgh");
    CHECK(hidden.clean("abcdefgh abcd") == "*** ***");
}

TEST_CASE("one refused recipient does not keep the mail from being delivered to the others", "[notify]") {
    using kind = recipient_outcome::kind;
    auto const result = judge_recipients(
        {got("a@x", kind::delivered, 250, "250 queued"),
         got("b@x", kind::refused, 550, "550 no such user"),
         got("c@x", kind::delivered, 250, "250 queued")},
        {"a@x", "b@x", "c@x"}
    );
    CHECK(result.what == outcome::delivered);
    CHECK(result.pending_recipients.empty());
    CHECK_THAT(result.answer, Contains("refused for b@x: 550 no such user") && Contains("250 queued"));
}

TEST_CASE("only the recipients that have not got the mail stay pending", "[notify]") {
    using kind = recipient_outcome::kind;
    auto const result = judge_recipients(
        {got("a@x", kind::delivered, 250, "250 queued"),
         got("b@x", kind::refused, 550, "550 no"),
         got("c@x", kind::pending, 451, "451 greylisted")},
        {"a@x", "b@x", "c@x", "d@x"}
    );
    CHECK(result.what == outcome::retry);
    CHECK(result.status == 451);
    CHECK(result.pending_recipients == std::vector<std::string>{"c@x", "d@x"});
    CHECK_THAT(result.answer, Contains("451 greylisted") && Contains("refused for b@x"));
}

TEST_CASE("a mail that every recipient's server refuses has failed", "[notify]") {
    using kind = recipient_outcome::kind;
    auto const result = judge_recipients({got("a@x", kind::refused, 554, "554 go away")}, {"a@x"});
    CHECK(result.what == outcome::failed);
    CHECK(result.status == 554);
    CHECK_THAT(result.answer, Contains("a@x: 554 go away"));
}

TEST_CASE("when nobody has got it, the list of pending recipients is empty", "[notify]") {
    using kind = recipient_outcome::kind;
    auto const result = judge_recipients({got("a@x", kind::pending, 0, "refused")}, {"a@x", "b@x"});
    CHECK(result.what == outcome::retry);
    CHECK(result.pending_recipients.empty());
}
