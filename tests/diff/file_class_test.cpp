#include "daemon/diff/diff.hpp"
#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::diff;
using namespace modelwatch::fixtures;

namespace {

struct row {
    std::string_view path;
    file_role role;
    format_tier tier;
};

} // namespace

TEST_CASE("a file's role and danger follow from its name and place", "[classify]") {
    using enum file_role;
    auto const expected = GENERATE(
        row{"model.safetensors", weights, format_tier::safetensors},
        row{"unet/Model.SafeTensors", weights, format_tier::safetensors},
        row{"model.safetensors.index.json", config, format_tier::none},
        row{"m.Q4_K_M.gguf", weights, format_tier::inert},
        row{"flax_model.msgpack", weights, format_tier::inert},
        row{"model.onnx", weights, format_tier::onnx},
        row{"model.onnx_data", weights, format_tier::onnx},
        row{"tf_model.h5", weights, format_tier::framework},
        row{"saved_model.pb", weights, format_tier::framework},
        row{"variables/variables.data-00000-of-00001", weights, format_tier::framework},
        row{"model.ckpt.index", weights, format_tier::framework},
        row{"model.ckpt-1000000.index", weights, format_tier::framework},
        row{"model.ckpt-1000000.meta", weights, format_tier::framework},
        row{"model.ckpt-1000000.data-00000-of-00001", weights, format_tier::framework},
        row{"bert_model.data-00000-of-00001", weights, format_tier::framework},
        row{"model.ckpt.pkl", weights, format_tier::pickle},
        row{"variables/variables.pkl", weights, format_tier::pickle},
        row{"model.onnx_data_1", weights, format_tier::onnx},
        row{"model.onnx.data.pkl", weights, format_tier::pickle},
        row{"rust_model.ot", weights, format_tier::pickle},
        row{"yolov3.weights", weights, format_tier::unknown},
        row{"net.params", weights, format_tier::unknown},
        row{"pytorch_model.bin", weights, format_tier::pickle},
        row{"training_args.bin", weights, format_tier::pickle},
        row{"optimizer.pt", weights, format_tier::pickle},
        row{"original/consolidated.00.pth", weights, format_tier::pickle},
        row{"vocab.pkl", weights, format_tier::pickle},
        row{"LICENSE.bin", weights, format_tier::pickle},
        row{"weights.npz", weights, format_tier::pickle},
        row{"model.zip", weights, format_tier::archive},
        row{"model.tar.gz", weights, format_tier::archive},
        row{"run.sh", code, format_tier::executable},
        row{"tool.exe", code, format_tier::executable},
        row{"libfoo.so", code, format_tier::executable},
        row{"libfoo.so.6", code, format_tier::executable},
        row{"mistral.llamafile", weights, format_tier::executable},
        row{"modeling_falcon.py", code, format_tier::none},
        row{"requirements.txt", code, format_tier::none},
        row{"requirements-gpu.txt", code, format_tier::none},
        row{"pyproject.toml", code, format_tier::none},
        row{"demo.ipynb", code, format_tier::none},
        row{"license_check.py", code, format_tier::none},
        row{"chat_template.jinja", chat_template, format_tier::none},
        row{"chat_template.json", chat_template, format_tier::none},
        row{"additional_chat_templates/rag.jinja", chat_template, format_tier::none},
        row{"tokenizer.json", tokenizer, format_tier::none},
        row{"tokenizer.model", tokenizer, format_tier::none},
        row{"tokenizer_config.json", tokenizer, format_tier::none},
        row{"spiece.model", tokenizer, format_tier::none},
        row{"vocab.txt", tokenizer, format_tier::none},
        row{"merges.txt", tokenizer, format_tier::none},
        row{"special_tokens_map.json", tokenizer, format_tier::none},
        row{"added_tokens.json", tokenizer, format_tier::none},
        row{"config.json", config, format_tier::none},
        row{"model_index.json", config, format_tier::none},
        row{"adapter_config.json", config, format_tier::none},
        row{"LICENSE", license, format_tier::none},
        row{"licence.md", license, format_tier::none},
        row{"LICENSE-2.0", license, format_tier::none},
        row{"COPYING.txt", license, format_tier::none},
        row{"NOTICE", license, format_tier::none},
        row{"USE_POLICY.md", license, format_tier::none},
        row{"README.md", card, format_tier::none},
        row{"docs/README.md", documentation, format_tier::none},
        row{"trainer_state.json", documentation, format_tier::none},
        row{"picture.png", documentation, format_tier::none},
        row{"checkpoint", config, format_tier::none},
        row{"runs/a/events.out.tfevents.1660000000.host", documentation, format_tier::none},
        row{"model.sig", signature, format_tier::none},
        row{"model.sigstore.json", signature, format_tier::none},
        row{".gitattributes", other, format_tier::none},
        row{"", other, format_tier::none}
    );
    CAPTURE(expected.path);
    auto const got = classify(expected.path);
    CHECK(to_string(got.role) == to_string(expected.role));
    CHECK(to_string(got.tier) == to_string(expected.tier));
}

TEST_CASE("what is stored as weights are is weights of an unknown format, whatever its name", "[classify]") {
    auto const path = GENERATE(
        as<std::string>{},
        "X.Q8_0.gguf.part1of2",
        "llama-2-70b.Q8_0.gguf-split-a",
        "m-00001-of-00002.gguf.part",
        "model.safetensors.aa",
        "model.safetensors.001",
        "danger.dat",
        "danger",
        "weights/blob",
        "params",
        "checkpoint",
        "modelfile",
        "word2vec.model",
        "en.mnn",
        "index.faiss",
        "tokenizer",
        "vocab.dat",
        "tokenizer_weights.part1",
        "chat_template",
        "chat_template.dat",
        "LICENSE.dat",
        ".gitattributes",
        "model.safetensors~",
        "lib.exe.part",
        "x.",
        ".hidden"
    );
    CAPTURE(path);
    auto const expect_unknown = [&](file_entry const& file) {
        auto const got = classify(file);
        CHECK(to_string(got.role) == "weights");
        CHECK(to_string(got.tier) == "unknown");
    };
    expect_unknown(weights(path, "few bytes"));
    expect_unknown(plain(path, 10'000'001, commit('1')));
    CHECK(to_string(classify(plain(path, 10'000'000, commit('1'))).role) != "weights");
}

TEST_CASE("a piece or a copy of what can run code counts as the whole", "[classify]") {
    auto const [path, tier] = GENERATE(table<std::string, format_tier>(
        {{"pytorch_model.bin.001", format_tier::pickle},
         {"pytorch_model.bin.part", format_tier::pickle},
         {"pytorch_model.bin~", format_tier::pickle},
         {"model.pt.bak", format_tier::pickle},
         {"model.pth-split-b", format_tier::pickle},
         {"tf_model.h5.part-1", format_tier::framework},
         {"data.tar.gz.part-aa", format_tier::archive},
         {"model.zip.001", format_tier::archive}}
    ));
    CAPTURE(path);
    auto const got = classify(weights(path, "bytes"));
    CHECK(to_string(got.role) == "weights");
    CHECK(to_string(got.tier) == to_string(tier));
}

TEST_CASE("what is known stays what it is in LFS as well", "[classify]") {
    for (std::string const path :
         {"tokenizer.json",
          "tokenizer.model",
          "tokenizer.model.v3",
          "spiece.model",
          "sentencepiece.bpe.model",
          "source.spm",
          "qwen.tiktoken",
          "vocab.txt",
          "vocab.json",
          "spm.vocab",
          "merges.txt",
          "picture.png",
          "clip.mp4",
          "voice.wav",
          "train.parquet",
          "data.csv",
          "corpus.jsonl",
          "paper.pdf",
          "notes.txt",
          "README.md",
          "LICENSE",
          "LICENSE.pdf",
          "config.json",
          "model.safetensors.index.json",
          "modeling.py",
          "run.sh",
          "tool.exe",
          "chat_template.jinja",
          "model.sig",
          "font.ttf",
          "runs/events.out.tfevents.1660000000.host",
          "imatrix.dat",
          "nova.imatrix",
          "m.gguf",
          "model.safetensors",
          "model.onnx",
          "pytorch_model.bin"}) {
        CAPTURE(path);
        auto const by_name = classify(path);
        auto const in_lfs = classify(weights(path, "bytes"));
        CHECK(to_string(in_lfs.role) == to_string(by_name.role));
        CHECK(to_string(in_lfs.tier) == to_string(by_name.tier));
    }
    CHECK(
        to_string(classify(lfs("model.sig", 5'000'000'000, commit('1'), std::string(64, 'a'))).tier) ==
        "unknown"
    );
    CHECK(
        to_string(classify(lfs("LICENSE", 5'000'000'000, commit('1'), std::string(64, 'a'))).tier) ==
        "unknown"
    );
}

TEST_CASE("an OpenVINO .bin is inert only beside its own .xml", "[classify]") {
    std::vector<file_entry> const siblings{
        file("unet/openvino_model.bin", "b"), file("unet/openvino_model.xml", "x")
    };
    CHECK(classify("unet/openvino_model.bin", siblings).tier == format_tier::inert);
    CHECK(classify("unet/openvino_model.xml", siblings).tier == format_tier::inert);
    CHECK(classify("unet/openvino_model.bin").tier == format_tier::pickle);
    CHECK(classify("other/openvino_model.bin", siblings).tier == format_tier::pickle);
}

TEST_CASE("a planted .xml does not make PyTorch's own pickle look inert", "[classify]") {
    for (std::string const stem :
         {"pytorch_model", "diffusion_pytorch_model", "adapter_model", "training_args"}) {
        std::vector<file_entry> const siblings{file(stem + ".bin", "b"), file(stem + ".xml", "x")};
        CHECK(classify(stem + ".bin", siblings).tier == format_tier::pickle);
    }
}

TEST_CASE("the data of a Core ML package is inert", "[classify]") {
    CHECK(classify("m.mlpackage/Data/com.apple.CoreML/weights/weight.bin").tier == format_tier::inert);
    CHECK(classify("Data/com.apple.CoreML/weights/weight.bin").tier == format_tier::pickle);
}

TEST_CASE("small texts that people read are kept, large and binary files are not", "[classify]") {
    for (auto const* path :
         {"README.md",
          "LICENSE",
          "config.json",
          "chat_template.jinja",
          "modeling.py",
          "run.sh",
          "tokenizer_config.json",
          "requirements.txt"}) {
        CAPTURE(path);
        CHECK(is_kept_text(plain(path, 1000, commit('1'))));
        CHECK(is_kept_text(plain(path, max_text_bytes, commit('1'))));
        CHECK_FALSE(is_kept_text(plain(path, max_text_bytes + 1, commit('1'))));
    }
    for (auto const* path :
         {"tokenizer.json", "model.safetensors", "a.pkl", "tool.exe", "x.pyc", "LICENSE.pdf", "picture.png"
         }) {
        CAPTURE(path);
        CHECK_FALSE(is_kept_text(plain(path, 10, commit('1'))));
    }
}

TEST_CASE("content is compared by sha256, then by blob id, and never guessed", "[files]") {
    file_entry const both{"f", 1, commit('1'), std::string(64, 'a')};
    CHECK(same_content(both, {"f", 1, commit('2'), std::string(64, 'a')}));
    CHECK_FALSE(same_content(both, {"f", 1, commit('1'), std::string(64, 'b')}));
    CHECK(same_content(both, {"f", 1, commit('1'), {}}));
    CHECK_FALSE(same_content(both, {"f", 1, commit('2'), {}}));
    CHECK(same_content({"f", 1, {}, std::string(64, 'a')}, {"f", 1, commit('1'), {}}));
    CHECK_FALSE(same_content({"f", 1, {}, std::string(64, 'a')}, {"f", 2, commit('1'), {}}));
}

TEST_CASE("compare_files lists what came, went and changed, by path", "[files]") {
    auto const before = falcon();
    auto after = before;
    put(after, file("zz.py", "new"));
    drop(after, "README.md");
    put(after, weights("pytorch_model-00001-of-00002.bin", "other"));
    std::reverse(after.files.begin(), after.files.end());
    auto const found = compare_files(before, after);
    REQUIRE(found.size() == 3);
    CHECK(found[0].path == "README.md");
    CHECK(found[0].what == "removed");
    CHECK(found[0].after == nullptr);
    CHECK(found[0].role == file_role::card);
    CHECK(found[1].what == "changed");
    CHECK(found[1].role == file_role::weights);
    CHECK(found[2].what == "added");
    CHECK(found[2].before == nullptr);
    CHECK(compare_files(before, before).empty());
}
