#include "daemon/evidence.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using words = std::vector<std::string>;

namespace {

std::string const oid(40, 'a');
std::string const hash(64, '1');

file_entry lfs(std::string path) {
    return {std::move(path), 5'000'000, oid, hash};
}

file_entry plain(std::string path) {
    return {std::move(path), 100, oid, {}};
}

/// A model with these files, whose configuration, card and tags the hub has handed out.
snapshot model_of(std::vector<file_entry> files) {
    snapshot out;
    out.hub = "hub";
    out.repo = "acme/model";
    out.author = "acme";
    out.revision = "main";
    out.commit = std::string(40, 'c');
    out.tags = {"transformers"};
    out.configuration_told = true;
    out.files = std::move(files);
    std::sort(out.files.begin(), out.files.end(), [](auto const& a, auto const& b) {
        return a.path < b.path;
    });
    return out;
}

hub::dated_file dated(std::string path, std::string_view day, std::string title = "Upload") {
    hub::dated_file out;
    out.file = lfs(std::move(path));
    out.title = std::move(title);
    if (!day.empty()) out.date = from_rfc3339(std::string{day} + "T00:00:00Z");
    return out;
}

assess::evidence extracted(snapshot const& state, std::vector<hub::dated_file> const& dates = {}) {
    return evidence_of(state, standing::present, dates.empty() ? nullptr : &dates);
}

std::optional<scan_level>
scanned(std::optional<scan_report> const& repo, std::vector<std::optional<scan_level>> const& files) {
    std::vector<hub::dated_file> rows;
    for (auto const& level : files) {
        rows.push_back(dated("f" + std::to_string(rows.size()), ""));
        rows.back().scan = level;
    }
    return worst_scan(repo, &rows);
}

} // namespace

TEST_CASE("weights are counted by what loading them can do", "[evidence]") {
    auto const facts = format_of(model_of(
        {lfs("model.safetensors"),
         lfs("pytorch_model.bin"),
         lfs("tf_model.h5"),
         lfs("flax_model.msgpack"),
         lfs("onnx/model.onnx"),
         plain("run.sh"),
         lfs("data.zip"),
         lfs("model.safetensors.part2"),
         lfs("tokenizer.json"),
         plain("modeling_acme.py"),
         plain("README.md"),
         plain("LICENSE"),
         plain("SECURITY.md"),
         plain("model.sig")}
    ));
    CHECK(facts.known);
    CHECK(facts.safetensors == 1);
    CHECK(facts.pickle == 1);
    CHECK(facts.framework == 1);
    CHECK(facts.inert == 1);
    CHECK(facts.onnx == 1);
    CHECK(facts.executable == 1);
    CHECK(facts.archive == 1);
    CHECK(facts.unrecognised == 1);
    CHECK(facts.python_files == 1);
    CHECK(facts.python_example == "modeling_acme.py");
    CHECK(facts.license_file);
    CHECK(facts.security_policy);
    CHECK(facts.signature);
    CHECK(facts.risky == words{"run.sh"});
    CHECK(facts.weights_without_sha256 == 0);
}

TEST_CASE("no list of files is not a list without files", "[evidence]") {
    CHECK_FALSE(format_of(model_of({})).known);
    CHECK(format_of(model_of({plain("README.md")})).known);
}

TEST_CASE("a safe set is complete only with every shard of every set", "[evidence]") {
    auto const complete = [](std::vector<file_entry> files) {
        return format_of(model_of(std::move(files))).safe_set_complete;
    };
    auto const shard = [](int number, int of) {
        return lfs("model-0000" + std::to_string(number) + "-of-0000" + std::to_string(of) + ".safetensors");
    };
    CHECK(complete({lfs("model.safetensors"), lfs("pytorch_model.bin")}));
    CHECK(complete({shard(1, 2), shard(2, 2), lfs("pytorch_model.bin")}));
    CHECK_FALSE(complete({shard(1, 2), lfs("pytorch_model.bin")}));
    CHECK_FALSE(complete({shard(1, 2), lfs("adapter_model.safetensors"), lfs("pytorch_model.bin")}));
    CHECK_FALSE(complete({lfs("pytorch_model.bin")}));
    CHECK_FALSE(complete({plain("config.json")}));
    CHECK(complete({lfs("model.Q4_K_M.gguf")}));
}

TEST_CASE("a pipeline is safe only if each of its parts is", "[evidence]") {
    auto files = std::vector{
        plain("model_index.json"),
        lfs("unet/diffusion_pytorch_model.safetensors"),
        lfs("unet/diffusion_pytorch_model.bin"),
        lfs("vae/diffusion_pytorch_model.bin")
    };
    CHECK_FALSE(format_of(model_of(files)).safe_set_complete);
    files.push_back(lfs("vae/diffusion_pytorch_model.safetensors"));
    CHECK(format_of(model_of(files)).safe_set_complete);
}

TEST_CASE("an OpenVINO .bin beside its .xml is no pickle, and no sha256 is noted", "[evidence]") {
    auto const facts = format_of(model_of({plain("openvino/model.xml"), plain("openvino/model.bin")}));
    CHECK(facts.pickle == 0);
    CHECK(facts.inert == 2);
    CHECK(facts.weights_without_sha256 == 2);
}

TEST_CASE("at most five of the gravest files are named", "[evidence]") {
    std::vector<file_entry> files{lfs("model.h5")};
    for (int i = 0; i < 9; ++i)
        files.push_back(lfs("p" + std::to_string(i) + ".bin"));
    CHECK(format_of(model_of(files)).risky == words{"p0.bin", "p1.bin", "p2.bin", "p3.bin", "p4.bin"});
    CHECK(format_of(model_of({lfs("model.safetensors")})).risky.empty());
}

TEST_CASE("commits to the card alone do not make a model newer", "[evidence]") {
    auto attributes = dated(".gitattributes", "2026-02-27");
    attributes.file = plain(".gitattributes"); // git itself reads it: it cannot lie in LFS
    auto const change = newest_model_change(
        {dated("README.md", "2026-03-01"),
         dated("images/plot.png", "2026-02-28"),
         attributes,
         dated("config.json", "2024-05-01", "Fix the window"),
         dated("model.safetensors", "2024-04-01")}
    );
    REQUIRE(change);
    CHECK(change->at == from_rfc3339("2024-05-01T00:00:00Z"));
    CHECK(change->title == "Fix the window");
}

TEST_CASE("tokenizer, template, generation settings and code are part of the model", "[evidence]") {
    for (std::string const path :
         {"tokenizer.json", "chat_template.jinja", "generation_config.json", "modeling_acme.py", "vocab.txt"
         }) {
        CAPTURE(path);
        auto const change =
            newest_model_change({dated("model.safetensors", "2024-01-01"), dated(path, "2025-01-01")});
        REQUIRE(change);
        CHECK(change->at == from_rfc3339("2025-01-01T00:00:00Z"));
    }
}

TEST_CASE("files that nobody dated leave the change unknown", "[evidence]") {
    CHECK_FALSE(newest_model_change({dated("model.safetensors", "")}));
    CHECK_FALSE(newest_model_change({dated("README.md", "2026-01-01")}));
    CHECK_FALSE(extracted(model_of({lfs("model.safetensors")})).model_changed_at);
}

TEST_CASE("code that loaders run is known, surely absent, or unknown", "[evidence]") {
    auto state = model_of({plain("config.json")});
    CHECK(extracted(state).custom_code == false);
    state.configuration_told = false;
    CHECK(extracted(state).custom_code == std::nullopt);
    state.files = {lfs("model.gguf")};
    CHECK(extracted(state).custom_code == false); // there is no configuration that could ask for code
    state.files.clear();
    CHECK(extracted(state).custom_code == std::nullopt);
    state.custom_code = true;
    CHECK(extracted(state).custom_code == true);
    state.custom_code = false;
    state.auto_map = {"AutoModel=modeling_acme.Acme"};
    CHECK(extracted(state).custom_code == true);
}

TEST_CASE("code is looked for in the configuration's own text, whatever the hub tells of it", "[evidence]") {
    auto state = model_of({plain("config.json"), lfs("model.safetensors")});
    auto const with = [&](std::string text) {
        std::vector<text_file> const texts{{"config.json", oid, std::move(text)}};
        return evidence_of(state, standing::present, nullptr, texts);
    };
    for (bool const told : {true, false}) {
        state.configuration_told = told;
        CHECK(with(R"({"model_type": "llama"})").custom_code == false);
        CHECK(with(R"({"model_type": "llama"})").configuration_read);
        CHECK(with(R"({"auto_map": {"AutoModel": "m.M"}})").custom_code == true);
        CHECK(with(R"({"_attn_implementation": "evil/x"})").custom_code == true);
        CHECK(with(R"({"_attn_implementation": "evil/x"})").reached.size() == 1);
        CHECK(with(R"({"see": "https://a.example"})").custom_code == false); // fetched at most, and not run
    }
    auto const deep = with(std::string(5000, '['));
    CHECK(deep.unreadable == words{"config.json"});
    CHECK_FALSE(deep.configuration_read);
    CHECK(deep.custom_code == std::nullopt);
    CHECK(with("not json").unreadable.empty()); // a loader refuses it as well
}

TEST_CASE("configuration that is listed and not handed out is unread, unless a gate hides it", "[evidence]") {
    auto state = model_of({plain("config.json"), plain("model.safetensors.index.json"), plain("README.md")});
    CHECK(extracted(state).unreadable == words{"config.json"}); // whatever the info tells of it
    CHECK(evidence_of(state, standing::disabled, nullptr).unreadable.empty());
    state.gate = gating::manual;
    CHECK(extracted(state).unreadable.empty());
    std::vector<text_file> const others{{"README.md", oid, "# Model"}};
    state.files.at(1).oid = std::string(40, 'b'); // config.json
    auto const opened = evidence_of(state, standing::present, nullptr, others);
    CHECK(opened.unreadable == words{"config.json"}); // the gate let us in
}

TEST_CASE("the worst verdict counts, and what nobody looked at is no verdict", "[evidence]") {
    using enum scan_level;
    CHECK(worst_scan(std::nullopt, nullptr) == std::nullopt);
    CHECK(worst_scan(scan_report{true, {}}, nullptr) == safe);
    CHECK(worst_scan(scan_report{false, {}}, nullptr) == queued);
    CHECK(worst_scan(scan_report{false, {{"a", caution}}}, nullptr) == queued);
    CHECK(worst_scan(scan_report{false, {{"a", unsafe}}}, nullptr) == unsafe);
    CHECK(worst_scan(scan_report{true, {{"a", caution}, {"b", suspicious}}}, nullptr) == suspicious);
    CHECK(scanned(std::nullopt, {std::nullopt}) == std::nullopt);
    CHECK(scanned(std::nullopt, {safe, unscanned}) == unscanned);
    CHECK(scanned(scan_report{true, {}}, {safe, unscanned, queued}) == safe);
    CHECK(scanned(scan_report{true, {}}, {safe, unsafe}) == unsafe);
    CHECK(scanned(scan_report{true, {}}, {safe, error}) == error); // a word that we do not understand
}

TEST_CASE("declared bases are named once each, never the model itself", "[evidence]") {
    auto state = model_of({});
    state.base_models = {"x/y", "X/Y", "acme/Model", "", "z/w"};
    auto const bases = extracted(state).bases;
    REQUIRE(bases.size() == 2);
    CHECK(bases[0].repo == "x/y");
    CHECK(bases[1].repo == "z/w");
    CHECK_FALSE(bases[0].resolved);
    CHECK_FALSE(bases[0].inferred);
}

TEST_CASE("lists of a hostile card are bounded", "[evidence]") {
    auto state = model_of({});
    for (int i = 0; i < 4'000; ++i) {
        state.base_models.push_back("x/" + std::to_string(i));
        state.tags.push_back("t" + std::to_string(i));
        state.tags.push_back("license:l" + std::to_string(i));
        state.tags.push_back(std::string(1'000, 'x'));
    }
    auto const facts = extracted(state);
    CHECK(facts.bases.size() == 32);
    CHECK(facts.tags.size() == 64);
    CHECK(facts.license_tags.size() == 64);
}

TEST_CASE("neither card nor tags is a hub that holds its tongue, not a model without license", "[evidence]") {
    auto state = model_of({});
    CHECK_FALSE(extracted(state).card_withheld);
    state.tags.clear();
    CHECK(extracted(state).card_withheld);
    state.card = {{"language", "en"}};
    CHECK_FALSE(extracted(state).card_withheld);
}

TEST_CASE("a card is read from its text on, however long its front matter is", "[evidence]") {
    auto const front = "---\nlicense: mit\nwidget: " + std::string(20'000, 'x') + "\n---\n";
    auto const head = card_head(front + "This model is deprecated.\n" + std::string(50'000, 'y'), false);
    REQUIRE(head);
    CHECK(head->find("deprecated") != std::string::npos);
    CHECK(head->size() < front.size() + 10'000);
    CHECK_FALSE(card_head(front.substr(0, 10'000), false)); // the text was not reached
    CHECK(card_head("---\nnever closed", true) == "---\nnever closed");
    CHECK(card_head("# Model", true) == "# Model");
    CHECK(card_head("", true) == "");
}
