#pragma once

#include "daemon/model/json.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::report {

enum class topic { alert, check, policy, floor, word };

[[nodiscard]] std::string_view to_string(topic value) noexcept; ///< "alert kind"

/// Something that happened, with its date: facts only.
struct incident {
    std::string_view id;   ///< how our own tables refer to it
    std::string_view when; ///< "February 2024"
    std::string_view what;
};

/// One line of a table: an outcome with its points, a level with its range.
struct numbered {
    std::string name;
    std::string value;
    std::string meaning;
};

/// What one word of ours means, for people. Put together from the tables that the program itself works with,
/// so that no number stands here twice.
struct explanation {
    std::string name;
    topic about{};
    std::string place;   ///< what it belongs to: "default severity high", "principal check of Access control"
    std::string meaning; ///< what it says
    std::string matters; ///< why anybody should care
    std::string first;   ///< what to do first
    std::string closes;  ///< what ends it
    std::string configure;
    std::vector<incident const*> incidents;
    std::vector<numbered> numbers;
    std::vector<numbered> mappings; ///< themes, recommendations, OWASP, ATLAS; `meaning` is empty
};

/// Every alert kind, check, policy, floor and word, in this order.
[[nodiscard]] std::vector<explanation> const& explanations();

/// Without regard to case; also takes "licence-…". nullptr: not a word of ours.
[[nodiscard]] explanation const* find_explanation(std::string_view word);

/// "did you mean access-gating?", or where the list is.
[[nodiscard]] std::string explanation_hint(std::string_view word);

[[nodiscard]] json::object to_json(explanation const& one);
[[nodiscard]] std::string to_text(explanation const& one, std::size_t width, bool colour);
[[nodiscard]] std::string to_markdown(explanation const& one);
/// One line per word, by topic.
[[nodiscard]] std::string explanation_list(std::size_t width, bool colour);
/// The whole reference, for the manual.
[[nodiscard]] std::string explanations_markdown();

} // namespace modelwatch::report
