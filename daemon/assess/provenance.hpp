#pragma once

#include "daemon/assess/publishers.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// Whose work a repo is (assess.md 2.4 D, publisher-origin).
enum class provenance {
    own,
    fine_tune,
    adapter,
    merge,
    repackaged,       ///< quantised, converted or mirrored from another account's model, and says so
    looks_repackaged, ///< by its name or files, but no base is declared
    unknown
};

[[nodiscard]] std::string_view to_string(provenance value) noexcept;

struct provenance_input {
    std::string repo;
    std::vector<std::string> base_models;
    std::string base_model_relation;
    std::vector<std::string> tags;
    std::string library_name;
    std::vector<std::string> paths; ///< of the files
    std::string mirror_of;          ///< of the publisher's registry entry
    bool publisher_known = false;   ///< in the registry: an account that puts out models of its own
};

[[nodiscard]] provenance judge_provenance(provenance_input const& in);

/// A base that nobody declared, read from the name of a repackage: always "inferred, unconfirmed".
struct inferred_base {
    std::string owner; ///< empty: not known
    std::string name;
    static constexpr std::string_view label = "inferred, unconfirmed";

    /// "owner/name", or the name alone.
    [[nodiscard]] std::string repo() const { return owner.empty() ? name : owner + "/" + name; }
};

/// From "org_-_model-gguf", from "org_model-GGUF" where the registry knows the organisation, or from the
/// family's usual account. nullopt: the name does not look repackaged.
[[nodiscard]] std::optional<inferred_base>
infer_base(std::string_view repo, publisher_registry const& publishers);

} // namespace modelwatch::assess
