#include "daemon/gatherer.hpp"

#include "daemon/assess/declared_chain.hpp"
#include "daemon/assess/provenance.hpp"
#include "daemon/assess/repo_name.hpp"
#include "daemon/diff/config_text.hpp"
#include "daemon/hub/parse_card.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

constexpr std::size_t most_bases = 8;
constexpr std::size_t most_gaps = 32;
constexpr std::size_t most_configuration = 32;

void note_gap(gathered& out, std::string_view part, error const& why) {
    if (out.gaps.size() < most_gaps) out.gaps.push_back(std::string{part} + ": " + why.what);
}

std::string account_of(snapshot const& state) {
    return state.author.empty() ? std::string{assess::owner_of(state.repo)} : state.author;
}

bool is_gated(gating gate) noexcept {
    return gate == gating::automatic || gate == gating::manual;
}

/// Nobody is let in without a token.
bool is_shut(gather_place const& at, snapshot const& state) {
    return is_gated(state.gate) && at.hub.options().token.empty();
}

std::string const& path_of(file_entry const& file) noexcept {
    return file.path;
}

std::string const& path_of(hub::dated_file const& file) noexcept {
    return file.file.path;
}

/// Rows without hashes are names only; a tree of the same commit says more, unless it lacks one of them.
/// False: the two contradict each other.
bool complete_files(snapshot& state, std::vector<hub::dated_file> const& dates) {
    auto const bare = [](file_entry const& file) { return file.content_id().empty(); };
    bool const lacking = state.files.empty() || std::any_of(state.files.begin(), state.files.end(), bare);
    if (!lacking || dates.empty()) return true;
    auto const by_path = [](auto const& left, auto const& right) { return path_of(left) < path_of(right); };
    if (!std::includes(dates.begin(), dates.end(), state.files.begin(), state.files.end(), by_path))
        return false;
    state.files.clear();
    for (auto const& one : dates)
        state.files.push_back(one.file);
    return true;
}

assess::owner_kind kind_of(hub::account_kind kind) noexcept {
    switch (kind) {
    case hub::account_kind::organisation:
        return assess::owner_kind::organisation;
    case hub::account_kind::user:
        return assess::owner_kind::user;
    case hub::account_kind::unknown:
        break;
    }
    return assess::owner_kind::unknown;
}

/// Those that tell what a loader is made to run, the likeliest first.
std::vector<file_entry> configuration_files(snapshot const& state) {
    std::vector<file_entry> out;
    for (auto const& file : state.files) {
        bool const readable = !file.content_id().empty() && file.size <= diff::max_config_bytes;
        if (readable && diff::is_config(file.path)) out.push_back(file);
    }
    diff::sort_by_weight(out);
    if (out.size() > most_configuration) out.resize(most_configuration);
    return out;
}

/// What was cut off a sorted listing is older; what was cut off any other may be anything.
std::optional<instant> last_activity(hub::model_listing const& listing) {
    std::optional<instant> newest;
    if (!listing.complete && !listing.sorted) return newest;
    for (auto const& row : listing.models) {
        if (row.last_modified && (!newest || *row.last_modified > *newest)) newest = row.last_modified;
    }
    return newest;
}

/// nullopt for a listing that was cut: a newer generation may be among what is missing.
std::optional<std::vector<assess::sibling>>
siblings_in(hub::model_listing const& listing, std::string_view subject) {
    if (!listing.complete) return std::nullopt;
    std::vector<assess::sibling> out;
    out.reserve(listing.models.size());
    for (auto const& row : listing.models) {
        auto made = assess::sibling_from_tags(row.repo, row.created_at, row.pipeline_tag, row.tags, subject);
        made.is_private = row.is_private || row.disabled;
        out.push_back(std::move(made));
    }
    return out;
}

/// What the operator's tables say about the model goes before everything that hub and card say.
void add_rulings(
    assess::succession_input& to, assess::publisher_registry const& publishers, snapshot const& state
) {
    if (auto const* const row = publishers.find(account_of(state))) to.mirror_of = row->mirror_of;
    auto const* const ruled = publishers.models().find(state.repo);
    if (ruled == nullptr) return;
    to.operator_successor = ruled->successor;
    to.not_superseded_by = ruled->not_superseded_by;
    to.eol_date = ruled->eol_date;
}

/// Somebody who packs others' models and does not say whose.
void add_inferred_base(
    std::vector<assess::base_evidence>& to,
    std::string_view repo,
    assess::publisher_registry const& publishers
) {
    auto const guessed = assess::infer_base(repo, publishers);
    if (!guessed || guessed->owner.empty()) return;
    auto& base = to.emplace_back();
    base.repo = guessed->repo();
    base.inferred = true;
}

} // namespace

gatherer::gatherer(net::clock& time)
    : time_(time)
    , answers_(time) {}

asio::awaitable<result<gathered>> gatherer::gather(gather_place at, std::string repo, std::string revision) {
    hub::observe_request request;
    request.repo = repo;
    request.revision = revision;
    request.facts_only = true;
    auto seen = co_await at.hub.observe(std::move(request));
    if (!seen) co_return seen.error();
    if (seen->place == standing::missing) {
        co_return failure(errc::not_found, repo + " does not exist on this hub, or not for us", seen->detail);
    }
    if (!seen->state) {
        gathered out;
        out.facts = evidence_of_absent(
            at.hub.options().name, std::move(repo), std::move(revision), seen->place, time_.now()
        );
        out.gaps.push_back(seen->detail);
        co_await add_account(at, out);
        co_return out;
    }
    auto out = co_await gather_around(at, std::move(*seen->state), seen->place);
    co_return out;
}

asio::awaitable<gathered> gatherer::gather_around(gather_place at, snapshot state, standing place) {
    std::vector<text_file> none;
    auto call = gather_with(at, std::move(state), place, std::move(none));
    auto out = co_await std::move(call);
    co_return out;
}

asio::awaitable<gathered>
gatherer::gather_around(gather_place at, snapshot state, standing place, std::vector<text_file> texts) {
    auto call = gather_with(at, std::move(state), place, std::move(texts));
    auto out = co_await std::move(call);
    co_return out;
}

asio::awaitable<std::vector<std::string>> gatherer::models_of(hub::hub_client& hub, std::string account) {
    std::vector<std::string> out;
    auto const listing = co_await answers_.listing(hub, std::move(account));
    if (!listing) co_return out;
    for (auto const& row : (*listing)->models)
        out.push_back(row.repo);
    co_return out;
}

/// A hub that refuses them leaves the files unread; that is said where it counts.
asio::awaitable<void> gatherer::read_missing(
    gather_place at,
    snapshot const& state,
    std::vector<file_entry> wanted,
    std::string_view part,
    std::vector<text_file>& known,
    gathered& out
) {
    std::erase_if(wanted, [&](file_entry const& file) { return find_text(known, file) != nullptr; });
    if (wanted.empty()) co_return;
    auto texts = co_await at.hub.read_texts(state.repo, state.commit, std::move(wanted));
    if (!texts) note_gap(out, part, texts.error());
    if (texts) std::move(texts->begin(), texts->end(), std::back_inserter(known));
}

asio::awaitable<gathered>
gatherer::gather_with(gather_place at, snapshot state, standing place, std::vector<text_file> texts) {
    gathered out;
    auto dates = co_await at.hub.file_dates(state.repo, state.commit);
    if (!dates) note_gap(out, "dates of the files", dates.error());
    auto const* const told = dates && *dates ? &**dates : nullptr;
    if (told != nullptr && !complete_files(state, *told))
        out.gaps.emplace_back("the files: the hub's list and its tree contradict each other");
    if (place == standing::present && !is_shut(at, state)) {
        auto wanted = configuration_files(state);
        co_await read_missing(at, state, std::move(wanted), "the configuration", texts, out);
    }
    out.facts = evidence_of(state, place, told, texts);
    co_await add_license_texts(at, state, std::move(texts), out);
    pointed_model self{place, std::move(state), false, std::nullopt};
    out.files = take_files(self);
    co_await add_account(at, out);
    co_await add_discussions(at, out);
    co_await add_own_succession(at, self, out);
    co_await add_bases(at, out);
    co_return out;
}

asio::awaitable<void> gatherer::add_license_texts(
    gather_place at, snapshot const& state, std::vector<text_file> known, gathered& out
) {
    bool const open = out.facts.place == standing::present && !is_shut(at, state);
    if (open) {
        auto wanted = license_files(state.files);
        co_await read_missing(at, state, std::move(wanted), "the license text", known, out);
    }
    auto& found = out.facts.license_texts;
    found = recognize_licenses(state.files, known, at.licenses);
    // What a gate hides is no gap: the card speaks alone there.
    bool const hidden = !open || (is_gated(state.gate) && known.empty());
    if (hidden) std::erase_if(found, [](auto const& one) { return one.unread; });
}

asio::awaitable<void> gatherer::add_account(gather_place at, gathered& out) {
    if (out.facts.author.empty()) co_return;
    auto const owner = co_await answers_.owner(at.hub, out.facts.author);
    auto& facts = out.facts.owner;
    if (owner) {
        auto const& told = **owner;
        facts.kind = kind_of(told.kind);
        facts.id = told.id;
        facts.verified = told.verified;
        facts.created_at = told.created_at;
        facts.members = told.members;
    } else {
        note_gap(out, "the account", owner.error());
    }
    auto const listing = co_await answers_.listing(at.hub, out.facts.author);
    if (listing) facts.last_activity = last_activity(**listing);
}

/// Only where the answer counts: a gate or a security contact tells people already.
asio::awaitable<void> gatherer::add_discussions(gather_place at, gathered& out) {
    auto& facts = out.facts;
    auto const* const row = at.publishers.find(facts.author);
    bool const contact = facts.format.security_policy || (row != nullptr && !row->security_contact.empty());
    if (facts.gate != gating::open || contact || facts.discussions_disabled) co_return;
    auto const open = co_await at.hub.discussions_open(facts.repo);
    if (!open) {
        note_gap(out, "discussions", open.error());
    } else if (*open) {
        facts.discussions_disabled = !**open;
    }
}

asio::awaitable<void>
gatherer::add_own_succession(gather_place at, pointed_model const& self, gathered& out) {
    auto found = co_await succession_of(at, self, out);
    if (found.card_read) out.facts.deprecated = found.what.deprecated_by_card;
    out.facts.successor = std::move(found.what);
}

asio::awaitable<gatherer::succession_found>
gatherer::succession_of(gather_place at, pointed_model const& model, gathered& out) {
    auto const& state = *model.state;
    assess::succession_input in;
    in.repo = state.repo;
    in.created_at = state.created_at;
    in.pipeline_tag = state.pipeline_tag;
    in.base_models = state.base_models;
    in.base_model_relation = state.base_model_relation;
    in.now = time_.now();
    add_rulings(in, at.publishers, state);
    in.declared_chain = co_await declared_chain(at, state, out);
    auto card = co_await card_of(at, model, out);
    if (card) in.card = std::move(*card);
    auto account = account_of(state);
    if (!account.empty()) {
        auto const listing = co_await answers_.listing(at.hub, account);
        if (listing) in.listing = siblings_in(**listing, state.repo);
        if (!listing) note_gap(out, "the models of " + printable(account), listing.error());
    }
    co_return succession_found{assess::find_succession(in), card.has_value()};
}

asio::awaitable<std::vector<std::string>>
gatherer::declared_chain(gather_place at, snapshot const& subject, gathered& out) {
    std::vector<std::string> chain;
    auto next = subject.new_version;
    while (assess::judge_hop(subject.repo, chain, next) == assess::hop_verdict::follow) {
        auto const found = co_await answers_.model(at.hub, next);
        if (!found) note_gap(out, "the declared successor", found.error());
        if (!found || !(*found)->state) {
            chain.push_back(std::move(next)); // declared is declared
            break;
        }
        auto const& state = *(*found)->state;
        // Under its own name, so that a renamed model makes no circle look like a chain.
        if (assess::judge_hop(subject.repo, chain, state.repo) != assess::hop_verdict::follow) break;
        chain.push_back(state.repo);
        next = state.new_version;
    }
    co_return chain;
}

asio::awaitable<std::optional<std::string>>
gatherer::card_of(gather_place at, pointed_model const& model, gathered& out) {
    auto const& state = *model.state;
    if (model.files_told && !model.card) co_return std::string(); // no card says nothing
    if (is_shut(at, state) || model.place != standing::present) co_return std::nullopt;
    auto const entry = model.card.value_or(file_entry());
    auto const card = co_await answers_.card(at.hub, state.repo, state.commit, entry);
    if (!card) note_gap(out, "the card of " + printable(state.repo), card.error());
    if (!card) co_return std::nullopt;
    co_return **card;
}

asio::awaitable<void> gatherer::add_bases(gather_place at, gathered& out) {
    auto& bases = out.facts.bases;
    if (bases.empty()) add_inferred_base(bases, out.facts.repo, at.publishers);
    // A guess is named and not asked about: nothing may be concluded from it.
    if (!bases.empty() && bases.front().inferred) co_return;
    for (std::size_t i = 0; i < std::min(bases.size(), most_bases); ++i)
        co_await add_base(at, bases[i], out);
}

asio::awaitable<void> gatherer::add_base(gather_place at, assess::base_evidence& base, gathered& out) {
    auto const found = co_await answers_.model(at.hub, base.repo);
    if (!found) {
        note_gap(out, "base model " + printable(base.repo), found.error());
        co_return;
    }
    base.place = (*found)->place;
    if ((*found)->state) co_await add_base_facts(at, base, **found, out);
}

/// Where the hub's info leaves the card out, README.md states the license.
asio::awaitable<license_statement>
gatherer::license_of(gather_place at, pointed_model const& model, gathered& out) {
    auto const& told = *model.state;
    if (told.card_told || !told.license.ids.empty()) co_return told.license;
    auto const card = co_await card_of(at, model, out);
    if (!card || card->empty()) co_return told.license;
    auto stated = told;
    hub::read_readme(stated, *card, at.hub.options().endpoint);
    co_return stated.license;
}

asio::awaitable<void> gatherer::add_base_facts(
    gather_place at, assess::base_evidence& base, pointed_model const& found, gathered& out
) {
    auto const& state = *found.state;
    base.resolved = true;
    if (state.repo != base.repo) base.renamed_to = state.repo;
    base.commit = state.commit;
    base.gate = state.gate;
    auto license = co_await license_of(at, found, out);
    base.license = std::move(license);
    base.created_at = state.created_at;
    base.scan = worst_scan(state.scan, nullptr);
    auto const files = co_await answers_.files(at.hub, state.repo, state.commit);
    if (!files) note_gap(out, "dates of the files of " + printable(state.repo), files.error());
    if (files && (*files)->change) base.model_changed_at = (*files)->change->at;
    if (files && !base.scan) base.scan = (*files)->scan;
    auto own = co_await succession_of(at, found, out);
    base.successor = std::move(own.what);
}

} // namespace modelwatch
