#pragma once

#include "daemon/model/json.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::diff {

/// What the names above a value say about it, computed step by step from the root, so that depth costs
/// nothing.
struct config_place {
    std::string_view key;    ///< nearest name; the elements of a list have their list's
    std::size_t depth = 0;   ///< names above the value
    bool first_item = false; ///< the first element of a list
    bool auto_map = false;
    bool nested_map = false;     ///< an auto_map that is not the document's own
    bool implementation = false; ///< of attention, experts, kernels …
    bool weight_map = false;
    bool pipeline = false;      ///< custom_pipeline
    bool code_word = false;     ///< a name that speaks of code: remote_module, custom_generate
    bool requirement = false;   ///< names packages
    bool prose_tree = false;    ///< vocabulary, templates: everything below is prose
    bool prose = false;         ///< text for people or for the model: no loader follows it
    bool documentation = false; ///< addresses for people
};

[[nodiscard]] config_place below(config_place const& outer, std::string_view key);

/// The name without the underscores that hide it from a careless look.
[[nodiscard]] std::string_view bare(std::string_view key) noexcept;

/// A container on the way to the value that is looked at, and which of its members comes next.
struct config_step {
    json::value const* value = nullptr;
    std::size_t next = 0;
    config_place place;
};

/// One value that is no container.
struct config_leaf {
    json::value const& value;
    json::object const* holder; ///< nullptr: in a list
    config_place const& place;
    std::vector<config_step> const& way; ///< from the root; the last holds the value
};

/// Visits every leaf in the order of the document. Iterative: depth costs memory only.
void for_each_leaf(json::value const& root, std::function<void(config_leaf const&)> const& visit);

/// JSON pointer (RFC 6901) of the leaf that the way leads to; a long one is cut, and still tells two apart.
[[nodiscard]] std::string pointer_to(std::vector<config_step> const& way);
/// Of one more step.
[[nodiscard]] std::string escaped_step(std::string_view key);
[[nodiscard]] std::string bounded_pointer(std::string pointer);

} // namespace modelwatch::diff
