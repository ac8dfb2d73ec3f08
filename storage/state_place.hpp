#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>

namespace modelwatch::storage {

/// Where a state directory keeps its database.
[[nodiscard]] std::filesystem::path database_in(std::filesystem::path const& state_dir);

/// Notes in the directory, beside the database, that one was in use here. What cannot be noted (a disk that
/// is full or read-only) is noted the next time.
void note_use(std::filesystem::path const& state_dir) noexcept;

/// Takes that back: somebody begins anew on purpose.
void forget_use(std::filesystem::path const& state_dir);

/// Refuses a directory that was in use and whose database is gone or empty: going on would trust whatever is
/// there now. Throws storage_error.
void expect_database(std::filesystem::path const& state_dir);
/// The same for a file that turned out to hold nothing.
void expect_content(std::filesystem::path const& state_dir);

/// The identity of an open database's files, to notice that they are taken away.
class open_files {
public:
    explicit open_files(std::filesystem::path database);
    /// What happened to them; nullopt: nothing.
    [[nodiscard]] std::optional<std::string> fate();

private:
    struct identity {
        dev_t device = 0;
        ino_t number = 0;
        bool operator==(identity const&) const = default;
    };

    std::filesystem::path database_;
    std::optional<identity> file_;
    std::optional<identity> log_; ///< made by SQLite when it is first needed
};

} // namespace modelwatch::storage
