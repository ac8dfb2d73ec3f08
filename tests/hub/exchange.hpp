#pragma once

#include "daemon/model/json.hpp"
#include "tests/hub/world.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace modelwatch::hub_double {

using header_lines = std::vector<std::pair<std::string, std::string>>;

enum class side { api, cdn, control };

struct request {
    side at = side::api;
    std::string method;
    std::string target; ///< as it came
    std::string host;
    std::string scheme = "http";
    std::string authorization;
    bool has_authorization = false;
    std::string if_none_match;
    std::string range;
    std::string accept;
    std::string content_type;
    std::string user_agent;
    std::string body;

    std::vector<std::string> path; ///< decoded segments, by parse_target
    header_lines query;            ///< decoded, in order

    void parse_target();
    [[nodiscard]] std::string_view parameter(std::string_view name) const noexcept; ///< first value, or empty
    [[nodiscard]] bool flag(std::string_view name) const noexcept;                  ///< true or 1
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;        ///< of name and name[]
};

/// How an answer goes over the wire; everything but `whole` is a fault.
struct delivery {
    enum class way { whole, truncate, reset, drip, hang, huge, close };
    way how = way::whole;
    std::chrono::milliseconds pace{10}; ///< between two bytes of a drip
    std::uint64_t size = 100u << 20;    ///< bytes of a huge body
};

struct answer {
    unsigned status = 200;
    header_lines headers; ///< all but Date, Content-Length, Connection, request id and rate limit
    std::shared_ptr<std::string const> body = std::make_shared<std::string const>();
    file_ptr source; ///< when set the body is `length` bytes of it from `offset`, made while sending
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    delivery how;
    bool may_be_kept = true; ///< the same request gets the same answer until the world changes
    std::string head;        ///< `headers` as text, once sealed

    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
    void set(std::string_view name, std::string_view value); ///< replaces

    [[nodiscard]] std::uint64_t body_size() const noexcept { return source ? length : body->size(); }

    void seal();
};

using answer_ptr = std::shared_ptr<answer const>;

/// What an endpoint may look at.
struct context {
    world const& hub;
    request const& asked;
    token const* who = nullptr; ///< a valid token's owner
    bool bad_token = false;     ///< a token came, and it is unknown or revoked
    std::string cdn_origin;

    [[nodiscard]] std::string origin() const; ///< "https://127.0.0.1:1234", for absolute links
};

[[nodiscard]] answer json_answer(json::value const& value);
[[nodiscard]] answer text_answer(unsigned status, std::string body);
/// {"error": message} with X-Error-Code (if any) and X-Error-Message.
[[nodiscard]] answer error_answer(unsigned status, std::string_view code, std::string_view message);
[[nodiscard]] answer redirect_answer(unsigned status, std::string const& location);
[[nodiscard]] std::string_view reason_phrase(unsigned status) noexcept;

[[nodiscard]] std::string percent_encoded(std::string_view text, bool keep_slash = false);
[[nodiscard]] std::string percent_decoded(std::string_view text, bool plus_is_blank = false);
[[nodiscard]] header_lines parse_query(std::string_view text);

/// The opaque page marks of listing and tree.
[[nodiscard]] std::string to_cursor(std::size_t offset);
[[nodiscard]] std::optional<std::size_t> from_cursor(std::string_view cursor);

} // namespace modelwatch::hub_double
