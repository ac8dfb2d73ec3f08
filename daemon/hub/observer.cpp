#include "daemon/hub/observer.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::hub {

observer::observer(hub_requests& hub, observe_request request)
    : hub_(hub)
    , line_(hub.line())
    , request_(std::move(request))
    , left_(line_.time()) {}

bool observer::wants_states() const noexcept {
    return (request_.want_baseline_state && !request_.baseline.empty()) ||
           (request_.want_deployed_state && !request_.deployed.empty());
}

std::string observer::words_of(hub_answer const& answer) const {
    return hub_message(answer.response, line_.options().token);
}

/// A proof says nothing of the ancestry of a commit that the last poll was not asked about.
std::optional<poll_proof> observer::usable_proof() const {
    if (wants_states()) return std::nullopt;
    auto proof = proof_from_text(request_.proof);
    if (!proof) return std::nullopt;
    auto const told = [&](std::string const& wanted, std::string const& known) {
        return wanted.empty() || wanted == known || proof->commit.starts_with(wanted);
    };
    bool const same = told(request_.baseline, proof->baseline) && told(request_.deployed, proof->deployed);
    return same ? proof : std::nullopt;
}

asio::awaitable<result<observation>> observer::run() {
    if (!is_repo_id(request_.repo)) {
        co_return failure(
            errc::invalid,
            "not a repo's name: " + shortened(printable(request_.repo), 120),
            "write it as namespace/name"
        );
    }
    bool const odd_revision = request_.revision.empty() || request_.revision.size() > 255 ||
                              printable(request_.revision) != request_.revision;
    if (odd_revision) {
        co_return failure(
            errc::invalid,
            "not a revision: " + shortened(printable(request_.revision), 120),
            "write a branch, a tag or a commit"
        );
    }
    auto seen = co_await ask(usable_proof());
    // Callers take not_found for a lost revision: it may come from nowhere but the question about it.
    if (!seen && seen.error().code == errc::not_found && !revision_lost_) {
        auto problem = seen.error();
        problem.code = errc::inconsistent;
        co_return problem;
    }
    if (seen) seen->passed_over = std::move(passed_over_);
    co_return seen;
}

asio::awaitable<result<observation>> observer::ask(std::optional<poll_proof> old) {
    // A 304 has no body, and only a body that lists hashes stands for the files too.
    auto const validator = old && old->proven ? old->etag : std::string();
    auto answer = co_await hub_.info(request_.repo, request_.revision, validator, left_);
    if (!answer) co_return answer.error();
    auto const what = meaning_of(answer->response);
    if (what == meaning::not_modified && !validator.empty()) {
        auto seen = co_await unmoved(std::move(*old));
        co_return seen;
    }
    if (what == meaning::ok) {
        auto seen = co_await readable(std::move(*answer), std::move(old));
        co_return seen;
    }
    auto seen = co_await unreadable(std::move(*answer));
    co_return seen;
}

asio::awaitable<result<observation>> observer::readable(hub_answer answer, std::optional<poll_proof> old) {
    auto const& response = answer.response;
    auto const json = expect_json(response);
    if (!json) co_return at_request(json.error(), answer.method, answer.url);
    auto const etag = kept_etag(response.header("etag"));
    auto const tag = weak_etag(response.body);
    if (old && old->proven && old->body_tag == tag) {
        old->etag = etag;
        auto seen = co_await unmoved(std::move(*old));
        co_return seen;
    }
    auto info = parse_model_info(
        response.body, line_.options().name, request_.revision, line_.time().now(), line_.where().base()
    );
    if (!info && info.error().code == errc::not_found) co_return no_revision(answer);
    if (!info) co_return at_request(info.error(), answer.method, answer.url);
    hub_.note_answer(info->state.repo);
    if (request_.facts_only) {
        auto seen = co_await facts_of(std::move(*info));
        co_return seen;
    }
    auto proof = proof_of(*info);
    proof.etag = etag;
    proof.body_tag = tag;
    if (old && old->proven && old->same_facts(proof)) {
        old->etag = etag;
        old->body_tag = tag;
        auto seen = co_await unmoved(std::move(*old));
        co_return seen;
    }
    auto seen = co_await whole(std::move(*info), std::move(proof), std::move(old));
    co_return seen;
}

asio::awaitable<result<observation>> observer::facts_of(model_info info) {
    observation seen;
    seen.place = info.state.disabled ? standing::disabled : standing::present;
    if (info.state.disabled) seen.detail = "The hub marks the repo as disabled.";
    auto const told = co_await add_untold(seen, info.state);
    bool const fatal = !told && (told.error().code == errc::cancelled || told.error().code == errc::limited);
    if (fatal) co_return told.error();
    seen.texts.clear();
    seen.state = std::move(info.state);
    co_return seen;
}

/// Nothing moved. But whether our token still opens a gated repo shows nowhere in its info: that is asked
/// for.
asio::awaitable<result<observation>> observer::unmoved(poll_proof old) {
    observation seen;
    seen.unchanged = true;
    seen.place = old.place;
    if (old.place == standing::disabled) seen.detail = "The hub marks the repo as disabled.";
    if (old.place == standing::access_lost) seen.detail = access_detail({});
    if (old.gated && line_.has_token()) {
        auto probe = co_await hub_.probe_access(old.repo, old.commit, left_);
        if (!probe) co_return probe.error();
        auto const refusal = co_await check_refusal(*probe);
        if (!refusal) co_return refusal.error();
        auto const entry = probe->log.known               ? access::works
                           : probe->why == meaning::gated ? access::refused
                                                          : access::unknown;
        if (entry != old.entry) {
            auto fresh = co_await ask(std::nullopt);
            co_return fresh;
        }
        seen.token_worked = entry == access::works;
    }
    seen.proof = to_text(old);
    co_return seen;
}

asio::awaitable<result<observation>>
observer::whole(model_info info, poll_proof proof, std::optional<poll_proof> old) {
    auto complete = co_await with_tree(std::move(info));
    if (!complete) {
        // The info is public, its files are not: somebody closed the repo, or it was never open to us.
        bool const shut =
            complete.error().code == errc::refused && (proof.gated || proof.place != standing::present);
        if (!shut) co_return complete.error();
        observation seen;
        seen.place = proof.place == standing::disabled ? standing::disabled : standing::access_lost;
        seen.detail = seen.place == standing::disabled ? std::string("The hub marks the repo as disabled.")
                                                       : access_detail({});
        co_return seen;
    }
    // The info may have been asked for again meanwhile: the proof is of what is handed out.
    auto settled = proof_of(*complete);
    if (!settled.same_facts(proof)) proof = std::move(settled);
    if (old && !old->proven && old->same_facts(proof)) {
        auto seen = co_await unmoved(std::move(*old));
        co_return seen;
    }
    observation seen;
    seen.place = proof.place;
    if (seen.place == standing::disabled) seen.detail = "The hub marks the repo as disabled.";
    seen.state = std::move(complete->state);
    auto const told = co_await add_untold(seen, *seen.state);
    if (!told) co_return told.error();
    auto const tag = co_await note_tag(*seen.state);
    if (!tag) co_return tag.error();
    auto const history = co_await add_history(seen, proof);
    if (!history) co_return history.error();
    auto const known = co_await add_known_states(seen);
    if (!known) co_return known.error();
    auto const texts = co_await add_texts(seen);
    if (!texts) co_return texts.error();
    seen.proof = to_text(proof);
    co_return seen;
}

asio::awaitable<result<void>> observer::add_history(observation& seen, poll_proof& proof) {
    auto const& state = *seen.state;
    std::vector<std::string> const wanted{request_.baseline, request_.deployed};
    auto answer = co_await hub_.log(state.repo, state.commit, wanted, left_);
    if (!answer) co_return answer.error();
    auto const refusal = co_await check_refusal(*answer);
    if (!refusal) co_return refusal.error();
    seen.log = std::move(answer->log);
    proof.baseline = request_.baseline;
    proof.deployed = request_.deployed;
    if (proof.gated && line_.has_token()) {
        bool const shut = answer->why == meaning::gated;
        proof.entry = seen.log.known ? access::works : shut ? access::refused : access::unknown;
        seen.token_worked = proof.entry == access::works;
        if (shut && request_.token_worked && seen.place == standing::present) {
            seen.place = standing::access_lost;
            seen.detail = access_detail(answer->words);
            proof.place = standing::access_lost;
        }
    }
    if (answer->why == meaning::gated) texts_.closed = true;
    co_return result<void>();
}

/// A refused token looks like a gate to which it is no key: a 401 with a token is asked about.
asio::awaitable<result<void>> observer::check_refusal(log_answer const& answer) {
    if (answer.status != 401 || !line_.has_token()) co_return result<void>();
    auto const good = co_await hub_.token_is_good(left_);
    if (!good) co_return good.error();
    if (*good == false) {
        auto problem = failure(
            errc::unauthorized,
            "the hub " + line_.where().base() + " refuses the token",
            "it was revoked, has expired or is mistyped: put a fresh one into its token_file"
        );
        problem.status = answer.status;
        co_return problem;
    }
    co_return result<void>();
}

asio::awaitable<result<void>> observer::note_tag(snapshot& state) {
    auto const& name = request_.revision;
    bool const clear = name == "main" || is_full_commit(name) || name.starts_with("refs/");
    if (clear) co_return result<void>();
    auto refs = co_await hub_.refs(state.repo, left_);
    if (!refs) co_return refs.error();
    if (*refs) {
        auto const& tags = (*refs)->tags;
        state.is_tag =
            std::any_of(tags.begin(), tags.end(), [&](named_ref const& tag) { return tag.name == name; });
    }
    co_return result<void>();
}

} // namespace modelwatch::hub
