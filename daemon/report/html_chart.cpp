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
constexpr double row_height = 34;
constexpr double top = 30;

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

std::string grid(std::span<double const> bounds, double from, double to) {
    std::string out;
    for (auto const bound : bounds) {
        out += fmt::format(
            R"(<line x1="{0:.1f}" x2="{0:.1f}" y1="{1:.1f}" y2="{2:.1f}" class="grid"/>)", at(bound), from, to
        );
        out += text(at(bound), from - 5, "soft", "middle", number_text(bound));
    }
    out += text(at(0), from - 5, "soft", "middle", "0");
    return out + text(at(100), from - 5, "soft", "middle", "100");
}

std::string row(assess::dimension_result const& result, double weight, double y) {
    auto const level = level_class(result.level);
    auto out = fmt::format(R"(<g class="{}">)", level);
    out += text(0, y + 15, "strong", "start", assess::title(result.which));
    out += text(left - 10, y + 15, "soft", "end", "× " + number_text(weight));
    out += fmt::format(
        R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="22" rx="3" class="track"/>)", left, y, length
    );
    if (result.score > 0) {
        out += fmt::format(
            R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="14" rx="2" class="bar"/>)",
            left,
            y + 4,
            at(result.score) - left
        );
    }
    out += text(left + length + 42, y + 15, "strong", "end", std::to_string(result.score));
    auto const word = std::string{assess::to_string(result.level)} + (result.principal_known ? "" : " (?)");
    return out + text(left + length + 52, y + 15, "level", "start", word) + "</g>";
}

} // namespace

std::string html_chart(assess::assessment const& rating) {
    double const height = top + row_height * assess::dimension_count;
    std::string words;
    std::string rows;
    double y = top + 4;
    bool gaps = false;
    for (auto const& result : rating.results()) {
        rows += row(result, rating.weights()[static_cast<std::size_t>(result.which)], y);
        words += fmt::format(
            "{} {} of 100, {}. ", assess::title(result.which), result.score, assess::to_string(result.level)
        );
        gaps = gaps || !result.principal_known;
        y += row_height;
    }
    auto out = fmt::format(
        R"(<figure class="wide"><svg viewBox="0 0 780 {:.0f}" role="img"><title>Risk points by dimension</title><desc>{}</desc>)",
        height,
        html_text(words)
    );
    out += rows + grid(bounds_of(rating), top, height) + "</svg>";
    out += R"(<figcaption class="note">Risk points per dimension, 0 (good) to 100, and the weight of each.)";
    if (!bounds_of(rating).empty()) out += " Dashed lines: where the next level begins.";
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
