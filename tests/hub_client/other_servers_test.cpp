// Servers with the Hub's API that others wrote: they tell less, allow less, and say it in other words.
#include "tests/hub_client/small_hub.hpp"

#include <algorithm>

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

std::string const readme =
    "---\nlicense: llama3.1\nbase_model: https://huggingface.co/meta-llama/Llama-3.1-8B\n"
    "new_version: acme/tiny2\npipeline_tag: text-generation\ntags: [x]\n---\n# Tiny\n";
std::string const foreign_config = R"({"auto_map": {"AutoModel": "evil/code--m.X"}})";
std::string const tokenizer_config =
    R"({"auto_map": {"AutoTokenizer": ["t.Slow", null]}, "chat_template": "T"})";

std::string file_row(std::string const& path, std::string const& text) {
    return R"({"type":"file","path":")" + path + R"(","oid":")" + git_blob_id(text) + R"(","size":)" +
           std::to_string(text.size()) + "}";
}

std::string quoted_list(std::vector<std::string> const& rows) {
    std::string out = "[";
    for (auto const& row : rows)
        out += (out.size() > 1 ? "," : "") + row;
    return out + "]";
}

/// A hub that reads neither cards nor configurations: the info has the bare names, the tree the hashes.
struct silent_hub : small_hub {
    std::vector<std::pair<std::string, std::string>> files{
        {"README.md", readme}, {"config.json", foreign_config}, {"tokenizer_config.json", tokenizer_config}
    };
    std::string members;                ///< further ones of the info
    std::vector<std::string> more_rows; ///< of the tree
    std::vector<std::string> siblings;  ///< besides the files

    void serve() {
        std::string names;
        std::vector<std::string> rows = more_rows;
        auto const name = [&](std::string const& path) {
            names += (names.empty() ? "" : ",") + (R"({"rfilename":")" + path + "\"}");
        };
        for (auto const& [path, text] : files) {
            name(path);
            rows.push_back(file_row(path, text));
            net.always("GET", file_path(path), 200, text);
        }
        for (auto const& path : siblings)
            name(path);
        auto const body =
            R"({"id":"acme/tiny","sha":")" + head_commit + "\"," + members + R"("siblings":[)" + names + "]}";
        net.always("GET", info_path(), 200, body, json_headers());
        net.always("GET", tree_path(), 200, quoted_list(rows), json_headers());
        serve_log();
    }
};

std::size_t asked_for(small_hub const& hub, std::string const& part) {
    auto const& requests = hub.net.requests();
    return static_cast<std::size_t>(std::count_if(requests.begin(), requests.end(), [&](auto const& request) {
        return request.url.find(part) != std::string::npos;
    }));
}

} // namespace

TEST_CASE("what the info leaves out is read from the files") {
    silent_hub hub;
    hub.members =
        GENERATE(as<std::string>(), "", R"("tags":[],)", R"("tags":[],"cardData":null,"config":null,)");
    hub.serve();
    auto const seen = hub.observe();
    REQUIRE(seen);
    auto const& state = *seen->state;
    CHECK(state.license.ids == std::vector<std::string>{"llama3.1"});
    CHECK(state.base_models == std::vector<std::string>{"meta-llama/Llama-3.1-8B"});
    CHECK(state.new_version == "acme/tiny2");
    CHECK(state.pipeline_tag == "text-generation");
    CHECK(state.tags == std::vector<std::string>{"x"});
    CHECK(state.card_told);
    CHECK(state.auto_map == std::vector<std::string>{"AutoModel=evil/code--m.X", "AutoTokenizer=t.Slow"});
    CHECK(state.chat_template == "T");
    CHECK(state.configuration_told);
    CHECK(seen->texts.size() == 3); // need not be fetched again
}

TEST_CASE("what the info tells is not asked for") {
    silent_hub hub;
    hub.members = R"("cardData":{"license":"mit"},"config":{"model_type":"t"},)";
    hub.serve();
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->state->license.ids == std::vector<std::string>{"mit"});
    CHECK(seen->state->auto_map.empty());
    CHECK(asked_for(hub, "/resolve/") == 0);
}

TEST_CASE("one look at the facts alone reads the files too") {
    silent_hub hub;
    hub.serve();
    hub::observe_request request;
    request.facts_only = true;
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK(seen->state->license.ids == std::vector<std::string>{"llama3.1"});
    CHECK(seen->state->auto_map.size() == 2);
    CHECK(asked_for(hub, "/tree/") == 0);
}

TEST_CASE("a text that cannot be had now fails the poll, one that is refused for good stays untold") {
    silent_hub hub;
    hub.serve();
    SECTION("trouble") {
        hub.net.always("GET", small_hub::file_path("README.md"), 503, "");
        CHECK(hub.observe().error().code == errc::server_fault);
    }
    SECTION("other bytes than the tree promises") {
        hub.net.always("GET", small_hub::file_path("config.json"), 200, "{}");
        CHECK(hub.observe().error().code == errc::inconsistent);
    }
    SECTION("not handed out") {
        hub.net.always("GET", small_hub::file_path("README.md"), 404, "");
        hub.net.always("GET", small_hub::file_path("config.json"), 403, "");
        auto const seen = hub.observe();
        REQUIRE(seen);
        CHECK_FALSE(seen->state->card_told);
        CHECK_FALSE(seen->state->configuration_told);
        CHECK(seen->state->auto_map == std::vector<std::string>{"AutoTokenizer=t.Slow"});
    }
}

TEST_CASE("front matter that cannot be read leaves the card untold and says why") {
    silent_hub hub;
    hub.files[0].second = "---\nlicense: [mit\n---\n";
    hub.serve();
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK_FALSE(seen->state->card_told);
    CHECK_FALSE(seen->state->card_problem.empty());
    CHECK(seen->state->license.ids.empty());
}

TEST_CASE("a file that the info lists and the tree lacks is a contradiction: nothing is concluded") {
    silent_hub hub;
    hub.siblings = {"onnx/config.json", "onnx/model.onnx"};
    hub.serve();
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().code == errc::inconsistent);
    CHECK(seen.error().what.find("lacks 2 of the 5 files") != std::string::npos);
    CHECK(seen.error().what.find("onnx/config.json") != std::string::npos);
    CHECK(hub.net.count("GET", small_hub::tree_path()) == 2); // a commit may have come between
}

TEST_CASE("a tree may have files that a bare list of names lacks") {
    silent_hub hub;
    hub.more_rows = {file_row("notes.txt", "n")};
    hub.serve();
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->state->files.size() == 4);
}

TEST_CASE("what the info knows of a file's bytes must be what the tree says") {
    small_hub hub;
    hub.serve_log();
    hub.net.always("GET", small_hub::tree_path(), 200, hub.tree(), small_hub::json_headers());
    auto const body = R"({"id":"acme/tiny","sha":")" + head_commit +
                      R"(","config":{},"siblings":[{"rfilename":"model.safetensors","lfs":{"sha256":")" +
                      other_hash + R"(","size":9000}}]})";
    hub.net.always("GET", small_hub::info_path(), 200, body, small_hub::json_headers());
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().code == errc::inconsistent);
}

TEST_CASE("rows of a tree that name no file are passed over, and told") {
    struct odd_row {
        std::string row;
        std::string told;
        std::string sibling;
    };

    std::string const oid = "\"oid\":\"" + std::string(40, 'a') + "\"";
    auto const odd = GENERATE_COPY(values<odd_row>(
        {{R"({"oid":"","path":"","type":"","size":0})", "an empty row", ""},
         {R"({"oid":"","path":"","type":"file","size":0})", "an empty row", ""},
         {R"({"oid":null,"path":null,"type":null,"size":null,"lfs":null})", "an empty row", ""},
         {"{}", "an empty row", ""},
         {R"({"type":"","path":"sub","oid":"","size":0})", "sub: without content", "sub"},
         {R"({"type":"unknown","path":"third_party/x",)" + oid + "}",
          "third_party/x: of type unknown",
          "third_party/x"},
         {R"({"type":"submodule","path":"x",)" + oid + R"(,"size":0})", "x: of type submodule", "x"},
         {R"({"type":"commit","path":"x",)" + oid + R"(,"size":0})", "x: of type commit", "x"},
         {R"({"type":"symlink","path":"../x",)" + oid + "}", "of type symlink", ""}}
    ));
    CAPTURE(odd.row);
    silent_hub hub;
    hub.more_rows = {odd.row};
    if (!odd.sibling.empty()) hub.siblings = {odd.sibling};
    hub.serve();
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->state->files.size() == 3);
    CHECK(seen->passed_over == std::vector<std::string>{odd.told});
}

TEST_CASE("directories and nulls are passed over without a word, git's own words are understood") {
    silent_hub hub;
    std::string const oid = "\"oid\":\"" + std::string(40, 'a') + "\"";
    hub.more_rows = {
        "null",
        R"({"type":"tree","path":"d",)" + oid + "}",
        R"({"type":"blob","path":"f",)" + oid + R"(,"size":1})"
    };
    hub.serve();
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->passed_over.empty());
    CHECK(seen->state->find("f") != nullptr);
}

TEST_CASE("an info that names no commit is a lost revision, not a malformed answer") {
    small_hub hub;
    auto const sha =
        GENERATE(as<std::string>(), "\"\"", "null", "\"  \"", "\"0000000000000000000000000000000000000000\"");
    hub.net.always(
        "GET",
        small_hub::info_path(),
        200,
        R"({"id":"acme/tiny","sha":)" + sha + R"(,"siblings":null})",
        small_hub::json_headers()
    );
    auto const seen = hub.observe();
    REQUIRE_FALSE(seen.has_value());
    CHECK(seen.error().code == errc::not_found);
    CHECK(seen.error().what.find("no revision main") != std::string::npos);
}

TEST_CASE("one odd character does not blind a poll") {
    auto const odd = GENERATE(
        as<std::string>(), R"(\ud83d)", R"(\udc00)", R"(\u0000)", "\xff", "\xc0\xaf", "\xed\xa0\x80"
    );
    CAPTURE(odd);
    small_hub hub;
    hub.more_info = R"("pipeline_tag":"Nova )" + odd + "\",";
    hub.serve_info();
    hub.serve_tree();
    auto log = small_hub::log({head_commit});
    log.replace(log.find("\"t\""), 3, "\"t " + odd + "\"");
    hub.net.always("GET", small_hub::log_path(), 200, log, small_hub::json_headers());
    auto const seen = hub.observe();
    REQUIRE(seen);
    CHECK(seen->state->pipeline_tag.starts_with("Nova "));
    CHECK(seen->log.commits.size() == 1);
}

TEST_CASE("a byte order mark before the JSON is no reason to fail") {
    small_hub hub;
    hub.serve_tree();
    hub.serve_log();
    hub.net.always(
        "GET", small_hub::info_path(), 200, "\xef\xbb\xbf" + hub.info(), small_hub::json_headers()
    );
    CHECK(hub.observe());
}

TEST_CASE("a page size that a server refuses is given up, and what it allows is remembered") {
    auto const refusal = GENERATE(400u, 422u);
    auto const most = GENERATE(100u, 50u, 0u); // 0: it wants none named at all
    small_hub hub;
    hub.serve_info();
    hub.serve_tree();
    hub.net.otherwise([&](net::http_request const& request) {
        auto const value = [&](std::string const& key, std::size_t fallback) {
            auto const at = request.url.find(key);
            return at == std::string::npos ? fallback : std::stoul(request.url.substr(at + key.size()));
        };
        if (value("limit=", 0) > most) return fake_transport::response(refusal, R"({"detail":"limit"})");
        auto const limit = value("limit=", 20);
        auto const from = value("p=", 0) * limit;
        std::vector<std::string> ids;
        for (auto i = from; i < std::min<std::size_t>(from + limit, 130); ++i)
            ids.push_back(i == 0 ? head_commit : std::string(37, '0') + std::to_string(100 + i));
        auto headers = small_hub::json_headers();
        auto const next = "http://inside/api/models/acme/tiny/commits/" + head_commit +
                          "?p=" + std::to_string(value("p=", 0) + 1) +
                          (most > 0 ? "&limit=" + std::to_string(limit) : "");
        if (from + limit < 130) headers.emplace_back("Link", "<" + next + ">; rel=\"next\"");
        return fake_transport::response(200, small_hub::log(ids), headers);
    });
    hub::observe_request request;
    request.baseline = std::string(37, '0') + "220";
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK(seen->log.position(request.baseline) == 120u);
    auto const refused = asked_for(hub, "?limit=1000"); // of the log; a tree has it behind other words
    REQUIRE(hub.observe(request));
    CHECK(asked_for(hub, "?limit=1000") == refused);
}

TEST_CASE("trees and listings are asked for in smaller words where large ones are refused") {
    auto const refusal = GENERATE(400u, 422u);
    auto const word = GENERATE(as<std::string>(), "limit=", "expand", "sort=");
    small_hub hub;
    hub.serve_info();
    hub.serve_log();
    hub.net.otherwise([&](net::http_request const& request) {
        if (request.url.find(word) != std::string::npos) return fake_transport::response(refusal, "{}");
        auto const body =
            request.url.find("/tree/") != std::string::npos ? hub.tree() : R"([{"id":"acme/tiny"}])";
        return fake_transport::response(200, body, small_hub::json_headers());
    });
    CHECK(hub.observe());
    auto all = hub.hub().list_models("acme");
    CHECK(run_awaitable(hub.io, hub.time, std::move(all))->size() == 1);
    auto newest = hub.hub().newest_models("acme");
    CHECK(run_awaitable(hub.io, hub.time, std::move(newest))->models.size() == 1);
    auto const sent = hub.sent();
    auto again = hub.hub().list_models("acme");
    CHECK(run_awaitable(hub.io, hub.time, std::move(again))->size() == 1);
    CHECK(hub.sent() == sent + 1);
}

TEST_CASE(
    "a server that cuts pages without a word is asked for the next one before history counts as rewritten"
) {
    small_hub hub;
    hub.serve_info();
    hub.serve_tree();
    auto const served = GENERATE(as<std::string>(), "pages", "the same page", "an error behind the first");
    hub.net.otherwise([&](net::http_request const& request) {
        bool const first = request.url.find("p=") == std::string::npos;
        if (!first && served == "an error behind the first") return fake_transport::response(404, "{}");
        auto const ids =
            first || served != "pages" ? std::vector{head_commit, old_commit} : std::vector{first_commit};
        bool const end = request.url.find("p=2") != std::string::npos;
        return fake_transport::response(200, small_hub::log(end ? std::vector<std::string>() : ids));
    });
    hub::observe_request request;
    request.baseline = first_commit;
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK(seen->log.position(first_commit).has_value() == (served == "pages"));
    CHECK(seen->log.complete == (served != "pages"));
}

TEST_CASE("a server that goes on from commit to commit is followed") {
    small_hub hub;
    hub.serve_info();
    hub.serve_tree();
    auto const number = [](std::size_t i) { return std::string(37, '0') + std::to_string(100 + i); };
    hub.net.otherwise([&](net::http_request const& request) {
        auto const after = request.url.find("after=");
        auto const from =
            after == std::string::npos ? 0 : std::stoul(request.url.substr(after + 6)) - 100 + 1;
        if (request.url.find("limit=1000") != std::string::npos) return fake_transport::response(422, "{}");
        std::vector<std::string> ids;
        for (auto i = from; i < std::min<std::size_t>(from + 50, 140); ++i)
            ids.push_back(i == 0 ? head_commit : number(i));
        return fake_transport::response(200, small_hub::log(ids), small_hub::json_headers());
    });
    hub::observe_request request;
    request.baseline = number(120);
    CHECK(hub.observe(request)->log.position(request.baseline) == 120u);
}

TEST_CASE("commits of a merged branch count as new although they are older than the baseline") {
    small_hub hub;
    hub.serve_info();
    hub.serve_tree();
    std::string const merged(40, '7');
    std::string const deep(40, '8');
    bool const counted = GENERATE(true, false); // whether the server tells how many there are
    auto const serve = [&](std::string const& commit, std::vector<std::string> const& ids) {
        auto headers = small_hub::json_headers();
        if (counted) headers.emplace_back("X-Total-Count", std::to_string(ids.size()));
        hub.net.always("GET", small_hub::log_path("50", commit), 200, small_hub::log(ids), headers);
    };
    serve(head_commit, {head_commit, old_commit, merged, first_commit, deep});
    serve(old_commit, {old_commit, first_commit});
    hub::observe_request request;
    request.baseline = old_commit;
    auto const seen = hub.observe(request);
    REQUIRE(seen);
    CHECK(seen->log.position(old_commit) == 3u);
    CHECK(seen->log.position(first_commit) == 4u);
    SECTION("the ancestors are not told: the order stays") {
        hub.net.always("GET", small_hub::log_path("50", old_commit), 500, "");
        CHECK(hub.observe(request)->log.position(old_commit) == 1u);
    }
}

TEST_CASE("where a hub has no listing another watched repo tells whether it answers") {
    small_hub hub;
    hub.refuse_info(404, "RepoNotFound", "Repository not found");
    hub.net.always("GET", "/api/models?limit=1", GENERATE(404u, 501u, 403u), "{}");
    hub.options.neighbours = {"Acme/Tiny", "acme/other"};
    std::string const other = "/api/models/acme/other";
    SECTION("it does") {
        hub.net.always("GET", other, 200, R"({"id":"acme/other"})", small_hub::json_headers());
        CHECK(hub.observe()->place == standing::missing);
        CHECK(hub.net.count("GET", "/api/models/Acme/Tiny") == 0); // itself is no witness
    }
    SECTION("it is as gone") {
        hub.net.always("GET", other, 404, "{}");
        CHECK(hub.observe().error().what.find("cannot be told") != std::string::npos);
    }
    SECTION("something else answers in its place") {
        hub.net.always("GET", other, 200, "<html>", {{"Content-Type", "text/html"}});
        CHECK_FALSE(hub.observe().has_value());
    }
    SECTION("there is none") {
        hub.options.neighbours.clear();
        CHECK_FALSE(hub.observe().has_value());
    }
}

TEST_CASE("a repo that was read before can be the witness too") {
    small_hub hub;
    hub.serve_all();
    REQUIRE(hub.observe());
    hub.net.always("GET", "/api/models?limit=1", 404, "{}");
    hub.net.always("GET", "/api/models/acme/tiny", 200, hub.info(), small_hub::json_headers());
    auto headers = small_hub::json_headers();
    headers.emplace_back("X-Error-Code", "RepoNotFound");
    hub.net.always("GET", small_hub::info_path("main", "acme/gone"), 404, "{}", headers);
    hub::observe_request request;
    request.repo = "acme/gone";
    CHECK(hub.observe(request)->place == standing::missing);
}
