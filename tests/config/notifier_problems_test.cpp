#include "tests/config/support.hpp"

using namespace modelwatch::config;
using namespace modelwatch::config::testing;

namespace {

struct mistake {
    char const* toml;
    char const* text;
};

void check_mistake(mistake const& entry) {
    INFO(entry.toml);
    CHECK(texts(parsed(entry.toml).problems) == entry.text);
}

constexpr char const* mail = "[[notifier]]\nname = \"m\"\ntype = \"email\"\nfrom = \"a@b\"\nto = [\"c@d\"]\n";

} // namespace

TEST_CASE("a notifier without what its type needs is reported", "[config]") {
    check_mistake(GENERATE(values<mistake>({
        {"[[notifier]]\ntype = \"webhook\"\nurl = \"https://h.example\"",
         "modelwatch.toml:1: [[notifier]] needs 'name': the name by which [digest] and people call it"},
        {"[[notifier]]\nname = \"x\"",
         "modelwatch.toml:1: [[notifier]] needs 'type': slack, email, webhook, teams, pagerduty or command"},
        {"[[notifier]]\nname = \"x\"\ntype = \"slak\"",
         "modelwatch.toml:3: 'type' in [[notifier]] must be one of slack, email, webhook, teams, pagerduty, "
         "command, not "
         "\"slak\"; did you mean 'slack'?"},
        {"[[notifier]]\nname = \"x\"\ntype = \"slack\"",
         "modelwatch.toml:1: [[notifier]] needs 'url_file': the file with the address of the incoming webhook"
        },
        {"[[notifier]]\nname = \"x\"\ntype = \"teams\"",
         "modelwatch.toml:1: [[notifier]] needs 'url_file': the file with the address of the incoming webhook"
        },
        {"[[notifier]]\nname = \"x\"\ntype = \"webhook\"",
         "modelwatch.toml:1: [[notifier]] needs 'url': the address to post to (or 'url_file')"},
        {"[[notifier]]\nname = \"x\"\ntype = \"pagerduty\"",
         "modelwatch.toml:1: [[notifier]] needs 'routing_key_file': the file with the integration key of the "
         "PagerDuty service"},
        {"[[notifier]]\nname = \"x\"\ntype = \"pagerduty\"\nrouting_key = \"abc\"",
         "modelwatch.toml:1: [[notifier]] needs 'routing_key_file': the file with the integration key of the "
         "PagerDuty service\n"
         "modelwatch.toml:4: 'routing_key' in [[notifier]] would put a secret into this file; write it to a "
         "file "
         "of its own and give routing_key_file = \"/path\" (or routing_key_credential, or routing_key_env)"},
        {"[[notifier]]\nname = \"x\"\ntype = \"pagerduty\"\nrouting_key_env = \"K\"\nsecret_env = \"S\"",
         "modelwatch.toml:5: 'secret_env' in [[notifier]] says nothing to a notifier of type pagerduty; it "
         "is "
         "for webhook"},
        {"[[notifier]]\nname = \"x\"\ntype = \"teams\"\nurl = \"https://t.example/x\"",
         "modelwatch.toml:4: 'url' in [[notifier]] is a secret for type teams: whoever knows it can post; "
         "write "
         "it to a file of its own and give url_file = \"/path\" (or url_credential, or url_env)"},
        {"[[notifier]]\nname = \"x\"\ntype = \"command\"\ncommand = [\"/bin/true\"]\nproxy = \"none\"",
         "modelwatch.toml:5: 'proxy' in [[notifier]] says nothing to a notifier of type command; it is for "
         "slack email webhook teams pagerduty"},
        {"[[notifier]]\nname = \"x\"\ntype = \"webhook\"\nurl = \"https://h.example\"\nrouting_key_file = "
         "\"/k\"",
         "modelwatch.toml:5: 'routing_key_file' in [[notifier]] says nothing to a notifier of type webhook; "
         "it "
         "is for pagerduty"},
        {"[[notifier]]\nname = \"x\"\ntype = \"command\"",
         "modelwatch.toml:1: [[notifier]] needs 'command': the program and its arguments, such as "
         "[\"/usr/local/bin/alert\"]"},
        {"[[notifier]]\nname = \"x\"\ntype = \"command\"\ncommand = [\"alert\"]",
         "modelwatch.toml:4: 'command' in [[notifier]] must begin with the absolute path of a program"},
        {"[[notifier]]\nname = \"x\"\ntype = \"command\"\ncommand = []",
         "modelwatch.toml:4: 'command' in [[notifier]] must not be an empty list"},
    })));
}

TEST_CASE("an email notifier without addresses or server is told of each", "[config]") {
    check_mistake(
        {"[[notifier]]\nname = \"m\"\ntype = \"email\"",
         "modelwatch.toml:1: [[notifier]] needs 'from': the sender's address\n"
         "modelwatch.toml:1: [[notifier]] needs 'to': the list of recipients\n"
         "modelwatch.toml:1: [[notifier]] needs 'smtp': the mail server, such as "
         "\"smtps://mail.corp.example:465\", or "
         "\"sendmail:\""}
    );
}

TEST_CASE("what an email notifier cannot be is reported", "[config]") {
    struct row {
        char const* more;
        char const* text;
    };

    auto const row_ = GENERATE(values<row>({
        {"smtp = \"mail.corp.example\"",
         "modelwatch.toml:6: 'smtp' in [[notifier]] must be \"smtp://host:port\" (STARTTLS), "
         "\"smtps://host:port\", "
         "\"sendmail:\" or \"sendmail:/path\", not \"mail.corp.example\""},
        {"smtp = \"smtp://u:p@mail\"",
         "modelwatch.toml:6: 'smtp' in [[notifier]] must not hold a user or password: write 'username' and "
         "'password_file'"},
        {"smtp = \"smtp://h\"\nusername = \"u\"",
         "modelwatch.toml:7: [[notifier]] needs 'password_file': the file with the password of 'username'"},
        {"smtp = \"smtp://h\"\npassword_env = \"P\"",
         "modelwatch.toml:1: [[notifier]] needs 'username': the user whose password is given"},
        {"smtp = \"sendmail:\"\nusername = \"u\"\npassword_env = \"P\"",
         "modelwatch.toml:6: 'username' and 'password_file' in [[notifier]] say nothing to \"sendmail:\""},
        {"smtp = \"sendmail:\"\nehlo = \"mon.corp.example\"",
         "modelwatch.toml:7: 'ehlo' in [[notifier]] says nothing to \"sendmail:\""},
        {"smtp = \"smtp://h\"\nehlo = \"vm\"",
         "modelwatch.toml:7: 'ehlo' in [[notifier]] must be a full host name, such as \"mon.corp.example\", "
         "or "
         "an address such as \"[192.0.2.7]\", not \"vm\""},
        {"smtp = \"smtp://h\"\nehlo = \"192.0.2.7\"",
         "modelwatch.toml:7: 'ehlo' in [[notifier]] must be a full host name, such as \"mon.corp.example\", "
         "or "
         "an address such as \"[192.0.2.7]\", not \"192.0.2.7\"; write \"[192.0.2.7]\""},
        {"smtp = \"sendmail:\"\nurl = \"https://h.example\"",
         "modelwatch.toml:7: 'url' in [[notifier]] says nothing to a notifier of type email; it is for slack "
         "teams "
         "webhook pagerduty"},
        {"smtp = \"sendmail:\"\nsecret_file = \"/s\"",
         "modelwatch.toml:7: 'secret_file' in [[notifier]] says nothing to a notifier of type email; it is "
         "for webhook"},
        {"smtp = \"sendmail:\"\nkinds = [\"*\", \"license-chnged\"]",
         "modelwatch.toml:7: 'kinds' in [[notifier]] must match at least one alert kind, not "
         "\"license-chnged\"; did you "
         "mean 'license-changed'?"},
        {"smtp = \"sendmail:\"\nkinds = []",
         "modelwatch.toml:7: 'kinds' in [[notifier]] must not be an empty list"},
        {"smtp = \"sendmail:\"\nmin_severity = \"hihg\"",
         "modelwatch.toml:7: 'min_severity' in [[notifier]] must be one of info, low, medium, high, "
         "critical, not "
         "\"hihg\"; did you mean 'high'?"},
    }));
    auto const toml = std::string{mail} + row_.more;
    check_mistake({toml.c_str(), row_.text});
}

TEST_CASE("addresses that could smuggle headers or recipients are refused", "[config]") {
    auto const address = GENERATE(
        as<std::string>{},
        "nobody",
        "@corp.example",
        "a@",
        "a@b@c",
        "a b@corp.example",
        "a@corp.example,b@corp.example",
        "Ops <a@corp.example>",
        "a@corp..example",
        "a@corp.example\\r\\nBcc: x@y",
        "\\u0000@b"
    );
    auto const toml =
        "[[notifier]]\nname = \"m\"\ntype = \"email\"\nfrom = \"a@b\"\nsmtp = \"sendmail:\"\nto = [\"" +
        address + "\"]\n";
    auto const out = parsed(toml);
    INFO(address);
    REQUIRE(out.problems.size() == 1);
    CHECK(out.problems[0].key == "notifier.m.to");
    CHECK(out.problems[0].where == "modelwatch.toml:6");
}

TEST_CASE("names of notifiers are unique, and references lead somewhere", "[config]") {
    std::string const one = "[[notifier]]\nname = \"one\"\ntype = \"webhook\"\nurl = \"https://h.example\"\n";
    std::string const two = "[[notifier]]\nname = \"two\"\ntype = \"webhook\"\nurl = \"https://h.example\"\n";
    check_mistake(
        {(one + one).c_str(), "modelwatch.toml:6: 'name' in [[notifier]]: \"one\" is taken on line 2"}
    );
    check_mistake(
        {(one + "fallback = \"tow\"\n" + two).c_str(),
         "modelwatch.toml:5: 'fallback' in [[notifier]] names no other notifier: \"tow\"; did you mean 'two'?"
        }
    );
    check_mistake(
        {(one + "fallback = \"one\"\n").c_str(),
         "modelwatch.toml:5: 'fallback' in [[notifier]] names no other notifier: \"one\""}
    );
    check_mistake(
        {(one + "[digest]\nnotifiers = [\"one\", \"oen\"]\n").c_str(),
         "modelwatch.toml:6: 'notifiers' in [digest] names no notifier: \"oen\"; did you mean 'one'?"}
    );
    CHECK(parsed(one + "fallback = \"two\"\n" + two).ok());
}

TEST_CASE("a chain of fallbacks must end", "[config]") {
    auto const notifier = [](std::string const& name, std::string const& fallback) {
        auto const link = fallback.empty() ? std::string{} : "fallback = \"" + fallback + "\"\n";
        return "[[notifier]]\nname = \"" + name + "\"\ntype = \"webhook\"\nurl = \"https://h.example\"\n" +
               link;
    };
    CHECK(parsed(notifier("a", "b") + notifier("b", "c") + notifier("c", "")).ok());
    auto const ring = notifier("a", "b") + notifier("b", "c") + notifier("c", "b");
    check_mistake(
        {ring.c_str(),
         "modelwatch.toml:10: 'fallback' in [[notifier]] leads back to \"b\": one of them must end the "
         "chain\n"
         "modelwatch.toml:15: 'fallback' in [[notifier]] leads back to \"c\": one of them must end the chain"}
    );
}
