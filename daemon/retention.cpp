#include "daemon/retention.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

constexpr char const* border_key = "prune.border";
constexpr std::chrono::days longest_step{8};

} // namespace

void prune_old(storage::store& db, std::chrono::milliseconds retention, instant now) {
    auto border = now - retention;
    auto const stored = db.meta(border_key);
    auto const last = stored ? from_rfc3339(*stored) : std::nullopt;
    if (last) border = std::min<instant>(border, *last + longest_step);
    db.prune(border);
    db.set_meta(border_key, to_rfc3339(border));
}

} // namespace modelwatch
