#pragma once

#include "daemon/model/time.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace modelwatch::storage {

/// Bytes for a BLOB column.
struct blob {
    std::string bytes;
};

/// An object id or checksum: a BLOB when it is lower-case hex of a whole digest, else the text as it came.
struct hash_text {
    std::string const& text;
};

/// One SQLite connection with its prepared statements.
class connection {
public:
    /// `place` is what errors call the database: its path.
    connection(std::string const& file, int flags, std::string place);

    [[nodiscard]] SQLite::Database& raw() noexcept { return database_; }

    [[nodiscard]] std::string const& place() const noexcept { return place_; }

    struct cached_statement {
        SQLite::Statement statement;
        bool in_use = false;
    };

    /// Prepared once. The text must live as long as the connection.
    [[nodiscard]] cached_statement& prepared(std::string_view sql);

    [[nodiscard]] std::int64_t pragma(char const* sql); ///< value of "PRAGMA name"

    [[nodiscard]] bool in_transaction() const noexcept { return depth_ > 0; }

    void enter_transaction() noexcept { ++depth_; }

    void leave_transaction() noexcept { --depth_; }

private:
    int depth_ = 0; ///< write transactions that are open, one inside the other
    SQLite::Database database_;
    std::string place_;
    std::map<std::string, cached_statement, std::less<>> statements_; ///< by their SQL
};

/// One use of a prepared statement: binds in order, then steps; columns are read in order. Resets at the end.
class query {
public:
    template <class... Values>
    explicit query(connection& db, std::string_view sql, Values const&... values)
        : owner_(db)
        , cached_(db.prepared(sql)) {
        cached_.in_use = true;
        try {
            (bind(values), ...);
        } catch (...) {
            release();
            throw;
        }
    }

    query(query const&) = delete;
    query& operator=(query const&) = delete;

    ~query() { release(); }

    bool step();                         ///< to the next row; false: there is none
    std::int64_t run();                  ///< for statements without rows: how many rows changed
    [[nodiscard]] std::int64_t insert(); ///< runs, gives the new row's id

    [[nodiscard]] std::string text();
    [[nodiscard]] std::int64_t integer();
    [[nodiscard]] unsigned number();
    [[nodiscard]] bool flag();
    [[nodiscard]] instant moment();
    [[nodiscard]] std::optional<instant> when();
    [[nodiscard]] std::optional<std::int64_t> reference();
    [[nodiscard]] std::string hash(); ///< what hash_text wrote; empty for NULL

private:
    void bind(std::string_view value);

    void bind(std::string const& value) { bind(std::string_view{value}); }

    void bind(char const* value) { bind(std::string_view{value}); }

    void bind(std::int64_t value);

    void bind(std::uint64_t value) { bind(static_cast<std::int64_t>(value)); } // the same bits; see integer()

    void bind(unsigned value) { bind(static_cast<std::int64_t>(value)); }

    void bind(int value) { bind(static_cast<std::int64_t>(value)); }

    void bind(bool value) { bind(static_cast<std::int64_t>(value ? 1 : 0)); }

    void bind(instant value) { bind(static_cast<std::int64_t>(value.time_since_epoch().count())); }

    void bind(std::nullptr_t);
    void bind(blob const& value);
    void bind(hash_text const& value);

    template <class Value>
    void bind(std::optional<Value> const& value) {
        if (value) {
            bind(*value);
        } else {
            bind(nullptr);
        }
    }

    void release() noexcept;

    connection& owner_;
    connection::cached_statement& cached_;
    int next_parameter_ = 1;
    int next_column_ = 0;
};

/// BEGIN IMMEDIATE; rolled back unless commit() was called. Inside another one it is part of that one: only
/// the outermost begins and commits.
class write_transaction {
public:
    explicit write_transaction(connection& db)
        : db_(db) {
        if (!db.in_transaction()) inner_.emplace(db.raw(), SQLite::TransactionBehavior::IMMEDIATE);
        db_.enter_transaction();
    }

    ~write_transaction() { db_.leave_transaction(); }

    write_transaction(write_transaction const&) = delete;
    write_transaction& operator=(write_transaction const&) = delete;

    void commit() {
        if (inner_) inner_->commit();
    }

    /// Whether commit() makes the changes durable, or leaves that to an outer transaction.
    [[nodiscard]] bool outermost() const noexcept { return inner_.has_value(); }

private:
    connection& db_;
    std::optional<SQLite::Transaction> inner_;
};

/// The system's error behind the last failure of a connection; 0: none, or not known.
[[nodiscard]] int system_error_of(connection& db) noexcept;

/// Turns what the current exception says (call it in a catch block only) into a storage_error that names the
/// database, what was being done, and what to do about it; into a damaged_state where a row or page cannot be
/// read.
[[noreturn]] void
rethrow_as_storage_error(std::string const& place, std::string_view doing, int system_error = 0);

} // namespace modelwatch::storage
