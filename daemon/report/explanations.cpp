#include "daemon/assess/assessment.hpp"
#include "daemon/assess/policy.hpp"
#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"
#include "daemon/report/explanation_texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::report {

namespace {

/// Sorts "T1 R5 LLM03.5 AML.T0109 PS.3" into the frameworks that they come from.
std::vector<numbered> mappings_of(std::string_view words) {
    std::array<numbered, 5> out{{
        {"Themes of the report", "", ""},
        {"Recommendations", "", ""},
        {"OWASP", "", ""},
        {"MITRE ATLAS", "", ""},
        {"NIST and others", "", ""},
    }};
    auto const digit = [](std::string_view word) {
        return word.size() == 2 && word[1] >= '1' && word[1] <= '9';
    };
    for (auto const word : split(words, ' ')) {
        if (word.empty()) continue;
        std::size_t const where = word[0] == 'T' && digit(word)                       ? 0
                                  : word[0] == 'R' && digit(word)                     ? 1
                                  : word.starts_with("LLM") || word.starts_with("ML") ? 2
                                  : word.starts_with("AML.")                          ? 3
                                                                                      : 4;
        auto& value = out[where].value;
        value += (value.empty() ? "" : ", ") + std::string{word};
    }
    std::vector<numbered> kept;
    std::copy_if(out.begin(), out.end(), std::back_inserter(kept), [](auto const& one) {
        return !one.value.empty();
    });
    return kept;
}

std::string_view class_words(alert_class about) noexcept {
    switch (about) {
    case alert_class::integrity:
        return "about the integrity of bytes, history or owner: never below medium";
    case alert_class::content:
        return "about what the repository holds";
    case alert_class::rights:
        return "about license and access";
    case alert_class::standing:
        return "a condition that can hold at first sight: then it opens quietly unless it is critical";
    case alert_class::monitor:
        break;
    }
    return "about the monitor itself";
}

explanation of_kind(kind_text const& text) {
    auto const& row = info(text.kind);
    explanation out;
    out.name = row.name;
    out.about = topic::alert;
    out.place = class_words(row.about);
    out.meaning = row.meaning;
    out.matters = text.matters;
    out.first = row.action;
    out.closes = text.closes;
    out.configure = fmt::format(
        "[policy.severity] \"{}\" = \"…\"; `kinds` of a notifier decides who is notified", row.name
    );
    out.incidents = find_incidents(text.incidents);
    out.numbers.push_back(
        {"severity", std::string{modelwatch::to_string(row.level)}, std::string{text.severity}}
    );
    out.mappings = mappings_of(text.themes);
    return out;
}

std::string outcome_words(assess::outcome_info const& outcome) {
    std::string out{outcome.meaning};
    if (outcome.state != assess::outcome_state::known) out += fmt::format(" ({})", state_name(outcome.state));
    return out;
}

explanation of_check(check_text const& text) {
    auto const& row = assess::info(text.check);
    explanation out;
    out.name = row.name;
    out.about = topic::check;
    out.place =
        fmt::format("{}{}", row.principal ? "principal check of " : "check of ", assess::title(row.about));
    out.meaning = row.question;
    out.matters = row.why;
    out.first = row.remediation;
    out.closes = text.closes;
    out.configure = fmt::format(
        "[rubric] points = {{ \"{}.{}\" = … }} gives an outcome other points",
        row.name,
        row.outcomes.back().name
    );
    out.incidents = find_incidents(text.incidents);
    for (auto const& outcome : row.outcomes)
        out.numbers.push_back(
            {std::string{outcome.name}, std::to_string(outcome.points), outcome_words(outcome)}
        );
    out.mappings = mappings_of(
        fmt::format("{} {} {} {} {}", row.themes, row.recommendations, row.owasp, row.atlas, row.frameworks)
    );
    return out;
}

explanation of_text(free_text const& text, topic about, std::string place, std::string themes) {
    explanation out;
    out.name = text.name;
    out.about = about;
    out.place = std::move(place);
    out.meaning = text.meaning;
    out.matters = text.matters;
    out.first = text.first;
    out.closes = text.closes;
    out.configure = text.configure;
    out.incidents = find_incidents(text.incidents);
    out.mappings = mappings_of(themes);
    return out;
}

explanation of_policy(free_text const& text) {
    auto const* const row = assess::find_policy(text.name);
    if (row == nullptr) throw std::logic_error("no such policy: " + std::string{text.name});
    auto const place = row->built_in ? "judged for every model; alerts where `enforce` names it"
                                     : "judged where the configuration asks for it";
    auto out = of_text(text, topic::policy, place, fmt::format("{} {}", text.themes, row->recommendations));
    out.meaning = fmt::format("{} {}", row->meaning, text.meaning);
    return out;
}

/// One more thing to explain: each of the five words, with its range and what it asks for.
explanation of_level(assess::risk_level level) {
    static assess::rubric const standard;
    auto const at = static_cast<std::size_t>(level);
    auto const from = at == 0 ? 0.0 : standard.bounds[at - 1];
    bool const last = at == standard.bounds.size();
    auto const name = assess::to_string(level);
    explanation out;
    out.name = name;
    out.about = topic::word;
    out.place = "level of a rating or a dimension";
    out.meaning = fmt::format(
        "A score from {} {}, of a dimension or overall, unless the rubric was changed.",
        number_text(from),
        last ? "on" : "to below " + number_text(standard.bounds[at])
    );
    out.matters = fmt::format("As a rating, {} decides what is asked for before use.", name);
    out.first = fmt::format("Required for a rating of {}: {}.", name, assess::disposition_of(level));
    out.closes = fmt::format("{} ends with evidence that moves the score over a bound, or a floor.", name);
    out.configure = fmt::format("[rubric] bounds; [policy] max_rating = \"{}\"", name);
    return out;
}

/// What the words of the reference count, from the same tables.
void add_numbers(explanation& out) {
    static assess::rubric const standard;
    if (out.name == "score") {
        for (auto const which : assess::dimensions) {
            auto const weight = standard.weights[static_cast<std::size_t>(which)];
            out.numbers.push_back({std::string{assess::title(which)}, number_text(weight), "default weight"});
        }
    }
    if (out.name != "disposition") return;
    for (auto const level : {0, 1, 2, 3, 4}) {
        auto const rating = static_cast<assess::risk_level>(level);
        out.numbers.push_back(
            {std::string{assess::to_string(rating)},
             fmt::format("{} days", assess::review_interval_of(rating).count()),
             std::string{assess::disposition_of(rating)}}
        );
    }
}

std::vector<explanation> make_explanations() {
    std::vector<explanation> out;
    for (auto const& text : integrity_kind_texts())
        out.push_back(of_kind(text));
    for (auto const& text : other_kind_texts())
        out.push_back(of_kind(text));
    // In the order of the contract's table, whatever file a text stands in.
    std::sort(out.begin(), out.end(), [](explanation const& a, explanation const& b) {
        return parse_alert_kind(a.name) < parse_alert_kind(b.name);
    });
    for (auto const& text : check_texts())
        out.push_back(of_check(text));
    for (auto const& text : policy_texts())
        out.push_back(of_policy(text));
    for (auto const& text : floor_texts())
        out.push_back(of_text(text, topic::floor, "floor of the overall rating", std::string{text.themes}));
    for (auto const& text : word_texts()) {
        out.push_back(of_text(text, topic::word, "word of this program", std::string{text.themes}));
        add_numbers(out.back());
    }
    for (auto const level : {0, 1, 2, 3, 4})
        out.push_back(of_level(static_cast<assess::risk_level>(level)));
    return out;
}

} // namespace

std::vector<explanation> const& explanations() {
    static auto const all = make_explanations();
    return all;
}

explanation const* find_explanation(std::string_view word) {
    auto wanted = lower(trimmed(word));
    for (std::string_view const prefix : {"licence-", "policy-licence-"}) {
        if (wanted.starts_with(prefix)) wanted[wanted.find("licence") + 5] = 's';
    }
    auto const& all = explanations();
    auto const found =
        std::find_if(all.begin(), all.end(), [&](auto const& one) { return lower(one.name) == wanted; });
    return found == all.end() ? nullptr : &*found;
}

std::string explanation_hint(std::string_view word) {
    std::vector<std::string> names;
    for (auto const& one : explanations())
        names.push_back(lower(one.name));
    auto const near = nearest(lower(trimmed(word)), names);
    if (!near) return "`modelwatch explain` lists every word that it knows";
    return "did you mean " + find_explanation(*near)->name + "?";
}

} // namespace modelwatch::report
