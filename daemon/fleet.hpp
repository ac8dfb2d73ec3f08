#pragma once

#include "daemon/http/page.hpp"
#include "daemon/metrics.hpp"
#include "daemon/store_thread.hpp"
#include "daemon/views.hpp"

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

    /// From the next refresh() on.
    void measure_age_by(views::age_limits const& limits) { limits_ = limits; }

    /// Makes the entries of these watches anew, and drops those of all others where `whole`.
    asio::awaitable<void> refresh(store_thread& db, std::vector<watch> targets, bool whole, instant now);

    /// A poll that found nothing new moves only the time of the last success.
    void note_success(std::string const& key, instant now);

    [[nodiscard]] std::map<std::string, entry> const& entries() const noexcept { return entries_; }

    /// The entries of a repo, one for each revision, whatever the case of the name.
    [[nodiscard]] std::vector<entry const*> of_repo(std::string_view name) const;

    /// In the order of the keys; good until the next refresh().
    [[nodiscard]] std::vector<http::model_row const*> const& rows();

    /// Moves when more than the time of a good poll has moved.
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

    /// Counts for the metrics; kept while entries change, so that asking costs nothing.
    void add_to(present_state& counts) const;

private:
    void put(std::string const& key, entry&& fresh);
    void count(entry const& one, double weight);

    std::map<std::string, entry> entries_;                              ///< by watch key
    std::multimap<std::string, std::string, std::less<>> keys_of_repo_; ///< by name in lower case
    present_state counts_;
    views::age_limits limits_ = config::rubric_settings{}.age_limits;
    std::uint64_t generation_ = 1;
    std::vector<http::model_row const*> rows_;
    bool moved_ = true; ///< `rows_` lacks entries or has some that are gone
};

} // namespace modelwatch
