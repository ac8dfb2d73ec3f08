#include "daemon/assess/name_words.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::assess {

namespace {

constexpr auto packaging_words = std::to_array<std::string_view>(
    {"aqlm",    "autoawq",   "autoround",   "awq",       "bf16",      "bin",          "bnb",         "coreml",
     "cpp",     "ct2",       "ctranslate2", "diffusers", "dynamic",   "eetq",         "executorch",  "exl2",
     "exl3",    "flax",      "fp16",        "fp32",      "fp4",       "fp8",          "ggml",        "gguf",
     "gptq",    "gptqmodel", "hf",          "hqq",       "i1",        "imat",         "imatrix",     "int2",
     "int4",    "int8",      "jax",         "keras",     "litert",    "marlin",       "mlx",         "mxfp4",
     "mxfp8",   "nf4",       "nncf",        "nvfp4",     "onnx",      "openvino",     "original",    "ov",
     "pytorch", "qat",       "qnn",         "quant",     "quantized", "quants",       "safetensors", "sfp",
     "sharded", "smashed",   "tensorrt",    "tflite",    "torchao",   "transformers", "trt",         "trtllm",
     "ud",      "uint4",     "uint8",       "w4a16",     "w4a8",      "w8a16",        "w8a8"}
);

constexpr auto size_words = std::to_array<std::string_view>(
    {"giant",
     "huge",
     "large",
     "lite",
     "medium",
     "micro",
     "mini",
     "nano",
     "plus",
     "small",
     "super",
     "tiny",
     "ultra",
     "xl",
     "xlarge",
     "xxl"}
);

constexpr auto base_roles =
    std::to_array<std::string_view>({"base", "foundation", "pretrain", "pretrained", "pt"});

constexpr auto instruct_roles = std::to_array<std::string_view>(
    {"chat", "dpo", "instruct", "instruction", "it", "rlhf", "sft", "think", "thinking"}
);

constexpr auto domain_words = std::to_array<std::string_view>(
    {"adapter",      "asr",        "audio",      "classifier", "code",      "coder",     "codes",
     "colbert",      "controlnet", "critic",     "depth",      "detection", "distill",   "distilled",
     "draft",        "eagle",      "eagle3",     "edit",       "editing",   "embed",     "embedder",
     "embedding",    "embeddings", "function",   "functions",  "guard",     "image",     "images",
     "inpaint",      "inpainting", "lora",       "mamba",      "math",      "med",       "medical",
     "multimodal",   "music",      "ocr",        "omni",       "orm",       "prm",       "prover",
     "reason",       "reasoning",  "refiner",    "rerank",     "reranker",  "reranking", "retriever",
     "reward",       "rm",         "router",     "sae",        "safeguard", "safety",    "scope",
     "segmentation", "shield",     "speculator", "speech",     "splade",    "translate", "translation",
     "tts",          "upscaler",   "vae",        "verifier",   "video",     "vision",    "vl",
     "vlm"}
);

constexpr auto ending_words = std::to_array<std::string_view>(
    {"abliterated", "finetune", "finetuned", "finetuning", "for", "ft", "on", "tuned", "uncensored"}
);

struct spelling {
    std::string_view seen;
    std::string_view canonical;
};

constexpr auto spellings = std::to_array<spelling>(
    {{"code", "coder"},
     {"codes", "coder"},
     {"distilled", "distill"},
     {"edit", "editing"},
     {"embedder", "embed"},
     {"embedding", "embed"},
     {"embeddings", "embed"},
     {"function", "functions"},
     {"images", "image"},
     {"inpaint", "inpainting"},
     {"medical", "med"},
     {"reason", "reasoning"},
     {"rerank", "reranker"},
     {"reranking", "reranker"},
     {"rm", "reward"},
     {"safeguard", "guard"},
     {"shield", "guard"},
     {"translate", "translation"},
     {"vlm", "vl"}}
);

constexpr auto vendor_prefixes = std::to_array<std::string_view>({"meta", "nvidia", "tencent"});

constexpr auto counters = std::to_array<std::string_view>(
    {"batch", "checkpoint", "ckpt",   "dim",   "epoch", "epochs", "exp",  "experiment", "fold",  "heads",
     "iter",  "layer",      "layers", "level", "part",  "phase",  "rank", "run",        "seed",  "set",
     "shard", "split",      "stage",  "step",  "steps", "task",   "test", "top",        "trial", "window"}
);

constexpr auto whole_words =
    std::to_array<std::string_view>({"byt5", "codet5", "gpt4all", "mt5", "ul2", "umt5"});

/// Where a family comes out. General knowledge, as of 2026-04.
struct family_row {
    std::string_view word;
    bool is_base; ///< others build on it and put its name behind their own
    std::size_t count;
    std::array<std::string_view, 4> homes;
};

constexpr auto families = std::to_array<family_row>({
    {"aya", false, 2, {"CohereLabs", "CohereForAI"}},
    {"baichuan", true, 1, {"baichuan-inc"}},
    {"bge", false, 1, {"BAAI"}},
    {"bloom", true, 1, {"bigscience"}},
    {"c4ai", false, 2, {"CohereLabs", "CohereForAI"}},
    {"chatglm", true, 2, {"zai-org", "THUDM"}},
    {"codegemma", true, 1, {"google"}},
    {"codellama", true, 2, {"meta-llama", "codellama"}},
    {"codestral", true, 1, {"mistralai"}},
    {"dbrx", false, 1, {"databricks"}},
    {"deepseek", true, 1, {"deepseek-ai"}},
    {"devstral", true, 1, {"mistralai"}},
    {"dinov", false, 1, {"facebook"}},
    {"ernie", true, 1, {"baidu"}},
    {"exaone", true, 1, {"LGAI-EXAONE"}},
    {"falcon", true, 1, {"tiiuae"}},
    {"flux", true, 1, {"black-forest-labs"}},
    {"gemma", true, 1, {"google"}},
    {"glm", true, 2, {"zai-org", "THUDM"}},
    {"granite", true, 1, {"ibm-granite"}},
    {"grok", false, 1, {"xai-org"}},
    {"hermes", false, 1, {"NousResearch"}},
    {"hunyuan", true, 1, {"tencent"}},
    {"internlm", true, 1, {"internlm"}},
    {"internvl", true, 1, {"OpenGVLab"}},
    {"jamba", false, 1, {"ai21labs"}},
    {"kimi", false, 1, {"moonshotai"}},
    {"lfm", false, 1, {"LiquidAI"}},
    {"llama", true, 1, {"meta-llama"}},
    {"llamaguard", false, 1, {"meta-llama"}},
    {"magistral", true, 1, {"mistralai"}},
    {"medgemma", true, 1, {"google"}},
    {"minicpm", true, 1, {"openbmb"}},
    {"ministral", true, 1, {"mistralai"}},
    {"mistral", true, 1, {"mistralai"}},
    {"mixtral", true, 1, {"mistralai"}},
    {"mpt", true, 1, {"mosaicml"}},
    {"nemotron", false, 1, {"nvidia"}},
    {"olmo", true, 1, {"allenai"}},
    {"opt", true, 1, {"facebook"}},
    {"paligemma", true, 1, {"google"}},
    {"phi", true, 1, {"microsoft"}},
    {"pixtral", true, 1, {"mistralai"}},
    {"pythia", true, 1, {"EleutherAI"}},
    {"qwen", true, 1, {"Qwen"}},
    {"qwq", true, 1, {"Qwen"}},
    {"recurrentgemma", true, 1, {"google"}},
    {"shieldgemma", true, 1, {"google"}},
    {"smollm", true, 1, {"HuggingFaceTB"}},
    {"solar", true, 1, {"upstage"}},
    {"stable", false, 4, {"stabilityai", "CompVis", "runwayml", "stable-diffusion-v1-5"}},
    {"stablelm", true, 1, {"stabilityai"}},
    {"starcoder", true, 1, {"bigcode"}},
    {"tinyllama", true, 1, {"TinyLlama"}},
    {"vicuna", true, 1, {"lmsys"}},
    {"voxtral", true, 1, {"mistralai"}},
    {"whisper", true, 1, {"openai"}},
    {"wizardlm", false, 3, {"WizardLM", "WizardLMTeam", "microsoft"}},
    {"yi", true, 1, {"01-ai"}},
    {"zephyr", false, 1, {"HuggingFaceH4"}},
});

template <class Rows, class Key>
constexpr bool is_strictly_sorted(Rows const& rows, Key key) {
    return std::ranges::adjacent_find(rows, std::ranges::greater_equal{}, key) == rows.end();
}

static_assert(is_strictly_sorted(spellings, &spelling::seen));
static_assert(is_strictly_sorted(families, &family_row::word));

struct kind_row {
    std::string_view word;
    word_kind kind = word_kind::plain;
};

/// All words in one sorted table: a name is asked about word by word, and a listing has many names.
constexpr auto kinds = [] {
    std::array<
        kind_row,
        packaging_words.size() + size_words.size() + base_roles.size() + instruct_roles.size() +
            domain_words.size() + ending_words.size()>
        rows{};
    std::size_t next = 0;
    auto const add = [&](auto const& words, word_kind kind) {
        for (auto const word : words)
            rows[next++] = {word, kind};
    };
    add(packaging_words, word_kind::packaging);
    add(size_words, word_kind::size_word);
    add(base_roles, word_kind::base_role);
    add(instruct_roles, word_kind::instruct_role);
    add(domain_words, word_kind::domain);
    add(ending_words, word_kind::ending);
    std::ranges::sort(rows, {}, &kind_row::word);
    return rows;
}();

static_assert(is_strictly_sorted(counters, std::identity{}));
static_assert(is_strictly_sorted(kinds, &kind_row::word)); // no word has two kinds

family_row const* family_of(std::string_view word) noexcept {
    auto const* const found = std::ranges::lower_bound(families, word, {}, &family_row::word);
    return found != families.end() && found->word == word ? found : nullptr;
}

} // namespace

word_kind kind_of_word(std::string_view word) noexcept {
    auto const* const found = std::ranges::lower_bound(kinds, word, {}, &kind_row::word);
    return found != kinds.end() && found->word == word ? found->kind : word_kind::plain;
}

std::string_view canonical_domain(std::string_view word) noexcept {
    auto const* const found = std::ranges::lower_bound(spellings, word, {}, &spelling::seen);
    return found != spellings.end() && found->seen == word ? found->canonical : word;
}

bool is_vendor_prefix(std::string_view word) noexcept {
    return std::ranges::find(vendor_prefixes, word) != vendor_prefixes.end();
}

bool is_counter(std::string_view word) noexcept {
    bool const letter = word.size() == 1 && word != "v" && word != "o"; // MiniCPM-V-2_6 and -o-2_6
    return letter || std::ranges::binary_search(counters, word);
}

bool is_whole_word(std::string_view word) noexcept {
    return std::ranges::find(whole_words, word) != whole_words.end();
}

bool is_base_family(std::string_view word) noexcept {
    auto const* const row = family_of(word);
    return row != nullptr && row->is_base;
}

std::span<std::string_view const> homes_of_family(std::string_view word) noexcept {
    auto const* const row = family_of(word);
    if (row == nullptr) return {};
    return {row->homes.data(), row->count};
}

} // namespace modelwatch::assess
