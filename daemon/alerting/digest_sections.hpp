#pragma once

#include "daemon/alerting/digest.hpp"

#include <span>

namespace modelwatch::alerting {

using section_maker = json::object (*)(digest_input const&);

/// Every section of the digest, in the order in which people need them; a section without rows is left out.
[[nodiscard]] std::span<section_maker const> digest_sections() noexcept;

} // namespace modelwatch::alerting
