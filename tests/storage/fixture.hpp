#pragma once

#include "storage/sqlite_store.hpp"
#include "storage/store.hpp"

#include <SQLiteCpp/Database.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace storage_test {

using namespace modelwatch;
using namespace modelwatch::storage;
namespace fs = std::filesystem;

inline instant at(std::int64_t second) {
    return instant{std::chrono::seconds{1'764'000'000 + second}};
}

/// A directory of its own, gone at the end.
class scratch {
public:
    scratch() {
        std::string name = (fs::temp_directory_path() / "modelwatch-storage-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }

    ~scratch() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;

    [[nodiscard]] fs::path state() const { return path_ / "state"; }

    [[nodiscard]] fs::path database() const { return state() / "modelwatch.db"; }

    [[nodiscard]] fs::path const& path() const { return path_; }

private:
    fs::path path_;
};

/// Runs `work` in a forked process; gives its exit code, or 128 and the signal's number.
template <class Work>
int in_child(Work work) {
    auto const child = ::fork();
    if (child == 0) {
        int code = 99;
        try {
            code = work();
        } catch (std::exception const& failure) {
            fmt::print(stderr, "child: {}\n", failure.what());
        }
        ::_exit(code);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

inline void raw_sql(fs::path const& file, std::string const& sql) {
    SQLite::Database db{file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 5000};
    db.exec(sql);
}

inline std::int64_t raw_number(fs::path const& file, std::string const& sql) {
    SQLite::Database db{file.string(), SQLite::OPEN_READWRITE, 5000};
    return db.execAndGet(sql).getInt64();
}

/// A number in the database of an open store.
inline std::int64_t count(store& db, std::string const& sql) {
    return dynamic_cast<sqlite_store&>(db).raw().raw().execAndGet(sql).getInt64();
}

inline std::string digits(std::uint64_t number, std::size_t length) {
    auto const text = fmt::format("{:x}", number);
    std::string out;
    while (out.size() < length)
        out += text + "0";
    out.resize(length);
    return out;
}

inline snapshot make_snapshot(std::string const& commit, std::int64_t second = 0, std::size_t files = 3) {
    snapshot out;
    out.hub = "hub";
    out.repo = "acme/model";
    out.revision = "main";
    out.commit = commit;
    out.repo_id = "0123456789abcdef01234567";
    out.author = "acme";
    out.observed_at = at(second);
    out.created_at = at(-1000);
    out.last_modified = at(-10);
    out.gate = gating::automatic;
    out.license = {{"apache-2.0"}, "Apache", "LICENSE"};
    out.tags = {"transformers", "license:apache-2.0"};
    out.pipeline_tag = "text-generation";
    out.base_models = {"acme/base"};
    out.downloads = 12345;
    out.auto_map = {"AutoModel=modeling_x.Model"};
    out.custom_code = true;
    out.chat_template = "{{ messages }}";
    out.card = {{"license", "apache-2.0"}, {"nested", {{"list", {1, 2.5, "three", nullptr}}}}};
    out.scan = scan_report{true, {{"a.bin", scan_level::suspicious}}};
    for (std::size_t i = 0; i < files; ++i) {
        file_entry file;
        file.path = fmt::format("file-{:05}.safetensors", i);
        file.size = 1000 + i;
        file.oid = digits(i + 0x1000, 40);
        if (i % 3 == 0) file.sha256 = digits(i + 0x2000, 64);
        out.files.push_back(std::move(file));
    }
    return out;
}

inline std::string commit_of(std::uint64_t number) {
    return digits(number + 0xabc0000, 40);
}

inline watch_record make_record(std::string const& repo = "acme/model") {
    watch_record out;
    out.hub = "hub";
    out.repo = repo;
    out.revision = "main";
    out.key = "hub/" + repo + "@main";
    out.tags = {{"env", "prod"}, {"team", "ml"}};
    out.from_account = "acme";
    out.current_repo = repo;
    out.proof = "W/\"abc\"";
    out.token_worked = true;
    out.first_seen_at = at(0);
    out.last_success_at = at(1);
    out.last_attempt_at = at(2);
    out.next_due_at = at(3600);
    return out;
}

/// The silent first round of a watch: what is there becomes the baseline.
inline observation_write first_round(std::string const& repo = "acme/model", std::size_t files = 3) {
    observation_write out;
    out.record = make_record(repo);
    out.latest = make_snapshot(commit_of(1), 1, files);
    out.baseline_is_latest = true;
    out.now = at(1);
    out.send_not_before = at(11);
    return out;
}

inline alert make_alert(std::string const& id, alert_kind kind = alert_kind::weights_replaced) {
    alert out;
    out.id = id;
    out.watch_key = "hub/acme/model@main";
    out.what.kind = kind;
    out.what.subject = "model.safetensors";
    out.what.summary = "the weights were replaced";
    out.what.detail = "under the same name";
    out.what.action = "stop deploying it";
    out.what.baseline_commit = commit_of(1);
    out.what.commit = commit_of(2);
    out.what.files = {
        {"model.safetensors", "git:" + commit_of(3), digits(7, 64), 10, 20}, {"b", "", "c", {}, 1}
    };
    out.what.evidence = {{"count", 3}, {"who", "someone"}};
    out.what.level = severity::critical;
    out.announced = true;
    out.repo = "acme/model";
    out.hub = "hub";
    out.revision = "main";
    out.tags = {{"env", "prod"}};
    out.url = "https://hub.example/acme/model";
    out.opened_at = at(5);
    out.updated_at = at(6);
    out.last_sent_at = at(7);
    return out;
}

/// A later round of the watch that opens one alert and tells the notifiers.
inline observation_write
round_with(alert const& entry, std::vector<std::string> const& notifiers, std::int64_t second = 100) {
    observation_write out;
    out.record = make_record();
    out.alerts.push_back(entry);
    for (auto const& name : notifiers)
        out.messages.push_back({name, message_type::opened, entry.id});
    out.now = at(second);
    out.send_not_before = at(second + 10);
    return out;
}

inline std::string error_of(std::function<void()> const& work) {
    try {
        work();
    } catch (storage_error const& failure) {
        return failure.what();
    }
    return "no storage_error";
}

inline bool mentions(std::string const& text, std::string const& part) {
    return text.find(part) != std::string::npos;
}

} // namespace storage_test
