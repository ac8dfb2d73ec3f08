#include "daemon/looks.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

constexpr instant noon{std::chrono::hours{490'000}};
net::steady_instant const start{std::chrono::hours{5}};

watch watching(std::string repo) {
    watch out;
    out.repo = std::move(repo);
    return out;
}

watched polled(std::string repo) {
    watched out;
    out.target = watching(std::move(repo));
    return out;
}

poll_report good(std::chrono::milliseconds took = 100ms) {
    poll_report out;
    out.took = took;
    return out;
}

alert touched(std::string id, alert_state state = alert_state::open) {
    alert out;
    out.id = std::move(id);
    out.state = state;
    return out;
}

} // namespace

TEST_CASE("a look is over when every watch was polled after it began", "[looks]") {
    looks all;
    auto const& one = all.begin({watching("a/b"), watching("c/d")}, noon, start);
    all.note(polled("c/d"), good(), start + 1s);
    all.note(polled("x/y"), good(), start + 1s);
    CHECK(one.waiting == std::set<std::string>{"hub/a/b@main"});
    CHECK_FALSE(one.polled);
    all.note(polled("a/b"), good(), start + 2s);
    CHECK(one.waiting.empty());
    CHECK(one.polled == start + 2s);
}

TEST_CASE("a poll that was running already may have seen the time before", "[looks]") {
    looks all;
    auto const& one = all.begin({watching("a/b")}, noon, start);
    all.note(polled("a/b"), good(3s), start + 2s);
    CHECK(one.waiting.size() == 1);
    all.note(polled("a/b"), good(3s), start + 3s);
    CHECK(one.waiting.empty());
}

TEST_CASE("a look over nothing is over at once", "[looks]") {
    looks all;
    CHECK(all.begin({}, noon, start).polled == start);
}

TEST_CASE("a look says what failed and what was touched, each alert once", "[looks]") {
    looks all;
    auto& one = all.begin({watching("a/b"), watching("c/d")}, noon, start);
    auto report = good();
    report.failure = error{};
    report.failure->what = "no answer";
    report.touched = {touched("1"), touched("2")};
    all.note(polled("a/b"), report, start + 1s);
    all.note({touched("1", alert_state::resolved), touched("3")});
    all.note(polled("a/b"), good(), start + 2s); // later polls of it are another matter
    auto const said = summary_of(one);
    CHECK(said.at("checked").to_number<int>() == 2);
    REQUIRE(said.at("failed").as_array().size() == 1);
    CHECK(said.at("failed").at(0).at("repo") == "a/b");
    CHECK(said.at("failed").at(0).at("error") == "no answer");
    REQUIRE(said.at("alerts").as_array().size() == 3);
    CHECK(said.at("alerts").at(0).at("state") == "resolved");
}

TEST_CASE("looks that nobody comes back for are forgotten, the oldest first", "[looks]") {
    looks all;
    auto const first = all.begin({watching("a/b")}, noon, start).id;
    auto const second = all.begin({watching("a/b")}, noon, start).id;
    for (int i = 0; i < 15; ++i)
        static_cast<void>(all.begin({watching("a/b")}, noon, start));
    CHECK(all.find(first) == nullptr);
    REQUIRE(all.find(second) != nullptr);
    all.end(second);
    CHECK(all.find(second) == nullptr);
    CHECK(all.find("") == nullptr);
}
