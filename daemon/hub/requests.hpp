#pragma once

#include "daemon/hub/exchange.hpp"
#include "daemon/hub/failure.hpp"
#include "daemon/hub/parse.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace modelwatch::hub {

/// Every file of a commit, and the rows of its tree that name none.
struct file_tree {
    std::vector<file_entry> files; ///< sorted
    std::vector<passed_row> passed;
};

/// One list that is read page by page. The same question can be put in several ways: from the one that asks
/// for most to the one that any server understands.
struct page_walk {
    std::vector<std::string> ways; ///< URLs of the first page
    std::size_t most_pages = 0;
    std::size_t way = 0; ///< the one to begin with; afterwards the one that was understood
    std::string next = {};
    std::vector<std::string> seen = {}; ///< pages that were asked for
    bool ended = false;
};

/// How much of a log is read.
struct log_bounds {
    std::size_t page_size = 0; ///< 0: the server's own
    std::size_t max_pages = 0;
};

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
    asio::awaitable<result<file_tree>> tree(std::string repo, std::string revision, patience& left);

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

    /// Whether the hub answers questions at all: before `missing` is called so. Its listing is asked, and
    /// where there is none another repo. Remembered for a minute.
    asio::awaitable<result<void>> control(std::string missing, patience& left);

    /// A repo that was just read: one to ask when control() is about another one.
    void note_answer(std::string const& repo);

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
    asio::awaitable<result<hub_answer>> get(std::string url, patience& left);
    /// The next page of a walk. Where the first one is refused as a bad request it is put in the next way;
    /// any other answer but 200 ends the walk and is handed on.
    asio::awaitable<result<hub_answer>> turn(page_walk& walk, patience& left);
    [[nodiscard]] result<std::optional<std::string>> next_page(hub_answer const& answer) const;
    asio::awaitable<result<log_answer>> log_pages(
        std::string repo,
        std::string commit,
        std::vector<std::string> const& wanted,
        log_bounds bounds,
        patience& left
    );
    asio::awaitable<result<hub_answer>>
    first_log_page(std::string const& base, log_bounds& bounds, patience& left);
    asio::awaitable<void> put_new_first(std::string repo, commit_log& log, std::string known, patience& left);
    asio::awaitable<result<void>> ask_listing(patience& left);
    asio::awaitable<bool> somebody_else_answers(std::string const& missing, patience& left);
    /// The models of one page that belong to the account.
    [[nodiscard]] result<std::vector<listed_model>>
    listed_on(hub_answer const& answer, std::string_view author) const;
    asio::awaitable<result<std::optional<account_overview>>>
    overview(std::string account, account_kind kind, patience& left);

    template <class T>
    struct remembered {
        std::optional<T> value;
        net::steady_instant until{};
    };

    exchange exchange_;
    unsigned parameter_level_ = 0; ///< 0: blobs and scan status, 1: blobs, 2: plain; learned from 400
    std::size_t tree_way_ = 0;     ///< likewise
    std::size_t listing_way_ = 0;
    std::size_t newest_way_ = 0;
    std::size_t log_limit_ = limits::log_page; ///< the largest that was not refused; 0: none may be given
    remembered<result<void>> control_;
    std::map<std::string, net::steady_instant> answered_; ///< repos that were read lately
    remembered<std::optional<bool>> token_;
};

} // namespace modelwatch::hub
