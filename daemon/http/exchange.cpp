#include "daemon/http/exchange.hpp"

#include "daemon/model/json_read.hpp"

#include <boost/beast/http/status.hpp>

namespace modelwatch::http {

namespace {

std::string_view found(std::map<std::string, std::string> const& in, std::string const& name) {
    auto const at = in.find(name);
    return at == in.end() ? std::string_view{} : std::string_view{at->second};
}

} // namespace

std::string_view request::header(std::string const& lower_case_name) const {
    return found(headers, lower_case_name);
}

std::string_view request::asked(std::string const& name) const {
    return found(query, name);
}

response json_response(json::value const& body, unsigned status) {
    return {status, "application/json", to_line(body) + "\n"};
}

response refusal(unsigned status, std::string_view what, std::string_view hint) {
    json::object body{{"error", what}};
    if (!hint.empty()) body["hint"] = hint;
    return json_response(body, status);
}

std::string_view reason_of(unsigned status) noexcept {
    auto const text = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
    return {text.data(), text.size()};
}

} // namespace modelwatch::http
