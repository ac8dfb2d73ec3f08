#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/digest_render.hpp"
#include "daemon/notify/digest_row.hpp"

#include <fmt/format.h>

#include <set>

namespace modelwatch::notify {

namespace {

constexpr std::string_view where_more_is = "modelwatch digest --preview";

/// One more fact of a line: a sentence loses its full stop.
void add(std::string& line, std::string_view fact) {
    if (line.ends_with('.')) line.pop_back();
    line += (line.empty() ? "" : "; ") + std::string{fact};
}

/// "google/gemma-2-2b: outdated; Low-Medium (22.0); …"
std::string words_of(digest_line const& line) {
    auto out = line.name;
    std::string rest = line.badge;
    for (auto const& text : line.texts)
        add(rest, text);
    auto const points = trend_of(line);
    if (auto const course = trend_words(points); !course.empty())
        add(rest, fmt::format("rating {} {}", trend_blocks(points), course));
    if (!rest.empty()) out += (out.empty() ? "" : ": ") + rest;
    return out;
}

std::size_t omitted_of(json::object const& section) {
    return static_cast<std::size_t>(number_of(section, "omitted").value_or(0));
}

std::string rest(std::size_t left) {
    return left == 0 ? std::string{} : fmt::format("and {} more: {}\n", left, where_more_is);
}

/// The rows that are for people.
std::vector<digest_line> lines_of(json::object const& section, reader const& whom) {
    std::vector<digest_line> out;
    for (auto const& one : list_of(section, "rows")) {
        if (auto line = line_of(section, one, whom)) out.push_back(std::move(*line));
    }
    return out;
}

std::string section_text(json::object const& section, reader const& whom) {
    auto const lines = lines_of(section, whom);
    if (lines.empty() && omitted_of(section) == 0) return {};
    auto const title = printable(text_of(section, "title"));
    auto out = fmt::format("\n{}\n{}\n", title, std::string(title.size(), '='));
    std::set<std::string> linked;
    for (auto const& one : lines) {
        out += "- " + words_of(one) + "\n";
        auto const& page = one.own_page.empty() ? one.hub_page : one.own_page;
        if (!page.empty() && linked.insert(page).second) out += "  " + page + "\n";
    }
    return out + rest(omitted_of(section));
}

std::string section_piece(json::object const& section, std::size_t limit) {
    auto const lines = lines_of(section, {});
    if (lines.empty() && omitted_of(section) == 0) return {};
    auto const room = limit - std::min<std::size_t>(limit, 80); // for the line that counts the rest
    auto piece = printable(text_of(section, "title")) + "\n";
    std::size_t shown = 0;
    for (auto const& one : lines) {
        auto const line = "• " + words_of(one) + "\n";
        if (piece.size() + line.size() > room) break;
        piece += line;
        ++shown;
    }
    return piece + rest(lines.size() - shown + omitted_of(section));
}

} // namespace

std::string digest_period(json::object const& payload) {
    auto const said = printable(shortened(text_of(payload, "period"), 120));
    auto out = said.empty() ? fmt::format(
                                  "From {} to {}.",
                                  printable(shortened(text_of(payload, "from"), 40)),
                                  printable(shortened(text_of(payload, "to"), 40))
                              )
                            : "From " + said + ".";
    if (auto const next = text_of(payload, "next"); !next.empty())
        out += fmt::format(" The next digest: {}.", printable(shortened(next, 80)));
    return out;
}

bool is_digest(json::object const& payload) noexcept {
    auto const* const found = payload.if_contains("sections");
    return found != nullptr && found->is_array();
}

std::string digest_text(json::object const& payload, reader const& whom) {
    auto out = printable(text_of(payload, "headline")) + "\n" + digest_period(payload) + "\n";
    for (auto const& item : list_of(payload, "sections"))
        out += section_text(item.as_object(), whom);
    return out;
}

std::vector<std::string> digest_pieces(json::object const& payload, std::size_t limit) {
    std::vector<std::string> out{printable(text_of(payload, "headline")) + "\n" + digest_period(payload)};
    for (auto const& item : list_of(payload, "sections")) {
        if (auto piece = section_piece(item.as_object(), limit); !piece.empty())
            out.push_back(std::move(piece));
    }
    return out;
}

} // namespace modelwatch::notify
