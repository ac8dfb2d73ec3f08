#include "daemon/model/digest.hpp"
#include "daemon/net/http.hpp"
#include "tests/hub/hub_double.hpp"
#include "tests/places.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/json/parse.hpp>

#include <filesystem>
#include <string>

using namespace modelwatch;

namespace {

hub_double::options minimal(bool tls = false) {
    hub_double::options wanted;
    wanted.timeline_file = MODELWATCH_SOURCE_DIR "/tests/hub/timelines/minimal.json";
    wanted.tls = tls;
    return wanted;
}

/// A client of its own with the program's real transport.
class client {
public:
    explicit client(std::string ca_file = {})
        : ca_file_(std::move(ca_file)) {}

    result<net::http_response> send(
        std::string method,
        std::string url,
        net::header_list headers = {},
        std::string body = {},
        std::uint64_t max_body = 32u << 20
    ) {
        net::http_request asked;
        asked.method = std::move(method);
        asked.url = std::move(url);
        asked.headers = std::move(headers);
        asked.body = std::move(body);
        asked.max_body = max_body;
        asked.timeout = timeout;
        asked.via.ca_file = ca_file_;
        asked.via.proxy = "none";
        return test::run_awaitable(io_, transport_->send(std::move(asked)));
    }

    result<net::http_response> get(std::string url, net::header_list headers = {}) {
        return send("GET", std::move(url), std::move(headers));
    }

    std::chrono::milliseconds timeout{10'000};

private:
    std::string ca_file_;
    asio::io_context io_{1};
    std::unique_ptr<net::http_transport> transport_ =
        net::make_http_transport(io_.get_executor(), "double-test/1");
};

errc code_of(result<net::http_response> const& answer) {
    return answer ? errc::invalid : answer.error().code;
}

} // namespace

TEST_CASE("the double serves info over HTTP with a true ETag and keeps the connection", "[double]") {
    hub_double::hub_double hub(minimal());
    client http;
    auto const first = http.get(hub.url() + "/api/models/acme/plain");
    REQUIRE(first);
    CHECK(first->status == 200);
    CHECK(first->header("etag") == weak_etag(first->body));
    CHECK(first->header("connection") == "keep-alive");
    auto const again = http.get(
        hub.url() + "/api/models/acme/plain", {{"If-None-Match", std::string(first->header("etag"))}}
    );
    REQUIRE(again);
    CHECK(again->status == 304);
    CHECK(hub.requests().size() == 2);
    CHECK(!hub.requests().back().if_none_match.empty());
}

TEST_CASE(
    "the double serves TLS with a certificate that its own authority signed, and only that one vouches",
    "[double]"
) {
    std::string ca_file;
    {
        hub_double::hub_double hub(minimal(true));
        ca_file = hub.ca_file();
        client trusting(ca_file);
        CHECK(hub.url().starts_with("https://127.0.0.1:"));
        auto const answer = trusting.get(hub.url() + "/api/models/acme/plain");
        REQUIRE(answer);
        CHECK(answer->status == 200);
        client doubting;
        CHECK(code_of(doubting.get(hub.url() + "/api/models/acme/plain")) == errc::tls);
        auto const plain = doubting.send("POST", hub.control_url() + "/__double/advance", {}, "{}");
        REQUIRE(plain);
        CHECK(plain->status == 200);
    }
    CHECK(!std::filesystem::exists(ca_file));
}

TEST_CASE("several threads serve the same hub", "[double]") {
    auto wanted = minimal();
    wanted.threads = 3;
    hub_double::hub_double hub(wanted);
    for (int count = 0; count < 6; ++count) {
        client http;
        auto const answer = http.get(hub.url() + "/api/models/acme/plain");
        REQUIRE(answer);
        CHECK(answer->status == 200);
    }
    CHECK(hub.requests().size() == 6);
}

TEST_CASE("a HEAD has the headers and no body", "[double]") {
    hub_double::hub_double hub(minimal());
    client http;
    auto const answer = http.send("HEAD", hub.url() + "/acme/plain/resolve/main/.gitattributes");
    REQUIRE(answer);
    CHECK(answer->status == 307);
    CHECK(answer->header("x-repo-commit").size() == 40);
    CHECK(answer->body.empty());
}

TEST_CASE("a large file is read in part from the CDN's own port", "[double]") {
    hub_double::hub_double hub(minimal());
    client http;
    auto const first =
        http.get(hub.url() + "/acme/plain/resolve/main/weights/model-00001-of-00002.safetensors");
    REQUIRE(first);
    auto const location = std::string(first->header("location"));
    CHECK(location.starts_with(hub.cdn_url() + "/"));
    auto const part = http.get(location, {{"Range", "bytes=4999999990-"}});
    REQUIRE(part);
    CHECK(part->status == 206);
    CHECK(part->header("content-range") == "bytes 4999999990-4999999999/5000000000");
    CHECK(part->body.size() == 10);
    auto const leaked = http.get(location, {{"Authorization", "Bearer hf_reader"}});
    REQUIRE(leaked);
    CHECK(leaked->status == 400);
    CHECK(hub.token_leaks() == 1);
}

TEST_CASE(
    "a status fault fires from its nth match on, as often as it was told, with its headers", "[double]"
) {
    hub_double::hub_double hub(minimal());
    client http;
    hub.fault(
        {{"type", "info"},
         {"repo", "acme/plain"},
         {"nth", 2},
         {"count", 1},
         {"kind", "status"},
         {"status", 429},
         {"retry_after", 7},
         {"headers", {{"X-Note", "here"}}}}
    );
    auto const url = hub.url() + "/api/models/acme/plain";
    CHECK(http.get(url)->status == 200);
    auto const limited = http.get(url);
    CHECK(limited->status == 429);
    CHECK(limited->header("retry-after") == "7");
    CHECK(limited->header("x-note") == "here");
    CHECK(http.get(url)->status == 200);
    CHECK(hub.requests().at(1).fault == "status");
}

TEST_CASE("faults match by type, method, repo and page", "[double]") {
    hub_double::hub_double hub(minimal());
    client http;
    hub.setting("tree_page", 2);
    hub.fault({{"kind", "tree_page_2"}});
    auto const first = http.get(hub.url() + "/api/models/acme/plain/tree/main");
    CHECK(first->status == 200);
    auto const link = std::string(first->header("link"));
    auto const second = http.get(link.substr(1, link.find('>') - 1));
    CHECK(second->status == 504);
    CHECK(http.get(hub.url() + "/api/models/acme/plain")->status == 200);
    hub.clear_faults();
    CHECK(http.get(link.substr(1, link.find('>') - 1))->status == 200);
}

TEST_CASE("Retry-After can be a date or absent", "[double]") {
    hub_double::hub_double hub(minimal());
    client http;
    hub.fault({{"kind", "status"}, {"status", 503}, {"retry_after", "date"}, {"retry_in", 30}, {"count", 1}});
    hub.fault({{"kind", "status"}, {"status", 503}});
    auto const dated = http.get(hub.url() + "/api/models/acme/plain");
    CHECK(std::string(dated->header("retry-after")).ends_with(" GMT"));
    CHECK(!http.get(hub.url() + "/api/models/acme/plain")->has("retry-after"));
}

TEST_CASE("bodies can be HTML, of wrong types, or no JSON at all", "[double]") {
    hub_double::hub_double hub(minimal());
    client http;
    auto const url = hub.url() + "/api/models/acme/plain";
    hub.fault({{"kind", "html"}, {"count", 1}});
    auto const page = http.get(url);
    CHECK(page->status == 200);
    CHECK(page->header("content-type") == "text/html; charset=utf-8");
    hub.clear_faults();
    hub.fault({{"kind", "wrong_types"}, {"count", 1}});
    auto const odd = json::parse(http.get(url)->body);
    CHECK(odd.at("sha").is_number());
    CHECK(odd.at("siblings").is_object());
    hub.clear_faults();
    hub.fault({{"kind", "garbage"}, {"count", 1}});
    boost::system::error_code failed;
    static_cast<void>(json::parse(http.get(url)->body, failed));
    CHECK(failed);
}

TEST_CASE("a truncated answer, a reset and a closed connection are failures of the connection", "[double]") {
    hub_double::hub_double hub(minimal());
    auto const kind = GENERATE("truncate", "reset", "close_before_answer");
    client http;
    http.timeout = std::chrono::seconds(3);
    hub.fault({{"kind", kind}});
    auto const answer = http.get(hub.url() + "/api/models/acme/plain");
    CAPTURE(kind);
    REQUIRE(!answer);
    CHECK((answer.error().code == errc::cut || answer.error().code == errc::unreachable));
    hub.clear_faults();
    CHECK(http.get(hub.url() + "/api/models/acme/plain")->status == 200);
}

TEST_CASE("a hanging and a dripping answer run into the client's deadline", "[double]") {
    hub_double::hub_double hub(minimal());
    auto const kind = GENERATE("hang", "drip");
    client http;
    http.timeout = std::chrono::milliseconds(80);
    hub.fault({{"kind", kind}, {"every_ms", 20}});
    CHECK(code_of(http.get(hub.url() + "/api/models/acme/plain")) == errc::timeout);
}

TEST_CASE("a huge answer announces its size and streams it", "[double]") {
    hub_double::hub_double hub(minimal());
    client http;
    hub.fault({{"kind", "huge"}, {"size", 3'000'000}});
    auto const whole = http.get(hub.url() + "/api/models/acme/plain");
    REQUIRE(whole);
    CHECK(whole->body.size() == 3'000'000);
    CHECK(
        code_of(http.send("GET", hub.url() + "/api/models/acme/plain", {}, {}, 1u << 20)) == errc::too_large
    );
}

TEST_CASE("redirects can loop and can lead to another host", "[double]") {
    hub_double::hub_double hub(minimal());
    client http;
    hub.fault({{"kind", "redirect_loop"}, {"count", 2}});
    auto const first = http.get(hub.url() + "/api/models/acme/plain");
    CHECK(first->status == 307);
    auto const second = http.get(hub.url() + std::string(first->header("location")));
    CHECK(second->header("location") != first->header("location"));
    hub.clear_faults();
    hub.fault({{"kind", "redirect_host"}, {"to", "https://127.0.0.1:9"}});
    CHECK(
        http.get(hub.url() + "/api/models/acme/plain")->header("location") ==
        "https://127.0.0.1:9/api/models/acme/plain"
    );
}

TEST_CASE("a fault that cannot be is refused", "[double]") {
    hub_double::hub_double hub(minimal());
    CHECK_THROWS_WITH(hub.fault({{"kind", "explode"}}), Catch::Contains("explode"));
    CHECK_THROWS_WITH(hub.fault({{"kind", "status"}, {"status", "big"}}), Catch::Contains("status"));
}

TEST_CASE("a double can be destroyed while a client still waits for it", "[double]") {
    asio::io_context io(1);
    auto hub = std::make_unique<hub_double::hub_double>(minimal());
    hub->fault({{"kind", "hang"}});
    auto const transport = net::make_http_transport(io.get_executor(), "double-test/1");
    net::http_request asked;
    asked.url = hub->url() + "/api/models/acme/plain";
    std::optional<result<net::http_response>> answer;
    test::run_state state;
    test::start_awaitable(io, test::keep_value(transport->send(asked), answer), state);
    while (hub->requests().empty())
        io.run_one_for(std::chrono::milliseconds(5));
    hub.reset();
    auto const end = std::chrono::steady_clock::now() + test::patience;
    while (!state.finished && io.run_one_until(end) != 0) {
    }
    REQUIRE(answer);
    CHECK(!*answer);
}
