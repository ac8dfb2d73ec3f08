#include "daemon/hub_answers.hpp"

#include "daemon/hub/limits.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <chrono>

namespace modelwatch {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t card_bytes = 64u << 10;
/// Listings are the only large answers: an account may have thousands of models.
constexpr keeping few{1h, 1min, 64};
constexpr keeping many{1h, 1min, 1'024};

std::string key_of(hub::hub_client const& hub, std::string_view what, std::string_view commit = {}) {
    auto const& at = hub.options();
    return at.name + " " + at.endpoint + " " + lower(what) + " " + std::string{commit};
}

asio::awaitable<result<pointed_model>> ask_model(hub::hub_client& hub, std::string repo) {
    hub::observe_request request;
    request.repo = std::move(repo);
    request.facts_only = true;
    auto seen = co_await hub.observe(std::move(request));
    if (!seen) co_return seen.error();
    pointed_model out;
    out.place = seen->place;
    out.state = std::move(seen->state);
    static_cast<void>(take_files(out)); // there may be 200,000, and nobody asks
    co_return out;
}

asio::awaitable<result<file_summary>> ask_files(hub::hub_client& hub, std::string repo, std::string commit) {
    auto dates = co_await hub.file_dates(std::move(repo), std::move(commit));
    if (!dates) co_return dates.error();
    file_summary out;
    if (*dates) {
        out.change = newest_model_change(**dates);
        out.scan = worst_scan(std::nullopt, &**dates);
    }
    co_return out;
}

/// Too large to be checked, or without an id to check against: the beginning, on trust.
asio::awaitable<result<std::optional<std::string>>>
ask_unchecked(hub::hub_client& hub, std::string repo, std::string commit) {
    auto text = co_await hub.read_range(std::move(repo), std::move(commit), "README.md", 0, card_bytes);
    if (text) co_return card_head(*text, text->size() < card_bytes);
    auto const code = text.error().code;
    // A gate, or a hub that does not find what it lists: asking again within the hour changes nothing.
    if (code == errc::refused || code == errc::not_found) co_return std::optional<std::string>();
    co_return text.error();
}

asio::awaitable<result<std::optional<std::string>>>
ask_card(hub::hub_client& hub, std::string repo, std::string commit, file_entry entry) {
    bool const checkable = !entry.content_id().empty() && entry.size <= hub::limits::max_text_bytes;
    if (!checkable) {
        auto head = co_await ask_unchecked(hub, std::move(repo), std::move(commit));
        co_return head;
    }
    std::vector<file_entry> wanted{std::move(entry)};
    auto texts = co_await hub.read_texts(std::move(repo), std::move(commit), std::move(wanted));
    if (!texts) co_return texts.error();
    if (texts->empty()) co_return std::optional<std::string>();
    co_return card_head(texts->front().text, true);
}

} // namespace

std::vector<file_entry> take_files(pointed_model& from) {
    if (!from.state) return {};
    auto files = std::move(from.state->files);
    from.state->files = {};
    from.files_told = !files.empty();
    auto const is_card = [](file_entry const& file) { return file.path == "README.md"; };
    auto const found = std::find_if(files.begin(), files.end(), is_card);
    if (found != files.end()) from.card = *found;
    return files;
}

hub_answers::hub_answers(net::clock& time)
    : owners_(time, many)
    , listings_(time, few)
    , models_(time, many)
    , files_(time, many)
    , cards_(time, many) {}

asio::awaitable<shared_answers<hub::account_overview>::answer>
hub_answers::owner(hub::hub_client& hub, std::string account) {
    auto key = key_of(hub, account);
    auto ask = hub.owner(std::move(account));
    auto told = co_await owners_.get(std::move(key), std::move(ask));
    co_return told;
}

asio::awaitable<shared_answers<hub::model_listing>::answer>
hub_answers::listing(hub::hub_client& hub, std::string account) {
    auto key = key_of(hub, account);
    auto ask = hub.newest_models(std::move(account));
    auto told = co_await listings_.get(std::move(key), std::move(ask));
    co_return told;
}

asio::awaitable<shared_answers<pointed_model>::answer>
hub_answers::model(hub::hub_client& hub, std::string repo) {
    auto key = key_of(hub, repo);
    auto ask = ask_model(hub, std::move(repo));
    auto told = co_await models_.get(std::move(key), std::move(ask));
    co_return told;
}

asio::awaitable<shared_answers<file_summary>::answer>
hub_answers::files(hub::hub_client& hub, std::string repo, std::string commit) {
    auto key = key_of(hub, repo, commit);
    auto ask = ask_files(hub, std::move(repo), std::move(commit));
    auto told = co_await files_.get(std::move(key), std::move(ask));
    co_return told;
}

asio::awaitable<shared_answers<std::optional<std::string>>::answer>
hub_answers::card(hub::hub_client& hub, std::string repo, std::string commit, file_entry entry) {
    auto key = key_of(hub, repo, commit);
    auto ask = ask_card(hub, std::move(repo), std::move(commit), std::move(entry));
    auto told = co_await cards_.get(std::move(key), std::move(ask));
    co_return told;
}

} // namespace modelwatch
