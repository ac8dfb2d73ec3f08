#pragma once

#include <filesystem>

namespace modelwatch::storage {

/// Exclusive use of a state directory by one daemon or `check`: an flock on `modelwatch.lock`, which the
/// kernel gives back when the process ends, however it ends. The file's content says who holds it and
/// outlives the holder; only the lock counts.
class state_lock {
public:
    /// Throws storage_error that names the holder.
    explicit state_lock(std::filesystem::path const& state_dir);
    ~state_lock();
    state_lock(state_lock const&) = delete;
    state_lock& operator=(state_lock const&) = delete;

private:
    int file_ = -1;
};

/// The same for the database file itself: who removes the lock file does not let a second daemon in. Closing
/// it drops SQLite's own locks on the file in this process: it is held until the connection is closed.
class database_lock {
public:
    database_lock(std::filesystem::path const& state_dir, std::filesystem::path const& database);
    ~database_lock();
    database_lock(database_lock const&) = delete;
    database_lock& operator=(database_lock const&) = delete;

private:
    int file_ = -1;
};

/// Held for the short time in which a process opens or creates the database, so that two never create it at
/// once.
class opening_turn {
public:
    explicit opening_turn(std::filesystem::path const& state_dir);
    ~opening_turn();
    opening_turn(opening_turn const&) = delete;
    opening_turn& operator=(opening_turn const&) = delete;

private:
    int directory_ = -1;
};

/// Creates the directory and its missing parents for this user alone (0700).
void create_state_dir(std::filesystem::path const& state_dir);

/// Creates an empty file for this user alone (0600) unless there is one. Never opens one that exists: closing
/// it would drop the locks that SQLite holds on it in this process.
void create_private_file(std::filesystem::path const& file);

} // namespace modelwatch::storage
