#include "daemon/assess/declared_chain.hpp"
#include "daemon/assess/sibling.hpp"
#include "tests/assess/listings.hpp"
#include "tests/support/catch.hpp"

#include <map>

using namespace modelwatch;
using namespace modelwatch::assess;
using namespace modelwatch::fixtures;

namespace {

using chain = std::vector<std::string>;

/// Follows `new_version` through a hub as a caller does; returns the chain and how it ended.
std::pair<chain, hop_verdict>
follow(std::string const& subject, std::map<std::string, std::string> const& cards) {
    chain hops;
    auto at = subject;
    while (true) {
        auto const card = cards.find(at);
        auto const verdict = judge_hop(subject, hops, card == cards.end() ? "" : card->second);
        if (verdict != hop_verdict::follow) return {hops, verdict};
        hops.push_back(card->second);
        at = card->second;
    }
}

} // namespace

TEST_CASE("a chain of new versions is followed to its end", "[succession]") {
    auto const [hops, end] = follow("a/1", {{"a/1", "a/2"}, {"a/2", "b/3"}});
    CHECK(hops == chain{"a/2", "b/3"});
    CHECK(end == hop_verdict::ends);
    CHECK(follow("a/1", {}).second == hop_verdict::ends);
}

TEST_CASE("a chain that bites its tail stops", "[succession]") {
    CHECK(follow("a/1", {{"a/1", "a/1"}}) == std::pair{chain{}, hop_verdict::cycle});
    CHECK(follow("a/1", {{"a/1", "a/2"}, {"a/2", "a/1"}}) == std::pair{chain{"a/2"}, hop_verdict::cycle});
    CHECK(follow("a/1", {{"a/1", "a/2"}, {"a/2", "a/3"}, {"a/3", "A/2"}}).second == hop_verdict::cycle);
}

TEST_CASE("five hops are enough", "[succession]") {
    std::map<std::string, std::string> cards;
    for (int i = 0; i < 20; ++i)
        cards["a/" + std::to_string(i)] = "a/" + std::to_string(i + 1);
    auto const [hops, end] = follow("a/0", cards);
    CHECK(hops == chain{"a/1", "a/2", "a/3", "a/4", "a/5"});
    CHECK(end == hop_verdict::too_long);
}

TEST_CASE("what is no id is not asked for", "[succession]") {
    for (auto const* bad : {"gpt2", "https://huggingface.co/a/b", "a/../b", "a/b?x", "a/b c"}) {
        CAPTURE(bad);
        CHECK(judge_hop("a/1", {}, bad) == hop_verdict::malformed);
    }
    CHECK(judge_hop("a/1", {}, " ") == hop_verdict::ends);
    CHECK(judge_hop("a/1", {}, " a/2\n") == hop_verdict::follow);
}

TEST_CASE("a chain from elsewhere is believed up to its first flaw", "[succession]") {
    CHECK(checked_chain("a/1", {"a/2", "a/3"}) == chain{"a/2", "a/3"});
    CHECK(checked_chain("a/1", {"a/2", "a/1", "a/3"}) == chain{"a/2"});
    CHECK(checked_chain("a/1", {"nonsense", "a/3"}).empty());
    CHECK(checked_chain("a/0", {"a/1", "a/2", "a/3", "a/4", "a/5", "a/6"}).size() == max_hops);
}

TEST_CASE("the tags of a listing tell derivatives and licenses", "[succession]") {
    auto const read = [](std::vector<std::string> const& tags) {
        return sibling_from_tags("a/2", day("2024-01-01"), "text-generation", tags, "a/1");
    };
    auto const own = read({"transformers", "license:apache-2.0", "license:mit"});
    CHECK_FALSE(own.is_derivative);
    CHECK(own.license == "apache-2.0");
    auto const other = read({"base_model:b/1", "base_model:quantized:b/1"});
    CHECK(other.is_derivative);
    CHECK_FALSE(other.derivative_of_subject);
    CHECK(read({"base_model:A/1"}).derivative_of_subject);
    CHECK(read({"base_model:b/1", "base_model:finetune:a/1"}).derivative_of_subject);
    CHECK_FALSE(read({"base_model:", "base_modell:a/1"}).is_derivative);
}

TEST_CASE("tasks of one line are compatible, others are not", "[succession]") {
    CHECK(compatible_pipelines("text-generation", "image-text-to-text"));
    CHECK(compatible_pipelines("any-to-any", "text-generation"));
    CHECK(compatible_pipelines("feature-extraction", "sentence-similarity"));
    CHECK(compatible_pipelines("", "text-to-image"));
    CHECK(compatible_pipelines("fill-mask", "fill-mask"));
    CHECK_FALSE(compatible_pipelines("text-generation", "text-to-image"));
    CHECK_FALSE(compatible_pipelines("text-generation", "automatic-speech-recognition"));
    CHECK_FALSE(compatible_pipelines("text-ranking", "feature-extraction"));
}
