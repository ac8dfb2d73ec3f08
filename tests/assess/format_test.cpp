#include "daemon/assess/allow_patterns.hpp"
#include "tests/assess/evidence_builder.hpp"

using namespace assess_test;

namespace {

struct counts {
    std::size_t safetensors = 0;
    std::size_t inert = 0;
    std::size_t onnx = 0;
    std::size_t framework = 0;
    std::size_t unrecognised = 0;
    std::size_t pickle = 0;
    std::size_t archive = 0;
    std::size_t executable = 0;
    bool safe_set_complete = false;
};

evidence holding(counts const& files) {
    return with(spotless(), [&](evidence& e) {
        e.format = {};
        e.format.known = true;
        e.format.safetensors = files.safetensors;
        e.format.inert = files.inert;
        e.format.onnx = files.onnx;
        e.format.framework = files.framework;
        e.format.unrecognised = files.unrecognised;
        e.format.pickle = files.pickle;
        e.format.archive = files.archive;
        e.format.executable = files.executable;
        e.format.safe_set_complete = files.safe_set_complete;
    });
}

evidence gguf_holding(counts const& files) {
    return with(holding(files), [](evidence& e) { e.tags = {"GGUF"}; });
}

evidence scanned(std::optional<scan_level> level) {
    return with(spotless(), [&](evidence& e) { e.scan = level; });
}

} // namespace

TEST_CASE("weights are rated by the gravest thing that loading them can do", "[format]") {
    auto const unread = with(spotless(), [](evidence& e) { e.format = {}; });
    expect_each(
        check_id::format_weights,
        {{"safe 0", holding({.safetensors = 3, .safe_set_complete = true})},
         {"inert 10", holding({.inert = 2, .safe_set_complete = true})},
         {"inert 10", holding({.safetensors = 3, .inert = 1, .safe_set_complete = true})},
         {"inert 10", holding({.safetensors = 3, .onnx = 1, .safe_set_complete = true})},
         {"onnx 20", holding({.onnx = 1})},
         {"onnx 20", holding({.inert = 1, .onnx = 1})},
         {"mixed 20", holding({.safetensors = 3, .pickle = 2, .safe_set_complete = true})},
         {"mixed 20", holding({.safetensors = 1, .framework = 1, .safe_set_complete = true})},
         {"mixed 20", gguf_holding({.inert = 4, .pickle = 1, .safe_set_complete = true})},
         {"framework 40", holding({.framework = 1})},
         {"unrecognised 60", holding({.unrecognised = 1})},
         {"unrecognised 60", holding({.safetensors = 1, .framework = 1, .unrecognised = 1})},
         {"mixed 20", holding({.safetensors = 1, .unrecognised = 1, .safe_set_complete = true})},
         {"pickle 60", holding({.unrecognised = 1, .pickle = 1})},
         {"none 40", holding({})},
         {"pickle 60", holding({.pickle = 1})},
         {"pickle 60", holding({.archive = 1})},
         {"pickle 60", holding({.safetensors = 1, .pickle = 2})},
         {"pickle 60", holding({.inert = 1, .framework = 1, .pickle = 1, .safe_set_complete = true})},
         {"executable 60", holding({.safetensors = 3, .executable = 1, .safe_set_complete = true})},
         {"unknown 30", unread}}
    );
}

TEST_CASE("the files that can run code are named, the first of them by name", "[format]") {
    auto facts = holding({.safetensors = 3, .pickle = 2, .safe_set_complete = true});
    facts.format.risky = {"pytorch_model-00002-of-00002.bin", "pytorch_model-00001-of-00002.bin"};
    CHECK(
        evidence_text(facts, check_id::format_weights) ==
        "pytorch_model-00001-of-00002.bin and 1 more beside a complete safetensors set"
    );
    facts.allow_patterns = {"*.safetensors", "*.json"};
    CHECK(
        evidence_text(facts, check_id::format_weights) ==
        "pytorch_model-00001-of-00002.bin and 1 more beside a complete safetensors set; "
        "allow_patterns keep deployments to the safe files"
    );
    CHECK(found(facts, check_id::format_weights) == "mixed 20"); // inherent risk: the points stay
}

TEST_CASE("allow patterns keep to safe files only when each of them names a harmless format", "[format]") {
    CHECK(keep_to_safe_files({"*.safetensors", "tokenizer.model", "config.JSON"}));
    CHECK_FALSE(keep_to_safe_files({}));
    CHECK_FALSE(keep_to_safe_files({"*"}));
    CHECK_FALSE(keep_to_safe_files({"*.safetensors", "*.bin"}));
    CHECK_FALSE(keep_to_safe_files({"*.safetensors*"}));
    CHECK_FALSE(keep_to_safe_files({"model/*"}));
}

TEST_CASE("code of the publisher's counts when a configuration loads it", "[format]") {
    auto const base = spotless();
    expect_each(
        check_id::format_custom_code,
        {{"none 0", base},
         {"py 10", with(base, [](evidence& e) { e.format.python_files = 2; })},
         {"automap 30", with(base, [](evidence& e) { e.custom_code = true; })},
         {"automap 30", with(base, [](evidence& e) { e.auto_map = {"AutoModel=modeling_x.X"}; })},
         {"unknown 10", with(base, [](evidence& e) { e.custom_code.reset(); })},
         {"unknown 10", with(base, [](evidence& e) { e.format.known = false; })}},
        {},
        {"implicit"}
    );
}

TEST_CASE("what the configuration leads loaders to counts at least as an auto_map", "[format]") {
    auto const base = spotless();
    auto const led = [&](reach_kind what, bool without_consent) {
        return with(base, [=](evidence& e) {
            e.auto_map = {"AutoModel=modeling_x.X"}; // the graver one counts
            e.reached = {{what, "evil/x", "config.json#/k", false, without_consent}};
        });
    };
    auto const only = [](evidence facts) {
        facts.auto_map.clear();
        return facts;
    };
    using enum reach_kind;
    expect_each(
        check_id::format_custom_code,
        {{"implicit 60", led(code, true)},
         {"implicit 60", led(repo, true)},
         {"implicit 60", only(led(url, true))},
         {"automap 30", only(led(code, false))},
         {"automap 30", only(led(package, true))},
         {"none 0", only(led(repo, false))}, // fetched, as every base model is
         {"none 0", only(led(package, false))},
         {"unknown 10", with(base, [](evidence& e) { e.unreadable = {"config.json"}; })}},
        {},
        {"py"}
    );
}

TEST_CASE("the hub's scan counts as safe only when it is finished and says so", "[format]") {
    expect_each(
        check_id::format_scan,
        {{"safe 0", scanned(scan_level::safe)},
         {"caution 10", scanned(scan_level::caution)},
         {"suspicious 20", scanned(scan_level::suspicious)},
         {"unsafe 100", scanned(scan_level::unsafe)},
         {"unscanned 20", scanned(scan_level::unscanned)},
         {"unscanned 20", scanned(scan_level::queued)},
         {"unscanned 20", scanned(scan_level::error)},
         {"unknown 20", scanned(scan_level::absent)},
         {"unknown 20", scanned(std::nullopt)}}
    );
}

TEST_CASE("a chat template counts when somebody else packed it", "[format][derivative]") {
    auto const copy = with(spotless("unsloth/Mistral-7B-v0.1-GGUF"), [](evidence& e) {
        e.bases = {resolved_base("mistralai/Mistral-7B-v0.1")};
        e.base_relation = "quantized";
        e.has_chat_template = true;
    });
    expect_each(
        check_id::format_template,
        {{"own 0", spotless()},
         {"own 0", with(spotless(), [](evidence& e) { e.has_chat_template = true; })},
         {"own 0", with(copy, [](evidence& e) { e.has_chat_template = false; })},
         {"third-party 10", copy},
         {"unknown 0", evidence{}}}
    );
}

TEST_CASE("weight files without a hash are counted, signatures noted", "[format]") {
    auto const unread = with(spotless(), [](evidence& e) { e.format = {}; });
    expect_each(
        check_id::format_integrity,
        {{"all 0", spotless()},
         {"some 10", with(spotless(), [](evidence& e) { e.format.weights_without_sha256 = 1; })},
         {"unknown 0", unread}}
    );
    expect_each(
        check_id::format_signature,
        {{"unsigned 0", spotless()},
         {"signed 0", with(spotless(), [](evidence& e) { e.format.signature = true; })},
         {"unread 0", unread}}
    );
}
