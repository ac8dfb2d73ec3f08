#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/serialize.hpp>

using namespace modelwatch;
using namespace modelwatch::fixtures;

namespace {

std::string const hello = "{% for m in messages %}{{ m.content }}{% endfor %}";

std::string config_with(json::value const& tmpl) {
    json::object out{{"model_max_length", 8192}};
    if (!tmpl.is_null()) out["chat_template"] = tmpl;
    return json::serialize(out);
}

/// gemma with text files, before and after.
struct move : scene {
    move()
        : scene{gemma()} {
        move_on();
    }

    move& was(std::string const& path, std::string const& text) { return add(before, path, text); }

    move& is(std::string const& path, std::string const& text) { return add(now, path, text); }

    move& add(snapshot& state, std::string const& path, std::string const& text) {
        put(state, file(path, text));
        texts.push_back({path, git_blob_id(text), text});
        return *this;
    }

    [[nodiscard]] bool tells(alert_kind kind) const { return find(kind).has_value(); }
};

} // namespace

TEST_CASE("a template that only got another place is no other template", "[template]") {
    move given;
    given.before.files.erase(
        std::remove_if(
            given.before.files.begin(),
            given.before.files.end(),
            [](auto const& one) { return one.path == "tokenizer_config.json"; }
        ),
        given.before.files.end()
    );
    drop(given.now, "tokenizer_config.json");
    SECTION("out of the configuration into a file of its own, with the editor's newline") {
        given.was("tokenizer_config.json", config_with(json::value(hello)));
        given.is("tokenizer_config.json", config_with(nullptr)).is("chat_template.jinja", hello + "\n");
    }
    SECTION("and back") {
        given.was("tokenizer_config.json", config_with(nullptr)).was("chat_template.jinja", hello);
        given.is("tokenizer_config.json", config_with(json::value(hello)));
    }
    SECTION("from the older JSON file") {
        given.was("chat_template.json", R"({"chat_template": "{{ x }}"})");
        given.is("chat_template.jinja", "{{ x }}");
    }
    SECTION("named ones into their folder") {
        json::array const named{
            json::object{{"name", "default"}, {"template", hello}},
            json::object{{"name", "rag"}, {"template", "r"}}
        };
        given.was("tokenizer_config.json", config_with(named));
        given.is("tokenizer_config.json", config_with(nullptr))
            .is("chat_template.jinja", hello)
            .is("additional_chat_templates/rag.jinja", "r");
    }
    CHECK_FALSE(given.tells(alert_kind::template_changed));
    CHECK_FALSE(given.tells(alert_kind::tokenizer_changed));
}

TEST_CASE("a template that changed on its way is told", "[template]") {
    move given;
    drop(given.before, "tokenizer_config.json");
    drop(given.now, "tokenizer_config.json");
    SECTION("one character") {
        given.was("tokenizer_config.json", config_with(json::value(hello)));
        given.is("tokenizer_config.json", config_with(nullptr)).is("chat_template.jinja", hello + " ");
    }
    SECTION("another one is left behind, which some loaders prefer") {
        given.was("tokenizer_config.json", config_with(json::value(hello)));
        given.is("tokenizer_config.json", config_with(json::value("other"))).is("chat_template.jinja", hello);
    }
    SECTION("the same text under another name") {
        given.was("chat_template.jinja", hello);
        given.is("additional_chat_templates/tool_use.jinja", hello);
    }
    SECTION("its text is not at hand") {
        given.was("tokenizer_config.json", config_with(json::value(hello)));
        given.is("tokenizer_config.json", config_with(nullptr));
        put(given.now, file("chat_template.jinja", hello + "?"));
    }
    CHECK(given.tells(alert_kind::template_changed));
}
