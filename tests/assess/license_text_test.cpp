#include "daemon/assess/license_agreement.hpp"
#include "daemon/assess/license_text.hpp"
#include "tests/assess/evidence_builder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace assess_test;

namespace {

std::string const filler = [] {
    std::string out;
    for (int i = 0; i < 400; ++i)
        out += "and so forth ";
    return out;
}();

std::string const apache_text =
    "\n                                 Apache License\n                           Version 2.0, January "
    "2004\n"
    "                        http://www.apache.org/licenses/\n\n   2. Grant of Copyright License. Subject "
    "to\n"
    "   3. Grant of Patent License. Subject to\n Derivative Works shall not include works that remain\n"
    "   separable from, or merely link to the interfaces of\n" +
    filler;
std::string const mit_text =
    "Copyright (c) 2024 Acme\n\nPermission is hereby granted, free of charge, to any person obtaining a "
    "copy\n"
    "of this software, subject to the following conditions:\n\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT "
    "WARRANTY OF ANY KIND, EXPRESS OR\nIMPLIED" +
    filler;
std::string const bsd_text = "Redistributions of source code must retain the above copyright notice\n * "
                             "Redistributions in binary form\n"
                             "   must reproduce the above copyright notice\n" +
                             filler;
std::string const llama_text =
    "LLAMA 3.1 COMMUNITY LICENSE AGREEMENT\nLlama 3.1 Version Release Date: July 23, 2024\n"
    "the monthly active users of the products is greater than 700 million" +
    filler;

/// "llama3.1", "apache-2.0 / custom-commercial-restricted", "unknown text".
std::string seen(std::string_view text) {
    auto const found = recognize_license(text, license_table::builtin());
    if (!found.known()) return "unknown text";
    auto const ids = fmt::format("{}", fmt::join(found.ids, " "));
    return found.terms.empty() ? ids : ids + " / " + found.terms;
}

license_text_evidence text_at(std::string path, std::string_view text) {
    auto found = recognize_license(text, license_table::builtin());
    return {std::move(path), std::move(found.ids), std::move(found.terms), false};
}

license_text_evidence unread_at(std::string path) {
    return {std::move(path), {}, {}, true};
}

evidence with_texts(license_statement stated, std::vector<license_text_evidence> texts) {
    return with(spotless(), [&](evidence& e) {
        e.license_tags.clear();
        e.license = std::move(stated);
        e.format.license_file = true;
        e.license_texts = std::move(texts);
    });
}

evidence with_text(std::string const& id, std::string_view text) {
    return with_texts({{id}, {}, {}}, {text_at("LICENSE", text)});
}

std::string consistency(evidence const& facts) {
    return found(facts, check_id::license_consistency);
}

} // namespace

TEST_CASE("common license texts are recognised by title and phrases", "[license-text]") {
    struct row {
        std::string text;
        std::string expected;
    };

    auto const given = GENERATE(
        row{apache_text, "apache-2.0"},
        row{"Copyright 2026 Acme GmbH, all rights reserved\n" + apache_text, "apache-2.0"},
        row{"Apache License\nVersion 2.0\n", "apache-2.0"}, // a notice needs no more than the name
        row{"Apache License, Version 2.0 " + filler, "unknown text"},
        row{mit_text, "mit"},
        row{"The MIT License (MIT)\n" + mit_text, "mit"},
        row{mit_text + "more than 100 million monthly active users", "mit modified-mit"},
        row{bsd_text, "bsd-2-clause"},
        row{llama_text, "llama3.1"},
        row{"META LLAMA 3 COMMUNITY LICENSE AGREEMENT " + filler, "llama3"},
        row{"Llama 2 Community License Agreement " + filler, "llama2"},
        row{"Gemma Terms of Use\n\nLast modified: April 1, 2024 " + filler, "gemma"},
        row{"Qwen RESEARCH LICENSE AGREEMENT " + filler, "qwen-research"},
        row{"Creative Commons Attribution-NonCommercial 4.0 International Public License " + filler,
            "cc-by-nc-4.0"},
        row{"Creative Commons Attribution 4.0 International Public License " + filler, "cc-by-4.0"},
        row{"CreativeML Open RAIL-M\ndated August 22, 2022 " + filler, "creativeml-openrail-m"},
        row{"CreativeML Open RAIL++-M License " + filler, "openrail++"},
        row{"GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\nThe GNU General Public License is a free, "
            "copyleft "
            "license for software " +
                filler,
            "gpl-3.0"},
        row{apache_text + llama_text, "apache-2.0 / custom-commercial-restricted"},
        row{apache_text + "You may use it for research purposes only.", "apache-2.0 / non-commercial"},
        row{"Acme Community License Agreement " + filler, " / custom-commercial-restricted"},
        row{"Licensed for non-commercial use. " + filler, " / non-commercial"},
        row{"Our house rules. " + filler, "unknown text"},
        row{"", "unknown text"},
        row{std::string("\xff\xfe\0L\0I\0C", 8), "unknown text"}
    );
    CAPTURE(given.text.substr(0, 60));
    CHECK(seen(given.text) == given.expected);
}

TEST_CASE("spelling, line breaks and punctuation of a license text do not matter", "[license-text]") {
    CHECK(plain_words("  The “Work”, \n\tas-is.\r\n") == " the work as is ");
    CHECK(plain_words("Open RAIL++-M") == " open rail++ m ");
    CHECK(plain_words("") == " ");
}

TEST_CASE("a license file of another license than the card states is inconsistent", "[license-text]") {
    expect_each(
        check_id::license_consistency,
        {{"consistent 0", with_text("apache-2.0", apache_text)},
         {"inconsistent 20", with_text("apache-2.0", llama_text)},
         {"inconsistent 20", with_text("apache-2.0", mit_text)},
         {"inconsistent 20", with_text("mit", mit_text + "100 million monthly active users")},
         {"inconsistent 20", with_text("apache-2.0", apache_text + "for research purposes only")},
         {"inconsistent 20", with_text("apache-2.0", "Acme Community License Agreement " + filler)},
         {"inconsistent 20", with_text("llama3.1", apache_text)},
         {"inconsistent 20", with_text("llama3.1", "Llama 2 Community License Agreement " + filler)},
         {"consistent 0", with_text("llama3.1", llama_text)},
         {"consistent 0", with_text("bsd", bsd_text)},
         {"consistent 0", with_text("openrail", "CreativeML Open RAIL-M " + filler)},
         {"consistent 0", with_text("Apache 2", apache_text)},
         {"na 0", with_texts({}, {text_at("LICENSE", llama_text)})},
         {"unknown 0", with_text("apache-2.0", "Our house rules. " + filler)},
         {"unread 20", with_texts({{"apache-2.0"}, {}, {}}, {unread_at("LICENSE")})},
         {"unread 20", with_texts({{"no-such-license"}, {}, {}}, {unread_at("LICENSE")})},
         {"consistent 0", with_text("h-research", "Our house rules. " + filler)},
         {"consistent 0", with_text("no-such-license", apache_text)},
         {"consistent 0", with_texts({{"other"}, "house-rules", "LICENSE"}, {text_at("LICENSE", filler)})},
         {"consistent 0",
          with_texts({{"other"}, "deepseek", {}}, {text_at("LICENSE", "DEEPSEEK LICENSE AGREEMENT")})}}
    );
    CHECK(
        evidence_text(with_text("apache-2.0", llama_text), check_id::license_consistency) ==
        "license=apache-2.0; LICENSE: text of llama3.1"
    );
    CHECK(
        evidence_text(with_text("apache-2.0", "House rules " + filler), check_id::license_consistency) ==
        "license=apache-2.0; LICENSE: unknown text"
    );
}

TEST_CASE("of several license files one must be the stated license's and none stricter", "[license-text]") {
    auto const both = [](std::string const& id, std::string path, std::string_view text) {
        return with_texts({{id}, {}, {}}, {text_at("LICENSE", apache_text), text_at(std::move(path), text)});
    };
    CHECK(consistency(both("apache-2.0", "LICENSE-MIT", mit_text)) == "consistent 0"); // dual, or parts of it
    CHECK(consistency(both("mit", "LICENSE-MIT", mit_text)) == "consistent 0");
    CHECK(consistency(both("apache-2.0", "LICENSE.llama", llama_text)) == "inconsistent 20");
    CHECK(consistency(both("apache-2.0", "LICENSE.old", "House rules " + filler)) == "consistent 0");
    auto const half = [](license_text_evidence read) {
        return with_texts({{"apache-2.0"}, {}, {}}, {std::move(read), unread_at("LICENSE.more")});
    };
    CHECK(consistency(half(text_at("LICENSE", apache_text))) == "unread 20"); // the other may take it back
    CHECK(consistency(half(text_at("LICENSE", llama_text))) == "inconsistent 20");
    auto const code = with_texts({{"cc-by-nc-4.0"}, {}, {}}, {text_at("LICENSE-CODE", mit_text)});
    CHECK(consistency(code) == "consistent 0"); // speaks of the code beside the weights
}

TEST_CASE("where a gate hides the license file nothing is said of texts", "[license-text][unknown]") {
    CHECK(consistency(with_texts({{"apache-2.0"}, {}, {}}, {})) == "consistent 0");
}

TEST_CASE("`other` alone points at the license file", "[license-text]") {
    auto const other = [](std::string_view text) {
        return found(with_texts({{"other"}, {}, {}}, {text_at("LICENSE", text)}), check_id::license_class);
    };
    CHECK(other(llama_text) == "custom 40");
    CHECK(other("Mistral AI Research License " + filler) == "nc 60");
    CHECK(other("House rules " + filler) == "unlisted 40");
    auto const unread = with_texts({{"other"}, {}, {}}, {unread_at("LICENSE")});
    CHECK(found(unread, check_id::license_class) == "unknown 40");
}

TEST_CASE("an operator teaches the table more texts, and mistakes are named", "[license-text][licenses]") {
    auto const read = [](std::string_view toml) { return license_table::with_overrides(toml, "lic.toml"); };
    auto const table =
        read("[license.house]\nclass = \"custom-commercial-restricted\"\ntitles = [\"Our House Rules\"]\n"
             "[class.\"non-commercial\"]\nphrases = [\"only for fun\"]\n");
    REQUIRE(table);
    CHECK(recognize_license("our house rules", *table).ids == std::vector<std::string>{"house"});
    CHECK(recognize_license("Only for fun!", *table).terms == "non-commercial");
    CHECK(read("[license.x]\nphrases = \"one\"").error().what.find("lic.toml:2") != std::string::npos);
    CHECK(read("[license.x]\nphrases = [\"--\"]").error().what.find("without a word") != std::string::npos);
    CHECK(
        read("[class.strict]\nphrases = [\"a\"]").error().what.find("no class is called strict") !=
        std::string::npos
    );
    CHECK(read("[class.permissive]\ntitles = [\"a\"]").error().what.find("lic.toml:2") != std::string::npos);
}
