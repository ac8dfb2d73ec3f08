#include "daemon/report/content.hpp"
#include "daemon/report/html_parts.hpp"
#include "daemon/report/markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::report {

namespace {

constexpr double left = 235;
constexpr double length = 380; ///< of 100 points

double at(double score) noexcept {
    return left + length * std::clamp(score, 0.0, 100.0) / 100;
}

/// The limits of the levels are known unless the operator has set others; then the ruler stays bare.
std::span<double const> bounds_of(assess::assessment const& rating) {
    static assess::rubric const standard;
    auto const& changes = rating.rubric_differences();
    auto const about_bounds = [](std::string const& change) { return change.starts_with("bounds"); };
    if (std::any_of(changes.begin(), changes.end(), about_bounds)) return {};
    return standard.bounds;
}

std::string
text(double x, double y, std::string_view classes, std::string_view anchor, std::string_view words) {
    return fmt::format(
        R"(<text x="{:.1f}" y="{:.1f}" class="{}" text-anchor="{}">{}</text>)",
        x,
        y,
        classes,
        anchor,
        html_text(words)
    );
}

/// Dashed lines where the next level begins.
std::string ticks(std::span<double const> bounds) {
    std::string out;
    for (auto const bound : bounds)
        out += fmt::format(R"(<i class="tick" style="left:{}%"></i>)", number_text(bound));
    return out;
}

/// A bar in HTML, not in SVG: its words wrap where the window is narrow.
std::string row(assess::dimension_result const& result, double weight, std::span<double const> bounds) {
    return fmt::format(
        R"(<div class="dim {}"><div class="name"><b>{}</b> <span class="note">× {}</span></div>)"
        R"(<div class="track"><i class="bar" style="width:{}%"></i>{}</div>)"
        R"(<div class="value"><b>{}</b> {}{}</div></div>)"
        "\n",
        level_class(result.level),
        html_text(assess::title(result.which)),
        number_text(weight),
        result.score,
        ticks(bounds),
        result.score,
        html_badge(result.level),
        result.principal_known ? "" : " (?)"
    );
}

} // namespace

std::string html_chart(assess::assessment const& rating) {
    auto const bounds = bounds_of(rating);
    std::string out = "<figure class=\"chart\">\n";
    bool gaps = false;
    for (auto const& result : rating.results()) {
        out += row(result, rating.weights()[static_cast<std::size_t>(result.which)], bounds);
        gaps = gaps || !result.principal_known;
    }
    out += R"(<figcaption class="note">Risk points per dimension, 0 (good) to 100, and the weight of each.)";
    if (!bounds.empty()) {
        out += " Dashed lines, where the next level begins:";
        for (auto const bound : bounds)
            out += " " + number_text(bound);
        out += ".";
    }
    if (gaps) out += " (?): decisive evidence is missing.";
    return out + "</figcaption></figure>\n";
}

std::string html_scale(assess::assessment const& rating) {
    constexpr std::array<std::string_view, 5> names{"Low", "Low-Med.", "Medium", "Med.-High", "High"};
    auto const bounds = bounds_of(rating);
    auto out = fmt::format(
        R"(<svg viewBox="{:.0f} 0 {:.0f} 58" role="img"><title>Overall score {} of 100</title>)",
        left - 12,
        length + 24,
        number_text(rating.score())
    );
    out += fmt::format(R"(<rect x="{:.1f}" y="22" width="{:.1f}" height="12" class="track"/>)", left, length);
    out += fmt::format(
        R"(<g class="{}"><rect x="{:.1f}" y="22" width="{:.1f}" height="12" class="bar"/></g>)",
        level_class(rating.rating()),
        left,
        at(rating.score()) - left
    );
    for (std::size_t i = 0; !bounds.empty() && i < names.size(); ++i) {
        auto const from = i == 0 ? 0.0 : bounds[i - 1];
        auto const to = i < bounds.size() ? bounds[i] : 100.0;
        out += text(at((from + to) / 2), 50, "soft", "middle", names[i]);
        if (i > 0) {
            out += fmt::format(R"(<line x1="{0:.1f}" x2="{0:.1f}" y1="18" y2="38" class="grid"/>)", at(from));
        }
    }
    auto const x = at(rating.score());
    out += fmt::format(R"(<path d="M{:.1f} 22 l-6 -9 h12 z" class="mark"/>)", x);
    return out + "</svg>\n";
}

} // namespace modelwatch::report
