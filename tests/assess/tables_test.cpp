#include "daemon/assess/licenses.hpp"
#include "daemon/assess/publishers.hpp"
#include "daemon/model/text.hpp"
#include "tests/support/catch.hpp"

#include <set>

using namespace modelwatch;
using namespace modelwatch::assess;

TEST_CASE("the compiled-in registry holds the 118 accounts with their sources", "[publishers]") {
    auto const& table = publisher_registry::builtin();
    CHECK(table.entries().size() == 118);
    std::map<std::string, int> by_type;
    for (auto const& [key, row] : table.entries()) {
        CAPTURE(row.name);
        CHECK(key == lower(row.name));
        CHECK_FALSE(row.source.empty());
        CHECK_FALSE(row.support.empty());
        CHECK((row.kind == "org" || row.kind == "user"));
        ++by_type[row.type];
        if (row.type == "individual") {
            CHECK(row.country.empty());
            CHECK(row.legal_entity.empty());
        }
    }
    CHECK(
        by_type ==
        std::map<std::string, int>{
            {"large-tech", 29},
            {"ai-lab", 23},
            {"startup", 21},
            {"government-affiliated", 12},
            {"academic", 11},
            {"community-org", 10},
            {"individual", 6},
            {"nonprofit", 5},
            {"unknown", 1}
        }
    );
}

TEST_CASE("the publishers of the reference models are known, whatever the case", "[publishers]") {
    auto const& table = publisher_registry::builtin();
    REQUIRE(table.find("google") != nullptr);
    CHECK(table.find("google")->type == "large-tech");
    CHECK(table.find("Google") == table.find("google"));
    CHECK(table.find("tiiuae")->type == "government-affiliated");
    CHECK(table.find("tiiuae")->country == "AE");
    CHECK(table.find("thebloke")->type == "individual");
    CHECK(table.find("nobody-knows") == nullptr);
    CHECK(table.find("") == nullptr);
}

TEST_CASE("an operator's file overrides publishers entry by entry and key by key", "[publishers]") {
    auto const table = publisher_registry::with_overrides(
        "[publisher.GOOGLE]\nsecurity_contact = \"https://example.org/psirt\"\ngov_link = \"\"\n"
        "[publisher.\"acme.ai\"]\nkind = \"org\"\ntype = \"startup\"\ndenylisted = true\n",
        "mine.toml"
    );
    REQUIRE(table);
    auto const* const google = table->find("google");
    CHECK(google->security_contact == "https://example.org/psirt");
    CHECK(google->type == "large-tech");
    CHECK(google->name == "google");
    CHECK(google->gov_link.empty());
    CHECK(table->find("acme.ai")->denylisted);
    CHECK(table->entries().size() == 119);
    CHECK(publisher_registry::builtin().find("google")->security_contact.empty());
}

TEST_CASE("a mistake in a publishers file names file, line, key and the nearest known one", "[publishers]") {
    struct row {
        std::string toml;
        std::string part;
        std::string hint;
    };

    auto const wrong = GENERATE(
        row{"\n[publisher.acme]\ntpye = \"startup\"",
            "mine.toml:3: `publisher.acme.tpye`: unknown key",
            "`type`"},
        row{"[publisher.acme]\ntype = \"stratup\"", "mine.toml:2: `publisher.acme.type`", "\"startup\""},
        row{"[publisher.acme]\nkind = \"orgs\"", "mine.toml:2: `publisher.acme.kind`", "\"org\""},
        row{"[publisher.acme]\ntype = 3", "mine.toml:2: `publisher.acme.type`: must be a text", ""},
        row{"[publisher.acme]\ntype = true", "mine.toml:2: `publisher.acme.type`: must be a text", ""},
        row{"[publisher.acme]\ndenylisted = \"yes\"", "`publisher.acme.denylisted`: must be true or false", ""
        },
        row{"[publisher.acme]\ncountry = \"usa\"", "`publisher.acme.country`: must be two capital letters", ""
        },
        row{"[publisher.acme]\ntprm_expires = \"soon\"", "`publisher.acme.tprm_expires`: must be a date", ""},
        row{"[publishers.acme]\ntype = \"startup\"",
            "mine.toml:1: unknown key `publishers`",
            "[publisher.<name>]"},
        row{"[publisher]\nacme = 3", "mine.toml:2: `publisher.acme` must be a table", ""},
        row{"[publisher.acme\n", "mine.toml:1:", "mend"}
    );
    auto const table = publisher_registry::with_overrides(wrong.toml, "mine.toml");
    REQUIRE_FALSE(table.has_value());
    CAPTURE(table.error().message());
    CHECK(table.error().code == errc::invalid);
    CHECK(table.error().what.find(wrong.part) != std::string::npos);
    CHECK(table.error().hint.find(wrong.hint) != std::string::npos);
}

TEST_CASE("the compiled-in license table holds all identifiers of the hub", "[licenses]") {
    auto const& table = license_table::builtin();
    CHECK(table.entries().size() == 103);
    int tags = 0;
    for (auto const& [id, row] : table.entries()) {
        CAPTURE(id);
        CHECK(id == row.id);
        CHECK_FALSE(row.source.empty());
        CHECK_FALSE(row.commercial_use.empty());
        CHECK(row.group != license_class::none);
        if (row.field == "license") ++tags;
    }
    CHECK(tags == 83);
    CHECK(table.find("MIT")->group == license_class::permissive);
    CHECK(table.find("never-heard") == nullptr);
}

TEST_CASE("a stated license is put into its class", "[licenses]") {
    struct row {
        license_statement stated;
        license_class expected;
    };
    using enum license_class;
    auto const given = GENERATE(
        row{{{"apache-2.0"}, "", ""}, permissive},
        row{{{"Apache-2.0"}, "", ""}, permissive},
        row{{{"bsl-1.0"}, "", ""}, permissive},
        row{{{"agpl-3.0"}, "", ""}, copyleft},
        row{{{"openrail++"}, "", ""}, open_rail},
        row{{{"gemma"}, "", ""}, custom},
        row{{{"llama3.1"}, "", ""}, custom},
        row{{{"cc-by-nc-4.0"}, "", ""}, non_commercial},
        row{{{"mit", "cc-by-nc-4.0"}, "", ""}, non_commercial},
        row{{{"mit", "never-heard"}, "", ""}, license_class::unknown},
        row{{{"other"}, "falcon-llm-license", ""}, custom},
        row{{{"other"}, "mrl", "LICENSE"}, non_commercial},
        row{{{"other"}, "never-heard", ""}, license_class::unknown},
        row{{{"other"}, "", "LICENSE"}, license_class::unknown},
        row{{{"unknown"}, "", ""}, license_class::unknown},
        row{{{"cc"}, "", ""}, license_class::unknown},
        row{{{}, "falcon-llm-license", ""}, custom},
        row{{{}, "", "https://example.org/terms"}, license_class::unknown},
        row{{{}, "", ""}, none}
    );
    CAPTURE(given.stated.ids, given.stated.name, given.stated.link);
    CHECK(to_string(license_table::builtin().classify(given.stated)) == to_string(given.expected));
}

TEST_CASE("adding an identifier never makes a license look freer", "[licenses]") {
    auto const& table = license_table::builtin();
    for (auto const& [first, a] : table.entries()) {
        for (auto const& [second, b] : table.entries()) {
            auto const both = table.classify({{first, second}, "", ""});
            CHECK(both >= table.classify({{first}, "", ""}));
        }
    }
}

TEST_CASE("an operator's file overrides licenses and its mistakes are named", "[licenses]") {
    auto const table = license_table::with_overrides(
        "[license.\"Acme-1.0\"]\nclass = \"permissive\"\n[license.gemma]\nclass = \"non-commercial\"\n",
        "lic.toml"
    );
    REQUIRE(table);
    CHECK(table->find("acme-1.0")->group == license_class::permissive);
    CHECK(table->find("gemma")->group == license_class::non_commercial);
    CHECK(table->find("gemma")->name == license_table::builtin().find("gemma")->name);

    auto const none = license_table::with_overrides("[license.x]\nclass = \"none\"", "lic.toml");
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().what.find("lic.toml:2: `license.x.class`") != std::string::npos);
    auto const typo = license_table::with_overrides("[license.x]\nclass = \"permisive\"", "lic.toml");
    REQUIRE_FALSE(typo.has_value());
    CHECK(typo.error().hint.find("\"permissive\"") != std::string::npos);
    auto const key = license_table::with_overrides("[license.x]\nclas = \"mit\"", "lic.toml");
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().hint.find("`class`") != std::string::npos);
}

TEST_CASE("a new license row without a class is no grant", "[licenses][unknown]") {
    auto const table = license_table::with_overrides("[license.x]\nname = \"X\"", "lic.toml");
    REQUIRE(table);
    CHECK(table->classify({{"x"}, "", ""}) == license_class::unknown);
}
