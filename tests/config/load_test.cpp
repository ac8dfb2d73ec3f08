#include "tests/config/support.hpp"

#include <cstdlib>

using namespace modelwatch::config;
using namespace modelwatch::config::testing;

TEST_CASE("the option --config wins over $MODELWATCH_CONFIG", "[config]") {
    temporary_folder const folder;
    auto const asked = folder.write("asked.toml", "[[watch]]\nrepo = \"a/asked\"\n");
    auto const named = folder.write("named.toml", "[[watch]]\nrepo = \"a/named\"\n");
    auto const env = environment_of({{"MODELWATCH_CONFIG", named.string()}});
    auto const first = load(asked, env);
    REQUIRE(first.ok());
    CHECK(first.value.file == asked);
    CHECK(first.value.watches.at(0).repo == "a/asked");
    auto const second = load(std::nullopt, env);
    REQUIRE(second.ok());
    CHECK(second.value.file == named);
    CHECK(second.value.watches.at(0).repo == "a/named");
}

TEST_CASE("without any file the built-in defaults hold", "[config]") {
    if (std::filesystem::exists("/etc/modelwatch/modelwatch.toml")) {
        WARN("this host has a configuration of its own; the case says nothing here");
        return;
    }
    auto const env = environment_of({{"MODELWATCH_CONFIG", ""}});
    auto const out = load(std::nullopt, env);
    REQUIRE(out.ok());
    CHECK(out.value.file.empty());
    CHECK(show(out.value) == show(parse("", "x", env).value));
}

TEST_CASE("a file that was asked for and cannot be read is a problem", "[config]") {
    temporary_folder const folder;
    auto const gone = folder.path() / "gone.toml";
    CHECK(
        texts(load(gone, environment_of({})).problems) ==
        "configuration file " + gone.string() + ": No such file or directory (asked for by --config)"
    );
    CHECK(
        texts(load(std::nullopt, environment_of({{"MODELWATCH_CONFIG", gone.string()}})).problems) ==
        "configuration file " + gone.string() +
            ": No such file or directory (asked for by $MODELWATCH_CONFIG)"
    );
    CHECK(
        texts(load(folder.path(), environment_of({})).problems) ==
        "configuration file " + folder.path().string() + ": not a regular file (asked for by --config)"
    );
}

TEST_CASE("problems of a loaded file name the file in full", "[config]") {
    temporary_folder const folder;
    auto const file = folder.write("m.toml", "[daemon]\nlistn = \"\"\n");
    auto const out = load(file, environment_of({}));
    CHECK(
        texts(out.problems) == file.string() + ":2: unknown key 'listn' in [daemon]; did you mean 'listen'?"
    );
}

TEST_CASE("a loaded file warns of open secret files and resolves them from its own folder", "[config]") {
    temporary_folder const folder;
    auto const secret = folder.write("token", "abc", 0644);
    auto const file = folder.write("m.toml", "[hub]\ntoken_file = \"token\"\n");
    auto const env = environment_of({});
    auto const out = load(file, env);
    REQUIRE(out.ok());
    CHECK(out.value.hubs.at("hub").token.name == secret.string());
    CHECK(
        out.value.warnings ==
        std::vector<std::string>{
            "hub.token_file: every user of this host may read " + secret.string() + "; chmod o-rwx it"
        }
    );
    CHECK(*read_secret(out.value.hubs.at("hub").token, env) == "abc");
}

TEST_CASE("the environment of the process tells unset from empty", "[config]") {
    auto const env = process_environment();
    REQUIRE(::setenv("MODELWATCH_TEST_VARIABLE", "", 1) == 0);
    CHECK(env("MODELWATCH_TEST_VARIABLE") == std::string{});
    REQUIRE(::unsetenv("MODELWATCH_TEST_VARIABLE") == 0);
    CHECK(env("MODELWATCH_TEST_VARIABLE") == std::nullopt);
}
