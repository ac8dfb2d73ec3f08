#include "daemon/hub/url.hpp"
#include "tests/hub_client/small_hub.hpp"

#include <algorithm>

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

net::header_list next(std::string const& url) {
    auto headers = small_hub::json_headers();
    headers.emplace_back("Link", "<" + url + ">; rel=\"next\"");
    return headers;
}

std::string file_row(std::string const& path) {
    return "[{\"type\":\"file\",\"oid\":\"" + std::string(40, 'f') + "\",\"size\":1,\"path\":\"" + path +
           "\"}]";
}

/// A hub whose info lists no hashes, so that the tree alone says what there is.
struct bare_hub : small_hub {
    bare_hub() {
        net.always(
            "GET", info_path(), 200, "{\"id\":\"acme/tiny\",\"sha\":\"" + head_commit + "\"}", json_headers()
        );
        serve_log();
    }
};

std::string commit_number(std::size_t number) {
    auto const digits = std::to_string(number);
    return std::string(40 - digits.size(), '0') + digits;
}

/// A log of `count` commits below the head, served in pages with X-Total-Count; of an older commit what lies
/// below that.
void serve_long_log(small_hub& hub, std::size_t whole, bool with_total = true) {
    hub.net.otherwise([whole, with_total](net::http_request const& request) {
        auto const id = request.url.substr(request.url.find("/commits/") + 9, 40);
        auto const top = id == head_commit ? 0 : std::stoul(id);
        auto const count = whole - top;
        auto const value = [&](std::string const& key, std::size_t fallback) {
            auto const at = request.url.find(key);
            return at == std::string::npos ? fallback : std::stoul(request.url.substr(at + key.size()));
        };
        auto const limit = value("limit=", 50);
        auto const from = limit * value("&p=", 0);
        std::vector<std::string> ids;
        for (auto i = from; i < std::min(from + limit, count); ++i) {
            ids.push_back(i + top == 0 ? head_commit : commit_number(i + top));
        }
        auto headers = small_hub::json_headers();
        if (with_total) headers.emplace_back("X-Total-Count", std::to_string(count));
        return fake_transport::response(200, small_hub::log(ids), headers);
    });
}

} // namespace

TEST_CASE("a tree of several pages is one list") {
    bare_hub hub;
    hub.net.always(
        "GET", small_hub::tree_path(), 200, file_row("b"), next("https://hub.example/api/p2?cursor=x")
    );
    hub.net.always("GET", "/api/p2?cursor=x", 200, file_row("a"), next("/api/p3"));
    hub.net.always("GET", "/api/p3", 200, file_row("c"), small_hub::json_headers());
    auto const seen = hub.observe();
    REQUIRE(seen);
    REQUIRE(seen->state->files.size() == 3);
    CHECK(seen->state->files.front().path == "a");
}

TEST_CASE("one failing page fails the whole poll") {
    bare_hub hub;
    hub.net.always("GET", small_hub::tree_path(), 200, file_row("b"), next("https://hub.example/api/p2"));
    SECTION("with trouble") {
        hub.net.always("GET", "/api/p2", 504, "");
        CHECK(hub.observe().error().code == errc::server_fault);
    }
    SECTION("with rubbish") {
        hub.net.always("GET", "/api/p2", 200, "[{", small_hub::json_headers());
        CHECK(hub.observe().error().code == errc::malformed);
    }
    SECTION("with a file that was there already") {
        hub.net.always("GET", "/api/p2", 200, file_row("b"), small_hub::json_headers());
        CHECK(hub.observe().error().code == errc::malformed);
    }
    SECTION("with a gate") {
        auto headers = small_hub::json_headers();
        headers.emplace_back("X-Error-Code", "GatedRepo");
        hub.net.always("GET", "/api/p2", 403, "{}", headers);
        CHECK(hub.observe().error().code == errc::refused);
    }
}

TEST_CASE("a page link that names another place is asked for at the configured endpoint") {
    struct place {
        std::string endpoint;
        std::string link;
        std::string asked;
    };

    auto const at = GENERATE(values<place>(
        {{"https://hub.example",
          "https://huggingface.co/api/p2?cursor=x",
          "https://hub.example/api/p2?cursor=x"},
         {"https://hub.example", "http://hub.example/api/p2?cursor=x", "https://hub.example/api/p2?cursor=x"},
         {"https://hub.example", "//10.0.0.7:8080/api/p2", "https://hub.example/api/p2"},
         {"https://hub.example", "https://inner.example/hub/api/p2", "https://hub.example/api/p2"},
         {"https://hub.example", "/api/p2", "https://hub.example/api/p2"},
         {"https://hub.example/hf", "https://inner.example/api/p2", "https://hub.example/hf/api/p2"},
         {"https://hub.example/hf", "https://hub.example/hf/api/p2", "https://hub.example/hf/api/p2"},
         {"https://hub.example/hf", "http://inner.example/hf/api/p2", "https://hub.example/hf/api/p2"},
         {"https://hub.example/hf", "/api/p2", "https://hub.example/hf/api/p2"},
         {"https://hub.example:8443", "https://hub.example/api/p2", "https://hub.example:8443/api/p2"}}
    ));
    CAPTURE(at.endpoint, at.link);
    CHECK(
        hub::endpoint(at.endpoint).at_home(at.endpoint + "/api/models/acme/tiny/tree/main", at.link) ==
        at.asked
    );
}

TEST_CASE("no page link takes a request, or the token, off the hub") {
    small_hub hub("hf_secret");
    hub.net.always(
        "GET", small_hub::info_path(), 200, "{\"id\":\"acme/tiny\",\"sha\":\"" + head_commit + "\"}"
    );
    hub.serve_log();
    hub.net.always("GET", small_hub::tree_path(), 200, file_row("b"), next("http://evil.example/api/p2?c=1"));
    hub.net.always("GET", "/api/p2?c=1", 200, file_row("a"), small_hub::json_headers());
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->state->files.size() == 2);
    for (auto const& request : hub.net.requests())
        CHECK(request.url.starts_with("https://hub.example/"));
    auto const link =
        GENERATE(as<std::string>(), "https://hub.example@evil.example/", "ftp://x/", "http://[");
    hub.net.always("GET", small_hub::tree_path(), 200, file_row("b"), next(link));
    CHECK(hub.observe().error().code == errc::redirect);
}

TEST_CASE("pages in a circle or without end are refused") {
    bare_hub hub;
    SECTION("a circle") {
        hub.net.always(
            "GET", small_hub::tree_path(), 200, "[]", next("https://hub.example" + small_hub::tree_path())
        );
        CHECK(hub.observe().error().code == errc::malformed);
    }
    SECTION("without end") {
        int page = 0;
        hub.net.otherwise([&page](net::http_request const&) {
            return fake_transport::response(200, "[]", next("/api/page" + std::to_string(++page)));
        });
        CHECK(hub.observe().error().code == errc::too_large);
        CHECK(page == 500);
    }
}

TEST_CASE("a short log costs one request") {
    small_hub hub;
    hub.serve_info();
    hub.serve_tree();
    serve_long_log(hub, 40);
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->log.complete);
    CHECK(seen->log.commits.size() == 40);
    CHECK(hub.sent() == 3);
}

TEST_CASE("the log is read until the wanted commits were seen") {
    small_hub hub;
    hub.serve_info();
    hub.serve_tree();
    serve_long_log(hub, 5'000);
    hub::observe_request request;
    request.baseline = commit_number(30);
    CHECK_FALSE(hub.observe(request)->log.complete);
    CHECK(hub.sent() == 3 + 1); // and what lies below the baseline
    request.deployed = commit_number(1'500);
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK(seen->log.known);
    CHECK_FALSE(seen->log.complete);
    CHECK(seen->log.total == 5'000u);
    CHECK(seen->log.position(commit_number(1'500)) == 1'500u);
    CHECK(hub.sent() == 4 + 5 + 2);
}

TEST_CASE("a commit that is not in the log makes it complete, with or without a total") {
    small_hub hub;
    hub.serve_info();
    hub.serve_tree();
    serve_long_log(hub, 2'000, GENERATE(true, false));
    hub::observe_request request;
    request.baseline = old_commit;
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK(seen->log.complete);
    CHECK(seen->log.commits.size() == 2'000);
    CHECK_FALSE(seen->log.position(old_commit).has_value());
}

TEST_CASE("a log beyond our bound is known but not complete") {
    small_hub hub;
    hub.serve_info();
    hub.serve_tree();
    serve_long_log(hub, 30'000);
    hub::observe_request request;
    request.baseline = old_commit;
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK(seen->log.known);
    CHECK_FALSE(seen->log.complete);
    CHECK(seen->log.commits.size() == 20'000);
}

TEST_CASE("a server that sends the same page for ever is not taken for the end of history") {
    small_hub hub;
    hub.serve_info();
    hub.serve_tree();
    std::vector<std::string> ids{head_commit};
    for (std::size_t i = 1; i < 1'000; ++i)
        ids.push_back(commit_number(i));
    auto const page = small_hub::log(ids);
    hub.net.otherwise([page](net::http_request const&) { return fake_transport::response(200, page); });
    hub::observe_request request;
    request.baseline = old_commit;
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK_FALSE(seen->log.complete);
    CHECK(seen->log.commits.size() == 1'000);
}

TEST_CASE("a failing page of the log fails the poll, and a foreign log is inconsistent") {
    small_hub hub;
    hub.serve_info();
    hub.serve_tree();
    SECTION("trouble") {
        hub.net.always("GET", small_hub::log_path(), 500, "");
        CHECK(hub.observe().error().code == errc::server_fault);
    }
    SECTION("another head") {
        hub.net.always(
            "GET", small_hub::log_path(), 200, small_hub::log({old_commit}), small_hub::json_headers()
        );
        CHECK(hub.observe().error().code == errc::inconsistent);
    }
    SECTION("no commits at all is not an empty history") {
        hub.net.always("GET", small_hub::log_path(), 200, "[]", small_hub::json_headers());
        auto const seen = hub.observe();
        REQUIRE(seen);
        CHECK_FALSE(seen->log.known);
        CHECK_FALSE(seen->log.complete);
    }
}

TEST_CASE("an account's models are listed over all pages, with foreign rows left out") {
    small_hub hub;
    hub.net.otherwise([](net::http_request const& request) {
        if (request.url.ends_with("/api/models/p2")) {
            return fake_transport::response(
                200, "[{\"id\":\"TheBloke/b\"},{\"id\":\"other/x\"},{\"id\":\"gpt2\"}]"
            );
        }
        auto const row = "[{\"id\":\"TheBloke/a\",\"sha\":\"" + head_commit + "\",\"tags\":[\"gguf\"]}]";
        return fake_transport::response(200, row, next("https://hub.example/api/models/p2"));
    });
    auto call = hub.hub().list_models("TheBloke");
    auto const models = run_awaitable(hub.io, hub.time, std::move(call));
    REQUIRE(models);
    REQUIRE(models->size() == 2);
    CHECK(models->front().commit == head_commit);
    CHECK(models->back().repo == "TheBloke/b");
    auto const url = hub.net.requests().front().url;
    CHECK(url.find("/api/models?author=TheBloke&limit=1000&expand%5B%5D=sha&") != std::string::npos);
}

TEST_CASE("a listing falls back when the server does not know expand, and fails whole otherwise") {
    small_hub hub;
    hub.net.otherwise([](net::http_request const& request) {
        bool const expands = request.url.find("expand") != std::string::npos;
        return expands ? fake_transport::response(400, "{}")
                       : fake_transport::response(200, "[{\"id\":\"acme/a\"}]");
    });
    auto const list = [&hub] {
        auto call = hub.hub().list_models("acme");
        return run_awaitable(hub.io, hub.time, std::move(call));
    };
    CHECK(list()->size() == 1);
    CHECK(list()->size() == 1);
    CHECK(hub.sent() == 3);
    hub.net.otherwise([](net::http_request const&) { return fake_transport::response(500, ""); });
    CHECK(list().error().code == errc::server_fault);
    auto call = hub.hub().list_models("../x");
    CHECK(run_awaitable(hub.io, hub.time, std::move(call)).error().code == errc::invalid);
}
