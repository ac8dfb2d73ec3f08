#pragma once

#include "daemon/evidence.hpp"
#include "daemon/hub/hub_client.hpp"
#include "daemon/shared_answers.hpp"

#include <optional>
#include <string>
#include <vector>

namespace modelwatch {

/// A model that another one points at (a base, a declared successor), without its files.
struct pointed_model {
    standing place = standing::present;
    std::optional<snapshot> state;  ///< its facts, `files` empty; nullopt: the hub does not show it
    bool files_told = false;        ///< its list of files was read
    std::optional<file_entry> card; ///< README.md, as the list of files has it
};

/// Takes the list of files out of what is known of a model; only the card's row is kept.
[[nodiscard]] std::vector<file_entry> take_files(pointed_model& from);

/// What the files of a commit say together.
struct file_summary {
    std::optional<model_change> change;
    std::optional<scan_level> scan;
};

/// The questions whose answers many models share, each asked once an hour per hub (shared_answers). Accounts
/// and repos are compared without regard to case, as hubs do.
class hub_answers {
public:
    explicit hub_answers(net::clock& time);

    asio::awaitable<shared_answers<hub::account_overview>::answer>
    owner(hub::hub_client& hub, std::string account);

    asio::awaitable<shared_answers<hub::model_listing>::answer>
    listing(hub::hub_client& hub, std::string account);

    asio::awaitable<shared_answers<pointed_model>::answer> model(hub::hub_client& hub, std::string repo);

    asio::awaitable<shared_answers<file_summary>::answer>
    files(hub::hub_client& hub, std::string repo, std::string commit);

    /// The beginning of README.md, whose bytes are those that `entry` promises as far as that can be checked;
    /// nullopt: it is not for us, or hidden behind its own front matter.
    asio::awaitable<shared_answers<std::optional<std::string>>::answer>
    card(hub::hub_client& hub, std::string repo, std::string commit, file_entry entry);

private:
    shared_answers<hub::account_overview> owners_;
    shared_answers<hub::model_listing> listings_;
    shared_answers<pointed_model> models_;
    shared_answers<file_summary> files_;
    shared_answers<std::optional<std::string>> cards_;
};

} // namespace modelwatch
