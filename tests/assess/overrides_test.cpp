#include "daemon/assess/publishers.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::assess;

TEST_CASE("an operator rules on single models in the publishers file", "[overrides]") {
    auto const table = publisher_registry::with_overrides(
        "[publisher.google]\nsecurity_contact = \"psirt@example.org\"\n"
        "[model.\"google/gemma-2-2b\"]\nsuccessor = \"google/gemma-3-4b-pt\"\neol_date = \"2026-12-31\"\n"
        "not_superseded_by = [\"google/gemma-3n-E2B\", \"google/medgemma-*\"]\nlicense = \"gemma\"\n",
        "mine.toml"
    );
    REQUIRE(table);
    CHECK(table->find("google")->security_contact == "psirt@example.org");
    auto const* const ruled = table->models().find("Google/Gemma-2-2B");
    REQUIRE(ruled != nullptr);
    CHECK(ruled->repo == "google/gemma-2-2b");
    CHECK(ruled->successor == "google/gemma-3-4b-pt");
    CHECK(ruled->eol_date == from_rfc3339("2026-12-31T00:00:00Z"));
    CHECK(ruled->not_superseded_by == std::vector<std::string>{"google/gemma-3n-E2B", "google/medgemma-*"});
    CHECK(ruled->license == "gemma");
    CHECK(table->models().find("google/gemma-2-9b") == nullptr);
    CHECK(publisher_registry::builtin().models().entries().empty());
}

TEST_CASE("a mistake in a ruling names file, line, key and what was meant", "[overrides]") {
    struct row {
        std::string toml;
        std::string part;
        std::string hint;
    };

    std::string const head = "[model.\"google/gemma-2-2b\"]\n";
    auto const wrong = GENERATE_COPY(
        row{head + "succesor = \"a/b\"", "mine.toml:2: `model.google/gemma-2-2b.succesor`", "`successor`"},
        row{head + "successor = \"gemma\"", "must be an id like", ""},
        row{head + "successor = [\"a/b\"]", "must be a text", ""},
        row{head + "eol_date = \"soon\"", "must be a date", ""},
        row{head + "eol_date = \"2026-13-01\"", "must be a date", ""},
        row{head + "not_superseded_by = \"a/b\"", "must be a list of texts", ""},
        row{head + "not_superseded_by = [\"b\"]", "must hold ids", ""},
        row{head + "not_superseded_by = [3]", "must be a text", ""},
        row{"[model.gemma]\nlicense = \"mit\"", "mine.toml:1: `model.gemma`: the name must be an id", ""},
        row{"[model.\"a/b/c\"]\nlicense = \"mit\"", "the name must be an id", ""},
        row{"[models.\"a/b\"]\nlicense = \"mit\"", "unknown key `models`", ""},
        row{"[publisher.google]\naliases = \"x\"", "`publisher.google.aliases`: must be a list", ""},
        row{"[publisher.google]\nsource_checked_on = \"x\"", "must be a date", ""}
    );
    auto const table = publisher_registry::with_overrides(wrong.toml, "mine.toml");
    REQUIRE_FALSE(table.has_value());
    CAPTURE(table.error().message());
    CHECK(table.error().what.find(wrong.part) != std::string::npos);
    CHECK(table.error().hint.find(wrong.hint) != std::string::npos);
}

TEST_CASE("both spellings of a successor account are read", "[overrides]") {
    auto const table = publisher_registry::with_overrides(
        "[publisher.a]\nsuccessor = \"x\"\n[publisher.b]\nsuccessor_namespace = \"y\"\n", "mine.toml"
    );
    REQUIRE(table);
    CHECK(table->find("a")->successor == "x");
    CHECK(table->find("b")->successor == "y");
}
