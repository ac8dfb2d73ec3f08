#include "tests/hub/faults.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"
#include "tests/hub/bad_script.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace modelwatch::hub_double {

namespace {

std::uint64_t number(json::object const& spec, std::string_view key, std::uint64_t otherwise) {
    auto const found = spec.if_contains(key);
    if (found == nullptr) return otherwise;
    if (!found->is_int64() || found->get_int64() < 0)
        throw bad_script("fault: " + std::string(key) + " must be a whole number");
    return static_cast<std::uint64_t>(found->get_int64());
}

std::string http_date(std::chrono::seconds from_now) {
    auto const when = std::chrono::system_clock::now() + from_now;
    return fmt::format(
        "{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(when))
    );
}

/// Every member keeps its name and gets a type that it must not have.
json::value other_type(json::value const& value) {
    if (value.is_string()) return 12345;
    if (value.is_number()) return "many";
    if (value.is_bool()) return "yes";
    if (value.is_array()) return json::object{{"0", "not an array"}};
    if (value.is_object()) return json::array{"not an object"};
    return 0;
}

json::value wrongly_typed(json::value const& value) {
    if (value.is_array()) {
        json::array made;
        for (auto const& item : value.get_array())
            made.push_back(item.is_object() ? wrongly_typed(item) : other_type(item));
        return made;
    }
    if (!value.is_object()) return other_type(value);
    json::object made;
    for (auto const& [key, item] : value.get_object())
        made[key] = other_type(item);
    return made;
}

void replace_body(answer& in, std::string body) {
    in.body = std::make_shared<std::string const>(std::move(body));
    in.source = nullptr;
    if (!in.header("ETag").empty()) in.set("ETag", weak_etag(*in.body));
}

void add_retry_after(answer& to, json::object const& spec) {
    auto const wish = spec.if_contains("retry_after");
    if (wish == nullptr) return;
    if (wish->is_int64()) to.set("Retry-After", std::to_string(wish->get_int64()));
    if (wish->is_string())
        to.set(
            "Retry-After",
            wish->get_string() == "date" ? http_date(std::chrono::seconds(number(spec, "retry_in", 5)))
                                         : std::string(wish->get_string())
        );
}

answer status_answer(json::object const& spec) {
    auto const status = static_cast<unsigned>(number(spec, "status", 503));
    auto made = error_answer(status, text_of(spec, "error_code"), reason_phrase(status));
    if (status == 401) made = error_answer(401, "", "Invalid credentials in Authorization header");
    if (auto const body = spec.if_contains("body"))
        replace_body(made, body->is_string() ? std::string(body->get_string()) : json::serialize(*body));
    add_retry_after(made, spec);
    if (auto const headers = spec.if_contains("headers"))
        for (auto const& [name, value] : headers->as_object())
            made.set(name, std::string_view(value.as_string()));
    return made;
}

answer html_answer() {
    auto made = text_answer(200, "<!doctype html><title>Just a moment</title><p>Checking your browser</p>\n");
    made.set("Content-Type", "text/html; charset=utf-8");
    return made;
}

answer loop_answer(request const& asked) {
    auto const plain = asked.target.substr(0, asked.target.find('?'));
    auto const turn = asked.parameter("turn");
    return redirect_answer(307, plain + (turn == "1" ? "?turn=2" : "?turn=1"));
}

delivery::way way_of(std::string_view kind) {
    if (kind == "truncate") return delivery::way::truncate;
    if (kind == "reset") return delivery::way::reset;
    if (kind == "drip") return delivery::way::drip;
    if (kind == "hang") return delivery::way::hang;
    if (kind == "huge") return delivery::way::huge;
    if (kind == "close_before_answer") return delivery::way::close;
    return delivery::way::whole;
}

bool matches(json::object const& spec, request const& asked, place const& at) {
    auto const type = text_of(spec, "type");
    if (!type.empty() && type != "any" && type != at.kind) return false;
    auto const method = text_of(spec, "method");
    if (!method.empty() && method != asked.method) return false;
    auto const wanted = text_of(spec, "repo");
    if (!wanted.empty() && lower(wanted) != lower(at.repo)) return false;
    auto const path = text_of(spec, "path");
    if (!path.empty() && !glob_match(path, at.path)) return false;
    return !spec.contains("page") || number(spec, "page", 1) == at.page;
}

} // namespace

fault read_fault(json::object const& spec) {
    static constexpr std::string_view kinds[] = {
        "status",
        "html",
        "wrong_types",
        "garbage",
        "truncate",
        "reset",
        "drip",
        "hang",
        "huge",
        "redirect_loop",
        "redirect_host",
        "close_before_answer",
        "tree_page_2"
    };
    fault made{spec, std::string(text_of(spec, "kind"))};
    if (std::find(std::begin(kinds), std::end(kinds), made.kind) == std::end(kinds))
        throw bad_script("fault: unknown kind \"" + made.kind + "\"");
    if (made.kind == "tree_page_2") {
        made.kind = "status";
        made.spec["type"] = "tree";
        made.spec["page"] = 2;
        if (!made.spec.contains("status")) made.spec["status"] = 504;
    }
    for (auto const* key : {"status", "page", "nth", "count", "every_ms", "size"})
        static_cast<void>(number(made.spec, key, 0));
    return made;
}

fault const* fault_list::due(request const& asked, place const& at) {
    for (auto& one : faults_) {
        if (!matches(one.spec, asked, at)) continue;
        ++one.matched;
        auto const count = number(one.spec, "count", 0);
        if (one.matched < number(one.spec, "nth", 1) || (count > 0 && one.fired >= count)) continue;
        ++one.fired;
        return &one;
    }
    return nullptr;
}

json::array fault_list::describe() const {
    json::array made;
    for (auto const& one : faults_)
        made.push_back(json::object{{"fault", one.spec}, {"matched", one.matched}, {"fired", one.fired}});
    return made;
}

answer spoiled(fault const& by, context const& of, answer truth) {
    auto made = std::move(truth);
    if (by.kind == "status") made = status_answer(by.spec);
    if (by.kind == "html") made = html_answer();
    if (by.kind == "garbage") replace_body(made, made.body->substr(0, made.body->size() / 2) + "\xff{");
    if (by.kind == "redirect_loop") made = loop_answer(of.asked);
    if (by.kind == "redirect_host")
        made = redirect_answer(307, std::string(text_of(by.spec, "to")) + of.asked.target);
    if (by.kind == "wrong_types") {
        boost::system::error_code failed;
        auto const value = json::parse(*made.body, failed);
        if (!failed) replace_body(made, json::serialize(wrongly_typed(value)));
    }
    made.how.how = way_of(by.kind);
    made.how.pace = std::chrono::milliseconds(number(by.spec, "every_ms", 10));
    made.how.size = number(by.spec, "size", 100u << 20);
    if (made.how.how == delivery::way::huge) {
        made = answer{json_answer(json::array{})};
        made.how = {delivery::way::huge, {}, number(by.spec, "size", 100u << 20)};
    }
    made.may_be_kept = false;
    return made;
}

} // namespace modelwatch::hub_double
