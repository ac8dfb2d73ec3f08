#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace modelwatch {

using sha256_digest = std::array<std::uint8_t, 32>;

[[nodiscard]] sha256_digest sha256(std::string_view bytes);
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
[[nodiscard]] std::string hmac_sha256_base64(std::string_view key, std::string_view bytes);

/// git's object id of a blob: SHA-1 of "blob <length>\0" and the bytes.
[[nodiscard]] std::string git_blob_id(std::string_view bytes);

/// The Hub's weak ETag of a JSON body: W/"<length in hex>-<27 characters of base64(SHA-1)>" (Express' form).
[[nodiscard]] std::string weak_etag(std::string_view body);

[[nodiscard]] std::string to_hex(std::span<std::uint8_t const> bytes);
[[nodiscard]] std::string base64(std::string_view bytes);
/// Standard or URL-safe alphabet, padding optional; empty result and false on anything else.
[[nodiscard]] bool from_base64(std::string_view text, std::string& bytes);

[[nodiscard]] bool is_hex(std::string_view text, std::size_t length) noexcept;

/// Equal or not, in a time that does not depend on where the first difference is.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right) noexcept;

/// A new RFC 9562 UUID version 7: sorts by time; unguessable.
[[nodiscard]] std::string new_uuid7(std::uint64_t unix_milliseconds);

} // namespace modelwatch
