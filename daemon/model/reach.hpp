#pragma once

#include "daemon/model/json.hpp"

#include <string>
#include <string_view>

namespace modelwatch {

/// What kind of thing a loader is led to.
enum class reach_kind {
    code,   ///< a class, function or module that it runs, or a path outside of the repo
    repo,   ///< another repo of the hub
    url,    ///< an address
    package ///< an installed or installable package
};

[[nodiscard]] std::string_view to_string(reach_kind kind) noexcept;

/// One thing that a loader would execute or fetch at a revision, and the setting that makes it do so.
struct reach {
    reach_kind what = reach_kind::code;
    std::string target;           ///< "org/repo--module.Class", as the publisher wrote it
    std::string by;               ///< "config.json#/auto_map/AutoModel": file and JSON pointer
    bool pinned = false;          ///< part of this commit, or named by a full commit
    bool without_consent = false; ///< works although nobody passed `trust_remote_code`
    bool operator==(reach const&) const = default;
};

[[nodiscard]] json::object to_json(reach const& one);

} // namespace modelwatch
