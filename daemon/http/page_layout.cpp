#include "daemon/http/page_layout.hpp"

#include "daemon/http/page_parts.hpp"
#include "daemon/model/text.hpp"

#include <charconv>

namespace modelwatch::http {

std::string utc_text(instant when) {
    auto const text = to_rfc3339(when);
    return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

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
    to.set(name, to_rfc3339(*when));
    to.set(name + "_text", utc_text(*when));
}

mustache::data choices(std::span<std::string_view const> names, std::string_view chosen) {
    mustache::data out{mustache::data::type::list};
    for (auto const name : names) {
        mustache::data one;
        one.set("value", std::string{name});
        one.set("text", name == "none" ? "not assessed" : std::string{name});
        if (name == chosen) one.set("selected", mustache::data::type::bool_true);
        out.push_back(one);
    }
    return out;
}

std::size_t page_asked(request const& asked) {
    auto const text = asked.asked("page");
    std::size_t out = 1;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), out);
    return read.ec == std::errc{} && out > 0 ? out : 1;
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
