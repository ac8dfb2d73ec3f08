#pragma once

#include "daemon/model/json.hpp"
#include "tests/hub/file.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::hub_double {

struct commit_stamp {
    std::string id;
    std::string title;
    std::string date; ///< "2024-08-07T18:25:49.000Z"
};

struct placed_file {
    file_ptr content;
    std::shared_ptr<commit_stamp const> last; ///< the commit that touched the path last
};

using file_table = std::map<std::string, placed_file, std::less<>>;

struct commit {
    std::shared_ptr<commit_stamp const> stamp;
    std::string message;
    std::vector<std::string> authors;
    std::shared_ptr<file_table const> files;
};

using commit_ptr = std::shared_ptr<commit const>;
using history = std::vector<commit_ptr>; ///< oldest first; never empty

/// The bodies that were recorded from the real service, for one repo; key is "info", "tree", ….
struct recorded_answer {
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
};

struct repo {
    std::string id;
    std::string object_id; ///< `_id`
    std::string author;
    std::string created_at;
    json::value gated = false;
    bool is_private = false;
    bool disabled = false;
    json::object fields;   ///< every other field of model info, by its name there
    json::object security; ///< {"scansDone": bool, "files": {path: level or object}}
    std::map<std::string, history> branches;
    std::map<std::string, history> pull_requests; ///< by number
    std::map<std::string, history> converts;
    std::map<std::string, std::string> tags; ///< name to commit id
    std::set<std::string> kept;              ///< commits that a rewrite left reachable by id
    std::vector<history> left_behind;        ///< the histories that `kept` commits are looked up in
    std::map<std::string, recorded_answer> recorded;

    [[nodiscard]] bool is_gated() const { return !gated.is_bool() || gated.get_bool(); }

    /// The history that `revision` (branch, tag, refs/…, full id; with `short_ids` also seven digits or more)
    /// ends. Empty when there is none.
    [[nodiscard]] history at(std::string_view revision, bool short_ids = false) const;
};

using repo_ptr = std::shared_ptr<repo const>;

struct token {
    std::string secret;
    std::string name;
    std::string account = "free";
    std::set<std::string> grants; ///< gated repos that it may read; "*" for all
    std::set<std::string> reads;  ///< private repos, "namespace/*" or "*"
    bool revoked = false;

    [[nodiscard]] bool may_read(repo const& which) const;
    [[nodiscard]] bool has_grant(repo const& which) const;
};

/// Everything that the hub knows at one moment. Copies are cheap: repos and commits are shared and never
/// changed.
struct world {
    std::map<std::string, repo_ptr> repos;            ///< by lower-case id
    std::map<std::string, std::string> redirects;     ///< lower-case old id to new id
    std::map<std::string, token, std::less<>> tokens; ///< by secret
    json::object namespaces;                          ///< name to {"_id", "type", "fullname", …}
    json::object settings;

    [[nodiscard]] repo_ptr find(std::string_view id) const;
    /// The current id for one that was renamed or spelt with other capitals; empty when there is none.
    [[nodiscard]] std::string moved_to(std::string_view id) const;
    [[nodiscard]] bool on(std::string_view setting, bool otherwise) const;
    [[nodiscard]] std::uint64_t number(std::string_view setting, std::uint64_t otherwise) const;
    [[nodiscard]] std::string text(std::string_view setting, std::string_view otherwise) const;
};

} // namespace modelwatch::hub_double
