#include "tests/hub/asking.hpp"
#include "tests/places.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

std::string text_at(double_::hub_state& hub, std::string_view target, char const* member) {
    return std::string(get_json(hub, target).at(member).as_string());
}

double_::answer order(double_::hub_state& hub, char const* method, char const* what, std::string body = {}) {
    auto asked = asking("/__double/" + std::string(what));
    asked.method = method;
    asked.body = std::move(body);
    return send(hub, asked);
}

} // namespace

TEST_CASE("a pushed commit moves head, date, tree and history", "[double]") {
    auto hub = minimal_hub();
    auto const before = text_at(hub, "/api/models/acme/plain", "sha");
    CHECK(hub.advance() == "push");
    auto const info = get_json(hub, "/api/models/acme/plain");
    CHECK(info.at("sha") != before.c_str());
    CHECK(info.at("lastModified") == "2024-04-01T00:00:00.000Z");
    auto const commits = get_json(hub, "/api/models/acme/plain/commits/main").as_array();
    CHECK(commits.size() == 4);
    CHECK(commits[1].at("id") == before.c_str());
    CHECK(get(hub, "/acme/plain/resolve/main/notes.txt").status == 307);
    CHECK(get(hub, "/acme/plain/resolve/" + before + "/notes.txt").status == 404);
}

TEST_CASE("a silent replacement changes the file's hash and neither commit nor date", "[double]") {
    auto hub = minimal_hub();
    auto const info = *get(hub, "/api/models/acme/plain").body;
    auto const tree = *get(hub, "/api/models/acme/plain/tree/main").body;
    hub.advance("silent-replace");
    CHECK(*get(hub, "/api/models/acme/plain").body == info);
    CHECK(*get(hub, "/api/models/acme/plain/tree/main").body != tree);
}

TEST_CASE("gating moves neither commit nor date", "[double]") {
    auto hub = minimal_hub();
    auto const before = get_json(hub, "/api/models/acme/plain?expand[]=sha&expand[]=lastModified");
    hub.advance("gating-change");
    CHECK(get_json(hub, "/api/models/acme/plain?expand[]=sha&expand[]=lastModified") == before);
    CHECK(get_json(hub, "/api/models/acme/plain").at("gated") == "auto");
}

TEST_CASE("a license change is a commit, and the tag follows the card", "[double]") {
    auto hub = minimal_hub();
    hub.advance("license-change");
    auto const info = get_json(hub, "/api/models/acme/plain");
    CHECK(info.at("cardData").at("license") == "cc-by-nc-4.0");
    CHECK(*get(hub, "/api/models?filter=license:cc-by-nc-4.0").body != "[]");
    CHECK(*get(hub, "/api/models?filter=license:apache-2.0").body == "[]");
}

TEST_CASE("after a rewrite the old commits are gone and the count is lower", "[double]") {
    auto hub = minimal_hub();
    auto const old = text_at(hub, "/api/models/acme/plain", "sha");
    hub.advance("rewrite-history");
    auto const commits = get(hub, "/api/models/acme/plain/commits/main");
    CHECK(header(commits, "X-Total-Count") == "1");
    CHECK(get(hub, "/api/models/acme/plain/revision/" + old).status == 200); // dev still descends from it
    hub.apply({{"action", "delete_ref"}, {"repo", "acme/plain"}, {"branch", "dev"}});
    auto const held_by_pull = get(hub, "/api/models/acme/plain/revision/" + old).status;
    CHECK(held_by_pull == 200);
    hub.apply({{"action", "super_squash"}, {"repo", "acme/plain"}});
    CHECK(text_at(hub, "/api/models/acme/plain", "sha") != old);
}

TEST_CASE(
    "a super-squash without other refs leaves no old commit, unless it is told to keep them", "[double]"
) {
    auto hub = minimal_hub();
    hub.advance("replace-weights");
    auto const repo = GENERATE("acme/pickled", "acme/gated");
    auto const old = text_at(hub, std::string("/api/models/") + repo, "sha");
    auto const keep = std::string_view(repo) == "acme/gated";
    hub.apply({{"action", "super_squash"}, {"repo", repo}, {"keep_old", keep}});
    auto const answer = get(hub, std::string("/api/models/") + repo + "/revision/" + old);
    CHECK(answer.status == (keep ? 200u : 404u));
    CHECK(text_at(hub, std::string("/api/models/") + repo, "sha") != old);
}

TEST_CASE(
    "a renamed repo keeps its identity, and the old name redirects until somebody takes it", "[double]"
) {
    auto hub = minimal_hub();
    auto const identity = text_at(hub, "/api/models/acme/plain", "_id");
    hub.advance("rename");
    CHECK(header(get(hub, "/api/models/acme/plain"), "Location") == "/api/models/acme/renamed");
    CHECK(header(get(hub, "/api/models/acme/old-plain"), "Location") == "/api/models/acme/renamed");
    CHECK(text_at(hub, "/api/models/acme/renamed", "_id") == identity);
    hub.advance("squat");
    auto const taken = get(hub, "/api/models/acme/plain");
    CHECK(taken.status == 200);
    CHECK(body_of(taken).at("_id") != identity.c_str());
}

TEST_CASE(
    "a repo that is deleted looks like one that never was; a reborn one has another identity", "[double]"
) {
    auto hub = minimal_hub();
    auto const before = text_at(hub, "/api/models/acme/gated", "_id");
    hub.advance("reborn");
    CHECK(text_at(hub, "/api/models/acme/gated", "_id") != before);
    CHECK(text_at(hub, "/api/models/acme/gated", "createdAt") == "2024-05-02T00:00:00.000Z");
    hub.apply({{"action", "delete"}, {"repo", "acme/gated"}});
    CHECK(*get(hub, "/api/models/acme/gated").body == *get(hub, "/api/models/acme/never").body);
}

TEST_CASE("a moved tag points to the other commit", "[double]") {
    auto hub = minimal_hub();
    auto const before = text_at(hub, "/api/models/acme/plain/revision/v1.0", "sha");
    hub.advance("move-tag");
    CHECK(text_at(hub, "/api/models/acme/plain/revision/v1.0", "sha") != before);
}

TEST_CASE("an action that cannot be done changes nothing, nor does the rest of its step", "[double]") {
    auto hub = minimal_hub();
    auto const before = *get(hub, "/api/models/acme/plain").body;
    CHECK_THROWS_WITH(hub.apply({{"action", "commit"}, {"repo", "acme/none"}}), Catch::Contains("acme/none"));
    CHECK_THROWS_WITH(hub.apply({{"action", "dance"}}), Catch::Contains("dance"));
    CHECK_THROWS_WITH(
        hub.apply({{"action", "set"}, {"repo", "acme/plain"}, {"patch", {{"private", "yes"}}}}),
        Catch::Contains("set")
    );
    CHECK_THROWS_WITH(hub.advance("no-such-step"), Catch::Contains("no-such-step"));
    CHECK(*get(hub, "/api/models/acme/plain").body == before);
}

TEST_CASE("every step of both timelines can be applied in order, and reset undoes them", "[double]") {
    auto const file = GENERATE("minimal.json", "reference.json");
    double_::hub_state hub(
        double_::read_timeline_file(std::string(MODELWATCH_SOURCE_DIR "/tests/hub/timelines/") + file)
    );
    auto const first = *get(hub, "/api/models").body;
    auto const steps = hub.describe().at("remaining").as_array().size();
    REQUIRE(steps > 10);
    for (std::size_t done = 0; done < steps; ++done)
        CHECK_NOTHROW(hub.advance());
    CHECK_THROWS(hub.advance());
    CHECK(*get(hub, "/api/models").body != first);
    hub.reset();
    CHECK(*get(hub, "/api/models").body == first);
}

TEST_CASE("the reference timeline holds the real heads, hashes and gates of the three models", "[double]") {
    double_::hub_state hub(double_::read_timeline_file(MODELWATCH_SOURCE_DIR
                                                       "/tests/hub/timelines/reference.json"));
    auto const gemma = get_json(hub, "/api/models/google/gemma-2-2b?blobs=true");
    CHECK(gemma.at("sha") == "c5ebcd40d208330abc697524c919956e692655cf");
    CHECK(gemma.at("gated") == "manual");
    std::uint64_t total = 0;
    for (auto const& sibling : gemma.at("siblings").as_array())
        total += sibling.at("size").to_number<std::uint64_t>();
    CHECK(total == 10'479'266'851);
    CHECK(gemma.at("siblings").at(4).at("blobId") == "10806d855f7ee17c266e650d11780a1fb9b00233");
    CHECK(text_at(hub, "/api/models/tiiuae/falcon-7b", "sha") == "ec89142b67d748a1865ea4451372db8313ada0d8");
    CHECK(
        text_at(hub, "/api/models/TheBloke/Mistral-7B-Instruct-v0.2-GGUF", "sha") ==
        "3a6fbf4a41a1d52e415a4958cde6856d34b2db93"
    );
}

TEST_CASE("a timeline that is wrong is refused with the place", "[double]") {
    auto const refused = [](char const* text, char const* words) {
        CHECK_THROWS_WITH(double_::read_timeline(json::parse(text)), Catch::Contains(words));
    };
    refused(R"({"repos": [{"commits": []}]})", "id");
    refused(R"({"repos": [{"id": "a/b", "commits": []}]})", "a/b");
    refused(R"({"repos": [{"id": "a/b", "commits": [{"title": "x", "date": "yesterday"}]}]})", "yesterday");
    refused(R"({"repos": [{"id": "a/b", "commits": [{"title": "x", "id": "12"}]}]})", "40 or 64 hex");
    refused(R"({"repos": "many"})", "wrong type");
    refused(R"({"steps": [{"action": "delete"}]})", "name");
}

TEST_CASE("synthetic repos share their files and have heads of their own", "[double]") {
    double_::timeline script;
    double_::add_synthetic(script.start, 1'000, 5);
    double_::hub_state hub(std::move(script));
    CHECK(get_json(hub, "/api/models/synth/model-00000/tree/main").as_array().size() == 5);
    CHECK(
        text_at(hub, "/api/models/synth/model-00000", "sha") !=
        text_at(hub, "/api/models/synth/model-00999", "sha")
    );
    CHECK(get_json(hub, "/api/models?author=synth&limit=1000").as_array().size() == 1'000);
    hub.apply({{"action", "commit"}, {"repo", "synth/model-00007"}, {"files", {{"new.txt", {{"text", "x"}}}}}}
    );
    CHECK(get_json(hub, "/api/models/synth/model-00007/tree/main").as_array().size() == 6);
}

TEST_CASE("the control API advances, changes, lists and resets", "[double]") {
    auto hub = minimal_hub();
    CHECK(body_of(order(hub, "POST", "advance", "{}")).at("applied_now").at(0) == "push");
    CHECK(
        body_of(order(hub, "POST", "advance", R"({"step": "rename"})")).at("applied").as_array().size() == 2
    );
    CHECK(order(hub, "POST", "set", R"({"repo": "acme/renamed", "patch": {"likes": 99}})").status == 200);
    CHECK(get_json(hub, "/api/models/acme/renamed").at("likes") == 99);
    auto const log = body_of(order(hub, "GET", "requests")).at("requests").as_array();
    REQUIRE(log.size() == 1); // control requests are not logged
    CHECK(log[0].at("type") == "info");
    CHECK(order(hub, "POST", "reset").status == 200);
    CHECK(get_json(hub, "/api/models/acme/plain").at("likes") == 12);
    CHECK(order(hub, "POST", "set", "nonsense").status == 400);
    CHECK(order(hub, "POST", "explode").status == 400);
    CHECK(order(hub, "DELETE", "requests").status == 200);
    CHECK(body_of(order(hub, "GET", "counters")).at("requests") == 0);
}

TEST_CASE("the log names a token and never shows it", "[double]") {
    auto hub = minimal_hub();
    static_cast<void>(get(hub, "/api/models/acme/plain", "hf_reader"));
    static_cast<void>(get(hub, "/api/models/acme/plain", "hf_wrong"));
    auto const text = *order(hub, "GET", "requests").body;
    CHECK(text.find("hf_") == std::string::npos);
    CHECK(text.find(R"("token":"reader")") != std::string::npos);
    CHECK(text.find(R"("token":"unknown")") != std::string::npos);
}
