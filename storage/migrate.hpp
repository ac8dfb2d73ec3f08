#pragma once

#include "storage/connection.hpp"
#include "storage/store.hpp"

#include <filesystem>
#include <span>
#include <string_view>

namespace modelwatch::storage {

/// One step of the schema: brings a database of the version before to this one.
struct migration {
    int version;
    std::string_view sql;
};

/// All steps that this program knows, in order; from storage/migrations/*.sql.
[[nodiscard]] std::span<migration const> migrations() noexcept;

/// Marks a file as ours ("modw"), so that a foreign database is never touched.
inline constexpr std::int64_t application_id = 0x6d6f6477;

enum class schema_state { empty, older, current };

/// Throws storage_error for a foreign database and for one of a newer program.
[[nodiscard]] schema_state inspect_schema(connection& db, std::span<migration const> steps);

/// Brings the database to the last step in one transaction; an older one is copied to `<file>.v<old>.bak`
/// first. `told` hears of it about once a second.
void migrate(
    connection& db,
    std::span<migration const> steps,
    std::filesystem::path const& file,
    progress const& told = {}
);

/// Copies a live database into a new file (0600) and makes it durable. Throws storage_error, also when the
/// target exists. With `told` nobody else may write to the source meanwhile.
void copy_database(connection& source, std::filesystem::path const& target, progress const& told = {});

} // namespace modelwatch::storage
