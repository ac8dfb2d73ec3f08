#include "daemon/http/site.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_awaitable.hpp"

#include <algorithm>

using namespace modelwatch;
using namespace modelwatch::http;

namespace {

struct fixture {
    asio::io_context io;
    int changes = 0;

    answerer saying(std::string words) {
        return [this, words](request, captures values) -> asio::awaitable<response> {
            if (words == "change") ++changes;
            auto text = words;
            for (auto const& [name, value] : values)
                text += " " + name + "=" + value;
            co_return response{200, "text/plain", text};
        };
    }

    response ask(site_rules rules, request what) {
        site const map{
            {{"GET", "/", access::read, saying("page")},
             {"GET", "/healthz", access::open, saying("alive")},
             {"GET", "/api/v1/models/{ns}/{name}", access::read, saying("model")},
             {"POST", "/api/v1/models/{ns}/{name}/accept", access::write, saying("change")},
             {"POST", "/hooks/huggingface", access::own, saying("hook")}},
            std::move(rules)
        };
        return modelwatch::test::run_awaitable(io, map.respond(std::move(what)));
    }
};

request
asking(std::string method, std::vector<std::string> path, std::map<std::string, std::string> headers = {}) {
    request out;
    out.method = std::move(method);
    out.path = std::move(path);
    out.headers = std::move(headers);
    return out;
}

std::string header_of(response const& what, std::string const& name) {
    auto const found = std::find_if(what.headers.begin(), what.headers.end(), [&](auto const& one) {
        return one.first == name;
    });
    return found == what.headers.end() ? "" : found->second;
}

} // namespace

TEST_CASE("a path finds its endpoint and names its parts", "[http]") {
    fixture f;
    CHECK(f.ask({}, asking("GET", {})).body == "page");
    CHECK(f.ask({}, asking("HEAD", {})).body == "page");
    CHECK(f.ask({}, asking("GET", {"api", "v1", "models", "a", "b"})).body == "model name=b ns=a");
    CHECK(f.ask({}, asking("GET", {"api", "v1", "models", "a"})).status == 404);
    auto const wrong = f.ask({}, asking("POST", {"healthz"}));
    CHECK(wrong.status == 405);
    CHECK(header_of(wrong, "Allow") == "GET, HEAD");
}

TEST_CASE("nothing changes without the token, nor with another one, nor where none is configured", "[http]") {
    fixture f;
    std::vector<std::string> const path{"api", "v1", "models", "a", "b", "accept"};
    for (auto const* word :
         {"", "Bearer ", "Bearer wrong", "Basic secret", "Bearer secret2", "secret", "bearersecret"}) {
        INFO(word);
        auto const answer = f.ask({"secret"}, asking("POST", path, {{"authorization", word}}));
        CHECK(answer.status == 401);
        CHECK(header_of(answer, "WWW-Authenticate") == "Bearer");
    }
    CHECK(f.ask({}, asking("POST", path, {{"authorization", "Bearer "}})).status == 401);
    CHECK(f.changes == 0);
    CHECK(f.ask({"secret"}, asking("POST", path, {{"authorization", "bearer secret"}})).status == 200);
    CHECK(f.changes == 1);
}

TEST_CASE(
    "where strangers can connect, reading needs the token too, and only the sign of life does not", "[http]"
) {
    fixture f;
    site_rules const rules{"secret", {}, true, false};
    CHECK(f.ask(rules, asking("GET", {})).status == 401);
    CHECK(f.ask(rules, asking("GET", {}, {{"authorization", "Bearer secret"}})).status == 200);
    CHECK(f.ask(rules, asking("GET", {"healthz"})).status == 200);
    CHECK(f.ask(rules, asking("POST", {"hooks", "huggingface"})).status == 200);
}

TEST_CASE("a page of another site cannot ask through somebody's browser", "[http]") {
    fixture f;
    for (auto const* own : {"", "127.0.0.1:8417", "localhost:8417", "[::1]:8417", "127.0.0.2"})
        CHECK(f.ask({}, asking("GET", {}, {{"host", own}})).status == 200);
    for (auto const* foreign :
         {"evil.example",
          "evil.example:8417",
          "127.evil.example",
          "localhost.evil.example",
          "[::2]",
          "[::1",
          "[::1]evil.example",
          "localhost:evil",
          "localhost:80:evil"}) {
        INFO(foreign);
        CHECK(f.ask({}, asking("GET", {}, {{"host", foreign}})).status == 421);
    }
}

TEST_CASE("a page of another site changes nothing even if it knows the token", "[http]") {
    fixture f;
    std::vector<std::string> const path{"api", "v1", "models", "a", "b", "accept"};
    using headers = std::map<std::string, std::string>;
    auto const status = [&](headers more) {
        more.insert({{"authorization", "Bearer secret"}, {"host", "localhost:8417"}});
        return f.ask({"secret"}, asking("POST", path, std::move(more))).status;
    };
    CHECK(status({{"origin", "https://evil.example"}}) == 403);
    CHECK(status({{"origin", "null"}}) == 403);
    CHECK(status({{"origin", "http://localhost:8418"}}) == 403);
    CHECK(status({{"sec-fetch-site", "cross-site"}}) == 403);
    CHECK(status({{"sec-fetch-site", "same-site"}, {"origin", "http://localhost:8417"}}) == 403);
    CHECK(f.changes == 0);
    CHECK(status({{"origin", "http://localhost:8417"}}) == 200);
    CHECK(status({{"sec-fetch-site", "same-origin"}}) == 200);
    CHECK(f.ask({}, asking("GET", {}, {{"origin", "https://evil.example"}})).status == 200);
}

TEST_CASE("a page that was made a moment ago is given again, until what it shows has moved", "[http]") {
    fixture f;
    int made = 0;
    std::uint64_t state = 1;
    auto const page = [&](request, captures) -> asio::awaitable<response> {
        co_return response{200, "text/html", std::to_string(++made)};
    };
    site_rules rules{"secret", {}, true, false};
    rules.state = [&] { return state; };
    site const map{
        {{"GET", "/", access::read, page, std::chrono::hours{1}}, {"GET", "/x", access::read, page}}, rules
    };
    auto const ask = [&](std::vector<std::string> path, std::string q, std::string word = "Bearer secret") {
        auto asked = asking("GET", std::move(path), {{"authorization", std::move(word)}});
        asked.query["q"] = std::move(q);
        return modelwatch::test::run_awaitable(f.io, map.respond(std::move(asked))).body;
    };
    CHECK(ask({}, "a") == "1");
    CHECK(ask({}, "a") == "1");
    CHECK(ask({}, "b") == "2");
    CHECK(ask({"x"}, "a") == "3");
    CHECK(ask({"x"}, "a") == "4");
    CHECK_THAT(ask({}, "a", "Bearer wrong"), Catch::Matchers::Contains("token"));
    state = 2;
    CHECK(ask({}, "a") == "5");
}

TEST_CASE("every answer, a refusal too, forbids what the page does not need", "[http]") {
    fixture f;
    for (auto const& answer : {f.ask({}, asking("GET", {})), f.ask({}, asking("GET", {"nothing"}))}) {
        CHECK(header_of(answer, "Content-Security-Policy").starts_with("default-src 'none'"));
        CHECK(header_of(answer, "X-Content-Type-Options") == "nosniff");
        CHECK(header_of(answer, "Cache-Control") == "no-store");
        CHECK(header_of(answer, "Access-Control-Allow-Origin").empty());
    }
}

TEST_CASE("two endpoints of one method and path are a mistake of ours", "[http]") {
    fixture f;
    std::vector<endpoint> const twice{
        {"GET", "/", access::read, f.saying("a")}, {"GET", "/", access::read, f.saying("b")}
    };
    CHECK_THROWS_AS(site(twice, {}), std::logic_error);
}
