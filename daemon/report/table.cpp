#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"
#include "daemon/report/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::report {

namespace {

constexpr std::size_t bar_length = 20;
constexpr std::size_t most_actions = 5;
constexpr std::size_t name_width = 24;

/// Paints only where the terminal can; every fact is in the words too.
class pen {
public:
    explicit pen(style const& with)
        : colour_{with.colour}
        , width_{std::max<std::size_t>(with.width, 40)} {}

    [[nodiscard]] std::size_t width() const noexcept { return width_; }

    [[nodiscard]] std::string bold(std::string_view text) const { return painted(text, "\x1b[1m"); }

    [[nodiscard]] std::string dim(std::string_view text) const { return painted(text, "\x1b[2m"); }

    [[nodiscard]] std::string level(std::string_view text, assess::risk_level level) const {
        constexpr std::array<std::string_view, 5> codes{
            "\x1b[32m", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[1;31m"
        };
        return painted(text, codes[static_cast<std::size_t>(level)]);
    }

    [[nodiscard]] std::string verdict(assess::policy_verdict const& one) const {
        constexpr std::array<std::string_view, 3> codes{"\x1b[32m", "\x1b[33m", "\x1b[1;31m"};
        return painted(padded(assess::to_string(one.value), 4), codes[static_cast<std::size_t>(one.value)]);
    }

    [[nodiscard]] std::string heading(std::string_view text) const { return "\n" + bold(text) + "\n"; }

private:
    [[nodiscard]] std::string painted(std::string_view text, std::string_view code) const {
        return colour_ ? std::string{code} + std::string{text} + "\x1b[0m" : std::string{text};
    }

    bool colour_;
    std::size_t width_;
};

std::string bar(int score) {
    auto const filled = static_cast<std::size_t>(score) * bar_length / 100;
    std::string out;
    for (std::size_t i = 0; i < bar_length; ++i)
        out += i < filled ? "█" : "·";
    return out;
}

/// One line, whatever the width: it is there to be searched for.
std::string use_line(subject const& model, pen const& with) {
    return with.bold("May I use " + printable(model.rating.repo()) + "?") + " " + printable(use_text(model)) +
           "\n";
}

std::string head(subject const& model, pen const& with) {
    auto const& rating = model.rating;
    std::string out = with.bold(printable(rating.repo()));
    out += fmt::format(
        "  {} at {}\n",
        printable(rating.revision()),
        rating.commit().empty() ? "no commit seen" : printable(short_commit(rating.commit()))
    );
    auto const word = with.level(assess::to_string(rating.rating()), rating.rating());
    out += fmt::format(
        "Rating {}, {} of 100, confidence {}{}\n",
        word,
        number_text(rating.score()),
        confidence_text(rating),
        rating.provisional() ? ", provisional" : ""
    );
    return out + use_line(model, with);
}

std::string dimensions_of(subject const& model, pen const& with) {
    auto const& rating = model.rating;
    std::string out = with.heading("Dimensions: risk, 0 is good and 100 is bad");
    for (auto const& result : rating.results()) {
        auto const weight = rating.weights()[static_cast<std::size_t>(result.which)];
        out += fmt::format(
            "  {}{}  {:>3}  {}  × {}{}\n",
            padded(assess::title(result.which), name_width),
            bar(result.score),
            result.score,
            with.level(padded(assess::to_string(result.level), 11), result.level),
            number_text(weight),
            result.principal_known ? "" : "  principal evidence missing"
        );
    }
    return out + with.dim("  " + arithmetic(rating)) + "\n";
}

std::string findings_of(subject const& model, pen const& with) {
    std::string out;
    for (auto const* one : dear_findings(model.rating)) {
        auto const& about = assess::info(one->check);
        auto const first = fmt::format("  {:>3}  {}  ", one->points, padded(about.name, 25));
        out += hanging(
            first,
            fmt::format("{} ({})", one->outcome->meaning, printable(one->evidence.text())),
            with.width()
        );
    }
    if (out.empty()) out = "  none\n";
    return with.heading("Findings with points, the dearest first") + out;
}

/// What was not looked at must not read as good.
std::string gaps_of(subject const& model, pen const& with) {
    std::string out;
    for (auto const& result : model.rating.results()) {
        for (auto const& one : result.findings) {
            bool const gap = one.state() == assess::outcome_state::not_assessed ||
                             (one.state() == assess::outcome_state::unknown && one.points == 0);
            if (gap) out += (out.empty() ? "" : ", ") + std::string{assess::to_string(one.check)};
        }
    }
    return out.empty() ? out : "\n" + hanging("Not assessed: ", out, with.width());
}

std::string floors_of(subject const& model, pen const& with) {
    if (model.rating.floors().empty()) return {};
    std::string out = with.heading("Floors");
    for (auto const& hit : model.rating.floors()) {
        auto const text = fmt::format(
            "at least {}: {}{}",
            assess::to_string(hit.at_least),
            printable(hit.why),
            hit.raised ? " (raised the rating)" : ""
        );
        out += hanging(fmt::format("  {}  ", hit.id), text, with.width());
    }
    return out;
}

std::string
rules_of(std::string_view title, std::vector<assess::policy_verdict const*> const& rules, pen const& with) {
    if (rules.empty()) return {};
    std::string out = with.heading(title);
    for (auto const* one : rules) {
        auto text = printable(one->why);
        if (one->accepted_until) text += ". " + printable(verdict_text(*one));
        auto const first = fmt::format("        {}  ", padded(printable(one->id), 28));
        auto line = hanging(first, text, with.width());
        out += "  " + with.verdict(*one) + line.substr(6);
    }
    return out;
}

std::string policy_of(subject const& model, pen const& with) {
    return rules_of("Rules of the organisation", report::rules_of(model, true), with) +
           rules_of("Recommendations, not enforced", report::rules_of(model, false), with);
}

std::string actions_of(subject const& model, pen const& with) {
    auto const& rating = model.rating;
    std::string out = with.heading("What to do");
    out += hanging("  Before use: ", rating.disposition(), with.width());
    out += fmt::format(
        "  Review again within {}\n",
        counted(static_cast<std::size_t>(rating.review_interval().count()), "day")
    );
    auto const all = savings(rating);
    for (std::size_t i = 0; i < std::min(all.size(), most_actions); ++i) {
        auto const text = fmt::format(
            "{} (lowers the score by {})", advice_for(*all[i].what), number_text(all[i].of_score)
        );
        out += hanging(fmt::format("  {}. ", i + 1), text, with.width());
    }
    for (auto const which : held_by_several(rating))
        out += hanging("  ", held_text(which), with.width());
    return out;
}

std::string rows_of(std::string_view title, std::vector<fact> const& rows, pen const& with) {
    std::string out = with.heading(title);
    for (auto const& row : rows)
        out += hanging("  " + padded(row.name, name_width), printable(row.value), with.width());
    return out;
}

std::string staleness_of(subject const& model, pen const& with) {
    auto const& rating = model.rating;
    std::string reasons;
    for (auto const& reason : rating.staleness_reasons())
        reasons += (reasons.empty() ? ": " : "; ") + printable(reason);
    return "\n" +
           hanging("Staleness: ", std::string{assess::to_string(rating.age())} + reasons, with.width());
}

std::string one_model(subject const& model, pen const& with) {
    auto const& rating = model.rating;
    auto out = head(model, with) + dimensions_of(model, with) + findings_of(model, with) +
               floors_of(model, with) + gaps_of(model, with) + staleness_of(model, with) +
               policy_of(model, with) + actions_of(model, with);
    auto const& next = model.facts.successor;
    if (!next.pick.empty() || !next.chain.empty()) out += rows_of("Successor", successor_rows(next), with);
    out += rows_of("Evidence", evidence_rows(model), with);
    out += fmt::format("\n{} {}\n", with.dim("Rubric"), printable(rating.rubric_label()));
    for (auto const& change : rating.rubric_differences())
        out += hanging("  changed: ", printable(change), with.width());
    return out + with.dim(printable(rating.vector())) + "\n";
}

std::string summary(std::span<subject const> models, pen const& with) {
    std::size_t widest = 5;
    for (auto const& model : models)
        widest = std::max(widest, columns(printable(model.rating.repo())));
    auto out = with.bold(fmt::format(
        "{}  {}  {}    {}    {}    {}    {}    {}  {}  {}",
        padded("MODEL", widest),
        padded("RATING", 11),
        "SCORE",
        "A",
        "L",
        "F",
        "P",
        "T",
        "STALENESS",
        "MAY I USE IT?"
    ));
    out += "\n";
    for (auto const& model : models) {
        auto const& rating = model.rating;
        out += padded(printable(rating.repo()), widest) + "  " +
               with.level(padded(assess::to_string(rating.rating()), 11), rating.rating()) +
               fmt::format("  {:>5}", number_text(rating.score()));
        for (auto const& result : rating.results())
            out += fmt::format("  {:>3}", result.score);
        out += fmt::format(
            "  {}  {}{}\n",
            padded(assess::to_string(rating.age()), 9),
            to_string(may_use(model).said),
            rating.provisional() ? ", provisional" : ""
        );
    }
    out += "\n";
    for (auto const& model : models)
        out += use_line(model, with);
    out += "\n";
    return out +
           with.dim("A access control, L license, F file format, P publisher, T timeliness: 0 good, 100 bad"
           ) +
           "\n\n";
}

} // namespace

std::string table(std::span<subject const> models, style const& with) {
    pen const ink{with};
    std::string out;
    if (models.size() > 1) out += summary(models, ink);
    for (auto const& model : models) {
        if (&model != models.data()) out += "\n" + std::string(ink.width(), '-') + "\n\n";
        out += one_model(model, ink);
    }
    return out;
}

} // namespace modelwatch::report
