#pragma once

#include "daemon/assess/repo_name.hpp"

#include <compare>
#include <string>

namespace modelwatch::assess {

/// How another model's name stands to the subject's (assess.md 3.3, name inference, 3-4), dates aside.
enum class name_relation {
    other_line,      ///< another family or another domain: says nothing about the subject
    incomparable,    ///< the same first family word in a form that cannot be put in order
    not_newer,       ///< the same line, the same or an earlier generation
    possible,        ///< newer, but of another size, role or numbering
    point,           ///< same major, higher minor or later date stamp, same role, about the same size
    newer_generation ///< a later major generation of the same line
};

/// What counts as one generation: the first component, and the second one below 1.0.
struct major_generation {
    std::uint32_t first = 0;
    std::uint32_t below_one = 0;
    auto operator<=>(major_generation const&) const = default;
};

[[nodiscard]] name_relation relate(repo_name const& subject, repo_name const& other);

/// An absent generation counts as 1.
[[nodiscard]] major_generation major_of(repo_name const& name) noexcept;

/// "3.1" of {3, 1}; empty for none.
[[nodiscard]] std::string to_text(std::vector<std::uint32_t> const& number);

/// How far apart two sizes are: the factor, 1 for equal or both unknown; large when only one is known.
[[nodiscard]] double size_distance(repo_name const& a, repo_name const& b) noexcept;

/// Whether the roles may serve the same purpose: a name without role is taken for a base model.
[[nodiscard]] bool same_role(repo_name const& a, repo_name const& b) noexcept;

} // namespace modelwatch::assess
