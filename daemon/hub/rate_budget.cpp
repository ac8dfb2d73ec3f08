#include "daemon/hub/rate_budget.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>
#include <charconv>

namespace modelwatch::hub {

namespace {

constexpr std::chrono::minutes own_window{5};
constexpr std::chrono::seconds longest_block{3'600};
constexpr unsigned longest_backoff_shift = 6; ///< 64 s

std::optional<std::uint64_t> number(std::string_view text) noexcept {
    std::uint64_t value = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || value > 1'000'000'000)
        return std::nullopt;
    return value;
}

std::string_view unquoted(std::string_view text) noexcept {
    auto const junk = [](char c) { return c == '"' || c == '\\' || c == ' ' || c == '\t'; };
    while (!text.empty() && junk(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && junk(text.back()))
        text.remove_suffix(1);
    return text;
}

std::optional<bucket> named_bucket(std::string_view name) noexcept {
    if (name == "api") return bucket::api;
    if (name == "resolvers") return bucket::resolvers;
    if (name == "pages") return bucket::pages;
    return std::nullopt;
}

void take_parameter(rate_item& item, std::string_view key, std::string_view text) {
    auto const value = number(text);
    if (!value) return;
    if (key == "r") item.remaining = value;
    if (key == "q") item.quota = value;
    if (key == "t") item.reset = std::chrono::seconds(static_cast<std::int64_t>(*value));
}

} // namespace

bucket bucket_of(std::string_view path) noexcept {
    if (path.ends_with("/api/whoami-v2")) return bucket::account;
    if (path.find("/resolve/") != std::string_view::npos) return bucket::resolvers;
    if (path.find("/api/resolve-cache/") != std::string_view::npos) return bucket::resolvers;
    if (path.find("/api/") != std::string_view::npos) return bucket::api;
    return bucket::pages;
}

std::vector<rate_item> parse_rate_items(std::string_view value) {
    std::vector<rate_item> items;
    for (auto const text : split(value.substr(0, 2'048), ',')) {
        rate_item item;
        for (auto const part : split(text, ';')) {
            auto const equals = part.find('=');
            if (equals == std::string_view::npos) {
                auto const name = named_bucket(unquoted(part));
                if (name) item.which = name;
            } else {
                take_parameter(item, unquoted(part.substr(0, equals)), unquoted(part.substr(equals + 1)));
            }
        }
        if (item.remaining || item.quota) items.push_back(item);
    }
    return items;
}

rate_budget::rate_budget(unsigned own_limit, std::uint64_t seed)
    : own_limit_(own_limit)
    , noise_(seed | 1) {}

// The last few slots of a window stay free for people who work with the same account.
std::uint64_t rate_budget::counter::reserve() const noexcept {
    return quota ? std::min<std::uint64_t>(10, *quota / 50) : 0;
}

std::chrono::milliseconds rate_budget::jitter() noexcept {
    noise_ ^= noise_ << 13;
    noise_ ^= noise_ >> 7;
    noise_ ^= noise_ << 17;
    return std::chrono::milliseconds(static_cast<std::int64_t>(noise_ % 500));
}

rate_budget::permit rate_budget::ask(bucket which, net::steady_instant now) {
    auto& state = at(which);
    permit answer;
    if (now < state.blocked_until) return {.wait = state.blocked_until - now, .blocked = true};
    bool const window_known = state.remaining && now < state.reset_at;
    if (window_known && *state.remaining <= state.reserve()) {
        answer.wait = state.reset_at - now + std::chrono::seconds(1) + jitter();
    }
    if (own_limit_ != 0 && own_count_ >= own_limit_ && now < own_window_end_) {
        answer.wait = std::max<std::chrono::milliseconds>(answer.wait, own_window_end_ - now);
    }
    return answer;
}

void rate_budget::sent(bucket which, net::steady_instant now) {
    auto& state = at(which);
    ++state.in_flight;
    if (now >= state.reset_at) state.remaining.reset();
    if (state.remaining && *state.remaining > 0) --*state.remaining;
    if (now >= own_window_end_) {
        own_window_end_ = now + own_window;
        own_count_ = 0;
    }
    ++own_count_;
}

void rate_budget::finished(bucket which) noexcept {
    auto& state = at(which);
    if (state.in_flight > 0) --state.in_flight;
}

void rate_budget::learn_items(bucket which, net::http_response const& answer, net::steady_instant now) {
    for (auto const& item : parse_rate_items(answer.header("ratelimit-policy"))) {
        if (item.quota) at(item.which.value_or(which)).quota = item.quota;
    }
    for (auto const& item : parse_rate_items(answer.header("ratelimit"))) {
        if (!item.remaining || !item.reset) continue;
        auto& state = at(item.which.value_or(which));
        auto const reset_at = now + std::min(*item.reset, longest_block);
        // Others are on their way and are not in the hub's number yet.
        auto const left = *item.remaining - std::min(*item.remaining, state.in_flight);
        bool const same_window = state.remaining && now < state.reset_at &&
                                 std::chrono::abs(reset_at - state.reset_at) <= std::chrono::seconds(2);
        // Answers overtake each other: within one window the number can only fall.
        state.remaining = same_window ? std::min(left, *state.remaining) : left;
        state.reset_at = reset_at;
    }
}

std::chrono::seconds rate_budget::penalty(
    counter& state,
    std::optional<std::uint64_t> remaining,
    net::http_response const& answer,
    net::steady_instant now,
    std::int64_t now_unix
) {
    using std::chrono::seconds;
    if (remaining && *remaining == 0 && now < state.reset_at) {
        return std::chrono::ceil<seconds>(state.reset_at - now) + seconds(1);
    }
    auto const wish = net::parse_retry_after(answer.header("retry-after"), now_unix);
    if (wish) return std::clamp(*wish, seconds(1), longest_block);
    return seconds(1u << std::min(state.refusals, longest_backoff_shift));
}

std::optional<std::chrono::seconds> rate_budget::learn(
    bucket which, net::http_response const& answer, net::steady_instant now, std::int64_t now_unix
) {
    learn_items(which, answer, now);
    auto& state = at(which);
    if (answer.status != 429) {
        if (answer.status < 500) state.refusals = 0;
        return std::nullopt;
    }
    // What the header says of this very bucket; another limiter may have refused while slots are left here.
    std::optional<std::uint64_t> remaining;
    for (auto const& item : parse_rate_items(answer.header("ratelimit"))) {
        if (item.reset && item.which.value_or(which) == which) remaining = item.remaining;
    }
    auto const away = penalty(state, remaining, answer, now, now_unix);
    ++state.refusals;
    state.blocked_until = std::max(state.blocked_until, now + away);
    return away;
}

} // namespace modelwatch::hub
