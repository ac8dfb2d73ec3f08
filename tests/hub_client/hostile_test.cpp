#include "daemon/hub/parse.hpp"
#include "daemon/hub/proof.hpp"
#include "tests/hub_client/samples.hpp"
#include "tests/hub_client/small_hub.hpp"

#include <algorithm>
#include <ctime>
#include <random>

using namespace modelwatch;
using namespace modelwatch::hub;

namespace {

std::string mutated(std::string body, std::mt19937& dice) {
    static constexpr std::string_view splices[]{
        "null",
        "-1",
        "1e400",
        "\"\"",
        "[]",
        "{}",
        "true",
        "\"..\"",
        "\xff",
        "\\u0000",
        "[[[[[[",
        "\"sha\":",
        "9999999999999999999"
    };
    auto const pick = [&](std::size_t below) { return below == 0 ? 0 : dice() % below; };
    for (auto rounds = 1 + pick(3); rounds > 0; --rounds) {
        auto const at = pick(body.size());
        switch (pick(4)) {
        case 0:
            body.resize(at);
            break;
        case 1:
            body.erase(at, 1 + pick(40));
            break;
        case 2:
            body.insert(at, splices[pick(std::size(splices))]);
            break;
        default:
            if (!body.empty()) body[at] = static_cast<char>(dice());
        }
    }
    return body;
}

/// Whatever comes out keeps what the rest of the program relies on.
void check_info(result<model_info> const& info) {
    if (!info) {
        if (info.error().what.empty()) FAIL("an error without words");
        return;
    }
    auto const& files = info->state.files;
    bool const sorted = std::is_sorted(files.begin(), files.end(), [](auto const& left, auto const& right) {
        return left.path < right.path;
    });
    bool const named = !info->state.repo.empty() && info->state.commit.size() >= 40;
    if (!sorted || !named) FAIL("a value that breaks its own rules");
}

} // namespace

TEST_CASE("whatever the bytes are, the info parser returns a value or an error") {
    modelwatch::test::small_hub hub;
    hub.more_info = "\"cardData\":{\"license\":\"mit\",\"base_model\":[\"x/"
                    "y\"]},\"config\":{\"auto_map\":{\"A\":\"b.C\"}},"
                    "\"securityRepoStatus\":{\"scansDone\":true,\"filesWithIssues\":[]},";
    auto const whole = hub.info();
    REQUIRE(parse_model_info(whole, "hub", "main", instant{}));
    std::mt19937 dice(20'261'122);
    int refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        auto const body = mutated(whole, dice);
        auto const info = parse_model_info(body, "hub", "main", instant{});
        check_info(info);
        refused += info ? 0 : 1;
    }
    CHECK(refused > 10'000);
    CHECK(refused < 20'000);
}

TEST_CASE("mutations of a recorded info are values or errors too") {
    auto const whole = modelwatch::test::sample("recorded-2026-09-22-hfd/models.info.json");
    if (!whole) return;
    std::mt19937 dice(7);
    for (int i = 0; i < 5'000; ++i) {
        auto const body = mutated(*whole, dice);
        check_info(parse_model_info(body, "hub", "main", instant{}));
    }
}

TEST_CASE("every cut of an info is an error") {
    auto const whole = modelwatch::test::small_hub().info();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        auto const info =
            parse_model_info(std::string_view(whole).substr(0, length), "hub", "main", instant{});
        if (info) FAIL("accepted a body cut at " << length);
    }
    CHECK(parse_model_info(whole, "hub", "main", instant{}));
}

TEST_CASE("mutated trees, logs, refs and listings are values or errors") {
    modelwatch::test::small_hub const hub;
    auto const tree = hub.tree();
    auto const log = hub.log({modelwatch::test::head_commit, modelwatch::test::old_commit});
    std::string const refs = "{\"tags\":[{\"name\":\"v1\",\"targetCommit\":\"x\"}],\"branches\":[]}";
    std::string const listing = "[{\"id\":\"a/b\",\"sha\":\"x\",\"tags\":[\"t\"]}]";
    auto const dated = tree.substr(0, tree.size() - 2) + ",\"lastCommit\":{\"id\":\"" +
                       modelwatch::test::head_commit +
                       "\",\"title\":\"t\",\"date\":\"2026-09-22T17:25:10.000Z\"},"
                       "\"securityFileStatus\":{\"status\":\"safe\"}}]";
    std::string const overview = "{\"_id\":\"x\",\"name\":\"acme\",\"isVerified\":true,\"numUsers\":3}";
    REQUIRE(parse_dated_page(dated));
    std::mt19937 dice(3);
    for (int i = 0; i < 2'000; ++i) {
        auto files = parse_tree_page(mutated(tree, dice));
        if (files) {
            for (auto const& file : *files) {
                if (file.content_id().size() < 40) FAIL("a file without an id");
            }
        }
        auto const commits = parse_commits_page(mutated(log, dice));
        if (!commits && commits.error().what.empty()) FAIL("an error without words");
        auto const names = parse_refs(mutated(refs, dice));
        if (!names && names.error().what.empty()) FAIL("an error without words");
        auto const rows = parse_dated_page(mutated(dated, dice));
        if (rows) {
            for (auto const& row : *rows) {
                if (row.file.content_id().size() < 40) FAIL("a dated file without an id");
                if (row.scan == scan_level::absent) FAIL("an absent level that the hub told");
            }
        }
        auto const account = parse_overview(mutated(overview, dice), "acme", account_kind::organisation);
        if (!account && account.error().what.empty()) FAIL("an error without words");
        auto const models = parse_listing_page(mutated(listing, dice));
        if (!models && models.error().what.empty()) FAIL("an error without words");
    }
    CHECK(parse_tree_page(tree));
}

TEST_CASE("a proof survives its own text, and a foreign or bent one means a full poll") {
    auto const info = parse_model_info(modelwatch::test::small_hub().info(), "hub", "main", instant{});
    REQUIRE(info);
    auto proof = proof_of(*info);
    proof.etag = "W/\"29-x\"";
    proof.entry = access::refused;
    proof.place = standing::access_lost;
    auto const text = to_text(proof);
    auto const back = proof_from_text(text);
    REQUIRE(back);
    CHECK(back->same_facts(proof));
    CHECK(back->etag == proof.etag);
    CHECK(back->entry == access::refused);
    CHECK(back->place == standing::access_lost);
    CHECK_FALSE(proof_from_text(""));
    CHECK_FALSE(proof_from_text("v0 x"));
    CHECK_FALSE(proof_from_text(text + " x"));
    CHECK_FALSE(proof_from_text(text.substr(0, text.size() - 1) + "9"));
    CHECK(kept_etag("bad\r\ntag").empty());
}

TEST_CASE("20,000 hostile infos are judged in a second") {
#if defined(NDEBUG)
    modelwatch::test::small_hub const hub;
    auto const whole = hub.info();
    std::mt19937 dice(11);
    std::vector<std::string> bodies;
    for (int i = 0; i < 20'000; ++i)
        bodies.push_back(mutated(whole, dice));
    auto const begin = std::clock();
    for (auto const& body : bodies)
        check_info(parse_model_info(body, "hub", "main", instant{}));
    CHECK(std::clock() - begin < CLOCKS_PER_SEC);
#else
    SUCCEED("measured in release builds");
#endif
}
