#include "daemon/assess/card_text.hpp"
#include "tests/support/catch.hpp"

#include <random>

using namespace modelwatch::assess;

namespace {

constexpr auto self = "acme/widget-7b";
constexpr auto address = "https://huggingface.co/acme/widget-2-7b";

std::string said(std::string const& card) {
    auto const found = read_card(card, self);
    std::string out{to_string(found.claim)};
    if (!found.linked.empty()) out += " " + found.linked;
    if (found.deprecated) out += " deprecated";
    return out;
}

} // namespace

TEST_CASE("cards that end a model", "[card]") {
    struct row {
        std::string card;
        std::string said;
    };

    auto const expected = GENERATE(
        row{"This model is deprecated.", "deprecated deprecated"},
        row{"**This model is now deprecated!**", "deprecated deprecated"},
        row{"# DEPRECATED\n\nOld text.", "deprecated deprecated"},
        row{"⚠️ **DEPRECATED** ⚠️", "deprecated deprecated"},
        row{"> [!WARNING]\n> This repository is no longer maintained.", "deprecated deprecated"},
        row{"This repo is no longer actively maintained.", "deprecated deprecated"},
        row{"The model has been discontinued.", "deprecated deprecated"},
        row{"widget-7b is deprecated.", "deprecated deprecated"},
        row{"This checkpoint is deprecated in favor of [widget 2](https://huggingface.co/acme/widget-2-7b).",
            "deprecated acme/widget-2-7b deprecated"},
        row{"This model is deprecated. Please use [widget 2](https://huggingface.co/acme/widget-2-7b) "
            "instead.",
            "deprecated acme/widget-2-7b deprecated"},
        row{"Deprecated: use `acme/widget-2-7b` instead.", "deprecated acme/widget-2-7b deprecated"},
        row{"This model has been superseded by [widget 2](https://huggingface.co/acme/widget-2-7b).",
            "superseded acme/widget-2-7b"},
        row{"This older model version was replaced by **acme/widget-2-7b**.", "superseded acme/widget-2-7b"},
        row{"Superseded by https://hf.co/acme/widget-2-7b.", "superseded acme/widget-2-7b"},
        row{"This model has been superseded by our newest one.", "superseded"},
        row{"<b>This model is superseded by <a href=\"https://huggingface.co/acme/widget-2-7b\">Widget "
            "2</a></b>",
            "superseded acme/widget-2-7b"},
        row{"Please use [widget 2](https://huggingface.co/acme/widget-2-7b) instead.",
            "use-instead acme/widget-2-7b"},
        row{"We recommend using [widget 2](/acme/widget-2-7b) instead of this model.",
            "use-instead acme/widget-2-7b"},
        row{"Use [widget 2](https://huggingface.co/acme/widget-2-7b/tree/main) instead!",
            "use-instead acme/widget-2-7b"},
        row{"---\nlicense: mit\ntags: [deprecated]\n---\nThis model is deprecated.\n", "deprecated deprecated"
        }
    );
    CAPTURE(expected.card);
    CHECK(said(expected.card) == expected.said);
}

TEST_CASE("ordinary prose ends nothing", "[card]") {
    auto const* const card = GENERATE(
        "We use [BERT](https://huggingface.co/google-bert/bert-base-uncased) instead of GPT-2.",
        "We use [BERT](https://huggingface.co/google-bert/bert-base-uncased) instead.",
        "The gradient deprecated API of `torch/autograd` is not needed.",
        "This model uses the deprecated gradient checkpointing API.",
        "This model is not deprecated.",
        "This model was trained on data that is no longer maintained.",
        "The previous version of this model is deprecated.",
        "[acme/widget-0](https://huggingface.co/acme/widget-0) is deprecated, please use this model instead.",
        "If this model is deprecated one day, use [x](https://huggingface.co/acme/widget-2-7b).",
        "This model supersedes [widget 0](https://huggingface.co/acme/widget-0).",
        "Unknown tokens are replaced by `<unk>`.",
        "GGML is a format that is no longer supported by llama.cpp.",
        "This model is no longer supported by transformers older than 4.40.",
        "For chat, please use [the tuned one](https://huggingface.co/acme/widget-7b-it) instead.",
        "If you need more speed, use [the small one](https://huggingface.co/acme/widget-1b) instead.",
        "You can use [the dataset](https://huggingface.co/datasets/acme/data) instead.",
        "Please use fp16/bf16 instead.",
        "Please use `fp16/bf16` instead.",
        "Please use `src/run.py` instead.",
        "```\nThis model is deprecated.\n```",
        "~~~text\nSuperseded by https://huggingface.co/acme/widget-2-7b\n~~~",
        "    This model is deprecated.",
        "<!-- This model is deprecated. -->",
        "<!--\nThis model is deprecated.\n-->\nFine.",
        "## Deprecated arguments\n\nNone.",
        "- Deprecated\n- Removed",
        "Deprecated: the argument `use_cache` of the tokenizer.",
        "The tokenizer has been replaced by a faster one.",
        "Please use this model responsibly; see [the paper](https://huggingface.co/papers/2403.1) instead of "
        "guessing.",
        "---\nnotes: This model is deprecated.\n---\nAll is well.",
        ""
    );
    CAPTURE(card);
    CHECK(said(card) == "none");
}

TEST_CASE("what links to itself names no successor", "[card]") {
    CHECK(
        said("This model is deprecated, see https://huggingface.co/acme/widget-7b.") ==
        "deprecated deprecated"
    );
    CHECK(said("Please use [it](https://huggingface.co/ACME/Widget-7b) instead.") == "none");
}

TEST_CASE("a plain statement outweighs advice, one with a link outweighs one without", "[card]") {
    std::string const advice = "Please use [w](https://huggingface.co/acme/other) instead.\n\n";
    CHECK(said(advice + "Words.\n\nThis model is deprecated.") == "deprecated deprecated");
    CHECK(
        said("This model has been superseded.\n\nSuperseded by " + std::string{address}) ==
        "superseded acme/widget-2-7b"
    );
    CHECK(
        said("This model is deprecated.\n\nFiller text here.\n\nSuperseded by " + std::string{address}) ==
        "superseded acme/widget-2-7b deprecated"
    );
}

TEST_CASE("only the first four kilobytes behind the front matter are read", "[card]") {
    std::string const filler(card_reach, 'x');
    CHECK(said(filler + "\n\nThis model is deprecated.") == "none");
    std::string const front = "---\n" + std::string(10'000, '#') + "\n---\n";
    CHECK(said(front + "This model is deprecated.") == "deprecated deprecated");
}

TEST_CASE("the quote is the sentence, bounded", "[card]") {
    auto const found = read_card("Hello. This model\nis deprecated. Bye.", self);
    CHECK(found.quote == "This model is deprecated.");
    auto const lengthy = read_card("This model is deprecated " + std::string(2'000, 'y') + ".", self);
    CHECK(lengthy.quote.size() <= 240);
    auto const pair =
        read_card("This model is deprecated. Use [w](" + std::string{address} + ") instead.", self);
    CHECK(pair.quote.ends_with("instead."));
}

TEST_CASE("any bytes are read without harm", "[card]") {
    std::mt19937 random{5};
    std::vector<std::string> const parts{
        "this model",
        " is ",
        "deprecated",
        "superseded by ",
        "](",
        "[",
        "https://huggingface.co/",
        "a/b",
        "\n",
        "```",
        "<!--",
        "-->",
        "---\n",
        "use ",
        " instead",
        ". ",
        "\xff",
        "`",
        "*",
        std::string(1, '\0')
    };
    for (int round = 0; round < 3'000; ++round) {
        std::string card;
        for (auto count = random() % 60; count > 0; --count)
            card += parts[random() % parts.size()];
        auto const found = read_card(card, self);
        REQUIRE(found.quote.size() <= 240);
        REQUIRE((found.claim != card_claim::none || found.linked.empty()));
        REQUIRE((found.claim == card_claim::none) == found.quote.empty());
    }
}
