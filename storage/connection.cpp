#include "storage/connection.hpp"

#include "daemon/model/digest.hpp"
#include "storage/store.hpp"

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <sqlite3.h>
#include <sys/statvfs.h>

namespace modelwatch::storage {

namespace {

bool is_digest(std::string_view text) noexcept {
    auto const lower_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return (text.size() == 40 || text.size() == 64) && std::all_of(text.begin(), text.end(), lower_hex);
}

std::string from_hex(std::string_view text) {
    auto const nibble = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes(text.size() / 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>(nibble(text[2 * i]) * 16 + nibble(text[2 * i + 1]));
    }
    return bytes;
}

constexpr std::string_view full_disk = "the disk is full: free some space there; nothing was changed";

/// SQLite calls a disk without room for its helper files (the log, its index) a fault of the disk.
bool is_full(std::string const& place, int code, int system_error) noexcept {
    auto const primary = code & 0xff;
    if (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN) return false;
    if (system_error == ENOSPC || system_error == EDQUOT) return true;
    constexpr std::uint64_t needed = 64 * 1024; // the index of the log takes 32 KiB at once
    struct statvfs room{};
    auto const folder = place.substr(0, place.rfind('/') + 1);
    if (::statvfs(folder.empty() ? "." : folder.c_str(), &room) != 0) return false;
    bool const no_blocks = std::uint64_t{room.f_bavail} * room.f_frsize < needed;
    return no_blocks || (room.f_files > 0 && room.f_favail == 0);
}

/// What an operator can do about each way in which SQLite fails.
std::string_view remedy(int code) noexcept {
    switch (code & 0xff) {
    case SQLITE_FULL:
        return full_disk;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return "it cannot be written: give this user the right to write the file and its directory";
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
        return "it cannot be opened: check that the path is right and that this user may read and write it";
    case SQLITE_CORRUPT:
        return "the file is damaged: stop modelwatch, keep the file, and put a backup in its place";
    case SQLITE_NOTADB:
        return "the file is not a modelwatch database: move it away, or give another [daemon] state_dir";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another process kept it locked for more than 5 seconds: try again";
    case SQLITE_IOERR:
        return "reading or writing the disk failed: look at the kernel log and the state of the disk";
    case SQLITE_CONSTRAINT:
        return "the write contradicts what is stored; nothing was changed";
    default:
        return "run `modelwatch db check`";
    }
}

} // namespace

connection::connection(std::string const& file, int flags, std::string place)
    : database_(file, flags, 5000)
    , place_(std::move(place)) {}

connection::cached_statement& connection::prepared(std::string_view sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        cached_statement made{SQLite::Statement{database_, std::string{sql}}};
        found = statements_.emplace(sql, std::move(made)).first;
    }
    if (found->second.in_use)
        throw std::logic_error("statement used inside its own loop: " + std::string{sql});
    return found->second;
}

std::int64_t connection::pragma(char const* sql) {
    SQLite::Statement statement{database_, sql};
    return statement.executeStep() ? statement.getColumn(0).getInt64() : 0;
}

void query::release() noexcept {
    cached_.statement.tryReset();
    try {
        cached_.statement.clearBindings(); // gives back the memory of large texts
    } catch (SQLite::Exception const&) {
        next_parameter_ = 1; // every use binds all parameters again: old values cannot leak into it
    }
    cached_.in_use = false;
}

bool query::step() {
    next_column_ = 0;
    return cached_.statement.executeStep();
}

std::int64_t query::run() {
    return cached_.statement.exec();
}

std::int64_t query::insert() {
    run();
    return owner_.raw().getLastInsertRowid();
}

std::string query::text() {
    return cached_.statement.getColumn(next_column_++).getString();
}

std::int64_t query::integer() {
    return cached_.statement.getColumn(next_column_++).getInt64();
}

unsigned query::number() {
    return static_cast<unsigned>(integer());
}

bool query::flag() {
    return integer() != 0;
}

instant query::moment() {
    return instant{std::chrono::milliseconds{integer()}};
}

std::optional<instant> query::when() {
    auto const value = reference();
    if (!value) return std::nullopt;
    return instant{std::chrono::milliseconds{*value}};
}

std::optional<std::int64_t> query::reference() {
    auto const column = cached_.statement.getColumn(next_column_++);
    if (column.isNull()) return std::nullopt;
    return column.getInt64();
}

std::string query::hash() {
    auto const column = cached_.statement.getColumn(next_column_++);
    auto bytes = column.getString();
    if (!column.isBlob()) return bytes;
    return to_hex({reinterpret_cast<std::uint8_t const*>(bytes.data()), bytes.size()});
}

void query::bind(std::string_view value) {
    cached_.statement.bind(next_parameter_++, std::string{value});
}

void query::bind(std::int64_t value) {
    cached_.statement.bind(next_parameter_++, value);
}

void query::bind(std::nullptr_t) {
    cached_.statement.bind(next_parameter_++);
}

void query::bind(blob const& value) {
    cached_.statement.bind(
        next_parameter_++, static_cast<void const*>(value.bytes.c_str()), static_cast<int>(value.bytes.size())
    );
}

void query::bind(hash_text const& value) {
    if (is_digest(value.text)) {
        bind(blob{from_hex(value.text)});
    } else {
        bind(std::string_view{value.text});
    }
}

int system_error_of(connection& db) noexcept {
    return sqlite3_system_errno(db.raw().getHandle());
}

void rethrow_as_storage_error(std::string const& place, std::string_view doing, int system_error) {
    try {
        throw;
    } catch (storage_error const&) {
        throw;
    } catch (std::bad_alloc const&) {
        throw;
    } catch (SQLite::Exception const& failure) {
        auto const code = failure.getErrorCode();
        auto const what = is_full(place, code, system_error) ? full_disk : remedy(code);
        auto const text = fmt::format("{}: {}: {} ({})", place, doing, what, failure.what());
        if ((code & 0xff) == SQLITE_CORRUPT) throw damaged_state(text);
        throw storage_error(text);
    } catch (std::exception const& failure) {
        throw damaged_state(fmt::format(
            "{}: {}: what is stored is damaged ({}): run `modelwatch db check`", place, doing, failure.what()
        ));
    }
}

} // namespace modelwatch::storage
