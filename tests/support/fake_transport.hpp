#pragma once

#include "daemon/net/http.hpp"
#include "tests/support/fake_clock.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace modelwatch::test {

/// An http_transport without a network. Answers are scripted per method and path with query
/// ("/api/models/a/b?x=1", the host does not matter) or per whole URL; a queue is used up in order, then
/// `always`, then the default handler. A request that nothing was scripted for throws, so that the test fails
/// loudly.
class fake_transport final : public net::http_transport {
public:
    using handler = std::function<result<net::http_response>(net::http_request const&)>;

    fake_transport() = default;

    /// With a clock, a hanging exchange ends with errc::timeout after its (virtual) timeout.
    explicit fake_transport(fake_clock& time)
        : time_{&time} {}

    static net::http_response
    response(unsigned status, std::string body = {}, net::header_list headers = {}) {
        net::http_response made;
        made.status = status;
        made.body = std::move(body);
        made.headers = std::move(headers);
        return made;
    }

    /// The next request for this gets this answer, once.
    void answer(std::string method, std::string target, net::http_response reply) {
        once(std::move(method), std::move(target), [reply](net::http_request const&) { return reply; });
    }

    void answer(
        std::string method,
        std::string target,
        unsigned status,
        std::string body = {},
        net::header_list headers = {}
    ) {
        answer(std::move(method), std::move(target), response(status, std::move(body), std::move(headers)));
    }

    /// The next request for this fails, once.
    void fail(std::string method, std::string target, error failure) {
        once(std::move(method), std::move(target), [failure](net::http_request const&) { return failure; });
    }

    /// The next request for this gets what `reply` says, once.
    void once(std::string method, std::string target, handler reply) {
        queues_[{std::move(method), std::move(target)}].push_back(script{std::move(reply)});
    }

    /// The next request for this never gets an answer: it ends by cancellation, or by its timeout (see
    /// above).
    void hang(std::string method, std::string target) {
        queues_[{std::move(method), std::move(target)}].push_back(script{});
    }

    /// Every request for this, once its queue is empty.
    void always(std::string method, std::string target, handler reply) {
        standing_[{std::move(method), std::move(target)}] = std::move(reply);
    }

    void always(
        std::string method,
        std::string target,
        unsigned status,
        std::string body = {},
        net::header_list headers = {}
    ) {
        auto reply = response(status, std::move(body), std::move(headers));
        always(std::move(method), std::move(target), [reply](net::http_request const&) { return reply; });
    }

    /// Everything else.
    void otherwise(handler reply) { otherwise_ = std::move(reply); }

    [[nodiscard]] std::vector<net::http_request> const& requests() const noexcept { return requests_; }

    [[nodiscard]] std::size_t count(std::string_view method, std::string_view target) const {
        std::size_t hits = 0;
        for (auto const& sent : requests_) {
            hits += sent.method == method && (sent.url == target || path_of(sent.url) == target) ? 1u : 0u;
        }
        return hits;
    }

    [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_; }

    /// Scripted answers that nobody asked for.
    [[nodiscard]] std::size_t left_over() const {
        std::size_t left = 0;
        for (auto const& [key, queue] : queues_) {
            left += queue.size();
        }
        return left;
    }

    [[nodiscard]] bool closed() const noexcept { return closed_; }

    asio::awaitable<result<net::http_response>> send(net::http_request request) override {
        counted const running{in_flight_};
        requests_.push_back(request);
        auto const executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable); // an answer never comes in the same breath
        script const next = take(request);
        if (next.reply) {
            auto reply = next.reply(request);
            co_return bounded(request, std::move(reply));
        }
        if (time_ != nullptr) {
            co_await time_->sleep_until(time_->steady_now() + request.timeout);
            co_return error{errc::timeout, where(request) + ": no answer in time", {}, 0, std::nullopt};
        }
        asio::steady_timer forever{executor, asio::steady_timer::time_point::max()};
        co_await forever.async_wait(asio::use_awaitable);
        throw std::logic_error("fake_transport: a hanging exchange was woken");
    }

    void close() noexcept override { closed_ = true; }

    /// "/path?query" of a URL.
    static std::string path_of(std::string const& url) {
        auto const host = url.find("://");
        auto const path = url.find('/', host == std::string::npos ? 0 : host + 3);
        return path == std::string::npos ? "/" : url.substr(path);
    }

private:
    using key = std::pair<std::string, std::string>;

    struct script {
        handler reply; ///< empty: hang
    };

    struct counted {
        explicit counted(std::size_t& count)
            : count_{count} {
            ++count_;
        }

        counted(counted const&) = delete;
        counted& operator=(counted const&) = delete;

        ~counted() { --count_; }

        std::size_t& count_;
    };

    static std::string where(net::http_request const& request) {
        auto const url = request.url.substr(0, request.url.find('?'));
        auto const host = url.find("://");
        return request.method + " " + (host == std::string::npos ? url : url.substr(host + 3));
    }

    script take(net::http_request const& request) {
        for (auto const& target : {request.url, path_of(request.url)}) {
            auto const queue = queues_.find({request.method, target});
            if (queue != queues_.end() && !queue->second.empty()) {
                auto next = std::move(queue->second.front());
                queue->second.pop_front();
                return next;
            }
        }
        for (auto const& target : {request.url, path_of(request.url)}) {
            auto const standing = standing_.find({request.method, target});
            if (standing != standing_.end()) {
                return script{standing->second};
            }
        }
        if (otherwise_) {
            return script{otherwise_};
        }
        throw std::logic_error("fake_transport: nothing scripted for " + request.method + " " + request.url);
    }

    /// The bounds that the real transport keeps.
    static result<net::http_response>
    bounded(net::http_request const& request, result<net::http_response> reply) {
        if (!reply || reply->body.size() <= request.max_body) {
            return reply;
        }
        if (!request.cut_body_at_max) {
            return error{errc::too_large, where(request) + ": the answer is too large", {}, 0, std::nullopt};
        }
        reply->body.resize(static_cast<std::size_t>(request.max_body));
        reply->body_was_cut = true;
        return reply;
    }

    fake_clock* time_ = nullptr;
    std::map<key, std::deque<script>> queues_;
    std::map<key, handler> standing_;
    handler otherwise_;
    std::vector<net::http_request> requests_;
    std::size_t in_flight_ = 0;
    bool closed_ = false;
};

} // namespace modelwatch::test
