#include "daemon/assess/repackager.hpp"
#include "tests/assess/listings.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::assess;
using namespace modelwatch::fixtures;

namespace {

license_statement card(std::string id, std::string name = {}) {
    license_statement out;
    if (!id.empty()) out.ids = {std::move(id)};
    out.name = std::move(name);
    return out;
}

std::string relation(
    license_statement const& own, std::vector<base_license> const& bases, std::string_view owner = "unsloth"
) {
    return std::string{to_string(relate_licenses(own, owner, bases, license_table::builtin()))};
}

std::string judged(provenance_input const& in) {
    return std::string{to_string(judge_provenance(in))};
}

std::string inferred(std::string_view repo) {
    auto const found = infer_base(repo, publisher_registry::builtin());
    return found ? found->repo() : "nothing";
}

std::vector<std::string> kinds(std::vector<drift> const& found) {
    std::vector<std::string> out;
    for (auto const& one : found)
        out.emplace_back(to_string(one.kind));
    return out;
}

} // namespace

TEST_CASE("licences of a derivative and its base", "[repackager]") {
    struct row {
        license_statement own;
        license_statement base;
        std::string relation;
    };

    auto const expected = GENERATE(
        row{card("mit"), card("other", "deepseek"), "looser"}, // unsloth/DeepSeek-V3-GGUF
        row{card("apache-2.0"), card("apache-2.0"), "same"},
        row{card("Apache 2.0"), card("apache-2.0"), "same"},
        row{card("llama-3.1"), card("llama3.1"), "same"},
        row{card("other", "falcon-llm-license"), card("other", "Falcon-LLM-License"), "same"},
        row{card("mit"), card("apache-2.0"), "differs"},
        row{card("cc-by-nc-4.0"), card("apache-2.0"), "differs"},
        row{card("apache-2.0"), card("gpl-3.0"), "looser"},
        row{card("gpl-3.0"), card("openrail"), "differs"}, // one rank
        row{card("gpl-3.0"), card("gemma"), "looser"},
        row{card("llama3"), card("cc-by-nc-4.0"), "looser"},
        row{card("apache-2.0"), card("gemma"), "looser"},
        row{card("other"), card("gemma"), "differs"},
        row{card(""), card("gemma"), "differs"},
        row{card("other"), card("other"), "unresolvable"},
        row{card("mit"), card(""), "unresolvable"},
        row{card("apache-2.0"), card("other", "somebodys-own"), "differs"},
        row{card("other", "somebodys-own"), card("other", "Somebodys Own"), "same"}
    );
    CAPTURE(normalized_license(expected.own), normalized_license(expected.base));
    CHECK(relation(expected.own, {{"acme/base", expected.base}}) == expected.relation);
}

TEST_CASE("a publisher's own work needs no comparison", "[repackager]") {
    CHECK(relation(card("mit"), {}) == "own");
    CHECK(relation(card("mit"), {{"Unsloth/base", card("gemma")}}) == "own");
    CHECK(relation(card("mit"), {{"unsloth/base", std::nullopt}}) == "own");
}

TEST_CASE("of several bases the strictest counts", "[repackager]") {
    std::vector<base_license> const bases{
        {"a/x", card("apache-2.0")}, {"b/y", card("llama3")}, {"c/z", card("mit")}
    };
    CHECK(relation(card("llama3"), bases) == "same");
    CHECK(relation(card("gemma"), bases) == "differs");
    CHECK(relation(card("apache-2.0"), bases) == "looser");
    CHECK(relation(card("mit"), {{"a/x", card("mit")}, {"b/y", card("apache-2.0")}}) == "differs");
    CHECK(relation(card("mit"), {{"a/x", card("mit")}, {"b/y", card("other", "odd")}}) == "differs");
}

TEST_CASE("a base that cannot be resolved is never the same", "[repackager]") {
    CHECK(relation(card("mit"), {{"a/x", std::nullopt}}) == "unresolvable");
    CHECK(relation(card("mit"), {{"a/x", card("mit")}, {"b/y", std::nullopt}}) == "unresolvable");
    CHECK(relation(card("mit"), {{"a/x", card("gemma")}, {"b/y", std::nullopt}}) == "looser");
    for (auto const& [id, entry] : license_table::builtin().entries()) {
        CAPTURE(id);
        CHECK(relation(card(id), {{"a/x", std::nullopt}}) == "unresolvable");
        CHECK(relation(card(id), {{"a/x", card("")}}) == "unresolvable");
    }
}

TEST_CASE("the order of bases does not matter, and no license is looser than itself", "[repackager]") {
    auto const& entries = license_table::builtin().entries();
    std::vector<license_statement> all{card("")};
    for (auto const& [id, entry] : entries)
        all.push_back(entry.field == "license" ? card(id) : card("other", id));
    for (auto const& own : all) {
        CHECK(relation(own, {{"a/x", own}}) != "looser");
        for (std::size_t i = 0; i + 1 < all.size(); i += 7) {
            std::vector<base_license> const there{{"a/x", all[i]}, {"b/y", all[i + 1]}};
            std::vector<base_license> const back{{"b/y", all[i + 1]}, {"a/x", all[i]}};
            CHECK(relation(own, there) == relation(own, back));
        }
    }
}

TEST_CASE("what a repo is", "[repackager]") {
    provenance_input in;
    SECTION("a quantisation that says so") {
        in.repo = "TheBloke/Mistral-7B-Instruct-v0.2-GGUF";
        in.base_models = {"mistralai/Mistral-7B-Instruct-v0.2"};
        CHECK(judged(in) == "repackaged");
        in.base_model_relation = "finetune"; // the name knows better
        CHECK(judged(in) == "repackaged");
        in.base_models.clear();
        CHECK(judged(in) == "looks-repackaged");
        in.publisher_known = true;
        CHECK(judged(in) == "looks-repackaged");
    }
    SECTION("a plain fine-tune, an adapter, a merge") {
        in.repo = "acme/support-bot";
        in.base_models = {"mistralai/Mistral-7B-v0.1"};
        CHECK(judged(in) == "fine-tune");
        in.library_name = "peft";
        CHECK(judged(in) == "adapter");
        in.library_name.clear();
        in.paths = {"adapter_config.json"};
        CHECK(judged(in) == "adapter");
        in.paths.clear();
        in.base_models.emplace_back("google/gemma-7b");
        CHECK(judged(in) == "merge");
        in.base_model_relation = "quantized";
        CHECK(judged(in) == "repackaged");
    }
    SECTION("a mirror") {
        in.repo = "NousResearch/Meta-Llama-3.1-8B";
        in.base_models = {"meta-llama/Meta-Llama-3.1-8B"};
        CHECK(judged(in) == "repackaged");
        in.base_models = {"meta-llama/Llama-3.1-8B"}; // as the Hub calls it since
        CHECK(judged(in) == "repackaged");
        in.base_model_relation = "finetune"; // the Hub's own guess
        CHECK(judged(in) == "repackaged");
        in.base_models.clear();
        CHECK(judged(in) == "looks-repackaged");
        in.repo = "acme/anything";
        in.mirror_of = "meta-llama";
        CHECK(judged(in) == "repackaged");
    }
    SECTION("files tell too") {
        in.repo = "acme/support-bot";
        in.paths = {"support-bot.Q4_K_M.gguf"};
        CHECK(judged(in) == "looks-repackaged");
        in.paths.emplace_back("model.safetensors");
        CHECK(judged(in) == "unknown");
        in.tags = {"AWQ"};
        CHECK(judged(in) == "looks-repackaged");
        in.tags = {"lora"};
        CHECK(judged(in) == "adapter");
    }
    SECTION("own work") {
        in.repo = "google/gemma-2-2b";
        CHECK(judged(in) == "own");
        in.repo = "google/gemma-2-2b-it";
        in.base_models = {"google/gemma-2-2b"};
        CHECK(judged(in) == "own");
        in.repo = "Qwen/Qwen2.5-7B-Instruct-GGUF"; // its own family
        in.base_models.clear();
        in.paths = {"a.gguf"};
        CHECK(judged(in) == "own");
        in.repo = "acme/widget";
        in.paths.clear();
        CHECK(judged(in) == "unknown");
        in.publisher_known = true;
        CHECK(judged(in) == "own");
        in.repo = "acme/granite-countertops"; // a word, not a model of the family
        CHECK(judged(in) == "own");
    }
}

TEST_CASE("a candidate for an undeclared base is read from the name", "[repackager]") {
    CHECK(inferred("RichardErkhov/meta-llama_-_Llama-2-7b-hf-gguf") == "meta-llama/Llama-2-7b");
    CHECK(inferred("RichardErkhov/some-user_-_odd_model-4bits") == "some-user/odd_model-4bits");
    CHECK(inferred("bartowski/google_gemma-3-27b-it-GGUF") == "google/gemma-3-27b-it");
    CHECK(inferred("bartowski/qwen_Qwen3-8B-GGUF") == "Qwen/Qwen3-8B");
    CHECK(inferred("TheBloke/Mistral-7B-Instruct-v0.2-GGUF") == "mistralai/Mistral-7B-Instruct-v0.2");
    CHECK(inferred("TheBloke/CapybaraHermes-2.5-Mistral-7B-GGUF") == "CapybaraHermes-2.5-Mistral-7B");
    CHECK(inferred("bartowski/Llama-3.1-Nemotron-70B-Instruct-GGUF") == "Llama-3.1-Nemotron-70B-Instruct");
    CHECK(inferred("mradermacher/Widget-Pro-i1-GGUF") == "Widget-Pro");
    CHECK(inferred("NousResearch/Meta-Llama-3-8B") == "meta-llama/Meta-Llama-3-8B");
    CHECK(inferred("google/gemma-2-2b") == "nothing");
    CHECK(inferred("acme/support-bot") == "nothing");
    CHECK(inferred("x/_-_") == "nothing");
    CHECK(inferred("x/../_-_y") == "nothing");
    CHECK(inferred("x/GGUF") == "nothing");
    CHECK(inferred("x/" + std::string(1'000, '_')) == "nothing");
    CHECK(inferred_base::label == "inferred, unconfirmed");
}

TEST_CASE("what moved under a derivative", "[repackager]") {
    derived_facts own{day("2024-01-01"), gating::open};
    base_facts before;
    before.repo = "acme/base";
    before.commit = std::string(40, '1');
    before.model_committed_at = day("2023-12-01");
    before.license = card("apache-2.0");
    before.license_text = "aa";
    before.gate = gating::open;
    before.scan = scan_level::safe;
    auto now = before;
    auto const found = [&] { return kinds(find_drift(own, &before, now, license_table::builtin())); };
    using list = std::vector<std::string>;
    CHECK(found() == list{});
    SECTION("content") {
        now.model_committed_at = day("2024-01-02");
        CHECK(found() == list{"content"});
        own.weights_committed_at.reset();
        CHECK(found() == list{});
    }
    SECTION("licence") {
        now.license = card("gemma");
        auto const changes = find_drift(own, &before, now, license_table::builtin());
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].was == "apache-2.0 (permissive)");
        CHECK(changes[0].is == "gemma (custom-commercial-restricted)");
        now.license = card("Apache 2.0");
        CHECK(found() == list{});
        now.license.reset();
        CHECK(found() == list{});
        now.license = before.license;
        now.license_text = "bb";
        CHECK(found() == list{"license"});
        now.license_text.clear();
        CHECK(found() == list{});
    }
    SECTION("gate") {
        now.gate = gating::manual;
        CHECK(found() == list{"gate"});
        own.gate = gating::unknown;
        CHECK(found() == list{});
        own.gate = gating::automatic;
        CHECK(found() == list{});
    }
    SECTION("lineage") {
        now.new_version = "acme/base-2";
        CHECK(found() == list{"lineage"});
        now.new_version.clear();
        now.superseded = true;
        CHECK(found() == list{"lineage"});
        now.superseded = false;
        now.renamed_to = "other/base";
        CHECK(found() == list{"lineage"});
        now.renamed_to.clear();
        now.missing = true;
        CHECK(found() == list{"lineage"});
    }
    SECTION("scan") {
        now.scan = scan_level::suspicious;
        CHECK(found() == list{"scan"});
        before.scan = scan_level::suspicious;
        CHECK(found() == list{});
        now.scan = scan_level::unsafe;
        CHECK(found() == list{"scan"});
        now.scan = scan_level::error;
        CHECK(found() == list{});
    }
    SECTION("all at once, in order") {
        now.model_committed_at = day("2025-01-01");
        now.license = card("mit");
        now.gate = gating::automatic;
        now.superseded = true;
        now.scan = scan_level::unsafe;
        CHECK(found() == list{"content", "license", "gate", "lineage", "scan"});
    }
    SECTION("without a stored state only what needs no history is found") {
        now.license = card("mit");
        now.gate = gating::automatic;
        now.scan = scan_level::unsafe;
        CHECK(kinds(find_drift(own, nullptr, now, license_table::builtin())) == list{"gate", "scan"});
    }
}
