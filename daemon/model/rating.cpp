#include "daemon/model/rating.hpp"

#include "daemon/model/json_read.hpp"

namespace modelwatch {

namespace {

json::object to_json(rating_mark const& mark) {
    json::object findings;
    for (auto const& [check, found] : mark.findings)
        findings[check] = json::object{{"outcome", found.outcome}, {"points", found.points}};
    return {
        {"level", mark.level},
        {"score", mark.score},
        {"rubric", mark.rubric},
        {"at", to_rfc3339(mark.at)},
        {"levels", to_array(mark.levels)},
        {"staleness", mark.staleness},
        {"findings", std::move(findings)}
    };
}

rating_mark mark_from_json(json::object const& object) {
    rating_mark out;
    out.level = text_of(object, "level");
    out.score = object.at("score").to_number<double>();
    out.rubric = text_of(object, "rubric");
    out.at = instant_of(object, "at").value_or(instant{});
    out.levels = texts_of(object, "levels");
    out.staleness = text_of(object, "staleness");
    for (auto const& member : object.at("findings").as_object()) {
        auto const& found = member.value().as_object();
        out.findings.emplace(
            std::string{member.key()},
            rating_mark::finding{std::string{text_of(found, "outcome")}, found.at("points").to_number<int>()}
        );
    }
    return out;
}

json::array trend_json(std::vector<rating_point> const& trend) {
    json::array out;
    for (auto const& one : trend)
        out.push_back(json::object{{"at", to_rfc3339(one.at)}, {"level", one.level}, {"score", one.score}});
    return out;
}

/// Records of before have none.
std::vector<rating_point> trend_from_json(json::object const& object) {
    std::vector<rating_point> out;
    auto const* const list = object.if_contains("trend");
    if (list == nullptr) return out;
    for (auto const& item : list->as_array()) {
        auto const& one = item.as_object();
        out.push_back(
            {instant_of(one, "at").value_or(instant{}),
             std::string{text_of(one, "level")},
             one.at("score").to_number<double>()}
        );
    }
    return out;
}

json::value to_json(std::optional<rated_head> const& head) {
    if (!head) return nullptr;
    return json::object{{"commit", head->commit}, {"mark", to_json(head->mark)}};
}

/// Records of earlier versions have none.
std::optional<rated_head> head_from_json(json::object const& object) {
    auto const* const found = object.if_contains("head");
    if (found == nullptr || found->is_null()) return std::nullopt;
    auto const& head = found->as_object();
    return rated_head{std::string{text_of(head, "commit")}, mark_from_json(head.at("mark").as_object())};
}

} // namespace

json::object to_json(rating_record const& record) {
    json::object publisher;
    for (auto const& [key, value] : record.publisher)
        publisher[key] = value;
    json::object upstream;
    for (auto const& [repo, polls] : record.upstream_polls)
        upstream[repo] = polls;
    return {
        {"now", to_json(record.now)},
        {"reference", to_json(record.reference)},
        {"baseline", record.baseline},
        {"worse", record.worse},
        {"better", record.better},
        {"outdated_since", or_null(record.outdated_since)},
        {"successor", record.successor},
        {"successor_polls", record.successor_polls},
        {"upstream_polls", std::move(upstream)},
        {"publisher", std::move(publisher)},
        {"trend", trend_json(record.trend)},
        {"head", to_json(record.head)}
    };
}

rating_record rating_record_from_json(json::object const& object) {
    rating_record out;
    out.now = mark_from_json(object.at("now").as_object());
    out.reference = mark_from_json(object.at("reference").as_object());
    out.baseline = text_of(object, "baseline");
    out.worse = object.at("worse").to_number<unsigned>();
    out.better = object.at("better").to_number<unsigned>();
    out.outdated_since = instant_of(object, "outdated_since");
    out.successor = text_of(object, "successor");
    out.successor_polls = object.at("successor_polls").to_number<unsigned>();
    for (auto const& member : object.at("upstream_polls").as_object())
        out.upstream_polls.emplace(std::string{member.key()}, member.value().to_number<unsigned>());
    for (auto const& member : object.at("publisher").as_object())
        out.publisher.emplace(std::string{member.key()}, std::string{member.value().as_string()});
    out.trend = trend_from_json(object);
    out.head = head_from_json(object);
    return out;
}

} // namespace modelwatch
