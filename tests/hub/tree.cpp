#include "daemon/model/digest.hpp"
#include "tests/hub/access.hpp"
#include "tests/hub/directory.hpp"
#include "tests/hub/endpoints.hpp"

#include <boost/json/parse.hpp>

namespace modelwatch::hub_double {

namespace {

struct tree_view {
    repo const& which;
    bool recursive = false;
    bool expand = false;
    json::array entries;
};

json::object last_commit(commit_stamp const& stamp) {
    return {{"id", stamp.id}, {"title", stamp.title}, {"date", stamp.date}};
}

json::object directory_entry(tree_view const& view, std::string const& path, directory const& node) {
    json::object made{{"type", "directory"}, {"oid", node.oid}, {"size", 0}, {"path", path}};
    if (view.expand && node.last) made["lastCommit"] = last_commit(*node.last);
    return made;
}

json::object file_entry(tree_view const& view, std::string const& path, placed_file const& placed) {
    auto const& what = *placed.content;
    json::object made{{"type", "file"}, {"oid", what.oid}, {"size", what.size}};
    if (what.lfs) {
        made["lfs"] = json::object{
            {"oid", what.lfs->sha256}, {"size", what.size}, {"pointerSize", what.lfs->pointer_size}
        };
        if (!what.xet_hash.empty()) made["xetHash"] = what.xet_hash;
    }
    made["path"] = path;
    if (view.expand) {
        made["lastCommit"] = last_commit(*placed.last);
        made["securityFileStatus"] = security_of_file(view.which, path, what);
    }
    return made;
}

/// Directories first at each level, then files; what lies below a directory comes after its level.
void add_level(tree_view& view, directory const& node, std::string const& prefix) {
    for (auto const& [name, below] : node.directories)
        view.entries.push_back(directory_entry(view, prefix + name, below));
    for (auto const& [name, placed] : node.files)
        view.entries.push_back(file_entry(view, prefix + name, *placed));
    if (!view.recursive) return;
    for (auto const& [name, below] : node.directories)
        add_level(view, below, prefix + name + "/");
}

std::string next_link(
    context const& of,
    repo const& which,
    std::string const& revision,
    std::string const& path,
    std::size_t limit,
    std::size_t offset
) {
    auto url = of.origin() + "/api/models/" + which.id + "/tree/" + percent_encoded(revision);
    if (!path.empty()) url += "/" + percent_encoded(path, true);
    url += std::string("?expand=") + (of.asked.flag("expand") ? "true" : "false");
    url += std::string("&recursive=") + (of.asked.flag("recursive") ? "true" : "false");
    url += "&limit=" + std::to_string(limit) + "&cursor=" + percent_encoded(to_cursor(offset));
    return "<" + url + ">; rel=\"next\"";
}

struct asked_paths {
    std::vector<std::string> paths;
    bool expand = false;
    bool understood = false;
};

asked_paths read_form(std::string_view body) {
    asked_paths made;
    for (auto const& [key, value] : parse_query(body)) {
        if (key == "paths" || key == "paths[]") made.paths.push_back(value);
        if (key == "expand") made.expand = value == "true" || value == "True" || value == "1";
    }
    made.understood = true;
    return made;
}

asked_paths read_paths(request const& asked) {
    if (asked.content_type.starts_with("application/x-www-form-urlencoded")) return read_form(asked.body);
    asked_paths made;
    boost::system::error_code failed;
    auto const value = json::parse(asked.body, failed);
    if (failed || !value.is_object()) return made;
    auto const& object = value.get_object();
    if (auto const expand = object.if_contains("expand"))
        made.expand = expand->is_bool() && expand->get_bool();
    auto const paths = object.if_contains("paths");
    if (paths == nullptr) return made;
    if (paths->is_string()) made.paths.emplace_back(paths->get_string());
    if (paths->is_array())
        for (auto const& item : paths->get_array())
            if (item.is_string()) made.paths.emplace_back(item.get_string());
    made.understood = paths->is_string() || paths->is_array();
    return made;
}

} // namespace

answer list_tree(context const& of, repo const& which, std::string const& revision, std::string const& path) {
    auto const line = which.at(revision);
    if (line.empty()) return no_revision(revision);
    auto const root = as_directory(*line.back()->files);
    auto const* start = root.find(path);
    if (start == nullptr) return no_tree_path(path, revision);
    tree_view view{which, of.asked.flag("recursive"), of.asked.flag("expand"), {}};
    auto const page = static_cast<std::size_t>(
        view.expand ? of.hub.number("tree_page_expand", 100) : of.hub.number("tree_page", 1000)
    );
    answer refused;
    auto const limit = limit_of(of, page, page, "tree_most", refused);
    if (!limit) return refused;
    auto const cursor = of.asked.parameter("cursor");
    auto const from = cursor.empty() ? std::optional<std::size_t>(0) : from_cursor(cursor);
    if (!from) return error_answer(400, "", "Invalid cursor");
    add_level(view, *start, path.empty() ? "" : path + "/");
    if (auto const odd = of.hub.settings.if_contains("tree_rows"); odd != nullptr && odd->is_array())
        view.entries.insert(view.entries.end(), odd->get_array().begin(), odd->get_array().end());
    json::array part;
    for (auto at = *from; at < view.entries.size() && part.size() < *limit; ++at)
        part.push_back(view.entries[at]);
    auto const more = *from + part.size() < view.entries.size();
    auto const next = *from + part.size();
    auto made = json_answer(part);
    made.set("X-Repo-Commit", line.back()->stamp->id);
    if (more) made.set("Link", next_link(of, which, revision, path, *limit, next));
    return made;
}

answer paths_info(context const& of, repo const& which, std::string const& revision) {
    auto const line = which.at(revision);
    if (line.empty()) return no_revision(revision);
    auto const wanted = read_paths(of.asked);
    if (!wanted.understood) return error_answer(400, "", "\"paths\" is required");
    if (wanted.paths.size() > 2000) return error_answer(400, "", "\"paths\" must contain at most 2000 items");
    tree_view const view{which, false, wanted.expand, {}};
    auto const& files = *line.back()->files;
    auto const root = as_directory(files);
    json::array found;
    for (auto const& path : wanted.paths) {
        if (auto const file = files.find(path); file != files.end())
            found.push_back(file_entry(view, path, file->second));
        else if (auto const* node = path.empty() ? nullptr : root.find(path))
            found.push_back(directory_entry(view, path, *node));
    }
    auto made = json_answer(found);
    made.may_be_kept = false; // depends on the body
    return made;
}

answer tree_size(repo const& which, std::string const& revision, std::string const& path) {
    auto const line = which.at(revision);
    if (line.empty()) return no_revision(revision);
    auto const root = as_directory(*line.back()->files);
    auto const* start = root.find(path);
    if (start == nullptr) return no_tree_path(path, revision);
    return json_answer(json::object{{"path", "/" + path}, {"size", start->size}});
}

} // namespace modelwatch::hub_double
