#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::fixtures;

TEST_CASE("the reference models compared with themselves say nothing", "[compare]") {
    CHECK(scene{gemma()}.kinds() == kind_list{});
    CHECK(scene{mistral_gguf()}.kinds() == kind_list{});
    CHECK(scene{falcon()}.kinds() == kind_list{});
}

TEST_CASE("another content under a weight's path is weights-replaced with both hashes", "[weights]") {
    scene given{gemma()};
    given.move_on();
    auto const old = given.before.files[4];
    put(given.now, lfs(old.path, 4992576137, commit('9'), std::string(64, 'e')));
    CHECK(given.kinds() == kind_list{"weights-replaced"});
    auto const found = given.find(alert_kind::weights_replaced).value();
    CHECK(found.subject == "model-00001-of-00003.safetensors");
    REQUIRE(found.files.size() == 1);
    CHECK(found.files[0].old_sha256 == old.sha256);
    CHECK(found.files[0].new_sha256 == std::string(64, 'e'));
    CHECK(found.files[0].old_size == 4992576136u);
    CHECK(found.files[0].new_size == 4992576137u);
    CHECK(found.baseline_commit == given.before.commit);
    CHECK(found.commit == given.now.commit);
    CHECK_FALSE(found.evidence.contains("silent"));
    CHECK(found.summary.find("1425aa06") != std::string::npos);
    CHECK(found.summary.find("c5ebcd40") != std::string::npos);
    CHECK(found.summary.find("gemma") == std::string::npos);
    CHECK(found.detail.find("author-a") != std::string::npos);
    CHECK(found.detail.find("Commit aaaa") != std::string::npos);
}

TEST_CASE("a replacement under the same commit is silent", "[weights]") {
    scene given{gemma()};
    given.now.files[4].sha256 = std::string(64, 'e');
    auto const found = given.find(alert_kind::weights_replaced).value();
    CHECK(found.evidence.at("silent").as_bool());
    CHECK(found.detail.find("commit id did not change") != std::string::npos);
    CHECK(given.kinds() == kind_list{"weights-replaced"});
}

TEST_CASE("a replacement while the history was rewritten is silent", "[weights]") {
    scene given{gemma()};
    given.now.commit = commit('b');
    given.log = log_of({commit('b'), commit('c')});
    given.now.files[4].sha256 = std::string(64, 'e');
    CHECK(given.kinds() == kind_list{"weights-replaced", "history-rewritten"});
    CHECK(given.find(alert_kind::weights_replaced)->evidence.at("silent").as_bool());
    CHECK_FALSE(given.find(alert_kind::history_rewritten)->evidence.at("weights_unchanged").as_bool());
}

TEST_CASE("several replaced weights are one change that lists each", "[weights]") {
    scene given{gemma()};
    given.move_on();
    for (auto& entry : given.now.files) {
        if (entry.path.ends_with(".safetensors")) entry.sha256 = std::string(64, 'd');
    }
    auto const found = given.find(alert_kind::weights_replaced).value();
    CHECK(found.subject == "3 files");
    CHECK(found.files.size() == 3);
}

TEST_CASE("weights that went and came are told apart", "[weights]") {
    scene given{mistral_gguf()};
    given.move_on();
    drop(given.now, given.before.files[2].path);
    put(given.now, weights("other.gguf", "other bytes"));
    CHECK(given.kinds() == kind_list{"weights-removed", "weights-added"});
    auto const removed = given.find(alert_kind::weights_removed).value();
    CHECK(removed.files[0].new_sha256.empty());
    CHECK_FALSE(removed.files[0].new_size.has_value());
    CHECK_FALSE(removed.evidence.contains("moved"));
    CHECK(given.find(alert_kind::weights_added)->files[0].old_sha256.empty());
}

namespace {

void move_file(snapshot& state, std::string const& from, std::string to) {
    auto moved = *state.find(from);
    drop(state, from);
    moved.path = std::move(to);
    put(state, moved);
}

json::object first_move(change const& what) {
    return what.evidence.at("moved").as_array().at(0).as_object();
}

} // namespace

TEST_CASE("bytes that only got another path are told as moved and as nothing else", "[weights][moved]") {
    auto const [from, to] = GENERATE(table<std::string, std::string>({
        {"mistral-7b-instruct-v0.2.Q4_K_M.gguf", "q4/mistral-7b-instruct-v0.2.Q4_K_M.gguf"},
        {"mistral-7b-instruct-v0.2.Q4_K_M.gguf", "renamed.gguf"},
        {"odd.dat", "even.dat"},
        {"odd.dat", "no-dot"},
        {"old/pytorch_model.bin", "pytorch_model.bin"},
        {"LICENSE", "LICENSE.md"},
    }));
    CAPTURE(from, to);
    auto state = mistral_gguf();
    put(state, weights("odd.dat", "odd"));
    put(state, weights("old/pytorch_model.bin", "pickle"));
    put(state, file("LICENSE", "terms"));
    scene given{state};
    given.move_on();
    move_file(given.now, from, to);
    CHECK(given.kinds() == kind_list{"commits-added"});
    auto const told = given.find(alert_kind::commits_added).value();
    CHECK(text_of(first_move(told), "from") == from);
    CHECK(text_of(first_move(told), "to") == to);
    CHECK(told.detail.find("the same bytes") != std::string::npos);
    CHECK(told.detail.find("touch no weights") == std::string::npos);
}

TEST_CASE("a move beside a graver change is told with it", "[weights][moved]") {
    scene given{mistral_gguf()};
    given.move_on();
    auto const [first, second] = std::pair{given.before.files[2].path, given.before.files[3].path};
    move_file(given.now, first, "renamed.gguf");
    put(given.now, weights(second, "other bytes"));
    CHECK(given.kinds() == kind_list{"weights-replaced"});
    auto const told = given.find(alert_kind::weights_replaced).value();
    CHECK(told.subject == second);
    CHECK(text_of(first_move(told), "to") == "renamed.gguf");
}

TEST_CASE("a rewritten history that only moved weights left their bytes alone", "[weights][moved]") {
    scene given{mistral_gguf()};
    given.now.commit = commit('b');
    given.log = log_of({commit('b'), commit('c')});
    move_file(given.now, given.before.files[2].path, "renamed.gguf");
    CHECK(given.kinds() == kind_list{"history-rewritten"});
    auto const told = given.find(alert_kind::history_rewritten).value();
    CHECK(told.evidence.at("weights_unchanged").as_bool());
    CHECK(text_of(first_move(told), "to") == "renamed.gguf");
}

TEST_CASE("what is not the same bytes has not moved", "[weights][moved]") {
    scene given{mistral_gguf()};
    given.move_on();
    auto const path = given.before.files[2].path;
    SECTION("other bytes") {
        drop(given.now, path);
        put(given.now, weights("renamed.gguf", "other"));
        CHECK(given.kinds() == kind_list{"weights-removed", "weights-added"});
    }
    SECTION("one of two copies went") {
        auto copy = *given.before.find(path);
        copy.path = "copy.gguf";
        put(given.before, copy);
        drop(given.now, path);
        CHECK(given.find(alert_kind::weights_removed)->files.size() == 2);
        put(given.now, copy);
        CHECK(given.find(alert_kind::weights_removed)->subject == path);
    }
    SECTION("under the same commit nothing can move") {
        given.now.commit = given.before.commit;
        move_file(given.now, path, "renamed.gguf");
        CHECK(given.kinds() == kind_list{"weights-removed", "weights-added"});
        CHECK(given.find(alert_kind::weights_removed)->evidence.at("silent").as_bool());
    }
    SECTION("a hub that gives no hash at all proves nothing") {
        for (auto* const state : {&given.before, &given.now}) {
            for (auto& entry : state->files) {
                entry.sha256.clear();
                entry.oid.clear();
            }
        }
        move_file(given.now, path, "renamed.gguf");
        CHECK(given.kinds() == kind_list{"weights-removed", "weights-added"});
    }
}

TEST_CASE(
    "a move that lets a loader run what it did not run before is an unsafe format", "[formats][moved]"
) {
    scene given{mistral_gguf()};
    given.move_on();
    move_file(given.now, given.before.files[2].path, "pytorch_model.bin");
    CHECK(given.kinds() == kind_list{"unsafe-format-added"});
    CHECK(given.find(alert_kind::unsafe_format_added)->evidence.contains("moved"));
}

TEST_CASE("weights under a name that nobody listed are weights", "[weights][unknown-format]") {
    auto const path = GENERATE(
        as<std::string>{},
        "X.Q8_0.gguf.part1of2",
        "llama-2-70b.Q8_0.gguf-split-a",
        "rust_model.ot",
        "model.ckpt-1000000.data-00000-of-00001",
        "danger.dat",
        "danger",
        "pytorch_model.bin.001"
    );
    CAPTURE(path);
    auto state = gemma();
    put(state, weights(path, "one"));
    scene given{state};
    given.move_on();
    SECTION("replaced") {
        put(given.now, weights(path, "two"));
        CHECK(given.kinds() == kind_list{"weights-replaced"});
        CHECK(given.find(alert_kind::weights_replaced)->subject == path);
    }
    SECTION("come") {
        drop(given.before, path);
        CHECK(given.kinds() == kind_list{"weights-added", "unsafe-format-added"});
    }
    SECTION("gone") {
        drop(given.now, path);
        CHECK(given.kinds() == kind_list{"weights-removed"});
    }
    SECTION("grown out of a small file of git's") {
        put(given.before, file(path, "small"));
        auto const told = given.kinds();
        CHECK(std::find(told.begin(), told.end(), "weights-replaced") != told.end());
        CHECK(told != kind_list{"commits-added"});
    }
}

TEST_CASE("of a small file of no known kind the commits do not say that it is harmless", "[history]") {
    scene given{gemma()};
    given.move_on();
    put(given.now, file("danger.dat", "small"));
    CHECK(given.kinds() == kind_list{"commits-added"});
    auto const detail = given.find(alert_kind::commits_added)->detail;
    CHECK(detail.find("danger.dat") != std::string::npos);
    CHECK(detail.find("touch no weights") == std::string::npos);
    drop(given.now, "danger.dat");
    put(given.now, file(".gitattributes", "* text"));
    CHECK(given.find(alert_kind::commits_added)->detail.find("touch no weights") != std::string::npos);
}

TEST_CASE("a hub that leaves out a hash has not replaced anything", "[weights][unknown]") {
    scene given{gemma()};
    for (auto& entry : given.now.files)
        entry.sha256.clear();
    CHECK(given.kinds() == kind_list{});
    for (auto& entry : given.now.files)
        entry.oid.clear();
    CHECK(given.kinds() == kind_list{});
    given.now.files[4].size += 1;
    CHECK(given.kinds() == kind_list{"weights-replaced"});
}

TEST_CASE("code files, requirements and auto_map that came are code-added", "[code]") {
    scene given{gemma()};
    given.move_on();
    put(given.now, file("modeling_gemma2.py", "import os"));
    put(given.now, file("requirements.txt", "evil"));
    given.now.auto_map = {"AutoModel=modeling_gemma2.Gemma", "AutoTokenizer=other/repo--tok.Tok"};
    given.now.custom_code = true;
    CHECK(given.kinds() == kind_list{"code-added"});
    auto const found = given.find(alert_kind::code_added).value();
    CHECK(found.subject == "2 files");
    CHECK(found.evidence.at("custom_code").as_bool());
    CHECK(found.evidence.at("auto_map_added").as_array().size() == 2);
    CHECK(found.evidence.at("foreign_code").as_array().size() == 1);
    CHECK(found.detail.find("another repo") != std::string::npos);
    CHECK(found.files[0].new_sha256 == "git:" + git_blob_id("import os"));
}

TEST_CASE("an auto_map entry or the tag alone is enough for code-added", "[code]") {
    scene given{gemma()};
    given.move_on();
    given.now.auto_map = {"AutoModel=modeling_gemma2.Gemma"};
    CHECK(given.find(alert_kind::code_added)->subject == "auto_map");
    given.now.auto_map.clear();
    given.now.custom_code = true;
    CHECK(given.find(alert_kind::code_added)->subject == "custom_code");
}

TEST_CASE("changed and removed code, and another auto_map target, are code-changed", "[code]") {
    scene given{falcon()};
    given.move_on();
    put(given.now, file("modeling_falcon.py", "import os\n"));
    CHECK(given.kinds() == kind_list{"code-changed"});
    drop(given.now, "modeling_falcon.py");
    CHECK(given.find(alert_kind::code_changed)->evidence.at("only_removed").as_bool());
    given.now = given.before;
    given.move_on();
    given.now.auto_map[1] = "AutoModel=backdoor.FalconModel";
    CHECK(given.kinds() == kind_list{"code-changed"});
    CHECK(given.find(alert_kind::code_changed)->subject == "auto_map");
    given.now.auto_map.clear();
    CHECK(given.find(alert_kind::code_changed)->evidence.at("auto_map_removed").as_array().size() == 2);
}

TEST_CASE("a template text that differs is template-changed with both hashes", "[template]") {
    scene given{gemma()};
    given.before.chat_template = "{{ a }}";
    given.now.chat_template = "{{ b }}";
    given.move_on();
    put(given.now, file("tokenizer_config.json", "other"));
    CHECK(given.kinds() == kind_list{"template-changed"});
    auto const found = given.find(alert_kind::template_changed).value();
    CHECK(text_of(found.evidence, "old_template_sha256") == sha256_hex("{{ a }}"));
    CHECK(text_of(found.evidence, "new_template_sha256") == sha256_hex("{{ b }}"));
    CHECK(found.subject == "tokenizer_config.json");
}

TEST_CASE("tokenizer_config.json with a template that is proven equal is tokenizer-changed", "[template]") {
    scene given{gemma()};
    given.before.chat_template = given.now.chat_template = "{{ a }}";
    given.move_on();
    put(given.now, file("tokenizer_config.json", "other"));
    CHECK(given.kinds() == kind_list{"commits-added", "tokenizer-changed"});
}

TEST_CASE(
    "tokenizer_config.json with an unknown template counts as a changed template", "[template][unknown]"
) {
    scene given{gemma()};
    given.move_on();
    put(given.now, file("tokenizer_config.json", "other"));
    CHECK(given.kinds() == kind_list{"template-changed"});
    given.before.chat_template = "{{ a }}";
    CHECK(given.kinds() == kind_list{"template-changed"});
}

TEST_CASE("a template that the hub does not show any more has not changed", "[template][unknown]") {
    scene given{mistral_gguf()};
    given.before.chat_template = "{{ a }}";
    CHECK(given.kinds() == kind_list{});
    std::swap(given.before.chat_template, given.now.chat_template);
    CHECK(given.kinds() == kind_list{});
}

TEST_CASE("template files that come, change or go are template-changed", "[template]") {
    for (std::string const path : {"chat_template.jinja", "additional_chat_templates/tool.jinja"}) {
        scene given{gemma()};
        given.move_on();
        put(given.now, file(path, "{{ x }}"));
        CHECK(given.kinds() == kind_list{"template-changed"});
        std::swap(given.before.files, given.now.files);
        CHECK(given.kinds() == kind_list{"template-changed"});
    }
}

TEST_CASE("tokenizer and configuration files have kinds of their own", "[config]") {
    scene given{gemma()};
    given.move_on();
    given.now.files[9].sha256 = std::string(64, '7'); // tokenizer.json
    put(given.now, file("generation_config.json", "other"));
    CHECK(given.kinds() == kind_list{"commits-added", "config-changed", "tokenizer-changed"});
    CHECK(given.find(alert_kind::tokenizer_changed)->subject == "tokenizer.json");
    CHECK(given.find(alert_kind::config_changed)->subject == "generation_config.json");
    CHECK_FALSE(given.find(alert_kind::config_changed)->evidence.contains("architecture_changed"));
}

TEST_CASE("a changed config.json names its keys where both texts are known", "[config]") {
    scene given{falcon()};
    given.move_on();
    std::string const old_text = R"({"model_type": "falcon", "vocab_size": 65024, "use_cache": true})";
    std::string new_text = R"({"model_type": "falcon", "vocab_size": 65024, "use_cache": false})";
    put(given.before, file("config.json", old_text));
    put(given.now, file("config.json", new_text));
    CHECK(given.find(alert_kind::config_changed)->evidence.at("architecture_changed").is_null());
    given.texts = {
        {"config.json", git_blob_id(old_text), old_text}, {"config.json", git_blob_id(new_text), new_text}
    };
    auto found = given.find(alert_kind::config_changed).value();
    CHECK_FALSE(found.evidence.at("architecture_changed").as_bool());
    CHECK(found.detail.find("use_cache") != std::string::npos);
    new_text = R"({"model_type": "falcon", "vocab_size": 1})";
    put(given.now, file("config.json", new_text));
    given.texts[1] = {"config.json", git_blob_id(new_text), new_text};
    found = given.find(alert_kind::config_changed).value();
    CHECK(found.evidence.at("architecture_changed").as_bool());
    CHECK(found.evidence.at("changed_keys").as_array().size() == 2);
    given.texts[1].text = "[[[[ not json";
    CHECK(given.find(alert_kind::config_changed)->evidence.at("architecture_changed").is_null());
}

TEST_CASE("whether the deployed commit is affected is said where it can be told", "[deployed]") {
    scene given{gemma()};
    given.move_on();
    given.now.files[4].sha256 = std::string(64, 'e');
    auto const affected = [&] {
        return given.find(alert_kind::weights_replaced)->evidence.at("deployed_affected");
    };
    CHECK_FALSE(given.find(alert_kind::weights_replaced)->evidence.contains("deployed_affected"));
    given.target.deployed = "c5ebcd40";
    CHECK(affected() == false);
    CHECK(
        given.find(alert_kind::weights_replaced)->detail.find("c5ebcd40 is not affected") != std::string::npos
    );
    given.target.deployed = given.now.commit;
    CHECK(affected() == true);
    given.target.deployed = commit('f');
    CHECK(affected().is_null());
    given.deployed = given.before;
    CHECK(affected() == false);
    given.deployed = given.now;
    CHECK(affected() == true);
}

TEST_CASE("a silent replacement affects the deployed baseline commit", "[deployed]") {
    scene given{gemma()};
    given.now.files[4].sha256 = std::string(64, 'e');
    given.target.deployed = given.before.commit;
    CHECK(given.find(alert_kind::weights_replaced)->evidence.at("deployed_affected") == true);
}

TEST_CASE("text of the publisher is made harmless in what people read", "[hostile]") {
    scene given{gemma()};
    given.move_on();
    put(given.now, weights("a\x1b[31m\n.safetensors", "x"));
    given.log.commits[0].title = std::string(5000, 'x') + "\x1b]0;owned\x07";
    given.log.commits[0].authors = {"\xe2\x80\xae evil\n"};
    auto const found = given.find(alert_kind::weights_added).value();
    for (auto const& text : {found.subject, found.summary, found.detail, found.files[0].path}) {
        CHECK(text.find('\x1b') == std::string::npos);
        CHECK(text.find('\n') == std::string::npos);
        CHECK(text.find("\xe2\x80\xae") == std::string::npos);
        CHECK(text.size() < 2000);
    }
}

TEST_CASE("an auto_map that is not shown at the same commit has not changed", "[code][unknown]") {
    scene given{falcon()};
    given.now.auto_map.clear();
    given.now.custom_code = false;
    CHECK(given.kinds() == kind_list{});
    std::swap(given.before, given.now);
    CHECK(given.kinds() == kind_list{"code-added"}); // learning of code is worth a word
    CHECK_FALSE(given.find(alert_kind::code_added)->evidence.contains("silent"));
}

TEST_CASE("code that differs under the same commit is silent", "[code]") {
    scene given{falcon()};
    put(given.now, file("modeling_falcon.py", "import os\n"));
    CHECK(given.find(alert_kind::code_changed)->evidence.at("silent").as_bool());
}

TEST_CASE("every change of a commit names who committed it, and when", "[committed]") {
    scene given{gemma()};
    given.move_on();
    given.now.files[4].sha256 = std::string(64, 'e');
    auto& newest = given.log.commits.front();
    newest.authors = {"mallory", std::string(500, 'm')};
    newest.title = "Update \u202e";
    newest.date = from_rfc3339("2026-11-22T08:55:00Z");
    auto const told = given.find(alert_kind::weights_replaced)->evidence.at("committed").as_object();
    CHECK(told.at("by").as_array().size() == 2);
    CHECK(told.at("by").as_array().at(0) == "mallory");
    CHECK(told.at("by").as_array().at(1).as_string().size() <= 60);
    CHECK(text_of(told, "at") == "2026-11-22T08:55:00Z");
    CHECK(text_of(told, "title").find("\u202e") == std::string_view::npos);
    given.log.known = false;
    CHECK_FALSE(given.find(alert_kind::weights_replaced)->evidence.contains("committed"));
}
