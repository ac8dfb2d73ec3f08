#include "daemon/cli/assess_round.hpp"

#include "daemon/cli/progress.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"
#include "daemon/net/task_group.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <exception>

namespace modelwatch::cli {

namespace {

constexpr std::size_t most_at_once = 8;

struct round_of_reading {
    gatherer collect;
    gather_place at;
    net::clock& time;
    advisory_feed const& feed;
    std::vector<assess_target> const& targets;
    std::vector<result<gathered>> out;
    progress shown{"read"};
    std::size_t done = 0;
    std::size_t next = 0;
};

/// Ranges of an advisory are about the order of commits; only then the log is asked for. Without it a commit
/// counts as affected.
asio::awaitable<commit_log> log_for(round_of_reading& all, assess::evidence const& facts) {
    hub::observe_request request;
    request.repo = facts.repo;
    request.revision = facts.revision;
    auto seen = co_await all.at.hub.observe(std::move(request));
    if (!seen || !seen->state || seen->state->commit != facts.commit) co_return commit_log();
    co_return std::move(seen->log);
}

asio::awaitable<void> add_known_flaws(round_of_reading& all, assess_target const& target, gathered& found) {
    auto const named = [&](std::string const& repo) { return all.feed.by_repo.contains(lower(repo)); };
    commit_log log;
    if (named(target.repo) || named(found.facts.repo)) log = co_await log_for(all, found.facts);
    watch as_named;
    as_named.repo = target.repo;
    add_advisories(found.facts, all.feed, as_named, log, {}, all.time.now());
}

asio::awaitable<void> read_some(round_of_reading& all) {
    while (all.next < all.targets.size()) {
        auto const index = all.next++;
        auto const& target = all.targets[index];
        auto found = co_await all.collect.gather(all.at, target.repo, target.revision);
        if (found) co_await add_known_flaws(all, target, *found);
        all.out[index] = std::move(found);
        all.shown.show(++all.done, all.targets.size());
    }
}

asio::awaitable<void> read_all(round_of_reading& all, net::task_group& readers) {
    for (std::size_t i = 0; i < std::min(most_at_once, all.targets.size()); ++i)
        readers.spawn(read_some(all));
    auto const never = all.time.steady_now() + net::very_long;
    co_await readers.drained(all.time, never);
}

} // namespace

std::vector<result<gathered>> gather_all(
    asio::io_context& loop,
    machinery& parts,
    hub::hub_client& hub,
    judge_rules const& rules,
    advisory_feed const& feed,
    std::vector<assess_target> const& targets
) {
    std::vector<result<gathered>> empty(targets.size(), failure(errc::cancelled, "not read"));
    round_of_reading all{
        gatherer{parts.time},
        {hub, rules.publishers, rules.licenses},
        parts.time,
        feed,
        targets,
        std::move(empty)
    };
    std::exception_ptr broken;
    net::task_group readers{parts.executor, [&](std::exception_ptr failure) { broken = failure; }};
    asio::co_spawn(loop, read_all(all, readers), [&](std::exception_ptr failure) {
        if (failure) broken = failure;
        parts.transport->close();
    });
    loop.run();
    if (broken) std::rethrow_exception(broken);
    return std::move(all.out);
}

} // namespace modelwatch::cli
