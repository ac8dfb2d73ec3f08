#include "daemon/cli/session.hpp"
#include "daemon/cli/standard_output.hpp"

#include <cerrno>
#include <clocale>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <iostream>
#include <malloc.h>
#include <unistd.h>

namespace {

using namespace modelwatch;

/// The number of a standard stream that was closed would go to the next file that is opened, and our log into
/// that file. What takes its place fails at each use, so that lost output stays an error.
bool hold_standard_streams() {
    for (int const number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(number, F_GETFD) != -1 || errno != EBADF) continue;
        bool const input = number == STDIN_FILENO;
        if (::open(input ? "/dev/full" : "/dev/null", input ? O_WRONLY : O_RDONLY) != number) return false;
    }
    return true;
}

int run(int argc, char** argv) {
    try {
        auto parsed = cli::parse_command_line(argc, argv);
        if (auto const* code = std::get_if<int>(&parsed)) return *code;
        return cli::run(std::get<cli::invocation>(std::move(parsed)));
    } catch (cli::output_lost const&) {
        return cli::exit_code::not_done; // why is said at the end
    } catch (std::exception const& e) {
        std::cerr << "modelwatch: " << e.what() << '\n';
        return cli::exit_code::not_done;
    }
}

} // namespace

int main(int argc, char** argv) {
    if (!hold_standard_streams()) return cli::exit_code::not_done;
    cli::ignore_broken_pipes();
    // A limit on the size of files is an error of one write too.
    std::signal(SIGXFSZ, SIG_IGN);
    std::setlocale(LC_TIME, "");
#ifdef M_ARENA_MAX
    // Few threads, little contention: one heap for all of them keeps the resident memory small.
    mallopt(M_ARENA_MAX, 1);
#endif
    return cli::settle_output(run(argc, argv));
}
