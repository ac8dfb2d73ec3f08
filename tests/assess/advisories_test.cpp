#include "daemon/assess/advisories.hpp"
#include "daemon/assess/cvss.hpp"
#include "daemon/assess/osv_package.hpp"
#include "tests/assess/evidence_builder.hpp"

#include <fmt/format.h>

using namespace assess_test;

namespace {

std::string full(char digit) {
    return std::string(40, digit);
}

/// A whole OSV document with one affected package.
std::string document(std::string const& affected, std::string const& more = {}) {
    return R"({"schema_version": "1.7.0", "id": "GHSA-aaaa-bbbb-cccc", "modified": "2026-04-01T00:00:00Z",
      "summary": "Pickle runs code", "details": "long", "references": [
        {"type": "WEB", "url": "https://example.org/blog"},
        {"type": "ADVISORY", "url": "https://example.org/advisory"}],
      "affected": [)" +
           affected + "]" + (more.empty() ? "" : ", " + more) + "}";
}

std::string package(std::string const& purl, std::string const& more = {}) {
    return R"({"package": {"ecosystem": "huggingface", "name": "x", "purl": ")" + purl + "\"}" +
           (more.empty() ? "" : ", " + more) + "}";
}

std::vector<advisory_entry> read(std::string const& text) {
    auto out = parse_osv(text, "feed.json");
    INFO((out ? std::string{} : out.error().message()));
    REQUIRE(out);
    return *out;
}

std::string refusal(std::string const& text) {
    auto const out = parse_osv(text, "feed.json");
    REQUIRE_FALSE(out);
    CHECK(out.error().code == errc::malformed);
    CHECK(out.error().what.starts_with("feed.json: "));
    return out.error().what;
}

commit_log log_of(std::string const& newest_first) {
    commit_log out;
    out.known = true;
    for (char const c : newest_first)
        out.commits.push_back({full(c), "title", {}, std::nullopt});
    return out;
}

/// The first digit of each commit that an advisory with these events names.
std::string
named(std::string const& events, commit_log const& log, std::vector<std::string> const& interest = {}) {
    auto const all = read(document(
        package("pkg:huggingface/acme/model", R"("ranges": [{"type": "GIT", "events": [)" + events + "]}]")
    ));
    std::string out;
    auto const found = advisories_of(all, "acme/model", log, interest, reference_day);
    if (found.empty()) return "nothing";
    if (found[0].commits.empty()) return "everything";
    for (auto const& one : found[0].commits)
        out += one.front();
    return out;
}

std::string event(std::string const& what, char digit) {
    return "{\"" + what + "\": \"" + (digit == '0' ? std::string{"0"} : full(digit)) + "\"}";
}

} // namespace

TEST_CASE("an OSV document of a model is read", "[advisories]") {
    auto const all = read(document(
        package("pkg:huggingface/Acme/Model-7B", R"("versions": [")" + full('A') + "\"]"),
        R"("severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}])"
    ));
    REQUIRE(all.size() == 1);
    CHECK(all[0].id == "GHSA-aaaa-bbbb-cccc");
    CHECK(all[0].repo == "acme/model-7b");
    CHECK(all[0].level == severity::high);
    CHECK(all[0].summary == "Pickle runs code");
    CHECK(all[0].url == "https://example.org/advisory");
    CHECK(all[0].commits == std::vector{full('a')});
    CHECK_FALSE(all[0].everything);
    CHECK_FALSE(all[0].withdrawn);
}

TEST_CASE(
    "one document, a list and a bundle are read alike; packages of others are left out", "[advisories]"
) {
    auto const one = document(
        package("pkg:huggingface/acme/model") + "," + package("pkg:pypi/torch") + "," +
        package("pkg:huggingface/acme/other")
    );
    CHECK(read(one).size() == 2);
    CHECK(read("[" + one + "," + one + "]").size() == 4);
    CHECK(read("{\"vulns\": [" + one + "]}").size() == 2);
    CHECK(read("{\"vulns\": []}").empty());
    CHECK(read("[]").empty());
    CHECK(read(R"({"id": "X-1", "affected": [{}]})").empty());
    CHECK(read(R"({"id": "X-1"})").empty());
}

TEST_CASE("package addresses of models", "[advisories]") {
    auto const repo = [](std::string_view purl) {
        auto const found = parse_model_purl(purl);
        return found ? found->repo + (found->version.empty() ? "" : "@" + found->version) : std::string{"-"};
    };
    CHECK(repo("pkg:huggingface/google/gemma-2-2b") == "google/gemma-2-2b");
    CHECK(repo("PKG:HuggingFace/Google/Gemma-2-2B@ABCDEF0") == "google/gemma-2-2b@abcdef0");
    CHECK(repo("pkg://huggingface/a/b?repository_url=https://hub.example#c") == "a/b");
    CHECK(repo("pkg:huggingface/gpt2") == "gpt2");
    CHECK(repo("pkg:huggingface/a%2Db/c") == "a-b/c");
    CHECK(repo("pkg:huggingface/a%2Fb") == "a/b");
    for (auto const* bad :
         {"",
          "pkg:",
          "huggingface/a/b",
          "pkg:pypi/a",
          "pkg:huggingface/",
          "pkg:huggingface/a/b/c",
          "pkg:huggingface/a/%",
          "pkg:huggingface/a/%4",
          "pkg:huggingface/a/%zz",
          "pkg:huggingface/a/b%00",
          "pkg:huggingface/../b%20c",
          "pkg:huggingface/a/b@%f"}) {
        CAPTURE(bad);
        CHECK(repo(bad) == "-");
    }
    CHECK(repo("pkg:huggingface/" + std::string(2000, 'a')) == "-");
    CHECK(model_of({{"ecosystem", "Hugging Face"}, {"name", "Acme/Model"}})->repo == "acme/model");
    CHECK_FALSE(model_of({{"ecosystem", "PyPI"}, {"name", "acme/model"}}));
}

TEST_CASE(
    "severities come from vectors, scores and words; the gravest counts, none is high", "[advisories]"
) {
    auto const level = [](std::string const& more, std::string const& own = {}) {
        auto const all = read(document(package("pkg:huggingface/acme/model", own), more));
        return std::string{to_string(all.at(0).level)};
    };
    CHECK(level({}) == "high");
    CHECK(level(R"("database_specific": {"severity": "MODERATE"})") == "medium");
    CHECK(level(R"("database_specific": {"severity": "CRITICAL"})") == "high");
    CHECK(level(R"("database_specific": {"severity": "whatever"})") == "high");
    CHECK(level(R"("severity": [{"type": "x", "score": "3.9"}])") == "low");
    CHECK(level(R"("severity": [{"type": "x", "score": "4.0"}])") == "medium");
    CHECK(level(R"("severity": [{"type": "x", "score": "7"}])") == "high");
    CHECK(level(R"("severity": [{"type": "x", "score": "70"}])") == "high");
    CHECK(
        level(
            R"("severity": [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N"}], "database_specific": {"severity": "low"})"
        ) == "low"
    );
    CHECK(level(R"("severity": [{"score": "2.0"}, {"score": "5.0"}])") == "medium");
    CHECK(
        level(R"("database_specific": {"severity": "low"})", R"("severity": [{"score": "5.0"}])") == "medium"
    );
}

TEST_CASE("base scores of CVSS 3 agree with published ones", "[advisories]") {
    // Vectors and scores of the specification's examples document and of the NVD.
    CHECK(cvss3_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H") == 9.8);
    CHECK(cvss3_score("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H") == 10.0);
    CHECK(cvss3_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N") == 6.1);
    CHECK(cvss3_score("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N") == 6.4);
    CHECK(cvss3_score("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N") == 3.1);
    CHECK(cvss3_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N") == 7.5);
    CHECK(cvss3_score("CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H") == 7.8);
    CHECK(cvss3_score("CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P") == 6.8);
    CHECK(cvss3_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N") == 0.0);
    for (auto const* bad :
         {"",
          "9.8",
          "CVSS:4.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
          "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
          "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:N",
          "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
          "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:X/C:H/I:H/A:H",
          "CVSS:3.1/AV/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
          "CVSS:3.1/AV:NN/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
          "CVSS:3.1/////"}) {
        CAPTURE(bad);
        CHECK_FALSE(cvss3_score(bad));
    }
}

TEST_CASE("a range of commits is walked through the log from the oldest", "[advisories]") {
    auto const log = log_of("5432"); // 5 is the head, 1 lies before what the log knows
    CHECK(named(event("introduced", '0') + "," + event("fixed", '4'), log) == "23");
    CHECK(named(event("introduced", '3') + "," + event("fixed", '5'), log) == "34");
    CHECK(named(event("introduced", '3') + "," + event("last_affected", '4'), log) == "34");
    CHECK(named(event("introduced", '3'), log) == "345");
    CHECK(
        named(event("introduced", '2') + "," + event("fixed", '3') + "," + event("introduced", '5'), log) ==
        "25"
    );
    // Where it began is not known here: from the beginning.
    CHECK(named(event("introduced", '1') + "," + event("fixed", '3'), log) == "2");
    // A fix that nobody has here has not been taken.
    CHECK(named(event("introduced", '0') + "," + event("fixed", '9'), log) == "2345");
    CHECK(named(event("introduced", '0') + "," + event("fixed", '2'), log) == "nothing");
}

TEST_CASE("a commit in use that the log does not know counts as affected", "[advisories]") {
    auto const log = log_of("543");
    auto const range = event("introduced", '3') + "," + event("fixed", '4');
    CHECK(named(range, log) == "3");
    CHECK(named(range, log, {full('8')}) == "38");
    CHECK(named(range, log, {full('5'), ""}) == "3");
    CHECK(named(range, log, {std::string(8, '5')}) == "3");
    CHECK(named(range, {}, {full('4'), full('5')}) == "5"); // the fix itself is clean, whatever is known
    CHECK(named(range, {}, {full('3')}) == "3");
}

TEST_CASE("what cannot be compared is taken to mean every commit", "[advisories]") {
    auto const log = log_of("54");
    auto const covers_all = [&](std::string const& more) {
        auto const all = read(document(package("pkg:huggingface/acme/model", more)));
        auto const found = advisories_of(all, "Acme/Model", log, {}, reference_day);
        return found.size() == 1 && found[0].commits.empty();
    };
    CHECK(covers_all({}));
    CHECK(covers_all(R"("versions": ["v1.0"])"));
    CHECK(covers_all(R"("versions": ["main", ")" + full('5') + "\"]"));
    CHECK(covers_all(R"("ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}])"));
    CHECK(covers_all(R"("ranges": [{"type": "GIT", "events": [{"fixed": ")" + full('5') + "\"}]}]"));
    CHECK(covers_all(R"("ranges": [{"type": "GIT", "events": [{"introduced": "0"}, {"fixed": "v2"}]}])"));
    CHECK_FALSE(covers_all(R"("versions": [")" + full('5') + "\"]"));
}

TEST_CASE("withdrawn advisories do not hold; those that will be do until then", "[advisories]") {
    auto const holds = [](std::string const& when) {
        auto const all =
            read(document(package("pkg:huggingface/acme/model"), when.empty() ? "" : "\"withdrawn\": " + when)
            );
        return !advisories_of(all, "acme/model", {}, {}, reference_day).empty();
    };
    CHECK(holds({}));
    CHECK_FALSE(holds("\"2026-04-28T00:00:00Z\""));
    CHECK(holds("\"2026-05-01T00:00:00Z\""));
    CHECK(holds("\"not a date\""));
    CHECK(holds("null"));
}

TEST_CASE("several statements of one advisory about one model are one", "[advisories]") {
    auto const all = read(document(
        package("pkg:huggingface/acme/model@" + full('2'), R"("database_specific": {"severity": "low"})") +
        "," +
        package("pkg:huggingface/acme/MODEL@" + full('1'), R"("database_specific": {"severity": "medium"})")
    ));
    auto const found = advisories_of(all, "acme/model", {}, {}, reference_day);
    REQUIRE(found.size() == 1);
    CHECK(found[0].commits == std::vector{full('1'), full('2')});
    CHECK(found[0].level == severity::medium);
    CHECK(advisories_of(all, "acme/mode", {}, {}, reference_day).empty());
    CHECK(affects(found[0], full('1')));
    CHECK(affects(found[0], "1111111"));
    CHECK_FALSE(affects(found[0], "111111"));
    CHECK_FALSE(affects(found[0], full('3')));
    CHECK(affects(found[0], ""));
}

TEST_CASE("what is no OSV document is refused with its name and a reason", "[advisories]") {
    CHECK(refusal("").find("not JSON") != std::string::npos);
    CHECK(refusal("{").find("not JSON") != std::string::npos);
    CHECK(refusal("3").find("'vulns' is not a list") != std::string::npos);
    CHECK(refusal("{}").find("needs an 'id'") != std::string::npos);
    CHECK(refusal("[3]").find("is not an object") != std::string::npos);
    CHECK(refusal(R"({"id": 3})").find("needs an 'id'") != std::string::npos);
    CHECK(refusal(R"({"id": "x", "affected": {}})").find("'affected' is not a list") != std::string::npos);
    CHECK(refusal(R"({"id": "x", "affected": [3]})").find("is not an object") != std::string::npos);
    CHECK(
        refusal(document(package("pkg:huggingface/a/b", R"("versions": [3])"))).find("not a string") !=
        std::string::npos
    );
    CHECK(
        refusal(document(package("pkg:huggingface/a/b", R"("ranges": [3])"))).find("not an object") !=
        std::string::npos
    );
    CHECK(refusal(document("{}", R"("severity": 3)")).find("'severity' is not a list") != std::string::npos);
    CHECK(refusal("\xff\xfe{}").find("not JSON") != std::string::npos);
}

TEST_CASE("hostile sizes and depths are refused, hostile texts are made harmless", "[advisories]") {
    CHECK(refusal(std::string(100'000, '[')).find("not JSON") != std::string::npos);
    CHECK(refusal(std::string((8u << 20) + 1, ' ')).find("larger than") != std::string::npos);
    std::string many = "[";
    for (std::size_t i = 0; i <= advisory_limits::advisories; ++i)
        many += (i == 0 ? "" : ",") + std::string{R"({"id":"x"})"};
    CHECK(refusal(many + "]").find("more than 10000 entries") != std::string::npos);
    auto const all = read(
        R"({"id": "x\u001b[31m", "summary": ")" + std::string(100'000, 's') +
        R"(", "references": [{"url": "javascript:x"}, {"url": "https://)" + std::string(3000, 'u') +
        R"("}, {"url": 3}], "affected": [{"package": {"purl": "pkg:huggingface/a/b"}, "versions": ["\u0000", ""]}]})"
    );
    REQUIRE(all.size() == 1);
    CHECK(all[0].id == "x\\x1b[31m");
    CHECK(all[0].summary.size() <= advisory_limits::longest_summary);
    CHECK(all[0].url.empty());
    CHECK(all[0].everything);
}

TEST_CASE("every cut of a good document is refused or read, never more", "[advisories]") {
    auto const whole = document(package(
        "pkg:huggingface/acme/model",
        R"("ranges": [{"type": "GIT", "events": [)" + event("introduced", '0') + "]}]"
    ));
    for (std::size_t length = 0; length < whole.size(); ++length)
        CHECK_FALSE(parse_osv(whole.substr(0, length), "feed.json"));
    CHECK(parse_osv(whole, "feed.json"));
}

namespace {

std::string flaw(std::string const& id, std::string const& aliases, std::string const& more = {}) {
    return R"({"id": ")" + id + R"(", "summary": "of )" + id + R"(", "aliases": [)" + aliases + "]" +
           (more.empty() ? "" : ", " + more) + R"(, "affected": [)" + package("pkg:huggingface/acme/model") +
           "]}";
}

} // namespace

TEST_CASE("entries that name each other as aliases are one flaw, however many steps apart", "[advisories]") {
    auto const all = read(
        "[" + flaw("GHSA-1", R"("CVE-1")") + "," +
        flaw("CVE-1", "", R"("database_specific": {"severity": "LOW"})") + "," +
        flaw("MAL-1", R"("X-1", "MAL-1")") + "," + flaw("PYSEC-1", R"("X-1", "GHSA-1")") + "," +
        flaw("CVE-2", R"("GHSA-2")") + "]"
    );
    auto const found = advisories_of(all, "acme/model", {}, {}, reference_day);
    REQUIRE(found.size() == 2);
    CHECK(found[0].id == "CVE-1");
    CHECK(found[0].aliases == std::vector<std::string>{"GHSA-1", "MAL-1", "PYSEC-1", "X-1"});
    CHECK(found[0].summary == "of CVE-1");
    CHECK(found[0].level == severity::high);
    CHECK(found[0].commits.empty());
    CHECK(found[1].id == "CVE-2");
    CHECK(found[1].aliases == std::vector<std::string>{"GHSA-2"});
    CHECK(one_per_flaw(found).size() == 2);
}

TEST_CASE("an alias that is no text is refused", "[advisories]") {
    CHECK_THAT(refusal(flaw("CVE-1", "7")), Catch::Matchers::Contains("aliases"));
}
