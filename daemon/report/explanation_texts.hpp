#pragma once

#include "daemon/assess/check.hpp"
#include "daemon/model/alert_kind.hpp"
#include "daemon/report/explanation.hpp"

#include <span>

/// The texts of `explain` that no other table holds. Incidents are named by their ids, separated by spaces.
namespace modelwatch::report {

struct kind_text {
    alert_kind kind;
    std::string_view matters;
    std::string_view severity; ///< when the default severity is another; may be empty
    std::string_view closes;
    std::string_view themes; ///< "T1 R5 LLM03.5 AML.T0109"
    std::string_view incidents;
};

struct check_text {
    assess::check_id check;
    std::string_view closes;
    std::string_view incidents;
};

/// For policies, floors and words: everything but what tables can give.
struct free_text {
    std::string_view name;
    std::string_view meaning;
    std::string_view matters;
    std::string_view first;
    std::string_view closes;
    std::string_view configure;
    std::string_view themes;
    std::string_view incidents;
};

[[nodiscard]] std::span<kind_text const> integrity_kind_texts() noexcept;
[[nodiscard]] std::span<kind_text const> other_kind_texts() noexcept;
[[nodiscard]] std::span<check_text const> check_texts() noexcept;
[[nodiscard]] std::span<free_text const> policy_texts() noexcept;
[[nodiscard]] std::span<free_text const> floor_texts() noexcept;
[[nodiscard]] std::span<free_text const> word_texts() noexcept;

[[nodiscard]] std::span<incident const> incidents() noexcept;
/// Throws std::logic_error for an id that is not in the table.
[[nodiscard]] std::vector<incident const*> find_incidents(std::string_view ids);

} // namespace modelwatch::report
