#include "daemon/net/request_text.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>

using namespace modelwatch;

namespace {

std::string written(net::http_request const& request, net::proxy_server const* proxy = nullptr) {
    return net::write_request(request, net::parse_web_url(request.url).value(), "agent/1", proxy);
}

} // namespace

TEST_CASE("a request is written with Host, User-Agent and a wish for plain bytes", "[net]") {
    net::http_request request;
    request.url = "https://hub.example:8443/a?b=c";
    request.headers = {{"Accept", "text/plain"}};
    REQUIRE(
        written(request) == "GET /a?b=c HTTP/1.1\r\nHost: hub.example:8443\r\nUser-Agent: agent/1\r\n"
                            "Accept-Encoding: identity\r\nAccept: text/plain\r\n\r\n"
    );
}

TEST_CASE("a body comes with its length, and POST always has one", "[net]") {
    net::http_request request;
    request.method = "POST";
    request.url = "https://hub.example/";
    REQUIRE(written(request).find("Content-Length: 0\r\n\r\n") != std::string::npos);
    request.body = "abc";
    REQUIRE(written(request).ends_with("Content-Length: 3\r\n\r\nabc"));
}

TEST_CASE("a caller's own User-Agent and Accept-Encoding replace ours", "[net]") {
    net::http_request request;
    request.url = "https://hub.example/";
    request.headers = {{"user-agent", "mine"}, {"accept-encoding", "br"}};
    auto const wire = written(request);
    REQUIRE(wire.find("agent/1") == std::string::npos);
    REQUIRE(wire.find("identity") == std::string::npos);
}

TEST_CASE("plain http through a proxy uses the absolute form and the proxy's credentials", "[net]") {
    net::http_request request;
    request.url = "http://hub.example/a?b";
    net::proxy_server const proxy{"corp", 3128, "Basic abc"};
    auto const wire = written(request, &proxy);
    REQUIRE(wire.starts_with("GET http://hub.example/a?b HTTP/1.1\r\nHost: hub.example\r\n"));
    REQUIRE(wire.find("Proxy-Authorization: Basic abc\r\n") != std::string::npos);
}

TEST_CASE("nothing can break out of its line, and the transport's own headers stay its own", "[net]") {
    for (auto const& field : net::header_list{
             {"X-A", "a\r\nX-B: b"},
             {"X-A", "a\nb"},
             {"X-A", std::string{"a\0b", 3}},
             {"X-A", "a\x7f"},
             {"X A", "b"},
             {"X-A:", "b"},
             {"", "b"},
             {"X-A\r\n", "b"},
             {"host", "evil"},
             {"Content-Length", "5"},
             {"Transfer-Encoding", "chunked"},
             {"Connection", "close"},
             {"Proxy-Authorization", "Basic x"}
         }) {
        CAPTURE(field.first, field.second);
        net::http_request request;
        request.headers = {field};
        auto const wrong = net::check_request(request);
        REQUIRE(wrong.has_value());
        REQUIRE(wrong->code == errc::invalid);
    }
    for (auto const* method : {"", "GET /x HTTP/1.1\r\n", "G ET", "CONNECT"}) {
        CAPTURE(method);
        net::http_request request;
        request.method = method;
        REQUIRE(net::check_request(request).has_value());
    }
    net::http_request fine;
    fine.headers = {{"Authorization", "Bearer hf_x"}, {"X-Text", "t\xc3\xa4glich\tja"}};
    REQUIRE_FALSE(net::check_request(fine).has_value());
}
