#include "daemon/notify/answer.hpp"

#include "daemon/model/json.hpp"
#include "daemon/model/text.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::notify {

namespace {

constexpr std::size_t shortest_secret = 4;
constexpr std::size_t shortest_segment = 8; // of a path: shorter ones are words like "hook"

void replace_all(std::string& text, std::string const& what) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 3))
        text.replace(at, what.size(), "***");
}

bool worth_retrying(unsigned status) {
    return status == 408 || status == 425 || status == 429 || status >= 500 || status < 200;
}

std::string answer_text(net::http_response const& answer, secrets const& hidden) {
    auto text = std::to_string(answer.status);
    if (!answer.reason.empty()) text += " " + answer.reason;
    auto const body = trimmed(answer.body);
    if (!body.empty()) text += ": " + std::string{body.substr(0, 4096)};
    return hidden.clean(text);
}

/// Words with which Slack says that this webhook, or this message, will never be taken.
constexpr std::array permanent_slack_words{
    std::string_view{"invalid_payload"},
    std::string_view{"invalid_blocks"},
    std::string_view{"invalid_blocks_format"},
    std::string_view{"invalid_attachments"},
    std::string_view{"invalid_json"},
    std::string_view{"invalid_token"},
    std::string_view{"no_text"},
    std::string_view{"msg_too_long"},
    std::string_view{"too_many_attachments"},
    std::string_view{"action_prohibited"},
    std::string_view{"posting_to_general_channel_denied"},
    std::string_view{"channel_not_found"},
    std::string_view{"channel_is_archived"},
    std::string_view{"user_not_found"},
    std::string_view{"no_active_hooks"},
    std::string_view{"no_service"},
    std::string_view{"no_service_id"},
    std::string_view{"no_team"},
    std::string_view{"team_disabled"},
};

bool is_permanent_slack_word(std::string_view body) {
    return std::find(permanent_slack_words.begin(), permanent_slack_words.end(), body) !=
           permanent_slack_words.end();
}

/// Slack says "ok" to what it has taken; a proxy before it, or another address, says something else.
std::string unlike_slack(unsigned status, std::string_view body) {
    auto const got = body.empty() ? std::string{"nothing"} : fmt::format("\"{}\"", body.substr(0, 1024));
    return fmt::format(
        "{}, but expected the body ok, got {}: is this the address of a Slack webhook?", status, got
    );
}

/// {"retry_after": 30, "ok": false, "error": "rate_limited"}
std::optional<std::chrono::seconds> retry_after_in_body(std::string_view body) {
    boost::system::error_code ignored;
    auto const value = json::parse(body, ignored);
    if (ignored || !value.is_object()) return std::nullopt;
    auto const* seconds = value.get_object().if_contains("retry_after");
    if (seconds == nullptr || !seconds->is_int64()) return std::nullopt;
    auto const count = seconds->get_int64();
    if (count < 0 || count > 86'400) return std::nullopt;
    return std::chrono::seconds{count};
}

} // namespace

void secrets::add(std::string_view text) {
    text = trimmed(text);
    if (text.size() < shortest_secret || std::find(texts_.begin(), texts_.end(), text) != texts_.end())
        return;
    texts_.emplace_back(text);
    std::sort(texts_.begin(), texts_.end(), [](auto const& left, auto const& right) {
        return left.size() > right.size();
    });
}

void secrets::add_url(std::string_view url) {
    auto const scheme = url.find("://");
    if (scheme == std::string_view::npos) return add(url);
    auto rest = url.substr(scheme + 3);
    auto const path = rest.find_first_of("/?#");
    auto const authority = rest.substr(0, path);
    if (auto const at = authority.rfind('@'); at != std::string_view::npos) {
        for (auto const part : split(authority.substr(0, at), ':'))
            add(part);
    }
    if (path == std::string_view::npos || rest.size() <= path + 1) return;
    add(url);
    add(rest.substr(path));
    auto const target = rest.substr(path + 1);
    std::size_t start = 0;
    while (start <= target.size()) {
        auto const end = std::min(target.find_first_of("/?&=#", start), target.size());
        if (end - start >= shortest_segment) add(target.substr(start, end - start));
        start = end + 1;
    }
    add(rest.substr(path, rest.find('?', path) - path));
}

std::string secrets::clean(std::string_view text) const {
    std::string out{text};
    for (auto const& secret : texts_)
        replace_all(out, secret);
    return shortened(printable(out), max_answer_bytes);
}

delivery judge_http(net::http_response const& answer, std::int64_t now_unix, secrets const& hidden) {
    delivery out;
    out.status = answer.status;
    out.answer = answer_text(answer, hidden);
    if (answer.status >= 200 && answer.status < 300) {
        out.what = delivery::outcome::delivered;
    } else if (worth_retrying(answer.status)) {
        out.what = delivery::outcome::retry;
        out.retry_after = net::parse_retry_after(answer.header("Retry-After"), now_unix);
    } else {
        out.what = delivery::outcome::failed;
        if (answer.status >= 300 && answer.status < 400)
            out.answer = shortened(
                out.answer + " (redirects are not followed: configure the final URL)", max_answer_bytes
            );
    }
    return out;
}

delivery judge_slack(net::http_response const& answer, std::int64_t now_unix, secrets const& hidden) {
    auto out = judge_http(answer, now_unix, hidden);
    if (out.what == delivery::outcome::retry && !out.retry_after)
        out.retry_after = retry_after_in_body(answer.body);
    if (out.what != delivery::outcome::delivered) return out;
    auto const body = trimmed(answer.body);
    if (answer.status == 200 && body == "ok") return out;
    out.what = is_permanent_slack_word(body) ? delivery::outcome::failed : delivery::outcome::retry;
    if (out.what == delivery::outcome::retry) {
        out.retry_after = retry_after_in_body(body);
        out.answer = hidden.clean(unlike_slack(answer.status, body));
    }
    return out;
}

delivery judge_error(error const& failure, secrets const& hidden) {
    delivery out;
    out.what = failure.code == errc::invalid ? delivery::outcome::failed : delivery::outcome::retry;
    out.status = failure.status;
    out.retry_after = failure.retry_after;
    out.answer = hidden.clean(fmt::format("{}: {}", to_string(failure.code), failure.message()));
    return out;
}

delivery
judge_recipients(std::vector<recipient_outcome> const& outcomes, std::vector<std::string> const& wanted) {
    using kind = recipient_outcome::kind;
    recipient_outcome const* delivered = nullptr;
    recipient_outcome const* pending = nullptr;
    std::string refused;
    recipient_outcome const* first_refused = nullptr;
    delivery out;
    for (auto const& address : wanted) {
        auto const it = std::find_if(outcomes.begin(), outcomes.end(), [&](auto const& one) {
            return one.address == address;
        });
        if (it == outcomes.end() || it->what == kind::pending) {
            out.pending_recipients.push_back(address);
            if (it != outcomes.end() && pending == nullptr) pending = &*it;
        } else if (it->what == kind::refused) {
            if (first_refused == nullptr) first_refused = &*it;
            refused += fmt::format("{}{}: {}", refused.empty() ? "" : "; ", it->address, it->answer);
        } else if (delivered == nullptr) {
            delivered = &*it;
        }
    }
    auto const& shown = pending ? pending : delivered ? delivered : first_refused;
    if (shown != nullptr) {
        out.status = shown->status;
        out.answer = shown->answer;
    }
    if (!out.pending_recipients.empty())
        out.what = delivery::outcome::retry;
    else
        out.what = delivered ? delivery::outcome::delivered : delivery::outcome::failed;
    if (!refused.empty())
        out.answer = (shown == first_refused ? "refused for " : out.answer + "; refused for ") + refused;
    out.answer = shortened(printable(out.answer), max_answer_bytes);
    if (out.pending_recipients.size() == wanted.size()) out.pending_recipients.clear();
    return out;
}

} // namespace modelwatch::notify
