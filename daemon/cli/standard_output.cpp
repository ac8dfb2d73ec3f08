#include "daemon/cli/standard_output.hpp"

#include "daemon/cli/session.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace modelwatch::cli {

namespace {

struct standard_output {
    int first_failure = 0; ///< errno
    bool anything = false;
    bool dies_of_sigpipe = false; ///< whoever started us left that signal as it is
};

standard_output& state() {
    static standard_output one;
    return one;
}

void note_failure() {
    if (state().first_failure == 0) state().first_failure = errno;
}

/// Some file systems say only at the end that there was no room.
void close_a_copy() {
    int const copy = ::dup(STDOUT_FILENO);
    if (copy >= 0 && ::close(copy) != 0) note_failure();
}

} // namespace

void ignore_broken_pipes() {
    state().dies_of_sigpipe = std::signal(SIGPIPE, SIG_IGN) == SIG_DFL;
}

void put(std::string_view text) {
    state().anything = state().anything || !text.empty();
    if (std::fwrite(text.data(), 1, text.size(), stdout) < text.size()) note_failure();
}

bool output_is_lost() noexcept {
    return state().first_failure != 0;
}

int settle_output(int code) {
    if (!state().anything) return code;
    if (std::fflush(stdout) != 0) note_failure();
    if (!output_is_lost()) close_a_copy();
    if (!output_is_lost()) return code;
    if (state().first_failure == EPIPE && state().dies_of_sigpipe) {
        std::signal(SIGPIPE, SIG_DFL);
        std::raise(SIGPIPE);
    }
    complain(std::string{"the output could not be written: "} + std::strerror(state().first_failure));
    return exit_code::not_done;
}

} // namespace modelwatch::cli
