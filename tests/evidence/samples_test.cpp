#include "daemon/assess/assessment.hpp"
#include "daemon/gatherer.hpp"
#include "tests/hub_client/samples.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/run_awaitable.hpp"

using namespace modelwatch;
using namespace modelwatch::test;
using assess::risk_level;

namespace {

/// A server that has one recorded body and denies everything else.
struct static_hub {
    asio::io_context io;
    fake_clock time{io};
    fake_transport net{time};
    gatherer collect{time};

    std::optional<gathered> gather(std::string const& repo, std::string const& file) {
        auto const body = sample(file);
        if (!body) return std::nullopt;
        net.otherwise([repo, body = *body](net::http_request const& asked) {
            net::header_list const json{{"Content-Type", "application/json"}};
            bool const info = asked.url.find("/api/models/" + repo + "/revision/main") != std::string::npos;
            if (info) return fake_transport::response(200, body, json);
            bool const control = asked.url.ends_with("/api/models?limit=1");
            if (control) return fake_transport::response(200, "[]", json);
            return fake_transport::response(404, "{\"error\":\"not here\"}", json);
        });
        hub::hub_options options;
        options.endpoint = "https://hub.test";
        auto const client = hub::make_hub_client(std::move(options), net, time);
        gather_place const at{*client, assess::publisher_registry::builtin()};
        auto call = collect.gather(at, repo, "main");
        auto found = run_awaitable(io, time, std::move(call));
        REQUIRE(found);
        return std::move(*found);
    }

    [[nodiscard]] assess::assessment rate(gathered const& found) const {
        assess::rubric const numbers;
        assess::assess_context const with{
            numbers, assess::publisher_registry::builtin(), assess::license_table::builtin(), time.now()
        };
        return assess::assess(found.facts, with);
    }
};

} // namespace

TEST_CASE("recorded models are rated from their info alone, and never as harmless", "[samples]") {
    struct recorded {
        std::string repo;
        std::string file;
        risk_level rating;
    };

    // Every file is listed and none handed out: a configuration that was not read vouches for nothing.
    std::vector<recorded> const all{
        {"google-bert/bert-base-uncased",
         "from-cassettes/google-bert__bert-base-uncased.json",
         risk_level::high},
        {"deepset/roberta-base-squad2", "from-cassettes/deepset__roberta-base-squad2.json", risk_level::high},
        {"stabilityai/stable-diffusion-2-1",
         "from-cassettes/stabilityai__stable-diffusion-2-1.json",
         risk_level::medium_high},
        {"sentence-transformers/paraphrase-albert-small-v2",
         "from-cassettes/sentence-transformers__paraphrase-albert-small-v2.json",
         risk_level::medium_high},
        {"wzshiming/gpt2", "recorded-2026-09-22-hfd/models.info.json", risk_level::medium_high},
    };
    for (auto const& one : all) {
        CAPTURE(one.repo);
        static_hub hub;
        auto const found = hub.gather(one.repo, one.file);
        if (!found) return;
        auto const rating = hub.rate(*found);
        CHECK(rating.rating() == one.rating);
        CHECK(found->facts.format.known);
        CHECK(found->facts.format.safe_set_complete);
        CHECK(found->facts.format.pickle > 0);
        CHECK(found->facts.custom_code == false);
        CHECK_FALSE(found->facts.card_withheld);
        CHECK(found->facts.owner.kind == assess::owner_kind::unknown);
    }
}

TEST_CASE("a pipeline's parts are told apart in a recorded list of files", "[samples]") {
    static_hub hub;
    auto const found = hub.gather(
        "stabilityai/stable-diffusion-2-1", "from-cassettes/stabilityai__stable-diffusion-2-1.json"
    );
    if (!found) return;
    CHECK(found->facts.license.ids == std::vector<std::string>{"openrail++"});
    CHECK(found->facts.format.safetensors > 4);
    CHECK(found->facts.format.risky.size() == 5);
}

TEST_CASE("a recorded disabled model is High, whatever else is not told", "[samples]") {
    static_hub hub;
    auto const found = hub.gather("ykilcher/gpt-4chan", "reconstructed/ykilcher__gpt-4chan.disabled.json");
    if (!found) return;
    CHECK(found->facts.place == standing::disabled);
    CHECK(found->facts.license.ids == std::vector<std::string>{"apache-2.0"});
    auto const rating = hub.rate(*found);
    CHECK(rating.rating() == risk_level::high);
    CHECK(rating.provisional());
}

TEST_CASE("an info of few fields leaves a provisional rating, no false statements", "[samples]") {
    static_hub hub;
    auto const found =
        hub.gather("meta-llama/Llama-3.1-8B", "reconstructed/meta-llama__Llama-3.1-8B.expand.json");
    if (!found) return;
    auto const& facts = found->facts;
    CHECK(facts.gate == gating::manual);
    CHECK(facts.author == "meta-llama");
    CHECK(facts.card_withheld);
    CHECK_FALSE(facts.format.known);
    CHECK_FALSE(facts.custom_code);
    CHECK_FALSE(facts.scan);
    auto const rating = hub.rate(*found);
    CHECK(rating.provisional());
    CHECK(rating.rating() >= risk_level::medium);
}
