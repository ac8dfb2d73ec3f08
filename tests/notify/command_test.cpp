#include "daemon/notify/channel.hpp"
#include "daemon/notify/program.hpp"
#include "tests/notify/json_texts.hpp"
#include "tests/notify/sample_alerts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/thread_pool.hpp>

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace modelwatch;
using namespace modelwatch::test;
using Catch::Matchers::Contains;
using outcome = notify::delivery::outcome;

namespace {

/// A shell script that the operator has configured, in a folder of its own.
class hook {
public:
    explicit hook(std::string const& script)
        : folder_(
              std::filesystem::temp_directory_path() / ("modelwatch-hook-" + std::to_string(::getpid()))
          ) {
        std::filesystem::create_directories(folder_);
        std::ofstream{path()} << "#!/bin/sh\nfolder='" << folder_.string() << "'\n" << script << "\n";
        std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
    }

    hook(hook const&) = delete;
    hook& operator=(hook const&) = delete;

    ~hook() { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string path() const { return folder_ / "hook"; }

    [[nodiscard]] bool wrote(char const* name) const { return std::filesystem::exists(folder_ / name); }

    [[nodiscard]] std::string read(char const* name) const {
        std::ifstream file{folder_ / name};
        std::ostringstream out;
        out << file.rdbuf();
        return out.str();
    }

private:
    std::filesystem::path folder_;
};

notify::channel_options options_for(std::vector<std::string> command, std::chrono::milliseconds timeout) {
    notify::channel_options out;
    out.name = "script";
    out.type = notify::channel_type::command;
    out.command = std::move(command);
    out.timeout = timeout;
    return out;
}

notify::delivery
run(std::vector<std::string> command,
    message const& what = sample_message(),
    std::chrono::milliseconds timeout = std::chrono::seconds{10}) {
    asio::io_context io;
    asio::thread_pool pool{1};
    fake_clock time{io};
    fake_transport nothing;
    auto const channel =
        notify::make_channel(options_for(std::move(command), timeout), {nothing, time, pool.get_executor()});
    return run_awaitable(io, channel->send(what));
}

bool has_children() {
    return ::waitpid(-1, nullptr, WNOHANG) != -1;
}

} // namespace

TEST_CASE("a command gets the webhook's JSON, its own words and a clean environment", "[notify][command]") {
    hook const target{
        "cat > \"$folder/message\"; printf '%s\\n' \"$@\" > \"$folder/words\"; env > \"$folder/env\"; "
        "pwd > \"$folder/pwd\""
    };
    ::setenv("MODELWATCH_TEST_SECRET", "in our environment", 1);
    auto const made = run({target.path(), "--quiet", "a b; $(id)"});
    ::unsetenv("MODELWATCH_TEST_SECRET");
    CHECK(made.what == outcome::delivered);
    auto const body = json::parse(target.read("message")).as_object();
    CHECK(text_of(body, "type") == "alert.opened");
    CHECK(body.at("data").at("alerts").as_array().size() == 1);
    CHECK(target.read("words") == "--quiet\na b; $(id)\n");
    CHECK(target.read("pwd") == "/\n");
    std::istringstream lines{target.read("env")};
    for (std::string line; std::getline(lines, line);) {
        auto const name = line.substr(0, line.find('='));
        CAPTURE(line);
        bool const shell = name == "PWD" || name == "OLDPWD" || name == "SHLVL" || name == "_";
        CHECK((shell || name == "PATH" || name == "LANG" || name.starts_with("MODELWATCH_")));
    }
    auto const surroundings = target.read("env");
    CHECK_THAT(surroundings, !Contains("TEST_SECRET") && Contains("MODELWATCH_SEVERITY=high\n"));
    CHECK_THAT(surroundings, Contains("MODELWATCH_MESSAGE_ID=" + sample_message().id + "\n"));
    CHECK_THAT(surroundings, Contains("MODELWATCH_TYPE=alert.opened\n") && Contains("MODELWATCH_ALERTS=1\n"));
    CHECK_THAT(surroundings, Contains("MODELWATCH_SUBJECT=[HIGH] tiiuae/falcon-7b: weights replaced"));
    CHECK_THAT(surroundings, Contains("MODELWATCH_NOTIFIER=ops\n"));
}

TEST_CASE("a command's exit status decides", "[notify][command]") {
    hook const good{"echo 'ticket 4711'; exit 0"};
    auto const made = run({good.path()});
    CHECK(made.what == outcome::delivered);
    CHECK_THAT(made.answer, Contains("ticket 4711"));
    hook const later{"echo 'server is down' >&2; exit 75"};
    auto const postponed = run({later.path()});
    CHECK(postponed.what == outcome::retry);
    CHECK_THAT(postponed.answer, Contains("status 75: server is down"));
    hook const refused{"echo 'no such queue' >&2; exit 3"};
    auto const failed = run({refused.path()});
    CHECK(failed.what == outcome::failed);
    CHECK_THAT(failed.answer, Contains("status 3: no such queue"));
    hook const crashed{"kill -SEGV $$"};
    CHECK(run({crashed.path()}).what == outcome::retry);
}

TEST_CASE("a command that hangs is killed with its children, and nothing of it stays", "[notify][command]") {
    hook const target{"(sleep 1; touch \"$folder/survived\") & echo started; sleep 60"};
    auto const begun = std::chrono::steady_clock::now();
    auto const made = run({target.path()}, sample_message(), std::chrono::milliseconds{300});
    CHECK(made.what == outcome::retry);
    CHECK_THAT(made.answer, Contains("took too long") && Contains("started"));
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{5});
    CHECK_FALSE(has_children());
    // Another program shows that time has passed: the child would have written by then.
    CHECK(run({"/bin/sleep", "1.2"}).what == outcome::delivered);
    CHECK_FALSE(target.wrote("survived"));
}

TEST_CASE("a command that floods or ignores its streams does no harm", "[notify][command]") {
    hook const flood{"yes 0123456789 | head -c 3000000; exit 0"};
    auto const made = run({flood.path()});
    CHECK(made.what == outcome::delivered);
    CHECK(made.answer.size() <= 300);
    auto what = sample_message();
    what.alerts[0].what.detail = std::string(3'000'000, 'd');
    hook const deaf{"exec 0<&-; exit 0"};
    CHECK(run({deaf.path()}, what).what == outcome::delivered);
    hook const mute{"exec >&- 2>&-; wc -c > \"$folder/size\""};
    CHECK(run({mute.path()}, what).what == outcome::delivered);
    CHECK(std::stol(mute.read("size")) > 3'000'000);
}

TEST_CASE("a command that leaves a child behind is not waited for", "[notify][command]") {
    hook const target{"sleep 3 & exit 0"};
    auto const begun = std::chrono::steady_clock::now();
    CHECK(run({target.path()}).what == outcome::delivered);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{2});
}

TEST_CASE("a command inherits no open file", "[notify][command]") {
    int const open_file = ::open("/dev/null", O_RDONLY); // without close-on-exec
    REQUIRE(open_file > 2);
    hook const target{"ls /proc/self/fd > \"$folder/list\""};
    CHECK(run({target.path()}).what == outcome::delivered);
    ::close(open_file);
    std::istringstream lines{target.read("list")};
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line);)
        ++count;
    CHECK(count == 4); // three streams, and the folder that ls reads
}

TEST_CASE("hostile texts reach a command as data only", "[notify][command]") {
    hook const target{"cat > /dev/null; env > \"$folder/env\""};
    for (auto const& text : hostile_texts()) {
        auto what = sample_message();
        what.alerts[0].repo = text;
        what.alerts[0].what.subject = text;
        REQUIRE(run({target.path()}, what).what == outcome::delivered);
        std::istringstream lines{target.read("env")};
        for (std::string line; std::getline(lines, line);) {
            auto const name = line.substr(0, line.find('='));
            CAPTURE(line);
            REQUIRE(
                (name.starts_with("MODELWATCH_") || name == "PATH" || name == "LANG" || name == "PWD" ||
                 name == "OLDPWD" || name == "SHLVL" || name == "_")
            );
        }
    }
}

TEST_CASE("stopping ends a command at once", "[notify][command]") {
    asio::io_context io;
    asio::thread_pool pool{1};
    fake_clock time{io};
    fake_transport nothing;
    auto const channel = notify::make_channel(
        options_for({"/bin/sleep", "60"}, std::chrono::minutes{2}), {nothing, time, pool.get_executor()}
    );
    asio::cancellation_signal stop;
    notify::delivery made;
    made.what = outcome::delivered;
    auto const done = [&made](std::exception_ptr, notify::delivery result) { made = std::move(result); };
    auto const what = sample_message();
    asio::co_spawn(io, channel->send(what), asio::bind_cancellation_slot(stop.slot(), done));
    io.poll();
    stop.emit(asio::cancellation_type::terminal);
    auto const begun = std::chrono::steady_clock::now();
    io.run_for(std::chrono::seconds{10});
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{5});
    CHECK(made.what == outcome::retry);
}

TEST_CASE("an end that nobody saw is not taken for a delivery", "[notify][command]") {
    auto const before = std::signal(SIGCHLD, SIG_IGN); // the kernel then keeps no exit status
    auto const made = run({"/bin/true"});
    std::signal(SIGCHLD, before);
    CHECK(made.what == outcome::retry);
    CHECK_THAT(made.answer, Contains("how is not known"));
}

TEST_CASE(
    "a command that is not there is an attempt to repeat, one without a path is refused", "[notify][command]"
) {
    auto const missing = run({"/nonexistent/hook"});
    CHECK(missing.what == outcome::retry);
    CHECK_THAT(missing.answer, Contains("/nonexistent/hook cannot be started"));
    CHECK_THROWS_AS(run({"hook"}), std::invalid_argument);
    CHECK_THROWS_AS(run({}), std::invalid_argument);
}
