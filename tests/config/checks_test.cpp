#include "daemon/config/checks.hpp"
#include "tests/support/catch.hpp"

#include <vector>

using namespace modelwatch::config;

namespace {

struct rule {
    char const* name;
    complaint (*check)(std::string&);
    std::vector<std::string> good;
    std::vector<std::string> bad;
};

std::string const part(96, 'a');

/// Every check with values that can be and values that cannot.
std::vector<rule> const rules{
    {"repo",
     check_repo,
     {"google/gemma-2-2b",
      "gpt2",
      "acme/datasets",
      "a/b",
      "TheBloke/Mistral-7B-Instruct-v0.2-GGUF",
      "a_b/_c.d",
      part + "/" + part},
     {"",        "/",      "a/",    "/b",    "a/b/c", "a//b",       "../b",           "a/..",
      "a/b..c",  "a/b--c", "-a/b",  "a/b-",  ".a/b",  "a/b.",       "a b/c",          "a/b\xC3\xA9",
      "a/b.git", "a\\b",   "a/b?x", "a/b#x", "a%2fb", part + "a/b", "a/" + part + "a"}},
    {"account", check_account, {"google", "01-ai", "a_b", "A.b"}, {"", "a/b", "-a", "a..b", "a b", "*"}},
    {"revision",
     check_revision,
     {"main", "v1.0", "refs/pr/1", "c5ebcd40d208330abc697524c919956e692655cf", std::string(255, 'a')},
     {"",
      "a b",
      "a..b",
      "-x",
      "/x",
      "x/",
      "a~1",
      "a^",
      "a:b",
      "a?b",
      "a*",
      "a[b",
      "a\\b",
      std::string(256, 'a')}},
    {"full commit",
     check_full_commit,
     {"c5ebcd40d208330abc697524c919956e692655cf", "C5EBCD40D208330ABC697524C919956E692655CF"},
     {"", "main", "c5ebcd40", "c5ebcd40d208330abc697524c919956e692655cg", std::string(41, 'a')}},
    {"commit",
     check_commit,
     {"c5ebcd4", std::string(40, '0'), std::string(64, 'f')},
     {"", "c5ebcd", "main", "g5ebcd4", std::string(65, 'a')}},
    {"name",
     check_name,
     {"ops-slack", "a", "9", "a.b_c"},
     {"", "-a", "a b", "a/b", "\xC3\xA9", std::string(65, 'a')}},
    {"format",
     check_format,
     {"safetensors", "GGUF", "bin", "data-00000-of-00001"},
     {"", "a b", "*.bin", "banana", "saved_model", "txt"}},
    {"rating",
     check_rating,
     {"Low", "low-medium", "MEDIUM", "Medium-High", "High"},
     {"", "None", "Low Medium"}},
    {"kind glob",
     check_kind_glob,
     {"*", "weights-*", "license-changed", "*-missing", "?tale"},
     {"", "weights", "Stale", "x*"}},
    {"timezone",
     check_timezone,
     {"UTC", "Europe/Berlin", "America/New_York"},
     {"", "Europe", "berlin", "../etc/passwd", "Europe/Berlin/"}},
    {"address",
     check_address,
     {"a@b", "first.last+tag@sub.corp.example", "x@localhost"},
     {"",
      "a",
      "@b",
      "a@",
      "a@b c",
      "a@.b",
      "a@b;c",
      "<a@b>",
      "\"a\"@b",
      std::string(250, 'a') + "@corp.example"}},
    {"endpoint",
     check_endpoint,
     {"https://huggingface.co",
      "https://hub.example:8443/prefix",
      "http://127.0.0.1:80",
      "http://127.9.9.9",
      "http://[::1]:8080/x",
      "http://localhost:1",
      "http://LOCALHOST"},
     {"",
      "huggingface.co",
      "http://hub.example",
      "ftp://x",
      "https://",
      "https:///x",
      "http://10.0.0.1",
      "http://127.0.0.1.example",
      "http://localhost.example",
      "http://[::2]",
      "https://u@h",
      "https://h?x=1",
      "https://h#x",
      "https://h:0",
      "https://h:99999",
      "https://h h",
      "file:///etc/passwd"}},
    {"url",
     check_url,
     {"https://h/x?y=z", "http://127.0.0.1:9/hook?t=1", "https://h/"},
     {"", "http://h/x", "https://u:p@h/", "https://h/#x", "mailto:a@b"}},
    {"public URL",
     check_public_url,
     {"", "https://modelwatch.corp.example", "http://ops.corp.example:8080/mw/", "http://127.0.0.1:8417"},
     {"modelwatch.corp.example",
      "ftp://x.example",
      "javascript:alert(1)",
      "https://",
      "https://u:p@x.example",
      "https://x.example:99999",
      "https://x.example/?a=b",
      "https://x.example/#a",
      "https://x.example/a b",
      "https://x.example/" + std::string(500, 'a')}},
    {"proxy",
     check_proxy,
     {"", "none", "http://proxy.example:3128", "http://10.0.0.1:3128/", "http://[::1]:3128"},
     {"proxy:3128",
      "https://proxy:3128",
      "socks5://p:1",
      "http://u:p@proxy:3128",
      "http://p:1/x",
      "http://p:0",
      "http://"}},
    {"socket mode",
     check_socket_mode,
     {"0660", "0600", "660", "0666"},
     {"", "0", "66", "06600", "0060", "0460", "0888", "u=rw", "-660", "0x1b"}},
    {"listen",
     check_listen,
     {"",
      "127.0.0.1:8417",
      "localhost:0",
      "[::1]:8417",
      "0.0.0.0:65535",
      "unix:/run/x.sock",
      "[0:0:0:0:0:0:0:1]:8417",
      "[::ffff:127.0.0.1]:8417"},
     {"8417",
      "mon.corp.example:80",
      ":8417",
      "127.0.0.1",
      "127.0.0.1:",
      "127.0.0.1:x",
      "127.0.0.1:65536",
      "127.0.0.1:-1",
      "::1:8417",
      "[::1]",
      "[::g]:1",
      "unix:",
      "unix:x",
      "unix:/",
      "http://127.0.0.1:8417",
      "unix:/" + std::string(107, 'a')}},
    {"ehlo",
     check_ehlo,
     {"mon.corp.example", "[192.0.2.7]", "[IPv6:2001:db8::7]"},
     {"", "vm", "localhost", "192.0.2.7", "[::1]", "my_vm.corp.example", "a.b\r\nX", "a b.c"}},
    {"smtp",
     check_smtp,
     {"smtp://mail",
      "smtp://mail:587",
      "smtps://mail.corp.example:465",
      "smtp://127.0.0.1:2525",
      "smtps://[::1]:465",
      "sendmail:",
      "sendmail:/usr/sbin/sendmail"},
     {"",
      "mail",
      "mail:25",
      "smtp://",
      "smtp:mail",
      "smtp://mail:",
      "smtp://mail:0",
      "smtp://mail:x",
      "smtp://u@m",
      "smtp://mail/path",
      "sendmail",
      "sendmail:/",
      "sendmail:x",
      "http://mail"}},
};

} // namespace

TEST_CASE("values that can be pass their check", "[config]") {
    for (auto const& entry : rules) {
        for (auto value : entry.good) {
            INFO(entry.name << ": " << value);
            CHECK(entry.check(value).why.empty());
        }
    }
}

TEST_CASE("values that cannot be are refused with a reason", "[config]") {
    for (auto const& entry : rules) {
        for (auto value : entry.bad) {
            INFO(entry.name << ": " << value);
            CHECK(entry.check(value).why.find("must ") == 0);
        }
    }
}

TEST_CASE("a checked value passes again unchanged", "[config]") {
    for (auto const& entry : rules) {
        for (auto value : entry.good) {
            static_cast<void>(entry.check(value));
            auto again = value;
            INFO(entry.name << ": " << value);
            CHECK(entry.check(again).why.empty());
            CHECK(again == value);
        }
    }
}

TEST_CASE("what is no model's name is refused with the right form", "[config]") {
    struct row {
        char const* given;
        char const* form;
    };

    auto const [given, form] = GENERATE(values<row>({
        {"acme/nova-7b.git", "write \"acme/nova-7b\""},
        {"acme/nova-7b.GIT", "write \"acme/nova-7b\""},
        {"acme/nova-7b/", "write \"acme/nova-7b\""},
        {" acme/nova-7b", "write \"acme/nova-7b\""},
        {"https://huggingface.co/acme/nova-7b", "write \"acme/nova-7b\""},
        {"https://hub.corp.example:8443/acme/nova-7b.git", "write \"acme/nova-7b\""},
        {"https://huggingface.co/acme/nova-7b/tree/main", "write \"acme/nova-7b\""},
        {"https://huggingface.co/api/models/acme/nova-7b", "write \"acme/nova-7b\""},
        {"https://huggingface.co/gpt2/resolve/main/config.json", "write \"gpt2\""},
        {"https://huggingface.co/acme/nova-7b?library=vllm", "write \"acme/nova-7b\""},
        {"HTTPS://HuggingFace.co/acme/nova-7b", "write \"acme/nova-7b\""},
        {"huggingface.co/acme/nova-7b", "write \"acme/nova-7b\""},
        {"hf.co/acme/nova-7b", "write \"acme/nova-7b\""},
        {"hf://acme/nova-7b", "write \"acme/nova-7b\""},
        {"git@hf.co:acme/nova-7b", "revision"},
        {"models/acme/nova-7b", "write \"acme/nova-7b\""},
        {"datasets/squad", "only models are watched"},
        {"datasets/acme/squad", "only models are watched"},
        {"Datasets/squad", "only models are watched"},
        {"spaces/x/y", "only models are watched"},
        {"https://huggingface.co/datasets/squad", "only models are watched"},
        {"https://huggingface.co/spaces/x/y", "only models are watched"},
        {"acme/nova-7b@main", "revision"},
    }));
    CAPTURE(given);
    std::string value = given;
    auto const wrong = check_repo(value);
    CHECK(wrong.why.find("must ") == 0);
    CHECK(wrong.hint.find(form) != std::string::npos);
}
