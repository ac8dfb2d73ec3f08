#pragma once

#include "daemon/model/json.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace modelwatch::http {

/// One request as a handler sees it: bounded, decoded, complete.
struct request {
    std::string method;
    std::vector<std::string> path;            ///< decoded segments of the target: "/api/v1" -> {"api", "v1"}
    std::map<std::string, std::string> query; ///< decoded
    std::map<std::string, std::string> headers; ///< by lower-case name
    std::string body;

    [[nodiscard]] std::string_view header(std::string const& lower_case_name) const;
    [[nodiscard]] std::string_view asked(std::string const& name) const; ///< query value; empty: not given
};

struct response {
    unsigned status = 200;
    std::string type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers = {};
};

[[nodiscard]] response json_response(json::value const& body, unsigned status = 200);

/// `{"error": "…", "hint": "…"}`: every refusal has this body, and no text of the request in it.
[[nodiscard]] response refusal(unsigned status, std::string_view what, std::string_view hint = {});

[[nodiscard]] std::string_view reason_of(unsigned status) noexcept;

} // namespace modelwatch::http
