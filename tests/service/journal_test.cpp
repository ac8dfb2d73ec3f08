#include "daemon/journal.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace modelwatch;

using lines = std::vector<std::string>;

TEST_CASE("an entry carries message, priority, identifier and our fields under our prefix") {
    CHECK(
        journal::entry(4, "poll failed repo=acme/model", {{"repo", "acme/model"}, {"try", "2"}}) ==
        lines{
            "MESSAGE=poll failed repo=acme/model",
            "PRIORITY=4",
            "SYSLOG_IDENTIFIER=modelwatch",
            "MODELWATCH_REPO=acme/model",
            "MODELWATCH_TRY=2"
        }
    );
}

TEST_CASE("field names hold only what the journal takes") {
    auto const made = journal::entry(6, "x", {{"next due-at", "1"}, {std::string(80, 'k'), "2"}});
    CHECK(made[3] == "MODELWATCH_NEXT_DUE_AT=1");
    CHECK(made[4] == "MODELWATCH_" + std::string(64 - 11, 'K') + "=2");
}

TEST_CASE("a value keeps its equals signs") {
    CHECK(journal::entry(6, "x", {{"vector", "AC=2/L=1"}}).back() == "MODELWATCH_VECTOR=AC=2/L=1");
}

TEST_CASE("stderr is the journal's only when device and inode are those of JOURNAL_STREAM") {
    struct stat at{};
    REQUIRE(fstat(STDERR_FILENO, &at) == 0);
    auto const own = std::to_string(at.st_dev) + ':' + std::to_string(at.st_ino);
    CHECK(journal::owns_stderr(own.c_str()));
    CHECK_FALSE(journal::owns_stderr(nullptr));
    CHECK_FALSE(journal::owns_stderr(""));
    CHECK_FALSE(journal::owns_stderr((own + "0").c_str()));
    CHECK_FALSE(journal::owns_stderr("garbage"));
}
