#include "daemon/model/host.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <optional>

namespace modelwatch {

namespace {

/// inet_pton wants a terminated text; no address is longer.
using address_text = std::array<char, 64>;

bool copied(std::string_view text, address_text& to) noexcept {
    if (text.empty() || text.size() >= to.size() || text.find('\0') != std::string_view::npos) return false;
    to.fill('\0');
    std::copy(text.begin(), text.end(), to.begin());
    return true;
}

std::optional<in_addr> ipv4(std::string_view text) noexcept {
    address_text terminated;
    in_addr out{};
    if (!copied(text, terminated) || inet_pton(AF_INET, terminated.data(), &out) != 1) return std::nullopt;
    return out;
}

std::optional<in6_addr> ipv6(std::string_view text) noexcept {
    address_text terminated;
    in6_addr out{};
    if (!copied(text, terminated) || inet_pton(AF_INET6, terminated.data(), &out) != 1) return std::nullopt;
    return out;
}

std::string_view without_brackets(std::string_view host) noexcept {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
    return host;
}

bool is_bracketed(std::string_view host) noexcept {
    return host.starts_with('[');
}

bool is_loopback(in6_addr const& address) noexcept {
    if (IN6_IS_ADDR_V4MAPPED(&address)) return address.s6_addr[12] == 127;
    return IN6_IS_ADDR_LOOPBACK(&address);
}

bool is_localhost(std::string_view host) noexcept {
    constexpr std::string_view name = "localhost";
    if (host.ends_with('.')) host.remove_suffix(1);
    auto const same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
    return std::equal(host.begin(), host.end(), name.begin(), name.end(), same);
}

bool is_label(std::string_view label) noexcept {
    auto const fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), fits);
}

} // namespace

bool is_loopback_host(std::string_view host) noexcept {
    if (auto const address = ipv6(without_brackets(host))) return is_loopback(*address);
    if (is_bracketed(host)) return false;
    if (auto const address = ipv4(host)) return (ntohl(address->s_addr) >> 24) == 127;
    return is_localhost(host);
}

bool is_address(std::string_view host) noexcept {
    return ipv6(without_brackets(host)) || (!is_bracketed(host) && ipv4(host));
}

std::pair<std::string_view, std::string_view> split_host_port(std::string_view text) noexcept {
    auto const colon = text.rfind(':');
    auto const bracket = text.rfind(']');
    bool const has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (!has_port) return {text, {}};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

bool is_local_listen(std::string_view listen) noexcept {
    if (listen.empty() || listen.starts_with("unix:")) return true;
    return is_loopback_host(split_host_port(listen).first);
}

bool is_full_host_name(std::string_view name) noexcept {
    if (name.size() > 253 || ipv4(name)) return false;
    auto const labels = std::count(name.begin(), name.end(), '.') + 1;
    if (labels < 2) return false;
    for (;;) {
        auto const dot = name.find('.');
        auto const label = name.substr(0, dot);
        if (!is_label(label)) return false;
        if (dot == std::string_view::npos) { // a top-level domain is never a number
            return label.find_first_not_of("0123456789") != std::string_view::npos;
        }
        name.remove_prefix(dot + 1);
    }
}

bool is_address_literal(std::string_view text) noexcept {
    constexpr std::string_view tag = "ipv6:";
    if (text.size() < 3 || text.front() != '[' || text.back() != ']') return false;
    auto const inner = text.substr(1, text.size() - 2);
    if (inner.size() > tag.size() && lower(inner.substr(0, tag.size())) == tag)
        return ipv6(inner.substr(tag.size())).has_value();
    return ipv4(inner).has_value();
}

std::string address_literal(std::string_view address) {
    auto const plain = without_brackets(address);
    return (ipv6(plain) ? "[IPv6:" : "[") + std::string{plain} + "]";
}

std::string greeting_name(std::string_view host_name, std::string_view address) {
    if (host_name.ends_with('.')) host_name.remove_suffix(1);
    if (is_full_host_name(host_name)) return std::string{host_name};
    return address_literal(is_address(address) ? address : "127.0.0.1");
}

} // namespace modelwatch
