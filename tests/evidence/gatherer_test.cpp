#include "daemon/net/task_group.hpp"
#include "tests/evidence/gathering.hpp"

using namespace modelwatch;
using namespace modelwatch::test;
using words = std::vector<std::string>;

namespace {

std::string card(std::string const& members) {
    return R"(, "cardData": {"license": "mit", )" + members + "}";
}

asio::awaitable<void> gather_one(gathering& with, std::string repo, std::vector<gathered>& out) {
    auto found = co_await with.collect.gather(with.place(), std::move(repo), "main");
    if (found) out.push_back(std::move(*found));
}

/// All at the same time.
std::vector<gathered> gather_all(gathering& with, words const& repos) {
    std::vector<gathered> out;
    auto const all = [](gathering& in, words const& names, std::vector<gathered>& to
                     ) -> asio::awaitable<void> {
        net::task_group tasks{in.io.get_executor(), [](std::exception_ptr broken) {
                                  if (broken) std::rethrow_exception(broken);
                              }};
        for (auto const& name : names)
            tasks.spawn(gather_one(in, name, to));
        auto const never = in.time.steady_now() + net::very_long;
        co_await tasks.drained(in.time, never);
    };
    run_awaitable(with.io, with.time, all(with, repos, out));
    return out;
}

} // namespace

TEST_CASE("one model's evidence comes from a handful of requests", "[gather]") {
    gathering g{hub_json({repo_json("acme/model")})};
    auto const found = g.gather("acme/model");
    REQUIRE(found);
    CHECK(found->gaps == words{});
    auto const& facts = found->facts;
    CHECK(facts.commit.size() == 40);
    CHECK(facts.format.safetensors == 1);
    CHECK(facts.license.ids == words{"mit"});
    CHECK(facts.custom_code == false);
    CHECK(facts.scan == scan_level::safe);
    CHECK(facts.discussions_disabled == false);
    CHECK(facts.deprecated == false);
    CHECK(facts.model_changed_at == from_rfc3339("2024-02-01T00:00:00Z"));
    CHECK(facts.model_change_title == "Upload");
    CHECK(facts.owner.kind == assess::owner_kind::organisation);
    CHECK(facts.owner.verified == true);
    CHECK(facts.owner.members == 7u);
    CHECK(facts.owner.created_at == from_rfc3339("2020-01-01T00:00:00Z"));
    CHECK(facts.owner.last_activity == from_rfc3339("2024-02-01T00:00:00Z"));
    CHECK(found->files.size() == 3);
    CHECK(g.sent() <= 9); // its configuration is one file
    CHECK(g.sent("info") == 1);
    CHECK(g.sent("tree") == 1);
    CHECK(g.sent("commits") == 0);
}

TEST_CASE("a hundred models of one account cost one listing and one overview", "[gather][shared]") {
    std::vector<std::string> repos;
    words names;
    for (int i = 0; i < 100; ++i) {
        names.push_back("mallory/model-" + std::to_string(i));
        repos.push_back(repo_json(names.back()));
    }
    gathering g{hub_json(repos)};
    auto const found = gather_all(g, names);
    REQUIRE(found.size() == 100);
    CHECK(g.sent("listing") == 1);
    CHECK(g.sent("account", "users") == 1);
    CHECK(g.sent("info") == 100);
    for (auto const& one : found) {
        if (one.facts.owner.kind != assess::owner_kind::user || !one.facts.owner.last_activity)
            FAIL(one.facts.repo);
    }
    g.time.advance(std::chrono::minutes{61});
    REQUIRE(g.gather(names.front()));
    CHECK(g.sent("listing") == 2);
}

TEST_CASE("derivatives of one base ask for it once", "[gather][shared]") {
    auto const derived = card(R"("base_model": "acme/base", "base_model_relation": "quantized")");
    std::vector<std::string> repos{repo_json("acme/base", R"(, "gated": "manual")")};
    words names;
    for (int i = 0; i < 20; ++i) {
        names.push_back("mallory/copy-" + std::to_string(i));
        repos.push_back(repo_json(names.back(), derived));
    }
    gathering g{hub_json(repos)};
    auto const found = gather_all(g, names);
    REQUIRE(found.size() == 20);
    CHECK(g.sent("info", "acme/base") == 1);
    CHECK(g.sent("tree", "acme/base") == 1);
    CHECK(g.sent("listing") == 2);
    for (auto const& one : found) {
        REQUIRE(one.facts.bases.size() == 1);
        auto const& base = one.facts.bases[0];
        CHECK(base.resolved);
        CHECK(base.gate == gating::manual);
        CHECK(base.license.ids == words{"mit"});
        CHECK(base.model_changed_at == from_rfc3339("2024-02-01T00:00:00Z"));
        CHECK(base.scan == scan_level::safe);
        CHECK(one.facts.base_relation == "quantized");
    }
}

TEST_CASE("a gated base tells its gate and terms to strangers, and its card to nobody", "[gather]") {
    gathering g{hub_json(
        {repo_json("acme/base", R"(, "gated": "auto")"),
         repo_json("mallory/copy", card(R"("base_model": ["acme/base"])"))}
    )};
    auto const found = g.gather("mallory/copy");
    REQUIRE(found);
    CHECK(found->facts.bases[0].gate == gating::automatic);
    CHECK(g.sent("resolve", "acme/base") == 0);
    CHECK(found->gaps == words{});
}

TEST_CASE("a gated model's own card is read only with a token, and unknown without", "[gather][unknown]") {
    auto const timeline = hub_json(
        {repo_json("acme/model", R"(, "gated": "manual")")},
        R"(, "tokens": [{"token": "hf_reader", "name": "reader", "grants": ["acme/model"]}])"
    );
    gathering anonymous{timeline};
    CHECK(anonymous.gather("acme/model")->facts.deprecated == std::nullopt);
    CHECK(anonymous.sent("discussions") == 0); // the gate tells people already
    gathering with_token{timeline, "hf_reader"};
    CHECK(with_token.gather("acme/model")->facts.deprecated == false);
}

TEST_CASE("bases that point at each other, or at themselves, end", "[gather][hostile]") {
    gathering g{hub_json(
        {repo_json("acme/a", card(R"("base_model": ["acme/b", "ACME/A", "acme/a"])")),
         repo_json("acme/b", card(R"("base_model": "acme/a")"))}
    )};
    auto const found = g.gather("acme/a");
    REQUIRE(found);
    REQUIRE(found->facts.bases.size() == 1);
    CHECK(found->facts.bases[0].repo == "acme/b");
    CHECK(g.sent("info") == 2);
}

TEST_CASE("of many bases eight are asked about, the others stay unknown", "[gather][hostile]") {
    std::string names;
    for (int i = 0; i < 40; ++i)
        names += (names.empty() ? "\"x/m" : ", \"x/m") + std::to_string(i) + "\"";
    gathering g{hub_json({repo_json("acme/merge", card("\"base_model\": [" + names + "]"))})};
    auto const found = g.gather("acme/merge");
    REQUIRE(found);
    CHECK(found->facts.bases.size() == 32);
    CHECK(g.sent("info", "x/m") <= 8 * 2); // a repo without error code is asked for twice at most
    CHECK(std::none_of(found->facts.bases.begin(), found->facts.bases.end(), [](auto const& base) {
        return base.resolved;
    }));
    CHECK(found->facts.bases[0].place == standing::missing);
}

TEST_CASE("something that is no repo's name is a base that nobody can ask for", "[gather][hostile]") {
    gathering g{hub_json({repo_json("acme/tune", card(R"("base_model": ["/content/../../model", "a b"])"))})};
    auto const found = g.gather("acme/tune");
    REQUIRE(found);
    REQUIRE(found->facts.bases.size() == 2);
    CHECK_FALSE(found->facts.bases[0].resolved);
    CHECK(g.sent("info") == 1);
    CHECK(found->gaps.size() == 2);
}

TEST_CASE("declared successors are followed hop by hop", "[gather][succession]") {
    gathering g{hub_json(
        {repo_json("acme/one", card(R"("new_version": "acme/two")")),
         repo_json("acme/two", card(R"("new_version": "acme/three")")),
         repo_json("acme/three")}
    )};
    auto const found = g.gather("acme/one");
    REQUIRE(found);
    CHECK(found->facts.successor.chain == words{"acme/two", "acme/three"});
    CHECK(found->facts.successor.declared);
}

TEST_CASE("a circle of declared successors ends, however its names are spelt", "[gather][hostile]") {
    auto const renamed =
        R"(, "renamed_from": ["acme/old-one"], "cardData": {"license": "mit", "new_version": "acme/two"})";
    gathering g{hub_json(
        {repo_json("acme/one", renamed), repo_json("acme/two", card(R"("new_version": "acme/old-one")"))}
    )};
    auto const found = g.gather("acme/one");
    REQUIRE(found);
    CHECK(found->facts.successor.chain == words{"acme/two"});
    CHECK(g.sent("info") <= 4);
}

TEST_CASE("a chain is followed for five hops", "[gather][hostile]") {
    std::vector<std::string> repos;
    for (int i = 0; i < 20; ++i) {
        repos.push_back(repo_json(
            "acme/m" + std::to_string(i), card("\"new_version\": \"acme/m" + std::to_string(i + 1) + "\"")
        ));
    }
    gathering g{hub_json(repos)};
    auto const found = g.gather("acme/m0");
    REQUIRE(found);
    CHECK(found->facts.successor.chain.size() == 5);
    CHECK(g.sent("info") == 6);
}

TEST_CASE("a successor that is gone is still declared", "[gather][succession]") {
    gathering g{hub_json({repo_json("acme/one", card(R"("new_version": "acme/gone")"))})};
    CHECK(g.gather("acme/one")->facts.successor.chain == words{"acme/gone"});
}

TEST_CASE("the card's own words reach the evidence", "[gather][succession]") {
    auto const text =
        R"({"README.md": {"text": "---\nlicense: mit\n---\n# Old\n\nThis model is deprecated.\n"},
        "model.safetensors": {"size": 9}})";
    gathering g{hub_json(
        {R"({"id": "acme/old", "commits": [{"title": "t", "date": "2024-02-01T00:00:00Z", "files": )" +
         std::string{text} + "}]}"}
    )};
    auto const found = g.gather("acme/old");
    REQUIRE(found);
    CHECK(found->facts.deprecated == true);
    CHECK(found->facts.successor.quote.find("deprecated") != std::string::npos);
}

TEST_CASE("an assessment reads the configuration itself", "[gather]") {
    auto const files = R"({"README.md": {"text": "# M\n"}, "model.safetensors": {"size": 9},
        "config.json": {"text": "{\"k\": {\"trust_remote_code\": true, \"_name_or_path\": \"evil/x\"}}"}})";
    gathering g{hub_json(
        {R"({"id": "acme/m", "commits": [{"title": "t", "date": "2024-02-01T00:00:00Z", "files": )" +
         std::string{files} + "}]}"}
    )};
    auto const found = g.gather("acme/m");
    REQUIRE(found);
    CHECK(found->facts.configuration_read);
    CHECK(found->facts.custom_code == true);
    REQUIRE(found->facts.reached.size() == 2);
    CHECK(found->facts.reached[1].target == "evil/x");
    CHECK(found->facts.reached[1].without_consent);
}

TEST_CASE("a part that fails leaves its own fields unknown and has a name", "[gather][unknown]") {
    auto const timeline =
        hub_json({repo_json("acme/base"), repo_json("mallory/copy", card(R"("base_model": "acme/base")"))});
    gathering g{timeline};
    auto const how = GENERATE(
        std::string{R"("kind": "status", "status": 403)"},
        std::string{R"("kind": "status", "status": 500)"},
        std::string{R"("kind": "garbage")"},
        std::string{R"("kind": "html")"}
    );
    auto const broken = [&](std::string const& what) {
        g.fault("{" + what + ", " + how + "}");
        auto found = g.gather("mallory/copy");
        REQUIRE(found);
        return std::move(*found);
    };
    SECTION("the dates of files") {
        auto const found = broken(R"("type": "tree")");
        CHECK_FALSE(found.facts.model_changed_at);
        CHECK(found.facts.format.known);
        CHECK_FALSE(found.facts.bases[0].model_changed_at);
    }
    SECTION("the account") {
        auto const found = broken(R"("type": "account")");
        CHECK(found.facts.owner.kind == assess::owner_kind::unknown);
        CHECK_FALSE(found.facts.owner.verified);
    }
    SECTION("the listing") {
        auto const found = broken(R"("type": "listing")");
        CHECK_FALSE(found.facts.owner.last_activity);
        CHECK(found.facts.successor.state == assess::successor_state::unknown);
        CHECK_FALSE(found.gaps.empty());
    }
    SECTION("the card, where its bytes come from") {
        CHECK_FALSE(broken(R"("type": "resolve-cache")").facts.deprecated.has_value());
    }
    SECTION("discussions") {
        CHECK_FALSE(broken(R"("type": "discussions")").facts.discussions_disabled.has_value());
    }
    SECTION("the base") {
        auto const found = broken(R"("type": "info", "repo": "acme/base")");
        CHECK_FALSE(found.facts.bases[0].resolved);
        CHECK(found.facts.bases[0].gate == gating::unknown);
    }
}

TEST_CASE("a card that the hub lists and does not hand out is not read as silent", "[gather][unknown]") {
    gathering g{hub_json({repo_json("acme/model")})};
    g.fault(R"({"type": "resolve", "kind": "status", "status": 404})");
    CHECK(g.gather("acme/model")->facts.deprecated == std::nullopt);
}

TEST_CASE("a model that cannot be read is an error; one that is withdrawn is evidence", "[gather]") {
    gathering g{hub_json({repo_json("acme/model"), repo_json("acme/shut", R"(, "disabled": true)")})};
    CHECK(g.gather("acme/none").error().code == errc::not_found);
    CHECK(g.gather("acme/model", "no-such-branch").error().code == errc::not_found);
    CHECK(g.gather("acme/../x").error().code == errc::invalid);
    auto const shut = g.gather("acme/shut");
    REQUIRE(shut);
    CHECK(shut->facts.disabled);
    CHECK(shut->facts.place == standing::disabled);
    CHECK(shut->facts.owner.kind == assess::owner_kind::organisation);
    g.fault(R"({"type": "info", "kind": "status", "status": 500})");
    CHECK(g.gather("acme/model").error().code == errc::server_fault);
}

TEST_CASE("a repo that is refused as disabled gives evidence of that and of its account", "[gather]") {
    gathering g{hub_json({repo_json("acme/model")})};
    g.fault(
        R"({"type": "info", "kind": "status", "status": 403, "headers": {"X-Error-Message": "Access to this resource is disabled."}})"
    );
    auto const found = g.gather("acme/model");
    REQUIRE(found);
    CHECK(found->facts.disabled);
    CHECK(found->facts.commit.empty());
    CHECK(found->facts.author == "acme");
    CHECK(found->facts.owner.members == 7u);
}

TEST_CASE("a model under its old name is gathered under its own", "[gather]") {
    gathering g{hub_json({repo_json("acme/new", R"(, "renamed_from": ["acme/old"])")})};
    auto const found = g.gather("acme/old");
    REQUIRE(found);
    CHECK(found->facts.repo == "acme/new");
    CHECK(found->facts.author == "acme");
}

TEST_CASE(
    "who packs others' models without naming them gets a guess, which nobody is asked about", "[gather]"
) {
    gathering g{hub_json({repo_json("mallory/Mistral-7B-Instruct-v0.3-AWQ")})};
    auto const found = g.gather("mallory/Mistral-7B-Instruct-v0.3-AWQ");
    REQUIRE(found);
    REQUIRE(found->facts.bases.size() == 1);
    CHECK(found->facts.bases[0].inferred);
    CHECK_FALSE(found->facts.bases[0].resolved);
    CHECK(found->facts.bases[0].repo == "mistralai/Mistral-7B-Instruct-v0.3");
    CHECK(g.sent("info") == 1);
}

TEST_CASE("licence files at the top of the repo are read and recognised", "[gather][license]") {
    auto const repo = [](std::string const& more) {
        return R"({"id": "acme/model", "createdAt": "2024-01-01T00:00:00Z", "cardData": {"license": "apache-2.0"},
            "commits": [{"title": "Upload", "date": "2024-02-01T00:00:00Z", "files": {
            "LICENSE": {"text": "LLAMA 3.1 COMMUNITY LICENSE AGREEMENT\n"}, "LICENSE.md": {"text": "house rules\n"},
            "parts/LICENSE": {"text": "MIT License\n"}, "model.safetensors": {"size": 5000000}}}])" +
               more + "}";
    };
    gathering g{hub_json({repo("")})};
    auto const found = g.gather("acme/model");
    REQUIRE(found);
    auto const& texts = found->facts.license_texts;
    REQUIRE(texts.size() == 2);
    CHECK(texts[0].path == "LICENSE");
    CHECK(texts[0].ids == words{"llama3.1"});
    CHECK(texts[1].ids.empty());
    gathering shut{hub_json({repo(R"(, "gated": "manual")")})};
    CHECK(shut.gather("acme/model")->facts.license_texts.empty());
}

TEST_CASE("texts that the hub lists and does not hand out are unread", "[gather][license]") {
    gathering g{hub_json({repo_json("acme/model")})};
    g.fault(R"({"type": "resolve", "kind": "status", "status": 404})");
    auto const found = g.gather("acme/model");
    REQUIRE(found);
    CHECK(found->facts.unreadable == words{"config.json"});
    snapshot state;
    state.repo = "acme/model";
    state.commit = std::string(40, 'a');
    state.files = {{"LICENSE", 12, std::string(40, 'b'), {}}, {"LICENSE.pdf", 9u << 20, {}, {}}};
    auto call = g.collect.gather_around(g.place(), state, standing::present);
    auto const around = run_awaitable(g.io, g.time, std::move(call));
    REQUIRE(around.facts.license_texts.size() == 2);
    CHECK(around.facts.license_texts[0].unread);
    CHECK(around.facts.license_texts[1].unread);
}

TEST_CASE("a license text that is known is not asked for", "[gather][license]") {
    gathering g{hub_json({repo_json("acme/model")})};
    snapshot state;
    state.repo = "acme/model";
    state.commit = std::string(40, 'a');
    state.files = {{"LICENSE", 12, std::string(40, 'b'), {}}};
    std::vector<text_file> known{{"LICENSE", std::string(40, 'b'), "Gemma Terms of Use"}};
    auto call = g.collect.gather_around(g.place(), state, standing::present, known);
    auto const found = run_awaitable(g.io, g.time, std::move(call));
    REQUIRE(found.facts.license_texts.size() == 1);
    CHECK(found.facts.license_texts[0].ids == words{"gemma"});
    CHECK(g.sent("resolve", "LICENSE") == 0);
}

TEST_CASE("around a poll's snapshot nothing is asked twice", "[gather]") {
    gathering g{hub_json({repo_json("acme/model")})};
    hub::observe_request request;
    request.repo = "acme/model";
    auto poll = g.client->observe(std::move(request));
    auto seen = run_awaitable(g.io, g.time, std::move(poll));
    REQUIRE(seen);
    auto const before = g.sent();
    auto call = g.collect.gather_around(g.place(), *seen->state, seen->place);
    auto const found = run_awaitable(g.io, g.time, std::move(call));
    CHECK(g.sent("info") == 1);
    CHECK(g.sent() - before <= 8);
    CHECK(found.facts.commit == seen->state->commit);
    CHECK(found.facts.model_changed_at.has_value());
}
