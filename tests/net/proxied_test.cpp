#include "tests/net/exchange_bench.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <string>

using namespace modelwatch;
using namespace std::chrono_literals;
using test::certificate;
using test::exchange_bench;
using test::loopback_answer;
using test::loopback_request;
using test::loopback_server;
using test::plain_answer;

namespace {

loopback_answer ok(loopback_request const&) {
    return plain_answer(200, "from the origin");
}

net::http_request through(std::string url, std::string proxy) {
    auto request = exchange_bench::request(std::move(url));
    request.via.proxy = std::move(proxy);
    return request;
}

std::string local(loopback_server const& server, std::string const& credentials = {}) {
    return "http://" + credentials + "127.0.0.1:" + std::to_string(server.port());
}

bool contains(std::string const& text, std::string const& part) {
    return text.find(part) != std::string::npos;
}

constexpr auto credentials = "Basic YWxpY2U6b3BlbiBzZXNhbWU="; // alice:open sesame

} // namespace

TEST_CASE("https goes through a proxy by CONNECT, encrypted end to end", "[net]") {
    loopback_server origin{certificate::good, ok};
    loopback_server proxy{test::loopback_proxy(origin.port())};
    exchange_bench bench;
    for (int i = 0; i < 3; ++i) {
        REQUIRE(bench.send(through("https://localhost:8443/x", local(proxy)))->body == "from the origin");
    }
    REQUIRE(proxy.requests().size() == 1); // one tunnel served all
    REQUIRE(proxy.requests().at(0).method == "CONNECT");
    REQUIRE(proxy.requests().at(0).target == "localhost:8443");
    REQUIRE(origin.requests().size() == 3);
    REQUIRE(origin.requests().at(0).header("proxy-authorization").empty());
}

TEST_CASE("a proxy's password is sent to the proxy only", "[net]") {
    loopback_server origin{certificate::good, ok};
    loopback_server proxy{test::loopback_proxy(origin.port(), credentials)};
    exchange_bench bench;
    auto const answer = bench.send(through("https://localhost:8443/", local(proxy, "alice:open%20sesame@")));
    REQUIRE(answer);
    REQUIRE(proxy.requests().at(0).header("proxy-authorization") == credentials);
    REQUIRE(origin.requests().at(0).header("proxy-authorization").empty());
}

TEST_CASE("a proxy that wants a password, or another one, is told apart from the server", "[net]") {
    loopback_server origin{certificate::good, ok};
    loopback_server proxy{test::loopback_proxy(origin.port(), credentials)};
    exchange_bench bench;
    for (auto const* url : {"https://localhost:8443/", "http://localhost:8080/"}) {
        CAPTURE(url);
        auto const missing = bench.send(through(url, local(proxy)));
        REQUIRE(missing.error().code == errc::unreachable);
        REQUIRE(missing.error().status == 407);
        REQUIRE(contains(missing.error().what, "proxy 127.0.0.1:"));
        REQUIRE(contains(missing.error().hint, "user:password@"));
        auto const wrong = bench.send(through(url, local(proxy, "alice:guess@")));
        REQUIRE(contains(wrong.error().hint, "wrong"));
        REQUIRE_FALSE(contains(wrong.error().message(), "guess"));
        REQUIRE_FALSE(contains(wrong.error().message(), "alice"));
    }
    REQUIRE(origin.requests().empty());
}

TEST_CASE("a proxy that refuses, is down or talks nonsense is blamed by name", "[net]") {
    loopback_server refusing{[](loopback_request const&) { return plain_answer(403, "not that host"); }};
    exchange_bench bench;
    auto const refused = bench.send(through("https://hub.invalid/x?secret", local(refusing)));
    REQUIRE(refused.error().code == errc::unreachable);
    REQUIRE(
        refused.error().what ==
        "GET hub.invalid/x: proxy 127.0.0.1:" + std::to_string(refusing.port()) + " refused: 403 Whatever"
    );
    auto const down = bench.send(through("https://hub.invalid/", "http://127.0.0.1:1"));
    REQUIRE(down.error().code == errc::unreachable);
    REQUIRE(contains(down.error().what, "proxy 127.0.0.1:1: connection refused"));
    auto const unknown = bench.send(through("https://hub.invalid/", "http://proxy.invalid:1"));
    REQUIRE(unknown.error().code == errc::unresolved);
    REQUIRE(contains(unknown.error().what, "proxy proxy.invalid:1: "));

    loopback_server chatty{[](loopback_request const&) {
        loopback_answer answer;
        answer.bytes = "HTTP/1.1 200 OK\r\n\r\nsurprise";
        return answer;
    }};
    REQUIRE(bench.send(through("https://hub.invalid/", local(chatty))).error().code == errc::malformed);
    auto const scheme = bench.send(through("https://hub.invalid/", "socks5://127.0.0.1:1"));
    REQUIRE(scheme.error().code == errc::invalid);
}

TEST_CASE("a proxy that falls silent costs the deadline and is named, wherever it does", "[net]") {
    auto const hang_after = [](std::string bytes) {
        return [bytes](loopback_request const&) {
            loopback_answer answer;
            answer.bytes = bytes;
            answer.then = loopback_answer::ending::hang;
            return answer;
        };
    };
    loopback_server silent{hang_after("")};
    loopback_server half{hang_after("HTTP/1.1 200")};
    loopback_server opened{hang_after("HTTP/1.1 200 OK\r\n\r\n")}; // and nothing comes through the tunnel
    exchange_bench bench;
    for (auto const* proxy : {&silent, &half, &opened}) {
        for (auto const* url : {"https://hub.invalid/x", "http://hub.invalid/x"}) {
            if (proxy == &opened && std::string_view{url}.starts_with("http:")) continue; // an answer
            CAPTURE(url, local(*proxy));
            auto asked = through(url, local(*proxy, "alice:secret@"));
            asked.timeout = 50ms;
            auto const failure = bench.send(asked).error();
            REQUIRE(failure.code == errc::timeout);
            REQUIRE(contains(failure.what, "the proxy 127.0.0.1:" + std::to_string(proxy->port())));
            REQUIRE_FALSE(contains(failure.message(), "secret"));
        }
    }
}

TEST_CASE("the certificate behind a proxy is verified like any other", "[net]") {
    loopback_server origin{certificate::wrong_name, ok};
    loopback_server proxy{test::loopback_proxy(origin.port())};
    exchange_bench bench;
    REQUIRE(bench.send(through("https://localhost:8443/", local(proxy))).error().code == errc::tls);
    REQUIRE(bench.send(through("https://other.test/", local(proxy)))->body == "from the origin");
}

TEST_CASE("plain http goes through a configured proxy in absolute form, to other hosts too", "[net]") {
    loopback_server proxy{test::loopback_proxy(0, credentials)};
    exchange_bench bench;
    auto const answer = bench.send(through("http://hub.invalid/a?b=c", local(proxy, "alice:open%20sesame@")));
    REQUIRE(answer);
    REQUIRE(answer->body == "via proxy: http://hub.invalid/a?b=c");
}

TEST_CASE(
    "the environment's proxy serves remote hosts, never loopback, never plain http to others", "[net]"
) {
    loopback_server origin{certificate::good, ok};
    loopback_server proxy{test::loopback_proxy(origin.port())};
    ::setenv("HTTPS_PROXY", local(proxy).c_str(), 1);
    ::setenv("HTTP_PROXY", local(proxy).c_str(), 1);
    ::setenv("NO_PROXY", "exempt.invalid", 1);
    exchange_bench bench;
    ::unsetenv("HTTPS_PROXY");
    ::unsetenv("HTTP_PROXY");
    ::unsetenv("NO_PROXY");
    auto const send = [&](std::string url) { return bench.send(through(std::move(url), "")); };
    REQUIRE(send(origin.url())->body == "from the origin");
    REQUIRE(proxy.requests().empty());
    REQUIRE(
        send("https://hub.invalid/").error().code == errc::tls
    ); // the tunnel works, the name does not match
    REQUIRE(proxy.requests().size() == 1);
    REQUIRE(send("https://exempt.invalid/").error().code == errc::unresolved);
    REQUIRE(send("http://hub.invalid/").error().code == errc::invalid);
    REQUIRE(proxy.requests().size() == 1);
}
