#include "daemon/model/digest.hpp"
#include "storage/tables.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace modelwatch::storage {

namespace {

/// A narrow key for the look-up index. Whoever finds a row by it compares the whole row too.
std::int64_t short_digest(std::string_view bytes) {
    auto const digest = sha256(bytes);
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < 8; ++i)
        key = key << 8 | digest[i];
    return static_cast<std::int64_t>(key);
}

std::int64_t save_file(connection& db, file_entry const& file) {
    auto const digest =
        short_digest(fmt::format("{}\n{}\n{}\n{}", file.path, file.size, file.oid, file.sha256));
    auto const sha256_value =
        file.sha256.empty() ? std::optional<hash_text>{} : std::optional<hash_text>{hash_text{file.sha256}};
    {
        query found{
            db,
            "SELECT id FROM file WHERE digest = ? AND path = ? AND size = ? AND oid = ? AND sha256 IS ?",
            digest,
            file.path,
            file.size,
            hash_text{file.oid},
            sha256_value
        };
        if (found.step()) return found.integer();
    }
    return query{
        db,
        "INSERT INTO file (digest, path, size, oid, sha256) VALUES (?, ?, ?, ?, ?)",
        digest,
        file.path,
        file.size,
        hash_text{file.oid},
        sha256_value
    }
        .insert();
}

void append_varint(std::string& bytes, std::uint64_t value) {
    while (value >= 0x80) {
        bytes.push_back(static_cast<char>(0x80 | (value & 0x7f)));
        value >>= 7;
    }
    bytes.push_back(static_cast<char>(value));
}

std::uint64_t take_varint(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (bytes.empty()) break;
        auto const byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7fU} << shift;
        if (byte < 0x80) return value;
    }
    throw std::runtime_error("a file set is damaged");
}

/// Files of one repo are mostly stored one after the other: the differences of their ids take one byte each.
std::string pack_ids(std::vector<std::int64_t> const& ids) {
    std::string bytes;
    bytes.reserve(ids.size() + 8);
    std::int64_t last = 0;
    for (auto const id : ids) {
        auto const step = id - last;
        append_varint(
            bytes, (static_cast<std::uint64_t>(step) << 1) ^ static_cast<std::uint64_t>(step >> 63)
        );
        last = id;
    }
    return bytes;
}

} // namespace

std::vector<std::int64_t> unpack_ids(std::string_view bytes) {
    std::vector<std::int64_t> ids;
    ids.reserve(bytes.size());
    std::uint64_t last = 0; // unsigned: damaged bytes may wrap around, and are then not found
    while (!bytes.empty()) {
        auto const folded = take_varint(bytes);
        last += (folded >> 1) ^ (~(folded & 1) + 1);
        ids.push_back(static_cast<std::int64_t>(last));
    }
    return ids;
}

std::int64_t save_file_set(connection& db, std::vector<file_entry> const& files) {
    std::vector<std::int64_t> ids;
    ids.reserve(files.size());
    for (auto const& file : files)
        ids.push_back(save_file(db, file));
    blob const packed{pack_ids(ids)};
    auto const digest = short_digest(packed.bytes);
    {
        query found{db, "SELECT id FROM file_set WHERE digest = ? AND files = ?", digest, packed};
        if (found.step()) return found.integer();
    }
    return query{db, "INSERT INTO file_set (digest, files) VALUES (?, ?)", digest, packed}.insert();
}

std::vector<file_entry> load_file_set(connection& db, std::int64_t id) {
    std::string packed;
    {
        query found{db, "SELECT files FROM file_set WHERE id = ?", id};
        if (!found.step()) throw std::runtime_error("a file set is missing");
        packed = found.text();
    }
    std::vector<file_entry> files;
    auto const ids = unpack_ids(packed);
    files.reserve(ids.size());
    for (auto const file : ids) {
        query row{db, "SELECT path, size, oid, sha256 FROM file WHERE id = ?", file};
        if (!row.step()) throw std::runtime_error("a file of a file set is missing");
        file_entry entry;
        entry.path = row.text();
        entry.size = static_cast<std::uint64_t>(row.integer());
        entry.oid = row.hash();
        entry.sha256 = row.hash();
        files.push_back(std::move(entry));
    }
    return files;
}

} // namespace modelwatch::storage
