#pragma once

#include "daemon/notify/channel.hpp"

#include <memory>

namespace modelwatch::notify {

// One per channel type; make_channel picks. Each throws std::invalid_argument for options that cannot be
// used.
[[nodiscard]] std::unique_ptr<channel> make_webhook_channel(channel_options options, channel_deps deps);
[[nodiscard]] std::unique_ptr<channel> make_slack_channel(channel_options options, channel_deps deps);
[[nodiscard]] std::unique_ptr<channel> make_email_channel(channel_options options, channel_deps deps);
[[nodiscard]] std::unique_ptr<channel> make_teams_channel(channel_options options, channel_deps deps);
[[nodiscard]] std::unique_ptr<channel> make_pagerduty_channel(channel_options options, channel_deps deps);
[[nodiscard]] std::unique_ptr<channel> make_command_channel(channel_options options, channel_deps deps);

} // namespace modelwatch::notify
