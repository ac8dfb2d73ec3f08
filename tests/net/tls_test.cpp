#include "tests/net/exchange_bench.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>

using namespace modelwatch;
using test::certificate;
using test::exchange_bench;
using test::loopback_answer;
using test::loopback_request;
using test::loopback_server;
using test::plain_answer;
using ending = loopback_answer::ending;

namespace {

loopback_answer ok(loopback_request const&) {
    return plain_answer(200, "ok");
}

bool contains(std::string const& text, std::string const& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a certificate that cannot be trusted is told by its fault, and what to do", "[net]") {
    for (auto const& [kind, reason, hint] :
         {std::tuple{certificate::wrong_name, "mismatch", "another name"},
          std::tuple{certificate::expired, "expired", "renew"},
          std::tuple{certificate::unknown_ca, "issuer", "set ca_file to the CA that signed it"}}) {
        CAPTURE(reason);
        loopback_server server{kind, ok};
        exchange_bench bench;
        auto const failed = bench.get(server.url());
        REQUIRE(failed.has_error());
        REQUIRE(failed.error().code == errc::tls);
        REQUIRE(contains(failed.error().what, reason));
        REQUIRE(contains(failed.error().hint, hint));
        REQUIRE(server.requests().empty());
    }
}

TEST_CASE("the certificate must be for the very name or address that was asked for", "[net]") {
    loopback_server good{certificate::good, ok};
    loopback_server other{certificate::wrong_name, ok};
    exchange_bench bench;
    for (std::string const host : {"localhost", "127.0.0.1"}) {
        CAPTURE(host);
        REQUIRE(bench.get("https://" + host + ":" + std::to_string(good.port()) + "/"));
        auto const refused = bench.get("https://" + host + ":" + std::to_string(other.port()) + "/");
        REQUIRE(refused.error().code == errc::tls);
        REQUIRE(
            contains(refused.error().what, host == "localhost" ? "hostname mismatch" : "IP address mismatch")
        );
    }
}

TEST_CASE("without ca_file the system's trust counts, and SSL_CERT_FILE replaces it", "[net]") {
    loopback_server server{certificate::good, ok};
    auto asked = exchange_bench::request(server.url());
    asked.via.ca_file.clear();
    {
        exchange_bench bench;
        REQUIRE(bench.send(asked).error().code == errc::tls);
    }
    ::setenv("SSL_CERT_FILE", test::authority::instance().ca_file().c_str(), 1);
    exchange_bench bench;
    auto const trusted = bench.send(asked);
    ::unsetenv("SSL_CERT_FILE");
    REQUIRE(trusted);
}

TEST_CASE("a ca_file that cannot be read, or is no certificate, is named", "[net]") {
    loopback_server server{certificate::good, ok};
    exchange_bench bench;
    auto asked = exchange_bench::request(server.url());
    asked.via.ca_file = "/nonexistent/ca.pem";
    auto const missing = bench.send(asked);
    REQUIRE(missing.error().code == errc::tls);
    REQUIRE(contains(missing.error().what, "/nonexistent/ca.pem"));
    asked.via.ca_file = "/dev/null";
    REQUIRE(bench.send(asked).error().code == errc::tls);
    REQUIRE(bench.get(server.url()));
}

TEST_CASE("a ca_file that is replaced on disk is read again for new connections", "[net]") {
    loopback_server server{certificate::good, ok};
    auto const path = std::filesystem::temp_directory_path() /
                      ("modelwatch-test-bundle-" + std::to_string(server.port()) + ".pem");
    std::ofstream{path} << "not yet a certificate";
    exchange_bench bench;
    auto asked = exchange_bench::request(server.url());
    asked.via.ca_file = path.string();
    REQUIRE(bench.send(asked).error().code == errc::tls);
    std::filesystem::copy_file(
        test::authority::instance().ca_file(), path, std::filesystem::copy_options::overwrite_existing
    );
    auto const trusted = bench.send(asked);
    std::filesystem::remove(path);
    REQUIRE(trusted);
}

TEST_CASE("a port that does not speak TLS is a TLS failure with a hint", "[net]") {
    // A tunnel whose far end answers in the clear, which is how an http port behind a proxy looks.
    loopback_server plain{[](loopback_request const&) {
        loopback_answer answer;
        answer.bytes = "HTTP/1.1 200 OK\r\n\r\n";
        answer.after_more = "HTTP/1.1 400 Bad Request\r\n\r\n";
        return answer;
    }};
    exchange_bench bench;
    auto asked = exchange_bench::request("https://hub.invalid/");
    asked.via.proxy = "http://127.0.0.1:" + std::to_string(plain.port());
    auto const failed = bench.send(asked);
    REQUIRE(failed.error().code == errc::tls);
    REQUIRE(contains(failed.error().what, "TLS handshake failed: wrong version number"));
    REQUIRE(contains(failed.error().hint, "speaks TLS"));
}

TEST_CASE("an answer without length that ends without close_notify is a cut, not an answer", "[net]") {
    for (auto const& [how, whole] :
         {std::pair{ending::close, true},
          std::pair{ending::close_without_notify, false},
          std::pair{ending::reset, false}}) {
        CAPTURE(whole);
        loopback_server server{certificate::good, [manner = how](loopback_request const&) {
                                   loopback_answer answer;
                                   answer.bytes =
                                       "HTTP/1.1 200 OK\r\n\r\n[{\"path\": \"model.safetensors\"}]";
                                   answer.then = manner;
                                   return answer;
                               }};
        exchange_bench bench;
        auto const got = bench.get(server.url());
        REQUIRE(got.has_value() == whole);
        if (whole) {
            REQUIRE(got->body == "[{\"path\": \"model.safetensors\"}]");
        }
        if (!whole) {
            REQUIRE(got.error().code == errc::cut);
        }
    }
}

TEST_CASE("a complete framed answer does not wait for the server's close_notify", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const&) {
                               auto answer = plain_answer(200, "ok", {{"Connection", "close"}});
                               answer.then = ending::hang;
                               return answer;
                           }};
    exchange_bench bench;
    auto const before = std::chrono::steady_clock::now();
    REQUIRE(bench.get(server.url())->body == "ok");
    REQUIRE(std::chrono::steady_clock::now() - before < std::chrono::seconds{5});
    REQUIRE(test::eventually([&] { return server.open() == 0; }));
}
