#include "tests/hub_client/small_hub.hpp"

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

hub::observe_request with_texts() {
    hub::observe_request request;
    request.keep_text = [](file_entry const& file) { return file.path.ends_with(".json"); };
    return request;
}

result<std::string> range(small_hub& hub, std::uint64_t offset, std::uint64_t length) {
    auto call = hub.hub().read_range("acme/tiny", head_commit, "config.json", offset, length);
    return run_awaitable(hub.io, hub.time, std::move(call));
}

net::header_list part(std::string const& value) {
    return {{"Content-Range", value}};
}

} // namespace

TEST_CASE("small texts are fetched, checked against their ids and handed out") {
    small_hub hub;
    hub.serve_all();
    hub.net.always("GET", small_hub::file_path(), 200, config_text);
    auto const seen = hub.observe(with_texts());
    REQUIRE(seen);
    REQUIRE(seen->texts.size() == 1);
    CHECK(seen->texts[0].path == "config.json");
    CHECK(seen->texts[0].text == config_text);
    CHECK(seen->texts[0].content_id == git_blob_id(config_text));
}

TEST_CASE("a text that the store has is not fetched again") {
    small_hub hub;
    hub.serve_all();
    auto request = with_texts();
    request.has_text = [](file_entry const&) { return true; };
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK(seen->texts.empty());
    CHECK(hub.sent() == 3);
}

TEST_CASE("bytes that are not what the list of files promises end the poll") {
    small_hub hub;
    hub.serve_all();
    hub.net.always("GET", small_hub::file_path(), 200, "{\"model_type\":\"evil\"}");
    CHECK(hub.observe(with_texts()).error().code == errc::inconsistent);
}

TEST_CASE("a text that cannot be had now is skipped and costs the poll nothing else") {
    small_hub hub;
    hub.serve_all();
    SECTION("gated") {
        net::header_list const headers{{"X-Error-Code", "GatedRepo"}};
        hub.net.always("GET", small_hub::file_path(), 403, "restricted", headers);
    }
    SECTION("gone") {
        hub.net.always("GET", small_hub::file_path(), 404, "Entry not found");
    }
    SECTION("trouble") {
        hub.net.always("GET", small_hub::file_path(), 503, "");
    }
    SECTION("no answer") {
        hub.net.hang("GET", small_hub::file_path());
    }
    auto const seen = hub.observe(with_texts());
    REQUIRE(seen);
    CHECK(seen->texts.empty());
    CHECK(seen->state);
    CHECK(hub.net.count("GET", small_hub::file_path()) == 1);
}

TEST_CASE("a 429 on a text ends the poll, for it holds for all") {
    small_hub hub;
    hub.serve_all();
    hub.net.always("GET", small_hub::file_path(), 429, "");
    CHECK(hub.observe(with_texts()).error().code == errc::limited);
}

TEST_CASE("no texts are asked for where the gate is known to be shut") {
    small_hub hub;
    hub.gated = "\"auto\"";
    hub.serve_all();
    net::header_list const headers{{"X-Error-Code", "GatedRepo"}};
    hub.net.always("GET", small_hub::log_path(), 401, "{}", headers);
    auto const seen = hub.observe(with_texts());
    REQUIRE(seen);
    CHECK(seen->texts.empty());
    CHECK(hub.sent() == 3);
}

TEST_CASE("texts can be asked for later, and those that cannot be had are left out") {
    small_hub hub;
    hub.serve_all();
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->texts.empty());
    file_entry gone{"gone.txt", 3, std::string(40, '9'), {}};
    file_entry huge{"huge.txt", 3u << 20, std::string(40, '8'), {}};
    hub.net.always("GET", small_hub::file_path(), 200, config_text);
    hub.net.always("GET", small_hub::file_path("gone.txt"), 404, "Entry not found");
    std::vector<file_entry> const wanted{gone, huge, *seen->state->find("config.json")};
    auto call = hub.hub().read_texts("acme/tiny", head_commit, wanted);
    auto const texts = run_awaitable(hub.io, hub.time, std::move(call));
    REQUIRE(texts);
    REQUIRE(texts->size() == 1);
    CHECK(texts->front().text == config_text);
    CHECK(hub.net.count("GET", small_hub::file_path("huge.txt")) == 0);
}

TEST_CASE("a file is read whole within its bound, and refusals are told apart") {
    small_hub hub;
    auto const read = [&hub](std::uint64_t limit) {
        auto call = hub.hub().read_file("acme/tiny", head_commit, "config.json", limit);
        return run_awaitable(hub.io, hub.time, std::move(call));
    };
    hub.net.answer("GET", small_hub::file_path(), 200, config_text);
    CHECK(*read(100) == config_text);
    hub.net.answer("GET", small_hub::file_path(), 200, config_text);
    CHECK(read(5).error().code == errc::too_large);
    hub.net.answer("GET", small_hub::file_path(), 401, "x", {{"X-Error-Code", "GatedRepo"}});
    CHECK(read(100).error().code == errc::refused);
    hub.net.answer(
        "GET", small_hub::file_path(), 404, "Entry not found", {{"X-Error-Code", "EntryNotFound"}}
    );
    CHECK(read(100).error().code == errc::not_found);
    auto call = hub.hub().read_file("acme/tiny", head_commit, "../../secret", 10);
    CHECK(run_awaitable(hub.io, hub.time, std::move(call)).error().code == errc::invalid);
}

TEST_CASE("a range is asked for by its bytes and taken from a 206") {
    small_hub hub;
    hub.net.answer("GET", small_hub::file_path(), 206, "mode", part("bytes 2-5/21"));
    CHECK(*range(hub, 2, 4) == "mode");
    CHECK(hub.header_of(0, "Range") == "bytes=2-5");
}

TEST_CASE("a range at the end of a file is as short as the file") {
    small_hub hub;
    hub.net.answer("GET", small_hub::file_path(), 206, "}", part("bytes 20-20/21"));
    CHECK(*range(hub, 20, 100) == "}");
}

TEST_CASE("a range that is shorter than the server says was cut") {
    small_hub hub;
    hub.net.answer("GET", small_hub::file_path(), 206, "mo", part("bytes 2-5/21"));
    CHECK(range(hub, 2, 4).error().code == errc::cut);
}

TEST_CASE("another range than was asked for, or none at all, is malformed") {
    small_hub hub;
    hub.net.answer("GET", small_hub::file_path(), 206, "mode", part("bytes 0-3/21"));
    CHECK(range(hub, 2, 4).error().code == errc::malformed);
    hub.net.answer("GET", small_hub::file_path(), 206, "mode");
    CHECK(range(hub, 2, 4).error().code == errc::malformed);
}

TEST_CASE("a server that ignores ranges is cut off by us") {
    small_hub hub;
    hub.net.always("GET", small_hub::file_path(), 200, config_text);
    CHECK(*range(hub, 2, 4) == config_text.substr(2, 4));
    CHECK(*range(hub, 19, 40) == config_text.substr(19));
    CHECK(range(hub, 50, 4)->empty());
    auto const deep = range(hub, std::uint64_t{1} << 40, 4);
    REQUIRE_FALSE(deep.has_value());
    CHECK(deep.error().what.find("ignores ranges") != std::string::npos);
}

TEST_CASE("a 200 with a Content-Range is a part") {
    small_hub hub;
    hub.net.always("GET", small_hub::file_path(), 200, "mode", part("bytes 2-5/21"));
    CHECK(*range(hub, 2, 4) == "mode");
}

TEST_CASE("beyond the end of a file there is nothing, which is no error") {
    small_hub hub;
    hub.net.always("GET", small_hub::file_path(), 416, "", part("bytes */21"));
    CHECK(range(hub, 21, 4)->empty());
    CHECK(range(hub, 2, 4).error().code == errc::refused);
    CHECK(range(hub, 2, 0)->empty());
    CHECK(range(hub, 0, std::uint64_t{2} << 30).error().code == errc::invalid);
}
