#include "daemon/diff/loader_reach.hpp"
#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/serialize.hpp>

#include <random>
#include <set>

using namespace modelwatch;
using namespace modelwatch::diff;
using namespace modelwatch::fixtures;

namespace {

/// A repo of one configuration, and whatever lies beside it.
loader_reach
reach_in(std::string const& path, std::string const& text, std::vector<std::string> beside = {}) {
    snapshot state;
    state.files.push_back(file(path, text));
    for (auto const& other : beside)
        put(state, file(other, "x"));
    std::vector<text_file> const texts{{path, git_blob_id(text), text}};
    return reach_of(state, texts);
}

/// "code tok.EvilTokenizer by /auto_map/AutoTokenizer/0", with " !" where nobody is asked.
std::set<std::string> words(loader_reach const& found) {
    std::set<std::string> out;
    for (auto const& one : found.entries) {
        auto const place = one.by.substr(one.by.find('#') + 1);
        out.insert(
            std::string{to_string(one.what)} + " " + one.target + " by " + place +
            (one.without_consent ? " !" : "")
        );
    }
    return out;
}

using found = std::set<std::string>;

} // namespace

TEST_CASE("settings that make a loader run or fetch something are found", "[reach]") {
    struct row {
        std::string path;
        std::string text;
        found expected;
    };

    auto const given = GENERATE(
        // auto_map: a text, a list with gaps, another repo's, of whatever document
        row{"config.json",
            R"({"auto_map": {"AutoModel": "modeling_x.X"}})",
            {"code modeling_x.X by /auto_map/AutoModel"}},
        row{"tokenizer_config.json",
            R"({"auto_map": {"AutoTokenizer": ["tok.EvilTokenizer", null]}})",
            {"code tok.EvilTokenizer by /auto_map/AutoTokenizer/0"}},
        row{"processor_config.json",
            R"({"auto_map": {"AutoProcessor": "evil/p--proc.P"}})",
            {"code evil/p--proc.P by /auto_map/AutoProcessor"}},
        row{"vision/preprocessor_config.json", R"({"auto_map": "a.B"})", {"code a.B by /auto_map"}},
        row{"config.json",
            R"({"vision_config": {"auto_map": {"AutoConfig": "evil/r--c.C"}}})",
            {"code evil/r--c.C by /vision_config/auto_map/AutoConfig !"}},
        row{"config.json", R"({"_auto_map": {"AutoModel": "m.M"}})", {"code m.M by /_auto_map/AutoModel"}},
        // attention and kernels from the hub
        row{"config.json",
            R"({"_attn_implementation_internal": "evil-org/fast-attn"})",
            {"repo evil-org/fast-attn by /_attn_implementation_internal !"}},
        row{"config.json",
            R"({"attn_implementation": "evil/a@main:flash"})",
            {"repo evil/a@main:flash by /attn_implementation !"}},
        row{"config.json",
            R"({"_attn_implementation": {"text_config": "sdpa", "vision_config": "paged|e/x"}})",
            {"repo paged|e/x by /_attn_implementation/vision_config !"}},
        row{"config.json",
            R"({"text_config": {"_experts_implementation": "evil/moe"}})",
            {"repo evil/moe by /text_config/_experts_implementation !"}},
        row{"config.json",
            R"({"kernel_config": {"kernel_mapping": {"RMSNorm": "evil/norm:RMSNorm"}}})",
            {"repo evil/norm:RMSNorm by /kernel_config/kernel_mapping/RMSNorm !"}},
        // consent that the configuration gives itself
        row{"config.json",
            R"({"keypoint_detector_config": {"trust_remote_code": true, "_name_or_path": "evil/superpoint"}})",
            {"code trust_remote_code by /keypoint_detector_config/trust_remote_code !",
             "repo evil/superpoint by /keypoint_detector_config/_name_or_path !"}},
        row{"sentence_bert_config.json",
            R"({"model_args": {"trust_remote_code": "yes"}})",
            {"code trust_remote_code by /model_args/trust_remote_code !"}},
        row{"openvino_config.json",
            R"({"trust_remote_code": 1, "tokenizer": "evil/tok"})",
            {"code trust_remote_code by /trust_remote_code !", "repo evil/tok by /tokenizer !"}},
        row{"config.json", R"({"trust_remote_code": true})", {"code trust_remote_code by /trust_remote_code"}
        },
        // pipelines, modules, adapters
        row{"model_index.json",
            R"({"custom_pipelines": ["evil/pipe"]})",
            {"code evil/pipe by /custom_pipelines/0"}},
        row{"model_index.json",
            R"({"_class_name": ["my_pipe", "MyPipe"]})",
            {"code my_pipe by /_class_name/0"}},
        row{"model_index.json",
            R"({"unet": ["unknown_library", "Unet"]})",
            {"package unknown_library by /unet/0"}},
        row{"modules.json",
            R"([{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "path": "../../x", "type": "evil.Module"}])",
            {"code evil.Module by /1/type", "code ../../x by /1/path !"}},
        row{"adapter_config.json",
            R"({"auto_mapping": {"parent_library": "evil_library"}})",
            {"package evil_library by /auto_mapping/parent_library !"}},
        row{"adapter_config.json",
            R"({"base_model_name_or_path": "acme/base"})",
            {"repo acme/base by /base_model_name_or_path"}},
        // what Hydra and its like import
        row{"config.json", R"({"model": {"_target_": "os.system"}})", {"code os.system by /model/_target_ !"}
        },
        row{"config.json",
            R"({"a": [{"_target_": "builtins.eval"}, {"_target_": "eval"}]})",
            {"code builtins.eval by /a/0/_target_ !", "code eval by /a/1/_target_ !"}},
        row{"config.json", R"({"_target_": "torch.hub.load"})", {"code torch.hub.load by /_target_ !"}},
        row{"config.json",
            R"({"class_path": "evilpkg.net.Net"})",
            {"package evilpkg.net.Net by /class_path !"}},
        row{"config.json", R"({"target": "subprocess.run"})", {"code subprocess.run by /target !"}},
        // weights that lie elsewhere
        row{"model.safetensors.index.json",
            R"({"weight_map": {"a": "../../../etc/passwd", "b": "m.safetensors"}})",
            {"code ../../../etc/passwd by /weight_map/a !"}},
        row{"pytorch_model.bin.index.json",
            R"({"weight_map": {"a": "/tmp/x", "b": "https://e.example/x"}})",
            {"code /tmp/x by /weight_map/a !", "url https://e.example/x by /weight_map/b !"}},
        // names that nobody listed
        row{"config.json",
            R"({"novel_key": "evil/repo--module.Class"})",
            {"code evil/repo--module.Class by /novel_key"}},
        row{"generation_config.json",
            R"({"custom_generate": "evil/gen"})",
            {"repo evil/gen by /custom_generate"}},
        row{"config.json",
            R"({"x": {"y": ["git+https://e.example/r.git"]}})",
            {"url git+https://e.example/r.git by /x/y/0"}},
        row{"config.json",
            R"({"pip_requirements": ["evil-package==1"]})",
            {"package evil-package==1 by /pip_requirements/0"}},
        // YAML
        row{"config.yaml",
            "model:\n  encoder:\n    _target_: os.system\n",
            {"code os.system by /model/encoder/_target_ !"}},
        row{"conf/m.yml", "a: {_target_: 'subprocess.run', x: 1}\n", {"code subprocess.run by /a/_target_ !"}
        },
        row{"config.yaml", "l:\n- _target_: builtins.exec\n", {"code builtins.exec by /l/_target_ !"}},
        row{"config.yaml",
            "x: !!python/object/apply:os.system ['id']\n",
            {"code !!python/object/apply:os.system by /x !"}},
        row{"config.yaml", "attn_implementation: evil/attn\n", {"repo evil/attn by /attn_implementation !"}}
    );
    CAPTURE(given.path, given.text);
    auto const seen = reach_in(given.path, given.text);
    CHECK(words(seen) == given.expected);
    CHECK(seen.unread.empty());
}

TEST_CASE("a pipeline's component may be a module of the repo", "[reach]") {
    auto const* const text = R"({"unet": ["my_unet", "Unet"], "vae": ["diffusers", "Vae"]})";
    for (auto const* beside : {"my_unet.py", "unet/my_unet.py"})
        CHECK(words(reach_in("model_index.json", text, {beside})) == found{"code my_unet by /unet/0"});
    CHECK(
        words(reach_in("p/model_index.json", text, {"p/unet/my_unet.py"})) == found{"code my_unet by /unet/0"}
    );
}

TEST_CASE("what says where it comes from runs nothing", "[reach][harmless]") {
    struct row {
        std::string path;
        std::string text;
    };

    auto const given = GENERATE(
        row{"config.json", R"({"_name_or_path": "meta-llama/Llama-3-8B", "model_type": "llama"})"},
        row{"config.json", R"({"attn_implementation": "eager", "_attn_implementation": "sdpa"})"},
        row{"config.json", R"({"_attn_implementation_internal": "flash_attention_2", "kernel_size": 3})"},
        row{"config.json", R"({"_attn_implementation_autoset": true, "kernel_sizes": [3, 5]})"},
        row{"config.json", R"({"text_config": {"_name_or_path": "acme/base"}, "trust_remote_code": false})"},
        row{"config.json", R"({"a": {"trust_remote_code": false, "_name_or_path": "acme/x"}})"},
        row{"config.json", R"({"auto_map": {"AutoModel": null}, "architectures": ["LlamaForCausalLM"]})"},
        row{"config.json", R"({"license": "https://a.example/l", "docs": {"url": "https://a.example"}})"},
        row{"config.json", R"({"$schema": "https://json-schema.org/x"})"},
        row{"config.json", R"({"id2label": {"0": "B/PER--x.Y"}, "target_modules": ["q_proj", "v/proj"]})"},
        row{"config.json", R"({"target": "val.loss", "loss": "0.5", "dtype": "torch.float16"})"},
        row{"config.json",
            R"({"model": {"_target_": "torch.nn.Linear"}, "m": {"_target_": "nemo.core.Model"}})"},
        row{"tokenizer_config.json", R"({"bos_token": "http://x", "chat_template": "https://a.example/x"})"},
        row{"tokenizer_config.json", R"({"added_tokens_decoder": {"1": {"content": "e/r--m.C"}}})"},
        row{"tokenizer.json",
            R"({"model": {"vocab": {"e/r--m.C": 1}}, "added_tokens": [{"content": "e/r--m.C"}]})"},
        row{"model_index.json", R"({"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "Unet"],
            "safety_checker": ["stable_diffusion", "Checker"], "feature": [null, null]})"},
        row{"modules.json", R"([{"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}])"},
        row{"adapter_config.json",
            R"({"auto_mapping": {"parent_library": "transformers.models.llama.modeling_llama"},
            "base_model_name_or_path": "/home/me/llama"})"},
        row{"model.safetensors.index.json", R"({"weight_map": {"a": "model-00001-of-00002.safetensors"}})"},
        row{"config.yaml", "# _target_: os.system\nname: x\ndoc: |\n  _target_: os.system\nlr: 0.1\n"},
        row{"README.md", R"({"auto_map": "a.B"})"},
        row{"trainer_state.json", R"({"auto_map": "a.B"})"}
    );
    CAPTURE(given.path, given.text);
    auto const seen = reach_in(given.path, given.text);
    CHECK(words(seen) == found{});
    CHECK(seen.unread.empty());
}

TEST_CASE("code of this commit and a full commit are pinned, a moving name is not", "[reach]") {
    auto const pinned = [](std::string const& text) {
        return reach_in("config.json", text).entries.at(0).pinned;
    };
    CHECK(pinned(R"({"auto_map": {"A": "modeling.M"}})"));
    CHECK_FALSE(pinned(R"({"auto_map": {"A": "other/repo--modeling.M"}})"));
    CHECK_FALSE(pinned(R"({"attn_implementation": "e/a@main"})"));
    CHECK(pinned(R"({"attn_implementation": "e/a@)" + commit('a') + R"(:flash"})"));
}

TEST_CASE(
    "what Python's reader takes is read, and what it refuses is said to be unread", "[reach][hostile]"
) {
    std::string const hidden = R"("_attn_implementation": "evil/attn")";
    auto const wrapped = [&](std::string const& before) { return "{" + before + ", " + hidden + "}"; };
    for (auto const& text :
         {wrapped(R"("x": NaN)"),
          wrapped(R"("x": [Infinity, -Infinity])"),
          wrapped(R"("x": "\ud83d")"),
          wrapped(R"("x": "\udc00 \ud83d\ude00 \\ud83d \"")"),
          wrapped("\"x\": " + std::string(400, '9')),
          wrapped(R"("x": 1e999999999999)"),
          wrapped("\"x\": \"\xff\xfe\""),
          wrapped("\"x\": " + std::string(900, '[') + std::string(900, ']')),
          wrapped("\"x\": \"" + std::string(1'500'000, 'a') + "\""),
          wrapped(R"("_attn_implementation": "sdpa")"),
          "\xef\xbb\xbf" + wrapped("\"x\": 1")}) {
        CAPTURE(text.substr(0, 60));
        auto const seen = reach_in("config.json", text);
        CHECK(words(seen) == found{"repo evil/attn by /_attn_implementation !"});
        CHECK(seen.unread.empty());
    }
    for (auto const& text :
         {std::string("[[[[ not json"), std::string(), wrapped("x"), std::string("{\"[")}) {
        auto const seen = reach_in("config.json", text);
        REQUIRE(seen.unread.size() == 1);
        CHECK(seen.unread[0].why == unread_config::reason::not_json);
    }
    auto const deep = reach_in("config.json", std::string(100'000, '['));
    REQUIRE(deep.unread.size() == 1);
    CHECK(deep.unread[0].why == unread_config::reason::too_deep);
}

TEST_CASE("switches in the depth are found without a stack of our own to overflow", "[reach][hostile]") {
    std::string text;
    for (int i = 0; i < 900; ++i)
        text += R"({"a": )";
    text += R"({"trust_remote_code": true, "_name_or_path": "evil/x"})" + std::string(900, '}');
    auto const seen = reach_in("config.json", text);
    CHECK(seen.entries.size() == 2);
    for (auto const& one : seen.entries)
        CHECK(one.by.size() < 1000);
}

TEST_CASE("a text that is not at hand is unread where a loader looks for it", "[reach][unknown]") {
    snapshot state;
    for (auto const* path :
         {"config.json", "a/tokenizer_config.json", "data.json", "tokenizer.json", "x.yaml"})
        put(state, file(path, path));
    state.files.push_back(plain("model_index.json", max_config_bytes + 1, commit('1')));
    sort(state);
    auto const seen = reach_of(state, {});
    std::map<std::string, unread_config::reason> why;
    for (auto const& one : seen.unread)
        why[one.path] = one.why;
    using enum unread_config::reason;
    std::map<std::string, unread_config::reason> const expected{
        {"config.json", not_fetched},
        {"a/tokenizer_config.json", not_fetched},
        {"model_index.json", too_large}
    };
    CHECK(why == expected);
}

TEST_CASE("many harmless switches do not push out a grave one", "[reach][hostile]") {
    std::string text = "{\"auto_map\": {";
    for (int i = 0; i < 20'000; ++i)
        text += "\"A" + std::to_string(i) + "\": \"m.C\", ";
    text += R"("B": null}, "z": {"_attn_implementation": "evil/attn"}})";
    auto const seen = reach_in("config.json", text);
    CHECK(seen.entries.size() == max_reach_per_file + 1);
    CHECK(words(seen).contains("repo evil/attn by /z/_attn_implementation !"));
    REQUIRE(seen.unread.size() == 1);
    CHECK(seen.unread[0].why == unread_config::reason::too_many);
}

namespace {

using random_source = std::mt19937;

std::size_t pick(random_source& random, std::size_t below) {
    return std::uniform_int_distribution<std::size_t>{0, below - 1}(random);
}

json::value random_value(random_source& random, int depth) {
    static char const* const texts[] = {
        "evil/x", "e/r--m.C", "os.system", "https://e.example", "sdpa", "../x", "plain"
    };
    static char const* const keys[] = {
        "auto_map",
        "_attn_implementation",
        "trust_remote_code",
        "_target_",
        "target",
        "weight_map",
        "docs",
        "content",
        "custom_code",
        "a",
        "base_model_name_or_path"
    };
    if (depth == 0 || pick(random, 3) == 0) {
        if (pick(random, 4) == 0) return json::value(pick(random, 2) == 0);
        return json::value(texts[pick(random, std::size(texts))]);
    }
    json::object out;
    for (auto count = pick(random, 4); count > 0; --count)
        out[keys[pick(random, std::size(keys))]] = random_value(random, depth - 1);
    return out;
}

/// Some object of the document.
json::object& object_in(json::object& root, random_source& random) {
    for (auto& member : root) {
        if (member.value().is_object() && pick(random, 2) == 0)
            return object_in(member.value().get_object(), random);
    }
    return root;
}

} // namespace

TEST_CASE("adding keys never removes a finding", "[reach][property]") {
    random_source random{7};
    for (int i = 0; i < 2000; ++i) {
        auto document = random_value(random, 4);
        if (!document.is_object()) continue;
        auto const* const path = pick(random, 2) == 0 ? "config.json" : "adapter_config.json";
        auto const before = words(reach_in(path, json::serialize(document)));
        auto& target = object_in(document.get_object(), random);
        static char const* const added[] = {
            "params", "trust_remote_code_", "auto_map", "_class_name", "license", "text"
        };
        target.emplace(added[pick(random, std::size(added))], random_value(random, 2)); // keeps what is there
        auto const after = words(reach_in(path, json::serialize(document)));
        CAPTURE(json::serialize(document));
        CHECK(std::includes(after.begin(), after.end(), before.begin(), before.end()));
    }
}
