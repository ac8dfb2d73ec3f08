#pragma once

#include "daemon/notify/channel.hpp"

#include <cstdint>
#include <string>

namespace modelwatch::notify {

/// A POST of JSON to the channel's URL. Only the first words of the answer are read.
[[nodiscard]] inline net::http_request json_post(channel_options const& options, std::string body) {
    net::http_request request;
    request.method = "POST";
    request.url = options.url;
    request.body = std::move(body);
    request.timeout = options.timeout;
    request.max_body = 8u << 10;
    request.cut_body_at_max = true;
    request.via = options.via;
    return request;
}

[[nodiscard]] inline std::int64_t unix_now(net::clock& time) {
    return std::chrono::floor<std::chrono::seconds>(time.now()).time_since_epoch().count();
}

} // namespace modelwatch::notify
