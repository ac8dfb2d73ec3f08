#pragma once

// Places where the kill tests end the process. Nothing of this is in a normal build: configure with
// -DMODELWATCH_FAILPOINTS=ON, then MODELWATCH_CRASH_AT="name:n" makes the n-th visit of that place raise
// SIGKILL.

#if defined(MODELWATCH_FAILPOINTS)

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace modelwatch {

inline void visit_failpoint(std::string_view name) {
    static long visits = 0; // of the one name that is asked for; all visits happen on one thread per name
    char const* const wish = std::getenv("MODELWATCH_CRASH_AT");
    if (wish == nullptr) return;
    std::string_view const text{wish};
    auto const colon = text.rfind(':');
    if (text.substr(0, colon) != name) return;
    long const wanted =
        colon == std::string_view::npos ? 1 : std::atol(std::string{text.substr(colon + 1)}.c_str());
    if (++visits == wanted) std::raise(SIGKILL);
}

} // namespace modelwatch

#define MODELWATCH_FAILPOINT(name) ::modelwatch::visit_failpoint(name)

#else

#define MODELWATCH_FAILPOINT(name) static_cast<void>(0)

#endif
