#include "daemon/net/request_text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::net {

namespace {

using namespace std::string_view_literals;

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        bool const alphanumeric = (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
        return alphanumeric || "!#$%&'*+-.^_`|~"sv.find(c) != std::string_view::npos;
    });
}

/// Visible characters, spaces, tabs and bytes over 127; above all no CR, LF or NUL.
bool is_field_value(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return c == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

constexpr std::array own_headers{
    "Host"sv,
    "Content-Length"sv,
    "Transfer-Encoding"sv,
    "Connection"sv,
    "TE"sv,
    "Upgrade"sv,
    "Expect"sv,
    "Proxy-Authorization"sv,
    "Proxy-Connection"sv
};

bool has(header_list const& headers, std::string_view name) noexcept {
    return std::ranges::any_of(headers, [name](auto const& field) { return same(field.first, name); });
}

void add(std::string& wire, std::string_view name, std::string_view value) {
    wire.append(name).append(": ").append(value).append("\r\n");
}

trouble invalid(std::string reason) {
    return {errc::invalid, std::move(reason), {}};
}

} // namespace

std::optional<trouble> check_request(http_request const& request) {
    if (!is_token(request.method) || request.method == "CONNECT") {
        return invalid("impossible method");
    }
    for (auto const& [name, value] : request.headers) {
        if (!is_token(name)) {
            return invalid("a header name with forbidden characters");
        }
        if (!is_field_value(value)) {
            return invalid("forbidden characters in the value of header " + name);
        }
        bool const own =
            std::ranges::any_of(own_headers, [&field = name](auto taken) { return same(field, taken); });
        if (own) {
            return invalid("header " + name + " is set by the transport itself");
        }
    }
    return std::nullopt;
}

std::string write_request(
    http_request const& request, web_url const& target, std::string_view user_agent, proxy_server const* proxy
) {
    auto const authority = target.authority();
    std::string wire;
    wire.reserve(512 + target.target.size() + request.body.size());
    wire.append(request.method).append(" ");
    if (proxy != nullptr) {
        wire.append("http://").append(authority);
    }
    wire.append(target.target).append(" HTTP/1.1\r\n");
    add(wire, "Host", authority);
    if (!has(request.headers, "User-Agent")) {
        add(wire, "User-Agent", user_agent);
    }
    if (!has(request.headers, "Accept-Encoding")) {
        add(wire, "Accept-Encoding", "identity");
    }
    if (proxy != nullptr && !proxy->authorization.empty()) {
        add(wire, "Proxy-Authorization", proxy->authorization);
    }
    for (auto const& [name, value] : request.headers) {
        add(wire, name, value);
    }
    bool const expects_body =
        request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (expects_body || !request.body.empty()) {
        add(wire, "Content-Length", std::to_string(request.body.size()));
    }
    wire.append("\r\n").append(request.body);
    return wire;
}

bool is_idempotent(std::string_view method) noexcept {
    constexpr std::array methods{"GET"sv, "HEAD"sv, "PUT"sv, "DELETE"sv, "OPTIONS"sv};
    return std::ranges::find(methods, method) != methods.end();
}

} // namespace modelwatch::net
