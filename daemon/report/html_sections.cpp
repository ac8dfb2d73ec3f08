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

std::string rule_row(assess::policy_verdict const& one) {
    return fmt::format(
        "<tr><td class=\"mean {}\">{}</td><td class=\"code\">{}</td><td>{}{}</td></tr>\n",
        verdict_class(one.value),
        html_text(assess::to_string(one.value)),
        html_text(one.id),
        html_text(one.why) + (one.unknown ? R"( <span class="tag">not known</span>)" : ""),
        one.accepted_until ? ". " + html_text(verdict_text(one)) : std::string{}
    );
}

std::string rules_table(std::string_view title, std::vector<assess::policy_verdict const*> const& rules) {
    if (rules.empty()) return {};
    auto out = fmt::format(
        "<h3>{}</h3>\n<table "
        "class=\"rules\"><thead><tr><th>Verdict</th><th>Rule</th><th>Why</th></tr></thead>"
        "<tbody>\n",
        title
    );
    for (auto const* one : rules)
        out += rule_row(*one);
    return out + "</tbody></table>\n";
}

std::string advice_list(assess::assessment const& rating) {
    auto const all = savings(rating);
    std::string out;
    for (std::size_t i = 0; i < std::min(all.size(), most_actions); ++i) {
        out += fmt::format(
            "<li>{} <span class=\"note\">({}, lowers the score by {})</span></li>\n",
            html_words(advice_for(*all[i].what)),
            html_text(assess::to_string(all[i].what->check)),
            number_text(all[i].of_score)
        );
    }
    if (!out.empty()) out = "<h3>What lowers the score most</h3>\n<ol>\n" + out + "</ol>\n";
    for (auto const which : held_by_several(rating))
        out += "<p class=\"note\">" + html_text(held_text(which)) + "</p>\n";
    return out;
}

/// A vector is one long word: it may break behind its slashes, and nowhere else.
std::string breakable(std::string_view words) {
    std::string out;
    for (char const c : words)
        out += c == '/' ? std::string{"/<wbr>"} : std::string(1, c);
    return out;
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
    out += rules_table("Rules of the organisation", rules_of(model, true));
    out += rules_table("Recommendations, not enforced", rules_of(model, false));
    return out + advice_list(rating) + "</section>\n";
}

std::string html_lineage(subject const& model) {
    std::string out = "<section><h2>Successor and origin</h2>\n";
    out += definition_list(successor_rows(model.facts.successor));
    auto const seen = compare_with_bases(model);
    if (seen.heads.empty()) return out + "<p class=\"note\">No base model is stated.</p></section>\n";
    out += "<h3>Beside what it is made of</h3>\n<table class=\"cards lineage\"><thead><tr><th></th>";
    for (auto const& one : seen.heads)
        out += "<th>" + html_text(one) + "</th>";
    out += "</tr></thead><tbody>\n";
    for (auto const& row : seen.rows) {
        out += "<tr><th>" + html_text(row.name) + "</th>";
        for (std::size_t i = 0; i < row.cells.size(); ++i)
            out += fmt::format(
                R"(<td data-label="{}">{}</td>)", html_text(seen.heads[i]), html_text(row.cells[i])
            );
        out += "</tr>\n";
    }
    return out + "</tbody></table>\n</section>\n";
}

std::string html_sources(subject const& model) {
    auto const& rating = model.rating;
    std::string out = "<section><h2>Evidence</h2>\n" + definition_list(evidence_rows(model));
    out += fmt::format(
        "<h3>Rubric {}</h3>\n<p><code>{}</code></p>\n",
        html_text(rating.rubric_label()),
        breakable(html_text(rating.vector()))
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
