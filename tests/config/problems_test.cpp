#include "tests/config/support.hpp"

using namespace modelwatch::config;
using namespace modelwatch::config::testing;

namespace {

/// A file with one mistake, and the one line that people get for it.
struct mistake {
    char const* toml;
    char const* text;
};

void check_mistake(mistake const& entry) {
    INFO(entry.toml);
    auto const out = parsed(entry.toml);
    CHECK(texts(out.problems) == entry.text);
    REQUIRE_FALSE(out.ok());
    CHECK_FALSE(out.problems.front().key.empty());
}

} // namespace

TEST_CASE("an unknown key is reported with its place and the nearest known key", "[config]") {
    check_mistake(GENERATE(values<mistake>({
        {"[[watch]]\nrepo = \"a/b\"\nintervall = \"1h\"",
         "modelwatch.toml:3: unknown key 'intervall' in [[watch]]; did you mean 'interval'?"},
        {"[daemon]\nlog_levle = \"info\"",
         "modelwatch.toml:2: unknown key 'log_levle' in [daemon]; did you mean 'log_level'?"},
        {"[hub]\nendpiont = \"https://x.example\"",
         "modelwatch.toml:2: unknown key 'endpiont' in [hub]; did you mean 'endpoint'?"},
        {"[hubs.m]\nendpoint = \"https://x.example\"\ntokenfile = \"/t\"",
         "modelwatch.toml:3: unknown key 'tokenfile' in [hubs.m]; did you mean 'token_file'?"},
        {"[defaults]\nstale_afterr = \"1d\"",
         "modelwatch.toml:2: unknown key 'stale_afterr' in [defaults]; did you mean 'stale_after'?"},
        {"[policy]\nrequire_format = [\"gguf\"]",
         "modelwatch.toml:2: unknown key 'require_format' in [policy]; did you mean 'require_formats'?"},
        {"[digest]\ntime_zone = \"UTC\"",
         "modelwatch.toml:2: unknown key 'time_zone' in [digest]; did you mean 'timezone'?"},
        {"[advisories]\npath = [\"/a\"]",
         "modelwatch.toml:2: unknown key 'path' in [advisories]; did you mean 'paths'?"},
        {"[digest]\nwibblewobble = 1",
         "modelwatch.toml:2: unknown key 'wibblewobble' in [digest]; known are schedule, timezone, notifiers"
        },
    })));
}

TEST_CASE("a key that belongs into another section is sent there", "[config]") {
    check_mistake(GENERATE(values<mistake>({
        {"[daemon]\nendpoint = \"https://x.example\"",
         "modelwatch.toml:2: unknown key 'endpoint' in [daemon]; it belongs in [hub] or [hubs.NAME]"},
        {"[defaults]\nrepo = \"a/b\"",
         "modelwatch.toml:2: unknown key 'repo' in [defaults]; it belongs in [[watch]]"},
        {"[defaults]\nbaseline = \"c5ebcd40d208330abc697524c919956e692655cf\"",
         "modelwatch.toml:2: unknown key 'baseline' in [defaults]; it belongs in [[watch]]"},
        {"interval = \"1h\"",
         "modelwatch.toml:1: unknown key 'interval' outside of every section; it belongs in [defaults] or "
         "[[watch]] or [heartbeat]"},
    })));
}

TEST_CASE("an unknown or wrongly written section is reported", "[config]") {
    check_mistake(GENERATE(values<mistake>({
        {"\n[deamon]\nlisten = \"\"", "modelwatch.toml:2: unknown section [deamon]; did you mean [daemon]?"},
        {"[[notifiers]]\nname = \"x\"",
         "modelwatch.toml:1: unknown section [[notifiers]]; did you mean [[notifier]]?"},
        {"[[watches]]\nrepo = \"a/b\"",
         "modelwatch.toml:1: unknown section [[watches]]; did you mean [[watch]]?"},
        {"[wibblewobble]",
         "modelwatch.toml:1: unknown section [wibblewobble]; known are [daemon], [hub], [hubs], [defaults], "
         "[[watch]], "
         "[policy], [rubric], [[notifier]], [digest], [heartbeat], [advisories], [hooks]"},
        {"[watch]\nrepo = \"a/b\"", "modelwatch.toml:1: 'watch' must be written as [[watch]]"},
        {"watch = \"a/b\"", "modelwatch.toml:1: 'watch' must be written as [[watch]]"},
        {"watch = [\"a/b\"]", "modelwatch.toml:1: 'watch' must be written as [[watch]]"},
        {"[[hub]]\nendpoint = \"https://x.example\"", "modelwatch.toml:1: 'hub' must be written as [hub]"},
        {"daemon = true", "modelwatch.toml:1: 'daemon' must be written as [daemon]"},
        {"[hubs]\nendpoint = \"https://x.example\"",
         "modelwatch.toml:2: 'endpoint' in [hubs] must be a table of its own: [hubs.NAME]"},
        {"wibblewobble = 1",
         "modelwatch.toml:1: unknown key 'wibblewobble' outside of every section; known are [daemon], [hub], "
         "[hubs], "
         "[defaults], [[watch]], [policy], [rubric], [[notifier]], [digest], [heartbeat], [advisories], "
         "[hooks]"},
    })));
}

TEST_CASE("a wrong type says what is wanted and what stands there", "[config]") {
    check_mistake(GENERATE(values<mistake>({
        {"[daemon]\nlog_level = 3",
         "modelwatch.toml:2: 'log_level' in [daemon] must be a string, not the integer 3"},
        {"[daemon]\nstate_dir = [\"/x\"]",
         "modelwatch.toml:2: 'state_dir' in [daemon] must be a path, not a list"},
        {"[daemon]\nretention = 400",
         "modelwatch.toml:2: 'retention' in [daemon] must be a duration such as \"15m\", not the integer 400"
        },
        {"[defaults]\njitter = \"0.1\"",
         "modelwatch.toml:2: 'jitter' in [defaults] must be a number from 0 to 0.5, not a string"},
        {"[hub]\nmax_connections = 1.5",
         "modelwatch.toml:2: 'max_connections' in [hub] must be a whole number from 1 to 256, not the number "
         "1.5"},
        {"[policy]\nrequire_gated = \"yes\"",
         "modelwatch.toml:2: 'require_gated' in [policy] must be true or false without quotes, not a string"},
        {"[policy]\nseverity = \"high\"",
         "modelwatch.toml:2: 'severity' in [policy] must be a table of severities, not a string"},
        {"[defaults]\nlabels = [\"prod\"]",
         "modelwatch.toml:2: 'labels' in [defaults] must be a table of strings, such as { env = \"prod\" }, "
         "not a list"},
        {"[defaults]\nlabels = { n = 1 }",
         "modelwatch.toml:2: 'labels' in [defaults] must be a table of strings only, not the integer 1"},
        {"[advisories]\npaths = \"/a\"",
         "modelwatch.toml:2: 'paths' in [advisories] must be a list of strings, not a string; put it into "
         "brackets: "
         "[\"…\"]"},
        {"[advisories]\npaths = [\"/a\", true]",
         "modelwatch.toml:2: 'paths' in [advisories] must be a list of strings only, not true"},
        {"[daemon]\nretention = 2026-11-22",
         "modelwatch.toml:2: 'retention' in [daemon] must be a duration such as \"15m\", not a date or time"},
    })));
}

TEST_CASE("an impossible value says what would do", "[config]") {
    check_mistake(GENERATE(values<mistake>({
        {"[daemon]\nlog_level = \"wran\"",
         "modelwatch.toml:2: 'log_level' in [daemon] must be one of trace, debug, info, warn, error, not "
         "\"wran\"; did "
         "you mean 'warn'?"},
        {"[daemon]\nlog_format = \"xml-long-text\"",
         "modelwatch.toml:2: 'log_format' in [daemon] must be one of auto, text, json, journald, not "
         "\"xml-long-text\""},
        {"[daemon]\nretention = \"400 days\"",
         "modelwatch.toml:2: 'retention' in [daemon] must be a whole number and one unit (s, m, h, d, w), "
         "such as "
         "\"15m\", not \"400 days\""},
        {"[defaults]\ninterval = \"0s\"",
         "modelwatch.toml:2: 'interval' in [defaults] must be from 1s to 365d, not \"0s\""},
        {"[defaults]\njitter = 0.51",
         "modelwatch.toml:2: 'jitter' in [defaults] must be a number from 0 to 0.5, not "
         "the number 0.51"},
        {"[defaults]\njitter = nan",
         "modelwatch.toml:2: 'jitter' in [defaults] must be a number from 0 to 0.5, not the number nan"},
        {"[hub]\ntimeout = \"11m\"",
         "modelwatch.toml:2: 'timeout' in [hub] must be from 1s to 10m, not \"11m\""},
        {"[hub]\nmax_connections = 0",
         "modelwatch.toml:2: 'max_connections' in [hub] must be a whole number from 1 to 256, not the "
         "integer 0"},
        {"[hub]\nrequest_budget = -1",
         "modelwatch.toml:2: 'request_budget' in [hub] must be a whole number from 0 to 1000000, not the "
         "integer -1"},
        {"[hub]\nendpoint = \"http://hub.example\"",
         "modelwatch.toml:2: 'endpoint' in [hub] must be an https:// URL (http:// is for loopback addresses "
         "only), not "
         "\"http://hub.example\""},
        {"[hub]\ntype = \"modelscope\"",
         "modelwatch.toml:2: 'type' in [hub] must be one of huggingface, not \"modelscope\""},
        {"[defaults]\ninspect = \"some\"",
         "modelwatch.toml:2: 'inspect' in [defaults] must be one of none, changed, all, not \"some\"; did "
         "you mean "
         "'none'?"},
        {"[policy]\nmax_rating = \"Lowish-Maybe\"",
         "modelwatch.toml:2: 'max_rating' in [policy] must be one of Low, Low-Medium, Medium, Medium-High, "
         "High, not "
         "\"Lowish-Maybe\""},
        {"[policy]\ndeny_licenses = [\"\"]",
         "modelwatch.toml:2: 'deny_licenses' in [policy] must not be empty"},
        {"[policy.severity]\n\"license-changed\" = \"severe\"",
         "modelwatch.toml:2: 'license-changed' in [policy.severity] must be one of info, low, medium, high, "
         "critical, "
         "not \"severe\""},
        {"[policy.severity]\nlicense-chnaged = \"high\"",
         "modelwatch.toml:2: 'license-chnaged' in [policy.severity] is neither an alert kind nor a check id; "
         "did you mean 'license-changed'?"},
        {"[policy.severity]\nacces-gating = \"high\"",
         "modelwatch.toml:2: 'acces-gating' in [policy.severity] is neither an alert kind nor a check id; "
         "did you mean 'access-gating'?"},
        {"[policy.severity]\nlicence-clas = \"high\"",
         "modelwatch.toml:2: 'licence-clas' in [policy.severity] is neither an alert kind nor a check id; "
         "did you mean 'license-class'?"},
        {"[policy.severity]\nwibble-wobble-nothing-like-it = \"low\"",
         "modelwatch.toml:2: 'wibble-wobble-nothing-like-it' in [policy.severity] is neither an alert kind "
         "nor a "
         "check id; `modelwatch explain` lists them"},
        {"[policy.severity]\n\"License Changed\" = \"high\"",
         "modelwatch.toml:2: 'License Changed' in [policy.severity] is neither an alert kind nor a check id; "
         "did you "
         "mean 'license-changed'?"},
        {"[daemon]\nstate_dir = \"~/state\"",
         "modelwatch.toml:2: 'state_dir' in [daemon] must be spelled out, not \"~/state\": '~' means nothing "
         "to a "
         "service"},
        {"[daemon]\nstate_dir = \"/a\\nb\"",
         "modelwatch.toml:2: 'state_dir' in [daemon] must not hold line breaks or other control characters"},
        {"[digest]\ntimezone = \"Europe/Berln\"",
         "modelwatch.toml:2: 'timezone' in [digest] must be a zone of the time zone database, such as "
         "\"Europe/Berlin\", not \"Europe/Berln\"; did you mean 'Europe/Berlin'?"},
        {"[digest]\nschedule = \"Monday\"",
         "modelwatch.toml:2: 'schedule' in [digest] must be a day and a time, such as \"Mon 09:00\", "
         "\"Mon,Thu 09:00\" "
         "or \"daily 09:00\", not \"Monday\""},
        {"[hubs.\"a b\"]\nendpoint = \"https://x.example\"",
         "modelwatch.toml:1: 'a b' in [hubs] must be a name of at most 64 letters, digits, dots, dashes and "
         "underscores"},
        {"[hubs.hub]\nendpoint = \"https://x.example\"",
         "modelwatch.toml:1: [hubs.hub]: the name 'hub' belongs to [hub]; choose another one"},
        {"[hubs.m]\ntimeout = \"1s\"",
         "modelwatch.toml:1: [hubs.m] needs 'endpoint': the https:// address of this hub"},
    })));
}

TEST_CASE("a watch that cannot be is reported", "[config]") {
    check_mistake(GENERATE(values<mistake>({
        {"[[watch]]\nlabels = {}",
         "modelwatch.toml:1: [[watch]] needs 'repo': the model to watch, such as \"google/gemma-2-2b\" (or "
         "'author', "
         "for an account)"},
        {"[[watch]]\nrepo = \"a/b\"\nauthor = \"a\"",
         "modelwatch.toml:3: 'author' in [[watch]] stands beside 'repo': watch one model or one account; "
         "write two "
         "[[watch]] for both"},
        {"[[watch]]\nrepo = \"a/b\"\ninclude = [\"*\"]",
         "modelwatch.toml:3: 'include' in [[watch]] needs 'author': it chooses among an account's models"},
        {"[[watch]]\nauthor = \"a\"\nbaseline = \"c5ebcd40d208330abc697524c919956e692655cf\"",
         "modelwatch.toml:3: 'baseline' in [[watch]] needs 'repo': an account has many models"},
        {"[[watch]]\nrepo = \"https://huggingface.co/google/gemma-2-2b\"",
         "modelwatch.toml:2: 'repo' in [[watch]] must be a model's name on the hub, such as "
         "\"google/gemma-2-2b\", not "
         "\"https://huggingface.co/google/gemma-2-2b\"; write \"google/gemma-2-2b\"; leave out the address "
         "of the hub (another hub than "
         "the usual "
         "one goes into 'hub')"},
        {"[[watch]]\nrepo = \"a/b@main\"",
         "modelwatch.toml:2: 'repo' in [[watch]] must be a model's name on the hub, such as "
         "\"google/gemma-2-2b\", not "
         "\"a/b@main\"; a branch, tag or commit goes into 'revision' or 'baseline'"},
        {"[[watch]]\nrepo = \"a/b\"\nbaseline = \"c5ebcd40\"",
         "modelwatch.toml:3: 'baseline' in [[watch]] must be a full commit of 40 (or 64) hexadecimal digits, "
         "not "
         "\"c5ebcd40\"; "
         "an abbreviated commit proves nothing"},
        {"[[watch]]\nrepo = \"a/b\"\ndeployed = \"c5ebcd\"",
         "modelwatch.toml:3: 'deployed' in [[watch]] must be a commit of 7 to 64 hexadecimal digits, not "
         "\"c5ebcd\""},
        {"[[watch]]\nrepo = \"a/b\"\nrevision = \"\"",
         "modelwatch.toml:3: 'revision' in [[watch]] must be a branch, a tag or a commit of at most 255 "
         "characters, not "
         "\"\""},
        {"[hubs.mirror]\nendpoint = \"https://x.example\"\n[[watch]]\nrepo = \"a/b\"\nhub = \"miror\"",
         "modelwatch.toml:5: 'hub' in [[watch]] names no hub: \"miror\"; did you mean 'mirror'?"},
        {"[defaults]\nhub = \"elsewhere-entirely\"\n[[watch]]\nrepo = \"a/b\"",
         "modelwatch.toml:2: 'hub' in [defaults] names no hub: \"elsewhere-entirely\"; known are hub"},
        {"[[watch]]\nrepo = \"a/b\"\n[[watch]]\nrepo = \"a/b\"\nrevision = \"main\"",
         "modelwatch.toml:3: [[watch]] of hub/a/b@main stands here again; it is on line 1 already"},
        {"[[watch]]\nauthor = \"a\"\n[[watch]]\nauthor = \"a\"\ninclude = [\"*\"]",
         "modelwatch.toml:3: [[watch]] of hub/a/* stands here again; it is on line 1 already"},
    })));
}

TEST_CASE("the same model at another revision or on another hub is another watch", "[config]") {
    auto const value =
        good("[hubs.m]\nendpoint = \"https://m.example\"\n[[watch]]\nrepo = \"a/b\"\n"
             "[[watch]]\nrepo = \"a/b\"\nrevision = \"v1\"\n[[watch]]\nrepo = \"a/b\"\nhub = \"m\"\n");
    CHECK(value.watches.size() == 3);
}

TEST_CASE("a secret in the file is refused with the three right ways", "[config]") {
    check_mistake(GENERATE(values<mistake>({
        {"[hub]\ntoken = \"hf_x\"",
         "modelwatch.toml:2: 'token' in [hub] would put a secret into this file; write it to a file of its "
         "own and "
         "give token_file = \"/path\" (or token_credential, or token_env)"},
        {"[daemon]\napi_token = \"x\"",
         "modelwatch.toml:2: 'api_token' in [daemon] would put a secret into this file; write it to a file "
         "of its own "
         "and give api_token_file = \"/path\" (or api_token_credential, or api_token_env)"},
        {"[hooks]\nsecret = \"x\"",
         "modelwatch.toml:2: 'secret' in [hooks] would put a secret into this file; write it to a file of "
         "its own and "
         "give secret_file = \"/path\" (or secret_credential, or secret_env)"},
        {"[[notifier]]\nname = \"m\"\ntype = \"email\"\nfrom = \"a@b\"\nto = [\"c@d\"]\nsmtp = "
         "\"smtp://h\"\npassword = "
         "\"x\"",
         "modelwatch.toml:7: 'password' in [[notifier]] would put a secret into this file; write it to a "
         "file of its "
         "own and give password_file = \"/path\" (or password_credential, or password_env)"},
        {"[[notifier]]\nname = \"s\"\ntype = \"slack\"\nurl = \"https://hooks.slack.com/services/x\"",
         "modelwatch.toml:4: 'url' in [[notifier]] is a secret for type slack: whoever knows it can post; "
         "write it to "
         "a file of its own and give url_file = \"/path\" (or url_credential, or url_env)"},
        {"[[notifier]]\nname = \"s\"\ntype = \"slack\"\nurl = \"http://127.0.0.1:9/x\"",
         "modelwatch.toml:4: 'url' in [[notifier]] is a secret for type slack: whoever knows it can post; "
         "write it to "
         "a file of its own and give url_file = \"/path\" (or url_credential, or url_env)"},
        {"[hub]\nendpoint = \"https://user:pw@hub.example\"",
         "modelwatch.toml:2: 'endpoint' in [hub] must not hold a user or password: secrets do not stand in "
         "this file"},
    })));
}

TEST_CASE("two sources of one secret are refused", "[config]") {
    check_mistake(GENERATE(values<mistake>({
        {"[hub]\ntoken_env = \"T\"\ntoken_file = \"/t\"",
         "modelwatch.toml:3: 'token_file' in [hub] stands beside 'token_env': give one of them"},
        {"[daemon]\napi_token_credential = \"a\"\napi_token_file = \"/t\"",
         "modelwatch.toml:3: 'api_token_file' in [daemon] stands beside 'api_token_credential': give one of "
         "them"},
        {"[heartbeat]\nurl = \"https://h.example\"\nurl_file = \"/t\"",
         "modelwatch.toml:2: 'url' in [heartbeat] stands beside 'url_file': give one of them"},
        {"[[notifier]]\nname = \"w\"\ntype = \"webhook\"\nurl = \"https://h.example\"\nurl_env = \"U\"",
         "modelwatch.toml:4: 'url' in [[notifier]] stands beside 'url_env': give one of them"},
        {"[hub]\ntoken_credential = \"../../etc/shadow\"",
         "modelwatch.toml:2: 'token_credential' in [hub] must be a name under $CREDENTIALS_DIRECTORY, "
         "without '/'"},
        {"[hub]\ntoken_env = \"$HF_TOKEN\"",
         "modelwatch.toml:2: 'token_env' in [hub] must be the name of an environment variable, without '$' "
         "and '='"},
        {"[hub]\ntoken_file = \"\"", "modelwatch.toml:2: 'token_file' in [hub] must not be empty"},
        {"[hooks]",
         "modelwatch.toml:1: [hooks] needs 'secret_file': the file with the secret that the hub sends"},
        {"[heartbeat]\ninterval = \"1m\"",
         "modelwatch.toml:1: [heartbeat] needs 'url_file': the file with the address to call (or 'url')"},
    })));
}

TEST_CASE("listening beyond this host needs an API token", "[config]") {
    check_mistake(
        {"[daemon]\n\nlisten = \"0.0.0.0:8417\"",
         "modelwatch.toml:3: 'listen' in [daemon] opens \"0.0.0.0:8417\" to other hosts: give api_token_file "
         "too, or listen on 127.0.0.1"}
    );
    check_mistake(
        {"[daemon]\nlisten = \":8417\"",
         "modelwatch.toml:2: 'listen' in [daemon] must be \"address:port\", not \":8417\"; write "
         "\"0.0.0.0:8417\" for every address of this host"}
    );
    CHECK(parsed("[daemon]\nlisten = \"0.0.0.0:8417\"\napi_token_file = \"/t\"").ok());
    CHECK(parsed("[daemon]\nlisten = \"[::1]:8417\"").ok());
    CHECK(parsed("[daemon]\nlisten = \"unix:/run/modelwatch/http.sock\"").ok());
    CHECK(parsed("[daemon]\nlisten = \"\"").value.service.listen.empty());
}

TEST_CASE("all problems of a file are reported, in the order of the file", "[config]") {
    auto const out = parsed(R"([daemon]
log_level = "loud"
zzz_unheard_of = 1
[[watch]]
repo = "a/../b"
interval = 5
[digest]
notifiers = ["nobody"]
[[notifier]]
type = "slack"
)");
    REQUIRE(out.problems.size() == 7);
    std::vector<std::string> places;
    std::vector<std::string> keys;
    for (auto const& entry : out.problems) {
        places.push_back(entry.where);
        keys.push_back(entry.key);
    }
    CHECK(
        places ==
        std::vector<std::string>{
            "modelwatch.toml:2",
            "modelwatch.toml:3",
            "modelwatch.toml:5",
            "modelwatch.toml:6",
            "modelwatch.toml:8",
            "modelwatch.toml:9",
            "modelwatch.toml:9"
        }
    );
    CHECK(
        keys ==
        std::vector<std::string>{
            "daemon.log_level",
            "daemon.zzz_unheard_of",
            "watch.repo",
            "watch.interval",
            "digest.notifiers",
            "notifier.name",
            "notifier.url_file"
        }
    );
}

TEST_CASE("text that is not TOML is reported with line and column", "[config]") {
    auto const first = parsed("[daemon]\nlisten = 127.0.0.1:8417\n");
    REQUIRE(first.problems.size() == 1);
    CHECK(first.problems[0].where.find("modelwatch.toml:2:") == 0);
    CHECK(first.problems[0].what.find("not TOML: ") == 0);
    auto const twice = parsed("[hub]\ntimeout = \"1s\"\n[hub]\n");
    REQUIRE(twice.problems.size() == 1);
    CHECK(twice.problems[0].where.find("modelwatch.toml:3:") == 0);
}

TEST_CASE("a hostile key reaches no terminal raw", "[config]") {
    auto const out = parsed("\"\\u001B[2J\\u202Ex\" = 1\n[daemon]\n\"a\\nb\" = 1\n");
    REQUIRE(out.problems.size() == 2);
    for (auto const& entry : out.problems) {
        CHECK(entry.text().find('\x1b') == std::string::npos);
        CHECK(entry.text().find('\n') == std::string::npos);
        CHECK(entry.text().find("\xE2\x80\xAE") == std::string::npos);
    }
}

TEST_CASE("a word out of a closed set is checked, and the nearest one is named", "[config]") {
    check_mistake(GENERATE(values<mistake>({
        {"[policy]\nrequire_formats = [\"safetensor\"]",
         "modelwatch.toml:2: 'require_formats' in [policy] must be a format of weights, such as "
         "\"safetensors\" "
         "or \"gguf\", not \"safetensor\"; did you mean 'safetensors'?"},
        {"[policy]\nrequire_formats = [\"gguf\", \".GGUF\"]",
         "modelwatch.toml:2: 'require_formats' in [policy] must be a format of weights, such as "
         "\"safetensors\" "
         "or \"gguf\", not \".GGUF\"; did you mean 'gguf'?"},
        {"[policy]\nrequire_formats = [\"PyTorch\"]",
         "modelwatch.toml:2: 'require_formats' in [policy] must be a format of weights, such as "
         "\"safetensors\" "
         "or \"gguf\", not \"PyTorch\"; its files end in 'bin'"},
        {"[policy]\nhome_jurisdictions = [\"ZZ\"]",
         "modelwatch.toml:2: 'home_jurisdictions' in [policy] must be a code of ISO 3166-1, not \"ZZ\""},
        {"[policy]\nelevated_jurisdictions = [\"DE\", \"eu\"]",
         "modelwatch.toml:2: 'elevated_jurisdictions' in [policy] must be a code of ISO 3166-1, not \"eu\""},
        {"[policy]\ntrusted_jurisdictions = [\"UK\"]",
         "modelwatch.toml:2: 'trusted_jurisdictions' in [policy] must be a code of ISO 3166-1, not \"UK\"; "
         "did "
         "you mean 'GB'?"},
        {"[policy]\nenforce = [\"policy-tprn\"]",
         "modelwatch.toml:2: 'enforce' in [policy] must be one of policy-authenticated-source, "
         "policy-awareness, "
         "policy-formal-review, policy-license-commercial, policy-pinned, policy-safetensors, policy-tprm, "
         "policy-unpatched, not \"policy-tprn\"; did you mean 'policy-tprm'?"},
    })));
}

TEST_CASE("a word that resembles nothing is answered with the known ones", "[config]") {
    auto const out = parsed("[policy]\nrequire_formats = [\"banana\"]");
    CHECK(texts(out.problems).find("not \"banana\"; known are safetensors, gguf, ") != std::string::npos);
}
