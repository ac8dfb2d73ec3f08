#include "daemon/cli/progress.hpp"

#include <cstdio>
#include <unistd.h>

namespace modelwatch::cli {

progress::progress(std::string verb)
    : verb_(std::move(verb))
    , watched_(isatty(STDERR_FILENO) == 1) {}

void progress::show(std::size_t done, std::size_t total) {
    if (!watched_) return;
    shown_ = true;
    std::fprintf(stderr, "\r\x1b[K%zu of %zu models %s", done, total, verb_.c_str());
}

void progress::clear() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
    shown_ = false;
}

} // namespace modelwatch::cli
