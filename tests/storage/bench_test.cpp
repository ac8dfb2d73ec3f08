#include "daemon/model/digest.hpp"
#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

#include <ctime>
#include <fstream>

// Hidden: run with `test_storage "[.bench]"`. Prints numbers; fails where a budget is missed by far.

using namespace storage_test;

namespace {

/// Processor time: other work on the machine does not count, and neither does waiting for the disk.
template <class Work>
double milliseconds(Work work) {
    auto const start = std::clock();
    work();
    return 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// A repo like those on the Hub: ten weight files, twenty small ones of which some are shared by a family of
/// repos.
snapshot realistic(std::uint64_t repo, std::uint64_t round) {
    auto out = make_snapshot(commit_of(repo * 100 + round), static_cast<std::int64_t>(round), 0);
    out.repo = fmt::format("account-{}/model-{}", repo % 1000, repo);
    out.card = {{"license", "apache-2.0"}, {"model", repo}};
    for (std::uint64_t i = 0; i < 30; ++i) {
        bool const weights = i < 10;
        bool const changes = i == 12;
        auto const seed = i >= 24 ? repo % 100 : repo * 1'000'003 + (changes ? round : 0);
        file_entry file;
        file.path =
            weights ? fmt::format("model-{:05}-of-00010.safetensors", i) : fmt::format("folder/f-{}.json", i);
        file.size = 5'000'000 + i;
        file.oid = sha256_hex(std::to_string(seed * 64 + i)).substr(0, 40);
        if (weights) file.sha256 = sha256_hex(std::to_string(seed * 64 + i + 32));
        out.files.push_back(std::move(file));
    }
    return out;
}

observation_write realistic_round(std::uint64_t repo, std::uint64_t round) {
    observation_write out;
    out.latest = realistic(repo, round);
    out.record = make_record(out.latest->repo);
    out.record.tags.clear();
    out.baseline_is_latest = round == 0;
    out.now = at(1);
    return out;
}

std::int64_t resident_kib() {
    std::ifstream status{"/proc/self/statm"};
    std::int64_t total = 0;
    std::int64_t resident = 0;
    status >> total >> resident;
    return resident * 4;
}

std::int64_t size_of(store& db) {
    return count(db, "PRAGMA page_count") * count(db, "PRAGMA page_size");
}

} // namespace

TEST_CASE("a hundred thousand watches of thirty files stay small on disk and load fast", "[.bench]") {
    scratch const place;
    auto const db = open_store(place.state(), open_mode::service);
    auto& raw = dynamic_cast<sqlite_store&>(*db).raw().raw();
    raw.exec("PRAGMA synchronous = OFF"); // sizes are measured here, not the disk
    constexpr std::uint64_t watches = 100'000;
    auto const fill = milliseconds([&] {
        for (std::uint64_t repo = 0; repo < watches; ++repo)
            db->record(realistic_round(repo, 0));
    });
    auto const first = size_of(*db);
    fmt::print(
        "first snapshots: {:.3f} ms each on disk without fsync, {} bytes per watch\n",
        fill / watches,
        first / static_cast<std::int64_t>(watches)
    );
    fmt::print("resident after filling: {} KiB\n", resident_kib());
    for (std::uint64_t repo = 0; repo < 10'000; ++repo)
        db->record(realistic_round(repo, 1));
    fmt::print("next snapshot of a repo: {} bytes\n", (size_of(*db) - first) / 10'000);

    std::vector<watch_record> records;
    auto const load = milliseconds([&] { records = db->watches(); });
    fmt::print("loading {} watches: {:.0f} ms\n", records.size(), load);
    CHECK(records.size() == watches);
    CHECK(load < 2000);
    raw.exec("PRAGMA synchronous = FULL");
    records.resize(1000);
    fmt::print("touching 1000 watches: {:.1f} ms\n", milliseconds([&] { db->touch(records); }));
    fmt::print("prune: {:.0f} ms\n", milliseconds([&] { db->prune(at(100)); }));
    fmt::print("check: {:.0f} ms\n", milliseconds([&] { CHECK(db->check().problems.empty()); }));
}

TEST_CASE("single writes are fast", "[.bench]") {
    auto const db = open_store({}, open_mode::memory);
    auto const first = milliseconds([&] {
        for (std::uint64_t repo = 0; repo < 1000; ++repo)
            db->record(realistic_round(repo, 0));
    });
    fmt::print("record of a first snapshot of 30 files, in memory: {:.3f} ms\n", first / 1000);
    CHECK(first / 1000 < 5);
    auto const records = db->watches();
    fmt::print("touch of 1000, in memory: {:.1f} ms\n", milliseconds([&] { db->touch(records); }));
    observation_write write;
    write.now = at(100);
    for (int i = 0; i < 10'000; ++i) {
        auto entry = make_alert(fmt::format("alert-{:08}", i), alert_kind::advisory);
        entry.what.dedupe = entry.id;
        write.alerts.push_back(entry);
        write.messages.push_back({"pager", message_type::opened, entry.id});
    }
    fmt::print("10000 alerts and their message: {:.0f} ms\n", milliseconds([&] { db->record(write); }));
    fmt::print("taking that message: {:.0f} ms\n", milliseconds([&] {
                   static_cast<void>(db->take_due("pager", at(999), 1));
               }));
}
