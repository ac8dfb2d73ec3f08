#include "daemon/report/content.hpp"
#include "daemon/report/html_parts.hpp"
#include "daemon/report/markup.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::report {

namespace {

constexpr std::size_t most_actions = 7;

std::string_view verdict_class(assess::verdict value) noexcept {
    switch (value) {
    case assess::verdict::pass:
        return "pass";
    case assess::verdict::warn:
        return "warn";
    case assess::verdict::fail:
        break;
    }
    return "fail";
}

std::string policy_table(subject const& model) {
    if (model.policy.empty()) return {};
    std::string out = "<h3>Rules of the organisation</h3>\n<table><thead><tr><th>Verdict</th><th>Rule</th>"
                      "<th>Why</th></tr></thead><tbody>\n";
    for (auto const& one : model.policy) {
        out += fmt::format(
            "<tr><td class=\"mean {}\">{}</td><td class=\"code\">{}</td><td>{}{}</td></tr>\n",
            verdict_class(one.value),
            html_text(assess::to_string(one.value)),
            html_text(one.id),
            html_text(one.why) + (one.unknown ? R"( <span class="tag">not known</span>)" : ""),
            one.accepted_until ? ". " + html_text(verdict_text(one)) : std::string{}
        );
    }
    return out + "</tbody></table>\n";
}

std::string definition_list(std::vector<fact> const& rows) {
    std::string out = "<dl>\n";
    for (auto const& row : rows)
        out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", html_text(row.name), html_text(row.value));
    return out + "</dl>\n";
}

} // namespace

std::string html_actions(subject const& model) {
    auto const& rating = model.rating;
    std::string out = "<section><h2>Required actions</h2>\n";
    out += fmt::format(
        "<p><b>Before use:</b> {}.</p>\n<p><b>Review again</b> within {} days, or when an alert says that "
        "the model "
        "changed.</p>\n",
        html_text(rating.disposition()),
        rating.review_interval().count()
    );
    out += policy_table(model);
    auto const all = costs(rating);
    if (all.empty()) return out + "</section>\n";
    out += "<h3>What lowers the score most</h3>\n<ol>\n";
    for (std::size_t i = 0; i < std::min(all.size(), most_actions); ++i) {
        auto const& about = assess::info(all[i].what->check);
        out += fmt::format(
            "<li>{} <span class=\"note\">({}, up to {} of the score)</span></li>\n",
            html_words(about.remediation),
            html_text(about.name),
            number_text(all[i].of_score)
        );
    }
    return out + "</ol>\n</section>\n";
}

std::string html_lineage(subject const& model) {
    std::string out = "<section><h2>Successor and origin</h2>\n";
    out += definition_list(successor_rows(model.facts.successor));
    auto const seen = compare_with_bases(model);
    if (seen.heads.empty()) return out + "<p class=\"note\">No base model is stated.</p></section>\n";
    out += "<h3>Beside what it is made of</h3>\n<div class=\"wide\"><table><thead><tr><th></th>";
    for (auto const& one : seen.heads)
        out += "<th>" + html_text(one) + "</th>";
    out += "</tr></thead><tbody>\n";
    for (auto const& row : seen.rows) {
        out += "<tr><th>" + html_text(row.name) + "</th>";
        for (auto const& cell : row.cells)
            out += "<td>" + html_text(cell) + "</td>";
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n</section>\n";
}

std::string html_sources(subject const& model) {
    auto const& rating = model.rating;
    std::string out = "<section><h2>Evidence</h2>\n" + definition_list(evidence_rows(model));
    out += fmt::format(
        "<h3>Rubric {}</h3>\n<p><code>{}</code></p>\n",
        html_text(rating.rubric_label()),
        html_text(rating.vector())
    );
    if (!rating.rubric_differences().empty()) {
        out += "<p>The organisation has changed the rubric:</p>\n<ul>\n";
        for (auto const& one : rating.rubric_differences())
            out += "<li>" + html_text(one) + "</li>\n";
        out += "</ul>\n";
    }
    return out + "</section>\n";
}

} // namespace modelwatch::report
