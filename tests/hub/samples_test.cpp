#include "daemon/model/digest.hpp"
#include "tests/hub/asking.hpp"
#include "tests/places.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

std::string const samples = MODELWATCH_HUB_SAMPLES;

std::string whole(std::string const& file) {
    std::ifstream in(samples + "/" + file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The recordings lie outside the repository; without them there is nothing to compare with.
bool have_samples() {
    if (std::filesystem::exists(samples + "/README.md")) return true;
    WARN("the recorded bodies are not on this machine: " + samples);
    return false;
}

double_::hub_state recorded_hub() {
    double_::timeline script;
    double_::add_samples(script.start, samples);
    return double_::hub_state(std::move(script));
}

struct recording {
    char const* target;
    char const* file;
    unsigned status;
};

constexpr recording recordings[] = {
    {"/api/models/google-bert/bert-base-uncased", "from-cassettes/google-bert__bert-base-uncased.json", 200},
    {"/api/models/deepset/roberta-base-squad2", "from-cassettes/deepset__roberta-base-squad2.json", 200},
    {"/api/models/sentence-transformers/paraphrase-albert-small-v2",
     "from-cassettes/sentence-transformers__paraphrase-albert-small-v2.json",
     200},
    {"/api/models/stabilityai/stable-diffusion-2-1",
     "from-cassettes/stabilityai__stable-diffusion-2-1.json",
     200},
    {"/api/models/wzshiming/gpt2", "recorded-2026-09-22-hfd/models.info.json", 200},
    {"/api/models/wzshiming/gpt2/revision/main", "recorded-2026-09-22-hfd/models.info.json", 200},
    {"/api/models/wzshiming/gpt2/tree/main", "recorded-2026-09-22-hfd/models.tree.json", 200},
    {"/api/models/wzshiming/gpt2/refs", "recorded-2026-09-22-hfd/models.refs.json", 200},
    {"/api/models/wzshiming/gpt2/commits/main?limit=2",
     "recorded-2026-09-22-hfd/models.commits.limit.json",
     200},
    {"/api/models?author=wzshiming&limit=5&search=gpt2", "recorded-2026-09-22-hfd/models.list.json", 200},
    {"/api/models/wzshiming/no-such-repo", "recorded-2026-09-22-hfd/models.notfound.401.json", 401},
    {"/api/models/wzshiming/gpt2/revision/does-not-exist",
     "recorded-2026-09-22-hfd/revision.notfound.404.json",
     404},
    {"/api/models/wzshiming/gpt2/tree/main/does-not-exist",
     "recorded-2026-09-22-hfd/tree.notfound.404.json",
     404},
    {"/wzshiming/gpt2/resolve/main/does-not-exist", "recorded-2026-09-22-hfd/resolve.notfound.404.txt", 404}
};

} // namespace

TEST_CASE("each recorded body is served byte for byte with the ETag that the Hub gave it", "[double]") {
    if (!have_samples()) return;
    auto hub = recorded_hub();
    auto const& one = recordings[GENERATE(range(std::size_t{0}, std::size(recordings)))];
    auto const answer = get(hub, one.target);
    auto const expected = whole(one.file);
    CAPTURE(one.target);
    REQUIRE(!expected.empty());
    CHECK(answer.status == one.status);
    CHECK(*answer.body == expected);
    CHECK(header(answer, "ETag") == weak_etag(expected));
}

TEST_CASE("the ETag of a recorded body is the one in the recorded headers", "[double]") {
    if (!have_samples()) return;
    auto hub = recorded_hub();
    auto const answer = get(hub, "/api/models/google-bert/bert-base-uncased");
    CHECK(header(answer, "etag") == "W/\"1144-0lLZ4rZ6fR3gbhjw06/nTxkknu0\"");
    CHECK(header(answer, "x-powered-by") == "huggingface-moon");
    CHECK(header(answer, "vary") == "Origin");
    CHECK(header(answer, "via").empty());
}

TEST_CASE("recorded paths-info answers leave out the path that does not exist", "[double]") {
    if (!have_samples()) return;
    auto hub = recorded_hub();
    auto asked = asking("/api/models/wzshiming/gpt2/paths-info/main");
    asked.method = "POST";
    asked.content_type = "application/json";
    asked.body = R"({"paths":["config.json","64-8bits.tflite","missing"],"expand":true})";
    CHECK(*send(hub, asked).body == whole("recorded-2026-09-22-hfd/models.paths-info.json"));
}

TEST_CASE("the renderer writes model info as the Hub did in 2026", "[double]") {
    if (!have_samples()) return;
    auto hub = recorded_hub();
    hub.apply({{"action", "set"}, {"repo", "wzshiming/gpt2"}, {"patch", json::object{}}}
    ); // drops the recording
    auto const recorded = json::parse(whole("recorded-2026-09-22-hfd/models.info.json")).as_object();
    auto rendered = get_json(hub, "/api/models/wzshiming/gpt2").as_object();
    std::vector<std::string> names;
    for (auto const& [name, value] : rendered)
        if (name != "trendingScore") names.emplace_back(name);
    std::vector<std::string> expected;
    for (auto const& [name, value] : recorded)
        expected.emplace_back(name);
    CHECK(names == expected);
    CHECK(rendered == recorded);
}

TEST_CASE("the renderer numbers LFS pointers, tree and listing as the Hub did in 2026", "[double]") {
    if (!have_samples()) return;
    auto hub = recorded_hub();
    hub.apply({{"action", "set"}, {"repo", "wzshiming/gpt2"}, {"patch", json::object{}}});
    CHECK(
        *get(hub, "/api/models?author=wzshiming&limit=5&search=gpt2").body ==
        whole("recorded-2026-09-22-hfd/models.list.json")
    );
    auto const recorded = json::parse(whole("recorded-2026-09-22-hfd/models.tree.json")).as_array();
    auto const rendered = get_json(hub, "/api/models/wzshiming/gpt2/tree/main").as_array();
    REQUIRE(rendered.size() == recorded.size());
    for (std::size_t at = 1; at < recorded.size();
         ++at) // entry 0 is a directory whose files were not recorded
        CHECK(json::serialize(rendered[at]) == json::serialize(recorded[at]));
}
