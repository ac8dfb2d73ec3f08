#include "daemon/report/content.hpp"
#include "daemon/report/html_parts.hpp"
#include "daemon/report/markup.hpp"

#include <fmt/format.h>

namespace modelwatch::report {

namespace {

std::string_view state_tag(assess::outcome_state state) noexcept {
    switch (state) {
    case assess::outcome_state::unknown:
        return R"( <span class="tag">not known</span>)";
    case assess::outcome_state::not_assessed:
        return R"( <span class="tag">not assessed</span>)";
    case assess::outcome_state::not_applicable:
        return R"( <span class="tag">not applicable</span>)";
    case assess::outcome_state::known:
        break;
    }
    return {};
}

std::string finding_row(assess::finding const& one) {
    auto const& about = assess::info(one.check);
    return fmt::format(
        "<tr{}><td class=\"code\">{}{}</td><td>{}{}</td><td>{}</td><td class=\"num\">{}</td></tr>\n",
        one.points == 0 ? " class=\"zero\"" : "",
        html_text(about.name),
        about.principal ? " *" : "",
        html_text(one.outcome->meaning),
        state_tag(one.state()),
        html_text(one.evidence.text()),
        one.points
    );
}

std::string sum_row(assess::dimension_result const& result, double weight) {
    return fmt::format(
        "<tr class=\"sum {}\"><th colspan=\"2\">{} {}</th><th class=\"how\">points {}; weight {}</th>"
        "<th class=\"num\">{}</th></tr>\n",
        level_class(result.level),
        html_text(assess::title(result.which)),
        html_badge(result.level),
        html_text(sum_text(result)),
        number_text(weight),
        result.score
    );
}

std::string floors_of(assess::assessment const& rating) {
    if (rating.floors().empty()) return "<p class=\"note\">No floor holds.</p>\n";
    std::string out = "<h3>Floors</h3>\n<ul>\n";
    for (auto const& hit : rating.floors()) {
        out += fmt::format(
            "<li><b>{}</b>: at least {}. {}{}</li>\n",
            html_text(hit.id),
            html_text(assess::to_string(hit.at_least)),
            html_text(hit.why),
            hit.raised ? ". <b>It raised the rating.</b>" : ""
        );
    }
    return out + "</ul>\n";
}

} // namespace

std::string html_receipt(assess::assessment const& rating) {
    std::string out = "<section><h2>Receipt: how the score comes about</h2>\n<table "
                      "class=\"receipt\"><thead><tr><th>Check</th>"
                      "<th>Outcome</th><th>Evidence</th><th class=\"num\">Points</th></tr></thead><tbody>\n";
    for (auto const& result : rating.results()) {
        out += sum_row(result, rating.weights()[static_cast<std::size_t>(result.which)]);
        for (auto const& one : result.findings)
            out += finding_row(one);
    }
    out += "</tbody></table>\n<p class=\"note\">* principal check of its dimension. Points of a dimension "
           "add up, "
           "capped at 100.</p>\n";
    out += fmt::format("<p class=\"equation\">Score = {}</p>\n", html_text(arithmetic(rating)));
    return out + floors_of(rating) + "</section>\n";
}

} // namespace modelwatch::report
