#include "daemon/model/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdio>
#include <initializer_list>
#include <stdexcept>

namespace modelwatch {

namespace {

template <std::size_t Size>
std::array<std::uint8_t, Size> hash_of(EVP_MD const* kind, std::initializer_list<std::string_view> parts) {
    std::array<std::uint8_t, Size> out{};
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    bool good = context != nullptr && EVP_DigestInit_ex(context, kind, nullptr) == 1;
    for (auto const part : parts)
        good = good && EVP_DigestUpdate(context, part.data(), part.size()) == 1;
    good = good && EVP_DigestFinal_ex(context, out.data(), nullptr) == 1;
    EVP_MD_CTX_free(context);
    if (!good) throw std::runtime_error("OpenSSL could not compute a hash");
    return out;
}

std::string as_text(std::span<std::uint8_t const> bytes) {
    return {bytes.begin(), bytes.end()};
}

/// Value of one base64 digit in either alphabet, or -1.
int base64_digit(char c) noexcept {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

} // namespace

sha256_digest sha256(std::string_view bytes) {
    return hash_of<32>(EVP_sha256(), {bytes});
}

std::string sha256_hex(std::string_view bytes) {
    return to_hex(sha256(bytes));
}

std::string hmac_sha256_base64(std::string_view key, std::string_view bytes) {
    std::array<std::uint8_t, 32> out{};
    unsigned length = 0;
    auto const* const done = HMAC(
        EVP_sha256(),
        key.data(),
        static_cast<int>(key.size()),
        reinterpret_cast<unsigned char const*>(bytes.data()),
        bytes.size(),
        out.data(),
        &length
    );
    if (done == nullptr || length != out.size())
        throw std::runtime_error("OpenSSL could not compute an HMAC");
    return base64(as_text(out));
}

std::string git_blob_id(std::string_view bytes) {
    auto const head = "blob " + std::to_string(bytes.size());
    return to_hex(hash_of<20>(EVP_sha1(), {head, std::string_view{"\0", 1}, bytes}));
}

std::string weak_etag(std::string_view body) {
    auto const hash = base64(as_text(hash_of<20>(EVP_sha1(), {body})));
    std::array<char, 17> length{};
    std::snprintf(length.data(), length.size(), "%zx", body.size());
    return "W/\"" + std::string{length.data()} + "-" + hash.substr(0, 27) + "\"";
}

std::string to_hex(std::span<std::uint8_t const> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (auto const byte : bytes) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::string base64(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    auto const length = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<unsigned char const*>(bytes.data()),
        static_cast<int>(bytes.size())
    );
    out.resize(static_cast<std::size_t>(length));
    return out;
}

bool from_base64(std::string_view text, std::string& bytes) {
    bytes.clear();
    while (!text.empty() && text.back() == '=')
        text.remove_suffix(1);
    if (text.size() % 4 == 1) return false;
    unsigned pending = 0;
    int bits = 0;
    for (char const c : text) {
        int const digit = base64_digit(c);
        if (digit < 0) {
            bytes.clear();
            return false;
        }
        pending = (pending << 6 | static_cast<unsigned>(digit)) & 0xffffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(pending >> bits & 0xff);
        }
    }
    return true;
}

bool is_hex(std::string_view text, std::size_t length) noexcept {
    auto const digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return text.size() == length && std::all_of(text.begin(), text.end(), digit);
}

bool equal_in_constant_time(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string new_uuid7(std::uint64_t unix_milliseconds) {
    std::array<std::uint8_t, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("OpenSSL has no random numbers");
    }
    for (std::size_t i = 0; i < 6; ++i)
        bytes[i] = static_cast<std::uint8_t>(unix_milliseconds >> (40 - 8 * i));
    bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0f));
    bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));
    auto text = to_hex(bytes);
    for (std::size_t const at : {20u, 16u, 12u, 8u})
        text.insert(at, 1, '-');
    return text;
}

} // namespace modelwatch
