#include "daemon/config/report.hpp"

#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace modelwatch::config {

std::string problem::text() const {
    return where.empty() ? what : where + ": " + what;
}

std::string report::place(std::size_t line) const {
    return line == 0 ? origin_ : fmt::format("{}:{}", origin_, line);
}

void report::problem(std::size_t line, std::string const& key, std::string const& what) {
    problems_.emplace(line, config::problem{place(line), printable(key), printable(what)});
}

void report::problem_elsewhere(std::string where, std::string const& key, std::string const& what) {
    problems_.emplace(0, config::problem{std::move(where), printable(key), printable(what)});
}

void report::warning(std::size_t line, std::string const& key, std::string const& what) {
    warnings_.emplace(line, fmt::format("{}: {}: {}", place(line), printable(key), printable(what)));
}

void report::hand_over(outcome& out) {
    for (auto& [line, what] : problems_)
        out.problems.push_back(std::move(what));
    for (auto& [line, text] : warnings_)
        out.value.warnings.push_back(std::move(text));
    problems_.clear();
    warnings_.clear();
}

void section::needs(std::size_t line, std::string_view name, std::string const& why) const {
    log.problem(line, key(name), fmt::format("{} needs '{}': {}", label, name, why));
}

std::string bare_key(std::string_view full) {
    return std::string{full.substr(full.rfind('.') + 1)};
}

std::string suggestion(std::string_view word, std::vector<std::string> const& known) {
    constexpr std::size_t longest_word = 64; // nobody misspells a key into a novel; bounds the comparison
    if (auto const near = nearest(word.substr(0, longest_word), known)) {
        return fmt::format("; did you mean '{}'?", *near);
    }
    return known.empty() ? std::string{} : fmt::format("; known are {}", fmt::join(known, ", "));
}

} // namespace modelwatch::config
