#include "daemon/assess/succession.hpp"
#include "tests/assess/listings.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <ctime>
#include <random>

using namespace modelwatch;
using namespace modelwatch::assess;
using namespace modelwatch::fixtures;

namespace {

std::string shown(succession const& found) {
    std::string out{to_string(found.state)};
    for (auto const& text : {found.pick, found.pick_license, found.reason, found.quote})
        out += "|" + text;
    for (auto const& repo : found.newer_generations)
        out += "|" + repo;
    return out;
}

std::vector<listing> accounts() {
    return {
        google(), tiiuae(), mistralai(), meta_llama(), qwen(), microsoft(), deepseek(), stabilityai(), baai()
    };
}

succession_input about(sibling const& subject, listing const& models) {
    succession_input in;
    in.repo = subject.repo;
    in.created_at = subject.created_at;
    in.pipeline_tag = subject.pipeline_tag;
    in.listing = models;
    in.now = day("2026-04-29");
    return in;
}

std::string random_name(std::mt19937& random) {
    static std::vector<std::string> const parts{"widget", "gemma", "2",    "3.1",      "v0.2",
                                                "7b",     "8x7b",  "mini", "it",       "0324",
                                                "2407",   "coder", "GGUF", "4bit",     "llama3",
                                                "-",      "_",     ".",    "\xff",     "99999999999",
                                                "r1",     "08",    "2024", "finetuned"};
    std::string out;
    for (auto count = 1 + random() % 8; count > 0; --count)
        out += (random() % 4 == 0 ? "" : "-") + parts[random() % parts.size()];
    return out;
}

} // namespace

TEST_CASE("the order of the listing does not matter", "[succession]") {
    std::mt19937 random{1};
    for (auto models : accounts()) {
        auto const subjects = models;
        for (auto const& subject : subjects) {
            auto const expected = shown(find_succession(about(subject, models)));
            for (int round = 0; round < 5; ++round) {
                std::shuffle(models.begin(), models.end(), random);
                CAPTURE(subject.repo);
                REQUIRE(shown(find_succession(about(subject, models))) == expected);
            }
        }
    }
}

TEST_CASE("what supersedes is later, of the same account and the same first word", "[succession]") {
    for (auto const& models : accounts()) {
        for (auto const& subject : models) {
            auto const found = find_succession(about(subject, models));
            CAPTURE(subject.repo, found.pick);
            if (found.state <= successor_state::none) {
                CHECK(found.pick.empty());
                continue;
            }
            auto const pick = std::find_if(models.begin(), models.end(), [&](auto const& one) {
                return one.repo == found.pick;
            });
            REQUIRE(pick != models.end());
            CHECK(*pick->created_at > *subject.created_at);
        }
    }
}

TEST_CASE("as time goes by a model is superseded further, never less", "[succession]") {
    for (auto const& models : accounts()) {
        for (auto const& subject : models) {
            auto in = about(subject, models);
            auto before = successor_state::unknown;
            for (auto when = day("2022-03-02"); when < day("2026-12-01"); when += std::chrono::days{30}) {
                in.now = when;
                auto const state = find_succession(in).state;
                CAPTURE(subject.repo, to_rfc3339(when));
                if (before >= successor_state::possible) REQUIRE(state >= before);
                before = state;
            }
        }
    }
}

TEST_CASE("a missing listing never reads better than a whole one", "[succession]") {
    for (auto const& models : accounts()) {
        for (auto const& subject : models) {
            auto in = about(subject, models);
            in.listing.reset();
            CAPTURE(subject.repo);
            REQUIRE(find_succession(in).state == successor_state::unknown);
        }
    }
}

TEST_CASE("random namespaces have one answer in any order", "[succession]") {
    std::mt19937 random{42};
    for (int round = 0; round < 300; ++round) {
        listing models;
        for (auto count = random() % 40; count > 0; --count) {
            auto one = row("acme/" + random_name(random), random() % 8 == 0 ? "" : "2024-01-01");
            if (one.created_at) *one.created_at += std::chrono::days{random() % 600};
            one.is_private = random() % 16 == 0;
            one.is_derivative = random() % 4 == 0;
            models.push_back(one);
        }
        if (models.empty()) continue;
        if (random() % 8 == 0) models.push_back(models.front());
        auto in = about(models.front(), models);
        if (random() % 4 == 0) in.declared_chain = {"acme/" + random_name(random), models.back().repo};
        auto const expected = shown(find_succession(in));
        std::shuffle(in.listing->begin(), in.listing->end(), random);
        CAPTURE(in.repo, expected);
        REQUIRE(shown(find_succession(in)) == expected);
    }
}

TEST_CASE("twenty thousand hostile rows take no noticeable time", "[succession]") {
    listing models;
    models.reserve(20'000);
    auto subject = row("google/gemma-2-2b", "2024-07-16");
    models.push_back(subject);
    for (int i = 0; i < 10'000; ++i)
        models.push_back(
            row("google/gemma-3-" + std::to_string(i % 50 + 1) + "b-x-y-z-it-gguf-coder", "2025-03-12")
        );
    for (int i = 0; i < 10'000; ++i)
        models.push_back(row("google/gemma-" + std::string(1'000, '3') + std::to_string(i), "2025-03-12"));
    models.push_back(row("google/gemma-3-4b-pt", "2025-03-12"));
    auto in = about(subject, models);
    in.card = std::string(1'000'000, '[');
    auto const begin = std::clock(); // processor time: other work on the machine does not count
    auto const found = find_succession(in);
    auto const ms = (std::clock() - begin) * 1000 / CLOCKS_PER_SEC;
    CHECK(found.state == successor_state::one);
    CHECK(found.pick == "google/gemma-3-4b-pt");
    CAPTURE(ms);
    // Optimised: 50 ms. Under sanitizers 1,500: whatever compares every row with every other one takes
    // minutes.
    CHECK(ms < 4'000);
}
