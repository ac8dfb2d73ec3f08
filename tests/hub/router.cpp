#include "tests/hub/router.hpp"

#include "daemon/model/text.hpp"
#include "tests/hub/access.hpp"
#include "tests/hub/endpoints.hpp"

#include <algorithm>
#include <charconv>
#include <span>

namespace modelwatch::hub_double {

namespace {

using segments = std::span<std::string const>;

constexpr std::string_view verbs[] = {
    "revision",
    "tree",
    "paths-info",
    "commits",
    "refs",
    "compare",
    "treesize",
    "scan",
    "discussions",
    "auth-check",
    "xet-read-token",
    "resolve",
    "raw"
};

bool is_verb(std::string_view word) {
    return std::find(std::begin(verbs), std::end(verbs), word) != std::end(verbs);
}

std::string joined(segments parts) {
    std::string made;
    for (auto const& part : parts)
        made += (made.empty() ? "" : "/") + part;
    return made;
}

/// An id without namespace is one segment; which of both was meant only shows in what follows.
std::size_t id_length(segments parts, world const& hub) {
    if (parts.size() < 2) return parts.size();
    auto const alone = hub.find(parts[0]) || !hub.moved_to(parts[0]).empty();
    return alone && is_verb(parts[1]) ? 1 : 2;
}

/// `tail` begins with the revision: one segment, or three when somebody sent refs/pr/1 unencoded.
segments take_revision(place& at, segments tail) {
    std::size_t used = tail.empty() ? 0 : 1;
    if (tail.size() >= 3 && tail[0] == "refs") used = 3;
    if (used > 0) at.revision = joined(tail.first(used));
    return tail.subspan(used);
}

void locate_in_repo(place& at, segments tail) {
    static constexpr std::pair<std::string_view, std::string_view> kinds[] = {
        {"revision", "info"},
        {"tree", "tree"},
        {"paths-info", "paths-info"},
        {"commits", "commits"},
        {"refs", "refs"},
        {"compare", "compare"},
        {"treesize", "treesize"},
        {"scan", "scan"},
        {"discussions", "discussions"},
        {"auth-check", "auth-check"},
        {"xet-read-token", "xet"}
    };
    if (tail.empty()) {
        at.kind = "info";
        return;
    }
    for (auto const& [word, kind] : kinds)
        if (tail[0] == word) at.kind = kind;
    at.path = joined(take_revision(at, tail.subspan(1)));
}

void locate_api(place& at, segments path, world const& hub) {
    if (path.size() >= 2 && path[1] == "models") {
        auto const rest = path.subspan(2);
        if (rest.empty()) {
            at.kind = "listing";
            return;
        }
        at.id_at = 2;
        at.id_parts = id_length(rest, hub);
        at.repo = joined(rest.first(at.id_parts));
        locate_in_repo(at, rest.subspan(at.id_parts));
    } else if (path.size() >= 6 && path[1] == "resolve-cache" && path[2] == "models") {
        at.kind = "resolve-cache";
        at.id_at = 3;
        at.id_parts = path.size() == 6 ? 1 : 2;
        if (at.id_parts == 2 && hub.find(path[3]) && !hub.find(path[3] + "/" + path[4])) at.id_parts = 1;
        at.repo = joined(path.subspan(3, at.id_parts));
        at.revision = path[3 + at.id_parts];
        at.path = joined(path.subspan(4 + at.id_parts));
    } else if (path.size() == 2 && path[1] == "whoami-v2") {
        at.kind = "whoami";
    } else if (path.size() == 4 && (path[1] == "organizations" || path[1] == "users") &&
               path[3] == "overview") {
        at.kind = "account";
        at.repo = path[2];
    }
}

void locate_site(place& at, segments path, world const& hub) {
    at.id_parts = id_length(path, hub);
    at.repo = joined(path.first(at.id_parts));
    auto const tail = path.subspan(at.id_parts);
    if (tail.empty()) {
        at.kind = "page";
    } else if (tail[0] == "resolve" || tail[0] == "raw") {
        at.kind = tail[0] == "raw" ? "raw" : "resolve";
        at.path = joined(take_revision(at, tail.subspan(1)));
    }
}

std::size_t page_of(request const& asked) {
    std::size_t number = 0;
    auto const p = asked.parameter("p");
    if (!p.empty() && std::from_chars(p.data(), p.data() + p.size(), number).ec == std::errc())
        return number + 1;
    auto const after = from_cursor(asked.parameter("cursor"));
    if (!after) return 1;
    auto const limit = asked.parameter("limit");
    if (limit.empty() || std::from_chars(limit.data(), limit.data() + limit.size(), number).ec != std::errc())
        return *after > 0 ? 2 : 1;
    return number == 0 ? 1 : *after / number + 1;
}

/// The target with another repo id in it: path tail and query stay as they were sent.
std::string moved_target(request const& asked, place const& at, std::string const& to) {
    auto const whole = std::string_view(asked.target);
    auto const question = std::min(whole.find('?'), whole.size());
    auto const parts = split(whole.substr(1, question - 1), '/');
    std::string made;
    for (std::size_t number = 0; number < parts.size(); ++number) {
        if (number == at.id_at) made += "/" + to;
        if (number < at.id_at || number >= at.id_at + at.id_parts) made += "/" + std::string(parts[number]);
    }
    return made + std::string(whole.substr(question));
}

bool guards_content(place const& at) {
    static constexpr std::string_view guarded[] = {
        "commits", "compare", "auth-check", "resolve", "raw", "resolve-cache", "xet"
    };
    return std::find(std::begin(guarded), std::end(guarded), at.kind) != std::end(guarded);
}

bool speaks_text(place const& at) {
    return at.kind == "resolve" || at.kind == "raw" || at.kind == "resolve-cache";
}

answer model_page(repo const& which) {
    auto made = text_answer(200, "<!doctype html><title>" + which.id + "</title><h1>" + which.id + "</h1>\n");
    made.set("Content-Type", "text/html; charset=utf-8");
    return made;
}

answer in_repo(context const& of, place const& at, repo const& which) {
    if (at.kind == "info") return model_info(of, which, at.revision);
    if (at.kind == "tree") return list_tree(of, which, at.revision, at.path);
    if (at.kind == "paths-info") return paths_info(of, which, at.revision);
    if (at.kind == "treesize") return tree_size(which, at.revision, at.path);
    if (at.kind == "commits") return list_commits(of, which, at.revision);
    if (at.kind == "refs") return list_refs(of, which);
    if (at.kind == "compare") return compare(of, which, at.revision);
    if (at.kind == "scan") return scan(which);
    if (at.kind == "discussions") return list_discussions(which);
    if (at.kind == "auth-check") return json_answer(json::object{});
    if (at.kind == "xet") return xet_read_token(of, at.revision, which);
    if (at.kind == "resolve") return resolve(of, which, at.revision, at.path);
    if (at.kind == "resolve-cache") return resolve_cache(of, which, at.revision, at.path);
    if (at.kind == "raw") return raw(of, which, at.revision, at.path);
    return model_page(which);
}

answer not_allowed(std::string_view method) {
    auto made = error_answer(405, "", "Method " + std::string(method) + " is not allowed here");
    made.set("Allow", "GET, HEAD");
    return made;
}

bool reads(request const& asked) {
    return asked.method == "GET" || asked.method == "HEAD";
}

} // namespace

place locate(request const& asked, world const& hub) {
    place at;
    segments const path(asked.path);
    if (asked.at == side::cdn)
        at.kind = "cdn";
    else if (!path.empty() && path[0] == "api")
        locate_api(at, path, hub);
    else if (!path.empty() && !path[0].empty())
        locate_site(at, path, hub);
    at.page = page_of(asked);
    return at;
}

answer route(context const& of, place const& at) {
    auto const wanted = at.kind == "paths-info" ? of.asked.method == "POST" : reads(of.asked);
    if (!wanted) return not_allowed(of.asked.method);
    if (at.kind == "cdn") return cdn(of);
    if (at.kind == "listing") return list_models(of);
    if (at.kind == "whoami") return who_am_i(of);
    if (at.kind == "account") return account_overview(of, at.repo, of.asked.path[1] == "organizations");
    if (at.kind == "unknown")
        return error_answer(404, "", "Sorry, we can't find the page you are looking for.");
    auto const moved = of.hub.moved_to(at.repo);
    auto const which = of.hub.find(moved.empty() ? at.repo : moved);
    auto const visible = which && (!which->is_private || (of.who != nullptr && of.who->may_read(*which)));
    if (visible && !moved.empty() && !of.bad_token)
        return redirect_answer(307, moved_target(of.asked, at, moved));
    if (auto refused = refusal(of, which.get(), guards_content(at) ? door::content : door::metadata))
        return speaks_text(at) ? as_text(*std::move(refused)) : *std::move(refused);
    return in_repo(of, at, *which);
}

} // namespace modelwatch::hub_double
