#include "daemon/notify/channels.hpp"

#include <stdexcept>

namespace modelwatch::notify {

std::unique_ptr<channel> make_channel(channel_options options, channel_deps deps) {
    switch (options.type) {
    case channel_type::webhook:
        return make_webhook_channel(std::move(options), deps);
    case channel_type::slack:
        return make_slack_channel(std::move(options), deps);
    case channel_type::email:
        return make_email_channel(std::move(options), deps);
    case channel_type::teams:
        return make_teams_channel(std::move(options), deps);
    case channel_type::pagerduty:
        return make_pagerduty_channel(std::move(options), deps);
    case channel_type::command:
        return make_command_channel(std::move(options), deps);
    }
    throw std::logic_error("make_channel: unknown channel type");
}

} // namespace modelwatch::notify
