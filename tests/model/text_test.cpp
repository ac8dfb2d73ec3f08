#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;

TEST_CASE("a glob matches the whole text", "[model]") {
    CHECK(glob_match("*", ""));
    CHECK(glob_match("*-GGUF", "Mistral-7B-GGUF"));
    CHECK_FALSE(glob_match("*-GGUF", "Mistral-7B-GGUF-old"));
    CHECK(glob_match("TheBloke/*", "TheBloke/a/b"));
    CHECK(glob_match("a?c", "abc"));
    CHECK_FALSE(glob_match("a?c", "ac"));
    CHECK_FALSE(glob_match("", "a"));
    CHECK(glob_match("*a*b*c*", "xxaxxbxxc"));
}

TEST_CASE("text of the hub can neither drive a terminal nor reorder a line", "[model]") {
    CHECK(printable("plain – ünïcode 模型") == "plain – ünïcode 模型");
    CHECK(printable("a\x1b[31mb") == "a\\x1b[31mb");
    CHECK(printable("a\r\nb\t") == "a\\x0d\\x0ab\\x09");
    CHECK(printable("file\xE2\x80\xAEgpj.exe") == "file\\u{202e}gpj.exe");
    CHECK(printable("\xff\xc0\xaf") == "\\xff\\xc0\\xaf");
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");
}

TEST_CASE("a long text is cut at a whole character", "[model]") {
    CHECK(shortened("short", 5) == "short");
    CHECK(shortened("longer text", 8) == "longe…");
    CHECK(shortened("ééééé", 8) == "éé…");
    CHECK(shortened("abc", 2).empty());
}

TEST_CASE("the nearest known word is offered, an unlike one is not", "[model]") {
    std::vector<std::string> const keys{"interval", "jitter", "labels"};
    CHECK(nearest("intervall", keys) == "interval");
    CHECK(nearest("jiter", keys) == "jitter");
    CHECK_FALSE(nearest("proxy", keys));
}

TEST_CASE("hashes agree with git, with OpenSSL and with the Hub", "[model]") {
    CHECK(git_blob_id("") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(weak_etag("Entry not found") == "W/\"f-mY2VvLxuxB7KhsoOdQTlMTccuAQ\"");
    CHECK(
        weak_etag(R"({"error":"Invalid username or password."})") == "W/\"29-dEMcHWfJi78ZR1aqzb1ELAhp3Us\""
    );
    CHECK(
        hmac_sha256_base64("key", "The quick brown fox jumps over the lazy dog") ==
        "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg="
    );
}

TEST_CASE("base64 goes there and back and refuses what it is not", "[model]") {
    std::string bytes;
    REQUIRE(from_base64(base64(std::string("\0\xff\x10", 3)), bytes));
    CHECK(bytes == std::string("\0\xff\x10", 3));
    CHECK(from_base64("_-8", bytes));
    CHECK_FALSE(from_base64("a", bytes));
    CHECK_FALSE(from_base64("ab c", bytes));
}

TEST_CASE("ids sort by the time they were made", "[model]") {
    auto const early = new_uuid7(1'000'000);
    auto const late = new_uuid7(1'000'001);
    CHECK(early.size() == 36);
    CHECK(early[14] == '7');
    CHECK(early < late);
    CHECK(new_uuid7(5) != new_uuid7(5));
}

TEST_CASE("sizes and counts read like a person would write them", "[model]") {
    CHECK(human_size(818) == "818 B");
    CHECK(human_size(4368439584) == "4.4 GB");
    CHECK(counted(1, "file") == "1 file");
    CHECK(counted(3, "commit") == "3 commits");
}
