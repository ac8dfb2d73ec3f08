#include "tests/hub/exchange.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <boost/beast/http/status.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace modelwatch::hub_double {

namespace {

bool same_name(std::string_view left, std::string_view right) noexcept {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
        return (a | 0x20) == (b | 0x20);
    });
}

int hex_value(char digit) noexcept {
    if (digit >= '0' && digit <= '9') return digit - '0';
    auto const small = static_cast<char>(digit | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

bool unreserved(char byte) noexcept {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

/// Header values are one line of printable ASCII.
std::string one_line(std::string_view text) {
    std::string made(text);
    std::replace_if(made.begin(), made.end(), [](char byte) { return byte < ' ' || byte > '~'; }, '?');
    return made;
}

void add_common(answer& to, std::string_view content_type) {
    to.set("Content-Type", content_type);
    to.set("X-Powered-By", "huggingface-moon");
    to.set("Vary", "Origin");
    to.set("Referrer-Policy", "strict-origin-when-cross-origin");
    to.set("Access-Control-Allow-Origin", "https://huggingface.co");
    to.set(
        "Access-Control-Expose-Headers",
        "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,"
        "Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash"
    );
    to.set("Cross-Origin-Opener-Policy", "same-origin");
}

} // namespace

void request::parse_target() {
    auto const question = target.find('?');
    auto const whole = std::string_view(target);
    auto const plain = whole.substr(0, question);
    for (auto const part : split(plain.substr(std::min<std::size_t>(1, plain.size())), '/'))
        path.push_back(percent_decoded(part));
    if (question != std::string::npos) query = parse_query(whole.substr(question + 1));
}

std::string_view request::parameter(std::string_view name) const noexcept {
    for (auto const& [key, value] : query)
        if (key == name) return value;
    return {};
}

bool request::flag(std::string_view name) const noexcept {
    auto const value = parameter(name);
    return value == "true" || value == "1" || value == "True";
}

std::vector<std::string> request::all(std::string_view name) const {
    std::vector<std::string> found;
    for (auto const& [key, value] : query)
        if (key == name || key == std::string(name) + "[]") found.push_back(value);
    return found;
}

std::string_view answer::header(std::string_view name) const noexcept {
    for (auto const& [key, value] : headers)
        if (same_name(key, name)) return value;
    return {};
}

void answer::set(std::string_view name, std::string_view value) {
    for (auto& [key, old] : headers)
        if (same_name(key, name)) {
            old = value;
            return;
        }
    headers.emplace_back(name, value);
}

void answer::seal() {
    head.clear();
    for (auto const& [name, value] : headers)
        head += name + ": " + value + "\r\n";
}

std::string context::origin() const {
    return hub.text("link_origin", asked.scheme + "://" + asked.host);
}

answer json_answer(json::value const& value) {
    answer made;
    made.body = std::make_shared<std::string const>(json::serialize(value));
    add_common(made, "application/json; charset=utf-8");
    made.set("ETag", weak_etag(*made.body));
    return made;
}

answer text_answer(unsigned status, std::string body) {
    answer made;
    made.status = status;
    made.body = std::make_shared<std::string const>(std::move(body));
    add_common(made, "text/plain; charset=utf-8");
    made.set("ETag", weak_etag(*made.body));
    return made;
}

answer error_answer(unsigned status, std::string_view code, std::string_view message) {
    auto made = json_answer(json::object{{"error", message}});
    made.status = status;
    if (!code.empty()) made.set("X-Error-Code", code);
    made.set("X-Error-Message", one_line(message));
    if (status == 401)
        made.set("WWW-Authenticate", R"(Bearer realm="Authentication required", charset="UTF-8")");
    return made;
}

answer redirect_answer(unsigned status, std::string const& location) {
    answer made;
    made.status = status;
    made.body = std::make_shared<std::string const>(
        (status == 302 ? "Found. Redirecting to " : "Temporary Redirect. Redirecting to ") + location
    );
    add_common(made, "text/plain; charset=utf-8");
    made.set("Vary", "Origin, Accept");
    made.set("Location", location);
    return made;
}

std::string_view reason_phrase(unsigned status) noexcept {
    auto const text = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    return {text.data(), text.size()};
}

std::string percent_encoded(std::string_view text, bool keep_slash) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string made;
    for (char const byte : text) {
        if (unreserved(byte) || (keep_slash && byte == '/')) {
            made.push_back(byte);
            continue;
        }
        auto const value = static_cast<std::uint8_t>(byte);
        made += {'%', digits[value >> 4], digits[value & 15]};
    }
    return made;
}

std::string percent_decoded(std::string_view text, bool plus_is_blank) {
    std::string made;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 &&
            hex_value(text[at + 2]) >= 0) {
            made.push_back(static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2])));
            at += 2;
        } else {
            made.push_back(plus_is_blank && text[at] == '+' ? ' ' : text[at]);
        }
    }
    return made;
}

header_lines parse_query(std::string_view text) {
    header_lines made;
    for (auto const part : split(text, '&')) {
        if (part.empty()) continue;
        auto const equals = part.find('=');
        auto const value = equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
        made.emplace_back(percent_decoded(part.substr(0, equals), true), percent_decoded(value, true));
    }
    return made;
}

std::string to_cursor(std::size_t offset) {
    return base64("{\"after\":" + std::to_string(offset) + "}");
}

std::optional<std::size_t> from_cursor(std::string_view cursor) {
    std::string text;
    if (!from_base64(cursor, text)) return std::nullopt;
    boost::system::error_code failed;
    auto const value = json::parse(text, failed);
    if (failed || !value.is_object()) return std::nullopt;
    auto const after = value.get_object().if_contains("after");
    if (after == nullptr || !after->is_int64() || after->get_int64() < 0) return std::nullopt;
    return static_cast<std::size_t>(after->get_int64());
}

} // namespace modelwatch::hub_double
