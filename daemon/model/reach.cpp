#include "daemon/model/reach.hpp"

#include <array>

namespace modelwatch {

namespace {

constexpr std::array<std::string_view, 4> kinds{"code", "repo", "url", "package"};

} // namespace

std::string_view to_string(reach_kind kind) noexcept {
    return kinds[static_cast<std::size_t>(kind)];
}

json::object to_json(reach const& one) {
    return {
        {"what", to_string(one.what)},
        {"target", one.target},
        {"by", one.by},
        {"pinned", one.pinned},
        {"needs_consent", !one.without_consent},
    };
}

} // namespace modelwatch
