#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::fixtures;

namespace {

bool has(change const& what, std::string_view key) {
    auto const* const value = what.evidence.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

} // namespace

TEST_CASE("a pickle that came is unsafe-format-added, a safe file is not", "[formats]") {
    scene given{gemma()};
    given.move_on();
    put(given.now, weights("pytorch_model.bin", "pickle"));
    CHECK(given.kinds() == kind_list{"weights-added", "unsafe-format-added"});
    auto const found = given.find(alert_kind::unsafe_format_added).value();
    CHECK(found.subject == "pytorch_model.bin");
    CHECK(text_of(found.evidence, "tier") == "pickle");
    CHECK(has(found, "safe_set_intact"));
    CHECK_FALSE(has(found, "standing"));
    CHECK_FALSE(has(found, "allow_patterns_safe"));
    given.target.allow_patterns = {"*.safetensors", "*.json"};
    CHECK(has(*given.find(alert_kind::unsafe_format_added), "allow_patterns_safe"));
    given.target.allow_patterns.emplace_back("*.bin");
    CHECK_FALSE(has(*given.find(alert_kind::unsafe_format_added), "allow_patterns_safe"));
    drop(given.now, "pytorch_model.bin");
    put(given.now, weights("adapter_model.safetensors", "safe"));
    CHECK(given.kinds() == kind_list{"weights-added"});
}

TEST_CASE("archives and framework formats that came are unsafe-format-added", "[formats]") {
    for (std::string const path : {"tf_model.h5", "model.zip", "saved_model.pb"}) {
        scene given{gemma()};
        given.move_on();
        put(given.now, weights(path, "x"));
        CHECK(given.find(alert_kind::unsafe_format_added).has_value());
    }
    scene given{gemma()};
    given.move_on();
    put(given.now, weights("model.onnx", "x"));
    CHECK_FALSE(given.find(alert_kind::unsafe_format_added).has_value());
}

TEST_CASE("an executable that came is flagged as such", "[formats]") {
    scene given{gemma()};
    given.move_on();
    put(given.now, file("run.sh", "curl | sh"));
    CHECK(given.kinds() == kind_list{"unsafe-format-added"});
    CHECK(has(*given.find(alert_kind::unsafe_format_added), "executable"));
    CHECK_FALSE(has(*given.find(alert_kind::unsafe_format_added), "native"));
    put(given.now, weights("tool.exe", "MZ"));
    CHECK(has(*given.find(alert_kind::unsafe_format_added), "native"));
}

TEST_CASE("the last safe format going is unsafe-format-added", "[formats]") {
    scene given{falcon()};
    given.move_on();
    drop(given.now, "model-00001-of-00002.safetensors");
    drop(given.now, "model-00002-of-00002.safetensors");
    CHECK(given.kinds() == kind_list{"weights-removed", "unsafe-format-added"});
    auto const found = given.find(alert_kind::unsafe_format_added).value();
    CHECK(has(found, "safe_format_lost"));
    CHECK_FALSE(has(found, "standing"));
}

TEST_CASE("one missing shard breaks the safe set", "[formats]") {
    scene given{falcon()};
    given.move_on();
    drop(given.now, "model-00002-of-00002.safetensors");
    CHECK(has(*given.find(alert_kind::unsafe_format_added), "safe_format_lost"));
}

TEST_CASE("the last safe format going needs something unsafe that is loaded instead", "[formats]") {
    SECTION("a shard of safetensors alone goes") {
        scene given{gemma()};
        given.move_on();
        drop(given.now, "model-00002-of-00003.safetensors");
        CHECK(given.kinds() == kind_list{"weights-removed"});
    }
    SECTION("all of them go, and ONNX stays") {
        auto state = gemma();
        put(state, weights("onnx/model.onnx", "o"));
        scene given{state};
        given.move_on();
        std::erase_if(given.now.files, [](auto const& one) { return one.path.ends_with(".safetensors"); });
        CHECK(given.kinds() == kind_list{"weights-removed"});
    }
    SECTION("what training left behind is no model to fall back to") {
        auto state = gemma();
        put(state, weights("training_args.bin", "t"));
        put(state, weights("optimizer.pt", "o"));
        scene given{state};
        given.move_on();
        drop(given.now, "model-00002-of-00003.safetensors");
        auto const found = given.find(alert_kind::unsafe_format_added);
        CHECK((!found || !has(*found, "safe_format_lost")));
    }
    SECTION("another folder of the pipeline that was unsafe before is loaded as before") {
        snapshot pipeline;
        pipeline.repo = "a/sd";
        pipeline.commit = commit('1');
        pipeline.revision = "main";
        put(pipeline, file("model_index.json", "{}"));
        put(pipeline, weights("unet/diffusion_pytorch_model.safetensors", "u"));
        put(pipeline, weights("vae/diffusion_pytorch_model.bin", "v"));
        scene given{pipeline};
        given.move_on();
        drop(given.now, "unet/diffusion_pytorch_model.safetensors");
        CHECK(has(*given.find(alert_kind::unsafe_format_added), "standing"));
    }
    SECTION("weights of an unknown format may be loaded instead") {
        auto state = gemma();
        put(state, weights("model.dat", "d"));
        scene given{state};
        given.move_on();
        drop(given.now, "model-00002-of-00003.safetensors");
        CHECK(has(*given.find(alert_kind::unsafe_format_added), "safe_format_lost"));
    }
}

TEST_CASE("a format that nobody knows is told as not known", "[formats]") {
    scene given{gemma()};
    given.move_on();
    put(given.now, weights("danger.dat", "x"));
    auto found = given.find(alert_kind::unsafe_format_added).value();
    CHECK(text_of(found.evidence, "tier") == "unknown");
    CHECK(found.summary.find("danger.dat of an unknown format came") != std::string::npos);
    CHECK(found.detail.find("danger.dat has is not known") != std::string::npos);
    put(given.now, weights("evil.pkl", "x"));
    found = given.find(alert_kind::unsafe_format_added).value();
    CHECK(text_of(found.evidence, "tier") == "pickle");
    CHECK(found.summary.find("2 files that can run code came") != std::string::npos);
    CHECK(found.detail.find("danger.dat has is not known") != std::string::npos);
}

TEST_CASE("one quantisation of several going leaves the safe format", "[formats]") {
    scene given{mistral_gguf()};
    given.move_on();
    drop(given.now, "mistral-7b-instruct-v0.2.Q4_K_M.gguf");
    CHECK(given.kinds() == kind_list{"weights-removed"});
}

TEST_CASE("each folder of a pipeline needs a safe set of its own", "[formats]") {
    snapshot pipeline;
    pipeline.repo = "a/sd";
    pipeline.commit = commit('1');
    pipeline.revision = "main";
    put(pipeline, file("model_index.json", "{}"));
    for (std::string const folder : {"unet", "vae"}) {
        put(pipeline, weights(folder + "/diffusion_pytorch_model.safetensors", folder));
        put(pipeline, weights(folder + "/diffusion_pytorch_model.bin", folder + "b"));
    }
    scene given{pipeline};
    CHECK(given.kinds() == kind_list{});
    given.move_on();
    drop(given.now, "vae/diffusion_pytorch_model.safetensors");
    CHECK(has(*given.find(alert_kind::unsafe_format_added), "safe_format_lost"));
}

TEST_CASE("weights that can run code with nothing safe beside them are a standing condition", "[formats]") {
    auto state = falcon();
    drop(state, "model-00001-of-00002.safetensors");
    drop(state, "model-00002-of-00002.safetensors");
    scene given{state};
    given.first_sight = true;
    CHECK(given.kinds() == kind_list{"unsafe-format-added"});
    CHECK(has(*given.find(alert_kind::unsafe_format_added), "standing"));
    given.first_sight = false;
    CHECK(given.kinds() == kind_list{"unsafe-format-added"});
    CHECK(has(*given.find(alert_kind::unsafe_format_added), "standing"));

    SECTION("new commits are still told, because the condition is older") {
        given.move_on();
        CHECK(given.kinds() == kind_list{"commits-added", "unsafe-format-added"});
    }
    SECTION("a further pickle joins it in one change that is not standing any more") {
        given.move_on();
        put(given.now, weights("extra.pkl", "x"));
        auto const found = given.find(alert_kind::unsafe_format_added).value();
        CHECK_FALSE(has(found, "standing"));
        CHECK(found.subject == "3 files");
        CHECK(given.kinds() == kind_list{"weights-added", "unsafe-format-added"});
    }
}

TEST_CASE("at first sight a safe set beside pickles is no condition, an executable is one", "[formats]") {
    scene given{falcon()};
    given.first_sight = true;
    CHECK(given.kinds() == kind_list{});
    put(given.now, weights("model.llamafile", "ELF"));
    auto const found = given.find(alert_kind::unsafe_format_added).value();
    CHECK(has(found, "standing"));
    CHECK(has(found, "executable"));
}

TEST_CASE("shard numbers that make no sense never make a whole safe set", "[formats][hostile]") {
    for (std::string const name :
         {"model-00001-of-00000.safetensors",
          "model-00003-of-00002.safetensors",
          "model-1-of-99999999999999999999999.safetensors"}) {
        scene given{gemma()};
        given.now.files = {weights(name, "s"), weights("pytorch_model.bin", "p")};
        given.first_sight = true;
        CAPTURE(name);
        CHECK(given.find(alert_kind::unsafe_format_added).has_value());
    }
}

TEST_CASE("a flagged file is hub-scan-flagged when its verdict rose", "[scan]") {
    scene given{falcon()};
    given.before.scan = scan_report{true, {}};
    given.now.scan = scan_report{true, {{"pytorch_model-00001-of-00002.bin", scan_level::caution}}};
    CHECK(given.kinds() == kind_list{"hub-scan-flagged"});
    auto found = given.find(alert_kind::hub_scan_flagged).value();
    CHECK(text_of(found.evidence, "level") == "caution");
    CHECK_FALSE(has(found, "standing"));
    given.before.scan = given.now.scan;
    CHECK(given.kinds() == kind_list{});
    given.now.scan->files[0].level = scan_level::unsafe;
    found = given.find(alert_kind::hub_scan_flagged).value();
    CHECK(text_of(found.evidence, "level") == "unsafe");
    CHECK(found.evidence.at("risen").as_array().size() == 1);
}

TEST_CASE("suspicious and unsafe verdicts stand, at first sight and later", "[scan]") {
    scene given{falcon()};
    given.now.scan = scan_report{true, {{"pytorch_model-00001-of-00002.bin", scan_level::suspicious}}};
    given.first_sight = true;
    CHECK(has(*given.find(alert_kind::hub_scan_flagged), "standing"));
    given.first_sight = false;
    given.before.scan = given.now.scan;
    CHECK(has(*given.find(alert_kind::hub_scan_flagged), "standing"));
    given.now.scan->files.clear();
    CHECK(given.kinds() == kind_list{});
}

TEST_CASE("a scan that is not finished or not shown clears nobody and accuses nobody", "[scan][unknown]") {
    scene given{falcon()};
    scan_report const flagged{true, {{"pytorch_model-00001-of-00002.bin", scan_level::unsafe}}};
    SECTION("nobody was flagged: silence") {
        given.before.scan = scan_report{true, {}};
        given.now.scan = scan_report{false, {}};
        CHECK(given.kinds() == kind_list{});
        given.now.scan.reset();
        CHECK(given.kinds() == kind_list{});
    }
    SECTION("flagged in the baseline: it stays") {
        given.before.scan = flagged;
        given.now.scan = scan_report{false, {}};
        CHECK(given.kinds() == kind_list{"hub-scan-flagged"});
        given.now.scan.reset();
        CHECK(given.kinds() == kind_list{"hub-scan-flagged"});
    }
    SECTION("flagged in the last finished scan: it stays") {
        given.before.scan = scan_report{true, {}};
        given.last_scan = flagged;
        given.now.scan = scan_report{false, {}};
        auto const found = given.find(alert_kind::hub_scan_flagged).value();
        CHECK_FALSE(has(found, "standing"));
        given.now.scan = scan_report{true, {}};
        CHECK(given.kinds() == kind_list{});
    }
    SECTION("a file that is gone is not flagged any more") {
        given.before.scan = flagged;
        given.now.scan.reset();
        given.move_on();
        drop(given.now, "pytorch_model-00001-of-00002.bin");
        CHECK(given.kinds() == kind_list{"weights-removed"});
    }
    SECTION("levels that say nothing accuse nobody") {
        for (auto const level :
             {scan_level::absent,
              scan_level::unscanned,
              scan_level::queued,
              scan_level::error,
              scan_level::safe}) {
            given.now.scan = scan_report{true, {{"pytorch_model-00001-of-00002.bin", level}}};
            CHECK(given.kinds() == kind_list{});
        }
    }
}
