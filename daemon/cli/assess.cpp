#include "daemon/assembly.hpp"
#include "daemon/cli/assess_round.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/repo_id.hpp"
#include "daemon/model/text.hpp"
#include "daemon/policy_facts.hpp"
#include "daemon/report/report.hpp"
#include "daemon/rule_warnings.hpp"
#include "daemon/version.hpp"
#include "daemon/watch_choice.hpp"

#include <algorithm>
#include <fstream>

namespace modelwatch::cli {

namespace {

/// "ns/name", "ns/name@revision".
result<assess_target> target_of(std::string const& argument) {
    auto const at = argument.find('@');
    assess_target out;
    out.repo = argument.substr(0, at);
    if (at != std::string::npos) out.revision = argument.substr(at + 1);
    if (is_model_name(out.repo) && !out.revision.empty()) return out;
    return no_model_name(argument);
}

result<std::vector<assess_target>> targets_of(std::vector<std::string> const& arguments) {
    std::vector<assess_target> out;
    for (auto const& argument : arguments) {
        auto target = target_of(argument);
        if (!target) return std::move(target).error();
        auto const same = [&](assess_target const& known) {
            return known.repo == target->repo && known.revision == target->revision;
        };
        if (std::none_of(out.begin(), out.end(), same)) out.push_back(std::move(*target));
    }
    return out;
}

/// Everything that a report borrows from, one element per model that could be read.
struct assessed_model {
    gathered found;
    assess::assessment rating;
    std::vector<assess::policy_verdict> policy;
};

/// What the configuration knows of the model, when it is watched under this name.
watch const* watched(session const& s, assess_target const& target) {
    auto const& all = s.settings.watches;
    auto const same = [&](watch const& one) {
        return lower(one.repo) == lower(target.repo) && one.hub == s.what.hub;
    };
    auto const found = std::find_if(all.begin(), all.end(), same);
    return found == all.end() ? nullptr : &*found;
}

/// What the organisation does with the model, as far as the configuration tells. Its revision and deployment
/// are rules of a watch; of any other model only the formats of its weights are looked at.
assess::watch_facts use_of(watch const* known, gathered const& found) {
    snapshot files;
    files.files = found.files;
    bool const read = !files.files.empty();
    if (known != nullptr) return watch_facts_of(*known, read ? &files : nullptr, nullptr);
    assess::watch_facts out;
    if (read) out.formats = weight_formats(files, {});
    return out;
}

/// Rates one model and judges it by the organisation's rules. Reviews and baselines are the daemon's: an
/// assessment keeps no state and asks for none.
assessed_model rate(session const& s, judge_rules const& rules, assess_target const& target, gathered found) {
    auto const* const known = watched(s, target);
    if (known != nullptr) found.facts.allow_patterns = known->allow_patterns;
    assess::assess_context const with{rules.numbers, rules.publishers, rules.licenses, now_utc()};
    auto rating = assess::assess(found.facts, with);
    auto const use = use_of(known, found);
    assess::policy_inputs inputs{rating, found.facts, with, rules.policy};
    bool const about_use = known != nullptr || !rules.policy.require_formats.empty();
    if (about_use) inputs.watched = &use;
    auto policy = assess::judge_policy(inputs);
    return {std::move(found), std::move(rating), std::move(policy)};
}

bool prints_nothing_at_all(report::format how) noexcept {
    return how == report::format::table || how == report::format::markdown || how == report::format::html;
}

result<void> put_out(session const& s, std::string_view text) {
    if (s.what.output.empty()) {
        s.out.line(text.ends_with('\n') ? text.substr(0, text.size() - 1) : text);
        return {};
    }
    std::ofstream file{s.what.output, std::ios::binary | std::ios::trunc};
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    if (file) return {};
    return failure(errc::storage, "cannot write " + s.what.output, "check the folder and its permissions");
}

result<void> print(
    session const& s,
    report::format how,
    hub::hub_client const& hub,
    std::vector<assessed_model> const& models
) {
    if (models.empty() && prints_nothing_at_all(how)) return {};
    std::vector<report::subject> subjects;
    for (auto const& one : models) {
        auto const& facts = one.found.facts;
        subjects.push_back({one.rating, facts, one.policy, hub.web_url(facts.repo), one.found.files});
    }
    report::style with;
    with.version = MODELWATCH_VERSION;
    if (s.what.output.empty()) {
        with.width = s.out.width();
        with.colour = s.out.colour();
    }
    return put_out(s, report::render(how, subjects, with));
}

/// 3 goes before 1: what could not be read may be worse than everything that could.
int exit_code_for(
    std::vector<result<gathered>> const& outcomes,
    std::vector<assessed_model> const& models,
    std::optional<assess::risk_level> most_allowed,
    std::optional<assess::risk_level> fail_on
) {
    int code = exit_code::done;
    auto const too_risky = [&](assessed_model const& one) {
        auto const rating = one.rating.rating();
        return (most_allowed && rating > *most_allowed) || (fail_on && rating >= *fail_on);
    };
    if (std::any_of(models.begin(), models.end(), too_risky)) code = exit_code::something_to_report;
    for (auto const& one : outcomes) {
        if (one) continue;
        auto const said = report(one.error());
        code = code == exit_code::not_done ? code : said;
    }
    return code;
}

/// The report looks at the newest commit alone: what is open against it stands in the database.
void point_to_gate(session const& s, assess_target const& target) {
    if (watched(s, target) == nullptr) return;
    auto const repo = printable(target.repo);
    complain(
        "note: " + repo + " is watched: `modelwatch gate " + repo +
        "@COMMIT` also knows its alerts and reviews"
    );
}

void tell_gaps(gathered const& found) {
    for (auto const& gap : found.gaps)
        complain(printable(found.facts.repo) + ": not known: " + printable(gap));
}

} // namespace

int run_assess(session& s) {
    auto const how = s.what.json ? report::format::json : report::parse_format(s.what.format);
    auto targets = targets_of(s.what.args);
    if (!targets) return report(targets.error());
    auto const rules = make_rules(s.settings);
    if (!rules) return report(rules.error());
    for (auto const& warning : warnings_about(s.settings, *rules))
        complain("warning: " + printable(warning));
    if (!s.settings.hubs.contains(s.what.hub)) {
        return report(failure(errc::invalid, "no hub is named " + printable(s.what.hub)));
    }
    asio::io_context loop{1};
    machinery parts{loop.get_executor(), most_connections(s.settings)};
    auto const hubs = make_hubs(s.settings, parts, s.env);
    if (!hubs) return report(hubs.error());
    auto const& hub = *hubs->at(s.what.hub);
    auto outcomes = gather_all(loop, parts, *hubs->at(s.what.hub), *rules, *rules->advisories, *targets);
    std::vector<assessed_model> models;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (!outcomes[i]) continue;
        tell_gaps(*outcomes[i]);
        point_to_gate(s, (*targets)[i]);
        models.push_back(rate(s, *rules, (*targets)[i], std::move(*outcomes[i])));
    }
    auto const printed = print(s, how.value_or(report::format::table), hub, models);
    if (!printed) return report(printed.error());
    auto const fail_on = assess::parse_risk_level(s.what.fail_on_rating);
    return exit_code_for(outcomes, models, rules->policy.max_rating, fail_on);
}

} // namespace modelwatch::cli
