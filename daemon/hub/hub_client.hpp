#pragma once

#include "daemon/model/result.hpp"
#include "daemon/model/standing.hpp"
#include "daemon/net/clock.hpp"
#include "daemon/net/http.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace modelwatch::hub {

/// How to reach one hub.
struct hub_options {
    std::string name = "hub";
    std::string endpoint = "https://huggingface.co"; ///< may hold a path prefix
    std::string token;                               ///< empty: anonymous
    net::route via;
    std::chrono::milliseconds timeout{30'000};
    unsigned request_budget = 0; ///< requests per 5 minutes; 0: follow the hub's own headers
    /// Other repos that should be there: one that answers shows that the hub does, where it has no listing.
    std::vector<std::string> neighbours;
};

/// What one poll wants to know.
struct observe_request {
    std::string repo;
    std::string revision = "main";
    std::string proof; ///< observation::proof of the last poll; empty: none. A match may answer `unchanged`
    std::string baseline;             ///< commit whose ancestry is to be told; empty on the first poll
    std::string deployed;             ///< likewise
    bool want_baseline_state = false; ///< the store has no snapshot of `baseline`: build it too
    bool want_deployed_state = false;
    bool token_worked = false; ///< an earlier poll with a token could read what is refused now
    /// One request: the info alone. No tree, log or refs; the files are those that the info lists, perhaps
    /// without sizes and hashes. Not for judging changes.
    bool facts_only = false;
    /// Whether the store already holds a small text of this content (called for files that may be kept).
    std::function<bool(file_entry const&)> has_text;
    /// Which small texts are to come with the observation; null: none (read_texts fetches them on demand).
    std::function<bool(file_entry const&)> keep_text;
};

/// One row of the publisher's listing.
struct listed_model {
    std::string repo;
    std::string repo_id;
    std::string commit; ///< empty when the hub does not tell in listings
    std::optional<instant> created_at;
    std::optional<instant> last_modified;
    std::string pipeline_tag;
    std::vector<std::string> tags; ///< those about license and base models; there may be 10,000 rows
    std::optional<std::uint64_t> downloads;
    bool is_private = false;
    bool disabled = false;
};

/// The newest models of an account, newest change first.
struct model_listing {
    std::vector<listed_model> models;
    bool complete = false; ///< every model that we may see; false: cut at the bound
    bool sorted = false;   ///< the server obeyed the order: what was cut off is older
};

/// One file with the commit that touched it last, as `GET …/tree/{rev}?expand=true` tells it.
struct dated_file {
    file_entry file;
    std::string commit; ///< empty: not told
    std::string title;  ///< of that commit
    std::optional<instant> date;
    std::optional<scan_level> scan; ///< of this file; nullopt: not told
};

enum class account_kind { unknown, organisation, user };

/// What the hub says of an account (`GET …/overview`). `unknown`: it does not say, and nothing else is known.
struct account_overview {
    account_kind kind = account_kind::unknown;
    std::string id;               ///< `_id`
    std::optional<bool> verified; ///< of an organisation; false: its overview shows no badge
    std::optional<instant> created_at;
    std::optional<std::uint64_t> members; ///< of an organisation
};

/// The seam to one hub. Every call is within the hub's rate budget (it waits for a slot up to its deadline,
/// else errc::limited) and bounded in size, count and time. Nothing partial is ever returned.
class hub_client {
public:
    virtual ~hub_client() = default;
    [[nodiscard]] virtual hub_options const& options() const noexcept = 0;
    /// What the hub fails with at every call, so that it is asked ever less often; nullopt: it answers.
    [[nodiscard]] virtual std::optional<error> trouble() const = 0;

    /// By how much this host's clock is ahead of the hub's (else behind), when that has become known or has
    /// changed since it was last asked for; 0: it is right.
    [[nodiscard]] virtual std::optional<std::chrono::seconds> take_clock_news() { return std::nullopt; }

    virtual asio::awaitable<result<observation>> observe(observe_request request) = 0;

    /// Every public model of an account, all pages.
    virtual asio::awaitable<result<std::vector<listed_model>>> list_models(std::string author) = 0;

    /// The account's models by their newest change, at most limits::max_newest_models.
    virtual asio::awaitable<result<model_listing>> newest_models(std::string author) = 0;

    /// Every file at a commit with the commit that touched it last, as far as the server tells that; sorted.
    /// nullopt: the hub refuses (gated, no such endpoint).
    virtual asio::awaitable<result<std::optional<std::vector<dated_file>>>>
    file_dates(std::string repo, std::string commit) = 0;

    /// Asks for an organisation first, then for a user. A server that knows neither is no error.
    virtual asio::awaitable<result<account_overview>> owner(std::string account) = 0;

    /// Whether people can write to the repo's discussions; nullopt: the hub does not tell.
    virtual asio::awaitable<result<std::optional<bool>>> discussions_open(std::string repo) = 0;

    /// Contents of small text files at a commit, checked against their ids; those that cannot be had (gated,
    /// failing, over the bounds) are left out. Errors: limited, cancelled, unauthorized, inconsistent.
    virtual asio::awaitable<result<std::vector<text_file>>>
    read_texts(std::string repo, std::string commit, std::vector<file_entry> files) = 0;

    /// A small text file at a commit. errc::refused when it is gated.
    virtual asio::awaitable<result<std::string>>
    read_file(std::string repo, std::string commit, std::string path, std::uint64_t max_bytes) = 0;

    /// Bytes [offset, offset + length) of a file, fewer at its end (GET …/resolve with Range).
    virtual asio::awaitable<result<std::string>> read_range(
        std::string repo, std::string commit, std::string path, std::uint64_t offset, std::uint64_t length
    ) = 0;

    /// Where people can see it: "https://huggingface.co/ns/name/commit/sha" and the like.
    [[nodiscard]] virtual std::string web_url(std::string_view repo, std::string_view commit = {}) const = 0;
};

[[nodiscard]] std::unique_ptr<hub_client>
make_hub_client(hub_options options, net::http_transport& transport, net::clock& time);

} // namespace modelwatch::hub
