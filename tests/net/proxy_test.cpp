#include "daemon/net/proxy.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <tuple>

using namespace modelwatch;

namespace {

net::web_url target(std::string const& url) {
    return net::parse_web_url(url).value();
}

} // namespace

TEST_CASE("NO_PROXY exempts hosts, their subdomains, addresses and networks", "[net]") {
    for (auto const& [list, url, exempt] : {
             std::tuple{"", "https://hub.example/", false},
             std::tuple{"*", "https://hub.example/", true},
             std::tuple{"hub.example", "https://hub.example/", true},
             std::tuple{"HUB.Example", "https://hub.example/", true},
             std::tuple{"example", "https://hub.example/", true},
             std::tuple{".example", "https://hub.example/", true},
             std::tuple{"*.example", "https://hub.example/", true},
             std::tuple{"ub.example", "https://hub.example/", false},
             std::tuple{"hub.example.org", "https://hub.example/", false},
             std::tuple{"a.b, hub.example ,c", "https://hub.example/", true},
             std::tuple{"a.b c.d hub.example", "https://hub.example/", true},
             std::tuple{"hub.example:443", "https://hub.example/", true},
             std::tuple{"hub.example:8443", "https://hub.example/", false},
             std::tuple{"10.1.2.3", "https://10.1.2.3/", true},
             std::tuple{"10.1.2.3", "https://10.1.2.30/", false},
             std::tuple{"1.2.3", "https://10.1.2.3/", false},
             std::tuple{"10.0.0.0/8", "https://10.1.2.3/", true},
             std::tuple{"10.0.0.0/8", "https://11.1.2.3/", false},
             std::tuple{"10.0.0.0/8", "https://hub.example/", false},
             std::tuple{"10.0.0.0/99", "https://10.1.2.3/", false},
             std::tuple{"2001:db8::1", "https://[2001:db8::1]/", true},
             std::tuple{"[2001:db8::1]", "https://[2001:db8::1]/", true},
             std::tuple{"[2001:db8::1]:8443", "https://[2001:db8::1]/", false},
             std::tuple{"2001:db8::/32", "https://[2001:db8::1]/", true},
             std::tuple{"10.0.0.0/8", "https://[2001:db8::1]/", false},
             std::tuple{",, ,", "https://hub.example/", false},
             std::tuple{".", "https://hub.example/", false},
         }) {
        CAPTURE(list, url);
        REQUIRE(net::bypasses_proxy(list, target(url)) == exempt);
    }
}

TEST_CASE("a configured proxy is used for every host, none means none, the environment comes last", "[net]") {
    net::proxy_environment const environment{"http://env-https:1", "env-http:2", "exempt.example"};
    auto const chosen = [&](std::string const& configured, std::string const& url) {
        auto const proxy = net::choose_proxy(configured, target(url), environment).value();
        return proxy ? proxy->name() : "none";
    };
    REQUIRE(chosen("http://corp:3128", "https://hub.example/") == "corp:3128");
    REQUIRE(chosen("http://corp:3128", "https://127.0.0.1/") == "corp:3128");
    REQUIRE(chosen("http://corp:3128", "https://exempt.example/") == "corp:3128");
    REQUIRE(chosen("none", "https://hub.example/") == "none");
    REQUIRE(chosen("", "https://hub.example/") == "env-https:1");
    REQUIRE(chosen("", "http://hub.example/") == "env-http:2");
    REQUIRE(chosen("", "https://exempt.example/") == "none");
    REQUIRE(chosen("", "https://127.0.0.1/") == "none");
    REQUIRE(chosen("", "https://[::1]/") == "none");
    REQUIRE(chosen("", "http://localhost/") == "none");
    REQUIRE(chosen("http://[::1]:3128", "https://hub.example/") == "[::1]:3128");
    REQUIRE(chosen("http://corp", "https://hub.example/") == "corp:80");
}

TEST_CASE("a proxy's user and password become Basic credentials, escapes undone", "[net]") {
    auto const proxy =
        net::choose_proxy("http://us%20er:p%40ss:w@corp:3128", target("https://hub.example/"), {});
    REQUIRE(proxy.has_value());
    REQUIRE(proxy.value()->authorization == "Basic dXMgZXI6cEBzczp3"); // "us er:p@ss:w"
    REQUIRE(proxy.value()->name() == "corp:3128");
}

TEST_CASE("a proxy that cannot be used is an error that shows no password", "[net]") {
    for (std::string const text :
         {"https://user:secret@corp:3128",
          "socks5://user:secret@corp:1080",
          "http://user:secret@:3128",
          "http://user:secret@corp:0",
          "http://user:secret@corp:70000",
          "http://user:sec ret@corp"}) {
        CAPTURE(text);
        auto const proxy = net::choose_proxy(text, target("https://hub.example/"), {});
        REQUIRE(proxy.has_error());
        REQUIRE(proxy.error().code == errc::invalid);
        REQUIRE(proxy.error().reason.find("sec") == std::string::npos);
    }
    auto const variable = net::choose_proxy("", target("https://hub.example/"), {"ftp://x", "", ""});
    REQUIRE(variable.error().reason.find("HTTPS_PROXY") != std::string::npos);
}
