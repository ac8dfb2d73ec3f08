#include "tests/config/support.hpp"

using namespace modelwatch;
using namespace modelwatch::config;
using namespace modelwatch::config::testing;

namespace {

/// Every kind of value away from its default.
constexpr std::string_view everything = R"(
[daemon]
state_dir = "/srv/\"quoted\"\\dir"
log_level = "trace"
log_format = "json"
listen = ""
socket_group = "ops"
socket_mode = "0600"
public_url = "https://watch.example/mw"
api_token_env = "API"
retention = "90s"
remind_after = "36h"
[hub]
endpoint = "https://hub.example/p"
token_credential = "hf"
ca_file = "/ca.pem"
proxy = "none"
timeout = "7s"
max_connections = 3
request_budget = 77
[hubs."dotted.name"]
endpoint = "http://127.0.0.1:9"
token_file = "/t"
[hubs.plain]
endpoint = "https://p.example"
[defaults]
hub = "plain"
revision = "stable"
interval = "3h"
jitter = 0.25
stale_after = "30d"
inspect = "all"
allow_patterns = ["*.safetensors"]
labels = { "key with space" = "v\"1\"", env = "prod" }
[[watch]]
repo = "a/one"
[[watch]]
repo = "a/two"
hub = "dotted.name"
revision = "v1"
baseline = "c5ebcd40d208330abc697524c919956e692655cf"
deployed = "c5ebcd4"
paths = ["/srv/\u00e9"]
allow_patterns = []
labels = {}
interval = "90s"
jitter = 0
inspect = "none"
[[watch]]
author = "acme"
include = ["a*"]
exclude = ["*b"]
[policy]
require_formats = ["gguf"]
deny_licenses = ["x*"]
require_gated = true
require_review = true
review_valid_for = "10d"
max_rating = "Low"
publishers_file = "/p"
licenses_file = "/l"
severity = { stale = "critical", access-gating = "low" }
enforce = ["policy-tprm"]
home_jurisdictions = ["de"]
trusted_jurisdictions = ["US", "FR"]
elevated_jurisdictions = ["XK"]
intended_use = "research"
unpatched_grace = "30d"
training_valid_for = "100d"
training = { "a team" = "2026-01-31", other = 2025-12-01 }
[rubric]
weights = { access = 0.2, license = 0.05 }
bounds = [10, 20.5, 30, 99]
age_limits = ["1d", "1w", "52w"]
popular_downloads = 0
floors_off = ["F7", "F1"]
points = { "access-gating.auto" = 20, format-scan.unsafe = 99 }
[[notifier]]
name = "mail"
type = "email"
from = "a@b"
to = ["c@d", "e@f"]
smtp = "smtps://m:465"
username = "u"
password_env = "PW"
min_severity = "high"
kinds = ["weights-*", "stale"]
labels = { env = "prod" }
give_up_after = "1d"
timeout = "5s"
ca_file = "/ca"
proxy = "http://p:1"
fallback = "hook"
[[notifier]]
name = "hook"
type = "webhook"
url = "https://h.example/x?y=z"
secret_file = "/s"
[[notifier]]
name = "run"
type = "command"
command = ["/bin/x", "a b"]
[digest]
schedule = "Mon,Thu 07:30"
timezone = "America/New_York"
notifiers = ["mail"]
[heartbeat]
url_credential = "beat"
interval = "90s"
[advisories]
paths = ["/a/*.json"]
[hooks]
secret_env = "HOOK"
)";

} // namespace

TEST_CASE("what is shown reads back as the same configuration", "[config]") {
    auto const toml = GENERATE(as<std::string>{}, std::string{}, std::string{everything}, example_file());
    auto const first = show(good(toml));
    INFO(first);
    auto const second = good(first);
    CHECK(show(second) == first);
}

TEST_CASE("what is read back equals the original field by field", "[config]") {
    auto const original = good(everything);
    auto const copy = good(show(original));
    CHECK(copy.service.state_dir == "/srv/\"quoted\"\\dir");
    CHECK(copy.service.listen.empty());
    CHECK(copy.service.api_token.name == "API");
    CHECK(copy.hubs.at("hub").token.from == secret_source::origin::credential);
    CHECK(copy.hubs.at("dotted.name").endpoint == "http://127.0.0.1:9");
    CHECK(copy.hubs.at("plain").request_budget == 0);
    CHECK(copy.hubs.at("hub").request_budget == 77);
    CHECK(copy.defaults.jitter == 0.25);
    CHECK(copy.defaults.tags == labels{{"env", "prod"}, {"key with space", "v\"1\""}});
    REQUIRE(copy.watches.size() == 2);
    CHECK(copy.watches[0].allow_patterns == std::vector<std::string>{"*.safetensors"});
    CHECK(copy.watches[1].allow_patterns.empty());
    CHECK(copy.watches[1].tags.empty());
    CHECK(copy.watches[1].paths == std::vector<std::string>{"/srv/\xC3\xA9"});
    CHECK(copy.watches[1].interval == std::chrono::seconds{90});
    CHECK(copy.accounts.at(0).exclude == std::vector<std::string>{"*b"});
    CHECK(copy.policy.severity_overrides == original.policy.severity_overrides);
    CHECK(copy.policy.review_valid_for == original.policy.review_valid_for);
    CHECK(
        copy.policy.training ==
        std::map<std::string, std::string>{{"a team", "2026-01-31"}, {"other", "2025-12-01"}}
    );
    CHECK(copy.policy.home_jurisdictions == std::vector<std::string>{"DE"});
    CHECK(copy.policy.intended_use == "research");
    CHECK(copy.rubric.weights == original.rubric.weights);
    CHECK(copy.rubric.bounds == std::array<double, 4>{10, 20.5, 30, 99});
    CHECK(copy.rubric.popular_downloads == 0);
    CHECK(copy.rubric.points.at("format-scan.unsafe").points == 99);
    CHECK(copy.notifiers.at(0).fallback == "hook");
    CHECK(copy.notifiers.at(0).tags == labels{{"env", "prod"}});
    CHECK(copy.notifiers.at(2).command == std::vector<std::string>{"/bin/x", "a b"});
    CHECK(copy.digest.schedule == "Mon,Thu 07:30");
    CHECK(copy.heartbeat.interval == std::chrono::seconds{90});
    CHECK(copy.advisory_paths == original.advisory_paths);
    CHECK(copy.hooks.secret.name == "HOOK");
}

TEST_CASE("the defaults are shown in full", "[config]") {
    CHECK(show(good("[[watch]]\nrepo = \"a/b\"")) == R"([daemon]
state_dir = "/var/lib/modelwatch"
log_level = "info"
log_format = "auto"
listen = "127.0.0.1:8417"
socket_mode = "0660"
retention = "400d"
remind_after = "7d"

[hub]
type = "huggingface"
endpoint = "https://huggingface.co"
timeout = "30s"
max_connections = 8
request_budget = 0

[defaults]
hub = "hub"
revision = "main"
allow_patterns = []
interval = "1h"
jitter = 0.1
stale_after = "180d"
inspect = "changed"
labels = {}

[[watch]]
repo = "a/b"
hub = "hub"
revision = "main"
allow_patterns = []
interval = "1h"
jitter = 0.1
stale_after = "180d"
inspect = "changed"
labels = {}

[policy]
require_gated = false
require_review = false
intended_use = "commercial"
unpatched_grace = "90d"
training_valid_for = "365d"

[rubric]
weights = { access = 0.15, license = 0.1, format = 0.25, publisher = 0.3, timeliness = 0.2 }
bounds = [15, 30, 45, 60]
age_limits = ["180d", "365d", "730d"]
popular_downloads = 10000

[digest]
timezone = "UTC"
)");
}

TEST_CASE("a secret is shown as where it is, never as what it is", "[config]") {
    temporary_folder const folder;
    auto const file = folder.write("t", "s3cr3t").string();
    auto const shown =
        show(good("[hub]\ntoken_file = \"" + file + "\"\n[hooks]\nsecret_env = \"H\"", {{"H", "s3cr3t"}}));
    CHECK(shown.find("token_file = \"" + file + "\"") != std::string::npos);
    CHECK(shown.find("secret_env = \"H\"") != std::string::npos);
    CHECK(shown.find("s3cr3t") == std::string::npos);
}
