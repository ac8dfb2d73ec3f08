#include "daemon/net/url.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <tuple>

using namespace modelwatch;

TEST_CASE("a URL is taken apart into what a client needs", "[net]") {
    auto const url = net::parse_web_url("https://Hub.Example:8443/api/models/a%2Fb?x=1&y=%20#part");
    REQUIRE(url.has_value());
    REQUIRE(url->tls);
    REQUIRE(url->host == "hub.example");
    REQUIRE(url->port == 8443);
    REQUIRE(url->target == "/api/models/a%2Fb?x=1&y=%20");
    REQUIRE(url->path() == "/api/models/a%2Fb");
    REQUIRE(url->authority() == "hub.example:8443");
}

TEST_CASE("ports default to the scheme's own and stay out of the Host header then", "[net]") {
    for (auto const& [text, authority, port] :
         {std::tuple{"https://hub.example", "hub.example", 443},
          std::tuple{"http://hub.example/", "hub.example", 80},
          std::tuple{"https://hub.example:/x", "hub.example", 443},
          std::tuple{"https://hub.example:443/x", "hub.example", 443},
          std::tuple{"https://hub.example./x", "hub.example", 443},
          std::tuple{"https://[::1]:8080/x", "[::1]:8080", 8080},
          std::tuple{"https://[2001:DB8::1]/x", "[2001:db8::1]", 443}}) {
        CAPTURE(text);
        auto const url = net::parse_web_url(text);
        REQUIRE(url.has_value());
        REQUIRE(url->authority() == authority);
        REQUIRE(url->port == port);
    }
}

TEST_CASE("a URL that is not plainly one is refused, and never quoted", "[net]") {
    for (std::string const text :
         {"",
          "hub.example/secret",
          "/secret",
          "ftp://hub.example/secret",
          "file:///secret",
          "https://",
          "https:///secret",
          "https://user:secret@hub.example/",
          "https://user@hub.example/secret",
          "https://hub.example:0/secret",
          "https://hub.example:65536/secret",
          "https://hub.example:99999999999/secret",
          "https://hub%2eexample/secret",
          "https://hub.example/secret with space",
          "https://hub.example/secret\r\nHost: evil",
          "https://hub.example/secret\tx",
          "https://[v1.x]/secret",
          "https://hub.example/%zz?secret"}) {
        CAPTURE(text);
        auto const url = net::parse_web_url(text);
        REQUIRE(url.has_error());
        REQUIRE(url.error().code == errc::invalid);
        REQUIRE(url.error().reason.find("secret") == std::string::npos);
    }
    REQUIRE(net::parse_web_url("https://hub.example/" + std::string(20'000, 'a')).has_error());
    REQUIRE(net::parse_web_url(std::string{"https://hub.example/a\0b", 23}).has_error());
}
