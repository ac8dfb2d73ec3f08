#include "tests/report/samples.hpp"

#include "tests/assess/golden_models.hpp"

namespace report_test {

namespace {

assess::policy_verdict rule(std::string id, assess::verdict value, std::string why) {
    assess::policy_verdict out;
    out.id = std::move(id);
    out.value = value;
    out.why = std::move(why);
    return out;
}

std::string url_of(assess::evidence const& facts) {
    return "https://huggingface.co/" + facts.repo;
}

} // namespace

report::subject sample::view() const {
    return {rating, facts, policy, url_of(facts), files};
}

sample make_sample(assess::evidence facts, assess::rubric const& numbers) {
    auto const result = assess::assess(
        facts,
        {numbers,
         assess::publisher_registry::builtin(),
         assess::license_table::builtin(),
         assess_test::reference_day}
    );
    return {std::move(facts), {}, {}, result};
}

sample falcon() {
    assess::rubric abroad;
    abroad.home_jurisdictions = {"DE"};
    auto out = make_sample(assess_test::falcon_7b(), abroad);
    out.policy.push_back(
        rule("policy-formal-review", assess::verdict::fail, "no review of this commit is on record")
    );
    out.policy.back().asked = true;
    out.policy.push_back(
        rule("policy-safetensors", assess::verdict::fail, "custom code that has not been reviewed")
    );
    out.policy.push_back(rule("policy-authenticated-source", assess::verdict::warn, "not gated"));
    out.policy.push_back(
        rule("policy-tprm", assess::verdict::fail, "government-affiliated, no valid TPRM record")
    );
    out.policy.back().accepted_until = assess_test::day("2026-07-01");
    out.policy.back().accepted_by = "J. Doe";
    out.files = {
        {"model-00001-of-00002.safetensors", 9'951'028'193, std::string(40, 'a'), std::string(64, 'b')},
        {"pytorch_model-00001-of-00002.bin", 9'951'028'193, std::string(40, 'd'), std::string(64, 'e')},
        {"config.json", 1050, std::string(40, 'f'), ""}
    };
    return out;
}

sample gemma() {
    return make_sample(assess_test::gemma_2_2b());
}

sample thebloke() {
    return make_sample(assess_test::thebloke_mistral_gguf());
}

sample unreachable() {
    return make_sample(assess_test::unreachable_hub());
}

sample hostile() {
    auto facts = assess_test::falcon_7b();
    std::string const nasty = std::string{script} +
                              "\"'><img src=x onerror=alert(2)>|`**bold**`\n# heading\n"
                              "[click](javascript:alert(3)) https://evil.example @everyone "
                              "\x1b[31mred\x1b[0m \xe2\x80\xae"
                              "gnp.exe \xff\xfe ]]> --> {{x}}";
    facts.repo = "evil/" + nasty;
    facts.author = "evil";
    facts.revision = nasty;
    facts.commit = std::string(40, 'c');
    facts.license.ids = {nasty, "other"};
    facts.license.name = nasty;
    facts.license.link = "javascript:alert(4)";
    facts.license_tags = {nasty};
    facts.pipeline_tag = nasty;
    facts.library_name = nasty;
    facts.model_change_title = nasty;
    facts.successor.pick = nasty;
    facts.successor.chain = {nasty};
    facts.successor.reason = nasty;
    facts.successor.quote = nasty;
    facts.base_relation = nasty;
    facts.format.risky = {nasty};
    facts.format.pickle = 1;
    facts.format.python_example = nasty;
    facts.auto_map = {nasty};
    facts.allow_patterns = {nasty};
    facts.advisories_configured = true;
    facts.advisories.push_back({nasty, severity::high, nasty, "javascript:alert(5)", {}});
    assess::base_evidence base;
    base.repo = nasty;
    base.resolved = true;
    base.commit = std::string(40, 'd');
    base.license.ids = {nasty};
    base.successor.pick = nasty;
    facts.bases = {base, base};
    auto out = make_sample(std::move(facts));
    out.policy.push_back(rule(nasty, assess::verdict::fail, nasty));
    out.files = {{nasty, 12, std::string(40, 'a'), std::string(64, 'B')}, {"x.bin", 1, "", "not a hash"}};
    return out;
}

std::vector<report::subject> views(std::deque<sample> const& samples) {
    std::vector<report::subject> out;
    for (auto const& one : samples)
        out.push_back(one.view());
    return out;
}

} // namespace report_test
