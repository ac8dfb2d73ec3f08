#include "tests/net/exchange_bench.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <string>

using namespace modelwatch;
using namespace std::chrono_literals;
using test::certificate;
using test::exchange_bench;
using test::loopback_answer;
using test::loopback_request;
using test::loopback_server;
using test::plain_answer;
using ending = loopback_answer::ending;

TEST_CASE("an exchange over TLS brings back status, headers and body", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const& asked) {
                               return plain_answer(
                                   200,
                                   asked.method + " " + asked.target + " " + asked.body,
                                   {{"ETag", "\"1\""}}
                               );
                           }};
    exchange_bench bench;
    auto asked = exchange_bench::request(server.url("/api/x?y=1"), "POST");
    asked.body = "hello";
    asked.headers = {{"Authorization", "Bearer t"}};
    auto const answer = bench.send(asked);
    REQUIRE(answer);
    REQUIRE(answer->status == 200);
    REQUIRE(answer->body == "POST /api/x?y=1 hello");
    REQUIRE(answer->header("etag") == "\"1\"");
    auto const seen = server.requests().at(0);
    REQUIRE(seen.header("host") == "127.0.0.1:" + std::to_string(server.port()));
    REQUIRE(seen.header("user-agent") == "modelwatch-test/1");
    REQUIRE(seen.header("accept-encoding") == "identity");
    REQUIRE(seen.header("authorization") == "Bearer t");
    REQUIRE(seen.header("content-length") == "5");
}

TEST_CASE("requests to one server share a connection, TLS or not", "[net]") {
    auto const respond = [](loopback_request const&) { return plain_answer(200, "ok"); };
    loopback_server secure{certificate::good, respond};
    loopback_server plain{respond};
    exchange_bench bench;
    for (int i = 0; i < 5; ++i) {
        REQUIRE(bench.get(secure.url())->body == "ok");
        REQUIRE(bench.get(plain.url())->body == "ok");
    }
    REQUIRE(secure.accepted() == 1);
    REQUIRE(plain.accepted() == 1);
}

TEST_CASE("a transport at rest keeps no io_context alive", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const&) {
                               return plain_answer(200, "ok");
                           }};
    exchange_bench bench;
    REQUIRE(bench.get(server.url()));
    bench.io.restart();
    auto const before = std::chrono::steady_clock::now();
    bench.io.run();
    REQUIRE(std::chrono::steady_clock::now() - before < 5s);
    REQUIRE(server.open() == 1);
}

TEST_CASE("closing the transport closes what rests, and it can still be used", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const&) {
                               return plain_answer(200, "ok");
                           }};
    exchange_bench bench;
    REQUIRE(bench.get(server.url()));
    bench.transport->close();
    REQUIRE(test::eventually([&] { return server.open() == 0; }));
    REQUIRE(bench.get(server.url()));
    REQUIRE(server.accepted() == 2);
    bench.transport.reset();
    REQUIRE(test::eventually([&] { return server.open() == 0; }));
}

TEST_CASE("a redirect is an answer like any other: nobody follows it here", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const&) {
                               return plain_answer(307, "", {{"Location", "https://127.0.0.1:1/elsewhere"}});
                           }};
    exchange_bench bench;
    auto const answer = bench.get(server.url("/here"));
    REQUIRE(answer);
    REQUIRE(answer->status == 307);
    REQUIRE(answer->header("location") == "https://127.0.0.1:1/elsewhere");
    REQUIRE(server.requests().size() == 1);
}

TEST_CASE("HEAD, 204 and 304 end at their headers and the connection serves on", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const& asked) {
                               loopback_answer answer;
                               answer.bytes = asked.method == "HEAD"
                                                  ? "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n"
                                              : asked.target == "/empty"
                                                  ? "HTTP/1.1 204 No Content\r\n\r\n"
                                                  : "HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\n\r\n";
                               return answer;
                           }};
    exchange_bench bench;
    REQUIRE(bench.send(exchange_bench::request(server.url(), "HEAD"))->header("content-length") == "12345");
    REQUIRE(bench.get(server.url("/empty"))->status == 204);
    REQUIRE(bench.get(server.url("/unchanged"))->header("etag") == "\"e\"");
    REQUIRE(server.accepted() == 1);
}

TEST_CASE("a large body arrives whole", "[net]") {
    constexpr std::size_t size = 5u << 20;
    loopback_server server{certificate::good, [](loopback_request const&) {
                               loopback_answer answer;
                               answer.bytes =
                                   "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
                               answer.filler = size;
                               return answer;
                           }};
    exchange_bench bench;
    auto const answer = bench.get(server.url());
    REQUIRE(answer);
    REQUIRE(answer->body == std::string(size, 'x'));
    REQUIRE(bench.get(server.url())->body.size() == size);
    REQUIRE(server.accepted() == 1);
}

TEST_CASE(
    "a hundred megabytes are refused at the announcement, and cut when only the start is wanted", "[net]"
) {
    constexpr std::uint64_t huge = 100u << 20;
    loopback_server server{[](loopback_request const& asked) {
        loopback_answer answer;
        answer.bytes = "HTTP/1.1 200 OK\r\n";
        if (asked.target == "/announced") {
            answer.bytes += "Content-Length: " + std::to_string(huge) + "\r\n";
        }
        answer.bytes += "\r\n";
        answer.filler = huge;
        answer.then = ending::close;
        return answer;
    }};
    exchange_bench bench;
    for (auto const* path : {"/announced", "/unannounced"}) {
        CAPTURE(path);
        auto asked = exchange_bench::request(server.url(path));
        asked.max_body = 1u << 20;
        auto const refused = bench.send(asked);
        REQUIRE(refused.has_error());
        REQUIRE(refused.error().code == errc::too_large);
        asked.cut_body_at_max = true;
        auto const cut = bench.send(asked);
        REQUIRE(cut);
        REQUIRE(cut->body_was_cut);
        REQUIRE(cut->body.size() == 1u << 20);
    }
    REQUIRE(test::eventually([&] { return server.open() == 0; }));
}

TEST_CASE("plain http to another host is refused unless asked for", "[net]") {
    exchange_bench bench;
    for (auto const* url : {"http://192.0.2.1/secret?token=x", "http://hub.invalid/"}) {
        auto const refused = bench.get(url);
        REQUIRE(refused.has_error());
        REQUIRE(refused.error().code == errc::invalid);
        REQUIRE(refused.error().what.find("token") == std::string::npos);
    }
    auto allowed = exchange_bench::request("http://hub.invalid/");
    allowed.allow_plain_remote = true;
    REQUIRE(bench.send(allowed).error().code == errc::unresolved);
}

TEST_CASE("a name without address says so, with host and path and without the query", "[net]") {
    exchange_bench bench;
    auto const failed = bench.get("https://nonexistent.invalid/api/models/x?token=secret");
    REQUIRE(failed.has_error());
    REQUIRE(failed.error().code == errc::unresolved);
    REQUIRE(failed.error().what == "GET nonexistent.invalid/api/models/x: the name has no address");
    REQUIRE_FALSE(failed.error().hint.empty());
}

TEST_CASE("a path that is itself a secret is not in the error", "[net]") {
    exchange_bench bench;
    auto asked = exchange_bench::request("https://nonexistent.invalid/services/T0/B0/secret", "POST");
    asked.hide_path = true;
    REQUIRE(bench.send(asked).error().what == "POST nonexistent.invalid: the name has no address");
}

TEST_CASE("requests that could be smuggled are refused before any connection", "[net]") {
    loopback_server server{[](loopback_request const&) { return plain_answer(200, "ok"); }};
    exchange_bench bench;
    auto asked = exchange_bench::request(server.url());
    asked.headers = {{"X-A", "b\r\nHost: evil"}};
    REQUIRE(bench.send(asked).error().code == errc::invalid);
    REQUIRE(bench.get(server.url("/a\r\nX: y")).error().code == errc::invalid);
    REQUIRE(bench.get("https://user:secret@127.0.0.1/").error().code == errc::invalid);
    REQUIRE(bench.get("https://user:secret@127.0.0.1/").error().what.find("secret") == std::string::npos);
    REQUIRE(server.accepted() == 0);
}

TEST_CASE(
    "localhost is this host without asking a resolver, and a refused connection names its address", "[net]"
) {
    loopback_server server{certificate::good, [](loopback_request const&) {
                               return plain_answer(200, "ok");
                           }};
    exchange_bench bench;
    REQUIRE(bench.get("https://localhost:" + std::to_string(server.port()) + "/")->body == "ok");
    auto const refused = bench.get("http://127.0.0.1:1/x?y");
    REQUIRE(refused.has_error());
    REQUIRE(refused.error().code == errc::unreachable);
    REQUIRE(refused.error().what == "GET 127.0.0.1:1/x: connection refused by 127.0.0.1:1");
}
