#include "daemon/notify/digest_row.hpp"

#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/safe_text.hpp"
#include "daemon/notify/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace modelwatch::notify {

namespace {

constexpr std::size_t longest_cell = 300;
constexpr std::size_t most_points = 26;

std::string cell_text(json::value const& cell) {
    return cell.is_string() ? printable(shortened(cell.get_string(), longest_cell)) : std::string{};
}

double score_of(json::object const& point) {
    auto const* const found = point.if_contains("score");
    auto const number = found != nullptr && found->is_number() ? found->to_number<double>() : 0.0;
    return std::isfinite(number) ? std::clamp(number, 0.0, 100.0) : 0.0;
}

} // namespace

json::array const& list_of(json::object const& object, std::string_view key) {
    static json::array const none;
    auto const* const found = object.if_contains(key);
    return found != nullptr && found->is_array() ? found->get_array() : none;
}

std::optional<digest_line> line_of(json::object const& section, json::value const& row, reader const& whom) {
    if (!row.is_object()) return std::nullopt;
    auto const& object = row.get_object();
    if (flag_of(object, "told")) return std::nullopt;
    digest_line out;
    out.mark = text_of(object, "mark");
    auto const marked = number_of(section, "marked");
    auto const& cells = list_of(object, "cells");
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto text = cell_text(cells[i]);
        if (i == 0)
            out.name = std::move(text);
        else if (marked == i)
            out.badge = std::move(text);
        else if (!text.empty())
            out.texts.push_back(std::move(text));
    }
    if (auto const repo = text_of(object, "repo"); !repo.empty())
        out.own_page = own_page(whom, repo, text_of(object, "revision"));
    out.hub_page = safe_url(text_of(object, "url"));
    out.trend = &list_of(object, "trend");
    return out;
}

std::vector<trend_point> trend_of(digest_line const& line) {
    std::vector<trend_point> out;
    if (line.trend == nullptr) return out;
    for (auto const& item : *line.trend) {
        if (!item.is_object() || out.size() == most_points) continue;
        auto const& point = item.get_object();
        auto const day = text_of(point, "at").substr(0, 10);
        out.push_back({printable(day), printable(shortened(text_of(point, "level"), 40)), score_of(point)});
    }
    return out;
}

std::string trend_words(std::vector<trend_point> const& points) {
    if (points.size() < 2) return {};
    auto const said = [](trend_point const& one) {
        return fmt::format("{} {:.1f} ({})", one.level, one.score, one.day);
    };
    return said(points.front()) + " to " + said(points.back());
}

std::string trend_blocks(std::vector<trend_point> const& points) {
    constexpr std::array<std::string_view, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    std::string out;
    if (points.size() < 2) return out;
    for (auto const& one : points)
        out += blocks[std::min<std::size_t>(7, static_cast<std::size_t>(one.score / 12.5))];
    return out;
}

} // namespace modelwatch::notify
