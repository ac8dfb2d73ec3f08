#include "tests/hub/access.hpp"
#include "tests/hub/endpoints.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace modelwatch::hub_double {

namespace {

constexpr std::array<std::string_view, 25> default_order{
    "private",    "pipeline_tag", "library_name", "tags",       "downloads",        "likes",    "modelId",
    "author",     "sha",          "lastModified", "gated",      "inference",        "disabled", "mask_token",
    "widgetData", "model-index",  "config",       "cardData",   "transformersInfo", "gguf",     "siblings",
    "spaces",     "createdAt",    "safetensors",  "usedStorage"
};

constexpr std::array<std::string_view, 32> expandable{
    "author",
    "baseModels",
    "cardData",
    "config",
    "createdAt",
    "disabled",
    "downloads",
    "downloadsAllTime",
    "evalResults",
    "gated",
    "gguf",
    "inference",
    "inferenceProviderMapping",
    "lastModified",
    "library_name",
    "likes",
    "mask_token",
    "model-index",
    "pipeline_tag",
    "private",
    "resourceGroup",
    "safetensors",
    "sha",
    "siblings",
    "spaces",
    "tags",
    "transformersInfo",
    "trendingScore",
    "usedStorage",
    "widgetData",
    "xetEnabled",
    "childrenModelCount"
};

json::array siblings(history const& line, bool blobs) {
    json::array made;
    for (auto const& [path, placed] : *line.back()->files) {
        json::object one{{"rfilename", path}};
        if (blobs) {
            auto const& what = *placed.content;
            one["size"] = what.size;
            one["blobId"] = what.oid;
            if (what.lfs)
                one["lfs"] = json::object{
                    {"sha256", what.lfs->sha256}, {"size", what.size}, {"pointerSize", what.lfs->pointer_size}
                };
        }
        made.push_back(std::move(one));
    }
    return made;
}

/// Adds one field of model info if the repo has it.
void add_field(json::object& to, repo const& which, history const& line, std::string_view name, bool blobs) {
    if (name == "private")
        to[name] = which.is_private;
    else if (name == "gated")
        to[name] = which.gated;
    else if (name == "disabled")
        to[name] = which.disabled;
    else if (name == "author")
        to[name] = which.author;
    else if (name == "modelId")
        to[name] = which.id;
    else if (name == "sha")
        to[name] = line.back()->stamp->id;
    else if (name == "lastModified")
        to[name] = line.back()->stamp->date;
    else if (name == "createdAt")
        to[name] = which.created_at;
    else if (name == "siblings")
        to[name] = siblings(line, blobs);
    else if (name == "xetEnabled")
        to[name] = true;
    else if (auto const found = which.fields.if_contains(name))
        to[name] = *found;
}

json::object identity(repo const& which) {
    return {{"_id", which.object_id}, {"id", which.id}};
}

/// In the way of servers to which a revision that they lack is an empty repo.
answer no_commit(repo const& which) {
    auto made = identity(which);
    made["sha"] = "";
    made["siblings"] = nullptr;
    return json_answer(made);
}

} // namespace

std::optional<answer> refuse_expand(std::vector<std::string> const& names) {
    std::string valid;
    for (auto const name : expandable)
        valid += (valid.empty() ? "\"" : "|\"") + std::string(name) + "\"";
    for (std::size_t at = 0; at < names.size(); ++at)
        if (names[at].empty() ||
            std::find(expandable.begin(), expandable.end(), names[at]) == expandable.end())
            return error_answer(
                400,
                "",
                "Invalid option: expected one of " + valid + " at \"expand[" + std::to_string(at) + "]\""
            );
    return std::nullopt;
}

json::object expanded_item(repo const& which, history const& line, std::vector<std::string> const& names) {
    auto made = identity(which);
    for (auto const& name : names)
        add_field(made, which, line, name, false);
    return made;
}

json::object listing_item(repo const& which, bool full, bool config, bool card) {
    auto const& line = which.branches.at("main");
    auto made = identity(which);
    if (full)
        for (auto const name : {"author", "gated", "inference", "lastModified"})
            add_field(made, which, line, name, false);
    for (auto const name : {"likes", "trendingScore", "private"})
        add_field(made, which, line, name, false);
    if (full) add_field(made, which, line, "sha", false);
    if (config) add_field(made, which, line, "config", false);
    if (card) add_field(made, which, line, "cardData", false);
    for (auto const name : {"downloads", "tags", "pipeline_tag", "library_name", "createdAt", "modelId"})
        add_field(made, which, line, name, false);
    if (full) add_field(made, which, line, "siblings", false);
    return made;
}

answer model_info(context const& of, repo const& which, std::string const& revision) {
    auto const line = which.at(revision);
    if (line.empty() && of.hub.on("lost_revision_is_empty", false)) return no_commit(which);
    if (line.empty()) return no_revision(revision);
    auto const wanted = of.asked.all("expand");
    if (!wanted.empty()) {
        if (auto refused = refuse_expand(wanted)) return *std::move(refused);
        return json_answer(expanded_item(which, line, wanted));
    }
    auto made = identity(which);
    for (auto const name : default_order)
        add_field(made, which, line, name, of.asked.flag("blobs") && of.hub.on("sibling_hashes", true));
    if (of.asked.flag("securityStatus")) made["securityRepoStatus"] = security_summary(which);
    return json_answer(made);
}

std::optional<std::size_t> limit_of(
    context const& of, std::size_t otherwise, std::size_t most, std::string_view strictest, answer& refused
) {
    auto const text = of.asked.parameter("limit");
    if (text.empty()) return otherwise;
    std::size_t limit = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (read.ec == std::errc() && limit > of.hub.number(strictest, limit)) {
        refused = error_answer(422, "", "Input should be less than or equal to " + std::to_string(most));
        return std::nullopt;
    }
    if (read.ec == std::errc() && read.ptr == text.data() + text.size() && limit >= 1)
        return std::min(limit, most);
    refused = error_answer(400, "", "\"limit\" must be a number from 1 to " + std::to_string(most));
    return std::nullopt;
}

} // namespace modelwatch::hub_double
