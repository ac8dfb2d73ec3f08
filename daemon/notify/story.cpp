#include "daemon/notify/story.hpp"

#include "daemon/alerting/precedence.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/alert_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::notify {

namespace {

constexpr std::size_t words_in_title = 3;

safety safety_of_one(alert const& entry) {
    if (auto const affected = production_affected(entry)) return *affected ? safety::affected : safety::safe;
    auto const about = info(entry.what.kind).about;
    bool const asked = about == alert_class::integrity || about == alert_class::content ||
                       entry.what.evidence.contains("deployed_affected");
    return asked ? safety::unknown : safety::no_question;
}

/// What a headline names: bytes and rights; age, rules and news are counted where there are such.
bool worth_a_headline(alert const& entry) {
    return alerting::precedence_of(entry.what) <= alerting::precedence::rights;
}

std::string kind_words(alert const& entry) {
    std::string words{to_string(entry.what.kind)};
    std::replace(words.begin(), words.end(), '-', ' ');
    return words;
}

} // namespace

safety safety_of(story const& told) {
    auto out = safety::no_question;
    for (auto const* one : told.alerts) {
        auto const answer = safety_of_one(*one);
        if (answer == safety::affected) return answer;
        bool const graver = answer == safety::unknown || out == safety::no_question;
        if (answer != safety::no_question && graver) out = answer;
    }
    return out;
}

std::string title_of(story const& told) {
    auto out = title_of(told.head());
    std::vector<std::string> said{kind_words(told.head())};
    std::size_t uncounted = 1;
    for (auto const* one : told.alerts) {
        auto words = kind_words(*one);
        bool const repeated = std::find(said.begin(), said.end(), words) != said.end();
        if (one == &told.head() || repeated || said.size() == words_in_title || !worth_a_headline(*one))
            continue;
        out += ", " + words;
        said.push_back(std::move(words));
        ++uncounted;
    }
    auto const more = told.alerts.size() - uncounted;
    return more == 0 ? out : fmt::format("{} and {} more", out, more);
}

} // namespace modelwatch::notify
