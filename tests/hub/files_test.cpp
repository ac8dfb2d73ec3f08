#include "daemon/model/digest.hpp"
#include "tests/hub/asking.hpp"
#include "tests/places.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/serialize.hpp>

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

std::string bytes_of(double_::answer const& answer) {
    return answer.source ? answer.source->read(answer.offset, static_cast<std::size_t>(answer.length))
                         : *answer.body;
}

/// What the CDN answers when the redirect is followed.
double_::answer
from_cdn(double_::hub_state& hub, std::string location, std::string range = {}, bool token = false) {
    constexpr std::string_view origin = "http://cdn.test";
    REQUIRE(location.starts_with(origin));
    auto asked = asking(location.substr(origin.size()), token ? "hf_reader" : "");
    asked.at = double_::side::cdn;
    asked.range = std::move(range);
    return send(hub, asked);
}

double_::hub_state hub_with_cdn() {
    return double_::hub_state(double_::read_timeline_file(MODELWATCH_SOURCE_DIR
                                                          "/tests/hub/timelines/minimal.json"));
}

struct range_case {
    char const* range;
    unsigned status;
    char const* content_range;
    std::size_t length;
};

double_::file_ptr declared(char const* path, json::object spec) {
    return double_::make_file(path, spec);
}

} // namespace

TEST_CASE("a plain file goes over a relative redirect that names commit and git id", "[double]") {
    auto hub = minimal_hub();
    auto const first = get(hub, "/acme/plain/resolve/main/config.json");
    auto const commit = std::string(get_json(hub, "/api/models/acme/plain").at("sha").as_string());
    CHECK(first.status == 307);
    CHECK(header(first, "X-Repo-Commit") == commit);
    CHECK(header(first, "X-Linked-Size").empty());
    CHECK(header(first, "ETag").empty());
    auto const location = header(first, "Location");
    CHECK(location.starts_with(
        "/api/resolve-cache/models/acme/plain/" + commit + "/config.json?%2Facme%2Fplain%2Fresolve"
    ));
    auto const second = get(hub, location);
    auto const bytes = bytes_of(second);
    CHECK(second.status == 200);
    CHECK(header(second, "ETag") == "\"" + git_blob_id(bytes) + "\"");
    CHECK(header(first, "X-Linked-Etag") == header(second, "ETag"));
    CHECK(get(hub, "/api/resolve-cache/models/acme/plain/main/config.json").status == 400);
    CHECK(
        get(hub, "/api/resolve-cache/models/acme/plain/" + std::string(40, 'a') + "/config.json").status ==
        404
    );
}

TEST_CASE("a large file goes to another host, whose ETag is not the SHA-256", "[double]") {
    auto hub = hub_with_cdn();
    hub.set_cdn_origin("http://cdn.test");
    auto const first = get(hub, "/acme/plain/resolve/main/model.safetensors");
    CHECK(first.status == 302);
    CHECK(header(first, "X-Linked-Size") == "6000000");
    CHECK(header(first, "Cache-Control") == "no-store");
    CHECK(header(first, "Link").find("rel=\"xet-auth\"") != std::string::npos);
    auto const second = from_cdn(hub, header(first, "Location"));
    CHECK(second.status == 200);
    CHECK(header(second, "ETag") == "\"" + header(first, "X-Xet-Hash") + "\"");
    CHECK("\"" + sha256_hex(bytes_of(second)) + "\"" == header(first, "X-Linked-Etag"));
}

TEST_CASE("the CDN refuses tokens, and the double remembers that one was sent", "[double]") {
    auto hub = hub_with_cdn();
    hub.set_cdn_origin("http://cdn.test");
    auto const location = header(get(hub, "/acme/plain/resolve/main/model.safetensors"), "Location");
    CHECK(hub.counters().at("token_leaked") == 0);
    CHECK(from_cdn(hub, location, {}, true).status == 400);
    CHECK(hub.counters().at("token_leaked") == 1);
    CHECK(hub.requests().back().token_leaked);
}

TEST_CASE("the CDN refuses a signature that is wrong or old", "[double]") {
    auto hub = hub_with_cdn();
    hub.set_cdn_origin("http://cdn.test");
    auto const location = header(get(hub, "/acme/plain/resolve/main/model.safetensors"), "Location");
    auto forged = location;
    forged.replace(forged.find("Expires=") + 8, 1, "2");
    CHECK(from_cdn(hub, forged).status == 403);
    auto const at = location.find("&x-id");
    CHECK(from_cdn(hub, location.substr(0, at - 1) + (location[at - 1] == '0' ? "1" : "0")).status == 403);
    hub.apply({{"action", "set"}, {"settings", {{"signed_url_seconds", 0}}}});
    CHECK(from_cdn(hub, location).status == 200);
    auto const old = header(get(hub, "/acme/plain/resolve/main/model.safetensors"), "Location");
    CHECK(from_cdn(hub, old).status == 403);
}

TEST_CASE("ranges are answered as RFC 9110 says", "[double]") {
    auto hub = hub_with_cdn();
    hub.set_cdn_origin("http://cdn.test");
    auto const location = header(get(hub, "/acme/plain/resolve/main/model.safetensors"), "Location");
    auto const one = GENERATE(
        range_case{"bytes=0-0", 206, "bytes 0-0/6000000", 1},
        range_case{"bytes=10-19", 206, "bytes 10-19/6000000", 10},
        range_case{"bytes=5999990-", 206, "bytes 5999990-5999999/6000000", 10},
        range_case{"bytes=-10", 206, "bytes 5999990-5999999/6000000", 10},
        range_case{"bytes=5999999-9999999", 206, "bytes 5999999-5999999/6000000", 1},
        range_case{"bytes=6000000-", 416, "bytes */6000000", 21},
        range_case{"bytes=9-3", 416, "bytes */6000000", 21},
        range_case{"bytes=0-1,5-6", 200, "", 6000000},
        range_case{"lines=0-1", 200, "", 6000000}
    );
    CAPTURE(one.range);
    auto const answer = from_cdn(hub, location, one.range);
    CHECK(answer.status == one.status);
    CHECK(header(answer, "Content-Range") == one.content_range);
    CHECK(answer.body_size() == one.length);
}

TEST_CASE("a hub that ignores ranges answers 200 with everything", "[double]") {
    auto hub = hub_with_cdn();
    hub.set_cdn_origin("http://cdn.test");
    hub.apply({{"action", "set"}, {"settings", {{"ignore_range", true}}}});
    auto const location = header(get(hub, "/acme/plain/resolve/main/model.safetensors"), "Location");
    CHECK(from_cdn(hub, location, "bytes=0-0").status == 200);
}

TEST_CASE("raw gives the pointer text of a large file and the text of a small one", "[double]") {
    auto hub = minimal_hub();
    auto const pointer = get(hub, "/acme/plain/raw/main/weights/model-00001-of-00002.safetensors");
    CHECK(
        *pointer.body == "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, '1') +
                             "\nsize 5000000000\n"
    );
    CHECK(header(pointer, "ETag") == "\"" + git_blob_id(*pointer.body) + "\"");
    CHECK(*get(hub, "/acme/plain/raw/main/onnx/config.json").body == "{}\n");
}

TEST_CASE("any part of a made file is the same, however it is read", "[double]") {
    auto const what = declared("model.bin", {{"size", 100'000}});
    auto const whole = what->read(0, 100'000);
    CHECK(what->read(7, 50) == whole.substr(7, 50));
    CHECK(what->read(3'999, 3) == whole.substr(3'999, 3));
    CHECK(what->read(99'900, 100) == whole.substr(99'900));
    CHECK(sha256_hex(whole) == what->lfs->sha256);
    CHECK(whole.substr(0, 4) == "PK\x03\x04");
    auto const other = declared("model.bin", {{"size", 100'000}, {"seed", "x"}});
    CHECK(other->lfs->sha256 != what->lfs->sha256);
}

TEST_CASE("a declared safetensors file has a header whose offsets fill the file", "[double]") {
    auto const what = declared("a.safetensors", {{"size", 9'000'000'000}, {"sha256", std::string(64, 'a')}});
    auto const head = what->read(0, 136);
    REQUIRE(static_cast<unsigned char>(head[0]) == 128);
    auto const header_json = json::parse(head.substr(8)).as_object();
    CHECK(header_json.at("weight").at("data_offsets").at(1) == 9'000'000'000 - 136);
}

TEST_CASE("a declared GGUF file begins with its magic and carries the chat template", "[double]") {
    auto const what = declared("a.gguf", {{"size", 4'000'000'000}, {"chat_template", "{{ hello }}"}});
    auto const head = what->read(0, 400);
    CHECK(head.substr(0, 5) == std::string("GGUF\x03"));
    CHECK(head.find("{{ hello }}") != std::string::npos);
    CHECK(head.find("token_embd.weight") != std::string::npos);
}

TEST_CASE(
    "a declared PyTorch archive above 4 GiB is ZIP64 and holds the pickle that was asked for", "[double]"
) {
    auto const what = declared("a.bin", {{"size", 9'951'028'193}, {"pickle_imports", {"posix.system"}}});
    auto const head = what->read(0, 600);
    auto const tail = what->read(what->size - 400, 400);
    CHECK(head.find("archive/data.pkl") != std::string::npos);
    CHECK(head.find("cposix\nsystem\n") != std::string::npos);
    CHECK(tail.find("PK\x06\x06") != std::string::npos);
    CHECK(tail.find("PK\x06\x07") != std::string::npos);
    CHECK(tail.rfind("PK\x05\x06") == tail.size() - 22);
}

TEST_CASE("a file that cannot be is refused with its path", "[double]") {
    CHECK_THROWS_WITH(declared("/abs", {{"text", ""}}), Catch::Contains("/abs"));
    CHECK_THROWS_WITH(declared("x.bin", {{"size", 5}, {"sha256", "abc"}}), Catch::Contains("x.bin"));
    CHECK_THROWS_WITH(declared("x.bin", {{"bytes_base64", "*"}}), Catch::Contains("base64"));
    CHECK_THROWS_WITH(declared("x.bin", {}), Catch::Contains("size"));
}
