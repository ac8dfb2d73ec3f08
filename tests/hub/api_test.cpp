#include "daemon/model/digest.hpp"
#include "tests/hub/asking.hpp"
#include "tests/hub/git_object.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/serialize.hpp>

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

/// The target of the next page, or empty.
std::string next_page(double_::answer const& answer) {
    auto const link = header(answer, "Link");
    if (!link.starts_with("<http://hub.test/") || !link.ends_with(">; rel=\"next\"")) return {};
    return link.substr(
        std::string("<http://hub.test").size(), link.find('>') - std::string("<http://hub.test").size()
    );
}

std::vector<std::string> all_pages(double_::hub_state& hub, std::string target, char const* member) {
    std::vector<std::string> found;
    for (int pages = 0; !target.empty() && pages < 50; ++pages) {
        auto const answer = get(hub, target);
        auto const items = body_of(answer).as_array();
        for (auto const& item : items)
            found.emplace_back(item.at(member).as_string());
        target = next_page(answer);
    }
    return found;
}

double_::answer post_paths(double_::hub_state& hub, std::string body, std::string type = "application/json") {
    auto asked = asking("/api/models/acme/plain/paths-info/main");
    asked.method = "POST";
    asked.content_type = std::move(type);
    asked.body = std::move(body);
    return send(hub, asked);
}

} // namespace

TEST_CASE("git ids are git's own", "[double]") {
    CHECK(double_::git_tree_id({}) == "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    // google/gemma-2-2b, tokenizer.model: the Hub's blobId is the id of the pointer text
    auto const pointer =
        double_::lfs_pointer("61a7b147390c64585d6c3543dd6fc636906c9af3865a5548f27f31aee1d4c8e2", 4241003);
    CHECK(pointer.size() == 132);
    CHECK(git_blob_id(pointer) == "796efe9ab515c15e146ce7588e6d7b9b8134dbf8");
    // a.txt and a/b.txt, both "hi\n": git sorts the directory behind the file of the same beginning
    auto const below = double_::git_tree_id({{"b.txt", "45b983be36b73c0788dc9cbcb76cbb80fc7bb057"}});
    CHECK(below == "b02bd541107db0a9f24c53847344522dcf5176e8");
    CHECK(
        double_::git_tree_id({{"a", below, true}, {"a.txt", "45b983be36b73c0788dc9cbcb76cbb80fc7bb057"}}) ==
        "ef59746bf537c60d0df1873beabf5a1c18e36d90"
    );
    CHECK(
        double_::git_commit_id({"4b825dc642cb6eb9a060e54bf8d69288fbee4904", "", "a", 0, "m\n"}) ==
        "4ba4d42b02dca7652ac09ca2754cead9ebb79c65"
    );
}

TEST_CASE("model info has the Hub's default fields in the Hub's order", "[double]") {
    auto hub = minimal_hub();
    auto const info = get_json(hub, "/api/models/acme/plain").as_object();
    std::string names;
    for (auto const& [name, value] : info)
        names += std::string(name) + " ";
    CHECK(
        names ==
        "_id id private pipeline_tag library_name tags downloads likes modelId author sha lastModified "
        "gated disabled model-index config cardData siblings spaces createdAt safetensors usedStorage "
    );
    CHECK(info.at("gated") == false);
    CHECK(info.at("siblings").at(0).as_object().size() == 1);
}

TEST_CASE("expand answers exactly the identity and what was asked for", "[double]") {
    auto hub = minimal_hub();
    auto const brief =
        get_json(hub, "/api/models/acme/plain?expand[]=sha&expand=gated&expand%5B%5D=lastModified");
    std::string names;
    for (auto const& [name, value] : brief.as_object())
        names += std::string(name) + " ";
    CHECK(names == "_id id sha gated lastModified ");
}

TEST_CASE("blobs and securityStatus add to model info", "[double]") {
    auto hub = minimal_hub();
    auto const info = get_json(hub, "/api/models/acme/pickled?blobs=true&securityStatus=true");
    CHECK(info.at("siblings").at(0).at("lfs").at("pointerSize") == 131);
    CHECK(
        json::serialize(info.at("securityRepoStatus")) ==
        R"({"scansDone":true,"filesWithIssues":[{"path":"evil.bin","level":"unsafe"}]})"
    );
    CHECK(get_json(hub, "/api/models/acme/pickled/scan") == info.at("securityRepoStatus"));
}

TEST_CASE("a revision is a branch, a tag, a pull request, HEAD or a commit, and nothing else", "[double]") {
    auto hub = minimal_hub();
    auto const sha = [&](std::string const& revision) {
        auto const answer = get(hub, "/api/models/acme/plain/revision/" + revision);
        return answer.status == 200 ? std::string(body_of(answer).at("sha").as_string()) : std::string();
    };
    auto const head = sha("main");
    REQUIRE(head.size() == 40);
    CHECK(sha(head) == head);
    CHECK(sha("HEAD") == head);
    CHECK(sha("refs%2Fheads%2Fmain") == head);
    CHECK(sha("refs%2Fpr%2F1").size() == 40);
    CHECK(sha("refs%2Fpr%2F1") != head);
    CHECK(sha("v1.0").size() == 40);
    CHECK(sha("v1.0") != head);
    CHECK(sha(head.substr(0, 7)).empty());
    CHECK(get(hub, "/acme/plain/resolve/" + head.substr(0, 7) + "/config.json").status == 307);
    CHECK(get_json(hub, "/api/models/acme/plain?revision=dev").at("sha") == json::value(head));
}

TEST_CASE("the tree lists directories first and sizes of LFS files as they are", "[double]") {
    auto hub = minimal_hub();
    auto const tree = get_json(hub, "/api/models/acme/plain/tree/main").as_array();
    CHECK(tree[0].at("type") == "directory");
    CHECK(tree[1].at("path") == "weights");
    CHECK(tree[2].at("path") == ".gitattributes");
    auto const recursive = get_json(hub, "/api/models/acme/plain/tree/main?recursive=true").as_array();
    CHECK(recursive.size() == 9);
    auto const& weights = recursive.back().as_object();
    CHECK(weights.at("size") == 5'000'000'000);
    CHECK(text_of(weights, "oid") == git_blob_id(double_::lfs_pointer(std::string(64, '1'), 5'000'000'000)));
    auto const below = get_json(hub, "/api/models/acme/plain/tree/main/weights").as_array();
    CHECK(below.size() == 1);
    CHECK(below[0].at("path") == weights.at("path"));
}

TEST_CASE("an expanded tree names the commit that touched each file last", "[double]") {
    auto hub = minimal_hub();
    auto const tree = get_json(hub, "/api/models/acme/plain/tree/main?expand=true").as_array();
    std::map<std::string, std::string> titles;
    for (auto const& entry : tree)
        titles[std::string(entry.at("path").as_string())] = entry.at("lastCommit").at("title").as_string();
    CHECK(titles[".gitattributes"] == "initial commit");
    CHECK(titles["config.json"] == "Upload model");
    CHECK(titles["README.md"] == "Update README.md");
    CHECK(tree.back().at("securityFileStatus").at("avScan").at("status") == "safe");
}

TEST_CASE("pages of tree, listing and commits join to the whole without gap or overlap", "[double]") {
    auto hub = minimal_hub();
    auto const whole_tree = all_pages(hub, "/api/models/acme/plain/tree/main?recursive=true", "path");
    CHECK(all_pages(hub, "/api/models/acme/plain/tree/main?recursive=true&limit=2", "path") == whole_tree);
    CHECK(whole_tree.size() == 9);
    auto const models = all_pages(hub, "/api/models?author=acme&sort=downloads&direction=-1", "id");
    CHECK(all_pages(hub, "/api/models?author=acme&sort=downloads&direction=-1&limit=1", "id") == models);
    CHECK(models.front() == "acme/plain");
    auto const commits = all_pages(hub, "/api/models/acme/plain/commits/main", "id");
    CHECK(all_pages(hub, "/api/models/acme/plain/commits/main?limit=1", "id") == commits);
    CHECK(commits.size() == 3);
    CHECK(header(get(hub, "/api/models/acme/plain/commits/main?limit=1"), "X-Total-Count") == "3");
}

TEST_CASE("bad page parameters are refused", "[double]") {
    auto hub = minimal_hub();
    CHECK(get(hub, "/api/models?cursor=garbage").status == 400);
    CHECK(get(hub, "/api/models/acme/plain/tree/main?cursor=%00").status == 400);
    CHECK(get(hub, "/api/models/acme/plain/commits/main?limit=0").status == 400);
    CHECK(get(hub, "/api/models/acme/plain/commits/main?p=x").status == 400);
    CHECK(get(hub, "/api/models?sort=colour").status == 400);
}

TEST_CASE("the default listing has no sha and no gate; expand brings them", "[double]") {
    auto hub = minimal_hub();
    auto const item = get_json(hub, "/api/models?search=plain").at(0).as_object();
    CHECK(!item.contains("sha"));
    CHECK(!item.contains("gated"));
    CHECK(item.at("modelId") == "acme/plain");
    auto const more = get_json(hub, "/api/models?search=plain&expand[]=sha&expand[]=gated").at(0).as_object();
    CHECK(more.at("sha").as_string().size() == 40);
    CHECK(more.size() == 4);
    CHECK(get_json(hub, "/api/models?filter=license:mit").as_array().size() == 1);
    CHECK(get_json(hub, "/api/models?filter=license:mit&filter=gguf").as_array().empty());
}

TEST_CASE("paths-info takes JSON and forms and leaves out what is missing", "[double]") {
    auto hub = minimal_hub();
    auto const found =
        body_of(post_paths(hub, R"({"paths":["nope","README.md","onnx"],"expand":false})")).as_array();
    REQUIRE(found.size() == 2);
    CHECK(found[0].at("path") == "README.md");
    CHECK(found[1].at("type") == "directory");
    auto const form =
        post_paths(hub, "paths=README.md&paths=nope&expand=true", "application/x-www-form-urlencoded");
    CHECK(body_of(form).as_array().size() == 1);
    CHECK(post_paths(hub, "{}").status == 400);
    CHECK(post_paths(hub, "not json").status == 400);
}

TEST_CASE("refs show tags, branches and, when asked, pull requests", "[double]") {
    auto hub = minimal_hub();
    auto const refs = get_json(hub, "/api/models/acme/plain/refs").as_object();
    CHECK(refs.at("branches").as_array().size() == 2);
    CHECK(refs.at("tags").at(0).at("ref") == "refs/tags/v1.0");
    CHECK(!refs.contains("pullRequests"));
    CHECK(
        get_json(hub, "/api/models/acme/plain/refs?include_prs=1").at("pullRequests").at(0).at("ref") ==
        "refs/pr/1"
    );
}

TEST_CASE("compare names each changed file with its old and new id", "[double]") {
    auto hub = minimal_hub();
    hub.advance("push");
    auto const text = *get(hub, "/api/models/acme/plain/compare/main?raw=true").body;
    CHECK(text.starts_with("T 6\t:000000 100644 0000000000000000000000000000000000000000... "));
    CHECK(text.ends_with("... A\tnotes.txt\n"));
}

TEST_CASE("old names, other capitals and legacy names answer 307 and keep tail and query", "[double]") {
    auto hub = minimal_hub();
    auto const old = get(hub, "/api/models/acme/old-plain/tree/main/onnx?recursive=true");
    CHECK(old.status == 307);
    CHECK(header(old, "Location") == "/api/models/acme/plain/tree/main/onnx?recursive=true");
    CHECK(header(old, "Vary") == "Origin, Accept");
    CHECK(header(old, "ETag").empty());
    CHECK(header(get(hub, "/api/models/ACME/Plain"), "Location") == "/api/models/acme/plain");
    CHECK(
        header(get(hub, "/api/models/plain/revision/refs%2Fpr%2F1"), "Location") ==
        "/api/models/acme/plain/revision/refs%2Fpr%2F1"
    );
    CHECK(
        header(get(hub, "/plain/resolve/main/config.json"), "Location") ==
        "/acme/plain/resolve/main/config.json"
    );
    auto post = asking("/api/models/acme/old-plain/paths-info/main");
    post.method = "POST";
    CHECK(send(hub, post).status == 307);
}

TEST_CASE("a redirect never leads to a private repo that the caller may not see", "[double]") {
    auto hub = minimal_hub();
    hub.apply({{"action", "set"}, {"repo", "acme/plain"}, {"patch", {{"private", true}}}});
    CHECK(get(hub, "/api/models/acme/old-plain").status == 401);
    CHECK(get(hub, "/api/models/acme/old-plain", "hf_insider").status == 307);
}
