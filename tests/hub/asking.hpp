#pragma once

#include "tests/hub/hub_state.hpp"
#include "tests/places.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <string_view>

namespace modelwatch::test {

namespace double_ = hub_double;

/// The hub of timelines/minimal.json, without any network.
inline double_::hub_state minimal_hub() {
    return double_::hub_state(double_::read_timeline_file(MODELWATCH_SOURCE_DIR
                                                          "/tests/hub/timelines/minimal.json"));
}

/// A request as it would arrive; change what the test is about.
inline double_::request asking(std::string_view target, std::string_view token = {}) {
    double_::request made;
    made.method = "GET";
    made.target = target;
    made.host = "hub.test";
    made.has_authorization = !token.empty();
    if (made.has_authorization) made.authorization = "Bearer " + std::string(token);
    return made;
}

inline double_::answer send(double_::hub_state& hub, double_::request asked) {
    asked.path.clear();
    asked.query.clear();
    asked.parse_target();
    return *hub.respond(asked).what;
}

inline double_::answer get(double_::hub_state& hub, std::string_view target, std::string_view token = {}) {
    return send(hub, asking(target, token));
}

inline json::value body_of(double_::answer const& answer) {
    return json::parse(*answer.body);
}

inline json::value get_json(double_::hub_state& hub, std::string_view target, std::string_view token = {}) {
    return body_of(get(hub, target, token));
}

/// One header of the answer, as text.
inline std::string header(double_::answer const& answer, std::string_view name) {
    return std::string(answer.header(name));
}

} // namespace modelwatch::test
