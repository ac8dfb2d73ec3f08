#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/report/explanation.hpp"
#include "daemon/report/layout.hpp"
#include "daemon/report/markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::report {

namespace {

constexpr std::size_t label_width = 17;
constexpr std::array<std::string_view, 5> topics{"alert kind", "check", "policy", "floor", "word"};
constexpr std::array<std::string_view, 5> titles{"Alert kinds", "Checks", "Policies", "Floors", "Words"};

std::string bold(std::string_view text, bool colour) {
    return colour ? "\x1b[1m" + std::string{text} + "\x1b[0m" : std::string{text};
}

std::string labelled(std::string_view label, std::string_view text, std::size_t width) {
    return text.empty() ? std::string{} : hanging(padded(label, label_width), text, width);
}

std::string table_text(explanation const& one, std::size_t width) {
    std::size_t names = 0;
    std::size_t values = 0;
    for (auto const& row : one.numbers) {
        names = std::max(names, columns(row.name));
        values = std::max(values, columns(row.value));
    }
    std::string out;
    for (auto const& row : one.numbers) {
        auto const first = fmt::format("  {}  {}  ", padded(row.name, names), padded_left(row.value, values));
        out += hanging(first, row.meaning, width);
    }
    return out;
}

std::string_view numbers_title(explanation const& one) noexcept {
    switch (one.about) {
    case topic::alert:
        return "Default severity";
    case topic::check:
        return "Outcomes and their default points";
    default:
        return "By default";
    }
}

json::array rows_of(std::vector<numbered> const& rows) {
    json::array out;
    for (auto const& row : rows)
        out.push_back(
            json::object{{"name", row.name}, {"value", row.value}, {"meaning", or_null(row.meaning)}}
        );
    return out;
}

/// Our own words: backticks and dashes are meant. Only what could start a tag or end a cell is taken
/// literally.
std::string own_words(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if (c == '|' || c == '<') out += '\\';
        out += c;
    }
    return out;
}

} // namespace

std::string_view to_string(topic value) noexcept {
    return topics[static_cast<std::size_t>(value)];
}

json::object to_json(explanation const& one) {
    json::array happened;
    for (auto const* what : one.incidents)
        happened.push_back(json::object{{"id", what->id}, {"when", what->when}, {"what", what->what}});
    return {
        {"name", one.name},
        {"topic", to_string(one.about)},
        {"place", one.place},
        {"meaning", one.meaning},
        {"matters", one.matters},
        {"first", one.first},
        {"closes", one.closes},
        {"configure", one.configure},
        {"incidents", std::move(happened)},
        {"numbers", rows_of(one.numbers)},
        {"mappings", rows_of(one.mappings)},
    };
}

std::string to_text(explanation const& one, std::size_t width, bool colour) {
    auto out = bold(one.name, colour) + fmt::format("  {}, {}\n\n", to_string(one.about), one.place);
    out += labelled("What it says", one.meaning, width) + labelled("Why it matters", one.matters, width);
    for (auto const* happened : one.incidents)
        out += labelled("It has happened", fmt::format("{}: {}", happened->when, happened->what), width);
    out += labelled("What to do first", one.first, width) + labelled("What ends it", one.closes, width);
    if (!one.numbers.empty())
        out += fmt::format("\n{}\n", bold(numbers_title(one), colour)) + table_text(one, width);
    out += "\n" + labelled("Configured by", one.configure, width);
    std::string maps;
    for (auto const& row : one.mappings)
        maps += (maps.empty() ? "" : "; ") + row.name + " " + row.value;
    return out + labelled("Maps to", maps, width);
}

std::string to_markdown(explanation const& one) {
    auto out = fmt::format("### {}\n\n*{}; {}.*\n\n", one.name, to_string(one.about), own_words(one.place));
    out += fmt::format("{}\n\n{}\n\n", own_words(one.meaning), own_words(one.matters));
    for (auto const* happened : one.incidents)
        out += fmt::format("> **{}.** {}\n\n", happened->when, own_words(happened->what));
    if (!one.numbers.empty()) {
        out += one.about == topic::check ? "| outcome | points | |\n|---|---|---|\n"
                                         : "| | | |\n|---|---|---|\n";
        for (auto const& row : one.numbers)
            out += fmt::format("| {} | {} | {} |\n", row.name, row.value, own_words(row.meaning));
        out += "\n";
    }
    out += fmt::format("- **First:** {}\n- **Ends when:** {}\n", own_words(one.first), own_words(one.closes));
    out += fmt::format("- **Configured by:** {}\n", own_words(one.configure));
    for (auto const& row : one.mappings)
        out += fmt::format("- {}: {}\n", row.name, row.value);
    return out + "\n";
}

std::string explanation_list(std::size_t width, bool colour) {
    std::size_t names = 0;
    for (auto const& one : explanations())
        names = std::max(names, columns(one.name));
    std::string out;
    for (std::size_t i = 0; i < topics.size(); ++i) {
        out += (i == 0 ? "" : "\n") + bold(titles[i], colour) + "\n";
        for (auto const& one : explanations()) {
            if (one.about == static_cast<topic>(i))
                out += hanging("  " + padded(one.name, names + 2), one.meaning, width);
        }
    }
    return out;
}

std::string explanations_markdown() {
    std::string out =
        "# Reference\n\nEvery alert kind, check, policy, floor and word, as `modelwatch explain` tells "
        "them. Made from the program's own tables.\n\n";
    for (std::size_t i = 0; i < topics.size(); ++i) {
        out += fmt::format("## {}\n\n", titles[i]);
        for (auto const& one : explanations()) {
            if (one.about == static_cast<topic>(i)) out += to_markdown(one);
        }
    }
    return out;
}

} // namespace modelwatch::report
