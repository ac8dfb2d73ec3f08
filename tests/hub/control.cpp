#include "tests/hub/bad_script.hpp"
#include "tests/hub/hub_state.hpp"

#include <boost/json/parse.hpp>

#include <charconv>

namespace modelwatch::hub_double {

namespace {

json::value body_of(request const& asked) {
    if (asked.body.empty()) return json::object{};
    boost::system::error_code failed;
    auto value = json::parse(asked.body, failed);
    if (failed) throw bad_script("the body is not JSON: " + failed.message());
    return value;
}

json::object object_of(request const& asked) {
    auto const value = body_of(asked);
    if (!value.is_object()) throw bad_script("the body must be an object");
    return value.get_object();
}

json::object request_item(seen_request const& one) {
    return {
        {"number", one.number},
        {"side", one.side},
        {"type", one.kind},
        {"method", one.method},
        {"target", one.target},
        {"host", one.host},
        {"user_agent", one.user_agent},
        {"has_authorization", one.has_authorization},
        {"token", one.token},
        {"token_leaked", one.token_leaked},
        {"if_none_match", one.if_none_match},
        {"fault", one.fault},
        {"status", one.status}
    };
}

json::object list_requests(hub_state& hub, request const& asked) {
    std::uint64_t after = 0;
    auto const since = asked.parameter("since");
    std::from_chars(since.data(), since.data() + since.size(), after);
    json::array made;
    for (auto const& one : hub.requests(after))
        made.push_back(request_item(one));
    return {{"requests", std::move(made)}};
}

json::object advance(hub_state& hub, request const& asked) {
    auto const wish = object_of(asked);
    json::array applied;
    auto const name = text_of(wish, "step");
    auto const count = wish.contains("count") ? wish.at("count").to_number<std::uint64_t>() : 1;
    for (std::uint64_t turn = 0; turn < (name.empty() ? count : 1); ++turn)
        applied.emplace_back(hub.advance(name));
    auto made = hub.describe();
    made["applied_now"] = std::move(applied);
    return made;
}

json::object change(hub_state& hub, request const& asked, std::string_view what) {
    if (what == "advance") return advance(hub, asked);
    if (what == "set")
        hub.apply(object_of(asked));
    else if (what == "faults")
        hub.add_faults(body_of(asked));
    else if (what == "reset")
        hub.reset();
    else
        throw bad_script("unknown: POST /__double/" + std::string(what));
    return hub.describe();
}

json::object look(hub_state& hub, request const& asked, std::string_view what) {
    if (what == "requests") return list_requests(hub, asked);
    if (what == "counters") return hub.counters();
    if (what == "faults") return {{"faults", hub.faults()}};
    if (what == "state") return hub.describe();
    throw bad_script("unknown: GET /__double/" + std::string(what));
}

json::object remove(hub_state& hub, std::string_view what) {
    if (what == "faults")
        hub.clear_faults();
    else if (what == "requests")
        hub.forget_requests();
    else
        throw bad_script("unknown: DELETE /__double/" + std::string(what));
    return hub.describe();
}

} // namespace

answer control(hub_state& hub, request const& asked) {
    try {
        auto const what =
            asked.path.size() == 2 && asked.path[0] == "__double" ? asked.path[1] : std::string();
        if (asked.method == "POST") return json_answer(change(hub, asked, what));
        if (asked.method == "DELETE") return json_answer(remove(hub, what));
        return json_answer(look(hub, asked, what));
    } catch (std::exception const& failure) { // a wrong order of the test; the hub is unchanged
        return error_answer(400, "", failure.what());
    }
}

} // namespace modelwatch::hub_double
