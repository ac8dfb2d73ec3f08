#pragma once

#include "daemon/assess/succession.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

/// Listings of real accounts, with the dates at which the models came out (to the month where the day does
/// not matter) and what stands around them: other families, sizes, roles, quantisations.
namespace modelwatch::fixtures {

using assess::sibling;
using listing = std::vector<sibling>;

inline instant day(std::string_view date) {
    return from_rfc3339(std::string{date} + "T00:00:00Z").value();
}

inline sibling row(std::string repo, std::string_view date, std::string pipeline = "text-generation") {
    sibling out;
    out.repo = std::move(repo);
    if (!date.empty()) out.created_at = day(date);
    out.pipeline_tag = std::move(pipeline);
    return out;
}

/// Rows of one account: "name date [pipeline]", text-generation where none is named.
inline listing rows(std::string const& owner, std::vector<std::vector<std::string>> const& lines) {
    listing out;
    for (auto const& line : lines)
        out.push_back(row(owner + "/" + line.at(0), line.at(1), line.size() > 2 ? line[2] : "text-generation")
        );
    return out;
}

inline listing google() {
    return rows(
        "google",
        {{"flan-t5-large", "2022-10-21", "text2text-generation"},
         {"gemma-2b", "2024-02-08"},
         {"gemma-2b-it", "2024-02-08"},
         {"gemma-7b", "2024-02-08"},
         {"gemma-7b-it-pytorch", "2024-02-09"},
         {"codegemma-2b", "2024-03-21"},
         {"codegemma-7b-it", "2024-03-21"},
         {"gemma-1.1-2b-it", "2024-03-26"},
         {"gemma-1.1-7b-it", "2024-03-26"},
         {"recurrentgemma-2b", "2024-04-06"},
         {"recurrentgemma-9b", "2024-06-07"},
         {"paligemma-3b-pt-224", "2024-05-12", "image-text-to-text"},
         {"gemma-2-9b", "2024-06-24"},
         {"gemma-2-9b-it", "2024-06-24"},
         {"gemma-2-27b-it", "2024-06-24"},
         {"gemma-2-2b", "2024-07-16"},
         {"gemma-2-2b-it", "2024-07-16"},
         {"gemma-scope-2b-pt-res", "2024-07-19", ""},
         {"shieldgemma-2b", "2024-07-16"},
         {"gemma-2-2b-jpn-it", "2024-09-25"},
         {"paligemma2-3b-pt-224", "2024-11-21", "image-text-to-text"},
         {"gemma-3-1b-pt", "2025-03-12"},
         {"gemma-3-1b-it", "2025-03-12"},
         {"gemma-3-4b-pt", "2025-03-12", "image-text-to-text"},
         {"gemma-3-4b-it", "2025-03-12", "image-text-to-text"},
         {"gemma-3-27b-it", "2025-03-12", "image-text-to-text"},
         {"gemma-3-27b-it-qat-q4_0-gguf", "2025-03-25", "image-text-to-text"},
         {"medgemma-4b-it", "2025-05-19", "image-text-to-text"},
         {"gemma-3n-E4B-it", "2025-06-03", "image-text-to-text"},
         {"gemma-3-270m", "2025-08-05"},
         {"embeddinggemma-300m", "2025-07-17", "sentence-similarity"},
         {"gemma-4-E2B", "2026-04-02", "any-to-any"},
         {"gemma-4-E4B", "2026-04-02", "any-to-any"},
         {"gemma-4-E4B-it", "2026-04-02", "any-to-any"},
         {"gemma-4-31B-it", "2026-04-02", "image-text-to-text"}}
    );
}

inline listing tiiuae() {
    return rows(
        "tiiuae",
        {{"falcon-40b", "2023-05-24"},
         {"falcon-7b", "2023-04-24"},
         {"falcon-7b-instruct", "2023-04-25"},
         {"falcon-rw-1b", "2023-04-26"},
         {"falcon-180B", "2023-08-28"},
         {"falcon-11B", "2024-05-09"},
         {"falcon-mamba-7b", "2024-07-17"},
         {"falcon-mamba-7b-instruct", "2024-08-07"},
         {"Falcon3-1B-Base", "2024-12-13"},
         {"Falcon3-7B-Base", "2024-11-21"},
         {"Falcon3-7B-Instruct", "2024-11-29"},
         {"Falcon3-7B-Instruct-1.58bit", "2024-12-14"},
         {"Falcon3-7B-Instruct-GGUF", "2024-12-10"},
         {"Falcon3-10B-Base", "2024-12-03"},
         {"Falcon3-Mamba-7B-Base", "2024-12-13"},
         {"Falcon3-Mamba-7B-Instruct", "2024-12-14"}}
    );
}

inline listing mistralai() {
    return rows(
        "mistralai",
        {{"Mistral-7B-v0.1", "2023-09-20"},
         {"Mistral-7B-Instruct-v0.1", "2023-09-27"},
         {"Mixtral-8x7B-v0.1", "2023-12-01"},
         {"Mixtral-8x7B-Instruct-v0.1", "2023-12-10"},
         {"Mistral-7B-Instruct-v0.2", "2023-12-11"},
         {"Mixtral-8x22B-v0.1", "2024-04-16"},
         {"Mixtral-8x22B-Instruct-v0.1", "2024-04-16"},
         {"Mistral-7B-v0.3", "2024-05-22"},
         {"Mistral-7B-Instruct-v0.3", "2024-05-22"},
         {"Codestral-22B-v0.1", "2024-05-29"},
         {"mathstral-7B-v0.1", "2024-07-16"},
         {"Mistral-Nemo-Base-2407", "2024-07-18"},
         {"Mistral-Nemo-Instruct-2407", "2024-07-17"},
         {"Mistral-Large-Instruct-2407", "2024-07-24"},
         {"Mistral-Small-Instruct-2409", "2024-09-17"},
         {"Ministral-8B-Instruct-2410", "2024-10-15"},
         {"Mistral-Large-Instruct-2411", "2024-11-14"},
         {"Mistral-Small-24B-Instruct-2501", "2025-01-28"},
         {"Mistral-Small-3.1-24B-Instruct-2503", "2025-03-11", "image-text-to-text"},
         {"Mistral-Small-3.2-24B-Instruct-2506", "2025-06-19", "image-text-to-text"},
         {"Ministral-3-8B-Base-2512", "2025-10-31", "image-text-to-text"}}
    );
}

inline listing meta_llama() {
    return rows(
        "meta-llama",
        {{"Llama-2-7b", "2023-07-18"},
         {"Llama-2-7b-hf", "2023-07-13"},
         {"Llama-2-70b-chat-hf", "2023-07-14"},
         {"LlamaGuard-7b", "2023-12-06"},
         {"CodeLlama-7b-hf", "2024-03-13"},
         {"Meta-Llama-3-8B", "2024-04-17"},
         {"Meta-Llama-3-70B-Instruct", "2024-04-17"},
         {"Llama-3.1-8B", "2024-07-14"},
         {"Llama-3.1-8B-Instruct", "2024-07-18"},
         {"Llama-3.1-70B", "2024-07-14"},
         {"Llama-3.1-405B-Instruct-FP8", "2024-07-16"},
         {"Llama-Guard-3-8B", "2024-07-22"},
         {"Llama-3.2-1B", "2024-09-18"},
         {"Llama-3.2-3B", "2024-09-18"},
         {"Llama-3.2-1B-Instruct-QLORA_INT4_EO8", "2024-10-18"},
         {"Llama-3.2-11B-Vision", "2024-09-18", "image-text-to-text"},
         {"Llama-3.3-70B-Instruct", "2024-11-26"},
         {"Llama-4-Scout-17B-16E", "2025-04-02", "image-text-to-text"},
         {"Llama-4-Maverick-17B-128E-Instruct", "2025-04-01", "image-text-to-text"},
         {"Llama-Guard-4-12B", "2025-04-18", "image-text-to-text"}}
    );
}

inline listing qwen() {
    return rows(
        "Qwen",
        {{"Qwen-7B", "2023-08-03"},
         {"Qwen-VL-Chat", "2023-08-20", "image-text-to-text"},
         {"Qwen1.5-7B", "2024-01-22"},
         {"CodeQwen1.5-7B", "2024-04-15"},
         {"Qwen2-7B", "2024-06-04"},
         {"Qwen2-VL-7B-Instruct", "2024-08-28", "image-text-to-text"},
         {"Qwen2.5-7B", "2024-09-15"},
         {"Qwen2.5-7B-Instruct", "2024-09-16"},
         {"Qwen2.5-7B-Instruct-GGUF", "2024-09-17"},
         {"Qwen2.5-72B-Instruct-AWQ", "2024-09-17"},
         {"Qwen2.5-Coder-7B", "2024-09-16"},
         {"Qwen2.5-Coder-32B-Instruct", "2024-11-06"},
         {"Qwen2.5-Math-7B", "2024-09-16"},
         {"QwQ-32B", "2025-03-05"},
         {"Qwen2.5-7B-Instruct-1M", "2025-01-23"},
         {"Qwen2.5-VL-7B-Instruct", "2025-01-26", "image-text-to-text"},
         {"Qwen2.5-Omni-7B", "2025-03-22", "any-to-any"},
         {"Qwen3-8B", "2025-04-27"},
         {"Qwen3-8B-Base", "2025-04-28"},
         {"Qwen3-8B-GGUF", "2025-05-03"},
         {"Qwen3-0.6B", "2025-04-27"},
         {"Qwen3-235B-A22B", "2025-04-27"},
         {"Qwen3-Embedding-8B", "2025-06-03", "feature-extraction"},
         {"Qwen-Image", "2025-08-02", "text-to-image"},
         {"Qwen3Guard-Gen-8B", "2025-09-23"}}
    );
}

inline listing microsoft() {
    return rows(
        "microsoft",
        {{"resnet-18", "2022-03-16", "image-classification"},
         {"resnet-50", "2022-03-16", "image-classification"},
         {"deberta-v3-base", "2022-03-02", "fill-mask"},
         {"phi-1", "2023-09-10"},
         {"phi-1_5", "2023-09-10"},
         {"Orca-2-7b", "2023-11-14"},
         {"phi-2", "2023-12-13"},
         {"Phi-3-mini-4k-instruct", "2024-04-22"},
         {"Phi-3-mini-4k-instruct-gguf", "2024-04-22"},
         {"Phi-3-medium-128k-instruct", "2024-05-07"},
         {"Phi-3.5-mini-instruct", "2024-08-16"},
         {"Phi-3.5-vision-instruct", "2024-08-16", "image-text-to-text"},
         {"phi-4", "2024-12-11"},
         {"Phi-4-mini-instruct", "2025-02-19"},
         {"Phi-4-multimodal-instruct", "2025-02-24", "automatic-speech-recognition"},
         {"Phi-4-reasoning", "2025-04-12"},
         {"bitnet-b1.58-2B-4T", "2025-04-15"}}
    );
}

inline listing deepseek() {
    return rows(
        "deepseek-ai",
        {{"deepseek-llm-7b-base", "2023-11-29"},
         {"deepseek-coder-6.7b-base", "2023-10-23"},
         {"DeepSeek-V2", "2024-04-22"},
         {"DeepSeek-Coder-V2-Instruct", "2024-06-14"},
         {"DeepSeek-V2.5", "2024-09-05"},
         {"DeepSeek-V3", "2024-12-25"},
         {"DeepSeek-V3-Base", "2024-12-25"},
         {"DeepSeek-R1", "2025-01-20"},
         {"DeepSeek-R1-Zero", "2025-01-20"},
         {"DeepSeek-R1-Distill-Qwen-7B", "2025-01-20"},
         {"DeepSeek-V3-0324", "2025-03-24"},
         {"DeepSeek-R1-0528", "2025-05-28"},
         {"DeepSeek-R1-0528-Qwen3-8B", "2025-05-29"},
         {"DeepSeek-V3.1", "2025-08-21"},
         {"DeepSeek-OCR", "2025-10-16", "image-text-to-text"}}
    );
}

inline listing stabilityai() {
    return rows(
        "stabilityai",
        {{"stable-diffusion-2", "2022-11-23", "text-to-image"},
         {"stable-diffusion-2-1", "2022-12-06", "text-to-image"},
         {"stable-diffusion-2-inpainting", "2022-11-23", "image-to-image"},
         {"sd-vae-ft-mse", "2022-10-13", ""},
         {"stable-diffusion-xl-base-1.0", "2023-07-25", "text-to-image"},
         {"stable-diffusion-xl-refiner-1.0", "2023-07-26", "image-to-image"},
         {"sdxl-turbo", "2023-11-27", "text-to-image"},
         {"stablelm-2-1_6b", "2024-01-18"},
         {"stable-diffusion-3-medium", "2024-05-30", "text-to-image"},
         {"stable-diffusion-3.5-large", "2024-10-22", "text-to-image"},
         {"stable-diffusion-3.5-large-turbo", "2024-10-22", "text-to-image"}}
    );
}

inline listing baai() {
    return rows(
        "BAAI",
        {{"bge-large-en", "2023-08-02", "feature-extraction"},
         {"bge-large-en-v1.5", "2023-09-12", "feature-extraction"},
         {"bge-base-en-v1.5", "2023-09-11", "feature-extraction"},
         {"bge-m3", "2024-01-27", "sentence-similarity"},
         {"bge-reranker-v2-m3", "2024-03-15", "text-classification"},
         {"bge-multilingual-gemma2", "2024-07-25", "feature-extraction"},
         {"bge-en-icl", "2024-07-25", "feature-extraction"}}
    );
}

} // namespace modelwatch::fixtures
