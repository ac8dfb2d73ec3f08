#include "daemon/report/content.hpp"
#include "daemon/report/markup.hpp"
#include "tests/report/samples.hpp"
#include "tests/support/catch.hpp"

#include <regex>

using namespace report_test;

namespace {

std::string rendered(report::format how) {
    auto const shown = hostile();
    std::vector<report::subject> const one{shown.view()};
    return report::render(how, one, {100, true, "1"});
}

std::size_t count(std::string const& text, std::string_view what) {
    std::size_t out = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++out;
    return out;
}

/// Control characters, bidirectional overrides and broken UTF-8 of the hub are made visible everywhere.
void check_printable(std::string const& text) {
    CHECK(text.find("\xe2\x80\xae") == std::string::npos);
    CHECK(text.find("\xff\xfe") == std::string::npos);
    CHECK(text.find("\x1b[31mred") == std::string::npos);
}

} // namespace

TEST_CASE("hostile names cannot leave their place in the HTML page", "[report][html][hostile]") {
    auto const page = rendered(report::format::html);
    check_printable(page);
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find("<img") == std::string::npos);
    CHECK(count(page, "&lt;script&gt;alert(1)&lt;/script&gt;") > 10);
    CHECK_FALSE(std::regex_search(page, std::regex{R"((href|src|style)="?(javascript|data):)"}));
    // Nothing is loaded from anywhere: the only addresses are links.
    CHECK(page.find("src=\"") == std::string::npos);
    CHECK(page.find("@import") == std::string::npos);
    CHECK(page.find("url(") == std::string::npos);
    CHECK_THAT(page, Catch::Contains("default-src 'none'"));
}

TEST_CASE("every tag of the HTML page that was opened is closed", "[report][html]") {
    for (auto const& page : {rendered(report::format::html)}) {
        for (auto const* tag :
             {"article", "section", "table", "thead", "tbody", "tr", "td", "ol", "ul", "li", "dl", "svg", "g"
             })
            CHECK(
                count(page, std::string{"<"} + tag + " ") + count(page, std::string{"<"} + tag + ">") ==
                count(page, std::string{"</"} + tag + ">")
            );
    }
}

TEST_CASE("hostile names cannot make markup, links or mentions in Markdown", "[report][markdown][hostile]") {
    auto const page = rendered(report::format::markdown);
    check_printable(page);
    CHECK(page.find("<script") == std::string::npos);
    CHECK_FALSE(std::regex_search(page, std::regex{R"([^\\]\]\()"})
    ); // but for our own links, of which there is none
    CHECK(page.find("\n# heading") == std::string::npos);
    // A table row has as many cells as its header, whatever pipes are in the text.
    auto const rule = page.find("| Check | Points | Outcome | Evidence |");
    REQUIRE(rule != std::string::npos);
    std::regex const bare{R"([^\\]\|)"};
    std::istringstream lines{page.substr(rule)};
    for (std::string line; std::getline(lines, line) && !line.empty();) {
        auto const padded = " " + line;
        CHECK(std::distance(std::sregex_iterator(padded.begin(), padded.end(), bare), {}) == 5);
    }
}

TEST_CASE("hostile names cannot drive the terminal", "[report][table][hostile]") {
    auto const out = rendered(report::format::table);
    check_printable(out);
    CHECK(out.find("\n# heading") == std::string::npos);
    std::regex const ours{"\x1b\\[[0-9;]*m"};
    auto const rest = std::regex_replace(out, ours, "");
    CHECK(rest.find('\x1b') == std::string::npos);
}

TEST_CASE(
    "JSON, SARIF and CycloneDX carry no control characters and no unsafe address", "[report][hostile]"
) {
    for (auto const how : {report::format::json, report::format::sarif, report::format::cyclonedx}) {
        auto const out = rendered(how);
        check_printable(out);
        CHECK(out.find("\"javascript:") == std::string::npos);
        CHECK(out.find("\\u001b") == std::string::npos);
    }
}

TEST_CASE("the pieces of escaping do what their names say", "[report][markup]") {
    CHECK(report::html_text("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
    CHECK(report::html_words("load with `x<y`, always") == "load with <code>x&lt;y</code>, always");
    CHECK(report::markdown_text("a|b *c* <d> @e") == "a\\|b \\*c\\* &lt;d&gt; &#64;e");
    CHECK(report::markdown_text("gemma-2-2b v0.2: ok") == "gemma-2-2b v0.2: ok");
    CHECK(report::markdown_text("- item") == "\\- item");
    CHECK(report::markdown_text("see https://x.example").find("https://") == std::string::npos);
    CHECK(report::markdown_code("v1.0/AG:no") == "`v1.0/AG:no`");
    CHECK(report::markdown_code("a`b|c") == "a\\`b\\|c");
    CHECK(report::percent_encoded("a b/ü", "/") == "a%20b/%C3%BC");
    CHECK(report::safe_url("https://huggingface.co/a/b") == "https://huggingface.co/a/b");
    CHECK(report::safe_url("javascript:alert(1)").empty());
    CHECK(report::safe_url("https://x/\"onload=").empty());
    CHECK(report::safe_url("https://x/" + std::string(3000, 'a')).empty());
}
