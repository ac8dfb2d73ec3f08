// Alerts about the organisation's rules, advisories, the rating and the publisher.

#include "daemon/assess/advisories.hpp"
#include "daemon/assess/verdict_parts.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace modelwatch::assess {

namespace {

constexpr std::string_view registry_key = "registry";
constexpr std::chrono::days review_due{30};

std::string quoted(std::string_view text, std::size_t most = 300) {
    return shortened(printable(text), most);
}

/// Commits of the organisation that an advisory can concern.
std::vector<std::string> commits_of_interest(verdict_inputs const& in) {
    std::vector<std::string> out;
    if (!in.baseline_commit.empty()) out.push_back(in.baseline_commit);
    if (!in.target.deployed.empty()) out.push_back(in.target.deployed);
    if (out.empty() || follows_a_branch(in.target)) out.push_back(in.facts.commit);
    return out;
}

/// Every id of the flaw; the one under which it is open already stands first, so that a further name of it
/// opens no second alert.
std::vector<std::string> ids_of(verdict_scene const& scene, advisory_evidence const& one) {
    std::vector<std::string> out{one.id};
    out.insert(out.end(), one.aliases.begin(), one.aliases.end());
    auto const open = std::find_if(out.begin(), out.end(), [&](std::string const& id) {
        return scene.standing(alert_kind::advisory, id) != nullptr;
    });
    if (open != out.end()) std::rotate(out.begin(), open, open + 1);
    return out;
}

change advisory_change(
    verdict_scene const& scene,
    advisory_evidence const& one,
    std::vector<std::string> const& ids,
    std::vector<std::string> const& hit
) {
    auto const& in = scene.in;
    auto what = scene.about(alert_kind::advisory, ids.front());
    what.subject = quoted(ids.front(), 100);
    auto const words = quoted(one.summary.empty() ? "no summary" : one.summary);
    what.summary = fmt::format("{}: {}", quoted(fmt::format("{}", fmt::join(ids, ", ")), 200), words);
    what.detail = fmt::format("It names {} of this model.", fmt::join(hit, ", "));
    if (ids.size() > 1)
        what.detail +=
            fmt::format(" One flaw under the ids {}.", quoted(fmt::format("{}", fmt::join(ids, ", ")), 2000));
    what.evidence = {{"id", ids.front()}, {"severity", to_string(one.level)}};
    what.evidence["aliases"] = json::array(ids.begin() + 1, ids.end());
    what.evidence["url"] = one.url.empty() ? json::value(nullptr) : json::value(one.url);
    json::array affected;
    for (auto const& commit : hit)
        affected.emplace_back(commit);
    what.evidence["affected"] = std::move(affected);
    what.evidence["every_commit"] = one.commits.empty();
    if (!in.target.deployed.empty()) what.evidence["deployed_affected"] = affects(one, in.target.deployed);
    return what;
}

/// The rule about reviews that the configuration asks for; nullptr: it asks for none.
policy_verdict const* asked_review(std::vector<policy_verdict> const& verdicts) {
    auto const found = std::find_if(verdicts.begin(), verdicts.end(), [](policy_verdict const& one) {
        return one.asked && (one.id == "policy-require-review" || one.id == "policy-formal-review");
    });
    return found == verdicts.end() ? nullptr : &*found;
}

bool is_about_review(std::string_view id) {
    return id == "policy-require-review" || id == "policy-formal-review";
}

/// The exception that was in force last and no longer is; nullptr: there never was one, or one still holds.
policy_exception const*
lapsed_exception(verdict_inputs const& in, std::string_view policy, std::string const& commit) {
    policy_exception const* last = nullptr;
    for (auto const& one : in.judged.exceptions) {
        if (one.policy != policy || one.commit != commit) continue;
        if (last == nullptr || one.until > last->until) last = &one;
    }
    return last != nullptr && last->until <= in.judged.with.now ? last : nullptr;
}

json::array moved_findings(rating_mark const& before, rating_mark const& now) {
    json::array out;
    for (auto const& [check, found] : now.findings) {
        auto const old = before.findings.find(check);
        if (old == before.findings.end() || old->second == found) continue;
        out.push_back(json::object{
            {"check", check},
            {"before", old->second.outcome},
            {"after", found.outcome},
            {"points_before", old->second.points},
            {"points_after", found.points}
        });
    }
    return out;
}

std::string moved_words(json::array const& moved) {
    std::vector<std::string> words;
    for (auto const& one : moved) {
        auto const& row = one.get_object();
        words.push_back(fmt::format(
            "{} {} → {} ({} → {} points)",
            std::string_view{text_of(row, "check")},
            std::string_view{text_of(row, "before")},
            std::string_view{text_of(row, "after")},
            row.at("points_before").get_int64(),
            row.at("points_after").get_int64()
        ));
    }
    return words.empty() ? std::string{"No finding moved; a floor applies now."}
                         : fmt::format("Moved: {}.", fmt::join(words, "; "));
}

} // namespace

void tell_advisories(verdict_scene& scene) {
    auto const interest = commits_of_interest(scene.in);
    std::vector<std::string> told;
    for (auto const& one : scene.in.facts.advisories) {
        std::vector<std::string> hit;
        for (auto const& commit : interest) {
            if (affects(one, commit)) hit.emplace_back(short_commit(commit));
        }
        if (hit.empty()) continue;
        std::sort(hit.begin(), hit.end());
        hit.erase(std::unique(hit.begin(), hit.end()), hit.end());
        auto const ids = ids_of(scene, one);
        scene.out.push_back(advisory_change(scene, one, ids, hit));
        told.insert(told.end(), ids.begin(), ids.end());
    }
    if (!scene.in.advisories_incomplete) return;
    for (auto const& open : scene.in.standing) {
        bool const lost = open.kind == alert_kind::advisory &&
                          std::find(told.begin(), told.end(), open.dedupe) == told.end();
        if (lost) scene.out.push_back(open);
    }
}

void tell_review(verdict_scene& scene) {
    auto const* const rule = asked_review(scene.in.verdicts);
    if (rule == nullptr || rule->accepted_until) return;
    auto const commit = commit_in_use(scene.in.judged);
    auto const* const said = latest_review(scene.in.judged.reviews, commit);
    auto const now = scene.in.judged.with.now;
    bool const approved = said != nullptr && said->verdict == review_verdict::approve;
    bool const over = approved && !in_force(*said, now);
    bool const due = approved && !over && said->until && *said->until - now <= review_due;
    if (approved && !over && !due) return;
    auto what = scene.about(approved ? alert_kind::review_expired : alert_kind::review_missing);
    what.subject = std::string{short_commit(commit)};
    what.commit = commit;
    what.summary = quoted(rule->why);
    if (due) {
        auto const end = to_rfc3339(*said->until).substr(0, 10);
        what.summary = fmt::format("The approval of {} ends on {}", short_commit(commit), end);
    }
    auto const rating = scene.in.rated.rating();
    what.detail = fmt::format(
        "The configuration asks for a formal review ({}). Rated {}.", rule->id, to_string(rating)
    );
    what.evidence = {{"policy", rule->id}, {"reviewed_commit", commit}, {"rating", to_string(rating)}};
    if (said != nullptr) {
        what.evidence["verdict"] = to_string(said->verdict);
        what.evidence["by"] = said->by;
        if (said->until) what.evidence["until"] = to_rfc3339(*said->until);
    }
    if (due) what.evidence["severity"] = "low";
    if (over && rating >= risk_level::medium_high) what.evidence["severity"] = "high";
    scene.out.push_back(std::move(what));
}

void tell_violations(verdict_scene& scene) {
    auto const commit = commit_in_use(scene.in.judged);
    for (auto const& one : scene.in.verdicts) {
        if (!one.asked || is_about_review(one.id)) continue;
        if (one.unknown) {
            scene.keep(alert_kind::policy_violation, one.id);
            continue;
        }
        if (!one.violated()) continue;
        auto what = scene.about(alert_kind::policy_violation, one.id);
        what.subject = one.id;
        what.commit = commit;
        what.summary = fmt::format("{}: {}", one.id, quoted(one.why));
        auto const* const rule = find_policy(one.id);
        what.detail = rule == nullptr ? std::string{} : std::string{rule->meaning};
        what.evidence = {{"policy", one.id}, {"reason", quoted(one.why, 1000)}};
        if (auto const* const lapsed = lapsed_exception(scene.in, one.id, commit)) {
            what.evidence["exception_expired"] = to_rfc3339(lapsed->until);
            what.evidence["severity"] = "high"; // the gap is live again
            what.detail += fmt::format(
                " The exception that {} approved ended on {}.",
                quoted(lapsed->approved_by, 100),
                to_rfc3339(lapsed->until).substr(0, 10)
            );
        }
        scene.out.push_back(std::move(what));
    }
}

void tell_rating(verdict_scene& scene) {
    auto const& course = scene.in.course;
    auto const& worst = worst_mark(course);
    auto const before = parse_risk_level(course.reference.level);
    auto const now = parse_risk_level(worst.level);
    if (!before || !now || *now <= *before) return;
    if (course.worse < polls_to_believe || scene.in.rated.provisional())
        return scene.keep(alert_kind::rating_worsened, {});
    auto moved = moved_findings(course.reference, worst);
    auto what = scene.about(alert_kind::rating_worsened);
    what.subject = fmt::format("{} → {}", course.reference.level, worst.level);
    what.summary = fmt::format(
        "Rating rose from {} ({:.1f}) to {} ({:.1f})",
        course.reference.level,
        course.reference.score,
        worst.level,
        worst.score
    );
    what.detail = quoted(moved_words(moved), 2000);
    if (head_is_worse(course)) {
        what.commit = course.head->commit;
        what.detail += " This is the newest commit; what is trusted is rated as before.";
    }
    int const steps = static_cast<int>(*now) - static_cast<int>(*before);
    what.evidence = {
        {"rating_before", course.reference.level},
        {"rating_after", worst.level},
        {"score_before", course.reference.score},
        {"score_after", worst.score},
        {"since", to_rfc3339(course.reference.at)},
        {"findings", std::move(moved)},
        {"severity", steps >= 2 ? "high" : "medium"}
    };
    scene.out.push_back(std::move(what));
}

void tell_publisher(verdict_scene& scene) {
    auto const now = publisher_facts(scene.in.facts, scene.in.judged.with.publishers);
    json::object old_facts;
    json::object new_facts;
    std::vector<std::string> words;
    bool unknown = false;
    for (auto const& [key, before] : scene.in.course.publisher) {
        auto const found = now.find(key);
        unknown = unknown || found == now.end();
        if (found == now.end() || found->second == before) continue;
        old_facts[key] = before;
        new_facts[key] = found->second;
        words.push_back(fmt::format("{} {} → {}", key, quoted(before, 80), quoted(found->second, 80)));
    }
    if (words.empty()) {
        if (unknown) scene.keep(alert_kind::publisher_changed, registry_key);
        return;
    }
    auto what = scene.about(alert_kind::publisher_changed, std::string{registry_key});
    what.subject = quoted(scene.model.account, 100);
    what.summary = fmt::format("What is known of {} changed: {}", what.subject, fmt::join(words, "; "));
    what.detail =
        "The registry or the hub says something else of the publisher than when the baseline was taken.";
    what.evidence = {{"account", scene.model.account}, {"old", old_facts}, {"new", new_facts}};
    scene.out.push_back(std::move(what));
}

} // namespace modelwatch::assess
