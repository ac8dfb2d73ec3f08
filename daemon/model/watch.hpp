#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch {

using labels = std::map<std::string, std::string>;

enum class inspect_mode { none, changed, all };

/// What the operator asked us to look at: one repo at one revision. An account watch (`author = …`) is
/// expanded into one of these per model.
struct watch {
    std::string hub = "hub";
    std::string repo;              ///< "namespace/name", as configured
    std::string revision = "main"; ///< branch, tag, full commit
    std::string baseline;          ///< pinned commit; empty: trust on first use
    std::string deployed;          ///< commit in production; empty: unknown
    std::vector<std::string> paths;
    std::vector<std::string> allow_patterns; ///< what deployments load; empty: everything
    std::chrono::milliseconds interval{std::chrono::hours{1}};
    double jitter = 0.1; ///< share of the interval
    std::chrono::seconds stale_after{std::chrono::hours{24 * 180}};
    inspect_mode inspect = inspect_mode::changed;
    labels tags;              ///< `labels` in the configuration
    std::string from_account; ///< the account watch that it came from; empty: named by the operator

    /// Identity in the store: "hub/namespace/name@revision".
    [[nodiscard]] std::string key() const { return hub + "/" + repo + "@" + revision; }
};

/// Every model of one account, new ones as they appear.
struct account_watch {
    std::string author;
    std::vector<std::string> include; ///< globs over the repo's name without the account; empty: all
    std::vector<std::string> exclude;
    watch settings; ///< what each model's watch takes over; repo is empty

    [[nodiscard]] std::string key() const { return settings.hub + "/" + author + "/*"; }

    [[nodiscard]] bool takes(std::string_view repo_name) const;
};

} // namespace modelwatch
