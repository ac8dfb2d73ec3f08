#include "tests/hub/timeline.hpp"

#include "daemon/model/text.hpp"
#include "tests/hub/bad_script.hpp"
#include "tests/hub/git_object.hpp"
#include "tests/hub/repo_builder.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace modelwatch::hub_double {

namespace {

json::object object_or_empty(json::object const& in, std::string_view key) {
    auto const found = in.if_contains(key);
    return found == nullptr ? json::object{} : found->as_object();
}

std::set<std::string> names_in(json::object const& in, std::string_view key) {
    std::set<std::string> names;
    if (auto const found = in.if_contains(key))
        for (auto const& item : found->as_array())
            names.emplace(item.as_string());
    return names;
}

token read_token(json::object const& spec) {
    token made;
    made.secret = std::string(text_of(spec, "token"));
    if (made.secret.empty()) throw bad_script("tokens: each needs a token");
    auto const name = text_of(spec, "name");
    made.name = std::string(name.empty() ? "unnamed" : name);
    if (auto const account = text_of(spec, "account"); !account.empty()) made.account = std::string(account);
    made.grants = names_in(spec, "grants");
    made.reads = names_in(spec, "reads");
    if (auto const revoked = spec.if_contains("revoked")) made.revoked = revoked->as_bool();
    return made;
}

step read_step(json::object const& spec) {
    step made;
    made.name = std::string(text_of(spec, "name"));
    if (made.name.empty()) throw bad_script("steps: each needs a name");
    if (auto const several = spec.if_contains("do"))
        made.actions = several->as_array();
    else
        made.actions.push_back(spec);
    return made;
}

void add_repo(world& in, json::object const& spec) {
    auto const made = make_repo(spec);
    if (!in.repos.emplace(lower(made->id), made).second) throw bad_script(made->id + ": is there twice");
    if (auto const old = spec.if_contains("renamed_from"))
        for (auto const& name : old->as_array())
            in.redirects[lower(std::string_view(name.as_string()))] = made->id;
}

} // namespace

timeline read_timeline(json::value const& document) {
    try {
        auto const& top = document.as_object();
        timeline made;
        made.start.settings = object_or_empty(top, "settings");
        made.start.namespaces = object_or_empty(top, "namespaces");
        if (auto const tokens = top.if_contains("tokens"))
            for (auto const& spec : tokens->as_array()) {
                auto one = read_token(spec.as_object());
                made.start.tokens.insert_or_assign(one.secret, one);
            }
        if (auto const repos = top.if_contains("repos"))
            for (auto const& spec : repos->as_array())
                add_repo(made.start, spec.as_object());
        if (auto const steps = top.if_contains("steps"))
            for (auto const& spec : steps->as_array())
                made.steps.push_back(read_step(spec.as_object()));
        return made;
    } catch (bad_script const&) {
        throw;
    } catch (std::exception const& failure) { // as_object() and its like: a value of the wrong type
        throw bad_script(std::string("the timeline has a value of the wrong type: ") + failure.what());
    }
}

timeline read_timeline_file(std::string const& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw bad_script(path + ": cannot be read");
    std::string const text{std::istreambuf_iterator<char>(in), {}};
    boost::system::error_code failed;
    auto const document = json::parse(text, failed);
    if (failed) throw bad_script(path + ": is not JSON: " + failed.message());
    try {
        return read_timeline(document);
    } catch (bad_script const& failure) {
        throw bad_script(path + ": " + failure.what());
    }
}

void add_synthetic(world& in, std::size_t count, std::size_t files) {
    json::object table{
        {".gitattributes", {{"text", "*.safetensors filter=lfs diff=lfs merge=lfs -text\n"}}},
        {"README.md", {{"text", "---\nlicense: mit\n---\n# Synthetic\n"}}},
        {"config.json", {{"text", "{\"model_type\": \"llama\"}\n"}}}
    };
    for (std::size_t at = table.size(); at < files; ++at)
        table[fmt::format("model-{:05}.safetensors", at)] = {
            {"size", 5'000'000'000u},
            {"sha256", sha1_hex(std::to_string(at)) + sha1_hex("synthetic").substr(0, 24)}
        };
    json::object const first{{"title", "initial commit"}, {"date", "2024-03-01T12:00:00Z"}, {"files", table}};
    auto const shared = with_commit({}, first, "synth").back();
    for (std::size_t at = 0; at < count; ++at) {
        auto made = std::make_shared<repo>();
        made->id = fmt::format("synth/model-{:05}", at);
        made->author = "synth";
        made->created_at = shared->stamp->date;
        made->object_id = object_id_for(made->id, made->created_at);
        auto stamp = std::make_shared<commit_stamp>(*shared->stamp);
        stamp->id = sha1_hex("commit of " + made->id);
        auto own = std::make_shared<commit>(*shared);
        own->stamp = std::move(stamp);
        made->branches["main"] = {std::move(own)};
        made->fields = {
            {"pipeline_tag", "text-generation"},
            {"library_name", "transformers"},
            {"tags", {"transformers", "safetensors", "license:mit", "region:us"}},
            {"downloads", at % 1000},
            {"likes", at % 100},
            {"trendingScore", 0},
            {"model-index", nullptr},
            {"cardData", {{"license", "mit"}}},
            {"spaces", json::array{}},
            {"usedStorage", 0}
        };
        in.repos[lower(made->id)] = std::move(made);
    }
}

} // namespace modelwatch::hub_double
