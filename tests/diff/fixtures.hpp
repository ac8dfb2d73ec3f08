#pragma once

#include "daemon/diff/diff.hpp"
#include "daemon/model/digest.hpp"

#include <algorithm>
#include <string>
#include <utility>

/// Snapshots with the values that the Hub really serves for the three reference models, and small ways to
/// alter them.
namespace modelwatch::fixtures {

inline instant at(std::string_view text) {
    return from_rfc3339(text).value();
}

/// A 40-digit commit that is recognisable in failures.
inline std::string commit(char digit) {
    return std::string(40, digit);
}

inline file_entry lfs(std::string path, std::uint64_t size, std::string oid, std::string sha256) {
    return {std::move(path), size, std::move(oid), std::move(sha256)};
}

inline file_entry plain(std::string path, std::uint64_t size, std::string oid) {
    return {std::move(path), size, std::move(oid), {}};
}

/// A file whose hashes follow from `content`.
inline file_entry file(std::string path, std::string_view content) {
    return {std::move(path), content.size(), git_blob_id(content), {}};
}

inline file_entry weights(std::string path, std::string_view content) {
    return {
        std::move(path), content.size(), git_blob_id("pointer to " + sha256_hex(content)), sha256_hex(content)
    };
}

inline void sort(snapshot& state) {
    std::sort(state.files.begin(), state.files.end(), [](auto const& a, auto const& b) {
        return a.path < b.path;
    });
}

inline void put(snapshot& state, file_entry entry) {
    std::erase_if(state.files, [&](auto const& other) { return other.path == entry.path; });
    state.files.push_back(std::move(entry));
    sort(state);
}

inline void drop(snapshot& state, std::string_view path) {
    std::erase_if(state.files, [&](auto const& other) { return other.path == path; });
}

inline snapshot gemma() {
    snapshot out;
    out.hub = "hub";
    out.repo = "google/gemma-2-2b";
    out.revision = "main";
    out.commit = "c5ebcd40d208330abc697524c919956e692655cf";
    out.author = "google";
    out.observed_at = at("2026-04-29T09:00:00Z");
    out.last_modified = at("2024-08-07T18:25:49.000Z");
    out.gate = gating::manual;
    out.license.ids = {"gemma"};
    out.files = {
        plain(".gitattributes", 1570, "52373fe24473b1aa44333d318f578ae6bf04b49b"),
        plain("README.md", 25752, "f513e98a287ec4caf583754b7492c67251688ce8"),
        plain("config.json", 818, "9983200362411f3e251b4c8ce28afad7e3996c1e"),
        plain("generation_config.json", 168, "e9f2b419d37547ea30e2f193ff04443472c78cba"),
        lfs("model-00001-of-00003.safetensors",
            4992576136,
            "10806d855f7ee17c266e650d11780a1fb9b00233",
            "1425aa066ec77e3eb79aac14a5bdea3ebcec46aa5c96cd40608c5c1fd70d193d"),
        lfs("model-00002-of-00003.safetensors",
            4983443424,
            "d88dda33d049566f57330f4f6fa5b6c3d6959d58",
            "96c111d3dcdbde9271595e463b5d9f7fc4810ad8b79e736309c0a1833e6c0d35"),
        lfs("model-00003-of-00003.safetensors",
            481381384,
            "e159d57f248208cda69710c0923ee2812af24230",
            "4e08abc64d1767fdacd2c94da7f2ec4b8c65b25b19a53e87d19dc432901b5f02"),
        plain("model.safetensors.index.json", 24224, "05c7984e8eee8ced110a5b0c9efe23e53ce379b8"),
        plain("special_tokens_map.json", 636, "8d6368f7e735fbe4781bf6e956b7c6ad0586df80"),
        lfs("tokenizer.json",
            17525357,
            "af0eac5c0056f83b8f3fcdb79165f8847111c305",
            "3f289bc05132635a8bc7aca7aa21255efd5e18f3710f43e3cdb96bcd41be4922"),
        lfs("tokenizer.model",
            4241003,
            "796efe9ab515c15e146ce7588e6d7b9b8134dbf8",
            "61a7b147390c64585d6c3543dd6fc636906c9af3865a5548f27f31aee1d4c8e2"),
        plain("tokenizer_config.json", 46379, "2357fc1a512dc3881eb99b9df3ef8e97ef7ffd51"),
    };
    return out;
}

/// The hub's list of this repo is only known in part: the quantisations whose size and hash were recorded.
inline snapshot mistral_gguf() {
    snapshot out;
    out.hub = "hub";
    out.repo = "TheBloke/Mistral-7B-Instruct-v0.2-GGUF";
    out.revision = "main";
    out.commit = "3a6fbf4a41a1d52e415a4958cde6856d34b2db93";
    out.author = "TheBloke";
    out.observed_at = at("2026-04-29T09:00:00Z");
    out.last_modified = at("2023-12-11T22:18:46Z");
    out.gate = gating::open;
    out.license.ids = {"apache-2.0"};
    out.base_models = {"mistralai/Mistral-7B-Instruct-v0.2"};
    out.files = {
        file("README.md", "card"),
        file("config.json", "{}"),
        lfs("mistral-7b-instruct-v0.2.Q4_K_M.gguf",
            4368439584,
            git_blob_id("q4"),
            "3e0039fd0273fcbebb49228943b17831aadd55cbcbf56f0af00499be2040ccf9"),
        lfs("mistral-7b-instruct-v0.2.Q5_K_M.gguf",
            5131409696,
            git_blob_id("q5"),
            "b85cdd596ddd76f3194047b9108a73c74d77ba04bef49255a50fc0cfbda83d32"),
    };
    return out;
}

inline snapshot falcon() {
    snapshot out;
    out.hub = "hub";
    out.repo = "tiiuae/falcon-7b";
    out.revision = "main";
    out.commit = "ec89142b67d748a1865ea4451372db8313ada0d8";
    out.author = "tiiuae";
    out.repo_id = "6446c6dbf7ee1b4dd3f1c4a0";
    out.created_at = at("2023-04-24T16:36:24.000Z");
    out.last_modified = at("2024-10-12T00:00:00Z");
    out.observed_at = at("2026-04-29T09:00:00Z");
    out.gate = gating::open;
    out.license.ids = {"apache-2.0"};
    out.auto_map = {"AutoConfig=configuration_falcon.FalconConfig", "AutoModel=modeling_falcon.FalconModel"};
    out.custom_code = true;
    out.files = {
        file("README.md", "falcon card"),
        file("config.json", R"({"model_type": "falcon"})"),
        file("configuration_falcon.py", "class FalconConfig: pass\n"),
        weights("model-00001-of-00002.safetensors", "s1"),
        weights("model-00002-of-00002.safetensors", "s2"),
        file("model.safetensors.index.json", "{}"),
        file("modeling_falcon.py", "class FalconModel: pass\n"),
        weights("pytorch_model-00001-of-00002.bin", "p1"),
        weights("pytorch_model-00002-of-00002.bin", "p2"),
        file("special_tokens_map.json", "{}"),
        {"tokenizer.json",
         2734130,
         git_blob_id("t"),
         "d6c5cdac1421ea998722aa88ea1cb630b2a9ec63bf8a85331bb3d9d321507186"},
        file("tokenizer_config.json", "{}"),
    };
    sort(out);
    return out;
}

inline watch watch_of(snapshot const& state) {
    watch out;
    out.repo = state.repo;
    out.revision = state.revision;
    out.stale_after = std::chrono::hours{24 * 365 * 50};
    return out;
}

/// Newest first; every commit a day older than the one before.
inline commit_log log_of(std::vector<std::string> const& ids, bool complete = true) {
    commit_log out;
    out.known = true;
    out.complete = complete;
    auto when = at("2026-04-28T00:00:00Z");
    for (auto const& id : ids) {
        out.commits.push_back({id, "Commit " + id.substr(0, 4), {"author-" + id.substr(0, 1)}, when});
        when -= std::chrono::hours{24};
    }
    return out;
}

/// One comparison with all that it needs kept alive.
struct scene {
    explicit scene(snapshot state)
        : before{state}
        , now{std::move(state)}
        , target{watch_of(before)} {}

    snapshot before;
    snapshot now;
    watch target;
    commit_log log;
    standing place = standing::present;
    std::string standing_detail;
    bool first_sight = false;
    bool pinned = false;
    bool was_missing = false;
    bool hide_current = false;
    std::optional<snapshot> deployed;
    std::optional<scan_report> last_scan;
    std::optional<std::uint64_t> baseline_commits;
    std::vector<text_file> texts;
    instant when = at("2026-04-29T09:00:00Z");

    /// The revision moved on by one commit.
    scene& move_on(char digit = 'a') {
        now.commit = commit(digit);
        log = log_of({now.commit, before.commit}, false);
        return *this;
    }

    [[nodiscard]] std::vector<change> compare() const {
        diff::comparison input{target};
        input.baseline = first_sight ? nullptr : &before;
        input.deployed = deployed ? &*deployed : nullptr;
        input.place = place;
        input.standing_detail = standing_detail;
        input.current = hide_current ? nullptr : &now;
        input.log = &log;
        input.now = when;
        input.baseline_is_pinned = pinned;
        input.was_missing = was_missing;
        input.last_known_scan = last_scan ? &*last_scan : nullptr;
        input.baseline_commits = baseline_commits;
        input.texts = texts;
        return diff::compare(input);
    }

    [[nodiscard]] std::optional<change> find(alert_kind kind) const {
        for (auto& entry : compare()) {
            if (entry.kind == kind) return std::move(entry);
        }
        return std::nullopt;
    }

    [[nodiscard]] std::vector<std::string> kinds() const {
        std::vector<std::string> out;
        for (auto const& entry : compare())
            out.emplace_back(to_string(entry.kind));
        return out;
    }
};

using kind_list = std::vector<std::string>;

} // namespace modelwatch::fixtures
