#include "daemon/notify/webhook_render.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/safe_text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <stdexcept>

namespace modelwatch::notify {

namespace {

constexpr std::size_t files_kept = 100;

void keep_first_files(json::object& entry) {
    auto* evidence = entry.if_contains("evidence");
    if (evidence == nullptr || !evidence->is_object()) return;
    auto* files = evidence->get_object().if_contains("files");
    if (files == nullptr || !files->is_array() || files->get_array().size() <= files_kept) return;
    auto const omitted = files->get_array().size() - files_kept;
    files->get_array().resize(files_kept);
    evidence->get_object()["files_omitted"] = omitted;
}

enum class keep { everything, no_detail, few_files };

std::vector<std::string> render_alerts(std::vector<alert const*> const& alerts, keep how_much) {
    std::vector<std::string> out;
    out.reserve(alerts.size());
    for (auto const* one : alerts) {
        auto object = to_json(*one);
        if (how_much != keep::everything) object["detail"] = "";
        if (how_much == keep::few_files) keep_first_files(object);
        out.push_back(valid_utf8(to_line(object)));
    }
    return out;
}

std::size_t total(std::vector<std::string> const& parts) {
    std::size_t sum = 0;
    for (auto const& part : parts)
        sum += part.size() + 1;
    return sum;
}

std::string alerts_data(message const& what, std::size_t limit) {
    auto const sorted = worst_first(what.alerts);
    auto parts = render_alerts(sorted, keep::everything);
    if (total(parts) > limit) parts = render_alerts(sorted, keep::no_detail);
    if (total(parts) > limit) parts = render_alerts(sorted, keep::few_files);
    std::string list;
    std::size_t sent = 0;
    for (auto const& part : parts) {
        if (list.size() + part.size() + 1 > limit) break;
        list += (sent++ == 0 ? "" : ",") + part;
    }
    auto const omitted =
        sent == parts.size() ? std::string{} : fmt::format(",\"omitted\":{}", parts.size() - sent);
    return fmt::format("{{\"alerts\":[{}]{}}}", list, omitted);
}

bool is_about_alerts(message_type type) {
    return type != message_type::digest && type != message_type::test;
}

std::string payload_data(message const& what) {
    if (!what.payload.empty()) return valid_utf8(to_line(what.payload));
    json::object data;
    data["message"] = payload_text(what);
    return to_line(data);
}

/// Of Standard Webhooks 1.0, which wants 24 bytes and more. Receivers take fewer, but hardly anything below
/// this.
constexpr std::size_t shortest_key = 16;

[[noreturn]] void refuse(std::string_view why) {
    throw std::invalid_argument(fmt::format("the webhook's secret {}", why));
}

bool is_prefix_of(std::string_view prefix, std::string_view word) {
    return lower(word.substr(0, prefix.size())) == prefix;
}

/// One word of a secret: "whsec_" and base64, or the key itself.
std::string signing_key(std::string_view word) {
    constexpr std::string_view prefix = "whsec_";
    std::string key;
    if (word.find_first_of("\"'`") != std::string_view::npos) refuse("holds quotes: write it alone");
    if (is_prefix_of("v1,", word) || is_prefix_of("v1a,", word))
        refuse("begins like a signature: write it alone, from \"whsec_\" on");
    if (is_prefix_of("whsk_", word) || is_prefix_of("whpk_", word))
        refuse("is a key for asymmetric signatures: one that begins with \"whsec_\" is needed");
    if (!word.starts_with(prefix)) {
        if (is_prefix_of(prefix, word)) refuse("must begin with \"whsec_\" in small letters");
        return std::string{word};
    }
    if (!from_base64(word.substr(prefix.size()), key) || key.empty())
        refuse("starts with whsec_, but what follows is not base64");
    if (key.size() < shortest_key)
        refuse(fmt::format("is too short: {} bytes, where Standard Webhooks wants 24 to 64", key.size()));
    return key;
}

} // namespace

std::string render_webhook(message const& what, std::size_t limit) {
    json::object head;
    head["type"] = to_string(what.type);
    head["timestamp"] = to_rfc3339(what.created_at);
    auto text = to_line(head);
    text.pop_back(); // the closing brace: data follows
    auto const room = limit - std::min(limit, text.size() + 64);
    return text + ",\"data\":" + (is_about_alerts(what.type) ? alerts_data(what, room) : payload_data(what)) +
           "}";
}

std::vector<std::string> signing_keys(std::string_view secret) {
    constexpr std::string_view blank = " \t\r\n";
    std::vector<std::string> keys;
    for (auto at = secret.find_first_not_of(blank); at != std::string_view::npos;) {
        auto const end = std::min(secret.find_first_of(blank, at), secret.size());
        keys.push_back(signing_key(secret.substr(at, end - at)));
        at = secret.find_first_not_of(blank, end);
    }
    return keys;
}

net::header_list webhook_headers(
    std::string const& id,
    std::int64_t attempt_unix,
    std::string_view body,
    std::vector<std::string> const& keys
) {
    auto const stamp = std::to_string(attempt_unix);
    net::header_list headers;
    headers.emplace_back("Content-Type", "application/json");
    headers.emplace_back("webhook-id", id);
    headers.emplace_back("webhook-timestamp", stamp);
    if (keys.empty()) return headers;
    auto const content = id + "." + stamp + "." + std::string{body};
    std::string signatures;
    for (auto const& key : keys)
        signatures += (signatures.empty() ? "v1," : " v1,") + hmac_sha256_base64(key, content);
    headers.emplace_back("webhook-signature", signatures);
    return headers;
}

} // namespace modelwatch::notify
