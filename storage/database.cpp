#include "storage/migrate.hpp"
#include "storage/sqlite_store.hpp"
#include "storage/state_lock.hpp"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Exception.h>

#include <sqlite3.h>

namespace modelwatch::storage {

namespace {

/// Settings of the connection. `auto_vacuum` counts only before the first table; the cache is small because
/// the daemon's memory is budgeted and the kernel caches the file anyway.
void configure(connection& db) {
    if (db.pragma("PRAGMA page_count") == 0) db.raw().exec("PRAGMA auto_vacuum = INCREMENTAL");
    db.raw().exec("PRAGMA journal_mode = WAL;"
                  "PRAGMA synchronous = FULL;"
                  "PRAGMA foreign_keys = ON;"
                  "PRAGMA cache_size = -2048;"
                  "PRAGMA journal_size_limit = 16777216;"
                  "PRAGMA trusted_schema = OFF;");
}

std::unique_ptr<connection> connect(std::filesystem::path const& file) {
    try {
        auto db = std::make_unique<connection>(file.string(), SQLite::OPEN_READWRITE, file.string());
        // Before anything is changed: a foreign database is left as it is.
        static_cast<void>(inspect_schema(*db, migrations()));
        return db;
    } catch (std::exception const&) {
        rethrow_as_storage_error(file.string(), "opening the database");
    }
}

void prepare(connection& db, std::filesystem::path const& file) {
    try {
        if (sqlite3_db_readonly(db.raw().getHandle(), "main") == 1) {
            if (inspect_schema(db, migrations()) != schema_state::current) {
                throw SQLite::Exception("attempt to write a readonly database", SQLITE_READONLY);
            }
            return;
        }
        configure(db);
        migrate(db, migrations(), file);
    } catch (std::exception const&) {
        rethrow_as_storage_error(file.string(), "preparing the database");
    }
}

std::unique_ptr<store> open_memory() {
    auto db =
        std::make_unique<connection>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, "memory");
    prepare(*db, {});
    return std::make_unique<sqlite_store>(nullptr, std::move(db));
}

std::unique_ptr<store> open_service(std::filesystem::path const& state_dir) {
    create_state_dir(state_dir);
    auto lock = std::make_unique<state_lock>(state_dir);
    auto const file = state_dir / "modelwatch.db";
    opening_turn const turn{state_dir};
    create_private_file(file);
    auto db = connect(file);
    if (sqlite3_db_readonly(db->raw().getHandle(), "main") == 1) {
        throw storage_error(
            file.string() +
            ": may only be read: give this user the right to write it, or give another [daemon] state_dir"
        );
    }
    prepare(*db, file);
    return std::make_unique<sqlite_store>(std::move(lock), std::move(db));
}

std::unique_ptr<store> open_operate(std::filesystem::path const& state_dir) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(state_dir, ignored)) {
        throw storage_error(
            state_dir.string() + ": nothing recorded yet: there is no such state directory; run `modelwatch "
                                 "check` or start the daemon "
                                 "first, or give the [daemon] state_dir that they use"
        );
    }
    auto const file = state_dir / "modelwatch.db";
    opening_turn const turn{state_dir};
    create_private_file(file);
    auto db = connect(file);
    // A daemon of the older version must not find another schema under its feet.
    std::unique_ptr<state_lock> alone;
    if (inspect_schema(*db, migrations()) == schema_state::older)
        alone = std::make_unique<state_lock>(state_dir);
    prepare(*db, file);
    return std::make_unique<sqlite_store>(nullptr, std::move(db));
}

} // namespace

std::unique_ptr<store> open_scratch_copy(std::filesystem::path const& state_dir) {
    auto const file = state_dir / "modelwatch.db";
    std::error_code ignored;
    auto copy = std::make_unique<connection>(
        ":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, "a copy of " + file.string()
    );
    if (std::filesystem::exists(file, ignored)) {
        try {
            auto source = connect(file);
            SQLite::Backup backup{copy->raw(), source->raw()};
            backup.executeStep(-1);
        } catch (std::exception const&) {
            rethrow_as_storage_error(file.string(), "copying it for a dry run");
        }
    }
    prepare(*copy, {});
    return std::make_unique<sqlite_store>(nullptr, std::move(copy));
}

std::unique_ptr<store> open_store(std::filesystem::path const& state_dir, open_mode mode) {
    switch (mode) {
    case open_mode::service:
        return open_service(state_dir);
    case open_mode::operate:
        return open_operate(state_dir);
    case open_mode::memory:
        return open_memory();
    }
    throw storage_error("unknown way of opening the store");
}

} // namespace modelwatch::storage
