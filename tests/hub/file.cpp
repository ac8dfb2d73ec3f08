#include "tests/hub/file.hpp"

#include "daemon/model/digest.hpp"
#include "tests/hub/bad_script.hpp"
#include "tests/hub/git_object.hpp"
#include "tests/hub/weights.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace modelwatch::hub_double {

namespace {

/// Up to this size a hash that the timeline leaves out is computed from the bytes that will be served.
constexpr std::uint64_t hash_limit = 64u << 20;

[[noreturn]] void refuse(std::string_view path, std::string_view why) {
    throw bad_script("file " + std::string(path) + ": " + std::string(why));
}

/// splitmix64: any eight bytes of a file can be made without those before them.
std::uint64_t mixed(std::uint64_t value) noexcept {
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

/// `length` made bytes from `place`. Binary ones come in words of eight; text has lines of 72.
void fill(std::uint64_t seed, std::uint64_t place, char* to, std::size_t length, bool printable) {
    while (length > 0) {
        auto const word = mixed(seed ^ (place / 8));
        auto const skip = static_cast<std::size_t>(place % 8);
        auto const count = std::min<std::size_t>(8 - skip, length);
        std::array<char, 8> bytes{};
        std::memcpy(bytes.data(), &word, bytes.size());
        if (printable)
            for (std::size_t at = 0; at < bytes.size(); ++at)
                bytes[at] = (place - skip + at) % 72 == 71
                                ? '\n'
                                : static_cast<char>('a' + static_cast<std::uint8_t>(bytes[at]) % 26);
        std::memcpy(to, bytes.data() + skip, count);
        to += count;
        place += count;
        length -= count;
    }
}

std::uint64_t seed_of(std::string_view text) {
    auto const digest = sha256(text);
    std::uint64_t seed = 0;
    for (std::size_t at = 0; at < 8; ++at)
        seed = seed << 8 | digest[at];
    return seed;
}

std::string decoded(std::string_view path, json::value const& text) {
    std::string bytes;
    if (!text.is_string() || !from_base64(text.get_string(), bytes))
        refuse(path, "bytes_base64 is not base64");
    return bytes;
}

void make_lfs(file& made, std::string sha256) {
    auto const pointer = lfs_pointer(sha256, made.size);
    made.oid = git_blob_id(pointer);
    made.lfs = lfs_facts{std::move(sha256), pointer.size()};
}

void take_bytes(file& made, std::string bytes, bool lfs) {
    made.size = bytes.size();
    made.head = std::move(bytes);
    if (lfs)
        make_lfs(made, sha256_hex(made.head));
    else
        made.oid = git_blob_id(made.head);
}

void take_declaration(file& made, std::string_view path, json::object const& spec) {
    auto const size = spec.if_contains("size");
    if (size == nullptr || !size->is_number()) refuse(path, "needs text, bytes_base64 or size");
    made.size = size->to_number<std::uint64_t>();
    auto const sha = text_of(spec, "sha256");
    auto const oid = text_of(spec, "oid");
    auto const salt = text_of(spec, "seed");
    made.seed =
        seed_of(std::string(sha.empty() ? path : sha) + std::to_string(made.size) + std::string(salt));
    if (text_of(spec, "content") != "random" && oid.empty()) {
        auto parts = framing(path, made.size, spec);
        made.head = std::move(parts.head);
        made.tail = std::move(parts.tail);
    }
    if (!oid.empty() && sha.empty()) {
        if (!is_hex(oid, 40)) refuse(path, "oid is not 40 hex digits");
        made.oid = oid;
        made.is_text = true;
        return;
    }
    if (!sha.empty() && !is_hex(sha, 64)) refuse(path, "sha256 is not 64 hex digits");
    if (!sha.empty()) return make_lfs(made, std::string(sha));
    if (made.size <= hash_limit)
        return make_lfs(made, sha256_hex(made.read(0, static_cast<std::size_t>(made.size))));
    make_lfs(made, sha256_hex("invented " + std::to_string(made.seed)));
}

} // namespace

std::string file::read(std::uint64_t offset, std::size_t length) const {
    std::string bytes(length, '\0');
    auto const tail_at = size - tail.size();
    std::size_t made = 0;
    if (offset < head.size()) {
        made = std::min<std::size_t>(length, head.size() - static_cast<std::size_t>(offset));
        bytes.replace(0, made, head, static_cast<std::size_t>(offset), made);
    }
    if (made < length && offset + made < tail_at) {
        auto const count =
            static_cast<std::size_t>(std::min<std::uint64_t>(length - made, tail_at - offset - made));
        fill(seed, offset + made, bytes.data() + made, count, is_text);
        made += count;
    }
    for (; made < length; ++made)
        bytes[made] = tail[static_cast<std::size_t>(offset + made - tail_at)];
    return bytes;
}

std::string file::git_text() const {
    return lfs ? lfs_pointer(lfs->sha256, size) : read(0, static_cast<std::size_t>(size));
}

std::string const& file::content_hash() const noexcept {
    return lfs ? lfs->sha256 : oid;
}

file_ptr make_file(std::string_view path, json::value const& spec) {
    if (path.empty() || path.front() == '/' || path.find("//") != std::string_view::npos)
        refuse(path, "a path is relative and has no empty part");
    if (!spec.is_object()) refuse(path, "must be an object, or null to delete");
    auto const& facts = spec.get_object();
    auto made = std::make_shared<file>();
    auto const flag = facts.if_contains("lfs");
    auto const lfs = flag != nullptr && flag->is_bool() ? flag->get_bool() : false;
    if (auto const text = facts.if_contains("text"); text != nullptr && text->is_string())
        take_bytes(*made, std::string(text->get_string()), lfs);
    else if (auto const raw = facts.if_contains("bytes_base64"))
        take_bytes(*made, decoded(path, *raw), flag != nullptr ? lfs : is_weights(path));
    else
        take_declaration(*made, path, facts);
    if (made->lfs) {
        auto const given = text_of(facts, "xet");
        made->xet_hash = given.empty() ? sha256_hex("xet " + made->lfs->sha256) : std::string(given);
    }
    return made;
}

} // namespace modelwatch::hub_double
