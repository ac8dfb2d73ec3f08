#include "daemon/notify/program.hpp"

#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace modelwatch::notify {

namespace {

constexpr int exit_try_later = 75; // EX_TEMPFAIL
constexpr std::size_t most_kept_bytes = 2000;

class descriptor {
public:
    explicit descriptor(int value) noexcept
        : value_(value) {}

    descriptor(descriptor&& other) noexcept
        : value_(std::exchange(other.value_, -1)) {}

    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;
    descriptor& operator=(descriptor&&) = delete;

    ~descriptor() { close(); }

    void close() noexcept {
        if (value_ >= 0) ::close(std::exchange(value_, -1));
    }

    [[nodiscard]] int get() const noexcept { return value_; }

private:
    int value_;
};

/// A socket pair, not a pipe: writing to a program that has gone must be an error and not a signal.
std::pair<descriptor, descriptor> make_pair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw std::runtime_error(fmt::format("socketpair: {}", std::strerror(errno)));
    return {descriptor{ends[0]}, descriptor{ends[1]}};
}

struct spawn_setup {
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};

    spawn_setup(int input, int output, bool keep_output) {
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
        if (keep_output)
            posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
        else
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
        posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
        posix_spawn_file_actions_addchdir_np(&actions, "/");
        posix_spawnattr_init(&attributes);
        sigset_t all;
        sigset_t none;
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setpgroup(&attributes, 0); // so that its children can be ended with it
        posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
        );
    }

    spawn_setup(spawn_setup const&) = delete;
    spawn_setup& operator=(spawn_setup const&) = delete;

    ~spawn_setup() {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts)
        out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

/// Returns errno of the start; 0 when it runs.
int start(program_job const& job, int input, int output, pid_t& child) {
    spawn_setup const setup{input, output, job.keep_output};
    auto words = job.words;
    auto surroundings = job.surroundings;
    auto const argv = pointers(words);
    auto const environment = pointers(surroundings);
    return ::posix_spawn(
        &child, words.front().c_str(), &setup.actions, &setup.attributes, argv.data(), environment.data()
    );
}

/// Feeds and drains the program until it has closed its end, or until the time or the patience is over.
struct conversation {
    descriptor input;
    descriptor output;
    std::string_view text;
    std::size_t sent = 0;
    std::string said;

    void write_some() {
        auto const count =
            ::send(input.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) sent += static_cast<std::size_t>(count);
        bool const wait = count < 0 && (errno == EAGAIN || errno == EINTR);
        if (sent == text.size() || (count < 0 && !wait)) input.close();
    }

    void read_some() {
        std::array<char, 4096> buffer{};
        auto const count = ::recv(output.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (count <= 0) return output.close();
        auto const room = most_kept_bytes - std::min(most_kept_bytes, said.size());
        said.append(buffer.data(), std::min(static_cast<std::size_t>(count), room));
    }

    /// A stream that has ended is -1, which poll leaves out. Waits for the others, not long.
    void step() {
        std::array<pollfd, 2> watched{
            pollfd{output.get(), POLLIN, 0},
            pollfd{input.get(), POLLOUT, 0},
        };
        bool const both_ended = output.get() < 0 && input.get() < 0;
        ::poll(watched.data(), watched.size(), both_ended ? 5 : 50);
        if (watched[1].revents != 0) write_some();
        if (watched[0].revents != 0) read_some();
    }

    /// What it said last; a child that still holds the stream open is not waited for.
    void drain() {
        for (std::size_t i = 0; i < 64 && output.get() >= 0; ++i) {
            pollfd more{output.get(), POLLIN, 0};
            if (::poll(&more, 1, 0) <= 0) return;
            read_some();
        }
    }
};

/// The group first; a program that has left its group is ended all the same.
void end(pid_t child, int& status) {
    ::kill(-child, SIGKILL);
    ::kill(child, SIGKILL);
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
}

program_report
attend(pid_t child, conversation& talk, abort_flag const& aborted, std::chrono::milliseconds limit) {
    auto const last = std::chrono::steady_clock::now() + limit;
    program_report out;
    while (true) {
        auto const ended = ::waitpid(child, &out.status, WNOHANG);
        // Where SIGCHLD is ignored the kernel keeps no exit status: "I do not know" is not "delivered".
        out.seen_to_end = ended == child;
        if (ended != 0) break;
        if (aborted.load() || std::chrono::steady_clock::now() >= last) {
            end(child, out.status);
            out.in_time = false;
            break;
        }
        talk.step();
    }
    talk.drain();
    out.said = std::move(talk.said);
    return out;
}

} // namespace

program_report run_program(program_job const& job, abort_flag const& aborted) {
    auto [our_input, its_input] = make_pair();
    auto [our_output, its_output] = make_pair();
    pid_t child = -1;
    int const problem = start(job, its_input.get(), its_output.get(), child);
    its_input.close();
    its_output.close();
    program_report out;
    out.start_problem = problem;
    if (problem != 0) return out;
    conversation talk{std::move(our_input), std::move(our_output), job.input, 0, {}};
    return attend(child, talk, aborted, job.limit);
}

delivery judge_program(std::string const& program, program_report const& report, secrets const& hidden) {
    delivery out;
    auto const said = trimmed(report.said);
    auto const words = said.empty() ? std::string{} : fmt::format(": {}", said);
    if (report.start_problem != 0) {
        out.answer = fmt::format("{} cannot be started: {}", program, std::strerror(report.start_problem));
    } else if (!report.in_time) {
        out.answer =
            fmt::format("{} was stopped: it took too long, or modelwatch is stopping{}", program, words);
    } else if (!report.seen_to_end) {
        out.answer = fmt::format("{} ended, but how is not known{}", program, words);
    } else if (WIFSIGNALED(report.status)) {
        out.answer = fmt::format("{} was ended by signal {}{}", program, WTERMSIG(report.status), words);
    } else if (auto const code = WEXITSTATUS(report.status); code == 0) {
        out.what = delivery::outcome::delivered;
        out.answer = fmt::format("accepted by {}{}", program, words);
    } else {
        out.what = code == exit_try_later ? delivery::outcome::retry : delivery::outcome::failed;
        out.answer = fmt::format("{} ended with status {}{}", program, code, words);
    }
    out.answer = hidden.clean(out.answer);
    return out;
}

} // namespace modelwatch::notify
