// "May I use it?": one word and the reasons, out of rating, floors and rules.

#include "daemon/report/content.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace modelwatch::report {

namespace {

using answer = use_verdict::answer;

/// What a rating asks for before use, in few words; assess.md 2.8 has them in full.
constexpr std::array<std::string_view, 5> wanted{
    "pin it by commit and name an owner",
    "record the conditions first (plan for the successor, note on the license)",
    "security review, publisher record and an internal mirror first",
    "full third-party review, legal review and CISO approval first",
    "do not use it directly: go to the origin, rebuild it, or have the CISO sign an exception",
};

std::string rated(assess::assessment const& rating) {
    return fmt::format("rated {} ({})", assess::to_string(rating.rating()), number_text(rating.score()));
}

/// A right that is missing, or a rule of the organisation that is broken: no review can give it.
std::vector<std::string> obstacles(subject const& model) {
    std::vector<std::string> out;
    for (auto const* one : rules_of(model, true)) {
        if (one->violated()) out.push_back(fmt::format("{} fails: {}", one->id, one->why));
    }
    for (auto const& hit : model.rating.floors()) {
        if (hit.id == "F8") out.push_back(hit.why);
    }
    return out;
}

/// A stateless report knows no reviews, so that rule says nothing about the model.
bool is_open_recommendation(assess::policy_verdict const& one) {
    return one.violated() && one.id != "policy-formal-review";
}

std::vector<std::string> conditions(subject const& model) {
    std::vector<std::string> out;
    if (model.rating.provisional()) out.emplace_back("decisive evidence is missing");
    for (auto const* one : rules_of(model, true)) {
        if (one->accepted_until) out.push_back(fmt::format("{} {}", one->id, verdict_text(*one)));
        if (one->value == assess::verdict::warn) out.push_back(fmt::format("{}: {}", one->id, one->why));
    }
    std::vector<std::string> open;
    for (auto const* one : rules_of(model, false)) {
        if (is_open_recommendation(*one)) open.push_back(one->id);
    }
    if (!open.empty()) out.push_back(fmt::format("not met, and not enforced: {}", fmt::join(open, ", ")));
    return out;
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
    std::move(more.begin(), more.end(), std::back_inserter(to));
}

} // namespace

std::vector<assess::policy_verdict const*> rules_of(subject const& model, bool asked) {
    std::vector<assess::policy_verdict const*> out;
    for (auto const& one : model.policy) {
        if (one.asked == asked) out.push_back(&one);
    }
    return out;
}

std::string_view to_string(answer said) noexcept {
    constexpr std::array<std::string_view, 3> words{"yes", "with conditions", "no"};
    return words[static_cast<std::size_t>(said)];
}

use_verdict may_use(subject const& model) {
    auto const level = model.rating.rating();
    auto const need = std::string{wanted[static_cast<std::size_t>(level)]};
    auto const hard = obstacles(model);
    auto const soft = conditions(model);
    use_verdict out;
    bool const high = level == assess::risk_level::high;
    if (!hard.empty() || high) {
        append(out.why, {rated(model.rating)});
        append(out.why, hard);
        if (high) append(out.why, {need});
        return out;
    }
    bool const plain = level == assess::risk_level::low && soft.empty();
    out.said = plain ? answer::yes : answer::with_conditions;
    append(out.why, {rated(model.rating), need});
    append(out.why, soft);
    return out;
}

std::string use_text(subject const& model) {
    auto const verdict = may_use(model);
    std::string word{to_string(verdict.said)};
    word.front() = static_cast<char>(word.front() - 'a' + 'A');
    return fmt::format("{}: {}", word, fmt::join(verdict.why, "; "));
}

} // namespace modelwatch::report
