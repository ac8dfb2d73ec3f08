#include "daemon/model/time.hpp"
#include "storage/state_lock.hpp"
#include "storage/state_place.hpp"
#include "storage/store.hpp"

#include <algorithm>

namespace modelwatch::storage {

namespace {

namespace fs = std::filesystem;

/// "modelwatch.db.2026-11-22T090000Z.old"
std::string set_aside_name(fs::path const& file, std::string const& when) {
    return file.string() + "." + when + ".old";
}

std::string time_for_a_name() {
    auto const now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    auto out = to_rfc3339(now);
    std::erase(out, ':');
    return out;
}

/// The database and its log: a log that outlives its database would be read into the next one.
std::vector<fs::path> set_aside(fs::path const& database) {
    std::vector<fs::path> moved;
    auto const when = time_for_a_name();
    for (auto const* const part : {"", "-wal", "-shm"}) {
        fs::path const file = database.string() + part;
        if (!fs::exists(file)) continue;
        fs::path const aside = set_aside_name(database, when) + part;
        fs::rename(file, aside);
        moved.push_back(aside);
    }
    return moved;
}

} // namespace

std::vector<fs::path> begin_state(fs::path const& state_dir, bool force) {
    auto const file = database_in(state_dir);
    std::vector<fs::path> moved;
    try {
        create_state_dir(state_dir);
        bool const exists = fs::exists(file) && fs::file_size(file) > 0;
        if (!force) expect_database(state_dir);
        if (exists && !force) {
            throw storage_error(
                file.string() +
                ": exists already; `modelwatch db init --force` moves it aside and begins anew"
            );
        }
        state_lock const alone{state_dir};
        database_lock const file_alone{state_dir, file};
        moved = set_aside(file);
        forget_use(state_dir);
    } catch (fs::filesystem_error const& e) {
        throw storage_error(std::string{e.what()} + ": check the path and its permissions");
    }
    static_cast<void>(open_store(state_dir, open_mode::service));
    return moved;
}

} // namespace modelwatch::storage
