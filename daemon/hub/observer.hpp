#pragma once

#include "daemon/hub/proof.hpp"
#include "daemon/hub/requests.hpp"

#include <optional>
#include <string>
#include <vector>

namespace modelwatch::hub {

/// One poll: the cheap question first, everything else only when the answer moved. Lives as long as the poll.
class observer {
public:
    observer(hub_requests& hub, observe_request request);

    asio::awaitable<result<observation>> run();
    asio::awaitable<result<std::vector<text_file>>> texts(snapshot state);

private:
    // The cheap question and what its answer leads to (observer.cpp).
    asio::awaitable<result<observation>> ask(std::optional<poll_proof> old);
    asio::awaitable<result<observation>> readable(hub_answer answer, std::optional<poll_proof> old);
    asio::awaitable<result<observation>> facts_of(model_info info);
    asio::awaitable<result<observation>> unmoved(poll_proof old);
    asio::awaitable<result<observation>>
    whole(model_info info, poll_proof proof, std::optional<poll_proof> old);
    asio::awaitable<result<void>> add_history(observation& seen, poll_proof& proof);
    asio::awaitable<result<void>> check_refusal(log_answer const& answer);
    asio::awaitable<result<void>> note_tag(snapshot& state);

    // A complete snapshot (observer_files.cpp).
    asio::awaitable<result<model_info>> info_at(std::string repo, std::string revision);
    asio::awaitable<result<model_info>> with_tree(model_info info);
    asio::awaitable<result<file_tree>> tree_of(snapshot const& state);
    [[nodiscard]] std::string contradiction(model_info const& info, file_tree const& tree) const;
    void note_passed(std::vector<passed_row> const& rows);
    asio::awaitable<result<std::optional<snapshot>>>
    state_at(observation& seen, std::string commit, snapshot const& head);
    asio::awaitable<result<void>> add_known_states(observation& seen);
    asio::awaitable<result<void>> add_texts(observation& seen);
    asio::awaitable<result<void>> add_texts_of(observation& seen, snapshot const& state);
    asio::awaitable<result<bool>>
    fetch_text(observation& seen, snapshot const& state, file_entry const& file);

    /// Whether the bytes are the ones that the entry promises; nullopt when its ids are of a kind that we
    /// cannot check.
    [[nodiscard]] static std::optional<bool> matches(file_entry const& file, std::string const& bytes);
    [[nodiscard]] static error tampered(hub_answer const& answer);

    // What the info left to the files (observer_untold.cpp).
    asio::awaitable<result<void>> add_untold(observation& seen, snapshot& state);
    asio::awaitable<result<void>> add_card(observation& seen, snapshot& state);
    asio::awaitable<result<void>> add_configuration(observation& seen, snapshot& state);
    asio::awaitable<result<std::optional<std::string>>>
    own_text(observation& seen, snapshot const& state, std::string path);

    // A repo that cannot be read (observer_standing.cpp).
    asio::awaitable<result<observation>> unreadable(hub_answer answer);
    asio::awaitable<result<observation>> nameless_refusal(hub_answer answer);
    asio::awaitable<result<observation>> maybe_no_revision(hub_answer answer);
    asio::awaitable<result<observation>> missing(hub_answer answer);
    asio::awaitable<result<observation>> closed(hub_answer answer);
    [[nodiscard]] error no_revision(hub_answer const& answer);
    [[nodiscard]] error token_refused(hub_answer const& answer) const;
    [[nodiscard]] std::string access_detail(std::string const& words) const;

    [[nodiscard]] std::optional<poll_proof> usable_proof() const;
    [[nodiscard]] bool wants_states() const noexcept;
    [[nodiscard]] std::string words_of(hub_answer const& answer) const;

    struct text_bounds {
        std::size_t files = 0;
        std::uint64_t bytes = 0;
        std::size_t failures = 0;
        bool closed = false; ///< the hub refuses this repo's files
    };

    hub_requests& hub_;
    exchange& line_;
    observe_request request_;
    patience left_;
    text_bounds texts_;
    std::vector<std::string> passed_over_;
    bool revision_lost_ = false;
};

} // namespace modelwatch::hub
