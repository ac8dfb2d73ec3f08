#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace modelwatch;
using namespace modelwatch::fixtures;

namespace {

/// gemma, whose file at `path` changes its text.
struct edit : scene {
    edit(std::string const& path, std::string const& old_text, std::string const& new_text)
        : scene{gemma()} {
        move_on();
        add(before, path, old_text);
        add(now, path, new_text);
    }

    /// A file of both states that does not change is not read.
    void add(snapshot& state, std::string const& path, std::string const& text) {
        put(state, file(path, text));
        texts.push_back({path, git_blob_id(text), text});
    }

    [[nodiscard]] bool has(alert_kind kind) const { return find(kind).has_value(); }
};

json::array const& list(change const& what, std::string_view key) {
    return what.evidence.at(key).as_array();
}

bool is_true(change const& what, std::string_view key) {
    auto const* const value = what.evidence.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

} // namespace

TEST_CASE("a switch that a configuration gains is code-added, and says what and by what", "[switches]") {
    struct row {
        std::string path;
        std::string now;
        std::string target;
        bool without_consent;
    };

    auto const given = GENERATE(
        row{"config.json",
            R"({"_attn_implementation_internal": "evil-org/fast-attn"})",
            "evil-org/fast-attn",
            true},
        row{"config.json",
            R"({"k": {"trust_remote_code": true, "_name_or_path": "evil/sp"}})",
            "evil/sp",
            true},
        row{"tokenizer_config.json",
            R"({"auto_map": {"AutoTokenizer": ["tok.Evil", null]}})",
            "tok.Evil",
            false},
        row{"processor_config.json", R"({"novel": "evil/r--m.C"})", "evil/r--m.C", false},
        row{"model.safetensors.index.json", R"({"weight_map": {"a": "../../x"}})", "../../x", true}
    );
    CAPTURE(given.path, given.now);
    edit const scene{given.path, "{}", given.now};
    auto const found = scene.find(alert_kind::code_added).value();
    CHECK_FALSE(scene.has(alert_kind::commits_added));
    CHECK(is_true(found, "without_consent") == given.without_consent);
    CHECK(found.subject.starts_with(given.path + "#/"));
    CHECK(found.summary.find(given.target) != std::string::npos);
    auto const targets = list(found, "reach_added");
    CHECK(std::any_of(targets.begin(), targets.end(), [&](json::value const& one) {
        return text_of(one.as_object(), "target") == given.target &&
               one.at("needs_consent").as_bool() != given.without_consent;
    }));
}

TEST_CASE("a switch that comes with a new file is code-added too", "[switches]") {
    edit scene{"config.json", "{}", "{}"};
    scene.add(scene.now, "adapter_config.json", R"({"base_model_name_or_path": "evil/base"})");
    auto const found = scene.find(alert_kind::code_added).value();
    CHECK(found.subject == "adapter_config.json#/base_model_name_or_path");
    CHECK_FALSE(is_true(found, "without_consent"));
}

TEST_CASE("a switch that leads elsewhere is code-changed, one that went is code removed", "[switches]") {
    edit const other{
        "config.json",
        R"({"attn_implementation": "kernels-community/flash"})",
        R"({"attn_implementation": "evil/flash"})"
    };
    auto const found = other.find(alert_kind::code_changed).value();
    CHECK_FALSE(other.has(alert_kind::code_added));
    CHECK(is_true(found, "without_consent"));
    CHECK(list(found, "reach_changed").at(0).at("target") == "evil/flash");
    edit const gone{
        "config.json", R"({"attn_implementation": "evil/flash"})", R"({"attn_implementation": "sdpa"})"
    };
    auto const removed = gone.find(alert_kind::code_changed).value();
    CHECK(is_true(removed, "only_removed"));
    CHECK_FALSE(is_true(removed, "without_consent"));
    CHECK_FALSE(gone.has(alert_kind::code_added));
}

TEST_CASE("what was there at the baseline is no news", "[switches][harmless]") {
    struct row {
        std::string path;
        std::string before;
        std::string now;
    };

    auto const given = GENERATE(
        row{"adapter_config.json",
            R"({"base_model_name_or_path": "acme/base", "r": 8})",
            R"({"base_model_name_or_path": "acme/base", "r": 16})"},
        row{"config.json",
            R"({"attn_implementation": "eager", "_name_or_path": "a/b"})",
            R"({"attn_implementation": "flash_attention_2", "_name_or_path": "c/d"})"},
        row{"modules.json",
            R"([{"type": "pylate.Dense"}])",
            R"([{"type": "sentence_transformers.models.Pooling"}, {"type": "pylate.Dense"}])"},
        row{"config.json", R"({"dropout": 0.1})", R"({"dropout": 0.2, "rope_scaling": {"factor": 8}})"}
    );
    CAPTURE(given.path, given.now);
    CHECK(edit{given.path, given.before, given.now}.kinds() == kind_list{"commits-added", "config-changed"});
}

TEST_CASE("an entry that the hub tells of itself is told once, by its usual name", "[switches]") {
    edit scene{"config.json", "{}", R"({"auto_map": {"AutoModel": "modeling_x.X"}})"};
    scene.now.auto_map = {"AutoModel=modeling_x.X"};
    auto const found = scene.find(alert_kind::code_added).value();
    CHECK(found.subject == "auto_map");
    CHECK(found.summary.find("#/auto_map") == std::string::npos);
    CHECK(list(found, "auto_map_added").size() == 1);
    CHECK(list(found, "reach_added").size() == 1);
    scene.before.auto_map = scene.now.auto_map;
    CHECK_FALSE(scene.has(alert_kind::code_added)); // it was known at the baseline, whatever its text said
}

TEST_CASE("configuration that cannot be read is never said to touch no code", "[switches][unknown]") {
    edit scene{"config.json", "{}", "[[[[ not json"};
    auto found = scene.find(alert_kind::config_changed).value();
    CHECK(list(found, "unread").at(0).at("path") == "config.json");
    auto commits = scene.find(alert_kind::commits_added).value();
    CHECK(commits.detail.find("no weights, code") == std::string::npos);
    CHECK(commits.detail.find("not known") != std::string::npos);
    scene.texts.clear();
    put(scene.now, plain("config.json", 9'000'000, commit('9')));
    found = scene.find(alert_kind::config_changed).value();
    CHECK(found.detail.find("too large") != std::string::npos);
}

TEST_CASE(
    "where the baseline's text is not known, a switch counts as new and says so", "[switches][unknown]"
) {
    edit scene{"config.json", "{}", R"({"attn_implementation": "evil/x"})"};
    std::erase_if(scene.texts, [](text_file const& one) { return one.text == "{}"; });
    auto const found = scene.find(alert_kind::code_added).value();
    CHECK_FALSE(found.evidence.at("before_known").as_bool());
}

TEST_CASE(
    "a changed configuration names its settings, addresses first, within bounds", "[switches][config]"
) {
    std::string before = "{";
    std::string now = "{";
    for (int i = 0; i < 3000; ++i) {
        before += "\"k" + std::to_string(i) + "\": 1, ";
        now += "\"k" + std::to_string(i) + "\": 2, ";
    }
    before += R"("z": {"docs": "none"}})";
    now += R"("z": {"docs": "http://x.example/y"}})";
    edit const scene{"generation_config.json", before, now};
    auto const found = scene.find(alert_kind::config_changed).value();
    CHECK(list(found, "changes").size() == 20);
    CHECK(list(found, "changes").at(0).at("key") == "generation_config.json#/z/docs");
    CHECK(list(found, "changes").at(0).at("new") == "\"http://x.example/y\"");
    CHECK(found.evidence.at("changes_total") == 3001);
    CHECK(found.detail.find("and 2993 more") != std::string::npos);
}

TEST_CASE("token strings that differ are named, and the grave ones are marked", "[switches][tokens]") {
    struct row {
        std::string path;
        std::string before;
        std::string now;
        bool grave;
        std::string first; ///< new text of the first that is listed
    };

    auto const given = GENERATE(
        // the string of a special token
        row{"special_tokens_map.json", R"({"eos_token": "</s>"})", R"({"eos_token": "<|x|>"})", true, "<|x|>"
        },
        row{"special_tokens_map.json",
            R"({"eos_token": {"content": "</s>"}})",
            R"({"eos_token": "<|x|>"})",
            true,
            "<|x|>"},
        row{"special_tokens_map.json",
            R"({"additional_special_tokens": ["<a>", "<b>"]})",
            R"({"additional_special_tokens": ["<b>", "<c>"]})",
            true,
            "<c>"},
        row{"tokenizer_config.json",
            R"({"added_tokens_decoder": {"7": {"content": "<a>", "special": true}}})",
            R"({"added_tokens_decoder": {"7": {"content": "<b>", "special": true}}})",
            true,
            "<b>"},
        row{"sub/tokenizer.json",
            R"({"added_tokens": [{"id": 7, "content": "<a>", "special": true}]})",
            R"({"added_tokens": [{"id": 7, "content": "<b>", "special": true}]})",
            true,
            "<b>"},
        // what no string should gain
        row{"added_tokens.json",
            R"({"hello": 7})",
            R"({"http://e.example/?q=": 7})",
            true,
            "http://e.example/?q="},
        row{"sub/tokenizer.json",
            R"({"model": {"vocab": {"ok": 1}}})",
            R"({"model": {"vocab": {"a; b": 1}}})",
            true,
            "a; b"},
        row{"vocab.json", R"({"ok": 1})", R"({"<tool_call>": 1})", true, "<tool_call>"},
        row{"added_tokens.json",
            R"({"a": 1})",
            R"({"a": 1, "<\u2581tool\u2581call": 2})",
            true,
            "<\xe2\x96\x81tool\xe2\x96\x81"
            "call"},
        // ordinary edits
        row{"vocab.json", R"({"ok": 1})", R"({"okay": 1})", false, "okay"},
        row{"vocab.json", R"({"a": 1})", R"({"a": 1, "a; b": 2})", false, "a; b"},
        row{"special_tokens_map.json",
            R"({"eos_token": "</s>"})",
            R"({"eos_token": "</s>", "pad_token": "<pad>"})",
            false,
            "<pad>"},
        row{"special_tokens_map.json",
            R"({"eos_token": "http://x"})",
            R"({"eos_token": "http://x", "pad_token": "http://x"})",
            false,
            "http://x"}
    );
    CAPTURE(given.path, given.now);
    edit const scene{given.path, given.before, given.now};
    auto const found = scene.find(alert_kind::tokenizer_changed).value();
    CHECK(is_true(found, "grave_token") == given.grave);
    CHECK(text_of(list(found, "tokens").at(0).as_object(), "new") == given.first);
    CHECK(found.detail.find("Token strings that differ") != std::string::npos);
}

TEST_CASE("special tokens and addresses stand before a whole vocabulary", "[switches][tokens]") {
    std::string before = R"({"model": {"vocab": {)";
    std::string now = before;
    for (int i = 0; i < 5000; ++i) {
        before += "\"a" + std::to_string(i) + "\": " + std::to_string(i) + ", ";
        now += "\"b" + std::to_string(i) + "\": " + std::to_string(i) + ", ";
    }
    before += R"("x": 5000}}, "added_tokens": [{"id": 5001, "content": "<s>", "special": true}]})";
    now += R"("a://b": 5000}}, "added_tokens": [{"id": 5001, "content": "<t>", "special": true}]})";
    edit const scene{"sub/tokenizer.json", before, now};
    auto const found = scene.find(alert_kind::tokenizer_changed).value();
    CHECK(list(found, "tokens").size() == 20);
    CHECK(list(found, "tokens").at(0).at("new") == "<t>");
    CHECK(list(found, "tokens").at(1).at("new") == "a://b");
    CHECK(found.evidence.at("tokens_total") == 5002);
}

TEST_CASE("a tokenizer's settings are told apart from its template by their texts", "[switches][template]") {
    edit const setting{
        "tokenizer_config.json", R"({"a": 1, "chat_template": "x"})", R"({"a": 2, "chat_template": "x"})"
    };
    CHECK(setting.kinds() == kind_list{"commits-added", "tokenizer-changed"});
    CHECK(setting.find(alert_kind::tokenizer_changed)->detail.find("#/a: 1 → 2") != std::string::npos);
    edit const both{
        "tokenizer_config.json", R"({"a": 1, "chat_template": "x"})", R"({"a": 2, "chat_template": "y"})"
    };
    CHECK(both.kinds() == kind_list{"template-changed", "tokenizer-changed"});
    edit const templ{"tokenizer_config.json", R"({"chat_template": "x"})", R"({"chat_template": "y"})"};
    CHECK(templ.kinds() == kind_list{"template-changed"});
}

TEST_CASE("a vocabulary that is too large to be read is said to be unknown", "[switches][tokens][unknown]") {
    scene given{gemma()};
    given.move_on();
    given.now.files[9].sha256 = std::string(64, '7'); // tokenizer.json, 17 MB
    auto const found = given.find(alert_kind::tokenizer_changed).value();
    CHECK(list(found, "unread").at(0) == "tokenizer.json");
    CHECK(found.detail.find("not known") != std::string::npos);
}

TEST_CASE("hostile settings are told within bounds, and harmlessly", "[switches][hostile]") {
    std::string const nasty = "\\u001b[31m\\n" + std::string(5000, 'x') + "/y";
    std::string many = "{";
    for (int i = 0; i < 500; ++i)
        many += "\"" + nasty + std::to_string(i) + "\": {\"_attn_implementation\": \"e/" + std::to_string(i) +
                "\"}, ";
    edit const scene{
        "config.json", "{}", many.substr(0, 1'900'000).substr(0, many.rfind(',', 1'900'000)) + "}"
    };
    auto const found = scene.find(alert_kind::code_added).value();
    CHECK(list(found, "reach_added").size() == 100);
    for (auto const& text : {found.subject, found.summary, found.detail, to_line(found.evidence)}) {
        CHECK(text.find('\x1b') == std::string::npos);
        CHECK(text.find('\n') == std::string::npos);
        CHECK(text.size() < 100'000);
    }
    CHECK(found.summary.size() < 400);
    CHECK(found.detail.size() < 2000);
}
