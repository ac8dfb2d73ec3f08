#include "tests/hub/access.hpp"
#include "tests/hub/endpoints.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace modelwatch::hub_double {

namespace {

std::string avatar(context const& of, std::string const& user) {
    auto const found = of.hub.namespaces.if_contains(user);
    if (found == nullptr || !found->is_object()) return "/avatars/" + user + ".svg";
    auto const given = text_of(found->get_object(), "avatarUrl");
    return given.empty() ? "/avatars/" + user + ".svg" : std::string(given);
}

json::object commit_item(context const& of, commit const& one, bool formatted) {
    json::array authors;
    for (auto const& user : one.authors)
        authors.push_back(json::object{{"user", user}, {"avatar", avatar(of, user)}});
    json::object made{
        {"id", one.stamp->id},
        {"title", one.stamp->title},
        {"message", one.message},
        {"authors", std::move(authors)},
        {"date", one.stamp->date}
    };
    if (formatted) made["formatted"] = json::object{{"title", one.stamp->title}, {"message", one.message}};
    return made;
}

json::array refs_of(std::map<std::string, history> const& lines, std::string_view prefix) {
    json::array made;
    for (auto const& [name, line] : lines)
        made.push_back(json::object{
            {"name", name}, {"ref", std::string(prefix) + name}, {"targetCommit", line.back()->stamp->id}
        });
    return made;
}

/// One line of `git diff --raw`, as the Hub writes it.
std::string raw_line(std::string const& path, file const* before, file const* after) {
    static constexpr std::string_view none = "0000000000000000000000000000000000000000";
    auto const& shown = after != nullptr ? *after : *before;
    auto const kind = before == nullptr ? 'A' : after == nullptr ? 'D' : 'M';
    std::string line(1, shown.lfs ? 'B' : 'T');
    line += " " + std::to_string(after != nullptr ? after->size : 0) + "\t:";
    line += before != nullptr ? "100644 " : "000000 ";
    line += after != nullptr ? "100644 " : "000000 ";
    line += before != nullptr ? before->oid : std::string(none);
    line += "... ";
    line += after != nullptr ? after->oid : std::string(none);
    line += std::string("... ") + kind + "\t" + path + "\n";
    return line;
}

std::string raw_difference(file_table const& before, file_table const& after) {
    std::set<std::string> paths;
    for (auto const* table : {&before, &after})
        for (auto const& [path, placed] : *table)
            paths.insert(path);
    std::string text;
    for (auto const& path : paths) {
        auto const old = before.find(path);
        auto const now = after.find(path);
        auto const* left = old == before.end() ? nullptr : old->second.content.get();
        auto const* right = now == after.end() ? nullptr : now->second.content.get();
        if (left == nullptr || right == nullptr || left->oid != right->oid)
            text += raw_line(path, left, right);
    }
    return text;
}

/// By date the commits of a merged branch stand between those of the line that they came into.
history newest_first(history const& line, bool by_date) {
    history made(line.rbegin(), line.rend());
    auto const later = [](commit_ptr const& left, commit_ptr const& right) {
        return left->stamp->date > right->stamp->date;
    };
    if (by_date && !made.empty()) std::sort(made.begin() + 1, made.end(), later);
    return made;
}

} // namespace

answer list_commits(context const& of, repo const& which, std::string const& revision) {
    auto const line = which.at(revision);
    if (line.empty()) return no_revision(revision);
    answer refused;
    auto const usual = static_cast<std::size_t>(of.hub.number("commits_page", 50));
    auto const limit = limit_of(of, usual, 1000, "commits_most", refused);
    if (!limit) return refused;
    std::size_t page = 0;
    auto const text = of.asked.parameter("p");
    if (!text.empty() && std::from_chars(text.data(), text.data() + text.size(), page).ec != std::errc())
        return error_answer(400, "", "\"p\" must be a number");
    auto const expand = of.asked.all("expand");
    auto const formatted = std::find(expand.begin(), expand.end(), "formatted") != expand.end();
    auto const shown = newest_first(line, of.hub.on("commits_by_date", false));
    json::array made;
    for (auto at = page * *limit; at < line.size() && made.size() < *limit; ++at)
        made.push_back(commit_item(of, *shown[at], formatted));
    auto const more = page * *limit + made.size() < line.size() && !made.empty();
    auto found = json_answer(made);
    if (of.hub.on("commits_total", true)) found.set("X-Total-Count", std::to_string(line.size()));
    if (more && of.hub.on("commits_link", true)) {
        auto const url = of.origin() + "/api/models/" + which.id + "/commits/" + percent_encoded(revision) +
                         "?p=" + std::to_string(page + 1) + "&limit=" + std::to_string(*limit) +
                         (formatted ? "&expand%5B%5D=formatted" : "");
        found.set("Link", "<" + url + ">; rel=\"next\"");
    }
    return found;
}

answer list_refs(context const& of, repo const& which) {
    json::array tags;
    for (auto const& [name, commit] : which.tags)
        tags.push_back(json::object{{"name", name}, {"ref", "refs/tags/" + name}, {"targetCommit", commit}});
    json::object made{
        {"tags", std::move(tags)},
        {"branches", refs_of(which.branches, "refs/heads/")},
        {"converts", refs_of(which.converts, "refs/convert/")}
    };
    if (of.asked.flag("include_prs") || of.asked.flag("include_prs[]"))
        made["pullRequests"] = refs_of(which.pull_requests, "refs/pr/");
    return json_answer(made);
}

answer compare(context const& of, repo const& which, std::string const& range) {
    auto const dots = range.find("..");
    auto const newer = dots == std::string::npos ? range : range.substr(dots + 2);
    auto const to = which.at(newer, true);
    if (to.empty()) return no_revision(newer);
    history from(to.begin(), to.end() - 1);
    if (dots != std::string::npos) {
        from = which.at(range.substr(0, dots), true);
        if (from.empty()) return no_revision(range.substr(0, dots));
    }
    if (!of.asked.flag("raw")) return error_answer(400, "", "this double speaks only ?raw=true here");
    file_table const none;
    auto const text = raw_difference(from.empty() ? none : *from.back()->files, *to.back()->files);
    auto made = text_answer(200, text);
    return made;
}

} // namespace modelwatch::hub_double
