#pragma once

#include "daemon/alerting/digest.hpp"

#include <span>

namespace modelwatch::alerting {

using section_maker = json::object (*)(digest_input const&);

/// "2026-11-23 09:00 CET".
[[nodiscard]] std::string moment_words(digest_input const& in, instant when);

/// "2026-11-23", in the readers' zone; "never".
[[nodiscard]] std::string day_words(digest_input const& in, std::optional<instant> when);

/// "acme/model@v2 [env=prod]".
[[nodiscard]] std::string name_words(digest_model const& one);

struct digest_row {
    std::string mark;
    std::vector<std::string> cells;
    json::object more = {}; ///< what else stands in the row
};

[[nodiscard]] json::object digest_section(
    std::string_view id,
    std::string_view title,
    std::vector<std::string> columns,
    std::vector<digest_row> rows,
    std::optional<std::size_t> marked = {}
);

/// What leads to a model: "repo", "revision", "url".
[[nodiscard]] json::object leads_to(digest_model const& one);

/// What somebody has to decide: unreviewed changes, approvals, exceptions and silences that end.
[[nodiscard]] json::object digest_decisions(digest_input const& in);

/// Every section of the digest, in the order in which people need them; a section without rows is left out.
[[nodiscard]] std::span<section_maker const> digest_sections() noexcept;

} // namespace modelwatch::alerting
