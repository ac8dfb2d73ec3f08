#pragma once

#include "daemon/model/result.hpp"
#include "daemon/model/time.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// What the operator rules about one model: authority over everything that hub and card say (assess.md 3.3).
struct model_override {
    std::string repo;                           ///< exact spelling
    std::string successor;                      ///< id of the model that replaces it
    std::optional<instant> eol_date;            ///< first day without support
    std::vector<std::string> not_superseded_by; ///< ids that are no successors of it
    std::string license;                        ///< identifier of the license table that applies
};

/// The `[model."namespace/name"]` tables of the operator's publishers file.
class model_overrides {
public:
    static constexpr std::string_view section = "model";

    /// `others` are the sections that somebody else reads; any further one is an error that names the place.
    [[nodiscard]] static result<model_overrides>
    read(std::string_view toml, std::string_view origin, std::span<std::string_view const> others);

    /// nullptr: nothing is ruled. Compared without regard to case.
    [[nodiscard]] model_override const* find(std::string_view repo) const;

    [[nodiscard]] std::map<std::string, model_override> const& entries() const noexcept { return entries_; }

private:
    std::map<std::string, model_override> entries_; ///< by lower-case repo
};

/// "2026-12-31" as the start of that day in UTC; nullopt: not a date.
[[nodiscard]] std::optional<instant> parse_date(std::string_view text);

} // namespace modelwatch::assess
