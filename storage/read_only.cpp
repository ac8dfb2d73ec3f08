#include "storage/read_only.hpp"

#include "storage/migrate.hpp"

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <sqlite3.h>
#include <unistd.h>

namespace modelwatch::storage {

namespace {

namespace fs = std::filesystem;

/// A directory of our own that goes at the end.
class scratch_directory {
public:
    scratch_directory() {
        auto name = (fs::temp_directory_path() / "modelwatch-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw storage_error(
                name + ": cannot be created to read a database that was not closed properly: set TMPDIR"
            );
        }
        path_ = name;
    }

    ~scratch_directory() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    scratch_directory(scratch_directory const&) = delete;
    scratch_directory& operator=(scratch_directory const&) = delete;

    [[nodiscard]] fs::path const& path() const noexcept { return path_; }

private:
    fs::path path_;
};

std::string as_uri(fs::path const& file) {
    std::string out = "file:";
    for (char const c : fs::absolute(file).string()) {
        bool const plain = c != '%' && c != '?' && c != '#';
        out += plain ? std::string{c} : fmt::format("%{:02x}", static_cast<unsigned char>(c));
    }
    return out + "?immutable=1";
}

std::unique_ptr<connection> looked_into(std::unique_ptr<connection> db) {
    static_cast<void>(inspect_schema(*db, migrations()));
    return db;
}

/// Beside a running daemon, whose log and its index are there to be read.
std::unique_ptr<connection> beside_others(fs::path const& file) {
    try {
        return looked_into(std::make_unique<connection>(file.string(), SQLite::OPEN_READONLY, file.string()));
    } catch (SQLite::Exception const&) {
        return nullptr;
    }
}

/// The log of a writer that was killed must be read into it first, which needs a place to write.
reading from_copy(fs::path const& file) {
    auto const place = std::make_shared<scratch_directory>();
    auto const name = place->path() / "modelwatch.db";
    fs::copy_file(file, name);
    fs::copy_file(file.string() + "-wal", name.string() + "-wal");
    auto db = looked_into(std::make_unique<connection>(name.string(), SQLite::OPEN_READWRITE, file.string()));
    db->raw().exec("PRAGMA query_only = ON");
    return {place, std::move(db)};
}

} // namespace

bool may_only_be_read(fs::path const& file) {
    std::error_code unknown;
    if (!fs::exists(file, unknown)) return false;
    auto const folder = file.parent_path();
    return ::access(file.c_str(), W_OK) != 0 || ::access(folder.empty() ? "." : folder.c_str(), W_OK) != 0;
}

reading connect_to_read(fs::path const& file) {
    try {
        if (auto db = beside_others(file)) return {{}, std::move(db)};
        std::error_code unknown;
        if (fs::exists(file.string() + "-wal", unknown)) return from_copy(file);
        // Nobody has it open: whoever writes makes a log first.
        auto const flags = SQLite::OPEN_READONLY | SQLite::OPEN_URI;
        return {{}, looked_into(std::make_unique<connection>(as_uri(file), flags, file.string()))};
    } catch (std::exception const&) {
        rethrow_as_storage_error(file.string(), "opening the database to read it");
    }
}

} // namespace modelwatch::storage
