#include "daemon/notify/answer.hpp"
#include "daemon/notify/channels.hpp"
#include "daemon/notify/post.hpp"
#include "daemon/notify/webhook_render.hpp"

#include <stdexcept>

namespace modelwatch::notify {

namespace {

class webhook_channel final : public channel {
public:
    webhook_channel(channel_options options, channel_deps deps)
        : options_(std::move(options))
        , deps_(deps)
        , keys_(signing_keys(options_.secret)) {
        if (!options_.secret.empty() && keys_.empty())
            throw std::invalid_argument("the webhook's secret holds nothing but blanks");
        hidden_.add_url(options_.url);
        hidden_.add(options_.secret);
        for (auto const& key : keys_)
            hidden_.add(key);
    }

    asio::awaitable<delivery> send(message const& what, std::vector<std::string>) override {
        auto const now = unix_now(deps_.time);
        auto request = json_post(options_, render_webhook(what));
        request.headers = webhook_headers(what.id, now, request.body, keys_);
        auto const answer = co_await deps_.transport.send(std::move(request));
        co_return answer ? judge_http(*answer, now, hidden_) : judge_error(answer.error(), hidden_);
    }

private:
    channel_options options_;
    channel_deps deps_;
    std::vector<std::string> keys_;
    secrets hidden_;
};

} // namespace

std::unique_ptr<channel> make_webhook_channel(channel_options options, channel_deps deps) {
    return std::make_unique<webhook_channel>(std::move(options), deps);
}

} // namespace modelwatch::notify
