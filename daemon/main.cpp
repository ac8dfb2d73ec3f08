#include "daemon/cli/session.hpp"
#include "daemon/cli/standard_output.hpp"

#include <clocale>
#include <csignal>
#include <exception>
#include <iostream>
#include <malloc.h>

namespace {

using namespace modelwatch;

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
