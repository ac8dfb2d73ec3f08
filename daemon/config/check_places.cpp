// Checks of values that name a place on the network or in the world: URLs, listeners, mail servers, time
// zones.

#include "daemon/config/checks.hpp"
#include "daemon/model/host.hpp"
#include "daemon/model/text.hpp"

#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <optional>

namespace modelwatch::config {

namespace {

namespace urls = boost::urls;

/// Links are made of it and a path; channels refuse links beyond some 2000 bytes.
constexpr std::size_t longest_public_url = 500;

constexpr std::string_view secure_or_loopback =
    "must be an https:// URL (http:// is for loopback addresses only)";

std::optional<unsigned> port_of(std::string_view text) {
    unsigned port = 0;
    auto const [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || fault != std::errc{} || stop != text.data() + text.size() || port > 65535)
        return std::nullopt;
    return port;
}

/// A URL need not name a port; one that it names must be usable. Boost.URL does not mind 99999.
bool port_fits(urls::url_view const& url) {
    if (!url.has_port()) return true;
    auto const port = port_of(url.port());
    return port.has_value() && *port != 0;
}

/// Boost.URL 1.81 reads "http://127.0.0.1.example" as the address 127.0.0.1 and the path ".example".
bool host_is_whole(urls::url_view const& url) {
    auto const path = url.encoded_path();
    return !url.encoded_host().empty() && (path.empty() || path.front() == '/');
}

complaint check_web_address(std::string const& value, bool query_allowed) {
    auto const parsed = urls::parse_uri(value);
    if (!parsed) return {std::string{secure_or_loopback}, {}};
    auto const& url = *parsed;
    if (url.has_userinfo())
        return {"must not hold a user or password: secrets do not stand in this file", {}};
    bool const secure = url.scheme_id() == urls::scheme::https;
    bool const plain = url.scheme_id() == urls::scheme::http;
    if (!host_is_whole(url) || (!secure && !plain)) return {std::string{secure_or_loopback}, {}};
    if (plain && !is_loopback_host(url.encoded_host())) return {std::string{secure_or_loopback}, {}};
    if (!port_fits(url)) return {"must have a port between 1 and 65535", {}};
    if (url.has_fragment() || (url.has_query() && !query_allowed))
        return {"must be a URL without '?' and '#'", {}};
    return {};
}

bool is_host(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        return urls::parse_ipv6_address(host.substr(1, host.size() - 2)).has_value();
    }
    if (host.empty() || host.size() > 253 || host.front() == '-' || host.front() == '.') return false;
    return std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-';
    });
}

} // namespace

complaint check_endpoint(std::string& value) {
    while (value.ends_with('/'))
        value.pop_back();
    return check_web_address(value, false);
}

complaint check_url(std::string& value) {
    return check_web_address(value, true);
}

complaint check_public_url(std::string& value) {
    while (value.ends_with('/'))
        value.pop_back();
    if (value.empty()) return {};
    auto const parsed = urls::parse_uri(value);
    bool const web =
        parsed && (parsed->scheme_id() == urls::scheme::https || parsed->scheme_id() == urls::scheme::http);
    if (!web || !host_is_whole(*parsed) || value.size() > longest_public_url)
        return {R"(must be an http(s) URL, such as "https://modelwatch.corp.example")", {}};
    if (parsed->has_userinfo())
        return {"must not hold a user or password: everybody who gets a message reads it", {}};
    if (!port_fits(*parsed)) return {"must have a port between 1 and 65535", {}};
    if (parsed->has_query() || parsed->has_fragment()) return {"must be a URL without '?' and '#'", {}};
    return {};
}

complaint check_proxy(std::string& value) {
    while (value.ends_with('/'))
        value.pop_back();
    if (value.empty() || value == "none") return {};
    auto const parsed = urls::parse_uri(value);
    if (parsed && parsed->has_userinfo()) {
        return {
            "must not hold a user or password: secrets do not stand in this file (HTTPS_PROXY in the "
            "environment may "
            "hold one)",
            {}
        };
    }
    bool const fits = parsed && parsed->scheme_id() == urls::scheme::http &&
                      !parsed->encoded_host().empty() && parsed->encoded_path().empty() &&
                      !parsed->has_query() && !parsed->has_fragment() && port_fits(*parsed);
    if (fits) return {};
    return {"must be an address such as \"http://proxy.example:3128\", or \"none\"", {}};
}

complaint check_listen(std::string& value) {
    constexpr std::size_t longest_socket_path = 107; // sockaddr_un
    if (value.empty()) return {};
    if (value.starts_with("unix:")) {
        auto const path = std::string_view{value}.substr(5);
        if (path.size() > 1 && path.front() == '/' && path.size() <= longest_socket_path) return {};
        return {"must be \"unix:\" and an absolute path of at most 107 characters", {}};
    }
    auto const [host, port] = split_host_port(value);
    if (host.empty() && port_of(port)) {
        return {
            "must be \"address:port\"",
            fmt::format("; write \"0.0.0.0:{}\" for every address of this host", port)
        };
    }
    // A name other than this one would have to be looked up; the socket wants an address.
    bool const here = is_address(host) ? is_host(host) : lower(host) == "localhost";
    if (here && port_of(port)) return {};
    if (is_host(host) && port_of(port))
        return {R"(must be an address of this host and a port, such as "127.0.0.1:8417")", {}};
    return {R"(must be "address:port", "unix:/path" or "" for none)", {}};
}

complaint check_socket_mode(std::string& value) {
    auto const digits = std::string_view{value}.substr(value.starts_with('0') ? 1 : 0);
    bool const octal = digits.size() == 3 && digits.find_first_not_of("01234567") == std::string_view::npos;
    if (!octal) return {R"(must be an octal mode such as "0660" (the group may connect) or "0600")", {}};
    if (digits[0] < '6') return {"must let the service itself read and write: \"06..\"", {}};
    value = "0" + std::string{digits};
    return {};
}

complaint check_ehlo(std::string& value) {
    if (is_full_host_name(value) || is_address_literal(value)) return {};
    auto const hint =
        is_address(value) ? fmt::format("; write \"{}\"", address_literal(value)) : std::string{};
    return {
        R"(must be a full host name, such as "mon.corp.example", or an address such as "[192.0.2.7]")", hint
    };
}

complaint check_smtp(std::string& value) {
    if (value == "sendmail:" || (value.starts_with("sendmail:/") && value.size() > 10)) return {};
    std::string_view rest{value};
    bool const known = rest.starts_with("smtp://") || rest.starts_with("smtps://");
    if (known) rest.remove_prefix(rest.find("//") + 2);
    if (known && rest.ends_with('/')) rest.remove_suffix(1);
    if (known && rest.find('@') != std::string_view::npos) {
        return {"must not hold a user or password: write 'username' and 'password_file'", {}};
    }
    auto const [host, port] = split_host_port(rest);
    bool const port_fits = host.size() == rest.size() || (port_of(port) && port_of(port) != 0U);
    if (known && is_host(host) && port_fits) {
        value.resize(static_cast<std::size_t>(rest.data() + rest.size() - value.data()));
        return {};
    }
    return {
        R"(must be "smtp://host:port" (STARTTLS), "smtps://host:port", "sendmail:" or "sendmail:/path")", {}
    };
}

complaint check_timezone(std::string& value) {
    if (value == "UTC") return {}; // needs no database
    std::vector<std::string> names;
    try {
        for (auto const& zone : date::get_tzdb().zones)
            names.push_back(zone.name());
    } catch (std::exception const& failure) {
        return {fmt::format("needs this host's time zone database ({})", failure.what()), {}};
    }
    try {
        static_cast<void>(date::locate_zone(value)->get_info(date::sys_seconds{})
        ); // reads the zone's rules too
        return {};
    } catch (std::exception const&) {
        auto const near = nearest(std::string_view{value}.substr(0, 64), names);
        return {
            "must be a zone of the time zone database, such as \"Europe/Berlin\"",
            near ? fmt::format("; did you mean '{}'?", *near) : std::string{}
        };
    }
}

} // namespace modelwatch::config
