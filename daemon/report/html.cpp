#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"
#include "daemon/report/html_parts.hpp"
#include "daemon/report/markup.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::report {

namespace {

constexpr std::size_t levels = 5;

std::string pips(assess::risk_level level) {
    std::string out = "<span class=\"pips\" aria-hidden=\"true\">";
    for (std::size_t i = 0; i < levels; ++i)
        out += i <= static_cast<std::size_t>(level) ? "●" : "○";
    return out + "</span>";
}

std::string link_to(subject const& model) {
    auto const url = safe_url(model.web_url);
    auto const words = html_text(url);
    return url.empty() ? std::string{} : fmt::format(R"( · <a href="{0}" rel="noreferrer">{0}</a>)", words);
}

std::string head(subject const& model) {
    auto const& rating = model.rating;
    return fmt::format(
        "<header><p class=\"kicker\">Model risk assessment</p>\n<h1>{}</h1>\n<p class=\"meta\">Revision {} "
        "at "
        "<code>{}</code> · evidence of {} · assessed {}{}</p></header>\n",
        html_text(rating.repo()),
        html_text(rating.revision()),
        rating.commit().empty() ? "no commit seen" : html_text(rating.commit()),
        time_text(rating.evidence_at()),
        time_text(rating.assessed_at()),
        link_to(model)
    );
}

std::string chips(assess::assessment const& rating) {
    auto out = fmt::format(
        "<ul class=\"chips\"><li>Confidence {}</li><li>Staleness: {}</li>",
        confidence_text(rating),
        html_text(assess::to_string(rating.age()))
    );
    if (rating.provisional()) out += "<li><b>Provisional</b></li>";
    out += "<li>Rubric " + html_text(rating.rubric_label()) + "</li>";
    return out + "</ul>\n";
}

std::string staleness_reasons(assess::assessment const& rating) {
    std::string out;
    for (auto const& reason : rating.staleness_reasons())
        out += (out.empty() ? "" : "; ") + html_text(reason);
    return out.empty() ? out : "<p class=\"note\">Staleness: " + out + ".</p>\n";
}

std::string verdict(subject const& model) {
    auto const& rating = model.rating;
    auto out = fmt::format("<p class=\"use\"><b>May I use it?</b> {}.</p>\n", html_text(use_text(model)));
    return out + fmt::format(
                     "<div class=\"verdict {}\"><div><div class=\"word\">Risk: {}</div>\n{}\n<div "
                     "class=\"score\"><b>{}</b> of "
                     "100 risk "
                     "points</div></div>\n<div>{}<p>{}</p>{}{}</div></div>\n",
                     level_class(rating.rating()),
                     html_text(assess::to_string(rating.rating())),
                     pips(rating.rating()),
                     number_text(rating.score()),
                     html_scale(rating),
                     html_text(verdict_sentence(model)),
                     staleness_reasons(rating),
                     chips(rating)
                 );
}

std::string article(subject const& model, std::size_t number) {
    auto out = fmt::format("<article id=\"model-{}\">\n", number) + head(model) + verdict(model);
    out += "<section><h2>Five dimensions</h2>\n" + html_chart(model.rating) + "</section>\n";
    return out + html_actions(model) + html_receipt(model.rating) + html_lineage(model) +
           html_sources(model) + "</article>\n";
}

std::string failed_rules(subject const& model) {
    auto const rules = rules_of(model, true);
    auto const failed = std::count_if(rules.begin(), rules.end(), [](auto const* one) {
        return one->value == assess::verdict::fail;
    });
    return rules.empty() ? "-" : std::to_string(failed);
}

/// "Access": a column has no room for more.
std::string short_title(assess::dimension which) {
    std::string out{assess::to_string(which)};
    out.front() = static_cast<char>(out.front() - 'a' + 'A');
    return out;
}

/// Where the window is narrow a row is a card, and each cell says what it is.
std::string cell(std::string_view label, std::string_view words, bool number = false) {
    return fmt::format(
        R"(<td{} data-label="{}">{}</td>)", number ? R"( class="num")" : "", html_text(label), words
    );
}

std::string summary_row(subject const& model, std::size_t number) {
    auto const& rating = model.rating;
    auto const name = html_text(rating.repo());
    auto out = fmt::format("<tr class=\"{}\">", level_class(rating.rating()));
    out += cell("Model", fmt::format("<a href=\"#model-{}\">{}</a>", number, name));
    out += cell("Rating", html_badge(rating.rating()));
    out += cell("Score", number_text(rating.score()), true);
    out += cell("Use", to_string(may_use(model).said));
    for (auto const& result : rating.results())
        out += cell(short_title(result.which), std::to_string(result.score), true);
    out += cell("Staleness", html_text(assess::to_string(rating.age())));
    return out + cell("Rules failed", failed_rules(model), true) + "</tr>\n";
}

std::string summary(std::span<subject const> models) {
    auto out = fmt::format(
        "<section class=\"summary\"><p class=\"kicker\">Model risk assessment</p>\n<h1>{}</h1>\n"
        "<table class=\"cards\"><thead><tr><th>Model</th><th>Rating</th><th class=\"num\">Score</th>"
        "<th>May I use it?</th>",
        counted(models.size(), "model")
    );
    for (auto const which : assess::dimensions)
        out += fmt::format("<th class=\"num\">{}</th>", short_title(which));
    out += "<th>Staleness</th><th class=\"num\">Rules failed</th></tr></thead><tbody>\n";
    for (std::size_t i = 0; i < models.size(); ++i)
        out += summary_row(models[i], i + 1);
    return out +
           "</tbody></table>\n<p class=\"note\">Risk points per dimension and overall: 0 is good, 100 is "
           "bad.</p></section>\n";
}

constexpr std::string_view fine_print = "<footer><p>The rating is the inherent risk of the model: internal "
                                        "reviews and accepted exceptions do not lower "
                                        "it; they decide whether the model may be used. It is no CVSS score. "
                                        "The sorting of licenses is an aid for reviews "
                                        "and no legal advice. Whoever has the rubric can recompute the score "
                                        "from the evidence vector. Names and texts "
                                        "from the hub are quoted as they were found.</p></footer>\n";

} // namespace

std::string level_class(assess::risk_level level) {
    return "lv" + std::to_string(static_cast<int>(level));
}

std::string html_badge(assess::risk_level level) {
    return fmt::format(
        "<span class=\"badge {}\">{} risk: {}</span>",
        level_class(level),
        pips(level),
        html_text(assess::to_string(level))
    );
}

std::string html(std::span<subject const> models) {
    auto const title = models.size() == 1 ? models.front().rating.repo() : counted(models.size(), "model");
    auto out = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n<title>Model risk assessment: "
        "{}</title>\n<style>{}</style>\n"
        "</head>\n<body>\n<main>\n",
        html_text(title),
        html_style()
    );
    if (models.size() != 1) out += summary(models);
    for (std::size_t i = 0; i < models.size(); ++i)
        out += article(models[i], i + 1);
    out += fine_print;
    return out + "</main>\n</body>\n</html>\n";
}

} // namespace modelwatch::report
