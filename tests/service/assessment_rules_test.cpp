#include "daemon/assembly.hpp"
#include "daemon/assessment_rules.hpp"
#include "daemon/config/checks.hpp"
#include "daemon/diff/file_class.hpp"
#include "daemon/policy_facts.hpp"
#include "daemon/rule_warnings.hpp"
#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

#include <set>

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

config::settings settings_of(std::string const& toml) {
    auto out = config::parse(toml, "modelwatch.toml", [](std::string const&) { return std::nullopt; });
    REQUIRE(out.ok());
    return std::move(out.value);
}

std::string rubric_error(std::string const& toml) {
    auto const made = make_rubric(settings_of(toml));
    REQUIRE_FALSE(made);
    CHECK(made.error().code == errc::invalid);
    return made.error().what;
}

} // namespace

TEST_CASE("the configuration's default numbers are those of the rubric", "[rules]") {
    auto const made = make_rubric(settings_of(""));
    REQUIRE(made);
    CHECK(made->label() == "1.0");
    CHECK(made->differences().empty());
}

TEST_CASE("configured numbers reach the rubric and show in its label", "[rules]") {
    auto const made = make_rubric(settings_of(R"(
[policy]
home_jurisdictions = ["de"]
intended_use = "research"
[rubric]
weights = { access = 0.05, format = 0.35 }
bounds = [10, 20, 30, 40]
age_limits = ["10d", "20d", "30d"]
popular_downloads = 7
floors_off = ["F7"]
points = { "access-gating.auto" = 20, "licence-class.nc" = 50 }
)"));
    REQUIRE(made);
    CHECK(made->weights[2] == 0.35);
    CHECK(made->bounds[3] == 40);
    CHECK(made->age_limits[1] == std::chrono::days{20});
    CHECK(made->popular_downloads == 7);
    CHECK(made->floors_off == std::set<std::string>{"F7"});
    CHECK(made->home_jurisdictions == std::vector<std::string>{"DE"});
    CHECK_FALSE(made->commercial_use);
    // The prose spelling means the same check.
    CHECK(made->points == std::map<std::string, int>{{"access-gating.auto", 20}, {"license-class.nc", 50}});
    CHECK(made->label() != "1.0");
}

TEST_CASE("names that no check has are refused with their place and the nearest one", "[rules]") {
    CHECK(
        rubric_error("[rubric.points]\n\"acess-gating.auto\" = 20\n") ==
        "modelwatch.toml:2: 'acess-gating.auto' in [rubric.points] names no check; did you mean "
        "'access-gating'?"
    );
    CHECK(
        rubric_error("[rubric.points]\n\"access-gating.autom\" = 20\n") ==
        "modelwatch.toml:2: 'access-gating.autom' in [rubric.points] names no outcome of access-gating; did "
        "you "
        "mean 'auto'?"
    );
    CHECK(
        rubric_error("[rubric.points]\n\"access-gating.zzzzzzzzzz\" = 20\n").find("known are manual") !=
        std::string::npos
    );
}

TEST_CASE("every rule of [policy] reaches the judgement", "[rules]") {
    auto const made = make_policy(settings_of(R"([policy]
require_formats = ["GGUF"]
deny_licenses = ["x"]
require_gated = true
require_review = true
review_valid_for = "10d"
max_rating = "low-medium"
enforce = ["policy-tprm", "policy-licence-commercial"]
unpatched_grace = "5d"
training_valid_for = "6d"
training = { search = "2026-01-31" }
)"));
    REQUIRE(made);
    CHECK(made->require_formats == std::vector<std::string>{"gguf"});
    CHECK(made->deny_licenses == std::vector<std::string>{"x"});
    CHECK(made->require_gated);
    CHECK(made->require_review);
    CHECK(made->review_valid_for == 240h);
    CHECK(made->max_rating == assess::risk_level::low_medium);
    CHECK(made->enforce == std::set<std::string>{"policy-tprm", "policy-license-commercial"});
    CHECK(made->unpatched_grace == 120h);
    CHECK(made->training_valid_for == 144h);
    CHECK(made->training.at("search") == from_rfc3339("2026-01-31T00:00:00Z"));
    auto const none = make_policy(settings_of(""));
    REQUIRE(none);
    CHECK_FALSE(none->max_rating);
    CHECK(none->unpatched_grace == 24h * 90);
}

TEST_CASE("enforcing what is no built-in policy is refused", "[rules]") {
    for (std::string const name : {"policy-tprn", "policy-max-rating", ""}) {
        config::settings settings;
        settings.policy.enforce = {name};
        auto const made = make_policy(settings);
        CAPTURE(name);
        REQUIRE_FALSE(made);
        CHECK(made.error().code == errc::invalid);
    }
}

TEST_CASE("every format that can be required is one that the comparison takes for weights", "[rules]") {
    for (auto const& name : config::weight_format_names()) {
        CAPTURE(name);
        // Checkpoints of TensorFlow are told by more than their ending.
        bool const more = name == "index" || name == "meta" || name == "unknown";
        CHECK((diff::tier_of(diff::file_name{"model." + name}) != diff::format_tier::none) != more);
    }
}

TEST_CASE("the policies that can be enforced are those that are built in", "[rules]") {
    std::set<std::string> built_in;
    for (auto const& one : assess::policies()) {
        if (one.built_in) built_in.emplace(one.id);
    }
    auto const names = config::built_in_policy_names();
    CHECK(std::set<std::string>{names.begin(), names.end()} == built_in);
}

TEST_CASE("a glob that matches no known license names the nearest one", "[rules]") {
    struct row {
        std::string glob;
        std::string near; ///< empty: it matches
    };

    auto const one = GENERATE(values<row>({
        {"apache-2.0", {}},
        {"apache*", {}},
        {"CC-BY-NC-*", {}},
        {"*", {}},
        {"other", {}},
        {"apache", "apache-2.0"},
        {"Apache 2.0", "apache-2.0"},
        {"apache2", "apache-2.0"},
        {"apach-2.0", "apache-2.0"},
        {"mit license", "mit"},
        {"gpl", "gpl"},
        {"cc-by-nc", "cc-by-nc-2.0"},
        {"cc-by-nc-4", "cc-by-nc-4.0"},
        {"agpl", "agpl-3.0"},
        {"llama-3.*", "llama3"},
    }));
    CAPTURE(one.glob);
    auto settings = settings_of("[policy]\ndeny_licenses = [\"" + one.glob + "\"]\n");
    settings.file = "modelwatch.toml";
    auto const said =
        license_warnings(settings, assess::license_table::builtin(), assess::publisher_registry::builtin());
    if (one.near.empty() || one.near == one.glob) {
        CHECK(said.empty());
    } else {
        REQUIRE(said.size() == 1);
        CHECK(
            said.front() == "modelwatch.toml: policy.deny_licenses: \"" + one.glob +
                                "\" matches no known license; the nearest known one is '" + one.near + "'"
        );
    }
}

TEST_CASE("what the operator's own license table names can be denied without a warning", "[rules]") {
    auto const own = assess::license_table::with_overrides(
        "[license.\"acme-internal\"]\nclass = \"permissive\"\n", "licenses.toml"
    );
    REQUIRE(own);
    auto const settings = settings_of("[policy]\ndeny_licenses = [\"acme-*\"]\n");
    CHECK(license_warnings(settings, *own, assess::publisher_registry::builtin()).empty());
}

TEST_CASE("a ruling with a license that the table does not know is a warning", "[rules]") {
    auto settings = settings_of("");
    settings.policy.publishers_file = "publishers.toml";
    auto const own = assess::publisher_registry::with_overrides(
        "[model.\"a/b\"]\nlicense = \"apache\"\n[model.\"a/c\"]\nlicense = \"mit\"\n", "publishers.toml"
    );
    REQUIRE(own);
    CHECK(
        license_warnings(settings, assess::license_table::builtin(), *own) ==
        std::vector<std::string>{
            "publishers.toml: model.\"a/b\".license: \"apache\" is no known license; the "
            "nearest known one is 'apache-2.0'"
        }
    );
}

TEST_CASE("what was judged under other numbers or policies is judged again", "[rules]") {
    auto const basis = [](std::string const& toml) {
        auto const made = make_rules(settings_of(toml));
        REQUIRE(made);
        return made->basis;
    };
    CHECK(basis("") == basis("[defaults]\ninterval = \"2h\"\n"));
    CHECK(basis("") != basis("[rubric]\nfloors_off = [\"F7\"]\n"));
    CHECK(basis("") != basis("[policy]\nrequire_gated = true\n"));
}

TEST_CASE("formats of weights are those that deployments load", "[rules]") {
    using namespace modelwatch::fixtures;
    auto state = gemma();
    put(state, weights("pytorch_model.bin", "x"));
    put(state, weights("model.Q4.GGUF", "y"));
    CHECK(weight_formats(state, {}) == std::vector<std::string>{"bin", "gguf", "safetensors"});
    CHECK(weight_formats(state, {"*.safetensors", "*.json"}) == std::vector<std::string>{"safetensors"});
    CHECK(weight_formats(state, {"*.json"}).empty());
    watch target;
    target.allow_patterns = {"*.bin"};
    CHECK(watch_facts_of(target, &state, nullptr).formats == std::vector<std::string>{"bin"});
    CHECK_FALSE(watch_facts_of(target, nullptr, nullptr).formats);
}

TEST_CASE("the configuration knows every check and policy by name, and no others", "[service]") {
    std::set<std::string> names;
    for (auto const& one : assess::checks())
        names.emplace(one.name);
    for (auto const& one : assess::policies())
        names.emplace(one.id);
    auto const known = config::check_names();
    CHECK(std::set<std::string>(known.begin(), known.end()) == names);
    CHECK(known.size() == names.size());
}
