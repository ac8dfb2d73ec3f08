#include "daemon/model/text.hpp"
#include "tests/hub/access.hpp"
#include "tests/hub/endpoints.hpp"
#include "tests/hub/git_object.hpp"

#include <algorithm>

namespace modelwatch::hub_double {

namespace {

json::object namespace_facts(context const& of, std::string const& name, std::string& spelling) {
    for (auto const& [known, facts] : of.hub.namespaces)
        if (lower(known) == lower(name)) {
            spelling = known;
            return facts.is_object() ? facts.get_object() : json::object{};
        }
    for (auto const& [id, one] : of.hub.repos)
        if (id.starts_with(lower(name) + "/")) {
            spelling = one->author;
            return {{"type", "user"}};
        }
    return {};
}

std::size_t models_of(context const& of, std::string const& name) {
    return static_cast<std::size_t>(std::count_if(
        of.hub.repos.begin(),
        of.hub.repos.end(),
        [&](auto const& item) { return item.second->author == name && !item.second->is_private; }
    ));
}

std::string object_id_of(json::object const& facts, std::string const& name) {
    auto const given = text_of(facts, "_id");
    return given.empty() ? "5e67bd5b" + sha1_hex(name).substr(0, 16) : std::string(given);
}

} // namespace

answer who_am_i(context const& of) {
    if (of.bad_token) return error_answer(401, "", "Invalid credentials in Authorization header");
    if (of.who == nullptr) return error_answer(401, "", "Invalid username or password.");
    json::object const access{
        {"displayName", of.who->name}, {"role", "read"}, {"createdAt", "2024-01-01T00:00:00.000Z"}
    };
    return json_answer(json::object{
        {"type", "user"},
        {"id", object_id_of({}, of.who->name)},
        {"name", of.who->name},
        {"fullname", of.who->name},
        {"isPro", of.who->account == "pro"},
        {"avatarUrl", "/avatars/" + of.who->name + ".svg"},
        {"orgs", json::array{}},
        {"auth", json::object{{"type", "access_token"}, {"accessToken", access}}}
    });
}

answer account_overview(context const& of, std::string const& name, bool organisation) {
    std::string spelling;
    auto const facts = namespace_facts(of, name, spelling);
    auto const is_organisation = text_of(facts, "type") == "org";
    if (spelling.empty() || is_organisation != organisation)
        return error_answer(
            404, "", organisation ? "This organization does not exist" : "This user does not exist"
        );
    if (!organisation && spelling != name)
        return redirect_answer(307, "/api/users/" + spelling + "/overview");
    json::object made{
        {"_id", object_id_of(facts, spelling)},
        {"avatarUrl", "/avatars/" + spelling + ".svg"},
        {organisation ? "name" : "user", spelling}
    };
    auto const full = text_of(facts, "fullname");
    made["fullname"] = full.empty() ? std::string_view(spelling) : full;
    made["numModels"] = models_of(of, spelling);
    made["numDatasets"] = 0;
    made["numSpaces"] = 0;
    for (auto const& [key, value] : facts)
        if (key != "type" && !made.contains(key)) made[key] = value;
    return json_answer(made);
}

answer xet_read_token(context const& of, std::string const& revision, repo const& which) {
    if (which.at(revision, true).empty()) return no_revision(revision);
    return json_answer(json::object{
        {"accessToken", "xet-of-" + which.object_id}, {"casUrl", of.cdn_origin}, {"exp", 4'102'444'800}
    });
}

} // namespace modelwatch::hub_double
