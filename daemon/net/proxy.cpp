#include "daemon/net/proxy.hpp"

#include "daemon/model/host.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <vector>

namespace modelwatch::net {

namespace {

namespace asio = boost::asio;
namespace urls = boost::urls;

std::string first_set(char const* upper, char const* lower) {
    for (auto const* name : {upper, lower}) {
        auto const* value = std::getenv(name);
        if (value != nullptr && *value != '\0') {
            return value;
        }
    }
    return {};
}

std::string base64(std::string const& text) {
    std::vector<unsigned char> encoded(text.size() / 3 * 4 + 5);
    std::vector<unsigned char> const plain(text.begin(), text.end());
    auto const length = EVP_EncodeBlock(encoded.data(), plain.data(), static_cast<int>(plain.size()));
    return {encoded.begin(), encoded.begin() + length};
}

trouble unusable(std::string_view source, std::string_view why) {
    std::string reason{"the proxy in "};
    reason.append(source).append(" cannot be used: ").append(why);
    return {errc::invalid, std::move(reason), "write it as http://[user:password@]host:port, or \"none\""};
}

boost::system::result<proxy_server, trouble> read_proxy(std::string const& text, std::string_view source) {
    auto const full = text.find("://") == std::string::npos ? "http://" + text : text;
    auto const parsed = urls::parse_uri({full.data(), full.size()});
    if (!parsed || full.size() > 2048) {
        return unusable(source, "not a URL");
    }
    auto const& url = *parsed;
    if (url.scheme_id() != urls::scheme::http) {
        return unusable(source, "only http:// proxies are known");
    }
    proxy_server proxy;
    auto const host = url.encoded_host_address();
    proxy.host.assign(host.data(), host.size());
    std::ranges::transform(proxy.host, proxy.host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (proxy.host.empty()) {
        return unusable(source, "no host");
    }
    if (url.has_port() && !url.port().empty()) {
        proxy.port = url.port_number();
    }
    if (proxy.port == 0) {
        return unusable(source, "impossible port number");
    }
    if (url.has_userinfo()) {
        proxy.authorization = "Basic " + base64(url.user() + ":" + url.password());
    }
    return proxy;
}

/// Splits ":port" off an entry; an IPv6 address has its colons in brackets when a port follows.
std::string_view without_port(std::string_view entry, std::optional<std::uint16_t>& port) {
    auto const colon = entry.rfind(':');
    bool const bracketed = entry.starts_with('[');
    if (colon != std::string_view::npos && (bracketed ? entry[colon - 1] == ']' : entry.find(':') == colon)) {
        std::uint16_t value = 0;
        auto const digits = entry.substr(colon + 1);
        auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (read.ec == std::errc{} && read.ptr == digits.data() + digits.size()) {
            port = value;
        }
        entry = entry.substr(0, colon);
    }
    if (entry.starts_with('[') && entry.ends_with(']')) {
        entry = entry.substr(1, entry.size() - 2);
    }
    return entry;
}

bool in_network(asio::ip::address const& address, std::string const& network) {
    boost::system::error_code failure;
    if (address.is_v4()) {
        auto const net = asio::ip::make_network_v4(network, failure);
        return !failure &&
               asio::ip::make_network_v4(address.to_v4(), net.prefix_length()).canonical() == net.canonical();
    }
    auto const net = asio::ip::make_network_v6(network, failure);
    return !failure &&
           asio::ip::make_network_v6(address.to_v6(), net.prefix_length()).canonical() == net.canonical();
}

bool exempts(std::string_view entry, web_url const& target) {
    if (entry == "*") {
        return true;
    }
    std::optional<std::uint16_t> port;
    bool const network = entry.find('/') != std::string_view::npos;
    if (!network) {
        entry = without_port(entry, port);
    }
    if (port && *port != target.port) {
        return false;
    }

    boost::system::error_code not_an_address;
    auto const address = asio::ip::make_address(target.host, not_an_address);
    if (!not_an_address) {
        if (network) {
            return in_network(address, std::string{entry});
        }
        boost::system::error_code failure;
        return address == asio::ip::make_address(std::string{entry}, failure) && !failure;
    }
    if (entry.starts_with("*.")) {
        entry.remove_prefix(1);
    }
    if (entry.starts_with('.')) {
        entry.remove_prefix(1);
    }
    std::string_view const host = target.host;
    if (entry.empty() || host.size() < entry.size()) {
        return false;
    }
    bool const same_end =
        std::ranges::equal(host.substr(host.size() - entry.size()), entry, [](char h, char e) {
            return h == (e >= 'A' && e <= 'Z' ? static_cast<char>(e - 'A' + 'a') : e);
        });
    return same_end && (host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.');
}

} // namespace

proxy_environment proxy_environment::read() {
    return {
        first_set("HTTPS_PROXY", "https_proxy"),
        first_set("HTTP_PROXY", "http_proxy"),
        first_set("NO_PROXY", "no_proxy")
    };
}

bool bypasses_proxy(std::string_view no_proxy, web_url const& target) {
    while (!no_proxy.empty()) {
        auto const end = no_proxy.find_first_of(", \t");
        auto const entry = no_proxy.substr(0, end);
        if (!entry.empty() && exempts(entry, target)) {
            return true;
        }
        no_proxy.remove_prefix(end == std::string_view::npos ? no_proxy.size() : end + 1);
    }
    return false;
}

boost::system::result<std::optional<proxy_server>, trouble>
choose_proxy(std::string const& configured, web_url const& target, proxy_environment const& environment) {
    if (configured == "none") {
        return std::optional<proxy_server>{};
    }
    if (!configured.empty()) {
        auto proxy = read_proxy(configured, "the configuration");
        if (!proxy) {
            return proxy.error();
        }
        return std::optional{std::move(*proxy)};
    }
    auto const& from_environment = target.tls ? environment.https : environment.http;
    if (from_environment.empty() || is_loopback_host(target.host) ||
        bypasses_proxy(environment.none, target)) {
        return std::optional<proxy_server>{};
    }
    auto proxy = read_proxy(from_environment, target.tls ? "HTTPS_PROXY" : "HTTP_PROXY");
    if (!proxy) {
        return proxy.error();
    }
    proxy->from_environment = true;
    return std::optional{std::move(*proxy)};
}

} // namespace modelwatch::net
