#pragma once

#include "daemon/model/json.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::diff {

/// One setting that differs. An empty side: it was not there.
struct key_change {
    std::string pointer;
    std::string old;
    std::string now; ///< as JSON, cut to a readable length
};

/// Which settings of a document differ: counted all, named the first, those that hold an address before the
/// others.
class key_changes {
public:
    /// Names at the root that pass `skipped` are left out: others speak about them.
    void compare(
        std::string_view file,
        json::value const& before,
        json::value const& now,
        std::function<bool(std::string_view)> const& skipped = {}
    );

    [[nodiscard]] std::size_t total() const noexcept { return total_; }

    [[nodiscard]] std::vector<key_change> listed() const;
    /// "config.json#/use_cache: true → false; …"; empty when nothing differs.
    [[nodiscard]] std::string told() const;
    [[nodiscard]] json::array evidence() const;

private:
    void note(std::string_view file, std::string pointer, json::value const* before, json::value const* now);

    std::vector<key_change> addresses_;
    std::vector<key_change> others_;
    std::size_t total_ = 0;
};

} // namespace modelwatch::diff
