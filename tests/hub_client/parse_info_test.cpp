#include "daemon/hub/parse.hpp"
#include "daemon/model/digest.hpp"
#include "tests/hub_client/samples.hpp"
#include "tests/hub_client/small_hub.hpp"

#include <string>

using namespace modelwatch;
using namespace modelwatch::hub;
using modelwatch::test::sample;

namespace {

result<model_info> parse(std::string const& body) {
    return parse_model_info(body, "hub", "main", instant{});
}

std::string const sha_text = "\"id\":\"a/b\",\"sha\":\"c5ebcd40d208330abc697524c919956e692655cf\"";

result<model_info> parse_with(std::string const& members) {
    return parse("{" + sha_text + (members.empty() ? "" : ",") + members + "}");
}

std::string problem(std::string const& body) {
    auto const info = parse(body);
    REQUIRE_FALSE(info.has_value());
    CHECK((info.error().code == errc::malformed || info.error().code == errc::too_large));
    return info.error().what;
}

} // namespace

TEST_CASE("a recorded info of 2026 reads as what it says") {
    auto const body = sample("recorded-2026-09-22-hfd/models.info.json");
    if (!body) return;
    auto const info = parse(*body);
    REQUIRE(info);
    auto const& state = info->state;
    CHECK(state.repo == "wzshiming/gpt2");
    CHECK(state.repo_id == "6ab2b9f6148b5cae56d6e842");
    CHECK(state.commit == "ae329b6937f31305a0d6c6779f6cd4072cc4097e");
    CHECK(state.author == "wzshiming");
    CHECK(state.gate == gating::open);
    CHECK_FALSE(state.is_private);
    CHECK(state.license.ids == std::vector<std::string>{"mit"});
    CHECK(state.downloads == 0u);
    CHECK(state.last_modified == from_rfc3339("2026-09-22T17:25:10.000Z"));
    CHECK(state.files.size() == 26);
    CHECK(state.find("onnx/config.json") != nullptr);
    CHECK_FALSE(info->proven); // names only: nothing is known of the bytes
    CHECK_FALSE(state.scan.has_value());
}

TEST_CASE("recorded infos of 2025 read without loss of what alerts need") {
    auto const body = sample("from-cassettes/deepset__roberta-base-squad2.json");
    if (!body) return;
    auto const info = parse(*body);
    REQUIRE(info);
    CHECK(info->state.base_models == std::vector<std::string>{"FacebookAI/roberta-base"});
    CHECK(info->state.base_model_relation == "finetune");
    CHECK(info->state.license.ids == std::vector<std::string>{"cc-by-4.0"});
    CHECK(info->state.pipeline_tag == "question-answering");
    CHECK(info->state.downloads == 1801802u);
    for (auto const* const name :
         {"google-bert__bert-base-uncased",
          "sentence-transformers__paraphrase-albert-small-v2",
          "stabilityai__stable-diffusion-2-1"}) {
        auto const other = sample("from-cassettes/" + std::string(name) + ".json");
        REQUIRE(other);
        CHECK(parse(*other));
    }
}

TEST_CASE("the weak ETag of every recorded body is the one that the hub sent") {
    for (auto const* const name :
         {"deepset__roberta-base-squad2",
          "google-bert__bert-base-uncased",
          "sentence-transformers__paraphrase-albert-small-v2",
          "stabilityai__stable-diffusion-2-1"}) {
        auto const body = sample("from-cassettes/" + std::string(name) + ".json");
        auto const headers = sample("from-cassettes/" + std::string(name) + ".headers.txt");
        if (!body || !headers) return;
        CHECK(weak_etag(*body) == modelwatch::test::recorded_etag(*headers));
    }
    CHECK(weak_etag("Entry not found") == "W/\"f-mY2VvLxuxB7KhsoOdQTlMTccuAQ\"");
    CHECK(
        weak_etag("{\"error\":\"Invalid username or password.\"}") == "W/\"29-dEMcHWfJi78ZR1aqzb1ELAhp3Us\""
    );
}

TEST_CASE("siblings with blob ids and hashes prove the files of gemma-2-2b") {
    auto const body = sample("reconstructed/google__gemma-2-2b.blobs.json");
    auto const tree_body = sample("reconstructed/google__gemma-2-2b.tree.json");
    if (!body || !tree_body) return;
    auto const info = parse(*body);
    REQUIRE(info);
    CHECK(info->proven);
    CHECK(info->state.gate == gating::manual);
    auto tree = parse_tree_page(*tree_body);
    REQUIRE(tree);
    REQUIRE(settle_files(*tree));
    CHECK(info->state.files == *tree);
    auto const* const weights = info->state.find("model-00003-of-00003.safetensors");
    REQUIRE(weights != nullptr);
    CHECK(weights->sha256 == "4e08abc64d1767fdacd2c94da7f2ec4b8c65b25b19a53e87d19dc432901b5f02");
    CHECK(weights->size == 481381384u);
    for (auto const& file : *tree) { // what git stores for an LFS file is a small text about it
        if (file.sha256.empty()) continue;
        CHECK(
            file.oid == git_blob_id(
                            "version https://git-lfs.github.com/spec/v1\noid sha256:" + file.sha256 +
                            "\nsize " + std::to_string(file.size) + "\n"
                        )
        );
    }
}

TEST_CASE("a disabled repo's info says so, with id and sha alone being required") {
    auto const body = sample("reconstructed/ykilcher__gpt-4chan.disabled.json");
    if (!body) return;
    auto const info = parse(*body);
    REQUIRE(info);
    CHECK(info->state.disabled);
    CHECK(info->state.gate == gating::automatic);
    CHECK(info->state.license.ids == std::vector<std::string>{"apache-2.0"});
    CHECK(parse_with(""));
}

TEST_CASE("gated is a boolean or a word, and anything else is unknown rather than open") {
    auto const gate = [](std::string const& value) { return parse_with("\"gated\":" + value)->state.gate; };
    CHECK(gate("false") == gating::open);
    CHECK(gate("true") == gating::automatic);
    CHECK(gate("\"auto\"") == gating::automatic);
    CHECK(gate("\"manual\"") == gating::manual);
    CHECK(gate("\"later\"") == gating::unknown);
    CHECK(gate("null") == gating::unknown);
    CHECK(gate("3") == gating::unknown);
    CHECK(parse_with("")->state.gate == gating::unknown);
}

TEST_CASE("the license is a word or a list in the card, else a tag") {
    auto const ids = [](std::string const& members) { return parse_with(members)->state.license.ids; };
    using words = std::vector<std::string>;
    CHECK(ids("\"cardData\":{\"license\":\"MIT\"}") == words{"mit"});
    CHECK(ids("\"cardData\":{\"license\":[\"mit\",\"apache-2.0\"]}") == words{"mit", "apache-2.0"});
    CHECK(ids("\"tags\":[\"license:openrail++\",7]") == words{"openrail++"});
    CHECK(ids("\"cardData\":null,\"tags\":[\"license:mit\"]") == words{"mit"});
    CHECK(ids("\"card_data\":{\"license\":\"gemma\"}") == words{"gemma"});
    auto const other =
        parse_with("\"cardData\":{\"license\":\"other\",\"license_name\":\"n\",\"license_link\":\"l\"}");
    CHECK(other->state.license.name == "n");
    CHECK(other->state.license.link == "l");
}

TEST_CASE("what loaders would run is read: auto_map, custom_code, chat templates") {
    auto const info = parse_with(
        "\"tags\":[\"custom_code\"],\"gguf\":{\"chat_template\":\"G\"},\"config\":{\"auto_map\":{"
        "\"AutoModel\":\"m.X\","
        "\"AutoTokenizer\":[\"t.Slow\",null]},\"tokenizer_config\":{\"chat_template\":[{\"name\":\"default\","
        "\"template\":\"D\"},{\"name\":\"tool\",\"template\":\"T\"}]}}"
    );
    REQUIRE(info);
    CHECK(info->state.custom_code);
    CHECK(info->state.auto_map == std::vector<std::string>{"AutoModel=m.X", "AutoTokenizer=t.Slow"});
    CHECK(info->state.chat_template == "G\n{# default #}\nD\n{# tool #}\nT");
}

TEST_CASE("an oversized chat template is kept as its hash, so that a change still shows") {
    auto const with = [](char c) {
        return parse_with("\"gguf\":{\"chat_template\":\"" + std::string(300 * 1024, c) + "\"}")
            ->state.chat_template;
    };
    CHECK(with('x').starts_with("sha256:"));
    CHECK(with('x') != with('y'));
}

TEST_CASE("the base model and its relation come from card, expansion or tags") {
    auto const card = parse_with("\"cardData\":{\"base_model\":\"x/y\",\"base_model_relation\":\"merge\","
                                 "\"new_version\":\"a/b2\"},\"tags\":[\"base_model:z/z\"]");
    CHECK(card->state.base_models == std::vector<std::string>{"x/y"});
    CHECK(card->state.base_model_relation == "merge");
    CHECK(card->state.new_version == "a/b2");
    auto const tags = parse_with("\"tags\":[\"base_model:x/y\",\"base_model:quantized:x/y\"]");
    CHECK(tags->state.base_models == std::vector<std::string>{"x/y"});
    CHECK(tags->state.base_model_relation == "quantized");
    auto const wide = parse_with("\"baseModels\":{\"relation\":\"adapter\",\"models\":[{\"id\":\"p/q\"}]}");
    CHECK(wide->state.base_models == std::vector<std::string>{"p/q"});
    CHECK(wide->state.base_model_relation == "adapter");
}

TEST_CASE("a scan that is not done is not clean, and unknown levels are errors") {
    auto const info =
        parse_with("\"securityRepoStatus\":{\"scansDone\":false,\"filesWithIssues\":[{\"path\":\"b\","
                   "\"level\":\"unsafe\"},{\"path\":\"a\",\"level\":\"odd\"},"
                   "{\"path\":\"c\",\"level\":\"absent\"}]}");
    REQUIRE(info);
    REQUIRE(info->state.scan);
    CHECK_FALSE(info->state.scan->done);
    REQUIRE(info->state.scan->files.size() == 3);
    CHECK(info->state.scan->files[0].level == scan_level::error);
    CHECK(info->state.scan->files[1].level == scan_level::unsafe);
    CHECK(info->state.scan->files[2].level == scan_level::error);
}

TEST_CASE("one sibling without a hash makes the whole list unproven") {
    auto const one =
        std::string("{\"rfilename\":\"a\",\"size\":1,\"blobId\":\"") + std::string(40, 'a') + "\"}";
    CHECK(parse_with("\"siblings\":[" + one + "]")->proven);
    CHECK_FALSE(parse_with("\"siblings\":[" + one + ",{\"rfilename\":\"b\"}]")->proven);
    CHECK_FALSE(parse_with("\"siblings\":[]")->proven);
    CHECK_FALSE(parse_with("\"siblings\":null")->proven);
    CHECK_FALSE(parse_with("")->proven);
}

TEST_CASE("wrong types of the essentials are named") {
    CHECK(problem("{\"id\":\"a/b\",\"sha\":7}") == "sha is a number");
    CHECK(problem("{\"sha\":\"x\"}") == "id is missing");
    CHECK(problem("{\"id\":[],\"sha\":\"x\"}") == "id is an array");
    CHECK(problem("{" + sha_text + ",\"siblings\":{}}") == "siblings is an object");
    CHECK(problem("{" + sha_text + ",\"disabled\":\"no\"}") == "disabled is a text");
    CHECK(problem("{" + sha_text + ",\"private\":0}") == "private is a number");
    CHECK(problem("[]") == "the model info is an array");
    CHECK(problem("{\"id\":\"a/b\",\"sha\":\"main\"}") == "sha is not a commit id");
    CHECK(problem("{\"id\":\"../x\",\"sha\":\"main\"}").find("id is not a repo's name") == 0);
}

TEST_CASE("unknown members and odd types of what is optional do no harm") {
    auto const info =
        parse_with("\"likes\":\"many\",\"downloads\":-1,\"tags\":{},\"cardData\":[],\"config\":3,"
                   "\"createdAt\":false,\"new\":{\"x\":[1,2,{}]},\"_id\":5,\"gguf\":\"x\"");
    REQUIRE(info);
    CHECK_FALSE(info->state.downloads.has_value());
    CHECK(info->state.tags.empty());
    CHECK(info->state.repo_id.empty());
    CHECK(info->state.author == "a"); // the account in the name
}

TEST_CASE("paths that could leave a folder, hide or repeat are refused") {
    auto const with = [](std::string const& path) {
        return problem("{" + sha_text + ",\"siblings\":[{\"rfilename\":\"" + path + "\"}]}");
    };
    for (auto const* const path : {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/.", "x\\u0000y", "a/"}) {
        CHECK(with(path).find("unusable path") != std::string::npos);
    }
    CHECK(with(std::string(1'025, 'a')).find("unusable path") != std::string::npos);
    CHECK(
        problem("{" + sha_text + ",\"siblings\":[{\"rfilename\":\"a\"},{\"rfilename\":\"a\"}]}")
            .find("twice") != std::string::npos
    );
    CHECK(
        problem("{" + sha_text + ",\"siblings\":[{\"rfilename\":1}]}").find("no rfilename") !=
        std::string::npos
    );
}

TEST_CASE("JSON deeper than 64 levels is refused") {
    auto const deep = [](std::size_t levels) {
        return "{" + sha_text + ",\"x\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
    };
    CHECK(parse(deep(60)));
    auto const refused = parse(deep(70));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == errc::too_large);
}
