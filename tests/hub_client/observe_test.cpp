#include "tests/hub_client/small_hub.hpp"

using namespace modelwatch;
using namespace modelwatch::test;

TEST_CASE("a first poll builds a complete snapshot from info, tree and log") {
    small_hub hub;
    hub.serve_all();
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->place == standing::present);
    CHECK_FALSE(seen->unchanged);
    REQUIRE(seen->state);
    CHECK(seen->state->hub == "hub");
    CHECK(seen->state->revision == "main");
    CHECK(seen->state->commit == head_commit);
    CHECK(seen->state->observed_at == hub.time.now());
    CHECK(seen->state->files.size() == 2);
    CHECK(seen->state->find("model.safetensors")->sha256 == weights_hash);
    CHECK(seen->log.known);
    CHECK(seen->log.complete);
    CHECK(seen->log.total == 3u);
    CHECK(seen->log.position(old_commit) == 1u);
    CHECK_FALSE(seen->proof.empty());
    CHECK(hub.sent() == 3);
}

TEST_CASE("a 304 proves that nothing moved with one request") {
    small_hub hub;
    hub.serve_all();
    auto const first = hub.observe();
    REQUIRE(first);
    auto const second = hub.observe_with(first->proof);
    REQUIRE(second);
    CHECK(second->unchanged);
    CHECK(second->place == standing::present);
    CHECK_FALSE(second->state.has_value());
    CHECK(second->proof == first->proof);
    CHECK(hub.sent() == 4);
}

TEST_CASE("a server without 304 is recognised by the body's own tag") {
    small_hub hub;
    hub.serve_all();
    hub.serve_info("main", head_commit, false);
    auto const first = hub.observe();
    REQUIRE(first);
    auto const second = hub.observe_with(first->proof);
    REQUIRE(second);
    CHECK(second->unchanged);
    CHECK(hub.sent() == 4);
}

TEST_CASE("a new download count is nothing new, and refreshes the proof") {
    small_hub hub;
    hub.serve_all();
    auto const first = hub.observe();
    REQUIRE(first);
    hub.downloads = "6";
    auto const second = hub.observe_with(first->proof);
    REQUIRE(second);
    CHECK(second->unchanged);
    CHECK(second->proof != first->proof);
    auto const third = hub.observe_with(second->proof);
    REQUIRE(third);
    CHECK(third->unchanged);
    CHECK(third->proof == second->proof);
    CHECK(hub.sent() == 5);
}

TEST_CASE("weights that are replaced under an unmoved commit are seen") {
    small_hub hub;
    hub.serve_all();
    auto const first = hub.observe();
    REQUIRE(first);
    hub.hash = other_hash;
    auto const second = hub.observe_with(first->proof);
    REQUIRE(second);
    CHECK_FALSE(second->unchanged);
    REQUIRE(second->state);
    CHECK(second->state->commit == first->state->commit);
    CHECK(second->state->find("model.safetensors")->sha256 == other_hash);
}

TEST_CASE("a setting that is no commit, such as gating, is seen") {
    small_hub hub;
    hub.serve_all();
    auto const first = hub.observe();
    REQUIRE(first);
    hub.gated = "\"manual\"";
    auto const second = hub.observe_with(first->proof);
    REQUIRE(second);
    CHECK_FALSE(second->unchanged);
    CHECK(second->state->gate == gating::manual);
}

TEST_CASE("a hub that lists no hashes is read whole each time, and still told unchanged") {
    small_hub hub;
    hub.serve_all();
    auto const bare = [&hub](net::http_request const& request) {
        for (auto const& [name, value] : request.headers) {
            if (name == "If-None-Match") return fake_transport::response(304);
        }
        auto const body = "{\"id\":\"acme/tiny\",\"sha\":\"" + head_commit +
                          "\",\"downloads\":" + hub.downloads +
                          ",\"siblings\":[{\"rfilename\":\"config.json\"}]}";
        return fake_transport::response(200, body, small_hub::json_headers());
    };
    hub.net.always("GET", small_hub::info_path(), bare);
    hub.net.always("GET", small_hub::file_path(), 200, config_text); // its info tells no configuration
    auto const first = hub.observe();
    REQUIRE(first);
    CHECK(first->state->files.size() == 2);
    auto const second = hub.observe_with(first->proof);
    REQUIRE(second);
    CHECK(second->unchanged);
    CHECK(hub.net.count("GET", small_hub::tree_path()) == 2);
    hub.hash = other_hash;
    auto const third = hub.observe_with(second->proof);
    REQUIRE(third);
    CHECK_FALSE(third->unchanged);
    CHECK(third->state->find("model.safetensors")->sha256 == other_hash);
}

TEST_CASE("a poll that wants a stored state's stead never answers unchanged") {
    small_hub hub;
    hub.serve_all();
    auto const first = hub.observe();
    REQUIRE(first);
    hub::observe_request request;
    request.proof = first->proof;
    request.baseline = old_commit;
    request.want_baseline_state = true;
    hub.serve_info(old_commit, old_commit);
    hub.serve_tree(old_commit);
    auto const second = hub.observe(request);
    REQUIRE(second);
    CHECK_FALSE(second->unchanged);
    REQUIRE(second->baseline_state);
    CHECK(second->baseline_state->commit == old_commit);
    CHECK(second->baseline_state->files.size() == 2);
    CHECK(hub.header_of(3, "If-None-Match").empty());
}

TEST_CASE("a baseline commit that the hub no longer has is no failure") {
    small_hub hub;
    hub.serve_all();
    hub.refuse_info(404, "RevisionNotFound", "Invalid rev id", old_commit);
    hub.serve_log({head_commit, first_commit});
    hub::observe_request request;
    request.baseline = old_commit;
    request.want_baseline_state = true;
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK(seen->state);
    CHECK_FALSE(seen->baseline_state.has_value());
    CHECK(seen->log.complete);
    CHECK_FALSE(seen->log.position(old_commit).has_value());
}

TEST_CASE("the head itself is its own baseline and deployed state, without further requests") {
    small_hub hub;
    hub.serve_all();
    hub::observe_request request;
    request.baseline = request.deployed = head_commit;
    request.want_baseline_state = request.want_deployed_state = true;
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK(seen->baseline_state->commit == head_commit);
    CHECK(seen->deployed_state->commit == head_commit);
    CHECK(hub.sent() == 3);
}

TEST_CASE("a proof does not answer for the ancestry of a commit it never looked at") {
    small_hub hub;
    hub.serve_all();
    auto const first = hub.observe();
    REQUIRE(first);
    hub::observe_request request;
    request.proof = first->proof;
    request.baseline = head_commit; // trust on first use: the head is its own ancestor
    auto const same = hub.observe(request);
    REQUIRE(same);
    CHECK(same->unchanged);
    request.baseline = old_commit;
    auto const other = hub.observe(request);
    REQUIRE(other);
    CHECK_FALSE(other->unchanged);
    request.proof = other->proof;
    auto const again = hub.observe(request);
    REQUIRE(again);
    CHECK(again->unchanged);
}

TEST_CASE("a server that refuses parameters is asked with fewer, and remembered") {
    small_hub hub;
    hub.serve_all();
    hub.refuse_info(400, "", "unknown parameter securityStatus");
    std::string const plain = "/api/models/acme/tiny/revision/main?blobs=true";
    hub.net.always("GET", plain, 200, hub.info(), small_hub::json_headers());
    REQUIRE(hub.observe());
    REQUIRE(hub.observe());
    CHECK(hub.net.count("GET", small_hub::info_path()) == 1);
    CHECK(hub.net.count("GET", plain) == 2);
}

TEST_CASE("one repo that is answered 400 whatever is asked does not cost the others their scan status") {
    small_hub hub;
    hub.serve_all();
    for (auto const* const query : {"?blobs=true&securityStatus=true", "?blobs=true", ""}) {
        hub.net.always("GET", "/api/models/bad/repo/revision/main" + std::string(query), 400, "{}");
    }
    hub::observe_request request;
    request.repo = "bad/repo";
    auto const bad = hub.observe(request);
    REQUIRE_FALSE(bad.has_value());
    CHECK(bad.error().code == errc::refused);
    REQUIRE(hub.observe());
    CHECK(hub.net.count("GET", small_hub::info_path()) == 1);
}

TEST_CASE("markup, another content type or broken JSON is a malformed answer with a hint, never a change") {
    for (auto const& [type, body] : std::vector<std::pair<std::string, std::string>>{
             {"text/html", "<html>sign in</html>"},
             {"application/json", "<html>sign in</html>"},
             {"text/plain", "{}"}
         }) {
        small_hub hub;
        net::header_list const headers{{"Content-Type", type}};
        hub.net.always("GET", small_hub::info_path(), 200, body, headers);
        auto const seen = hub.observe();
        REQUIRE_FALSE(seen.has_value());
        CHECK(seen.error().code == errc::malformed);
        CHECK(seen.error().hint.find("captive portal") != std::string::npos);
        CHECK(seen.error().what.find("GET hub.example/api/models/acme/tiny/revision/main: ") == 0);
    }
    small_hub hub;
    hub.net.always("GET", small_hub::info_path(), 200, "{\"id\":\"acme/tiny\",\"sha\":5}");
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().message().find("sha is a number") != std::string::npos);
}

TEST_CASE("a tag is told from a branch by the refs") {
    small_hub hub;
    hub.serve_tree();
    hub.serve_log();
    hub.serve_info("v1.0");
    hub.serve_info("dev");
    hub.net.always(
        "GET",
        "/api/models/acme/tiny/refs",
        200,
        "{\"tags\":[{\"name\":\"v1.0\",\"ref\":\"refs/tags/v1.0\"}],\"branches\":[{\"name\":\"dev\"}]}",
        small_hub::json_headers()
    );
    hub::observe_request request;
    request.revision = "v1.0";
    auto const tag = hub.observe(request);
    REQUIRE(tag);
    CHECK(tag->state->is_tag);
    request.proof = tag->proof;
    CHECK(hub.observe(request)->unchanged);
    request.revision = "dev";
    request.proof.clear();
    auto const branch = hub.observe(request);
    REQUIRE(branch);
    CHECK_FALSE(branch->state->is_tag);
}

TEST_CASE("a tree that contradicts the info is read once more, then the poll fails") {
    small_hub hub;
    hub.serve_all();
    SECTION("for good") {
        small_hub liar;
        liar.hash = other_hash;
        hub.net.always("GET", small_hub::tree_path(), 200, liar.tree(), small_hub::json_headers());
        auto const seen = hub.observe();
        REQUIRE_FALSE(seen.has_value());
        CHECK(seen.error().code == errc::inconsistent);
        CHECK(hub.net.count("GET", small_hub::info_path()) == 2);
        CHECK(hub.net.count("GET", small_hub::tree_path()) == 2);
    }
    SECTION("once") {
        small_hub liar;
        liar.hash = other_hash;
        hub.net.answer("GET", small_hub::tree_path(), 200, liar.tree(), small_hub::json_headers());
        auto const seen = hub.observe();
        REQUIRE(seen);
        CHECK(seen->state->find("model.safetensors")->sha256 == weights_hash);
    }
}

TEST_CASE("a server without trees of commits is read by the revision's name") {
    small_hub hub;
    hub.serve_all();
    hub.net.always("GET", small_hub::tree_path(), 404, "{}");
    hub.serve_tree("main");
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->state->files.size() == 2);
    CHECK(hub.net.count("GET", small_hub::info_path()) == 2);
}

TEST_CASE("names that could not be asked for are refused before anything is sent") {
    small_hub hub;
    for (auto const* const name : {"../../etc", "a b/c", "a/b/c"}) {
        hub::observe_request request;
        request.repo = name;
        CHECK(hub.observe(request).error().code == errc::invalid);
    }
    hub::observe_request request;
    request.revision = "x\ny";
    CHECK(hub.observe(request).error().code == errc::invalid);
    CHECK(hub.sent() == 0);
}

TEST_CASE("a poll that is cancelled ends as cancelled") {
    small_hub hub;
    hub.net.fail("GET", small_hub::info_path(), error{errc::cancelled, "stopped", {}, 0, std::nullopt});
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().code == errc::cancelled);
    CHECK(hub.sent() == 1);
}

TEST_CASE("the page for people is the repo's, or the commit's") {
    small_hub hub;
    CHECK(hub.hub().web_url("a/b") == "https://hub.example/a/b");
    CHECK(hub.hub().web_url("a/b", "abc") == "https://hub.example/a/b/commit/abc");
}
