#pragma once

#include "daemon/model/json.hpp"
#include "daemon/model/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace modelwatch {

/// The Hub's own verdict on a file or repo, in rising order of worry (hub-api: "Security scan data").
/// `absent` means that the hub said nothing: it is not `safe`.
enum class scan_level { absent, unscanned, queued, error, safe, caution, suspicious, unsafe };

[[nodiscard]] std::string_view to_string(scan_level level) noexcept;
/// Unknown words read as `error`: seen, but not understood.
[[nodiscard]] scan_level parse_scan_level(std::string_view text) noexcept;

/// `gated` of the model info: false, "auto" or "manual"; `unknown` when the hub did not say.
enum class gating { unknown, open, automatic, manual };

[[nodiscard]] std::string_view to_string(gating mode) noexcept;

/// One file of the tree, as the hub lists it.
struct file_entry {
    std::string path;
    std::uint64_t size = 0;
    std::string oid;    ///< git object id, 40 hex: of the blob, or of the LFS pointer
    std::string sha256; ///< of the content, 64 hex; empty for a file that is not in LFS

    /// What makes two files the same content: the sha256 where the hub gives one, else the git blob id.
    [[nodiscard]] std::string const& content_id() const noexcept { return sha256.empty() ? oid : sha256; }

    bool operator==(file_entry const&) const = default;
};

/// One line of `GET …/commits/{rev}`.
struct commit_entry {
    std::string id;
    std::string title;
    std::vector<std::string> authors;
    std::optional<instant> date;
    bool operator==(commit_entry const&) const = default;
};

/// The commits that we know of a revision, newest first.
struct commit_log {
    std::vector<commit_entry> commits;
    bool known =
        false; ///< false: the hub would not tell (gated, or no such endpoint); says nothing about ancestry
    bool complete =
        false; ///< true: down to the first commit of the repo; false: stopped at a commit we looked for
    std::optional<std::uint64_t> total; ///< X-Total-Count

    /// Place of a commit in the log, 0 = head; nullopt when it is not in it.
    [[nodiscard]] std::optional<std::size_t> position(std::string_view commit) const noexcept;
};

/// License as the card states it. Identifiers are free text of the publisher, lower case.
struct license_statement {
    std::vector<std::string> ids; ///< `license` of the card, else the `license:` tags; usually one
    std::string name;             ///< `license_name`
    std::string link;             ///< `license_link`
    bool operator==(license_statement const&) const = default;
};

struct scan_report {
    bool done = false; ///< false is unknown, never clean

    struct flagged_file {
        std::string path;
        scan_level level = scan_level::absent;
        bool operator==(flagged_file const&) const = default;
    };

    std::vector<flagged_file> files; ///< those with issues, sorted by path
    bool operator==(scan_report const&) const = default;
};

/// A small text file whose content is kept so that people can read what changed. Shared by content.
struct text_file {
    std::string path;
    std::string content_id; ///< of the file entry
    std::string text;
};

/// The text of a file's content among those at hand; nullptr: it is not, or the content has no id.
[[nodiscard]] text_file const* find_text(std::span<text_file const> texts, file_entry const& file) noexcept;

/// Everything that the hub says of a repo at one commit and instant. Immutable once built.
/// Source: model info, tree and refs of the Hub API; every field but `repo` and `commit` may be unknown.
struct snapshot {
    std::string hub;
    std::string repo;     ///< the id that the hub answered with (after a rename: the new one)
    std::string revision; ///< that was asked for
    std::string commit;   ///< 40 hex, or 64 where histories are kept with SHA-256
    std::string repo_id;  ///< `_id`, 24 hex; empty on servers that have none
    std::string author;
    instant observed_at{};
    std::optional<instant> created_at;
    std::optional<instant> last_modified; ///< date of the newest commit of this revision
    gating gate = gating::unknown;
    bool is_private = false;
    bool disabled = false;
    license_statement license;
    std::vector<std::string> tags;
    std::string pipeline_tag;
    std::string library_name;
    std::vector<std::string> base_models;
    std::string base_model_relation;
    std::string new_version;                ///< successor that the publisher declares
    std::optional<std::uint64_t> downloads; ///< not part of the fingerprint
    std::vector<std::string> auto_map; ///< "AutoModel=modeling_x.Class", sorted: code that loaders would run
    bool custom_code = false;          ///< the `custom_code` tag
    std::string chat_template;         ///< of `gguf` or `config.tokenizer_config`; named ones joined
    json::object card; ///< `cardData` as it came, or the front matter of README.md where the hub reads none
    std::optional<scan_report> scan;          ///< nullopt: not asked or not told
    bool is_tag = false;                      ///< the revision is a tag of this repo
    std::optional<bool> discussions_disabled; ///< not part of the fingerprint
    bool configuration_told = false; ///< the hub handed out the model's configuration: an empty `auto_map` is
                                     ///< then a fact; not part of the fingerprint
    bool card_told = false;   ///< by the hub or by README.md: an empty `card` is then a fact; not part of the
                              ///< fingerprint
    std::string card_problem; ///< why README.md's front matter cannot be read; not part of the fingerprint
    std::vector<file_entry> files; ///< sorted by path, no directories; complete

    [[nodiscard]] file_entry const* find(std::string_view path) const noexcept;
};

/// Hash over everything that can raise an alert, and over nothing else (not downloads, likes, spaces).
[[nodiscard]] std::string fingerprint(snapshot const& state);

[[nodiscard]] json::object to_json(snapshot const& state); ///< without `files`
[[nodiscard]] snapshot snapshot_from_json(json::object const& object
); ///< throws std::exception when it is not one

} // namespace modelwatch
