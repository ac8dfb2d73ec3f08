#include "daemon/alerting/precedence.hpp"
#include "daemon/notify/blocking.hpp"
#include "daemon/notify/channels.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/program.hpp"
#include "daemon/notify/webhook_render.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace modelwatch::notify {

namespace {

/// Everything that the program finds in its environment (conf/modelwatch.toml documents it).
std::vector<std::string> surroundings_for(message const& what) {
    auto const worst = alerting::gravest(what.alerts);
    return {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG=C.UTF-8",
        fmt::format("MODELWATCH_MESSAGE_ID={}", what.id),
        fmt::format("MODELWATCH_NOTIFIER={}", what.notifier),
        fmt::format("MODELWATCH_TYPE={}", to_string(what.type)),
        fmt::format("MODELWATCH_SEVERITY={}", to_string(worst)),
        fmt::format("MODELWATCH_ALERTS={}", what.alerts.size()),
        fmt::format("MODELWATCH_SUBJECT={}", subject_line(what, 300)),
    };
}

class command_channel final : public channel {
public:
    command_channel(channel_options options, channel_deps deps)
        : options_(std::move(options))
        , deps_(deps) {
        if (options_.command.empty() || !options_.command.front().starts_with('/'))
            throw std::invalid_argument("`command` must begin with the absolute path of a program");
    }

    asio::awaitable<delivery> send(message const& what, std::vector<std::string>) override {
        program_job job;
        job.words = options_.command;
        job.surroundings = surroundings_for(what);
        job.input = render_webhook(what) + "\n";
        job.keep_output = true;
        job.limit = options_.timeout;
        std::function<delivery(abort_flag const&)> work = [job = std::move(job)](abort_flag const& aborted) {
            return judge_program(job.words.front(), run_program(job, aborted), secrets{});
        };
        auto outcome = co_await run_blocking<delivery>(deps_.blocking, std::move(work));
        co_return outcome;
    }

private:
    channel_options options_;
    channel_deps deps_;
};

} // namespace

std::unique_ptr<channel> make_command_channel(channel_options options, channel_deps deps) {
    return std::make_unique<command_channel>(std::move(options), deps);
}

} // namespace modelwatch::notify
