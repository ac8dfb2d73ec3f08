#include "daemon/report/content.hpp"

#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::report {

std::string_view state_name(assess::outcome_state state) noexcept {
    constexpr std::array<std::string_view, 4> names{"known", "unknown", "not-assessed", "not-applicable"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view successor_words(assess::successor_state state) noexcept {
    constexpr std::array<std::string_view, 6> names{
        "not known",
        "none",
        "possibly, of another size",
        "a point release",
        "one newer generation",
        "two or more newer generations"
    };
    return names[static_cast<std::size_t>(state)];
}

std::string number_text(double value) {
    auto out = fmt::format("{:.4f}", value);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.ends_with('.')) out.pop_back();
    return out;
}

std::string percent_text(double share) {
    return fmt::format("{:.0f} %", share * 100);
}

std::string time_text(instant when) {
    if (when == instant{}) return "never";
    auto const text = to_rfc3339(when);
    return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

std::string date_text(std::optional<instant> when) {
    return when ? to_rfc3339(*when).substr(0, 10) : "not told";
}

std::string arithmetic(assess::assessment const& rating) {
    std::string out;
    for (auto const which : assess::dimensions) {
        if (!out.empty()) out += " + ";
        out += number_text(rating.weights()[static_cast<std::size_t>(which)]) + " × " +
               std::to_string(rating.of(which).score);
    }
    return out + " = " + number_text(rating.score());
}

std::string sum_text(assess::dimension_result const& result) {
    std::string out;
    std::size_t terms = 0;
    for (auto const& one : result.findings) {
        if (one.points == 0) continue;
        out += (terms++ == 0 ? "" : " + ") + std::to_string(one.points);
    }
    if (terms == 0) return "0";
    if (terms > 1) out += " = " + std::to_string(result.sum);
    if (result.sum > result.score) out += ", capped at " + std::to_string(result.score);
    return out;
}

std::string verdict_text(assess::policy_verdict const& verdict) {
    std::string out{assess::to_string(verdict.value)};
    if (!verdict.accepted_until) return out;
    out += " (accepted until " + date_text(verdict.accepted_until);
    if (!verdict.accepted_by.empty()) out += " by " + verdict.accepted_by;
    return out + ")";
}

std::string verdict_sentence(subject const& model) {
    auto const& rating = model.rating;
    auto out = fmt::format(
        "{} is rated {}: {} of 100.",
        rating.repo(),
        assess::to_string(rating.rating()),
        number_text(rating.score())
    );
    std::string bad;
    std::string good;
    for (auto const& result : rating.results()) {
        auto& list = result.level >= assess::risk_level::medium ? bad : good;
        list += (list.empty() ? "" : ", ") + lower(assess::title(result.which));
    }
    if (!bad.empty()) out += " Needs attention: " + bad + ".";
    if (!good.empty()) out += " Low or Low-Medium: " + good + ".";
    if (rating.provisional()) out += " Provisional: decisive evidence is missing.";
    return out;
}

} // namespace modelwatch::report
