#include "daemon/advisories.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace modelwatch;
namespace fs = std::filesystem;

namespace {

class folder {
public:
    folder() {
        std::string name = (fs::temp_directory_path() / "modelwatch-advisories-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }

    ~folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;

    void write(std::string const& name, std::string const& text) const {
        std::ofstream{path_ / name, std::ios::binary} << text;
    }

    [[nodiscard]] std::string operator/(std::string const& name) const { return (path_ / name).string(); }

private:
    fs::path path_;
};

std::string osv(std::string const& id, std::string const& repo, std::string const& more = {}) {
    return R"({"id": ")" + id + R"(", "affected": [{"package": {"purl": "pkg:huggingface/)" + repo + "\"}" +
           more + "}]}";
}

bool mentions(std::vector<std::string> const& all, std::string const& part) {
    return std::any_of(all.begin(), all.end(), [&](auto const& one) {
        return one.find(part) != std::string::npos;
    });
}

} // namespace

TEST_CASE("every file that the patterns match is read, once", "[advisories]") {
    folder const here;
    here.write("a.json", osv("A-1", "acme/model"));
    here.write("b.json", osv("B-1", "Acme/Model"));
    here.write("c.txt", "not for us");
    auto const feed = load_advisories({here / "*.json", here / "a.*"});
    CHECK(feed.configured);
    CHECK(feed.files == 2);
    CHECK(feed.problems.empty());
    REQUIRE(feed.by_repo.size() == 1);
    CHECK(feed.by_repo.at("acme/model").size() == 2);
}

TEST_CASE("one bad file hides no other one, and is named", "[advisories]") {
    folder const here;
    here.write("a.json", osv("A-1", "acme/model"));
    here.write("b.json", "{ not json");
    here.write("c.json", std::string((8u << 20) + 1, ' '));
    fs::create_directory(here / "d.json");
    REQUIRE(::mkfifo((here / "e.json").c_str(), 0600) == 0);
    here.write("f.json", osv("F-1", "acme/other"));
    fs::create_symlink(here / "nowhere", here / "g.json");
    auto const feed = load_advisories({here / "*.json"});
    CHECK(feed.files == 2);
    CHECK(feed.by_repo.size() == 2);
    CHECK(feed.problems.size() == 5);
    for (auto const* name : {"b.json", "c.json", "d.json", "e.json", "g.json"})
        CHECK(mentions(feed.problems, name));
}

TEST_CASE("a pattern without a file is a problem; no pattern is no feed", "[advisories]") {
    folder const here;
    auto const feed = load_advisories({here / "*.json"});
    CHECK(feed.configured);
    CHECK(mentions(feed.problems, "no file matches"));
    auto const none = load_advisories({});
    CHECK_FALSE(none.configured);
    CHECK(none.problems.empty());
}

TEST_CASE("a model's evidence gets what holds for its commits, under either of its names", "[advisories]") {
    folder const here;
    here.write("a.json", osv("A-1", "acme/model", R"(, "versions": [")" + std::string(40, 'a') + "\"]"));
    here.write("b.json", osv("B-1", "newname/model"));
    here.write("c.json", osv("C-1", "acme/other"));
    auto const feed = load_advisories({here / "*.json"});
    watch target;
    target.repo = "acme/model";
    assess::evidence facts;
    facts.repo = "newname/model";
    facts.commit = std::string(40, 'b');
    facts.advisories = {{"OLD", severity::high, {}, {}, {}}};
    add_advisories(facts, feed, target, {}, std::string(40, 'a'), instant{});
    REQUIRE(facts.advisories.size() == 2);
    CHECK(facts.advisories_configured);
    CHECK(facts.advisories[0].id == "A-1");
    CHECK(assess::affects(facts.advisories[0], std::string(40, 'a')));
    CHECK_FALSE(assess::affects(facts.advisories[0], facts.commit));
    CHECK(facts.advisories[1].id == "B-1");
    CHECK(assess::affects(facts.advisories[1], facts.commit));
}
