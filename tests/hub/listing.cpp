#include "daemon/model/text.hpp"
#include "tests/hub/endpoints.hpp"

#include <algorithm>

namespace modelwatch::hub_double {

namespace {

std::string text_field(repo const& which, std::string_view name) {
    return std::string(text_of(which.fields, name));
}

bool has_tag(repo const& which, std::string_view tag) {
    auto const tags = which.fields.if_contains("tags");
    if (tags == nullptr || !tags->is_array()) return false;
    auto const& all = tags->get_array();
    return std::any_of(all.begin(), all.end(), [&](json::value const& one) {
        return one.is_string() && std::string_view(one.get_string()) == tag;
    });
}

bool has_all_tags(repo const& which, std::vector<std::string> const& filters) {
    return std::all_of(filters.begin(), filters.end(), [&](std::string const& filter) {
        auto const parts = split(filter, ',');
        return std::all_of(parts.begin(), parts.end(), [&](std::string_view tag) {
            return has_tag(which, tag);
        });
    });
}

bool matches(context const& of, repo const& which, std::vector<std::string> const& filters) {
    auto const& asked = of.asked;
    auto const author = asked.parameter("author");
    if (!author.empty() && lower(which.author) != lower(author)) return false;
    if (which.is_private && (of.who == nullptr || !of.who->may_read(which))) return false;
    auto const search = asked.parameter("search");
    if (!search.empty() && lower(which.id).find(lower(search)) == std::string::npos) return false;
    auto const task = asked.parameter("pipeline_tag");
    if (!task.empty() && text_field(which, "pipeline_tag") != task) return false;
    auto const gated = asked.parameter("gated");
    if (!gated.empty() && which.is_gated() != asked.flag("gated")) return false;
    return has_all_tags(which, filters);
}

std::int64_t count_field(repo const& which, std::string_view name) {
    auto const found = which.fields.if_contains(name);
    return found != nullptr && found->is_number() ? found->to_number<std::int64_t>() : 0;
}

bool is_date(std::string_view key) {
    return key == "lastModified" || key == "createdAt";
}

std::string date_field(repo const& which, std::string_view key) {
    return key == "createdAt" ? which.created_at : which.branches.at("main").back()->stamp->date;
}

/// Smaller first; equal ones by id, so that pages never overlap.
bool before(repo const& left, repo const& right, std::string_view key) {
    if (is_date(key)) {
        auto const a = date_field(left, key);
        auto const b = date_field(right, key);
        if (a != b) return a < b;
    } else if (key != "id") {
        auto const a = count_field(left, key);
        auto const b = count_field(right, key);
        if (a != b) return a < b;
    }
    return left.id < right.id;
}

std::vector<repo_ptr> selection(context const& of) {
    auto const filters = of.asked.all("filter");
    std::vector<repo_ptr> found;
    for (auto const& [id, one] : of.hub.repos)
        if (matches(of, *one, filters)) found.push_back(one);
    auto const given = of.asked.parameter("sort");
    auto const key = given.empty() ? std::string_view("trendingScore") : given;
    auto const direction = of.asked.parameter("direction");
    auto const rising = direction == "1" || (direction.empty() && key == "id");
    std::sort(found.begin(), found.end(), [&](repo_ptr const& left, repo_ptr const& right) {
        return rising ? before(*left, *right, key) : before(*right, *left, key);
    });
    return found;
}

bool known_sort(std::string_view key) {
    static constexpr std::string_view keys[] = {
        "",
        "createdAt",
        "downloads",
        "likes",
        "lastModified",
        "likes30d",
        "trendingScore",
        "num_parameters",
        "mainSize",
        "id"
    };
    return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

std::string next_link(context const& of, std::size_t offset) {
    std::string query;
    for (auto const& [name, value] : of.asked.query)
        if (name != "cursor")
            query += (query.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
    query += (query.empty() ? "" : "&") + std::string("cursor=") + percent_encoded(to_cursor(offset));
    return "<" + of.origin() + "/api/models?" + query + ">; rel=\"next\"";
}

} // namespace

answer list_models(context const& of) {
    if (!of.hub.on("listing", true)) return error_answer(404, "", "Not Found");
    if (of.bad_token) return error_answer(401, "", "Invalid credentials in Authorization header");
    auto const expand = of.asked.all("expand");
    if (auto refused = refuse_expand(expand)) return *std::move(refused);
    if (!expand.empty() && !of.hub.on("listing_expand", true))
        return error_answer(422, "", "Extra inputs are not permitted");
    if (!known_sort(of.asked.parameter("sort"))) return error_answer(400, "", "Invalid sort parameter");
    answer refused;
    auto const most = static_cast<std::size_t>(of.hub.number("listing_page", 1000));
    auto const limit = limit_of(of, most, most, "listing_most", refused);
    if (!limit) return refused;
    auto const cursor = of.asked.parameter("cursor");
    auto const from = cursor.empty() ? std::optional<std::size_t>(0) : from_cursor(cursor);
    if (!from) return error_answer(400, "", "Invalid cursor");
    auto const found = selection(of);
    json::array items;
    for (auto at = *from; at < found.size() && items.size() < *limit; ++at)
        items.push_back(
            expand.empty()
                ? listing_item(
                      *found[at], of.asked.flag("full"), of.asked.flag("config"), of.asked.flag("cardData")
                  )
                : expanded_item(*found[at], found[at]->branches.at("main"), expand)
        );
    auto const next = *from + items.size();
    auto made = json_answer(items);
    if (next < found.size()) made.set("Link", next_link(of, next));
    return made;
}

} // namespace modelwatch::hub_double
