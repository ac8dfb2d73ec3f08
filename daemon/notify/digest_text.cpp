#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/digest_render.hpp"

#include <fmt/format.h>

namespace modelwatch::notify {

namespace {

constexpr std::size_t longest_cell = 300;
constexpr std::string_view where_more_is = "modelwatch digest --preview";

json::array const& list_of(json::object const& object, std::string_view key) {
    static json::array const none;
    auto const* const found = object.if_contains(key);
    return found != nullptr && found->is_array() ? found->get_array() : none;
}

/// "google/gemma-2-2b: outdated; Low-Medium (22.0); …"
std::string line_of(json::value const& item) {
    if (!item.is_object()) return {};
    std::string out;
    std::size_t said = 0;
    for (auto const& cell : list_of(item.get_object(), "cells")) {
        auto const text = cell.is_string() ? printable(shortened(cell.get_string(), longest_cell)) : "";
        if (text.empty()) continue;
        if (said != 0) out += said == 1 ? ": " : "; ";
        out += text;
        ++said;
    }
    return out;
}

std::size_t omitted_of(json::object const& section) {
    return static_cast<std::size_t>(number_of(section, "omitted").value_or(0));
}

std::string period(json::object const& payload) {
    auto out = fmt::format(
        "From {} to {}.",
        printable(shortened(text_of(payload, "from"), 40)),
        printable(shortened(text_of(payload, "to"), 40))
    );
    if (auto const next = text_of(payload, "next"); !next.empty())
        out += fmt::format(" The next digest: {}.", printable(shortened(next, 80)));
    return out;
}

std::string rest(std::size_t left) {
    return left == 0 ? std::string{} : fmt::format("and {} more: {}\n", left, where_more_is);
}

} // namespace

bool is_digest(json::object const& payload) noexcept {
    auto const* const found = payload.if_contains("sections");
    return found != nullptr && found->is_array();
}

std::string digest_text(json::object const& payload) {
    auto out = printable(text_of(payload, "headline")) + "\n" + period(payload) + "\n";
    for (auto const& item : list_of(payload, "sections")) {
        auto const& section = item.as_object();
        auto const title = printable(text_of(section, "title"));
        out += fmt::format("\n{}\n{}\n", title, std::string(title.size(), '='));
        for (auto const& one : list_of(section, "rows"))
            out += "- " + line_of(one) + "\n";
        out += rest(omitted_of(section));
    }
    return out;
}

std::vector<std::string> digest_pieces(json::object const& payload, std::size_t limit) {
    std::vector<std::string> out{printable(text_of(payload, "headline")) + "\n" + period(payload)};
    for (auto const& item : list_of(payload, "sections")) {
        auto const& section = item.as_object();
        auto const& rows = list_of(section, "rows");
        auto const room = limit - std::min<std::size_t>(limit, 80); // for the line that counts the rest
        auto piece = printable(text_of(section, "title")) + "\n";
        std::size_t shown = 0;
        for (auto const& one : rows) {
            auto const line = "• " + line_of(one) + "\n";
            if (piece.size() + line.size() > room) break;
            piece += line;
            ++shown;
        }
        out.push_back(piece + rest(rows.size() - shown + omitted_of(section)));
    }
    return out;
}

} // namespace modelwatch::notify
