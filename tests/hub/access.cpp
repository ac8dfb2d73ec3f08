#include "tests/hub/access.hpp"

#include "daemon/model/digest.hpp"

namespace modelwatch::hub_double {

namespace {

answer gated(context const& of, repo const& which) {
    if (of.who == nullptr)
        return error_answer(
            401,
            "GatedRepo",
            "Access to model " + which.id +
                " is restricted. You must have access to it and be authenticated to access it. Please log in."
        );
    return error_answer(
        403,
        "GatedRepo",
        "Access to model " + which.id + " is restricted and you are not in the authorized list. Visit " +
            of.origin() + "/" + which.id + " to ask for access."
    );
}

answer missing(context const& of) {
    if (of.who != nullptr) return error_answer(404, "RepoNotFound", "Repository not found");
    return error_answer(401, "", "Invalid username or password.");
}

} // namespace

std::optional<answer> refusal(context const& of, repo const* which, door wanted) {
    auto const closed = which != nullptr && which->is_gated() && wanted == door::content;
    // A wrong token at a gated door is answered as if there were none; everywhere else it is refused itself.
    if (of.bad_token && !(closed && !which->is_private))
        return error_answer(401, "", "Invalid credentials in Authorization header");
    if (which == nullptr) return missing(of);
    if (which->is_private && (of.who == nullptr || !of.who->may_read(*which))) return missing(of);
    if (closed && (of.who == nullptr || !of.who->has_grant(*which))) return gated(of, *which);
    if (which->disabled && wanted == door::content)
        return error_answer(403, "", "Access to this resource is disabled.");
    return std::nullopt;
}

answer no_revision(std::string_view revision) {
    return error_answer(404, "RevisionNotFound", "Invalid rev id: " + std::string(revision));
}

answer no_tree_path(std::string_view path, std::string_view revision) {
    return error_answer(
        404, "EntryNotFound", std::string(path) + " does not exist on \"" + std::string(revision) + "\""
    );
}

answer no_file() {
    auto made = text_answer(404, "Entry not found");
    made.set("X-Error-Code", "EntryNotFound");
    made.set("X-Error-Message", "Entry not found");
    return made;
}

answer as_text(answer refused) {
    auto const message = std::string(refused.header("X-Error-Message"));
    refused.body = std::make_shared<std::string const>(message);
    refused.set("Content-Type", "text/plain; charset=utf-8");
    refused.set("ETag", weak_etag(message));
    return refused;
}

} // namespace modelwatch::hub_double
