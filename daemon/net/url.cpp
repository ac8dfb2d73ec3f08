#include "daemon/net/url.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <optional>

namespace modelwatch::net {

namespace {

namespace asio = boost::asio;
namespace urls = boost::urls;

constexpr std::size_t longest_url = 16u << 10;

trouble unusable(std::string reason) {
    return {errc::invalid, std::move(reason), "check the URL in the configuration"};
}

std::string to_lower(std::string_view text) {
    std::string lowered{text};
    std::ranges::transform(lowered, lowered.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lowered;
}

std::optional<asio::ip::address> numeric(std::string_view host) noexcept {
    boost::system::error_code failure;
    // make_address wants a terminated string, and no numeric address is longer than this.
    if (host.size() > 64) {
        return std::nullopt;
    }
    auto const address = asio::ip::make_address(std::string{host}.c_str(), failure);
    return failure ? std::nullopt : std::optional{address};
}

boost::system::result<std::string, trouble> read_host(urls::url_view const& url) {
    auto const address = url.encoded_host_address(); // an IPv6 address comes without its brackets
    std::string_view encoded{address.data(), address.size()};
    if (url.host_type() == urls::host_type::ipvfuture) {
        return unusable("unknown kind of IP address");
    }
    if (encoded.find('%') != std::string_view::npos) {
        return unusable("escapes in the host name");
    }
    if (encoded.ends_with('.')) {
        encoded.remove_suffix(1);
    }
    if (encoded.empty() || encoded.size() > 253) {
        return unusable("no usable host name");
    }
    return to_lower(encoded);
}

} // namespace

std::string join_host_port(std::string_view host, std::uint16_t port) {
    std::string joined;
    bool const bracket = host.find(':') != std::string_view::npos;
    joined.append(bracket ? "[" : "").append(host).append(bracket ? "]:" : ":").append(std::to_string(port));
    return joined;
}

std::string web_url::host_and_port() const {
    return join_host_port(host, port);
}

std::string web_url::authority() const {
    auto full = host_and_port();
    if (port == default_port()) {
        full.resize(full.rfind(':'));
    }
    return full;
}

std::string_view web_url::path() const noexcept {
    return std::string_view{target}.substr(0, target.find('?'));
}

boost::system::result<web_url, trouble> parse_web_url(std::string_view text) {
    if (text.size() > longest_url) {
        return unusable("the URL is longer than 16 KiB");
    }
    auto const parsed = urls::parse_uri({text.data(), text.size()});
    if (!parsed) {
        return unusable("not an absolute URL");
    }
    auto const& url = *parsed;
    bool const tls = url.scheme_id() == urls::scheme::https;
    if (!tls && url.scheme_id() != urls::scheme::http) {
        return unusable("neither http:// nor https://");
    }
    if (url.has_userinfo()) {
        return unusable("user or password inside the URL");
    }
    auto host = read_host(url);
    if (!host) {
        return host.error();
    }
    web_url result;
    result.tls = tls;
    result.host = std::move(*host);
    result.port = result.default_port();
    if (url.has_port() && !url.port().empty()) {
        result.port = url.port_number();
        if (result.port == 0) {
            return unusable("impossible port number");
        } // what Boost.URL says on overflow
    }
    auto const path = url.encoded_path();
    result.target.assign(path.data(), path.size());
    if (result.target.empty()) {
        result.target = "/";
    }
    if (url.has_query()) {
        auto const query = url.encoded_query();
        result.target.append("?").append(query.data(), query.size());
    }
    return result;
}

bool is_numeric_host(std::string_view host) noexcept {
    return numeric(host).has_value();
}

} // namespace modelwatch::net
