#pragma once

#include "daemon/notify/answer.hpp"
#include "daemon/notify/blocking.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace modelwatch::notify {

/// A program to start: no shell, no environment but `surroundings`, no open file but the three standard ones,
/// folder "/", a process group of its own.
struct program_job {
    std::vector<std::string> words;        ///< the absolute path, then the arguments
    std::vector<std::string> surroundings; ///< "NAME=value"
    std::string input;                     ///< all of its standard input; what it leaves unread is no error
    bool keep_output = false; ///< keep the first words of standard output too, not only of standard error
    std::chrono::milliseconds limit{15'000};
};

struct program_report {
    int start_problem = 0;    ///< errno; 0: it ran
    bool in_time = true;      ///< false: it was killed, with its children
    bool seen_to_end = false; ///< its exit status is known
    int status = 0;           ///< as waitpid says
    std::string said;         ///< the first bytes of what it wrote
};

/// Runs it to its end. Blocks; a raised flag or the end of `limit` kills the process group. Nothing stays
/// behind: the program is waited for, and children that it leaves running are not ours to wait for.
[[nodiscard]] program_report run_program(program_job const& job, abort_flag const& aborted);

/// Exit status 0 is delivered. 75 (EX_TEMPFAIL), a signal, `limit` passed, or a program that cannot be
/// started (it can be installed later) is again later. Every other status is like a 4xx: given up at once.
[[nodiscard]] delivery
judge_program(std::string const& program, program_report const& report, secrets const& hidden);

} // namespace modelwatch::notify
