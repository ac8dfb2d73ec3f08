#include "daemon/config/config.hpp"
#include "daemon/discover.hpp"
#include "daemon/model/json.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <unistd.h>

using namespace modelwatch;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

std::string const one(40, 'a');
std::string const two(40, 'b');

struct host {
    fs::path root = fs::temp_directory_path() / ("modelwatch-discover-" + std::to_string(getpid()));

    host() {
        fs::remove_all(root);
        fs::create_directories(root);
        root = fs::canonical(root);
    }

    ~host() { fs::remove_all(root); }

    host(host const&) = delete;
    host& operator=(host const&) = delete;

    void put(fs::path const& path, std::string const& text = "x") const {
        fs::create_directories((root / path).parent_path());
        std::ofstream{root / path, std::ios::binary} << text;
    }
};

} // namespace

TEST_CASE("a cache of the Hub's client tells repo, commit in use and further snapshots", "[discover]") {
    host const here;
    here.put("hub/models--google--gemma-2-2b/snapshots/" + one + "/config.json", "{}");
    here.put("hub/models--google--gemma-2-2b/snapshots/" + two + "/config.json", "{}");
    here.put("hub/models--google--gemma-2-2b/refs/main", one + "\n");
    here.put("hub/models--a--unfinished/refs/main", one);
    here.put("hub/datasets--a--b/snapshots/" + one + "/x.bin");
    auto const found = discover({here.root});
    REQUIRE(found.models.size() == 1);
    CHECK(found.models[0].repo == "google/gemma-2-2b");
    CHECK(found.models[0].commit == one);
    CHECK(found.models[0].other_commits == std::vector<std::string>{two});
    CHECK(found.problems.empty());
}

TEST_CASE("a downloaded folder tells its commit, and its configuration the repo", "[discover]") {
    host const here;
    here.put("falcon/config.json", R"({"_name_or_path": "tiiuae/falcon-7b"})");
    here.put("falcon/model.safetensors");
    here.put("falcon/.cache/huggingface/download/model.safetensors.metadata", one + "\netag\n1.0\n");
    auto const found = discover({here.root});
    REQUIRE(found.models.size() == 1);
    CHECK(found.models[0].repo == "tiiuae/falcon-7b");
    CHECK(found.models[0].commit == one);
    CHECK(found.models[0].where == here.root / "falcon");
}

TEST_CASE("files of two commits in one folder are no commit", "[discover]") {
    host const here;
    here.put("m/config.json", "{}");
    here.put("m/model.safetensors");
    here.put("m/.cache/huggingface/download/a.metadata", one + "\n");
    here.put("m/.cache/huggingface/download/b.metadata", two + "\n");
    CHECK(discover({here.root}).models.at(0).commit.empty());
}

TEST_CASE("GGUF files count by their first bytes, and a name alone does not make one", "[discover]") {
    host const here;
    here.put("a.gguf", "GGUF\x03");
    here.put("b.gguf", "no");
    here.put("c.txt", "GGUF");
    auto const found = discover({here.root});
    REQUIRE(found.models.size() == 1);
    CHECK(found.models[0].where == here.root / "a.gguf");
}

TEST_CASE("links are followed, each target counts once, loops end, and bounds are told", "[discover]") {
    host const here;
    here.put("real/a.gguf", "GGUF");
    fs::create_directories(here.root / "seen");
    fs::create_directory_symlink(here.root, here.root / "seen/loop");
    fs::create_directory_symlink(here.root / "real", here.root / "seen/again");
    fs::create_symlink(here.root / "real/a.gguf", here.root / "seen/b.gguf");
    fs::create_symlink(here.root / "nothing", here.root / "seen/dangling");
    CHECK(discover({here.root}).models.size() == 1);
    auto const linked = discover({here.root / "seen"});
    REQUIRE(linked.models.size() == 1);
    CHECK(linked.problems.empty());
    discovery_limits limits;
    limits.max_entries = 1;
    CHECK_THAT(discover({here.root}, limits).problems.at(0), Contains("narrower"));
    CHECK(discover({here.root / "nothing"}).problems.size() == 1);
}

TEST_CASE(
    "a cache's folder tells its repo whether it is linked, copied or without a namespace", "[discover]"
) {
    host const here;
    auto const cache = [&](std::string const& where) {
        here.put(where + "/snapshots/" + one + "/config.json", "{}");
        here.put(where + "/snapshots/" + one + "/model.safetensors");
        here.put(where + "/refs/main", one);
    };
    cache("disk/models--gpt2");
    cache("disk/store-7");
    cache("copies/models--bert-base-uncased");
    fs::create_directories(here.root / "hub");
    fs::create_directory_symlink(here.root / "disk/models--gpt2", here.root / "hub/models--gpt2");
    fs::create_directory_symlink(here.root / "disk/store-7", here.root / "hub/models--acme--nova");
    fs::create_directory_symlink(
        here.root / "copies/models--bert-base-uncased/snapshots" / one, here.root / "hub/bert"
    );
    auto const repos = [](discovery const& found) {
        std::vector<std::string> out;
        for (auto const& model : found.models)
            out.push_back(model.repo + "@" + model.commit);
        return out;
    };
    CHECK(
        repos(discover({here.root / "hub"})) ==
        std::vector<std::string>{"acme/nova@" + one, "bert-base-uncased@" + one, "gpt2@" + one}
    );
    CHECK(repos(discover({here.root / "copies"})) == std::vector<std::string>{"bert-base-uncased@" + one});
    CHECK(
        repos(discover({here.root / "hub/models--acme--nova"})) ==
        std::vector<std::string>{"acme/nova@" + one}
    );
    CHECK(repos(discover({here.root / "hub/models--gpt2/"})) == std::vector<std::string>{"gpt2@" + one});
}

TEST_CASE("a configuration that names a folder of the trainer tells no repo", "[discover]") {
    auto const origin = GENERATE(
        as<std::string>{},
        "./merged",
        "../merged",
        "/srv/models/merged",
        "merged",
        "output/checkpoint-5000",
        "acme/checkpoint-5000",
        "acme/checkpoint",
        "Outputs/final",
        "models/llama",
        "results/step_100",
        "C:\\models\\x",
        "a/b/c",
        "datasets/squad",
        "acme/nova.git",
        "https://huggingface.co/acme/nova",
        "acme/nova--7b",
        ""
    );
    CAPTURE(origin);
    host const here;
    here.put("m/config.json", to_line(json::object{{"_name_or_path", origin}}));
    here.put("m/model.safetensors");
    auto const found = discover({here.root});
    REQUIRE(found.models.size() == 1);
    CHECK(found.models[0].repo.empty());
    auto const text = watch_entries(found);
    auto const read = config::parse(text, "found.toml", [](auto const&) { return std::nullopt; });
    CHECK(read.problems.empty());
    CHECK(read.value.watches.empty());
}

TEST_CASE("the entries are a configuration that can be used, whatever the folders are called", "[discover]") {
    host const here;
    here.put("hub/models--google--gemma-2-2b/snapshots/" + one + "/config.json", "{}");
    here.put("copy/models--google--gemma-2-2b/snapshots/" + two + "/config.json", "{}");
    here.put("old/models--gpt2/snapshots/" + one + "/config.json", "{}");
    here.put("bad/models--a--b--c/snapshots/" + one + "/config.json", "{}");
    here.put("odd \"name\\ [[watch]]\n/x.gguf", "GGUF");
    auto const text = watch_entries(discover({here.root}));
    auto const read = config::parse(text, "found.toml", [](auto const&) { return std::nullopt; });
    INFO(text);
    CHECK(read.problems.empty());
    REQUIRE(read.value.watches.size() == 2);
    CHECK_THAT(text, Contains("# A further copy of google/gemma-2-2b: "));
    CHECK_THAT(text, Contains("#repo = \"namespace/name\""));
}

TEST_CASE("the usual places are those of the Hub's client, if they exist", "[discover]") {
    host const here;
    fs::create_directories(here.root / "hf/hub");
    auto const environment = [&](std::string const& name) -> std::optional<std::string> {
        if (name == "HF_HOME") return (here.root / "hf").string();
        return std::nullopt;
    };
    auto const places = usual_places(environment);
    REQUIRE_FALSE(places.empty());
    CHECK(places[0] == here.root / "hf/hub");
}
