#include "daemon/hub/parse.hpp"
#include "tests/hub_client/samples.hpp"

using namespace modelwatch;
using namespace modelwatch::hub;
using modelwatch::test::sample;

TEST_CASE("a recorded tree lists its files without the directories") {
    auto const body = sample("recorded-2026-09-22-hfd/models.tree.json");
    if (!body) return;
    auto files = parse_tree_page(*body);
    REQUIRE(files);
    REQUIRE(settle_files(*files));
    CHECK(files->size() == 16);
    snapshot state;
    state.files = *files;
    auto const* const weights = state.find("model.safetensors");
    REQUIRE(weights != nullptr);
    CHECK(weights->size == 548105171u);
    CHECK(weights->oid == "44b36d6e32d13c8fb28b0feab0ac8bfefa7efeda");
    CHECK(weights->content_id() == "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707");
    CHECK(state.find("onnx") == nullptr);
}

TEST_CASE("a tree with last commits and scan results reads the same") {
    auto const body = sample("reconstructed/google-bert__bert-base-uncased@dd4bc8b.tree-expand.json");
    auto const info = sample("recorded-2026-09-22-hfd/models.paths-info.json");
    if (!body || !info) return;
    CHECK(parse_tree_page(*body)->size() == 5);
    CHECK(parse_tree_page(*info)->size() == 2);
}

TEST_CASE("a tree entry without id, size or sound path is refused") {
    auto const problem = [](std::string const& row) {
        auto const files = parse_tree_page("[" + row + "]");
        REQUIRE_FALSE(files.has_value());
        CHECK(files.error().code == errc::malformed);
        return files.error().what;
    };
    std::string const oid = "\"oid\":\"" + std::string(40, 'a') + "\"";
    CHECK(problem("{\"type\":\"file\",\"path\":\"a\",\"size\":1}").find("no object id") != std::string::npos);
    CHECK(
        problem("{\"type\":\"file\",\"path\":\"a\",\"oid\":\"zz\",\"size\":1}").find("no object id") !=
        std::string::npos
    );
    CHECK(problem("{\"type\":\"file\",\"path\":\"a\"," + oid + "}").find("no size") != std::string::npos);
    CHECK(
        problem("{\"type\":\"file\",\"path\":\"../a\"," + oid + ",\"size\":1}").find("path") !=
        std::string::npos
    );
    CHECK(
        problem("{\"type\":\"file\",\"path\":\"a\"," + oid + ",\"size\":-1}").find("no size") !=
        std::string::npos
    );
    CHECK(
        problem("{\"type\":\"file\",\"path\":\"a\"," + oid + ",\"size\":1,\"lfs\":{\"oid\":\"x\"}}")
            .find("not a SHA-256") != std::string::npos
    );
    CHECK(
        problem(
            "{\"type\":\"file\",\"path\":\"a\"," + oid + ",\"size\":1,\"lfs\":{\"oid\":\"" +
            std::string(64, 'b') + "\",\"size\":2}}"
        )
            .find("two sizes") != std::string::npos
    );
    CHECK(problem("7").find("a number") != std::string::npos);
}

TEST_CASE("recorded commits, refs and listings read as what they say") {
    auto const commits = sample("recorded-2026-09-22-hfd/models.commits.limit.json");
    auto const refs = sample("recorded-2026-09-22-hfd/models.refs.json");
    auto const listing = sample("recorded-2026-09-22-hfd/models.list.json");
    if (!commits || !refs || !listing) return;
    auto const log = parse_commits_page(*commits);
    REQUIRE(log);
    REQUIRE(log->size() == 1);
    CHECK(log->front().authors == std::vector<std::string>{"wzshiming", "julien-c"});
    CHECK(log->front().title == "Duplicate from openai-community/gpt2");
    CHECK(log->front().date == from_rfc3339("2026-09-22T17:25:10Z"));
    auto const names = parse_refs(*refs);
    REQUIRE(names);
    CHECK(names->tags.empty());
    REQUIRE(names->branches.size() == 1);
    CHECK(names->branches[0].commit == "ae329b6937f31305a0d6c6779f6cd4072cc4097e");
    auto const models = parse_listing_page(*listing);
    REQUIRE(models);
    REQUIRE(models->size() == 1);
    CHECK(models->front().repo == "wzshiming/gpt2");
    CHECK(models->front().commit.empty());
    CHECK(models->front().repo_id == "6ab2b9f6148b5cae56d6e842");
    CHECK_FALSE(models->front().is_private);
    CHECK(models->front().created_at == from_rfc3339("2026-09-22T17:25:10Z"));
}

TEST_CASE("lists that are no lists, and rows that are no rows, are refused") {
    CHECK_FALSE(parse_commits_page("{}"));
    CHECK_FALSE(parse_commits_page("[{\"id\":\"main\"}]"));
    CHECK_FALSE(parse_refs("[]"));
    CHECK_FALSE(parse_refs("{\"tags\":[{}]}"));
    CHECK_FALSE(parse_refs("{\"tags\":{}}"));
    CHECK_FALSE(parse_listing_page("[{\"id\":\"a/b/c\"}]"));
    CHECK_FALSE(parse_listing_page("[null]"));
    CHECK(parse_refs("{}"));
}
