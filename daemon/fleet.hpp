#pragma once

#include "daemon/http/page.hpp"
#include "daemon/metrics.hpp"
#include "daemon/store_thread.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace modelwatch {

/// What the page and the API show of every watch, kept in memory so that a request asks the database for
/// nothing. A watch's entry is made anew when a poll touched it or somebody wrote beside us.
class fleet {
public:
    struct entry {
        watch target;
        json::object status; ///< as in `status --json`
        http::model_row row;
    };

    /// Makes the entries of these watches anew, and drops those of all others where `whole`.
    asio::awaitable<void> refresh(store_thread& db, std::vector<watch> targets, bool whole, instant now);

    /// A poll that found nothing new moves only the time of the last success.
    void note_success(std::string const& key, instant now);

    [[nodiscard]] std::map<std::string, entry> const& entries() const noexcept { return entries_; }

    /// In the order of the keys; good until the next refresh().
    [[nodiscard]] std::vector<http::model_row const*> const& rows();

    /// Counts for the metrics.
    void add_to(present_state& counts) const;

private:
    std::map<std::string, entry> entries_; ///< by watch key
    std::vector<http::model_row const*> rows_;
    bool moved_ = true; ///< `rows_` is older than `entries_`; a poll's new time is not such a move
};

} // namespace modelwatch
