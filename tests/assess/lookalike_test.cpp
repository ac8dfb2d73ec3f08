#include "daemon/assess/lookalike.hpp"
#include "daemon/assess/skeleton.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <random>

using namespace modelwatch::assess;

namespace {

std::string found(std::string_view name) {
    auto const seen = find_lookalike(name, publisher_registry::builtin());
    std::string out{to_string(seen.level)};
    return seen.resembles.empty() ? out : out + " " + seen.resembles;
}

} // namespace

TEST_CASE("names that imitate a publisher are near it", "[lookalike]") {
    struct row {
        std::string name;
        std::string resembles;
    };

    auto const expected = GENERATE(
        row{"0penai", "openai"},
        row{"openal", "openai"},
        row{"оpenai", "openai"}, // Cyrillic о
        row{"gооgle", "google"},
        row{"goog1e", "google"},
        row{"googel", "google"},
        row{"gogle", "google"},
        row{"gooogle", "google"},
        row{"rnicrosoft", "microsoft"},
        row{"microsfot", "microsoft"},
        row{"micr0soft", "microsoft"},
        row{"meta_llama", "meta-llama"},
        row{"metallama", "meta-llama"},
        row{"meta-1lama", "meta-llama"},
        row{"mistral-ai", "mistralai"},
        row{"mistralai-official", "mistralai"},
        row{"mistral-official", "mistralai"},
        row{"mistalai", "mistralai"},
        row{"deepseek", "deepseek-ai"},
        row{"deepseek_official", "deepseek-ai"},
        row{"deepsek-ai", "deepseek-ai"},
        row{"deepseeek-ai", "deepseek-ai"},
        row{"Qwen-ai", "Qwen"},
        row{"Qwen_hf", "Qwen"},
        row{"the-qwen", "Qwen"},
        row{"openai-official", "openai"},
        row{"openaihf", "openai"},
        row{"googleai", "google"},
        row{"nvidea", "nvidia"},
        row{"EIeutherAI", "EleutherAI"
        }, // capital I for l: the May 2023 proof of concept took one letter away
        row{"EleuterAI", "EleutherAI"},
        row{"tiiuea", "tiiuae"},
        row{"TheBIoke", "TheBloke"},
        row{"The-Bloke", "TheBloke"},
        row{"mradermacherr", "mradermacher"},
        row{"stability-ai", "stabilityai"},
        row{"stabillityai", "stabilityai"}
    );
    CAPTURE(expected.name);
    CHECK(found(expected.name) == "near " + expected.resembles);
}

TEST_CASE("what is in the registry imitates nobody", "[lookalike]") {
    for (auto const& [key, entry] : publisher_registry::builtin().entries()) {
        CAPTURE(entry.name);
        CHECK(found(entry.name) == (entry.denylisted ? "confirmed " + entry.name : "none"));
    }
    CHECK(found("GOOGLE") == "none"); // the Hub knows no case
}

TEST_CASE("the names of the registry do not look like each other", "[lookalike]") {
    auto const& entries = publisher_registry::builtin().entries();
    for (auto const& [key, one] : entries) {
        for (auto const& [other_key, other] : entries) {
            bool const same_house =
                one.name.starts_with("HuggingFace") && other.name.starts_with("HuggingFace");
            if (key == other_key || same_house) continue;
            CAPTURE(one.name, other.name);
            CHECK(imitation(one.name, other.name) == "");
        }
    }
}

TEST_CASE("the denylist confirms", "[lookalike]") {
    CHECK(found("Open-OSS") == "confirmed Open-OSS");
    auto const own = publisher_registry::with_overrides(
        "[publisher.\"g00gle\"]\nkind = \"user\"\ntype = \"unknown\"\ndenylisted = true\n", "own.toml"
    );
    REQUIRE(own);
    CHECK(find_lookalike("G00gle", *own).level == lookalike_level::confirmed);
}

TEST_CASE("ordinary community accounts are not taken for imitations", "[lookalike]") {
    auto const* const name = GENERATE(
        "cognitivecomputations",
        "NeverSleep",
        "Sao10K",
        "jondurbin",
        "ehartford",
        "migtissera",
        "garage-bAInd",
        "WizardLM",
        "WizardLMTeam",
        "lmstudio-ai",
        "mlabonne",
        "maywell",
        "allura-org",
        "anthracite-org",
        "openchat",
        "OpenAssistant",
        "h2oai",
        "Open-Orca",
        "nomic-ai",
        "jinaai",
        "intfloat",
        "thenlper",
        "mixedbread-ai",
        "cross-encoder",
        "distilbert",
        "FacebookAI",
        "google-t5",
        "HuggingFaceM4",
        "HuggingFaceFW",
        "huggyllama",
        "Undi95",
        "TheDrummer",
        "DavidAU",
        "LoneStriker",
        "turboderp",
        "QuantFactory",
        "second-state",
        "Nexusflow",
        "argilla",
        "berkeley-nest",
        "abacusai",
        "fireworks-ai",
        "gradientai",
        "Gryphe",
        "TinyLlama",
        "OpenAGI",
        "openpi",
        "gguf-org",
        "llm-community",
        "yai-org",
        "sai-org",
        "Allen",
        "allen",
        "swiss",
        "mistral-hackathon",
        "codellama",
        "PygmalionAI",
        "KoboldAI",
        "Salesforce-Research",
        "ibm-research",
        "ibm-nasa-geospatial",
        "intel-analytics",
        "apple-silicon-fans",
        "dbmdz",
        "dslim",
        "ProsusAI",
        "deepset",
        "cardiffnlp",
        "pyannote",
        "speechbrain",
        "jonatasgrosman",
        "Helsinki-NLP",
        "ai4bharat",
        "sarvamai",
        "CarperAI",
        "OpenBuddy",
        "VAGOsolutions",
        "DiscoResearch",
        "occiglot",
        "utter-project",
        "croissantllm",
        "bofenghuang",
        "dphn",
        "ArliAI",
        "Lightricks",
        "Wan-AI",
        "hexgrad",
        "fishaudio",
        "coqui",
        "suno",
        "ByteDance-Research",
        "fnlp",
        "THUDM",
        "VITA-MLLM",
        "OpenMOSS-Team",
        "Deci-fans",
        "openvla",
        "lerobot",
        "physical-intelligence",
        "nateraw",
        "julien-c",
        "stas",
        "lysandre",
        "a",
        "ai",
        "x-ai2",
        "tencentarc"
    );
    CAPTURE(name);
    CHECK(found(name) == "none");
}

TEST_CASE("any bytes can be a name", "[lookalike]") {
    std::mt19937 random{3};
    std::string const alphabet = "aeoilg01-_.rnvmq\xd0\xbe\xce\xbf\xff";
    for (int round = 0; round < 300; ++round) {
        std::string name;
        for (auto length = random() % 24; length > 0; --length)
            name += alphabet[random() % alphabet.size()];
        auto const once = skeleton(name);
        REQUIRE(skeleton(name) == once);
        REQUIRE(once.size() <= name.size());
        static_cast<void>(found(name));
    }
    auto const begin = std::chrono::steady_clock::now();
    CHECK(found(std::string(1'000, 'o')) == "none");
    CHECK(found(std::string(1'000'000, '-')) == "none");
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{1});
}

TEST_CASE("edits are counted with swaps, up to a limit", "[lookalike]") {
    CHECK(edits_between("abc", "abc", 2) == 0);
    CHECK(edits_between("abc", "acb", 2) == 1);
    CHECK(edits_between("abc", "abcd", 2) == 1);
    CHECK(edits_between("kitten", "sitting", 3) == 3);
    CHECK(edits_between("kitten", "sitting", 2) == 3);
    CHECK(edits_between("", "ab", 2) == 2);
    CHECK(edits_between(std::string(65, 'a'), std::string(65, 'a'), 2) == 3);
}
