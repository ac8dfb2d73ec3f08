#pragma once

#include "daemon/model/result.hpp"

#include <string>
#include <utility>

namespace modelwatch {

/// An error without status or wish of the far end: what went wrong, and what to do about it.
[[nodiscard]] inline error failure(errc code, std::string what, std::string hint = {}) {
    error out;
    out.code = code;
    out.what = std::move(what);
    out.hint = std::move(hint);
    return out;
}

} // namespace modelwatch
