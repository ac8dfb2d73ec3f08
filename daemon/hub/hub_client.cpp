#include "daemon/hub/hub_client.hpp"

#include "daemon/hub/file_range.hpp"
#include "daemon/hub/json_reader.hpp"
#include "daemon/hub/observer.hpp"
#include "daemon/hub/requests.hpp"
#include "daemon/model/text.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

namespace modelwatch::hub {

namespace {

/// Waits for a call; the exception by which Asio ends a cancelled coroutine becomes our error.
template <class T>
asio::awaitable<result<T>> settled(asio::awaitable<result<T>> call) {
    try {
        auto outcome = co_await std::move(call);
        co_return outcome;
    } catch (boost::system::system_error const& thrown) {
        if (thrown.code() != asio::error::operation_aborted) throw;
    }
    co_return failure(errc::cancelled, "the request to the hub was stopped");
}

bool is_author(std::string_view text) noexcept {
    return is_repo_id(text) && text.find('/') == std::string_view::npos;
}

error no_account(std::string_view name) {
    return failure(errc::invalid, "not an account's name: " + shortened(printable(name), 120));
}

error no_commit(std::string_view repo) {
    return failure(errc::invalid, "not a commit of a repo: " + shortened(printable(repo), 120));
}

/// What may go into a resolve URL.
result<void> check_file(std::string_view repo, std::string_view commit, std::string_view path) {
    if (is_repo_id(repo) && !commit.empty() && commit.size() <= 255 && is_sound_path(path)) return {};
    return failure(
        errc::invalid,
        "not a file of a repo: " + shortened(printable(repo), 120) + "@" + shortened(printable(commit), 80) +
            ":" + shortened(printable(path), 120)
    );
}

class client final : public hub_client {
public:
    client(hub_options options, net::http_transport& transport, net::clock& time)
        : requests_(std::move(options), transport, time) {}

    [[nodiscard]] hub_options const& options() const noexcept override { return requests_.options(); }

    [[nodiscard]] std::optional<error> trouble() const override { return requests_.line().trouble(); }

    [[nodiscard]] std::optional<std::chrono::seconds> take_clock_news() override {
        return requests_.line().take_clock_news();
    }

    asio::awaitable<result<observation>> observe(observe_request request) override {
        observer poll(requests_, std::move(request));
        auto call = poll.run();
        auto seen = co_await settled(std::move(call));
        co_return seen;
    }

    asio::awaitable<result<std::vector<listed_model>>> list_models(std::string author) override {
        if (!is_author(author)) co_return no_account(author);
        patience left(requests_.line().time());
        auto call = requests_.listing(std::move(author), left);
        auto models = co_await settled(std::move(call));
        co_return models;
    }

    asio::awaitable<result<model_listing>> newest_models(std::string author) override {
        if (!is_author(author)) co_return no_account(author);
        patience left(requests_.line().time());
        auto call = requests_.newest(std::move(author), left);
        auto models = co_await settled(std::move(call));
        co_return models;
    }

    asio::awaitable<result<std::optional<std::vector<dated_file>>>>
    file_dates(std::string repo, std::string commit) override {
        if (!is_repo_id(repo) || !is_full_commit(commit)) co_return no_commit(repo);
        patience left(requests_.line().time());
        auto call = requests_.dated_tree(std::move(repo), std::move(commit), left);
        auto files = co_await settled(std::move(call));
        co_return files;
    }

    asio::awaitable<result<account_overview>> owner(std::string account) override {
        if (!is_author(account)) co_return no_account(account);
        patience left(requests_.line().time());
        auto call = requests_.owner(std::move(account), left);
        auto told = co_await settled(std::move(call));
        co_return told;
    }

    asio::awaitable<result<std::optional<bool>>> discussions_open(std::string repo) override {
        if (!is_repo_id(repo)) {
            co_return failure(errc::invalid, "not a repo's name: " + shortened(printable(repo), 120));
        }
        patience left(requests_.line().time());
        auto call = requests_.discussions_open(std::move(repo), left);
        auto told = co_await settled(std::move(call));
        co_return told;
    }

    asio::awaitable<result<std::vector<text_file>>>
    read_texts(std::string repo, std::string commit, std::vector<file_entry> files) override {
        if (!is_repo_id(repo) || !is_full_commit(commit)) co_return no_commit(repo);
        snapshot wanted;
        wanted.repo = std::move(repo);
        wanted.commit = std::move(commit);
        wanted.files = std::move(files);
        observe_request request;
        request.keep_text = [](file_entry const&) { return true; };
        observer poll(requests_, std::move(request));
        auto call = poll.texts(std::move(wanted));
        auto texts = co_await settled(std::move(call));
        co_return texts;
    }

    asio::awaitable<result<std::string>>
    read_file(std::string repo, std::string commit, std::string path, std::uint64_t max_bytes) override {
        auto const sound = check_file(repo, commit, path);
        if (!sound) co_return sound.error();
        patience left(requests_.line().time());
        auto call = requests_.file(repo, commit, path, max_bytes, true, left);
        auto answer = co_await settled(std::move(call));
        if (!answer) co_return answer.error();
        if (answer->response.status != 200) co_return requests_.unusable(*answer);
        co_return std::move(answer->response.body);
    }

    asio::awaitable<result<std::string>> read_range(
        std::string repo, std::string commit, std::string path, std::uint64_t offset, std::uint64_t length
    ) override {
        auto const sound = check_file(repo, commit, path);
        if (!sound) co_return sound.error();
        if (length > limits::max_range || offset > (std::uint64_t{1} << 60)) {
            co_return failure(errc::invalid, "a range of over 1 GiB of " + path + " was asked for");
        }
        if (length == 0) co_return std::string();
        hub_call ask;
        ask.url = requests_.line().where().resolve(repo, commit, path);
        ask.headers.emplace_back(
            "Range", "bytes=" + std::to_string(offset) + "-" + std::to_string(offset + length - 1)
        );
        ask.max_body = range_read_bound(offset, length);
        ask.cut_body_at_max = true;
        ask.is_file = true;
        patience left(requests_.line().time());
        auto call = requests_.line().send(std::move(ask), left);
        auto answer = co_await settled(std::move(call));
        if (!answer) co_return answer.error();
        auto problem = requests_.unusable(*answer);
        co_return cut_range(std::move(answer->response), offset, length, std::move(problem));
    }

    [[nodiscard]] std::string web_url(std::string_view repo, std::string_view commit) const override {
        return requests_.where().page(repo, commit);
    }

private:
    hub_requests requests_;
};

} // namespace

std::unique_ptr<hub_client>
make_hub_client(hub_options options, net::http_transport& transport, net::clock& time) {
    return std::make_unique<client>(std::move(options), transport, time);
}

} // namespace modelwatch::hub
