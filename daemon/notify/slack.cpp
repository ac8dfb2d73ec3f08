#include "daemon/notify/answer.hpp"
#include "daemon/notify/channels.hpp"
#include "daemon/notify/post.hpp"
#include "daemon/notify/slack_render.hpp"

namespace modelwatch::notify {

namespace {

class slack_channel final : public channel {
public:
    slack_channel(channel_options options, channel_deps deps)
        : options_(std::move(options))
        , deps_(deps) {
        hidden_.add_url(options_.url);
    }

    asio::awaitable<delivery> send(message const& what, std::vector<std::string>) override {
        auto const now = unix_now(deps_.time);
        auto request = json_post(options_, render_slack(what, options_.whom));
        request.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
        auto const answer = co_await deps_.transport.send(std::move(request));
        co_return answer ? judge_slack(*answer, now, hidden_) : judge_error(answer.error(), hidden_);
    }

private:
    channel_options options_;
    channel_deps deps_;
    secrets hidden_;
};

} // namespace

std::unique_ptr<channel> make_slack_channel(channel_options options, channel_deps deps) {
    return std::make_unique<slack_channel>(std::move(options), deps);
}

} // namespace modelwatch::notify
