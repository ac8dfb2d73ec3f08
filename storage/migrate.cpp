#include "storage/migrate.hpp"

#include <fmt/format.h>

#include <sqlite3.h>

namespace modelwatch::storage {

namespace {

/// Tells of a statement that takes long, from inside of it.
class statement_watch {
public:
    statement_watch(connection& db, std::string doing, progress told)
        : handle_(db.raw().getHandle())
        , doing_(std::move(doing))
        , told_(std::move(told)) {
        if (!told_) return;
        told_(doing_);
        sqlite3_progress_handler(handle_, 100'000, &statement_watch::look, this);
    }

    ~statement_watch() {
        if (told_) sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
    }

    statement_watch(statement_watch const&) = delete;
    statement_watch& operator=(statement_watch const&) = delete;

private:
    using clock = std::chrono::steady_clock;

    /// SQLite goes on when it gets a zero.
    static int look(void* self) {
        auto& mine = *static_cast<statement_watch*>(self);
        auto const now = clock::now();
        if (now < mine.next_) return 0;
        mine.next_ = now + std::chrono::seconds{1};
        mine.told_(mine.doing_);
        return 0;
    }

    sqlite3* handle_;
    std::string doing_;
    progress told_;
    clock::time_point next_ = clock::now() + std::chrono::seconds{1};
};

/// Looks at the version again inside the transaction: another process may have been quicker.
void apply(connection& db, std::span<migration const> steps, progress const& told) {
    write_transaction work{db};
    auto const version = db.pragma("PRAGMA user_version");
    for (auto const& step : steps) {
        if (step.version <= version) continue;
        auto const doing = fmt::format("bringing the database to schema version {}", step.version);
        statement_watch const watched{db, doing, version == 0 ? progress{} : told};
        db.raw().exec(std::string{step.sql});
    }
    statement_watch const watched{
        db, "checking the references of the database", version == 0 ? progress{} : told
    };
    SQLite::Statement broken{db.raw(), "PRAGMA foreign_key_check"};
    if (broken.executeStep()) {
        throw storage_error(fmt::format(
            "{}: the migration to schema version {} would leave a row of {} without the row that it refers "
            "to; "
            "nothing was changed: run `modelwatch db check` with the version that wrote it",
            db.place(),
            steps.back().version,
            broken.getColumn(0).getString()
        ));
    }
    db.raw().exec(fmt::format("PRAGMA application_id = {}", application_id));
    db.raw().exec(fmt::format("PRAGMA user_version = {}", steps.back().version));
    work.commit();
}

void back_up_old(
    connection& db, std::int64_t version, std::filesystem::path const& file, progress const& told
) {
    auto const backup = file.string() + fmt::format(".v{}.bak", version);
    auto const unfinished = backup + ".new";
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    copy_database(db, unfinished, told);
    std::filesystem::rename(unfinished, backup);
}

} // namespace

schema_state inspect_schema(connection& db, std::span<migration const> steps) {
    auto const id = db.pragma("PRAGMA application_id");
    auto const version = db.pragma("PRAGMA user_version");
    if (id != application_id) {
        bool const empty = db.pragma("SELECT count(*) FROM sqlite_schema") == 0;
        if (empty && id == 0 && version == 0) return schema_state::empty;
        throw storage_error(fmt::format(
            "{}: is a database of another program (application id {}): move it away, or give another "
            "[daemon] "
            "state_dir",
            db.place(),
            id
        ));
    }
    auto const known = steps.back().version;
    if (version > known) {
        throw storage_error(fmt::format(
            "{}: has schema version {}, this program knows versions up to {}: it was used by a newer "
            "modelwatch; "
            "start that one, or put back the copy that it made (modelwatch.db.v{}.bak)",
            db.place(),
            version,
            known,
            known
        ));
    }
    return version == known ? schema_state::current : schema_state::older;
}

void migrate(
    connection& db, std::span<migration const> steps, std::filesystem::path const& file, progress const& told
) {
    auto const state = inspect_schema(db, steps);
    if (state == schema_state::current) return;
    if (state == schema_state::older) back_up_old(db, db.pragma("PRAGMA user_version"), file, told);
    // Steps may rebuild tables that others refer to; whether all references hold is checked before the
    // commit.
    db.raw().exec("PRAGMA foreign_keys = OFF");
    apply(db, steps, told);
    db.raw().exec("PRAGMA foreign_keys = ON");
}

} // namespace modelwatch::storage
