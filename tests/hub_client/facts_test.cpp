#include "daemon/hub/limits.hpp"
#include "daemon/hub/parse.hpp"
#include "tests/hub_client/samples.hpp"
#include "tests/hub_client/small_hub.hpp"

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

std::string const dated_path = "/api/models/acme/tiny/tree/" + head_commit + "?recursive=true&expand=true";

std::string dated_row(std::string const& path, std::string const& more = {}) {
    return "{\"type\":\"file\",\"oid\":\"" + pointer_id + "\",\"size\":9,\"path\":\"" + path + "\"" + more +
           "}";
}

std::string last_commit(std::string const& date) {
    return ",\"lastCommit\":{\"id\":\"" + old_commit + "\",\"title\":\"Upload\",\"date\":\"" + date + "\"}";
}

net::header_list next_page(std::string const& url) {
    auto headers = small_hub::json_headers();
    headers.emplace_back("Link", "<" + url + ">; rel=\"next\"");
    return headers;
}

auto dates_of(small_hub& hub) {
    auto call = hub.hub().file_dates("acme/tiny", head_commit);
    return run_awaitable(hub.io, hub.time, std::move(call));
}

auto owner_of(small_hub& hub, std::string const& account = "acme") {
    auto call = hub.hub().owner(account);
    return run_awaitable(hub.io, hub.time, std::move(call));
}

auto newest_of(small_hub& hub) {
    auto call = hub.hub().newest_models("acme");
    return run_awaitable(hub.io, hub.time, std::move(call));
}

auto discussions_of(small_hub& hub) {
    auto call = hub.hub().discussions_open("acme/tiny");
    return run_awaitable(hub.io, hub.time, std::move(call));
}

std::string const newest_path =
    "/api/models?author=acme&limit=1000&sort=lastModified&direction=-1&expand%5B%5D=lastModified"
    "&expand%5B%5D=createdAt&expand%5B%5D=pipeline_tag&expand%5B%5D=tags&expand%5B%5D=private"
    "&expand%5B%5D=disabled";

} // namespace

TEST_CASE("the facts alone cost one request") {
    small_hub hub;
    hub.more_info = "\"discussionsDisabled\":true,\"config\":{},";
    hub.serve_info();
    hub::observe_request request;
    request.facts_only = true;
    auto const seen = hub.observe(std::move(request));
    REQUIRE(seen);
    REQUIRE(seen->state);
    CHECK(seen->state->files.size() == 2);
    CHECK(seen->state->discussions_disabled == true);
    CHECK(seen->state->configuration_told);
    CHECK(seen->proof.empty());
    CHECK(hub.sent() == 1);
}

TEST_CASE("a disabled repo's facts are told with its standing") {
    small_hub hub;
    hub.more_info = "\"disabled\":true,";
    hub.serve_info();
    hub::observe_request request;
    request.facts_only = true;
    auto const seen = hub.observe(std::move(request));
    REQUIRE(seen);
    CHECK(seen->place == standing::disabled);
    CHECK(seen->state->license.ids == std::vector<std::string>{"mit"});
}

TEST_CASE("file dates come over all pages, sorted, with what each file's scan said") {
    small_hub hub;
    hub.net.always(
        "GET",
        dated_path,
        200,
        "[" + dated_row("model.safetensors", last_commit("2024-08-07T18:25:49.000Z")) + "]",
        next_page("https://hub.example/api/p2")
    );
    hub.net.always(
        "GET",
        "/api/p2",
        200,
        "[" + dated_row("README.md", ",\"securityFileStatus\":{\"status\":\"unsafe\"}") + "]",
        small_hub::json_headers()
    );
    auto const told = dates_of(hub);
    REQUIRE(told);
    REQUIRE(*told);
    REQUIRE((*told)->size() == 2);
    auto const& card = (**told)[0];
    CHECK(card.file.path == "README.md");
    CHECK_FALSE(card.date);
    CHECK(card.scan == scan_level::unsafe);
    auto const& weights = (**told)[1];
    CHECK(weights.commit == old_commit);
    CHECK(weights.title == "Upload");
    CHECK(weights.date == from_rfc3339("2024-08-07T18:25:49Z"));
    CHECK_FALSE(weights.scan);
}

TEST_CASE("a hub that refuses to date files is not failing") {
    small_hub hub;
    auto const status = GENERATE(400u, 401u, 403u, 404u, 405u, 501u);
    auto headers = small_hub::json_headers();
    if (status == 403) headers.emplace_back("X-Error-Code", "GatedRepo");
    hub.net.always("GET", dated_path, status, "{\"error\":\"no\"}", headers);
    auto const told = dates_of(hub);
    REQUIRE(told);
    CHECK_FALSE(*told);
}

TEST_CASE("dates that are partial are an error, never a shorter list") {
    small_hub hub;
    hub.net.always("GET", dated_path, 200, "[" + dated_row("a") + "]", next_page("/api/p2"));
    SECTION("a page fails") {
        hub.net.always("GET", "/api/p2", 504, "");
        CHECK(dates_of(hub).error().code == errc::server_fault);
    }
    SECTION("a page is refused") {
        hub.net.always("GET", "/api/p2", 403, "{}", small_hub::json_headers());
        CHECK(dates_of(hub).error().code == errc::refused);
    }
    SECTION("a file comes twice") {
        hub.net.always("GET", "/api/p2", 200, "[" + dated_row("a") + "]", small_hub::json_headers());
        CHECK(dates_of(hub).error().code == errc::malformed);
    }
    SECTION("the pages have no end") {
        int page = 2;
        hub.net.otherwise([&page](net::http_request const&) {
            auto const link = next_page("/api/p" + std::to_string(++page));
            return fake_transport::response(200, "[]", link);
        });
        CHECK(dates_of(hub).error().code == errc::too_large);
        CHECK(hub.sent() == hub::limits::max_dated_pages);
    }
}

TEST_CASE("an account is an organisation, a user, or not told about") {
    small_hub hub;
    std::string const organisation = "/api/organizations/acme/overview";
    std::string const user = "/api/users/acme/overview";
    auto const json = small_hub::json_headers();
    SECTION("an organisation") {
        hub.net.always(
            "GET",
            organisation,
            200,
            "{\"name\":\"Acme\",\"type\":\"org\",\"isVerified\":true,\"numUsers\":42}",
            json
        );
        auto const told = owner_of(hub);
        REQUIRE(told);
        CHECK(told->kind == hub::account_kind::organisation);
        CHECK(told->verified == true);
        CHECK(told->members == 42u);
        CHECK_FALSE(told->created_at);
        CHECK(hub.sent() == 1);
    }
    SECTION("an organisation without a badge") {
        hub.net.always("GET", organisation, 200, "{\"name\":\"acme\",\"numUsers\":\"many\"}", json);
        auto const told = owner_of(hub);
        REQUIRE(told);
        CHECK(told->verified == false);
        CHECK_FALSE(told->members);
        hub.net.always("GET", organisation, 200, "{\"name\":\"acme\",\"isVerified\":\"yes\"}", json);
        CHECK_FALSE(owner_of(hub)->verified);
    }
    SECTION("a user") {
        hub.net.always("GET", organisation, 404, "{\"error\":\"no\"}", json);
        hub.net.always(
            "GET",
            user,
            200,
            "{\"_id\":\"64ffff\",\"user\":\"acme\",\"createdAt\":\"2023-09-12T06:06:56.000Z\",\"numUsers\":"
            "9}",
            json
        );
        auto const told = owner_of(hub);
        REQUIRE(told);
        CHECK(told->kind == hub::account_kind::user);
        CHECK(told->id == "64ffff");
        CHECK(told->created_at == from_rfc3339("2023-09-12T06:06:56Z"));
        CHECK_FALSE(told->members);
    }
    SECTION("neither endpoint is there") {
        hub.net.always("GET", organisation, 501, "", json);
        hub.net.always("GET", user, 404, "", json);
        auto const told = owner_of(hub);
        REQUIRE(told);
        CHECK(told->kind == hub::account_kind::unknown);
    }
    SECTION("trouble is an error, not an unknown user") {
        hub.net.always("GET", organisation, 503, "", json);
        CHECK(owner_of(hub).error().code == errc::server_fault);
    }
    SECTION("an answer about somebody else proves nothing") {
        hub.net.always("GET", organisation, 200, "{\"name\":\"google\",\"isVerified\":true}", json);
        CHECK(owner_of(hub).error().code == errc::inconsistent);
    }
    SECTION("a login page is no overview") {
        hub.net.always("GET", organisation, 200, "<html>", {{"Content-Type", "text/html"}});
        CHECK(owner_of(hub).error().code == errc::malformed);
    }
    SECTION("a path is no account") {
        CHECK(owner_of(hub, "../whoami").error().code == errc::invalid);
        CHECK(hub.sent() == 0);
    }
}

TEST_CASE("discussions are open, switched off, or not told about") {
    small_hub hub;
    std::string const path = "/api/models/acme/tiny/discussions";
    auto const json = small_hub::json_headers();
    SECTION("open") {
        hub.net.always("GET", path, 200, "{\"discussions\":[],\"count\":0}", json);
        CHECK(*discussions_of(hub) == std::optional(true));
    }
    SECTION("off") {
        hub.net.always("GET", path, 403, "{\"error\":\"Discussions are disabled for this repo\"}", json);
        CHECK(*discussions_of(hub) == std::optional(false));
    }
    SECTION("a repo that is disabled says nothing of its discussions") {
        hub.net.always("GET", path, 403, "{\"error\":\"Access to this resource is disabled.\"}", json);
        CHECK(*discussions_of(hub) == std::nullopt);
    }
    SECTION("something else is no list of discussions") {
        hub.net.always("GET", path, 200, "[]", json);
        CHECK(discussions_of(hub).error().code == errc::malformed);
        hub.net.always("GET", path, 200, "{\"error\":\"x\"}", json);
        CHECK(discussions_of(hub).error().code == errc::malformed);
    }
    SECTION("not told") {
        hub.net.always("GET", path, 501, "", json);
        CHECK(*discussions_of(hub) == std::nullopt);
    }
}

TEST_CASE("the newest models of an account say whether they are all") {
    small_hub hub;
    auto const row = [](std::string const& name, std::string const& date, std::string const& more = {}) {
        return "{\"id\":\"acme/" + name + "\",\"lastModified\":\"" + date + "\"" + more + "}";
    };
    hub.net.always(
        "GET",
        newest_path,
        200,
        "[" +
            row("b",
                "2026-01-02T00:00:00.000Z",
                ",\"tags\":[\"gguf\",\"base_model:x/y\",\"base_model:quantized:x/y\"],\"private\":true") +
            "]",
        next_page("https://hub.example/api/models/p2")
    );
    hub.net.always(
        "GET",
        "/api/models/p2",
        200,
        "[" + row("a", "2026-01-01T00:00:00.000Z") + ",{\"id\":\"other/x\"}]",
        small_hub::json_headers()
    );
    auto const told = newest_of(hub);
    REQUIRE(told);
    REQUIRE(told->models.size() == 2);
    CHECK(told->complete);
    CHECK(told->sorted);
    CHECK(told->models[0].tags == std::vector<std::string>{"base_model:x/y", "base_model:quantized:x/y"});
    CHECK(told->models[0].is_private);
    CHECK_FALSE(told->models[1].is_private);
}

TEST_CASE("an account without end is cut at a bound and says so") {
    small_hub hub;
    int page = 0;
    hub.net.otherwise([&page](net::http_request const&) {
        std::string body = "[";
        for (int i = 0; i < 1000; ++i) {
            body += (i == 0 ? "" : ",") + std::string("{\"id\":\"acme/m") + std::to_string(page * 1000 + i) +
                    "\",\"lastModified\":\"2026-01-01T00:00:00.000Z\"}";
        }
        ++page;
        return fake_transport::response(200, body + "]", next_page("/api/models/p" + std::to_string(page)));
    });
    auto const told = newest_of(hub);
    REQUIRE(told);
    CHECK(told->models.size() == hub::limits::max_newest_models);
    CHECK_FALSE(told->complete);
    CHECK(hub.sent() == hub::limits::max_newest_models / 1000);
}

TEST_CASE("a server that knows neither order nor expand is asked plainly") {
    small_hub hub;
    hub.net.always("GET", newest_path, 400, "{}", small_hub::json_headers());
    hub.net.always(
        "GET",
        "/api/models?author=acme&limit=1000&full=true",
        200,
        "[{\"id\":\"acme/a\"},{\"id\":\"acme/b\",\"lastModified\":\"2026-01-01T00:00:00.000Z\"}]",
        small_hub::json_headers()
    );
    auto const told = newest_of(hub);
    REQUIRE(told);
    CHECK(told->complete);
    CHECK_FALSE(told->sorted);
}

TEST_CASE("a listing that fails on a later page fails whole") {
    small_hub hub;
    hub.net.always("GET", newest_path, 200, "[]", next_page("/api/models/p2"));
    hub.net.always("GET", "/api/models/p2", 403, "{}", small_hub::json_headers());
    CHECK(newest_of(hub).error().code == errc::refused);
}

TEST_CASE("an expanded tree as it was recorded dates each file") {
    auto const body = sample("reconstructed/google-bert__bert-base-uncased@dd4bc8b.tree-expand.json");
    if (!body) return;
    auto const told = hub::parse_dated_page(*body);
    REQUIRE(told);
    REQUIRE(told->size() == 5);
    CHECK(told->at(2).file.path == "pytorch_model.bin");
    CHECK(told->at(2).date == from_rfc3339("2019-06-18T09:06:34Z"));
    CHECK(told->at(2).commit == "3d2477d72b675a999d1b13ca822aaaf4908634ad");
}
