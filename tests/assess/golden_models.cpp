#include "tests/assess/golden_models.hpp"

namespace assess_test {

namespace {

/// Open, in an organisation, with discussions as the only channel.
evidence open_model(std::string repo) {
    auto out = spotless(std::move(repo));
    out.gate = gating::open;
    return out;
}

void dated(evidence& out, std::string_view created, std::string_view changed) {
    out.created_at = day(created);
    out.model_changed_at = day(changed);
    out.last_modified = out.model_changed_at;
}

void successor(evidence& out, successor_state state, std::string pick) {
    out.successor.state = state;
    out.successor.pick = std::move(pick);
}

void license(evidence& out, std::string id) {
    out.license.ids = {id};
    out.license_tags = {std::move(id)};
}

void mixed_format(evidence& out, std::vector<std::string> pickles) {
    out.format.pickle = pickles.size();
    out.format.risky = std::move(pickles);
}

/// GGUF files of somebody else's model, with its chat template inside.
void gguf_copy(evidence& out, base_evidence base) {
    out.format.safetensors = 0;
    out.format.inert = 12;
    out.tags = {"gguf"};
    out.library_name = "gguf";
    out.has_chat_template = true;
    out.base_relation = "quantized";
    out.bases = {std::move(base)};
}

void individual(evidence& out, std::uint64_t downloads) {
    out.owner.kind = owner_kind::user;
    out.owner.members.reset();
    out.owner.verified.reset();
    out.downloads = downloads;
}

evidence llama_3_1_8b() {
    auto out = spotless("meta-llama/Llama-3.1-8B");
    license(out, "llama3.1");
    mixed_format(out, {"original/consolidated.00.pth"});
    dated(out, "2024-07-14", "2024-10-16"); // about
    successor(out, successor_state::one, "meta-llama/Llama-4-Scout-17B-16E");
    return out;
}

evidence mistral_7b() {
    auto out = open_model("mistralai/Mistral-7B-v0.1");
    mixed_format(out, {"pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"});
    dated(out, "2023-09-27", "2024-07-24"); // changed: about
    successor(out, successor_state::many, "mistralai/Mistral-7B-v0.3");
    return out;
}

evidence qwen_2_5_7b() {
    auto out = open_model("Qwen/Qwen2.5-7B");
    dated(out, "2024-09-19", "2024-09-25");
    successor(out, successor_state::one, "Qwen/Qwen3-8B");
    return out;
}

evidence gpt_j() {
    auto out = open_model("EleutherAI/gpt-j-6b");
    out.format.safetensors = 0;
    out.format.inert = 1; // flax_model.msgpack, complete; no loader takes it in place of the pickle
    out.format.framework = 1;
    mixed_format(out, {"pytorch_model.bin", "tf_model.h5"});
    out.format.pickle = 1;
    dated(out, "2022-03-02", "2023-06-21"); // changed: about
    successor(out, successor_state::unknown, "");
    return out;
}

evidence bartowski_llama() {
    auto out = open_model("bartowski/Meta-Llama-3.1-8B-Instruct-GGUF");
    auto base = resolved_base("meta-llama/Llama-3.1-8B-Instruct");
    base.gate = gating::manual;
    base.license.ids = {"llama3.1"};
    base.model_changed_at = day("2024-09-25");
    base.successor.state = successor_state::one;
    gguf_copy(out, std::move(base));
    license(out, "llama3.1");
    individual(out, 120'000);
    dated(out, "2024-07-23", "2024-07-29"); // about
    return out;
}

evidence unsloth_deepseek() {
    auto out = open_model("unsloth/DeepSeek-V3-GGUF");
    auto base = resolved_base("deepseek-ai/DeepSeek-V3");
    base.license = {{"other"}, "deepseek", "LICENSE-MODEL"};
    base.model_changed_at = day("2025-03-27");
    base.successor.state = successor_state::one;
    gguf_copy(out, std::move(base));
    license(out, "mit");
    dated(out, "2025-01-07", "2025-01-14"); // about
    return out;
}

evidence gpt_oss() {
    auto out = open_model("openai/gpt-oss-20b");
    out.format.security_policy = true;
    mixed_format(out, {"metal/model.bin"});
    dated(out, "2025-08-04", "2025-08-26"); // about
    return out;
}

evidence unknown_user() {
    auto out = open_model("zq-dev-1/chat-7b");
    individual(out, 30);
    license(out, "");
    out.license = {};
    out.license_tags.clear();
    out.format.safetensors = 0;
    out.format.safe_set_complete = false;
    mixed_format(out, {"pytorch_model.bin"});
    out.scan = scan_level::unscanned;
    successor(out, successor_state::unknown, "");
    return out;
}

evidence scanned_unsafe() {
    auto out = spotless("google/chat-7b");
    out.scan = scan_level::unsafe;
    return out;
}

evidence lookalike() {
    auto out = open_model("Open-OSS/privacy-filter"); // on the compiled-in denylist
    out.format.python_files = 1;
    out.format.python_example = "loader.py";
    return out;
}

} // namespace

evidence gemma_2_2b() {
    auto out = spotless("google/gemma-2-2b");
    license(out, "gemma");
    dated(out, "2024-07-16", "2024-08-07");
    successor(out, successor_state::many, "google/gemma-4-E2B");
    return out;
}

evidence thebloke_mistral_gguf() {
    auto out = open_model("TheBloke/Mistral-7B-Instruct-v0.2-GGUF");
    auto base = resolved_base("mistralai/Mistral-7B-Instruct-v0.2");
    base.model_changed_at = day("2024-09-27"); // about
    base.successor.state = successor_state::one;
    gguf_copy(out, std::move(base));
    individual(out, 57'669);
    out.owner.last_activity = day("2024-01-31"); // about
    dated(out, "2023-12-11", "2023-12-11");
    return out;
}

evidence falcon_7b() {
    auto out = open_model("tiiuae/falcon-7b");
    mixed_format(out, {"pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"});
    out.custom_code = true;
    out.auto_map = {"AutoConfig=configuration_falcon.FalconConfig"};
    out.format.python_files = 2;
    out.format.python_example = "modeling_falcon.py";
    dated(out, "2023-04-24", "2024-10-12");
    successor(out, successor_state::many, "tiiuae/Falcon3-7B-Base");
    out.successor.declared = true;
    out.successor.chain = {"tiiuae/falcon-11B"};
    return out;
}

evidence unreachable_hub() {
    evidence out;
    out.hub = "hub";
    out.repo = "google/chat-7b";
    out.author = "google";
    out.revision = "main";
    // The account's own page and listing answered; the model's did not.
    out.owner = spotless().owner;
    return out;
}

std::vector<golden> golden_rows() {
    using enum risk_level;
    return {
        {"gemma-2-2b", gemma_2_2b(), {0, 40, 0, 0, 90}, 22.0, low_medium},
        {"Mistral GGUF", thebloke_mistral_gguf(), {50, 10, 20, 100, 100}, 63.5, high},
        {"falcon-7b", falcon_7b(), {40, 0, 50, 50, 100}, 53.5, medium_high},
        {"Llama-3.1-8B", llama_3_1_8b(), {0, 40, 20, 0, 70}, 23.0, low_medium},
        {"Mistral-7B-v0.1", mistral_7b(), {40, 0, 20, 10, 100}, 34.0, medium},
        {"Qwen2.5-7B", qwen_2_5_7b(), {40, 0, 0, 0, 70}, 20.0, low_medium},
        {"gpt-j-6b", gpt_j(), {40, 0, 60, 10, 70}, 38.0, medium_high},
        {"Llama-3.1 GGUF", bartowski_llama(), {80, 50, 20, 100, 70}, 66.0, high},
        {"DeepSeek-V3 GGUF", unsloth_deepseek(), {40, 40, 20, 30, 70}, 38.0, medium},
        {"gpt-oss-20b", gpt_oss(), {20, 0, 20, 10, 10}, 13.0, low},
        {"unknown user", unknown_user(), {50, 60, 80, 80, 10}, 59.5, high},
        {"scanned unsafe", scanned_unsafe(), {0, 0, 100, 0, 0}, 25.0, high},
        {"look-alike", lookalike(), {40, 0, 10, 100, 0}, 38.5, high},
        {"hub unreachable", unreachable_hub(), {30, 40, 60, 10, 40}, 34.5, medium},
    };
}

} // namespace assess_test
