#pragma once

#include "daemon/assess/publishers.hpp"
#include "daemon/hub_answers.hpp"

#include <optional>
#include <string>
#include <vector>

namespace modelwatch {

/// What was found out about one model.
struct gathered {
    assess::evidence facts;
    std::vector<file_entry> files; ///< at that commit, sorted; empty: not told
    std::vector<std::string> gaps; ///< what could not be had, and why, for people
};

/// Where a gathering takes place. Both must live until it is over.
struct gather_place {
    hub::hub_client& hub;
    assess::publisher_registry const& publishers;
    assess::license_table const& licenses = assess::license_table::builtin();
};

/// Collects what a rating rests on (assess.md 2.4, 3.3, 3.5). A part that cannot be had leaves its fields
/// unknown; only a model that cannot be read at all is an error. One per process: accounts, bases and
/// successors are asked for once an hour, whoever wants them, and never twice at the same time.
///
/// Requests for one model, beside the one that brings its facts: its dated tree (1 per 50 to 100 files), its
/// card and each license file that is not known yet (1 or 2, in the large bucket of file reads), its
/// configuration (1 per file, at most 32, there too), its discussions (1, only where nobody is told through a
/// gate or a security contact). Shared for an hour: 1 or 2 per account for its overview and 1 per 1,000
/// models for its listing; 1 per declared successor (at most 5); per base model (at most 8) its facts, its
/// dated tree, its card, its declared successors, and the listing of its account.
class gatherer {
public:
    explicit gatherer(net::clock& time);

    /// From one question for the model's own facts. errc::not_found: no such repo or revision.
    asio::awaitable<result<gathered>> gather(gather_place at, std::string repo, std::string revision);

    /// Around a snapshot that was brought already.
    asio::awaitable<gathered> gather_around(gather_place at, snapshot state, standing place);
    /// Its configuration and license texts were brought too; those that are not among them are asked for.
    asio::awaitable<gathered>
    gather_around(gather_place at, snapshot state, standing place, std::vector<text_file> texts);

    /// The models of an account, as its listing names them; empty: none, or it could not be had.
    asio::awaitable<std::vector<std::string>> models_of(hub::hub_client& hub, std::string account);

private:
    asio::awaitable<gathered>
    gather_with(gather_place at, snapshot state, standing place, std::vector<text_file> texts);
    asio::awaitable<void> read_missing(
        gather_place at,
        snapshot const& state,
        std::vector<file_entry> wanted,
        std::string_view part,
        std::vector<text_file>& known,
        gathered& out
    );
    asio::awaitable<void>
    add_license_texts(gather_place at, snapshot const& state, std::vector<text_file> known, gathered& out);
    asio::awaitable<void> add_account(gather_place at, gathered& out);
    asio::awaitable<void> add_discussions(gather_place at, gathered& out);
    asio::awaitable<void> add_own_succession(gather_place at, pointed_model const& self, gathered& out);
    asio::awaitable<void> add_bases(gather_place at, gathered& out);
    asio::awaitable<void> add_base(gather_place at, assess::base_evidence& base, gathered& out);
    asio::awaitable<license_statement> license_of(gather_place at, pointed_model const& model, gathered& out);
    asio::awaitable<void>
    add_base_facts(gather_place at, assess::base_evidence& base, pointed_model const& found, gathered& out);

    /// The model's successors, and its card as far as it could be read.
    struct succession_found {
        assess::succession what;
        bool card_read = false;
    };

    asio::awaitable<succession_found>
    succession_of(gather_place at, pointed_model const& model, gathered& out);
    asio::awaitable<std::vector<std::string>>
    declared_chain(gather_place at, snapshot const& subject, gathered& out);
    asio::awaitable<std::optional<std::string>>
    card_of(gather_place at, pointed_model const& model, gathered& out);

    net::clock& time_;
    hub_answers answers_;
};

} // namespace modelwatch
