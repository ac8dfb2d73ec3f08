#include "tests/hub_client/small_hub.hpp"

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

constexpr auto anonymous_words = "Invalid username or password.";

bool says(std::string const& text, std::string const& words) {
    return text.find(words) != std::string::npos;
}

void refuse_log(small_hub& hub, unsigned status, std::string const& code, std::string const& limit) {
    net::header_list headers = small_hub::json_headers();
    if (!code.empty()) headers.emplace_back("X-Error-Code", code);
    headers.emplace_back("X-Error-Message", "Access to model acme/tiny is restricted.");
    hub.net.always("GET", small_hub::log_path(limit), status, "{}", headers);
}

} // namespace

TEST_CASE("an anonymous 401 is missing, after a control request, with the three things it can mean") {
    small_hub hub;
    hub.refuse_info(401, "", anonymous_words);
    hub.serve_control();
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->place == standing::missing);
    CHECK_FALSE(seen->state.has_value());
    CHECK(seen->proof.empty());
    CHECK(says(seen->detail, anonymous_words));
    CHECK(says(seen->detail, "deleted"));
    CHECK(says(seen->detail, "private"));
    CHECK(says(seen->detail, "never existed"));
    CHECK(hub.header_of(0, "Authorization").empty());
}

TEST_CASE("a repo is not called missing while the hub answers nothing else") {
    small_hub hub;
    hub.refuse_info(401, "", anonymous_words);
    SECTION("trouble") {
        hub.net.always("GET", "/api/models?limit=1", 503, "{}");
    }
    SECTION("a login page") {
        net::header_list const html{{"Content-Type", "text/html"}};
        hub.net.always("GET", "/api/models?limit=1", 200, "<html>", html);
    }
    SECTION("a closed hub") {
        hub.net.always("GET", "/api/models?limit=1", 401, "{}");
    }
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen.has_value());
    CHECK(says(seen.error().what, "cannot be told"));
}

TEST_CASE("the control request is remembered for a minute, good or bad") {
    small_hub hub;
    hub.refuse_info(401, "", anonymous_words);
    hub.serve_control();
    CHECK(hub.observe()->place == standing::missing);
    CHECK(hub.observe()->place == standing::missing);
    CHECK(hub.net.count("GET", "/api/models?limit=1") == 1);
    hub.time.advance(std::chrono::seconds(61));
    CHECK(hub.observe()->place == standing::missing);
    CHECK(hub.net.count("GET", "/api/models?limit=1") == 2);
}

TEST_CASE("with a token a missing repo is a 404 RepoNotFound") {
    small_hub hub("hf_secret");
    hub.refuse_info(404, "RepoNotFound", "Repository not found");
    hub.serve_control();
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->place == standing::missing);
    CHECK(says(seen->detail, "our token may not see it"));
    CHECK(hub.header_of(0, "Authorization") == "Bearer hf_secret");
}

TEST_CASE("a token that the hub refuses fails the poll and is never a missing repo") {
    small_hub hub("hf_secret");
    SECTION("in the words that we know") {
        hub.refuse_info(401, "", "Invalid credentials in Authorization header");
    }
    SECTION("in other words: whoami decides") {
        hub.refuse_info(401, "", anonymous_words);
        hub.serve_whoami(401);
    }
    SECTION("as a gate") {
        hub.refuse_info(401, "GatedRepo", "Access to model acme/tiny is restricted.");
        hub.serve_whoami(401);
    }
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().code == errc::unauthorized);
    CHECK(says(seen.error().hint, "token"));
    CHECK_FALSE(says(seen.error().message(), "hf_secret"));
}

TEST_CASE("a 401 with a token that whoami accepts is a missing repo") {
    small_hub hub("hf_secret");
    hub.refuse_info(401, "", anonymous_words);
    hub.serve_control();
    SECTION("whoami knows us") {
        hub.serve_whoami(200);
    }
    SECTION("there is no whoami") {
        hub.serve_whoami(404);
    }
    CHECK(hub.observe()->place == standing::missing);
    CHECK(hub.observe()->place == standing::missing);
    CHECK(hub.net.count("GET", "/api/whoami-v2") == 1);
}

TEST_CASE("a whoami that cannot be asked leaves the question open") {
    small_hub hub("hf_secret");
    hub.refuse_info(401, "", anonymous_words);
    hub.serve_control();
    hub.serve_whoami(429);
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().code == errc::limited);
}

TEST_CASE("a missing revision is an error that names it, not a missing repo") {
    small_hub hub;
    hub.refuse_info(404, "RevisionNotFound", "Invalid rev id: v9", "v9");
    hub::observe_request request;
    request.revision = "v9";
    auto const seen = hub.observe(request);
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().code == errc::not_found);
    CHECK(seen.error().status == 404);
    CHECK(says(seen.error().what, "acme/tiny has no revision v9"));
    CHECK(says(seen.error().what, "error code RevisionNotFound"));
    CHECK(says(seen.error().what, "request id Root=1-67"));
}

TEST_CASE("a bare 404 is told apart by asking for the repo itself") {
    small_hub hub;
    hub.refuse_info(404, "", "no");
    SECTION("the repo is there: its revision is not") {
        hub.net.always("GET", "/api/models/acme/tiny", 200, hub.info(), small_hub::json_headers());
        CHECK(hub.observe().error().code == errc::not_found);
    }
    SECTION("the repo is not there") {
        hub.net.always("GET", "/api/models/acme/tiny", 404, "{}");
        hub.serve_control();
        CHECK(hub.observe()->place == standing::missing);
    }
    SECTION("nothing is there: this is no hub") {
        hub.net.always("GET", "/api/models/acme/tiny", 404, "{}");
        hub.net.always("GET", "/api/models?limit=1", 404, "{}");
        CHECK(hub.observe().error().code == errc::refused); // not_found would mean a lost revision
    }
}

TEST_CASE("a repo that vanishes in the middle of a poll is not a lost revision") {
    small_hub hub;
    hub.serve_all();
    hub.net.always("GET", small_hub::tree_path(), 404, "{}");
    hub.net.always("GET", small_hub::tree_path("main"), 404, "{}");
    hub.net.answer("GET", small_hub::info_path(), 200, hub.info(), small_hub::json_headers());
    hub.refuse_info(404, "RepoNotFound", "Repository not found");
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().code == errc::inconsistent);
}

TEST_CASE("a disabled repo is disabled, with its state when the info still answers") {
    small_hub hub;
    SECTION("refused") {
        hub.refuse_info(403, "", "Access to this resource is disabled.");
        auto const seen = hub.observe();
        REQUIRE(seen);
        CHECK(seen->place == standing::disabled);
        CHECK_FALSE(seen->state.has_value());
        CHECK(says(seen->detail, "Access to this resource is disabled."));
    }
    SECTION("marked") {
        hub.more_info = "\"disabled\":true,";
        hub.serve_info();
        refuse_log(hub, 401, "GatedRepo", "50");
        // The tree of a withdrawn repo is closed: the siblings with their hashes tell the same.
        hub.net.always(
            "GET", small_hub::tree_path(), 403, "{\"error\":\"Access to this resource is disabled.\"}"
        );
        auto const seen = hub.observe();
        REQUIRE(seen);
        CHECK(seen->place == standing::disabled);
        REQUIRE(seen->state);
        CHECK(seen->state->files.size() == 2);
        CHECK_FALSE(seen->log.known);
        auto const again = hub.observe_with(seen->proof);
        REQUIRE(again);
        CHECK(again->unchanged);
        CHECK(again->place == standing::disabled);
    }
}

TEST_CASE("a 403 without a reason is an error") {
    small_hub hub;
    hub.refuse_info(403, "", "Forbidden");
    CHECK(hub.observe().error().code == errc::refused);
}

TEST_CASE("a repo whose very info is gated is there, but not for us") {
    small_hub hub;
    hub.refuse_info(401, "GatedRepo", "Access to model acme/tiny is restricted.");
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->place == standing::access_lost);
    CHECK(says(seen->detail, "Access to model acme/tiny is restricted."));
}

TEST_CASE("a private repo that we may read is present and marked private") {
    small_hub hub("hf_secret");
    hub.more_info = "\"private\":true,";
    hub.serve_all();
    auto body = hub.info();
    body.erase(body.find("\"private\":false,"), 16);
    hub.net.always("GET", small_hub::info_path(), 200, body, small_hub::json_headers());
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->place == standing::present);
    CHECK(seen->state->is_private);
}

TEST_CASE("a gated repo is present for strangers too; its log is unknown, not rewritten") {
    small_hub hub;
    hub.gated = "\"manual\"";
    hub.serve_all();
    refuse_log(hub, 401, "GatedRepo", "50");
    hub::observe_request request;
    request.baseline = old_commit;
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK(seen->place == standing::present);
    CHECK_FALSE(seen->token_worked);
    CHECK_FALSE(seen->log.known);
    CHECK_FALSE(seen->log.complete);
    CHECK(seen->state->files.size() == 2);
    request.proof = seen->proof;
    CHECK(hub.observe(request)->unchanged);
    CHECK(hub.sent() == 4); // without a token there is no access to probe
}

TEST_CASE("a server without commits gives an unknown log") {
    small_hub hub;
    hub.serve_all();
    SECTION("not implemented") {
        hub.net.always("GET", small_hub::log_path(), 501, "{}");
    }
    SECTION("not there") {
        hub.net.always("GET", small_hub::log_path(), 404, "{}");
    }
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK_FALSE(seen->log.known);
}

TEST_CASE("a token that opens a gated repo is noted, and its loss is noticed though the info never moves") {
    small_hub hub("hf_secret");
    hub.gated = "\"manual\"";
    hub.serve_all();
    hub.net.always(
        "GET", small_hub::log_path("1"), 200, small_hub::log({head_commit}), small_hub::json_headers()
    );
    auto const first = hub.observe();
    REQUIRE(first);
    CHECK(first->token_worked);
    hub::observe_request request;
    request.proof = first->proof;
    request.token_worked = true;
    auto const second = hub.observe(request);
    REQUIRE(second);
    CHECK(second->unchanged);
    CHECK(second->token_worked);

    refuse_log(hub, 403, "GatedRepo", "50");
    refuse_log(hub, 403, "GatedRepo", "1");
    auto const third = hub.observe(request);
    REQUIRE(third);
    CHECK(third->place == standing::access_lost);
    CHECK_FALSE(third->unchanged);
    REQUIRE(third->state);
    CHECK_FALSE(third->token_worked);
    CHECK(says(third->detail, "Access to model acme/tiny is restricted."));

    request.proof = third->proof;
    auto const fourth = hub.observe(request);
    REQUIRE(fourth);
    CHECK(fourth->unchanged);
    CHECK(fourth->place == standing::access_lost);

    hub.serve_log();
    hub.net.always(
        "GET", small_hub::log_path("1"), 200, small_hub::log({head_commit}), small_hub::json_headers()
    );
    request.proof = fourth->proof;
    auto const fifth = hub.observe(request);
    REQUIRE(fifth);
    CHECK(fifth->place == standing::present);
    CHECK(fifth->token_worked);
}

TEST_CASE("a token without a grant has lost nothing") {
    small_hub hub("hf_secret");
    hub.gated = "\"manual\"";
    hub.serve_all();
    refuse_log(hub, 403, "GatedRepo", "50");
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->place == standing::present);
    CHECK_FALSE(seen->token_worked);
}

TEST_CASE("a gated log refused with 401 to a token is a question about the token") {
    small_hub hub("hf_secret");
    hub.gated = "\"manual\"";
    hub.serve_all();
    refuse_log(hub, 401, "GatedRepo", "50");
    hub.serve_whoami(401);
    hub::observe_request request;
    request.token_worked = true;
    auto const seen = hub.observe(request);
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().code == errc::unauthorized);
}

TEST_CASE("a hub that repeats our token has it blotted out") {
    small_hub hub("hf_secret");
    hub.refuse_info(404, "RepoNotFound", "no repo for hf_secret, hf_secret!");
    hub.serve_control();
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(says(seen->detail, "no repo for ***, ***!"));
    CHECK_FALSE(says(seen->detail, "hf_secret"));
}

TEST_CASE("what the hub writes cannot drive a terminal") {
    small_hub hub;
    hub.refuse_info(401, "", "gone\\u001b[31m");
    hub.serve_control();
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK_FALSE(says(seen->detail, "\x1b"));
}
