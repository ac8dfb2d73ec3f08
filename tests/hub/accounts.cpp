#include "daemon/model/text.hpp"
#include "daemon/model/time.hpp"
#include "tests/hub/access.hpp"
#include "tests/hub/endpoints.hpp"
#include "tests/hub/git_object.hpp"
#include "tests/hub/repo_builder.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

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
    if (!given.empty()) return std::string(given);
    auto const created = text_of(facts, "createdAt");
    return object_id_for(name, created.empty() ? "2020-03-10T16:15:55Z" : created);
}

/// The first four bytes of an id are its creation time.
std::string created_at_of(json::object const& facts, std::string const& object_id) {
    if (auto const given = text_of(facts, "createdAt"); !given.empty()) return full_date(given);
    std::int64_t seconds = 0;
    std::from_chars(object_id.data(), object_id.data() + 8, seconds, 16);
    return full_date(to_rfc3339(instant{std::chrono::seconds{seconds}}));
}

/// What the OpenAPI document requires of a user. An organisation tells neither its type nor when it was made,
/// unless the timeline says so.
void add_account_fields(json::object& made, json::object const& facts, bool organisation) {
    static constexpr std::string_view scripted[] = {"type", "createdAt", "comment", "invented", "source"};
    for (auto const& [key, value] : facts)
        if (!made.contains(key) &&
            std::find(std::begin(scripted), std::end(scripted), key) == std::end(scripted))
            made[key] = value;
    if (!organisation || facts.contains("createdAt"))
        made["createdAt"] = created_at_of(facts, std::string(text_of(made, "_id")));
    if (organisation) return;
    made["type"] = "user";
    if (!made.contains("isPro")) made["isPro"] = false;
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
    add_account_fields(made, facts, organisation);
    return json_answer(made);
}

answer xet_read_token(context const& of, std::string const& revision, repo const& which) {
    if (which.at(revision, true).empty()) return no_revision(revision);
    return json_answer(json::object{
        {"accessToken", "xet-of-" + which.object_id}, {"casUrl", of.cdn_origin}, {"exp", 4'102'444'800}
    });
}

} // namespace modelwatch::hub_double
