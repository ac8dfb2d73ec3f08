#pragma once

#include "daemon/hub/exchange.hpp"
#include "daemon/hub/failure.hpp"
#include "daemon/hub/parse.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace modelwatch::hub {

/// The commit log as far as it was needed, or why the hub would not tell.
struct log_answer {
    commit_log log;
    meaning why = meaning::ok; ///< gated, unauthenticated, forbidden, not_found, not_offered …
    std::string words;         ///< the hub's own, when it refused
    unsigned status = 0;
};

/// The requests that a poll is made of, each whole: all pages or an error. One per hub, shared by its
/// watches.
class hub_requests {
public:
    hub_requests(hub_options options, net::http_transport& transport, net::clock& time);

    [[nodiscard]] exchange& line() noexcept { return exchange_; }

    [[nodiscard]] exchange const& line() const noexcept { return exchange_; }

    [[nodiscard]] hub_options const& options() const noexcept { return exchange_.options(); }

    [[nodiscard]] endpoint const& where() const noexcept { return exchange_.where(); }

    [[nodiscard]] error unusable(hub_answer const& answer) const { return exchange_.unusable(answer); }

    /// Model info with siblings and scan status, as far as this server understands the parameters. Any answer
    /// but 400 is handed on; `validator` (may be empty) goes into If-None-Match.
    asio::awaitable<result<hub_answer>>
    info(std::string repo, std::string revision, std::string validator, patience& left);

    /// Whether the repo's plain info answers: tells a missing revision from a missing repo on servers that
    /// give no error code.
    asio::awaitable<result<hub_answer>> plain_info(std::string repo, patience& left);

    /// Every file, sorted. errc::not_found for 404; errc::refused when it is not for us.
    asio::awaitable<result<std::vector<file_entry>>>
    tree(std::string repo, std::string revision, patience& left);

    /// The log from `commit` down until all of `wanted` were seen, it ended, or our bound was met.
    asio::awaitable<result<log_answer>>
    log(std::string repo, std::string commit, std::vector<std::string> wanted, patience& left);

    /// One entry of the log: the cheapest question whether our token opens a gated repo.
    asio::awaitable<result<log_answer>> probe_access(std::string repo, std::string commit, patience& left);

    /// nullopt when the hub does not tell.
    asio::awaitable<result<std::optional<ref_list>>> refs(std::string repo, patience& left);

    /// A file's bytes at a commit; the answer may be any status.
    asio::awaitable<result<hub_answer>> file(
        std::string repo,
        std::string commit,
        std::string path,
        std::uint64_t max_bytes,
        bool retry,
        patience& left
    );

    /// Whether the hub answers questions at all: before a repo is called missing. Remembered for a minute.
    asio::awaitable<result<void>> control(patience& left);

    /// Whether our token is one: true, false, or nullopt on a server without whoami. Remembered for a minute.
    asio::awaitable<result<std::optional<bool>>> token_is_good(patience& left);

    asio::awaitable<result<std::vector<listed_model>>> listing(std::string author, patience& left);

    // What only an assessment asks for (requests_facts.cpp).
    asio::awaitable<result<model_listing>> newest(std::string author, patience& left);
    asio::awaitable<result<std::optional<std::vector<dated_file>>>>
    dated_tree(std::string repo, std::string commit, patience& left);
    asio::awaitable<result<account_overview>> owner(std::string account, patience& left);
    asio::awaitable<result<std::optional<bool>>> discussions_open(std::string repo, patience& left);

private:
    struct page {
        std::string body;
        std::optional<std::string> next;
        std::optional<std::uint64_t> total;
    };

    asio::awaitable<result<hub_answer>> get(std::string url, patience& left);
    [[nodiscard]] result<page> page_of(hub_answer const& answer) const;
    asio::awaitable<result<log_answer>> log_pages(
        std::string repo,
        std::string commit,
        std::vector<std::string> const& wanted,
        std::size_t page_size,
        std::size_t max_pages,
        patience& left
    );
    /// The models of one page that belong to the account.
    [[nodiscard]] result<std::vector<listed_model>>
    listed_on(hub_answer const& answer, std::string_view author) const;
    asio::awaitable<result<std::vector<listed_model>>>
    listing_pages(std::string url, std::string const& author, patience& left);
    asio::awaitable<result<std::optional<account_overview>>>
    overview(std::string account, account_kind kind, patience& left);

    template <class T>
    struct remembered {
        std::optional<T> value;
        net::steady_instant until{};
    };

    exchange exchange_;
    unsigned parameter_level_ = 0; ///< 0: blobs and scan status, 1: blobs, 2: plain; learned from 400
    bool listing_expands_ = true;
    remembered<result<void>> control_;
    remembered<std::optional<bool>> token_;
};

} // namespace modelwatch::hub
