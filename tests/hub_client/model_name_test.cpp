#include "daemon/hub/model_name.hpp"
#include "tests/support/catch.hpp"

using modelwatch::hub::named_model;

TEST_CASE("a model that a card names by a URL of the Hub is the model of that name") {
    for (auto const* const text :
         {"meta-llama/Llama-3.1-8B",
          " meta-llama/Llama-3.1-8B ",
          "https://huggingface.co/meta-llama/Llama-3.1-8B",
          "http://huggingface.co/meta-llama/Llama-3.1-8B/",
          "https://www.huggingface.co/meta-llama/Llama-3.1-8B",
          "https://hf.co/meta-llama/Llama-3.1-8B",
          "huggingface.co/meta-llama/Llama-3.1-8B",
          "hf.co/meta-llama/Llama-3.1-8B",
          "HTTPS://HuggingFace.co/meta-llama/Llama-3.1-8B",
          "https://huggingface.co/meta-llama/Llama-3.1-8B/tree/main",
          "https://huggingface.co/meta-llama/Llama-3.1-8B/blob/main/README.md",
          "https://huggingface.co/meta-llama/Llama-3.1-8B?library=transformers#usage",
          "https://huggingface.co/api/models/meta-llama/Llama-3.1-8B",
          "<https://huggingface.co/meta-llama/Llama-3.1-8B>",
          "https://huggingface.co/meta-llama/Llama-3.1-8B.git",
          "hf://meta-llama/Llama-3.1-8B",
          "hf://models/meta-llama/Llama-3.1-8B@main",
          "https://hub.corp.example/hf/meta-llama/Llama-3.1-8B",
          "http://hub.corp.example/hf/meta-llama/Llama-3.1-8B/tree/main",
          "hub.corp.example/hf/meta-llama/Llama-3.1-8B"}) {
        CAPTURE(text);
        CHECK(named_model(text, "https://hub.corp.example/hf/") == "meta-llama/Llama-3.1-8B");
    }
    CHECK(named_model("https://huggingface.co/gpt2", "") == "gpt2");
    CHECK(named_model("https://huggingface.co/gpt2/tree/main", "") == "gpt2");
    CHECK(named_model("http://127.0.0.1:4000/a/b", "http://127.0.0.1:4000") == "a/b");
}

TEST_CASE("any other text stays what the publisher wrote") {
    for (auto const* const text :
         {"",
          "gpt2",
          "./merged",
          "/models/llama",
          "https://example.com/meta-llama/Llama-3.1-8B",
          "https://huggingface.co.evil.example/a/b",
          "https://huggingface.co",
          "https://huggingface.co/",
          "https://huggingface.co/datasets/a/b",
          "https://huggingface.co/spaces/a/b",
          "https://huggingface.co/collections/a/b",
          "https://huggingface.co/../b",
          "huggingface.co",
          "https://hub.corp.example:444/a/b"}) {
        CAPTURE(text);
        CHECK(named_model(text, "https://hub.corp.example") == text);
    }
}
