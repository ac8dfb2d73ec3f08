#include "daemon/assess/succession.hpp"
#include "tests/assess/listings.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::assess;
using namespace modelwatch::fixtures;

namespace {

constexpr auto reference_day = "2026-04-29"; // of the worked ratings

/// The subject as the listing has it, at a day.
succession_input asked(std::string const& repo, listing models, std::string_view now = reference_day) {
    succession_input out;
    out.repo = repo;
    for (auto const& one : models) {
        if (one.repo != repo) continue;
        out.created_at = one.created_at;
        out.pipeline_tag = one.pipeline_tag;
    }
    out.listing = std::move(models);
    out.now = day(now);
    return out;
}

std::string state_of(succession_input const& in) {
    return std::string{to_string(find_succession(in).state)};
}

std::string state_of(std::string const& repo, listing const& models, std::string_view now = reference_day) {
    return state_of(asked(repo, models, now));
}

/// What the listing lacks of `names`, for "while only … exist".
listing without(listing models, std::vector<std::string> const& names) {
    std::erase_if(models, [&](auto const& one) {
        return std::find(names.begin(), names.end(), one.repo) != names.end();
    });
    return models;
}

listing with(listing models, std::vector<sibling> const& more) {
    models.insert(models.end(), more.begin(), more.end());
    return models;
}

} // namespace

TEST_CASE("known pairs of subject and successor", "[succession]") {
    struct pair {
        std::string repo;
        listing models;
        std::string now;
        std::string state;
        std::string pick;
    };

    auto const known = GENERATE(
        pair{"google/gemma-2b", google(), "2024-12-01", "one", "google/gemma-2-2b"},
        pair{"google/gemma-2-2b", google(), "2026-04-01", "one", "google/gemma-3-1b-pt"},
        pair{"google/gemma-2-2b", google(), "2026-04-29", "many", "google/gemma-4-E2B"},
        pair{"google/gemma-2-2b-it", google(), "2026-04-29", "many", "google/gemma-4-E4B-it"},
        pair{"tiiuae/falcon-7b", tiiuae(), "2026-04-29", "one", "tiiuae/Falcon3-7B-Base"},
        pair{"mistralai/Mistral-7B-v0.1", mistralai(), "2026-04-29", "many", "mistralai/Mistral-7B-v0.3"},
        pair{
            "mistralai/Mistral-7B-Instruct-v0.2",
            mistralai(),
            "2026-04-29",
            "one",
            "mistralai/Mistral-7B-Instruct-v0.3"
        },
        pair{"meta-llama/Llama-2-7b", meta_llama(), "2026-04-29", "many", "meta-llama/Llama-4-Scout-17B-16E"},
        pair{"meta-llama/Llama-3.1-8B", meta_llama(), "2025-01-15", "possible", "meta-llama/Llama-3.2-3B"},
        pair{
            "meta-llama/Llama-3.1-8B", meta_llama(), "2026-04-29", "one", "meta-llama/Llama-4-Scout-17B-16E"
        },
        pair{"Qwen/Qwen2.5-7B", qwen(), "2026-04-29", "one", "Qwen/Qwen3-8B"},
        pair{"microsoft/phi-2", microsoft(), "2026-04-29", "many", "microsoft/phi-4"}
    );
    CAPTURE(known.repo, known.now);
    auto const found = find_succession(asked(known.repo, known.models, known.now));
    CAPTURE(found.reason);
    CHECK(std::string{to_string(found.state)} == known.state);
    CHECK(found.pick == known.pick);
    CHECK_FALSE(found.declared);
}

TEST_CASE("Yi-1.5 is a point release of Yi", "[succession]") {
    auto const models = rows(
        "01-ai",
        {{"Yi-34B", "2023-11-01"},
         {"Yi-6B", "2023-11-01"},
         {"Yi-34B-Chat", "2023-11-22"},
         {"Yi-VL-34B", "2024-01-18", "image-text-to-text"},
         {"Yi-1.5-34B", "2024-05-11"},
         {"Yi-1.5-34B-Chat", "2024-05-10"},
         {"Yi-1.5-9B", "2024-05-11"},
         {"Yi-Coder-9B", "2024-08-21"}}
    );
    auto const found = find_succession(asked("01-ai/Yi-34B", models));
    CHECK(found.state == successor_state::point);
    CHECK(found.pick == "01-ai/Yi-1.5-34B");
    CHECK(state_of("01-ai/Yi-6B", models) == "point"); // 9B is within a factor of two
}

TEST_CASE("a declared successor counts, and an inferred generation beside it makes many", "[succession]") {
    auto in = asked("tiiuae/falcon-7b", tiiuae(), "2024-06-01");
    in.declared_chain = {"tiiuae/falcon-11B"};
    auto const alone = find_succession(in);
    CHECK(alone.state == successor_state::one);
    CHECK(alone.declared);
    CHECK(alone.source == succession_source::new_version);
    CHECK(alone.pick == "tiiuae/falcon-11B");
    in.now = day(reference_day);
    auto const later = find_succession(in);
    CHECK(later.state == successor_state::many);
    CHECK(later.pick == "tiiuae/falcon-11B");
    CHECK(later.newer_generations == std::vector<std::string>{"tiiuae/Falcon3-7B-Base"});
}

TEST_CASE("a declared successor that the names place too is one generation, not two", "[succession]") {
    auto in = asked("tiiuae/falcon-mamba-7b", tiiuae());
    in.declared_chain = {"tiiuae/Falcon3-Mamba-7B-Base"};
    auto const found = find_succession(in);
    CHECK(found.state == successor_state::one);
    CHECK(found.declared);
    auto two = asked("google/gemma-2-2b", google(), "2026-04-01");
    two.declared_chain = {"google/gemma-3-4b-pt"};
    CHECK(state_of(two) == "one");
    two.declared_chain = {"google/gemma-3-4b-pt", "google/gemma-4-E4B"};
    CHECK(state_of(two) == "many");
    CHECK(find_succession(two).pick == "google/gemma-4-E4B");
}

TEST_CASE("a declared successor needs no listing", "[succession]") {
    succession_input in;
    in.repo = "acme/thing";
    in.declared_chain = {"acme/thing-next", "acme/thing-after"};
    auto const found = find_succession(in);
    CHECK(found.state == successor_state::many);
    CHECK(found.chain == in.declared_chain);
}

TEST_CASE("names that must answer unknown", "[succession]") {
    auto const eleuther = rows(
        "EleutherAI",
        {{"gpt-neo-2.7B", "2022-03-02"},
         {"gpt-j-6b", "2022-03-02"},
         {"gpt-neox-20b", "2022-04-07"},
         {"pythia-6.9b", "2023-02-14"},
         {"pythia-12b-deduped", "2023-02-27"},
         {"llemma_7b", "2023-09-12"}}
    );
    auto const bigscience = rows(
        "bigscience",
        {{"T0pp", "2022-03-02", "text2text-generation"},
         {"bloom", "2022-05-19"},
         {"bloom-7b1", "2022-05-19"},
         {"bloomz", "2022-09-17"},
         {"bloomz-7b1", "2022-09-27"}}
    );
    auto const h1 = with(
        tiiuae(), rows("tiiuae", {{"Falcon-H1-7B-Base", "2025-05-01"}, {"Falcon-E-3B-Base", "2025-04-15"}})
    );
    CHECK(state_of("EleutherAI/gpt-j-6b", eleuther) == "unknown");
    CHECK(state_of("bigscience/bloom", bigscience) == "unknown");
    CHECK(state_of("google/codegemma-2b", google()) == "unknown");
    CHECK(state_of("google/recurrentgemma-2b", google()) == "unknown");
    CHECK(state_of("tiiuae/Falcon3-7B-Base", h1) == "unknown");
    CHECK(state_of("mistralai/Mistral-7B-Instruct-v0.3", mistralai()) == "unknown");
    CHECK(state_of("deepseek-ai/DeepSeek-R1", deepseek()) == "unknown");
    CHECK(state_of("BAAI/bge-m3", baai()) == "unknown");
    CHECK(
        state_of("acme/7b-2024", rows("acme", {{"7b-2024", "2024-01-01"}, {"8b-2025", "2025-01-01"}})) ==
        "unknown"
    );
}

TEST_CASE("mirrors of other accounts' families answer unknown whatever else they mirror", "[succession]") {
    auto const nous = rows(
        "NousResearch",
        {{"Llama-2-7b-hf", "2023-07-18"},
         {"Meta-Llama-3-8B", "2024-04-18"},
         {"Llama-3.2-1B", "2024-09-25"},
         {"Hermes-3-Llama-3.1-8B", "2024-07-28"},
         {"Hermes-4-70B", "2025-08-24"}}
    );
    CHECK(state_of("NousResearch/Llama-2-7b-hf", nous) == "unknown");
    CHECK(state_of("NousResearch/Meta-Llama-3-8B", nous) == "unknown");
    CHECK(state_of("NousResearch/Hermes-3-Llama-3.1-8B", nous) == "one"); // its own family
    auto in = asked(
        "acme/Widget-1-7B", rows("acme", {{"Widget-1-7B", "2024-01-01"}, {"Widget-2-7B", "2025-01-01"}})
    );
    CHECK(state_of(in) == "one");
    in.mirror_of = "widgets-inc";
    CHECK(state_of(in) == "unknown");
}

TEST_CASE("names that must answer none", "[succession]") {
    CHECK(state_of("google/gemma-4-E4B", google()) == "none");
    CHECK(state_of("Qwen/Qwen2.5-Coder-7B", qwen()) == "none");
    CHECK(state_of("mistralai/Mixtral-8x7B-v0.1", mistralai()) == "none");
    CHECK(state_of("google/gemma-2-2b", google(), "2024-08-15") == "none");
    CHECK(state_of("tiiuae/Falcon3-7B-Base", tiiuae()) == "none");
}

TEST_CASE("SDXL is possibly followed by a model with another numbering", "[succession]") {
    auto const found = find_succession(asked("stabilityai/stable-diffusion-xl-base-1.0", stabilityai()));
    CHECK(found.state == successor_state::possible);
    CHECK(found.pick == "stabilityai/stable-diffusion-3.5-large");
    CHECK(found.source == succession_source::name);
}

TEST_CASE("what is packed from others' models has no line of its own here", "[succession]") {
    auto const bloke = rows(
        "TheBloke",
        {{"Mistral-7B-v0.1-GGUF", "2023-09-28"},
         {"Mistral-7B-Instruct-v0.2-GGUF", "2023-12-11"},
         {"Mistral-7B-Instruct-v0.2-AWQ", "2023-12-11"},
         {"Mixtral-8x7B-v0.1-GGUF", "2023-12-11"},
         {"CapybaraHermes-2.5-Mistral-7B-GGUF", "2024-01-31"}}
    );
    auto in = asked("TheBloke/Mistral-7B-Instruct-v0.2-GGUF", bloke);
    in.base_models = {"mistralai/Mistral-7B-Instruct-v0.2"};
    CHECK(state_of(in) == "none");
    in.base_models.clear(); // undeclared: nobody says where to ask
    CHECK(state_of(in) == "unknown");
    auto const bartowski = rows(
        "bartowski",
        {{"Meta-Llama-3.1-8B-Instruct-GGUF", "2024-07-23"},
         {"Llama-4-Scout-17B-16E-Instruct-GGUF", "2025-04-07"}}
    );
    auto other = asked("bartowski/Meta-Llama-3.1-8B-Instruct-GGUF", bartowski);
    other.base_models = {"meta-llama/Meta-Llama-3.1-8B-Instruct"};
    CHECK(state_of(other) == "none");
    auto mirror =
        asked("NousResearch/Meta-Llama-3.1-8B", rows("NousResearch", {{"Meta-Llama-3.1-8B", "2024-07-23"}}));
    CHECK(state_of(mirror) == "unknown");
    mirror.base_models = {"meta-llama/Llama-3.1-8B"};
    mirror.base_model_relation = "finetune"; // the Hub's guess
    CHECK(state_of(mirror) == "none");
}

TEST_CASE("a publisher's own packaging has the publisher's line", "[succession]") {
    auto const found = find_succession(asked("Qwen/Qwen2.5-7B-Instruct-GGUF", qwen()));
    CHECK(found.state == successor_state::one);
    CHECK(found.pick == "Qwen/Qwen3-8B-GGUF");
    auto const orphan =
        rows("acme", {{"Widget-1-7B-GGUF", "2024-01-01"}, {"Widget-2-7B-GGUF", "2025-01-01"}});
    CHECK(state_of("acme/Widget-1-7B-GGUF", orphan) == "unknown");
}

TEST_CASE("models outside the table get sensible answers", "[succession]") {
    auto const community = rows(
        "openai-community",
        {{"gpt2", "2022-03-02"},
         {"gpt2-medium", "2022-03-02"},
         {"gpt2-xl", "2022-03-02"},
         {"openai-gpt", "2022-03-02"},
         {"roberta-base-openai-detector", "2022-03-02", "text-classification"}}
    );
    CHECK(state_of("openai-community/gpt2", community) == "none");
    CHECK(state_of("BAAI/bge-large-en-v1.5", baai()) == "unknown");
    CHECK(state_of("BAAI/bge-large-en", without(baai(), {"BAAI/bge-m3", "BAAI/bge-en-icl"})) == "point");
    CHECK(state_of("stabilityai/stable-diffusion-2-1", stabilityai()) == "one");
    CHECK(state_of("microsoft/Phi-4-mini-instruct", microsoft()) == "none");
    CHECK(state_of("microsoft/Phi-3-mini-4k-instruct", microsoft(), "2024-09-01") == "point");
    CHECK(state_of("microsoft/resnet-18", microsoft()) == "unknown");
    CHECK(state_of("Qwen/Qwen2.5-VL-7B-Instruct", qwen()) == "none");
    auto const vl3 = with(qwen(), {row("Qwen/Qwen3-VL-8B-Instruct", "2025-10-11", "image-text-to-text")});
    CHECK(state_of("Qwen/Qwen2.5-VL-7B-Instruct", vl3) == "one");
    CHECK(state_of("google/gemma-3-27b-it", google(), "2026-03-01") == "none");
    CHECK(state_of("google/gemma-3-27b-it", google()) == "one");
    CHECK(state_of("google/gemma-2b-it", google(), "2024-05-01") == "point"); // gemma-1.1-2b-it
    CHECK(state_of("deepseek-ai/DeepSeek-V3", deepseek()) == "point");
    CHECK(find_succession(asked("deepseek-ai/DeepSeek-V3", deepseek())).pick == "deepseek-ai/DeepSeek-V3.1");
    CHECK(state_of("deepseek-ai/DeepSeek-V2", deepseek()) == "one");
    CHECK(state_of("deepseek-ai/deepseek-coder-6.7b-base", deepseek()) == "one");
    CHECK(state_of("mistralai/Mixtral-8x22B-Instruct-v0.1", mistralai()) == "none");
    CHECK(state_of("mistralai/Mistral-Large-Instruct-2407", mistralai()) == "point");
    CHECK(state_of("mistralai/Mistral-Small-Instruct-2409", mistralai()) == "one");
    CHECK(state_of("mistralai/Mistral-Small-3.1-24B-Instruct-2503", mistralai()) == "point");
    CHECK(state_of("meta-llama/Llama-Guard-3-8B", meta_llama()) == "one");
    CHECK(state_of("Qwen/Qwen1.5-7B", qwen()) == "many");
    CHECK(state_of("Qwen/Qwen-7B", qwen()) == "one"); // no generation of its own: never many
    CHECK(state_of("microsoft/phi-1_5", microsoft()) == "many");
}

TEST_CASE("further accounts get sensible answers", "[succession]") {
    auto const cohere = rows(
        "CohereLabs",
        {{"c4ai-command-r-v01", "2024-03-11"},
         {"c4ai-command-r-plus", "2024-04-03"},
         {"c4ai-command-r-08-2024", "2024-08-21"},
         {"c4ai-command-r7b-12-2024", "2024-12-11"},
         {"c4ai-command-a-03-2025", "2025-03-12"}}
    );
    CHECK(state_of("CohereLabs/c4ai-command-r-v01", cohere) == "unknown");
    CHECK(state_of("CohereLabs/c4ai-command-r-08-2024", cohere) == "unknown");
    auto const nvidia = rows(
        "nvidia",
        {{"Llama-3.1-Nemotron-70B-Instruct-HF", "2024-10-12"},
         {"Llama-3.1-8B-Instruct-FP8", "2024-08-29"},
         {"Llama-3.3-70B-Instruct-FP4", "2025-02-05"},
         {"Llama-4-Scout-17B-16E-Instruct-FP8", "2025-04-07"},
         {"Nemotron-H-8B-Base-8K", "2025-04-15"},
         {"NVIDIA-Nemotron-Nano-9B-v2", "2025-08-12"},
         {"segformer-b0-finetuned-ade-512-512", "2022-03-02", "image-segmentation"},
         {"NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", "2025-12-04"}}
    );
    CHECK(state_of("nvidia/Llama-3.1-8B-Instruct-FP8", nvidia) == "unknown");
    CHECK(state_of("nvidia/Llama-3.1-Nemotron-70B-Instruct-HF", nvidia) == "unknown");
    CHECK(state_of("nvidia/segformer-b0-finetuned-ade-512-512", nvidia) == "unknown");
    CHECK(state_of("nvidia/NVIDIA-Nemotron-Nano-9B-v2", nvidia) == "possible");
    auto const openai = rows(
        "openai",
        {{"clip-vit-base-patch32", "2022-03-02", "zero-shot-image-classification"},
         {"clip-vit-large-patch14", "2022-03-02", "zero-shot-image-classification"},
         {"whisper-small", "2022-09-26", "automatic-speech-recognition"},
         {"whisper-large", "2022-09-26", "automatic-speech-recognition"},
         {"whisper-large-v2", "2022-12-05", "automatic-speech-recognition"},
         {"whisper-large-v3", "2023-11-07", "automatic-speech-recognition"},
         {"whisper-large-v3-turbo", "2024-10-01", "automatic-speech-recognition"},
         {"gpt-oss-20b", "2025-08-04"},
         {"gpt-oss-safeguard-20b", "2025-09-18"}}
    );
    CHECK(state_of("openai/whisper-large-v2", openai) == "one");
    CHECK(state_of("openai/whisper-large-v3", openai) == "none");
    CHECK(state_of("openai/whisper-small", openai) == "unknown");
    CHECK(state_of("openai/clip-vit-large-patch14", openai) == "unknown");
    CHECK(state_of("openai/gpt-oss-20b", openai) == "unknown");
}

TEST_CASE("numbers that count something else make no generations", "[succession]") {
    auto const crossing = rows(
        "cross-encoder",
        {{"ms-marco-MiniLM-L-4-v2", "2022-03-02", "text-ranking"},
         {"ms-marco-MiniLM-L-6-v2", "2022-03-03", "text-ranking"},
         {"ms-marco-MiniLM-L-12-v2", "2022-03-04", "text-ranking"}}
    );
    CHECK(state_of("cross-encoder/ms-marco-MiniLM-L-4-v2", crossing) == "unknown");
    auto const pictures = rows(
        "facebook",
        {{"dino-vits16", "2022-03-02", "image-feature-extraction"},
         {"dino-vits8", "2022-03-03", "image-feature-extraction"},
         {"dino-resnet-50", "2022-05-01", "image-feature-extraction"}}
    );
    CHECK(state_of("facebook/dino-vits16", pictures) == "unknown");
    auto const seeds = rows(
        "acme",
        {{"widget-seed-1", "2024-01-01"}, {"widget-seed-2", "2024-01-02"}, {"widget-seed3", "2024-01-03"}}
    );
    CHECK(state_of("acme/widget-seed-1", seeds) == "unknown");
    auto const coders =
        rows("bigcode", {{"starcoder2-15b", "2024-02-20"}, {"starcoder2-15b-instruct-v0.1", "2024-04-23"}});
    CHECK(state_of("bigcode/starcoder2-15b", coders) == "none"); // the tuned one has a revision of its own
}

TEST_CASE("an incomplete or missing listing never answers none", "[succession]") {
    auto in = asked("google/gemma-4-E4B", google());
    CHECK(state_of(in) == "none");
    in.listing = without(google(), {"google/gemma-4-E4B"});
    CHECK(state_of(in) == "unknown");
    in.listing = listing{};
    CHECK(state_of(in) == "unknown");
    in.listing.reset();
    CHECK(state_of(in) == "unknown");
    auto undated = asked("google/gemma-4-E4B", google());
    undated.created_at.reset();
    CHECK(state_of(undated) == "none"); // the listing tells
    for (auto& one : *undated.listing) {
        if (one.repo == undated.repo) one.created_at.reset();
    }
    CHECK(state_of(undated) == "unknown");
}

TEST_CASE(
    "a higher number that is not known to be younger is no successor, and no all-clear", "[succession]"
) {
    auto const floor = rows(
        "sentence-transformers",
        {{"all-MiniLM-L6-v1", "2022-03-02", "sentence-similarity"},
         {"all-MiniLM-L6-v2", "2022-03-02", "sentence-similarity"}}
    );
    CHECK(state_of("sentence-transformers/all-MiniLM-L6-v1", floor) == "unknown");
    CHECK(state_of("sentence-transformers/all-MiniLM-L6-v2", floor) == "none");
    CHECK(
        state_of("acme/Widget-1-7B", rows("acme", {{"Widget-1-7B", "2024-01-01"}, {"Widget-2-7B", ""}})) ==
        "unknown"
    );
}

TEST_CASE("guard rails of the listing", "[succession]") {
    auto const pair = rows("acme", {{"Widget-1-7B", "2024-01-01"}, {"Widget-2-7B", "2025-01-01"}});
    CHECK(state_of("acme/Widget-1-7B", pair) == "one");
    SECTION("what is private does not exist for others") {
        auto in = asked("acme/Widget-1-7B", pair);
        in.listing->back().is_private = true;
        CHECK(state_of(in) == "none");
    }
    SECTION("a derivative of the subject does not supersede it") {
        auto in = asked("acme/Widget-1-7B", pair);
        in.listing->back().derivative_of_subject = true;
        CHECK(state_of(in) == "none");
    }
    SECTION("another task is another line") {
        auto in = asked("acme/Widget-1-7B", pair);
        in.listing->back().pipeline_tag = "text-to-image";
        CHECK(state_of(in) == "none");
        in.listing->back().pipeline_tag.clear();
        CHECK(state_of(in) == "one");
    }
    SECTION("rows of other accounts do not count, and case does not matter") {
        auto in = asked("acme/Widget-1-7B", pair);
        in.listing->back().repo = "other/Widget-2-7B";
        CHECK(state_of(in) == "none");
        in.listing->back().repo = "ACME/widget-2-7b";
        CHECK(state_of(in) == "one");
    }
    SECTION("what appears in the future does not count yet") {
        CHECK(state_of("acme/Widget-1-7B", pair, "2024-06-01") == "none");
    }
}

TEST_CASE("the operator's word beats everything", "[succession]") {
    auto in = asked("google/gemma-2-2b", google());
    in.declared_chain = {"google/gemma-3-4b-pt"};
    in.operator_successor = "corp/gemma-tuned";
    auto const named = find_succession(in);
    CHECK(named.state == successor_state::one);
    CHECK(named.pick == "corp/gemma-tuned");
    CHECK(named.source == succession_source::operator_entry);
    CHECK_FALSE(named.declared);
    in.operator_successor.clear();
    in.not_superseded_by = {"google/gemma-3-*", "google/gemma-3n-*"};
    auto const part = find_succession(in);
    CHECK(part.state == successor_state::one);
    CHECK_FALSE(part.declared);
    CHECK(part.pick == "google/gemma-4-E2B");
    in.not_superseded_by.emplace_back("GOOGLE/Gemma-4-*");
    CHECK(state_of(in) == "none");
}

TEST_CASE("the end of life is the operator's date", "[succession]") {
    auto in = asked("google/gemma-2-2b", google());
    CHECK_FALSE(find_succession(in).near_eol);
    in.eol_date = day("2026-07-28"); // 90 days
    CHECK(find_succession(in).near_eol);
    in.eol_date = day("2026-07-29");
    CHECK_FALSE(find_succession(in).near_eol);
    in.eol_date = day("2026-04-29");
    CHECK(find_succession(in).past_eol);
    CHECK_FALSE(find_succession(in).near_eol);
}

TEST_CASE(
    "a card that names the successor counts, one that hints does not say more than possible", "[succession]"
) {
    auto in = asked(
        "EleutherAI/gpt-j-6b",
        rows("EleutherAI", {{"gpt-j-6b", "2022-03-02"}, {"gpt-neox-20b", "2022-04-07"}})
    );
    in.card = "---\nlicense: mit\n---\n# GPT-J\n\nThis model has been superseded by "
              "[NeoX](https://huggingface.co/EleutherAI/gpt-neox-20b).\n";
    auto const linked = find_succession(in);
    CHECK(linked.state == successor_state::one);
    CHECK(linked.source == succession_source::card_text);
    CHECK(linked.pick == "EleutherAI/gpt-neox-20b");
    CHECK(linked.quote.find("superseded by") != std::string::npos);
    CHECK_FALSE(linked.declared);
    in.card = "This model has been superseded by our newer work.";
    CHECK(state_of(in) == "possible");
    in.card = "Please use [NeoX](https://huggingface.co/EleutherAI/gpt-neox-20b) instead.";
    CHECK(state_of(in) == "possible");
    in.card = "This model is deprecated.";
    CHECK(state_of(in) == "unknown");
    CHECK(find_succession(in).deprecated_by_card);
    in.not_superseded_by = {"EleutherAI/gpt-neox-20b"};
    in.card = "This model is deprecated. Use [NeoX](https://huggingface.co/EleutherAI/gpt-neox-20b) instead.";
    CHECK(state_of(in) == "unknown");
}

TEST_CASE("a card that links to a sister of the same generation names no successor", "[succession]") {
    auto in = asked("google/gemma-4-E4B", google());
    in.card = "Please use [the tuned one](https://huggingface.co/google/gemma-4-E4B-it) instead.";
    CHECK(state_of(in) == "none");
}

TEST_CASE("the license of the successor is told", "[succession]") {
    auto in = asked("google/gemma-2-2b", google());
    for (auto& one : *in.listing)
        one.license = one.repo.find("gemma-4") != std::string::npos ? "apache-2.0" : "gemma";
    CHECK(find_succession(in).pick_license == "apache-2.0");
    in.declared_chain = {"google/gemma-3-4b-pt"};
    CHECK(find_succession(in).pick_license == "gemma");
}
