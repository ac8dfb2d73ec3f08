#include "daemon/assess/name_order.hpp"
#include "daemon/assess/name_tokens.hpp"
#include "daemon/assess/repo_name.hpp"
#include "tests/support/catch.hpp"

#include <random>

using namespace modelwatch::assess;

namespace {

std::string joined(std::vector<std::string> const& words) {
    std::string out;
    for (auto const& word : words)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

/// "family|domains|size|size word|role|generation|revision|date|variants|packaging|base family"
std::string shown(repo_name const& name) {
    auto const size = name.size ? std::to_string(static_cast<int>(*name.size * 1000 + 0.5)) + "m" : "";
    auto const role = name.role == name_role::base       ? "base"
                      : name.role == name_role::instruct ? "instruct"
                                                         : "";
    return joined(name.family) + "|" + joined(name.domains) + "|" + size + "|" + name.size_word + "|" + role +
           "|" + to_text(name.generation) + "|" + to_text(name.revision) + "|" + name.date_stamp + "|" +
           joined(name.variants) + "|" + joined(name.packaging) + "|" + name.base_family;
}

} // namespace

TEST_CASE("names are taken apart into what they say", "[repo-name]") {
    struct row {
        std::string repo;
        std::string parts;
    };

    auto const expected = GENERATE(
        row{"google/gemma-2-2b", "gemma||2000m|||2|||||"},
        row{"google/gemma-2b", "gemma||2000m||||||||"},
        row{"google/gemma-3n-E4B-it", "gemma||4000m||instruct|3|||n||"},
        row{"google/gemma-3-270m", "gemma||270m|||3|||||"},
        row{"google/gemma-3-27b-it-qat-q4_0-gguf", "gemma||27000m||instruct|3||||qat q4.0 gguf|"},
        row{"Qwen/Qwen2.5-Coder-7B-Instruct", "qwen|coder|7000m||instruct|2.5|||||"},
        row{"Qwen/Qwen3-235B-A22B", "qwen||235000m|||3|||||"},
        row{"Qwen/Qwen3Guard-Gen-8B", "qwen|guard|8000m|||3|||gen||"},
        row{"Qwen/Qwen2.5-7B-Instruct-1M", "qwen||7000m||instruct|2.5|||||"},
        row{"meta-llama/Meta-Llama-3-8B", "llama||8000m|||3|||||"},
        row{"meta-llama/Llama-4-Scout-17B-16E", "llama||17000m|||4|||scout||"},
        row{"meta-llama/Llama-2-7b-chat-hf", "llama||7000m||instruct|2||||hf|"},
        row{"mistralai/Mistral-7B-Instruct-v0.2", "mistral||7000m||instruct|0.2|||||"},
        row{"mistralai/Mixtral-8x7B-v0.1", "mixtral||56000m|||0.1|||||"},
        row{"mistralai/Mistral-Nemo-Base-2407", "mistral nemo||||base|||2407|||"},
        row{"mistralai/Mistral-Small-3.1-24B-Instruct-2503", "mistral||24000m|small|instruct|3.1||2503|||"},
        row{"microsoft/phi-1_5", "phi|||||1.5|||||"},
        row{"microsoft/Phi-3-mini-4k-instruct-gguf", "phi|||mini|instruct|3||||gguf|"},
        row{"tiiuae/Falcon3-Mamba-7B-Base", "falcon|mamba|7000m||base|3|||||"},
        row{"tiiuae/Falcon-H1-7B-Base", "falcon h1||7000m||base||||||"},
        row{"NousResearch/Hermes-3-Llama-3.1-8B", "hermes||8000m|||3|||||llama"},
        row{"BAAI/bge-large-en-v1.5", "bge en|||large||1.5|||||"},
        row{"BAAI/bge-multilingual-gemma2", "bge multilingual||||||||||gemma"},
        row{"stabilityai/stable-diffusion-xl-base-1.0", "stable diffusion|||xl|base|1.0|||||"},
        row{"stabilityai/stable-diffusion-2-1", "stable diffusion|||||2.1|||||"},
        row{"CompVis/stable-diffusion-v1-4", "stable diffusion|||||1.4|||||"},
        row{"stabilityai/stablelm-2-1_6b", "stablelm||1600m|||2|||||"},
        row{"black-forest-labs/FLUX.1-dev", "flux|||||1|||dev||"},
        row{"deepseek-ai/DeepSeek-V3-0324", "deepseek|||||3||0324|||"},
        row{"deepseek-ai/DeepSeek-R1-0528-Qwen3-8B", "deepseek r1||8000m|||||0528|||qwen"},
        row{"CohereLabs/c4ai-command-r-08-2024", "c4ai command r|||||||202408|||"},
        row{"nvidia/Llama-3_3-Nemotron-Super-49B-v1_5", "llama||49000m|super||3.3|1.5||nemotron||"},
        row{"openai-community/gpt2-xl", "gpt|||xl||2|||||"},
        row{"bigscience/bloom-7b1", "bloom||7100m||||||||"},
        row{"openai/clip-vit-large-patch14", "clip vit|||large|||||patch14||"},
        row{"facebook/wav2vec2-large-xlsr-53", "wav2vec2 xlsr|||large|||||||"},
        row{"google/mt5-small", "mt5|||small|||||||"},
        row{"allenai/OLMo-2-1124-7B", "olmo||7000m|||2||1124|||"},
        row{"TheBloke/Llama-2-13B-chat-GPTQ-4bit-128g", "llama||13000m||instruct|2||||gptq 4bit 128g|"},
        row{"openbmb/MiniCPM-V-2_6", "minicpm v|||||2.6|||||"},
        row{"state-spaces/mamba-2.8b", "mamba||2800m||||||||"},
        row{"microsoft/swin-tiny-patch4-window7-224", "swin window7|||tiny|||||patch4||"},
        row{"cross-encoder/ms-marco-MiniLM-L-6-v2", "ms marco minilm l 6|||||2|||||"},
        row{"deepset/roberta-base-squad2", "roberta squad2||||base||||||"},
        row{"deepseek-ai/deepseek-vl2-tiny", "deepseek|vl||tiny||2|||||"},
        row{"acme/widget-2-seed-1", "widget|||||2|||seed 1||"},
        row{"acme/7b-2024", "||7000m||||||||"},
        row{"acme/", "||||||||||"}
    );
    CAPTURE(expected.repo);
    CHECK(shown(parse_repo_name(expected.repo)) == expected.parts);
}

TEST_CASE("names without namespace and with strange bytes are read as far as they go", "[repo-name]") {
    CHECK(parse_repo_name("gpt2").owner.empty());
    CHECK(parse_repo_name("gpt2").family == std::vector<std::string>{"gpt"});
    CHECK(parse_repo_name("").family.empty());
    CHECK(parse_repo_name(std::string(1024, 'a')).family.empty());
    CHECK(
        parse_repo_name("g\xd0\xbe"
                        "ogle/gemma-99999999999999999999b")
            .size == std::nullopt
    );
    CHECK(parse_repo_name("a/b-99999999999").generation.empty());
}

TEST_CASE("ids have one slash and only the characters of ids", "[repo-name]") {
    for (auto const* good : {"google/gemma-2-2b", "a/b", "01-ai/Yi-1.5_x"})
        CHECK(is_repo_id(good));
    for (auto const* bad :
         {"gpt2", "", "/", "a/", "/b", "a/b/c", "a b/c", "a/../c", "a/b\n", "a/.hidden", "a/\xd0\xbe"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_repo_id(bad));
    }
    CHECK_FALSE(is_repo_id("a/" + std::string(97, 'b')));
}

TEST_CASE("packaging is stripped and the rest keeps its spelling", "[repo-name]") {
    CHECK(without_packaging("Qwen3-8B-GGUF") == "Qwen3-8B");
    CHECK(without_packaging("Mistral-7B-Instruct-v0.2-AWQ") == "Mistral-7B-Instruct-v0.2");
    CHECK(without_packaging("Llama-2-13B-chat-GPTQ-4bit-128g") == "Llama-2-13B-chat");
    CHECK(without_packaging("Meta-Llama-3.1-8B-Instruct-i1-GGUF") == "Meta-Llama-3.1-8B-Instruct");
    CHECK(without_packaging("gemma-3-27b-it-qat-q4_0-gguf") == "gemma-3-27b-it");
    CHECK(without_packaging("Yi-34B-Q4_K_M") == "Yi-34B");
    CHECK(without_packaging("phi-1_5") == "phi-1_5");
    CHECK(without_packaging("GGUF").empty());
}

TEST_CASE("a mirror has the name of its model", "[repo-name]") {
    CHECK(is_same_model_by_name("NousResearch/Meta-Llama-3.1-8B", "meta-llama/Llama-3.1-8B"));
    CHECK(is_same_model_by_name("a/Llama-3.1-8B-bnb-4bit", "b/llama-3.1-8b"));
    CHECK_FALSE(is_same_model_by_name("a/Llama-3.1-8B-Instruct", "b/Llama-3.1-8B"));
    CHECK_FALSE(is_same_model_by_name("a/meta", "b/"));
    CHECK_FALSE(is_same_model_by_name("a/gguf", "b/awq"));
}

TEST_CASE("packed names are told from layouts in which publishers put out their own", "[repo-name]") {
    CHECK(is_converted_by_name(parse_repo_name("x/Llama-2-7b-GGUF")));
    CHECK(is_converted_by_name(parse_repo_name("x/Qwen3-8B-4bit")));
    CHECK_FALSE(is_converted_by_name(parse_repo_name("x/Llama-2-7b-hf")));
    CHECK_FALSE(is_converted_by_name(parse_repo_name("x/Nemotron-3-Nano-30B-BF16")));
    CHECK_FALSE(is_converted_by_name(parse_repo_name("x/Llama-2-7b")));
}

TEST_CASE("any bytes make a name, and parsing the lower-case name gives the same parts", "[repo-name]") {
    std::mt19937 random{20260429};
    std::string const alphabet = "abgqvxyzEKM0123456789.._--//  \xd0\xbe\xff";
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (auto length = random() % 40; length > 0; --length)
            text += alphabet[random() % alphabet.size()];
        auto const name = parse_repo_name(text);
        auto folded = text;
        for (auto& c : folded)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        CAPTURE(text);
        REQUIRE(shown(name) == shown(parse_repo_name(folded)));
        REQUIRE(name.generation.size() <= 4);
        // No name is newer than itself.
        auto const itself = relate(name, name);
        REQUIRE(
            (itself == name_relation::other_line || itself == name_relation::not_newer ||
             itself == name_relation::incomparable)
        );
    }
}

TEST_CASE("no two names are each newer than the other", "[repo-name]") {
    std::mt19937 random{7};
    std::vector<std::string> const parts{
        "2",
        "3",
        "3.1",
        "v0.1",
        "v0.2",
        "v2",
        "7b",
        "2b",
        "mini",
        "large",
        "it",
        "base",
        "0324",
        "2407",
        "2503",
        "coder",
        "dev"
    };
    std::vector<repo_name> names;
    for (int i = 0; i < 400; ++i) {
        std::string text = "a/widget";
        for (auto count = random() % 5; count > 0; --count)
            text += "-" + parts[random() % parts.size()];
        names.push_back(parse_repo_name(text));
    }
    auto const is_newer = [](name_relation found) { return found >= name_relation::possible; };
    for (auto const& a : names) {
        for (auto const& b : names) {
            CAPTURE(a.raw, b.raw);
            REQUIRE_FALSE((relate(a, b) == name_relation::newer_generation && is_newer(relate(b, a))));
            REQUIRE_FALSE(
                (relate(a, b) == name_relation::point && relate(b, a) == name_relation::point &&
                 a.date_stamp.empty())
            );
        }
    }
}
