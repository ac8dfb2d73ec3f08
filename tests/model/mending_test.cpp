#include "daemon/model/json.hpp"
#include "daemon/model/mending.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/parse.hpp>

using namespace modelwatch;

namespace {

/// As the hub's bodies are read.
std::string read(std::string const& body) {
    return to_line(json::parse(mended_json(body).value_or(body)));
}

} // namespace

TEST_CASE("JSON is read as JavaScript writes it: what is no character becomes U+FFFD", "[model]") {
    std::string const lone = "\xef\xbf\xbd";
    CHECK(read(R"("a\ud83d")") == "\"a" + lone + "\"");
    CHECK(read(R"("\udc00a")") == "\"" + lone + "a\"");
    CHECK(read(R"("\ud83d\ud83d\ude00")") == "\"" + lone + "\xf0\x9f\x98\x80\"");
    CHECK(read(R"("\ude00\ud83d")") == "\"" + lone + lone + "\"");
    CHECK(read(R"("\uD83D\u0041")") == "\"" + lone + "A\"");
    CHECK(read(R"({"k\ud83d":1})") == "{\"k" + lone + "\":1}");
    CHECK(read("\"\xff\"") == "\"" + lone + "\"");
    CHECK(read("\"\xc0\xaf\"") == "\"" + lone + lone + "\"");            // an overlong slash
    CHECK(read("\"\xed\xa0\x80\"") == "\"" + lone + lone + lone + "\""); // a surrogate in bytes
    CHECK(read("\"\xf0\x9f\x98\"") == "\"" + lone + "\"");               // cut in the middle
    CHECK(read("\"\xf4\x90\x80\x80\"") == "\"" + lone + lone + lone + lone + "\"");
    CHECK(read("\xef\xbb\xbf{\"a\":1}") == "{\"a\":1}");
}

TEST_CASE("what is sound JSON is not touched", "[model]") {
    for (auto const* const text :
         {R"("\ud83d\ude00")",
          R"("\\ud83d")",
          R"("\\\\ud83d")",
          R"("\"\u0041")",
          R"("\u0000")",
          "\"模型\"",
          "{}",
          ""}) {
        CAPTURE(text);
        CHECK_FALSE(mended_json(text));
    }
}

TEST_CASE("what is no JSON stays none", "[model]") {
    for (auto const* const text : {R"("\u12")", R"("\)", R"("\ud83)", "\xff", "\"a\xff", "\\"}) {
        CAPTURE(text);
        boost::system::error_code failed;
        json::parse(mended_json(text).value_or(text), failed);
        CHECK(failed);
    }
}

TEST_CASE("text that is no UTF-8 is mended as browsers do", "[model]") {
    CHECK_FALSE(mended_utf8("plain 模型 \\ud83d"));
    CHECK(mended_utf8("a\xe2\x82z") == "a\xef\xbf\xbdz");
}
