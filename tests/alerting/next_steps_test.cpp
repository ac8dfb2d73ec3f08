#include "daemon/alerting/next_steps.hpp"
#include "daemon/alerting/precedence.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::alerting;
using Catch::Matchers::StartsWith;

namespace {

alert about(alert_kind kind) {
    alert out;
    out.id = "0192f0c1-aaaa";
    out.repo = "acme/model";
    out.revision = "main";
    out.what.kind = kind;
    out.what.baseline_commit = std::string(40, 'a');
    out.what.commit = std::string(40, 'b');
    return out;
}

} // namespace

TEST_CASE("every kind has three steps: its advice, where to look, how it ends", "[steps]") {
    for (auto const& kind : alert_kinds()) {
        CAPTURE(kind.name);
        auto const steps = next_steps(about(kind.kind));
        REQUIRE(steps.size() == 3);
        CHECK(steps[0].text == kind.action);
        CHECK_THAT(steps[1].command, StartsWith("modelwatch "));
        CHECK_THAT(steps[2].command, StartsWith("modelwatch "));
        bool const accepts = steps[2].command.starts_with("modelwatch accept");
        CHECK(accepts == steps[2].only_after_review);
        CHECK(accepts == steps[2].text.starts_with("Only after review"));
        CHECK_FALSE(steps[0].only_after_review);
        CHECK_FALSE(steps[1].only_after_review);
    }
}

TEST_CASE("accepting names the commit that was reviewed, and the revision that is watched", "[steps]") {
    auto one = about(alert_kind::weights_replaced);
    CHECK(
        next_steps(one)[2].command ==
        "modelwatch accept acme/model --commit " + std::string(40, 'b') + " --by NAME --reason TEXT"
    );
    one.revision = "v1";
    CHECK(next_steps(one)[1].command == "modelwatch diff acme/model@v1");
}

TEST_CASE("what accepting does not settle is never ended by accepting", "[steps]") {
    for (auto const kind :
         {alert_kind::outdated,
          alert_kind::stale,
          alert_kind::deployed_drift,
          alert_kind::repo_missing,
          alert_kind::hub_scan_flagged,
          alert_kind::poll_failing,
          alert_kind::policy_violation}) {
        CAPTURE(to_string(kind));
        CHECK_THAT(next_steps(about(kind))[2].command, StartsWith("modelwatch alerts ack 0192f0c1-aaaa"));
    }
    auto standing = about(alert_kind::unsafe_format_added);
    standing.what.evidence["standing"] = true;
    CHECK_THAT(next_steps(standing)[2].command, StartsWith("modelwatch alerts ack"));
}

TEST_CASE("where the advice is against a commit, no step moves to it", "[steps]") {
    std::vector changes{about(alert_kind::weights_replaced).what, about(alert_kind::commits_added).what};
    changes[0].level = severity::high;
    withhold_advice(changes, {});
    auto news = about(alert_kind::commits_added);
    news.what = changes[1];
    CHECK_THAT(next_steps(news)[0].text, StartsWith("Do not accept"));
    CHECK_THAT(next_steps(news)[2].command, StartsWith("modelwatch alerts ack"));
}
