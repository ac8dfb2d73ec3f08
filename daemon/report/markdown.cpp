#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"
#include "daemon/report/markup.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::report {

namespace {

constexpr std::size_t most_actions = 5;

std::string row(std::vector<std::string> const& cells) {
    std::string out = "|";
    for (auto const& cell : cells)
        out += " " + cell + " |";
    return out + "\n";
}

std::string header(std::vector<std::string> const& cells) {
    std::string rule = "|";
    for (std::size_t i = 0; i < cells.size(); ++i)
        rule += "---|";
    return row(cells) + rule + "\n";
}

std::string model_link(subject const& model) {
    auto const name = markdown_text(model.rating.repo());
    auto const url = safe_url(model.web_url);
    return url.empty() ? name : fmt::format("[{}](<{}>)", name, url);
}

std::string head(subject const& model) {
    auto const& rating = model.rating;
    std::string out = "## " + model_link(model) + "\n\n";
    out += fmt::format(
        "**Risk: {}** · {} of 100 · confidence {}{} · {}\n\n",
        assess::to_string(rating.rating()),
        number_text(rating.score()),
        confidence_text(rating),
        rating.provisional() ? " · provisional" : "",
        assess::to_string(rating.age())
    );
    out += fmt::format(
        "Revision {} at {}, evidence of {}, assessed {}.\n\n",
        markdown_code(rating.revision()),
        rating.commit().empty() ? std::string{"no commit seen"} : markdown_code(rating.commit()),
        time_text(rating.evidence_at()),
        time_text(rating.assessed_at())
    );
    return out + "**May I use it?** " + markdown_text(use_text(model)) + "\n\n";
}

std::string dimensions_of(assess::assessment const& rating) {
    auto out = header({"Dimension", "Weight", "Points", "Score", "Risk"});
    for (auto const& result : rating.results()) {
        auto const weight = rating.weights()[static_cast<std::size_t>(result.which)];
        out += row(
            {std::string{assess::title(result.which)},
             number_text(weight),
             sum_text(result),
             std::to_string(result.score),
             std::string{assess::to_string(result.level)}}
        );
    }
    out += "\nScore: " + arithmetic(rating) + "\n\n";
    for (auto const& hit : rating.floors()) {
        out += fmt::format(
            "- Floor {}: at least {}. {}{}\n",
            hit.id,
            assess::to_string(hit.at_least),
            markdown_text(hit.why),
            hit.raised ? ". **It raised the rating.**" : ""
        );
    }
    return out + (rating.floors().empty() ? "" : "\n");
}

std::string findings_of(assess::assessment const& rating) {
    auto out = "### Findings\n\n" + header({"Check", "Points", "Outcome", "Evidence"});
    for (auto const& result : rating.results()) {
        for (auto const& one : result.findings) {
            auto const state = one.state() == assess::outcome_state::known
                                   ? std::string{}
                                   : " *(" + std::string{state_name(one.state())} + ")*";
            out += row(
                {markdown_code(assess::to_string(one.check)),
                 std::to_string(one.points),
                 markdown_text(one.outcome->meaning) + state,
                 markdown_text(one.evidence.text())}
            );
        }
    }
    return out + "\n";
}

std::string rules_of(std::string_view title, std::vector<assess::policy_verdict const*> const& rules) {
    if (rules.empty()) return {};
    auto out = fmt::format("### {}\n\n", title) + header({"Rule", "Verdict", "Why"});
    for (auto const* one : rules)
        out += row({markdown_code(one->id), markdown_text(verdict_text(*one)), markdown_text(one->why)});
    return out + "\n";
}

std::string policy_of(subject const& model) {
    return rules_of("Rules of the organisation", report::rules_of(model, true)) +
           rules_of("Recommendations, not enforced", report::rules_of(model, false));
}

std::string actions_of(assess::assessment const& rating) {
    std::string out = "### What to do\n\n";
    out += fmt::format(
        "Before use: {}. Review again within {} days.\n\n",
        rating.disposition(),
        rating.review_interval().count()
    );
    auto const all = savings(rating);
    for (std::size_t i = 0; i < std::min(all.size(), most_actions); ++i) {
        out += fmt::format(
            "{}. {} ({}, lowers the score by {})\n",
            i + 1,
            advice_for(*all[i].what),
            markdown_code(assess::to_string(all[i].what->check)),
            number_text(all[i].of_score)
        );
    }
    auto const held = held_by_several(rating);
    for (auto const which : held)
        out += "\n" + held_text(which) + "\n";
    return out + (all.empty() && held.empty() ? "" : "\n");
}

std::string rows_of(std::string_view title, std::vector<fact> const& rows) {
    auto out = fmt::format("### {}\n\n", title) + header({"", ""});
    for (auto const& one : rows)
        out += row({std::string{one.name}, markdown_text(one.value)});
    return out + "\n";
}

std::string bases_of(subject const& model) {
    auto const seen = compare_with_bases(model);
    if (seen.heads.empty()) return {};
    std::vector<std::string> heads{""};
    for (auto const& one : seen.heads)
        heads.push_back(markdown_text(one));
    auto out = "### Beside what it is made of\n\n" + header(heads);
    for (auto const& line : seen.rows) {
        std::vector<std::string> cells{std::string{line.name}};
        for (auto const& cell : line.cells)
            cells.push_back(markdown_text(cell));
        out += row(cells);
    }
    return out + "\n";
}

std::string one_model(subject const& model) {
    auto const& rating = model.rating;
    auto out = head(model) + markdown_text(verdict_sentence(model)) + "\n\n" + dimensions_of(rating) +
               actions_of(rating) + policy_of(model) + findings_of(rating) +
               rows_of("Successor", successor_rows(model.facts.successor)) + bases_of(model) +
               rows_of("Evidence", evidence_rows(model));
    out += "Rubric " + markdown_text(rating.rubric_label());
    for (auto const& change : rating.rubric_differences())
        out += "; " + markdown_text(change);
    return out + ". Vector: " + markdown_code(rating.vector()) + "\n";
}

std::string summary(std::span<subject const> models) {
    std::vector<std::string> heads{"Model", "Rating", "Score"};
    for (auto const which : assess::dimensions)
        heads.emplace_back(assess::title(which));
    heads.emplace_back("Staleness");
    heads.emplace_back("May I use it?");
    auto out = header(heads);
    for (auto const& model : models) {
        auto const& rating = model.rating;
        std::vector<std::string> cells{
            model_link(model), std::string{assess::to_string(rating.rating())}, number_text(rating.score())
        };
        for (auto const& result : rating.results())
            cells.push_back(std::to_string(result.score));
        cells.emplace_back(assess::to_string(rating.age()));
        cells.emplace_back(to_string(may_use(model).said));
        out += row(cells);
    }
    return out + "\n";
}

} // namespace

std::string markdown(std::span<subject const> models) {
    std::string out = "# Model risk assessment\n\n";
    if (models.size() > 1) out += summary(models);
    for (auto const& model : models)
        out += (&model == models.data() ? "" : "\n") + one_model(model);
    return out;
}

} // namespace modelwatch::report
