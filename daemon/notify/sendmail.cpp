#include "daemon/notify/sendmail.hpp"

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
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace modelwatch::notify {

namespace {

constexpr int exit_try_later = 75; // EX_TEMPFAIL
constexpr std::size_t most_error_bytes = 2000;

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

    spawn_setup(int input, int errors) {
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
        posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
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

std::vector<std::string> arguments(std::string const& program, mail_job const& job) {
    std::vector<std::string> out{program, "-i", "-f", job.from, "--"};
    out.insert(out.end(), job.recipients.begin(), job.recipients.end());
    return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts)
        out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

/// Returns errno of the start; 0 when it runs.
int start(std::string const& program, mail_job const& job, int input, int errors, pid_t& child) {
    spawn_setup const setup{input, errors};
    auto words = arguments(program, job);
    std::vector<std::string> surroundings{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
    auto const argv = pointers(words);
    auto const environment = pointers(surroundings);
    return ::posix_spawn(
        &child, program.c_str(), &setup.actions, &setup.attributes, argv.data(), environment.data()
    );
}

std::string unix_lines(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        out += text[i];
    }
    return out;
}

/// Feeds and drains the program until it has closed its standard error, or until the time or the patience
/// ends.
struct conversation {
    descriptor input;
    descriptor errors;
    std::string message;
    std::size_t sent = 0;
    std::string said;

    void write_some() {
        auto const count =
            ::send(input.get(), message.data() + sent, message.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) sent += static_cast<std::size_t>(count);
        bool const wait = count < 0 && (errno == EAGAIN || errno == EINTR);
        if (sent == message.size() || (count < 0 && !wait)) input.close();
    }

    /// False at the end of the stream.
    bool read_some() {
        std::array<char, 1024> buffer{};
        auto const count = ::recv(errors.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count < 0) return errno == EAGAIN || errno == EINTR;
        auto const room = most_error_bytes - std::min(most_error_bytes, said.size());
        said.append(buffer.data(), std::min(static_cast<std::size_t>(count), room));
        return count > 0;
    }

    bool step() {
        std::array<pollfd, 2> watched{
            pollfd{errors.get(), POLLIN, 0},
            pollfd{input.get(), POLLOUT, 0}, // -1 once everything is written: poll leaves it out
        };
        ::poll(watched.data(), watched.size(), 100);
        if (watched[1].revents != 0) write_some();
        return watched[0].revents == 0 || read_some();
    }
};

struct exit_report {
    bool in_time = true;
    int status = 0; ///< as waitpid says
};

exit_report
attend(pid_t child, conversation& talk, abort_flag const& aborted, std::chrono::milliseconds limit) {
    auto const end = std::chrono::steady_clock::now() + limit;
    exit_report out;
    bool talking = true;
    while (::waitpid(child, &out.status, WNOHANG) == 0) {
        if (aborted.load() || std::chrono::steady_clock::now() >= end) {
            ::kill(-child, SIGKILL);
            ::waitpid(child, &out.status, 0);
            out.in_time = false;
            break;
        }
        if (talking)
            talking = talk.step();
        else
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    while (talking && out.in_time) {
        pollfd more{talk.errors.get(), POLLIN, 0};
        talking = ::poll(&more, 1, 0) > 0 && talk.read_some();
    }
    return out;
}

delivery judge_exit(std::string const& program, exit_report const& report, std::string const& said) {
    delivery out;
    if (!report.in_time) {
        out.answer = program + " was stopped: it took too long, or modelwatch is stopping";
    } else if (WIFEXITED(report.status) && WEXITSTATUS(report.status) == 0) {
        out.what = delivery::outcome::delivered;
        out.answer = "accepted by " + program;
    } else if (WIFEXITED(report.status)) {
        auto const code = WEXITSTATUS(report.status);
        out.what = code == exit_try_later ? delivery::outcome::retry : delivery::outcome::failed;
        out.answer = fmt::format("{} ended with status {}: {}", program, code, said);
    } else {
        out.answer = fmt::format("{} was ended by signal {}: {}", program, WTERMSIG(report.status), said);
    }
    return out;
}

} // namespace

delivery send_by_program(
    std::string const& program,
    mail_job const& job,
    secrets const& hidden,
    abort_flag const& aborted,
    std::chrono::milliseconds limit
) {
    auto [our_input, its_input] = make_pair();
    auto [our_errors, its_errors] = make_pair();
    pid_t child = -1;
    int const problem = start(program, job, its_input.get(), its_errors.get(), child);
    its_input.close();
    its_errors.close();
    delivery out;
    if (problem != 0) {
        // A missing program can be installed later, and the mail is still wanted then.
        out.answer = hidden.clean(fmt::format("{} cannot be started: {}", program, std::strerror(problem)));
        return out;
    }
    conversation talk{std::move(our_input), std::move(our_errors), unix_lines(job.bytes), 0, {}};
    auto const report = attend(child, talk, aborted, limit);
    out = judge_exit(program, report, talk.said);
    out.answer = hidden.clean(out.answer);
    return out;
}

} // namespace modelwatch::notify
