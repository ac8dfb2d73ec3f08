#include "tests/hub/samples.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"
#include "tests/hub/bad_script.hpp"
#include "tests/hub/repo_builder.hpp"
#include "tests/hub/timeline.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace modelwatch::hub_double {

namespace {

constexpr std::string_view cassette_repos[] = {
    "google-bert/bert-base-uncased",
    "deepset/roberta-base-squad2",
    "sentence-transformers/paraphrase-albert-small-v2",
    "stabilityai/stable-diffusion-2-1"
};

std::string read_whole(std::string const& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw bad_script(path + ": cannot be read");
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Headers that belong to one connection or one proxy, not to the answer.
bool of_the_wire(std::string_view name) {
    static constexpr std::string_view names[] = {
        "connection",
        "content-length",
        "date",
        "via",
        "x-amz-cf-id",
        "x-amz-cf-pop",
        "x-cache",
        "x-request-id"
    };
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

recorded_answer from_cassette(std::string const& stem) {
    recorded_answer made{read_whole(stem + ".json"), {}};
    auto const headers = json::parse(read_whole(stem + ".headers.txt")).at("headers").as_object();
    for (auto const& [name, value] : headers)
        if (!of_the_wire(name)) made.headers.emplace_back(name, value.as_string());
    return made;
}

recorded_answer from_recording(std::string const& file) {
    recorded_answer made{read_whole(file), {}};
    auto const common = json_answer(nullptr);
    made.headers = common.headers;
    made.headers.emplace_back("Access-Control-Max-Age", "86400");
    made.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
    for (auto& [name, value] : made.headers)
        if (name == "ETag") value = weak_etag(made.body);
    return made;
}

/// Only names are recorded of these files: the contents are stand-ins.
json::object stand_ins(json::array const& siblings) {
    json::object files;
    for (auto const& sibling : siblings)
        files[sibling.at("rfilename").as_string()] = {
            {"text", "a file whose name was recorded, not its content\n"}
        };
    return files;
}

void use_recorded_tree(json::object& files, json::array const& tree) {
    for (auto const& entry : tree) {
        if (entry.at("type") != "file") continue;
        json::object spec{{"size", entry.at("size")}, {"oid", entry.at("oid")}};
        if (auto const lfs = entry.as_object().if_contains("lfs")) {
            spec["sha256"] = lfs->at("oid");
            spec["xet"] = entry.at("xetHash");
        }
        files[entry.at("path").as_string()] = std::move(spec);
    }
}

json::object spec_of(json::object const& info, json::object files, json::value const& commits) {
    auto spec = info;
    for (auto const* computed : {"sha", "lastModified", "siblings", "modelId"})
        spec.erase(computed);
    json::object head{{"id", info.at("sha")}, {"title", "recorded"}, {"date", info.at("lastModified")}};
    if (commits.is_array()) {
        auto const& newest = commits.as_array().front().as_object();
        json::array authors;
        for (auto const& author : newest.at("authors").as_array())
            authors.push_back(author.at("user"));
        head["title"] = newest.at("title");
        head["message"] = newest.at("message");
        head["authors"] = std::move(authors);
    }
    head["files"] = std::move(files);
    spec["commits"] = json::array{std::move(head)};
    return spec;
}

void add(world& in, json::object const& spec, std::map<std::string, recorded_answer> recorded) {
    auto made = std::make_shared<repo>(*make_repo(spec));
    made->recorded = std::move(recorded);
    in.repos[lower(made->id)] = std::move(made);
}

void add_cassettes(world& in, std::string const& folder) {
    for (auto const name : cassette_repos) {
        std::string stem(name);
        stem.replace(stem.find('/'), 1, "__");
        auto recorded = from_cassette(folder + "/" + stem);
        auto const info = json::parse(recorded.body).as_object();
        add(in,
            spec_of(info, stand_ins(info.at("siblings").as_array()), nullptr),
            {{"info", std::move(recorded)}});
    }
}

void add_recordings(world& in, std::string const& folder) {
    std::map<std::string, recorded_answer> recorded;
    for (auto const& [kind, file] :
         {std::pair{"info", "models.info.json"},
          std::pair{"tree", "models.tree.json"},
          std::pair{"refs", "models.refs.json"},
          std::pair{"commits", "models.commits.limit.json"},
          std::pair{"paths-info", "models.paths-info.json"},
          std::pair{"listing", "models.list.json"}})
        recorded[kind] = from_recording(folder + "/" + file);
    recorded["commits"].headers.emplace_back("X-Total-Count", "1");
    auto const info = json::parse(recorded["info"].body).as_object();
    auto files = stand_ins(info.at("siblings").as_array());
    use_recorded_tree(files, json::parse(recorded["tree"].body).as_array());
    add(in, spec_of(info, std::move(files), json::parse(recorded["commits"].body)), std::move(recorded));
}

bool asks_recorded_paths(context const& of, std::string const& body) {
    boost::system::error_code failed;
    auto const asked = json::parse(of.asked.body, failed);
    if (failed || !asked.is_object()) return false;
    auto const paths = asked.get_object().if_contains("paths");
    auto const expand = asked.get_object().if_contains("expand");
    if (paths == nullptr || !paths->is_array() || expand == nullptr || *expand != true) return false;
    json::array recorded;
    auto const entries = json::parse(body).as_array();
    for (auto const& entry : entries)
        recorded.push_back(entry.at("path"));
    json::array existing;
    for (auto const& path : paths->get_array())
        if (std::find(recorded.begin(), recorded.end(), path) != recorded.end()) existing.push_back(path);
    return existing == recorded && paths->get_array().size() <= recorded.size() + 1;
}

/// Whether the request is the one that was recorded (an explicit limit above the number of items changes
/// nothing).
bool same_request(context const& of, place const& at, std::string const& body) {
    auto const& asked = of.asked;
    if (at.revision != "main") return false;
    auto const only_limit = std::all_of(asked.query.begin(), asked.query.end(), [](auto const& item) {
        return item.first == "limit";
    });
    if (at.kind == "paths-info") return asked.query.empty() && asks_recorded_paths(of, body);
    if (at.kind == "commits") return only_limit && asked.parameter("limit") != "0";
    return asked.query.empty() && at.path.empty();
}

answer as_answer(recorded_answer const& what) {
    answer made;
    made.headers = what.headers;
    made.body = std::make_shared<std::string const>(what.body);
    return made;
}

bool is_recorded_listing(request const& asked) {
    return asked.target == "/api/models?author=wzshiming&limit=5&search=gpt2";
}

} // namespace

void add_samples(world& in, std::string const& directory) {
    try {
        add_cassettes(in, directory + "/from-cassettes");
        add_recordings(in, directory + "/recorded-2026-09-22-hfd");
    } catch (bad_script const&) {
        throw;
    } catch (std::exception const& failure) {
        throw bad_script(directory + ": not the recorded bodies that were expected: " + failure.what());
    }
}

std::optional<answer> recorded_for(context const& of, place const& at) {
    if (of.bad_token) return std::nullopt;
    auto const listing = at.kind == "listing";
    if (listing && !is_recorded_listing(of.asked)) return std::nullopt;
    auto const which = of.hub.find(listing ? "wzshiming/gpt2" : at.repo);
    if (!which || (!listing && which->id != at.repo)) return std::nullopt;
    auto const found = which->recorded.find(std::string(at.kind));
    if (found == which->recorded.end()) return std::nullopt;
    if (!listing && !same_request(of, at, found->second.body)) return std::nullopt;
    auto made = as_answer(found->second);
    made.may_be_kept = at.kind != "paths-info";
    return made;
}

} // namespace modelwatch::hub_double
