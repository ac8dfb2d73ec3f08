#include "storage/migrate.hpp"
#include "storage/read_only.hpp"
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

void prepare(connection& db, std::filesystem::path const& file, progress const& told = {}) {
    try {
        configure(db);
        migrate(db, migrations(), file, told);
    } catch (std::exception const&) {
        rethrow_as_storage_error(file.string(), "preparing the database", system_error_of(db));
    }
}

std::unique_ptr<store> open_memory() {
    auto db =
        std::make_unique<connection>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, "memory");
    prepare(*db, {});
    return std::make_unique<sqlite_store>(held_state{}, std::move(db));
}

/// A database that exists, as far as its directory remembers, or a new one.
std::unique_ptr<connection> connect_in(std::filesystem::path const& state_dir) {
    expect_database(state_dir);
    auto const file = database_in(state_dir);
    create_private_file(file);
    auto db = connect(file);
    if (inspect_schema(*db, migrations()) == schema_state::empty) expect_content(state_dir);
    return db;
}

std::unique_ptr<store> open_service(std::filesystem::path const& state_dir, progress const& told) {
    create_state_dir(state_dir);
    auto const file = database_in(state_dir);
    held_state held;
    held.lock = std::make_unique<state_lock>(state_dir);
    opening_turn const turn{state_dir};
    expect_database(state_dir);
    create_private_file(file);
    held.file_lock = std::make_unique<database_lock>(state_dir, file);
    auto db = connect_in(state_dir);
    if (sqlite3_db_readonly(db->raw().getHandle(), "main") == 1) {
        throw storage_error(
            file.string() +
            ": may only be read: give this user the right to write it, or give another [daemon] state_dir"
        );
    }
    prepare(*db, file, told);
    note_use(state_dir);
    held.files.emplace(file);
    return std::make_unique<sqlite_store>(std::move(held), std::move(db));
}

std::unique_ptr<store> open_read_only(std::filesystem::path const& state_dir) {
    expect_database(state_dir);
    auto const file = database_in(state_dir);
    auto opened = connect_to_read(file);
    auto const schema = inspect_schema(*opened.db, migrations());
    if (schema == schema_state::empty) expect_content(state_dir);
    if (schema != schema_state::current) {
        throw storage_error(
            file.string() +
            ": was written by an older modelwatch and must be brought up to date first, but may only be "
            "read here: run any command as the user that owns it"
        );
    }
    held_state held;
    held.copy = std::move(opened.copy);
    return std::make_unique<sqlite_store>(std::move(held), std::move(opened.db));
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
    auto const file = database_in(state_dir);
    opening_turn const turn{state_dir};
    if (may_only_be_read(file)) return open_read_only(state_dir);
    auto db = connect_in(state_dir);
    // A daemon of the older version must not find another schema under its feet.
    held_state alone;
    if (inspect_schema(*db, migrations()) == schema_state::older) {
        alone.lock = std::make_unique<state_lock>(state_dir);
        db.reset(); // the lock of the file must outlive every connection to it
        alone.file_lock = std::make_unique<database_lock>(state_dir, file);
        db = connect(file);
    }
    prepare(*db, file);
    note_use(state_dir);
    held_state held;
    held.file_lock = std::move(alone.file_lock);
    held.files.emplace(file);
    return std::make_unique<sqlite_store>(std::move(held), std::move(db));
}

} // namespace

std::unique_ptr<store> open_scratch_copy(std::filesystem::path const& state_dir) {
    auto const file = database_in(state_dir);
    std::error_code ignored;
    auto copy = std::make_unique<connection>(
        ":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, "a copy of " + file.string()
    );
    expect_database(state_dir);
    if (std::filesystem::exists(file, ignored)) {
        try {
            auto source = may_only_be_read(file) ? connect_to_read(file) : reading{{}, connect(file)};
            SQLite::Backup backup{copy->raw(), source.db->raw()};
            backup.executeStep(-1);
        } catch (std::exception const&) {
            rethrow_as_storage_error(file.string(), "copying it for a dry run");
        }
    }
    if (inspect_schema(*copy, migrations()) == schema_state::empty) expect_content(state_dir);
    prepare(*copy, {});
    return std::make_unique<sqlite_store>(held_state{}, std::move(copy));
}

std::unique_ptr<store>
open_store(std::filesystem::path const& state_dir, open_mode mode, progress const& told) {
    switch (mode) {
    case open_mode::service:
        return open_service(state_dir, told);
    case open_mode::operate:
        return open_operate(state_dir);
    case open_mode::memory:
        return open_memory();
    }
    throw storage_error("unknown way of opening the store");
}

} // namespace modelwatch::storage
