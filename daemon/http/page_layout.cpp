#include "daemon/http/page_layout.hpp"

#include "daemon/http/page_parts.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch::http {

std::string joined(std::span<std::string_view const> pieces) {
    std::string out;
    for (auto const piece : pieces)
        out += piece;
    return out;
}

void put(mustache::data& to, std::string const& name, std::string_view text) {
    if (!text.empty()) to.set(name, printable(text));
}

void put_time(mustache::data& to, std::string const& name, std::optional<instant> when) {
    if (!when) return;
    auto const text = to_rfc3339(*when);
    to.set(name, text);
    to.set(name + "_text", text.substr(0, 10) + " " + text.substr(11, 5) + " UTC");
}

response framed(std::string const& title, std::string body, page_frame const& frame) {
    static mustache::mustache layout{joined(layout_mustache())};
    mustache::data data;
    put(data, "title", title);
    put(data, "version", frame.version);
    put_time(data, "now", frame.now);
    data.set("live", std::to_string(frame.live_seconds));
    data.set("body", std::move(body));
    return {200, "text/html; charset=utf-8", layout.render(data)};
}

} // namespace modelwatch::http
