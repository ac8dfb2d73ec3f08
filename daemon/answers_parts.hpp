#pragma once

#include "daemon/answers.hpp"
#include "daemon/model/alert.hpp"
#include "daemon/model/failure.hpp"

#include <span>
#include <string>

namespace modelwatch::answers {

/// A member that is a text, as text.
[[nodiscard]] std::string word(json::object const& asked, std::string_view key);

/// Who decides and why.
struct person {
    std::string by;
    std::string reason;
};

/// Nothing is changed by nobody: `invalid` when one of both is empty or longer than 4,000 bytes.
[[nodiscard]] result<person> person_of(json::object const& asked);

/// An error that the API tells with this status.
[[nodiscard]] error refused(unsigned status, std::string what, std::string hint = {});

/// Where each alert belongs, in their order: alerts about the monitor have no repo to name.
[[nodiscard]] json::array places_of(std::span<modelwatch::alert const> alerts);

} // namespace modelwatch::answers
