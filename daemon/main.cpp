#include "daemon/cli/session.hpp"

#include <clocale>
#include <csignal>
#include <exception>
#include <iostream>
#include <malloc.h>

int main(int argc, char** argv) {
    // A far end or a pager that goes away is an error of one write, not the end of the program.
    std::signal(SIGPIPE, SIG_IGN);
    std::setlocale(LC_TIME, "");
#ifdef M_ARENA_MAX
    // Few threads, little contention: one heap for all of them keeps the resident memory small.
    mallopt(M_ARENA_MAX, 1);
#endif
    try {
        auto parsed = modelwatch::cli::parse_command_line(argc, argv);
        if (auto const* code = std::get_if<int>(&parsed)) return *code;
        return modelwatch::cli::run(std::get<modelwatch::cli::invocation>(std::move(parsed)));
    } catch (std::exception const& e) {
        std::cerr << "modelwatch: " << e.what() << '\n';
        return modelwatch::cli::exit_code::not_done;
    }
}
