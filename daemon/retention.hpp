#pragma once

#include "storage/store.hpp"

#include <chrono>

namespace modelwatch {

/// Removes what is older than `retention`, but moves the border by at most eight days at a time: a clock that
/// is years ahead for an hour costs a week of history, not all of it.
void prune_old(storage::store& db, std::chrono::milliseconds retention, instant now);

} // namespace modelwatch
