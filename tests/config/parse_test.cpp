#include "tests/config/support.hpp"

using namespace modelwatch;
using namespace modelwatch::config;
using namespace modelwatch::config::testing;
using namespace std::chrono_literals;

namespace {

/// The example of the contract, its dots filled in.
constexpr std::string_view contract = R"(
[daemon]
state_dir = "/var/lib/modelwatch"
log_level = "info"
log_format = "auto"
listen = "127.0.0.1:8417"
api_token_file = "/etc/modelwatch/secrets/api"
retention = "400d"
remind_after = "7d"

[hub]
endpoint = "https://huggingface.co"
token_file = "/etc/modelwatch/secrets/hf"
ca_file = "/etc/ssl/corp.pem"
proxy = "http://proxy.example:3128"
timeout = "30s"
max_connections = 8
request_budget = 0
[hubs.mirror]
endpoint = "https://hub.corp.example"

[defaults]
interval = "1h"
jitter = 0.1
stale_after = "180d"
inspect = "changed"

[[watch]]
repo = "google/gemma-2-2b"
hub = "hub"
revision = "main"
baseline = "c5ebcd40d208330abc697524c919956e692655cf"
deployed = "c5ebcd40d208330abc697524c919956e692655cf"
paths = ["/srv/models/gemma-2-2b"]
interval = "15m"
labels = { team = "search", env = "prod" }

[[watch]]
author = "TheBloke"
include = ["*-GGUF"]
exclude = ["*test*"]

[policy]
require_formats = ["safetensors", "gguf"]
deny_licenses = ["cc-by-nc-*"]
require_gated = false
require_review = false
review_valid_for = "365d"
max_rating = "Medium"
publishers_file = "/etc/modelwatch/publishers.toml"
licenses_file = "/etc/modelwatch/licenses.toml"
[policy.severity]
"license-changed" = "critical"

[[notifier]]
name = "ops-slack"
type = "slack"
url_file = "/etc/modelwatch/secrets/slack-url"
min_severity = "medium"
kinds = ["*"]
labels = { env = "prod" }
[[notifier]]
name = "security-mail"
type = "email"
from = "modelwatch@corp.example"
to = ["secops@corp.example"]
smtp = "smtps://mail.corp.example:465"
username = "modelwatch"
password_file = "/etc/modelwatch/secrets/mail"
give_up_after = "3d"
[[notifier]]
name = "siem"
type = "webhook"
url = "https://siem.corp.example/hook"
secret_file = "/etc/modelwatch/secrets/siem"
fallback = "security-mail"

[digest]
schedule = "Mon 09:00"
timezone = "Europe/Berlin"
notifiers = ["security-mail", "ops-slack"]

[heartbeat]
url_file = "/etc/modelwatch/secrets/heartbeat"
interval = "5m"

[advisories]
paths = ["/etc/modelwatch/advisories/*.json"]

[hooks]
secret_file = "/etc/modelwatch/secrets/hook"
)";

} // namespace

TEST_CASE("an empty file is the built-in defaults", "[config]") {
    auto const value = good("");
    CHECK(value.service.state_dir == "/var/lib/modelwatch");
    CHECK(value.service.log_level == "info");
    CHECK(value.service.log_format == "auto");
    CHECK(value.service.listen == "127.0.0.1:8417");
    CHECK(value.service.retention == 24h * 400);
    CHECK(value.service.remind_after == 24h * 7);
    CHECK_FALSE(value.service.api_token.given());
    REQUIRE(value.hubs.size() == 1);
    CHECK(value.hubs.at("hub").endpoint == "https://huggingface.co");
    CHECK_FALSE(value.hubs.at("hub").token.given());
    CHECK(value.defaults.interval == 1h);
    CHECK(value.defaults.jitter == 0.1);
    CHECK(value.defaults.stale_after == 24h * 180);
    CHECK(value.defaults.inspect == inspect_mode::changed);
    CHECK(value.watches.empty());
    CHECK(value.notifiers.empty());
    CHECK(value.digest.schedule.empty());
    CHECK(value.warnings.empty());
}

TEST_CASE("the service and hub sections of the contract's example are read", "[config]") {
    auto const value = good(contract);
    CHECK(value.warnings.empty());
    CHECK(value.service.api_token.from == secret_source::origin::file);
    CHECK(value.service.api_token.name == "/etc/modelwatch/secrets/api");
    CHECK(value.service.api_token.key == "daemon.api_token_file");
    REQUIRE(value.hubs.size() == 2);
    auto const& hub = value.hubs.at("hub");
    CHECK(hub.name == "hub");
    CHECK(hub.token.key == "hub.token_file");
    CHECK(hub.ca_file == "/etc/ssl/corp.pem");
    CHECK(hub.proxy == "http://proxy.example:3128");
    CHECK(hub.timeout == 30s);
    CHECK(hub.max_connections == 8);
    CHECK(hub.request_budget == 0);
    auto const& mirror = value.hubs.at("mirror");
    CHECK(mirror.name == "mirror");
    CHECK(mirror.type == "huggingface");
    CHECK(mirror.endpoint == "https://hub.corp.example");
    CHECK_FALSE(mirror.token.given());
}

TEST_CASE("the watches of the contract's example are read", "[config]") {
    auto const value = good(contract);
    REQUIRE(value.watches.size() == 1);
    auto const& gemma = value.watches.front();
    CHECK(gemma.key() == "hub/google/gemma-2-2b@main");
    CHECK(gemma.baseline == "c5ebcd40d208330abc697524c919956e692655cf");
    CHECK(gemma.deployed == gemma.baseline);
    CHECK(gemma.paths == std::vector<std::string>{"/srv/models/gemma-2-2b"});
    CHECK(gemma.interval == 15min);
    CHECK(gemma.tags == labels{{"env", "prod"}, {"team", "search"}});
    REQUIRE(value.accounts.size() == 1);
    auto const& account = value.accounts.front();
    CHECK(account.author == "TheBloke");
    CHECK(account.include == std::vector<std::string>{"*-GGUF"});
    CHECK(account.exclude == std::vector<std::string>{"*test*"});
    CHECK(account.settings.repo.empty());
    CHECK(account.settings.interval == 1h);
}

TEST_CASE("the policy and notifiers of the contract's example are read", "[config]") {
    auto const value = good(contract);
    CHECK(value.policy.require_formats == std::vector<std::string>{"safetensors", "gguf"});
    CHECK(value.policy.deny_licenses == std::vector<std::string>{"cc-by-nc-*"});
    CHECK(value.policy.review_valid_for == std::chrono::seconds{24h * 365});
    CHECK(value.policy.max_rating == "Medium");
    CHECK(value.policy.publishers_file == "/etc/modelwatch/publishers.toml");
    CHECK(value.policy.licenses_file == "/etc/modelwatch/licenses.toml");
    CHECK(value.policy.severity_overrides.at("license-changed") == severity::critical);
    REQUIRE(value.notifiers.size() == 3);
    auto const& slack = value.notifiers[0];
    CHECK(slack.url_secret.key == "notifier.ops-slack.url_file");
    CHECK(slack.min_severity == severity::medium);
    CHECK(slack.tags == labels{{"env", "prod"}});
    auto const& mail = value.notifiers[1];
    CHECK(mail.smtp == "smtps://mail.corp.example:465");
    CHECK(mail.to == std::vector<std::string>{"secops@corp.example"});
    CHECK(mail.give_up_after == 72h);
    CHECK(mail.password.key == "notifier.security-mail.password_file");
    auto const& siem = value.notifiers[2];
    CHECK(siem.url == "https://siem.corp.example/hook");
    CHECK(siem.secret.name == "/etc/modelwatch/secrets/siem");
    CHECK(siem.fallback == "security-mail");
    CHECK(siem.kinds == std::vector<std::string>{"*"});
}

TEST_CASE("digest, heartbeat, advisories and hooks of the contract's example are read", "[config]") {
    auto const value = good(contract);
    CHECK(value.digest.schedule == "Mon 09:00");
    CHECK(value.digest.timezone == "Europe/Berlin");
    CHECK(value.digest.notifiers == std::vector<std::string>{"security-mail", "ops-slack"});
    CHECK(value.heartbeat.url_secret.key == "heartbeat.url_file");
    CHECK(value.heartbeat.interval == 5min);
    CHECK(value.advisory_paths == std::vector<std::string>{"/etc/modelwatch/advisories/*.json"});
    CHECK(value.hooks.secret.key == "hooks.secret_file");
}

TEST_CASE("every watch starts from [defaults], wherever they stand in the file", "[config]") {
    auto const value = good(R"(
[[watch]]
repo = "a/one"
[[watch]]
repo = "a/two"
interval = "5m"
allow_patterns = []
labels = {}
inspect = "none"
[[watch]]
author = "acme"
[defaults]
hub = "mirror"
revision = "stable"
interval = "2h"
jitter = 0
stale_after = "90d"
inspect = "all"
allow_patterns = ["*.safetensors"]
labels = { env = "prod" }
[hubs.mirror]
endpoint = "https://hub.corp.example"
)");
    REQUIRE(value.watches.size() == 2);
    auto const& one = value.watches[0];
    CHECK(one.key() == "mirror/a/one@stable");
    CHECK(one.interval == 2h);
    CHECK(one.jitter == 0.0);
    CHECK(one.stale_after == 24h * 90);
    CHECK(one.inspect == inspect_mode::all);
    CHECK(one.allow_patterns == std::vector<std::string>{"*.safetensors"});
    CHECK(one.tags == labels{{"env", "prod"}});
    auto const& two = value.watches[1];
    CHECK(two.interval == 5min);
    CHECK(two.inspect == inspect_mode::none);
    CHECK(two.allow_patterns.empty());
    CHECK(two.tags.empty());
    REQUIRE(value.accounts.size() == 1);
    CHECK(value.accounts[0].key() == "mirror/acme/*");
    CHECK(value.accounts[0].settings.interval == 2h);
}

TEST_CASE("the state folder follows systemd, then XDG, then the home folder", "[config]") {
    using variables = std::map<std::string, std::string>;

    struct row {
        variables given;
        char const* folder;
    };

    auto const row_ = GENERATE(values<row>({
        {{{"STATE_DIRECTORY", "/var/lib/a:/var/lib/b"}, {"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}},
         "/var/lib/a"},
        {{{"STATE_DIRECTORY", "/var/lib/a"}}, "/var/lib/a"},
        {{{"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}, "/x/modelwatch"},
        {{{"STATE_DIRECTORY", ""}, {"XDG_STATE_HOME", "relative"}, {"HOME", "/h"}},
         "/h/.local/state/modelwatch"},
        {{{"HOME", ""}}, "/var/lib/modelwatch"},
    }));
    CHECK(good("", row_.given).service.state_dir == row_.folder);
    CHECK(good("[daemon]\nstate_dir = \"/given\"", row_.given).service.state_dir == "/given");
}

TEST_CASE(
    "HF_ENDPOINT and HF_TOKEN count for [hub] where the file is silent, and for no other hub", "[config]"
) {
    std::map<std::string, std::string> const variables{
        {"HF_ENDPOINT", "https://hub.corp.example/hf/"}, {"HF_TOKEN", "x"}
    };
    auto const silent = good("[hubs.mirror]\nendpoint = \"https://m.example\"", variables);
    CHECK(silent.hubs.at("hub").endpoint == "https://hub.corp.example/hf");
    CHECK(silent.hubs.at("hub").token.from == secret_source::origin::environment);
    CHECK(silent.hubs.at("hub").token.name == "HF_TOKEN");
    CHECK(silent.hubs.at("mirror").endpoint == "https://m.example");
    CHECK_FALSE(silent.hubs.at("mirror").token.given());
    auto const given =
        good("[hub]\nendpoint = \"https://other.example\"\ntoken_credential = \"hf\"", variables);
    CHECK(given.hubs.at("hub").endpoint == "https://other.example");
    CHECK(given.hubs.at("hub").token.from == secret_source::origin::credential);
    CHECK_FALSE(good("", {{"HF_TOKEN", ""}}).hubs.at("hub").token.given());
}

TEST_CASE("an HF_ENDPOINT that cannot be used is a problem of the environment", "[config]") {
    auto const out = parsed("", {{"HF_ENDPOINT", "http://hub.example"}});
    CHECK(
        texts(out.problems) ==
        "environment: HF_ENDPOINT must be an https:// URL (http:// is for loopback addresses only)"
    );
    CHECK(parsed("[hub]\nendpoint = \"https://h.example\"", {{"HF_ENDPOINT", "nonsense"}}).ok());
}

TEST_CASE("relative paths start from the folder of the file", "[config]") {
    auto const out = parse(
        "[daemon]\nstate_dir = \"state\"\napi_token_file = \"../secrets/api\"\n"
        "[[watch]]\nrepo = \"a/b\"\npaths = [\"m/b\", \"/srv/b\"]\n",
        "/etc/modelwatch/modelwatch.toml",
        environment_of({})
    );
    INFO(texts(out.problems));
    REQUIRE(out.ok());
    CHECK(out.value.service.state_dir == "/etc/modelwatch/state");
    CHECK(out.value.service.api_token.name == "/etc/secrets/api");
    CHECK(out.value.watches.at(0).paths == std::vector<std::string>{"/etc/modelwatch/m/b", "/srv/b"});
}

TEST_CASE("values are brought into their canonical form", "[config]") {
    auto const value = good(R"(
[hub]
endpoint = "https://hub.example/prefix//"
[policy]
max_rating = "medium-high"
require_formats = ["SafeTensors"]
[[watch]]
repo = "gpt2"
baseline = "C5EBCD40D208330ABC697524C919956E692655CF"
deployed = "C5EBCD4"
[digest]
schedule = "thu,mon 09:00"
[[notifier]]
name = "m"
type = "email"
from = "a@b"
to = ["c@d"]
smtp = "smtp://mail.example/"
)");
    CHECK(value.hubs.at("hub").endpoint == "https://hub.example/prefix");
    CHECK(value.policy.max_rating == "Medium-High");
    CHECK(value.policy.require_formats == std::vector<std::string>{"safetensors"});
    CHECK(value.watches.at(0).baseline == "c5ebcd40d208330abc697524c919956e692655cf");
    CHECK(value.watches.at(0).deployed == "c5ebcd4");
    CHECK(value.digest.schedule == "Mon,Thu 09:00");
    CHECK(value.notifiers.at(0).smtp == "smtp://mail.example");
}

TEST_CASE("every type of notifier can be written", "[config]") {
    auto const value = good(R"(
[[notifier]]
name = "slack"
type = "slack"
url_credential = "slack"
[[notifier]]
name = "teams"
type = "teams"
url_env = "TEAMS_URL"
[[notifier]]
name = "hook"
type = "webhook"
url_file = "/s/hook"
ca_file = "/s/ca.pem"
proxy = "none"
timeout = "10m"
[[notifier]]
name = "duty"
type = "pagerduty"
url = "https://events.eu.pagerduty.com/v2/enqueue"
routing_key_file = "/s/duty"
[[notifier]]
name = "mail"
type = "email"
from = "modelwatch@corp.example"
to = ["a@corp.example", "b@corp.example"]
smtp = "sendmail:/usr/sbin/sendmail"
[[notifier]]
name = "script"
type = "command"
command = ["/usr/local/bin/alert", "--quiet"]
)");
    REQUIRE(value.notifiers.size() == 6);
    CHECK(value.notifiers[0].url_secret.from == secret_source::origin::credential);
    CHECK(value.notifiers[1].url_secret.from == secret_source::origin::environment);
    CHECK(value.notifiers[2].timeout == 10min);
    CHECK(value.notifiers[3].url == "https://events.eu.pagerduty.com/v2/enqueue");
    CHECK(value.notifiers[4].to.size() == 2);
    CHECK(value.notifiers[5].command == std::vector<std::string>{"/usr/local/bin/alert", "--quiet"});
}

TEST_CASE("what is odd but possible is a warning with its place", "[config]") {
    auto const value = good(R"([defaults]
interval = "59s"
[[watch]]
repo = "a/b"
interval = "1s"
[[watch]]
repo = "a/c"
interval = "60s"
[policy.severity]
access-gating = "low"
[digest]
schedule = "daily 08:00"
)");
    REQUIRE(value.warnings.size() == 3);
    CHECK(
        value.warnings[0] == "modelwatch.toml:2: defaults.interval: below one minute: fit for tests; a hub "
                             "may refuse so many requests"
    );
    CHECK(
        value.warnings[1] == "modelwatch.toml:5: watch.interval: below one minute: fit for tests; a hub may "
                             "refuse so many requests"
    );
    CHECK(
        value.warnings[2] ==
        "modelwatch.toml:12: digest.schedule: no one gets the digest: give 'notifiers' too"
    );
    CHECK(value.policy.severity_overrides.size() == 1);
}

TEST_CASE("one repo under two spellings is watched, and said to be watched twice", "[config]") {
    auto const value = good(R"([hubs.mirror]
endpoint = "https://hub.corp.example"
[[watch]]
repo = "acme/Nova-7B"
[[watch]]
repo = "Acme/nova-7b"
revision = "v1"
[[watch]]
repo = "acme/Nova-7B"
revision = "v2"
[[watch]]
repo = "acme/nova-7b"
hub = "mirror"
[[watch]]
author = "Acme"
[[watch]]
author = "ACME"
)");
    REQUIRE(value.warnings.size() == 2);
    CHECK(
        value.warnings[0] ==
        "modelwatch.toml:5: watch.repo: \"Acme/nova-7b\" is \"acme/Nova-7B\" of line 3 in "
        "another spelling: one repo, watched twice"
    );
    CHECK(
        value.warnings[1] == "modelwatch.toml:16: watch.author: \"ACME\" is \"Acme\" of line 14 in another "
                             "spelling: one account, watched twice"
    );
}
