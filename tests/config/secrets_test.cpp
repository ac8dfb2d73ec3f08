#include "daemon/config/secrets.hpp"
#include "tests/config/support.hpp"

#include <sys/stat.h>

using namespace modelwatch;
using namespace modelwatch::config;
using namespace modelwatch::config::testing;

namespace {

using origin = secret_source::origin;

secret_source file_source(std::filesystem::path const& path) {
    return {origin::file, path.string(), "hub.token_file"};
}

std::string failure_of(secret_source const& source, std::map<std::string, std::string> variables = {}) {
    auto const read = read_secret(source, environment_of(std::move(variables)));
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == errc::invalid);
    return read.error().message();
}

} // namespace

TEST_CASE("a secret is the file's text without the newline at its end", "[config]") {
    temporary_folder const folder;

    struct row {
        char const* content;
        char const* secret;
    };

    auto const row_ =
        GENERATE(values<row>({{"abc", "abc"}, {"abc\n", "abc"}, {"abc\r\n", "abc"}, {" a b ", " a b "}}));
    auto const read = read_secret(file_source(folder.write("t", row_.content)), environment_of({}));
    REQUIRE(read.has_value());
    CHECK(*read == row_.secret);
}

TEST_CASE("a source that is not given is an empty secret", "[config]") {
    auto const read = read_secret({}, environment_of({}));
    REQUIRE(read.has_value());
    CHECK(read->empty());
}

TEST_CASE("a secret file that cannot be used is named, its content is not", "[config]") {
    temporary_folder const folder;
    auto const path = [&](char const* name) { return (folder.path() / name).string(); };
    CHECK(
        failure_of(file_source(path("absent"))) ==
        "hub.token_file: " + path("absent") + ": No such file or directory"
    );
    CHECK(
        failure_of(file_source(folder.path())) ==
        "hub.token_file: " + folder.path().string() + ": not a regular file"
    );
    CHECK(
        failure_of(file_source(folder.write("empty", "\n"))) ==
        "hub.token_file: " + path("empty") + ": is empty"
    );
    auto const odd = failure_of(file_source(folder.write("odd", "s3cr3t\nmore\n")));
    CHECK(
        odd == "hub.token_file: " + path("odd") + ": holds control characters - it must be one line of text"
    );
    auto const zero = failure_of(file_source(folder.write("zero", std::string{"s3cr3t\0x", 8})));
    CHECK(zero.find("s3cr3t") == std::string::npos);
    auto const large = failure_of(file_source(folder.write("large", std::string((64u << 10) + 1, 'x'))));
    CHECK(large == "hub.token_file: " + path("large") + ": larger than 65536 bytes");
    CHECK(read_secret(file_source(folder.write("fits", std::string(64u << 10, 'x'))), environment_of({}))
              .has_value());
}

TEST_CASE("a FIFO in the place of a secret is refused without waiting", "[config]") {
    temporary_folder const folder;
    auto const fifo = folder.path() / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(failure_of(file_source(fifo)) == "hub.token_file: " + fifo.string() + ": not a regular file");
}

TEST_CASE("a credential is a file of $CREDENTIALS_DIRECTORY", "[config]") {
    temporary_folder const folder;
    folder.write("hf", "from systemd\n");
    secret_source const source{origin::credential, "hf", "hub.token_credential"};
    auto const read =
        read_secret(source, environment_of({{"CREDENTIALS_DIRECTORY", folder.path().string()}}));
    REQUIRE(read.has_value());
    CHECK(*read == "from systemd");
}

TEST_CASE("beside the service a credential comes from the service's folder", "[config]") {
    temporary_folder const service;
    service.write("hf", "of the service\n");
    secret_source const source{origin::credential, "hf", "hub.token_credential"};
    auto const read = read_credential(source, environment_of({}), service.path());
    REQUIRE(read.has_value());
    CHECK(*read == "of the service");

    temporary_folder const own; // what systemd says goes before
    own.write("hf", "own");
    auto const in_unit = environment_of({{"CREDENTIALS_DIRECTORY", own.path().string()}});
    CHECK(*read_credential(source, in_unit, service.path()) == "own");

    auto const absent = read_credential(
        {origin::credential, "x", "hub.token_credential"}, environment_of({}), service.path()
    );
    REQUIRE_FALSE(absent.has_value());
    CHECK(
        absent.error().message() ==
        "hub.token_credential: credential 'x': $CREDENTIALS_DIRECTORY is not set, and " +
            (service.path() / "x").string() +
            ": No such file or directory - systemd gives it to the service (LoadCredential=); while that "
            "runs, "
            "root may read it there"
    );
}

TEST_CASE("a credential that only the service has is a warning beside it, all else a problem", "[config]") {
    temporary_folder const service;
    service.write("empty", "\n");
    service.write("good", "abc\n");
    auto const value = good("[hub]\ntoken_credential = \"absent\"\n[hooks]\nsecret_credential = \"good\"\n");
    auto const beside = check_secrets_beside(value, environment_of({}), service.path());
    CHECK(texts(beside.problems) == "");
    REQUIRE(beside.warnings.size() == 1);
    CHECK(beside.warnings[0].find("hub.token_credential: credential 'absent'") == 0);

    auto const inside = environment_of({{"CREDENTIALS_DIRECTORY", service.path().string()}});
    CHECK(check_secrets_beside(value, inside, service.path()).problems.size() == 1);
    CHECK(check_secrets_beside(value, inside, service.path()).warnings.empty());

    auto const bad = good("[hub]\ntoken_credential = \"empty\"\n[hooks]\nsecret_file = \"/absent\"\n");
    auto const found = check_secrets_beside(bad, environment_of({}), service.path());
    CHECK(found.problems.size() == 2);
    CHECK(found.warnings.empty());
}

TEST_CASE("a secret of the environment must be set and not be empty", "[config]") {
    secret_source const source{origin::environment, "HF_TOKEN", "hub.token_env"};
    auto const read = read_secret(source, environment_of({{"HF_TOKEN", "abc"}}));
    REQUIRE(read.has_value());
    CHECK(*read == "abc");
    CHECK(failure_of(source) == "hub.token_env: $HF_TOKEN: is not set");
    CHECK(failure_of(source, {{"HF_TOKEN", ""}}) == "hub.token_env: HF_TOKEN: is empty");
}

TEST_CASE("check_secrets reads each secret of the configuration", "[config]") {
    temporary_folder const folder;
    auto const token = folder.write("token", "abc\n").string();
    auto const plain = folder.write("plain", "http://hooks.example/s3cr3t\n").string();
    auto const slack = folder.write("slack", "https://hooks.example/s3cr3t\n").string();
    auto const gone = (folder.path() / "gone").string();
    auto const value = good(
        "[daemon]\napi_token_file = \"" + token + "\"\n[hub]\ntoken_file = \"" + gone +
        "\"\n[[notifier]]\nname = \"a\"\ntype = \"slack\"\nurl_file = \"" + slack +
        "\"\n[[notifier]]\nname = \"b\"\ntype = \"slack\"\nurl_file = \"" + plain +
        "\"\n[[notifier]]\nname = \"c\"\ntype = \"email\"\nfrom = \"a@b\"\nto = [\"a@b\"]\nsmtp = "
        "\"smtp://h\"\n"
        "username = \"u\"\npassword_env = \"UNSET\"\n[heartbeat]\nurl_env = \"BEAT\"\n[hooks]\nsecret_env = "
        "\"HOOK\"\n"
    );
    auto const problems =
        check_secrets(value, environment_of({{"BEAT", "https://h.example/x"}, {"HOOK", "h"}}));
    CHECK(
        texts(problems) ==
        "hub.token_file: " + gone + ": No such file or directory\n" +
            "notifier.b.url_file: what it holds must be an https:// URL (http:// is for loopback "
            "addresses only)\n" +
            "notifier.c.password_env: $UNSET: is not set"
    );
    REQUIRE(problems.size() == 3);
    CHECK(problems[1].key == "notifier.b.url_file");
}

TEST_CASE("a secret that its receiver would not take is refused without being shown", "[config]") {
    struct row {
        char const* section;
        char const* content;
        char const* why; ///< empty: fine
    };

    auto const [section, content, why] = GENERATE(values<row>({
        {"[hub]\ntoken_file", "hf_s3cr3t\n", ""},
        {"[hub]\ntoken_file", "\xEF\xBB\xBFhf_s3cr3t\n", "begins with a byte order mark"},
        {"[hub]\ntoken_file", "Bearer hf_s3cr3t\n", "begins with \"Bearer\""},
        {"[hub]\ntoken_file", "bearer hf_s3cr3t\n", "begins with \"Bearer\""},
        {"[hub]\ntoken_file", "\"hf_s3cr3t\"\n", "stands in quotes"},
        {"[hub]\ntoken_file", "'hf_s3cr3t'\n", "stands in quotes"},
        {"[hub]\ntoken_file", "hf_s3cr3t x\n", "holds a space"},
        {"[hub]\ntoken_file", " hf_s3cr3t\n", "holds a space"},
        {"[hub]\ntoken_file", "hf_s3cr3t \n", "holds a space"},
        {"[hub]\ntoken_file", "hf_s3cr3t\tx\n", "holds control characters"},
        {"[hub]\ntoken_file", "hf_s3cr3t\xC3\xA9\n", "holds characters that no token has"},
        {"[hub]\ntoken_file", "hf_s3cr3t\n\n", "holds control characters"},
        {"[daemon]\napi_token_file", "Bearer s3cr3t", "begins with \"Bearer\""},
        {"[daemon]\napi_token_file", "\xEF\xBB\xBFs3cr3t", "begins with a byte order mark"},
        {"[hubs.m]\nendpoint = \"https://m.example\"\ntoken_file", "'s3cr3t'", "stands in quotes"},
        {"[hooks]\nsecret_file", "two words, s3cr3t", ""},
        {"[hooks]\nsecret_file", " s3cr3t", "begins or ends with a blank"},
        {"[hooks]\nsecret_file", "\xEF\xBB\xBFs3cr3t", "begins with a byte order mark"},
        {"[[notifier]]\nname = \"p\"\ntype = \"pagerduty\"\nrouting_key_file", "s3cr3t key", "holds a space"},
        {"[[notifier]]\nname = \"s\"\ntype = \"slack\"\nurl_file",
         "\"https://hooks.example/s3cr3t\"",
         "must be an https:// URL"},
    }));
    temporary_folder const folder;
    auto const path = folder.write("secret", content).string();
    auto const value = good(std::string{section} + " = \"" + path + "\"\n");
    auto const told = texts(check_secrets(value, environment_of({})));
    CAPTURE(section, told);
    CHECK(told.empty() == std::string_view{why}.empty());
    CHECK(told.find(why) != std::string::npos);
    CHECK(told.find("s3cr3t") == std::string::npos);
}

TEST_CASE("a configuration without secrets has none to check", "[config]") {
    CHECK(check_secrets(good(""), environment_of({})).empty());
    CHECK(exposed_secrets(good("")).empty());
}

TEST_CASE("a secret file that every user may read is a warning", "[config]") {
    temporary_folder const folder;
    auto const open = folder.write("open", "abc", 0644).string();
    auto const closed = folder.write("closed", "abc", 0640).string();
    auto const value = good(
        "[daemon]\napi_token_file = \"" + closed + "\"\n[hub]\ntoken_file = \"" + open +
        "\"\n[hooks]\nsecret_file = \"" + (folder.path() / "gone").string() + "\"\n"
    );
    CHECK(
        exposed_secrets(value) ==
        std::vector<std::string>{
            "hub.token_file: every user of this host may read " + open + "; chmod o-rwx it"
        }
    );
}
