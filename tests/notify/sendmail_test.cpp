#include "daemon/notify/sendmail.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <unistd.h>

using namespace modelwatch;
using namespace modelwatch::notify;
using Catch::Matchers::Contains;
using outcome = delivery::outcome;

namespace {

/// A shell script in the place of /usr/sbin/sendmail.
class program {
public:
    explicit program(std::string const& script)
        : folder_(
              std::filesystem::temp_directory_path() / ("modelwatch-sendmail-" + std::to_string(::getpid()))
          ) {
        std::filesystem::create_directories(folder_);
        std::ofstream{path()} << "#!/bin/sh\ncd " << folder_ << "\n" << script << "\n";
        std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
    }

    program(program const&) = delete;
    program& operator=(program const&) = delete;

    ~program() { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string path() const { return folder_ / "sendmail"; }

    [[nodiscard]] std::string read(char const* name) const {
        std::ifstream file{folder_ / name};
        std::ostringstream out;
        out << file.rdbuf();
        return out.str();
    }

private:
    std::filesystem::path folder_;
};

mail_job job() {
    return {"from@x.example", {"a@x.example", "-b@x.example"}, "Subject: hi\r\n\r\nline\r\n"};
}

delivery
run(program const& target,
    mail_job const& mail = job(),
    std::chrono::milliseconds limit = std::chrono::seconds{10}) {
    abort_flag const never{false};
    return send_by_program(target.path(), mail, secrets{}, never, limit);
}

} // namespace

TEST_CASE("sendmail gets the message with plain line ends, the sender, -- and the recipients", "[notify]") {
    program const target{"cat > message; printf '%s\\n' \"$@\" > words; env > surroundings"};
    ::setenv("MODELWATCH_TEST_SECRET", "in our environment", 1);
    auto const result = run(target);
    ::unsetenv("MODELWATCH_TEST_SECRET");
    CHECK(result.what == outcome::delivered);
    CHECK(target.read("message") == "Subject: hi\n\nline\n");
    CHECK(target.read("words") == "-i\n-f\nfrom@x.example\n--\na@x.example\n-b@x.example\n");
    CHECK_THAT(target.read("surroundings"), !Contains("MODELWATCH_TEST_SECRET"));
}

TEST_CASE("a large message passes through a slow sendmail", "[notify]") {
    program const target{"sleep 0.05; wc -c > size; echo thanks >&2"};
    auto mail = job();
    mail.bytes = std::string(3'000'000, 'x');
    CHECK(run(target, mail).what == outcome::delivered);
    CHECK(std::stol(target.read("size")) == 3'000'000);
}

TEST_CASE("EX_TEMPFAIL is tried again, another status has failed with the program's words", "[notify]") {
    CHECK(run(program{"exit 75"}).what == outcome::retry);
    auto const refused = run(program{"echo 'no such user: a' >&2; exit 67"});
    CHECK(refused.what == outcome::failed);
    CHECK_THAT(refused.answer, Contains("status 67") && Contains("no such user: a"));
    CHECK(run(program{"kill -SEGV $$"}).what == outcome::retry);
}

TEST_CASE("a sendmail that does not read, or is not there, is an attempt to repeat", "[notify]") {
    auto mail = job();
    mail.bytes = std::string(3'000'000, 'x');
    CHECK(run(program{"exec 0<&-; exit 0"}, mail).what == outcome::delivered);
    abort_flag const never{false};
    auto const missing = send_by_program("/nonexistent/sendmail", job(), secrets{}, never);
    CHECK(missing.what == outcome::retry);
    CHECK_THAT(missing.answer, Contains("/nonexistent/sendmail cannot be started"));
}

TEST_CASE("a sendmail that hangs is killed with its children when the time is over", "[notify]") {
    auto const start = std::chrono::steady_clock::now();
    auto const result = run(program{"sleep 60 & sleep 60"}, job(), std::chrono::milliseconds{50});
    CHECK(result.what == outcome::retry);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{5});
}

TEST_CASE("a raised flag ends sendmail at once", "[notify]") {
    abort_flag const raised{true};
    program const target{"sleep 60"};
    auto const start = std::chrono::steady_clock::now();
    CHECK(send_by_program(target.path(), job(), secrets{}, raised).what == outcome::retry);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{5});
}
