#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace modelwatch {

/// Whether the name or address means this host and nobody else can reach it: "localhost", 127.0.0.0/8 and ::1
/// in every spelling, IPv4-mapped ones too; with or without brackets. The program's only opinion on this.
[[nodiscard]] bool is_loopback_host(std::string_view host) noexcept;

/// An IPv4 or IPv6 address, the latter with or without brackets; no names, no shorthand such as 127.1.
[[nodiscard]] bool is_address(std::string_view host) noexcept;

/// "host:port" in two; the port is empty when there is none. An IPv6 host keeps its brackets.
[[nodiscard]] std::pair<std::string_view, std::string_view> split_host_port(std::string_view text) noexcept;

/// Whether only this host can reach what listens there: a loopback "host:port", "unix:/path", nothing.
[[nodiscard]] bool is_local_listen(std::string_view listen) noexcept;

/// A host's name with its domain, as RFC 5321 wants it: "mon.corp.example", not "mon".
[[nodiscard]] bool is_full_host_name(std::string_view name) noexcept;

/// An address in the form of RFC 5321 4.1.3: "[192.0.2.7]", "[IPv6:2001:db8::7]".
[[nodiscard]] bool is_address_literal(std::string_view text) noexcept;
[[nodiscard]] std::string address_literal(std::string_view address);

/// What a mail client may call itself (RFC 5321 4.1.1.1): the full name if there is one, else the address.
[[nodiscard]] std::string greeting_name(std::string_view host_name, std::string_view address);

} // namespace modelwatch
