#include "tests/hub/rate_limit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::hub_double {

namespace {

struct account_limits {
    std::string_view account;
    std::uint64_t api;
    std::uint64_t resolvers;
    std::uint64_t pages;
};

constexpr std::array<account_limits, 8> documented{{
    {"anonymous", 500, 3'000, 100},
    {"free", 1'000, 5'000, 200},
    {"pro", 2'500, 12'000, 400},
    {"team", 3'000, 20'000, 400},
    {"enterprise", 6'000, 50'000, 600},
    {"enterprise-plus", 10'000, 100'000, 1'000},
    {"higher", 100'000, 500'000, 10'000},
    {"academia", 3'000, 20'000, 400},
}};

std::uint64_t documented_limit(std::string_view account, std::string_view bucket) {
    auto const found = std::find_if(documented.begin(), documented.end(), [&](account_limits const& one) {
        return one.account == account;
    });
    auto const& limits = found == documented.end() ? documented[1] : *found;
    return bucket == "api" ? limits.api : bucket == "resolvers" ? limits.resolvers : limits.pages;
}

json::object const* limits_in(world const& hub) {
    auto const found = hub.settings.if_contains("rate_limits");
    return found != nullptr && found->is_object() ? &found->get_object() : nullptr;
}

std::uint64_t number_in(json::object const& in, std::string_view key, std::uint64_t otherwise) {
    auto const found = in.if_contains(key);
    return found != nullptr && found->is_int64() && found->get_int64() >= 0
               ? static_cast<std::uint64_t>(found->get_int64())
               : otherwise;
}

std::uint64_t limit_for(json::object const* limits, std::string_view account, std::string_view bucket) {
    auto const otherwise = documented_limit(account, bucket);
    if (limits == nullptr) return otherwise;
    auto const own = limits->if_contains(account);
    return own != nullptr && own->is_object() ? number_in(own->get_object(), bucket, otherwise) : otherwise;
}

bool enforced(json::object const* limits) {
    if (limits == nullptr) return true;
    auto const found = limits->if_contains("enforce");
    return found == nullptr || !found->is_bool() || found->get_bool();
}

} // namespace

std::string allowance::header_text() const {
    return fmt::format(
        "ratelimit: \"{0}\";r={1};t={2}\r\nratelimit-policy: \"fixed window\";\"{0}\";q={3};w={4}\r\n",
        bucket,
        remaining,
        reset,
        limit,
        window
    );
}

std::string_view bucket_of(std::string_view target) {
    auto const path = target.substr(0, target.find('?'));
    if (path.find("/resolve/") != std::string_view::npos) return "resolvers";
    return path.starts_with("/api/") ? "api" : "pages";
}

allowance rate_limiter::take(
    world const& hub, std::string const& who, std::string_view account, std::string_view target, time now
) {
    auto const limits = limits_in(hub);
    allowance made;
    made.bucket = bucket_of(target);
    made.limit = limit_for(limits, account, made.bucket);
    made.window = limits == nullptr ? 300 : number_in(*limits, "window_seconds", 300);
    auto& counted = windows_[who + "\n" + std::string(made.bucket)];
    auto const length = std::chrono::seconds(made.window);
    if (counted.used == 0 || now - counted.start >= length) counted = {now, 0};
    made.allowed = counted.used < made.limit || !enforced(limits);
    ++counted.used;
    made.remaining = made.limit - std::min(counted.used, made.limit);
    auto const left = std::chrono::ceil<std::chrono::seconds>(counted.start + length - now).count();
    made.reset = static_cast<std::uint64_t>(std::max<std::int64_t>(left, 0));
    return made;
}

} // namespace modelwatch::hub_double
