#include "daemon/report/explanation_texts.hpp"

#include <array>

namespace modelwatch::report {

namespace {

constexpr auto table = std::to_array<free_text>({
    {"rating",
     "The inherent risk of a model in one of five words, from the score and the floors.",
     "It is about the model alone: reviews and accepted exceptions do not lower it, they decide the "
     "policies.",
     "Read the disposition that belongs to it, then the findings that cost most.",
     "New evidence: the rating is made again with every poll.",
     "[rubric] bounds, weights, points, floors_off; [policy] max_rating",
     "R1",
     ""},
    {"score",
     "The weighted sum of the five dimensions, from nothing wrong to everything wrong. A dimension adds up "
     "the points of "
     "its findings, up to its cap.",
     "It is a receipt: every point can be traced to one finding with its evidence. It is no CVSS score.",
     "Follow the arithmetic in the report from the largest term.",
     "Findings with fewer points.",
     "[rubric] weights, points",
     "",
     ""},
    {"confidence",
     "The share of the applicable checks for which there was evidence.",
     "Two models with equal scores are not equal when half of one could not be seen.",
     "Look for the findings marked unknown.",
     "More evidence: a token, a finished scan, a registry entry.",
     "[hub] token_file; [policy] publishers_file",
     "",
     ""},
    {"provisional",
     "Principal evidence is missing in at least two dimensions: the rating stands on too little.",
     "A pipeline should treat it like a rating that is not there yet.",
     "See floor F9.",
     "The principal checks have their evidence.",
     "[hub] token_file",
     "",
     ""},
    {"vector",
     "The outcomes of the checks on one line, for example MSC:1.0/AG:no/…: two letters per check, and the "
     "ages in "
     "days.",
     "Whoever has the rubric can recompute the score from it, without this program and without the hub.",
     "Keep it with the approval of the commit.",
     "It belongs to one moment and is never changed afterwards.",
     "[rubric]: another rubric makes another label in front",
     "",
     ""},
    {"rubric",
     "The numbers and rules that make a rating of evidence, with a version. A changed one carries another "
     "label.",
     "Ratings can be compared only under the same rubric.",
     "`modelwatch config show` prints the numbers in force.",
     "It holds until the configuration changes.",
     "[rubric]",
     "",
     ""},
    {"disposition",
     "What must happen before a model with this rating is used, and after how long it is reviewed again.",
     "It turns a word into work: security review, third-party review, legal review, approval.",
     "Do what it lists, and record it with `modelwatch review`.",
     "It follows the rating.",
     "[policy] review_valid_for",
     "R1",
     ""},
    {"staleness",
     "How far behind a model is: current, ageing, outdated or unknown, with the reasons. Tables tell two "
     "things "
     "apart: `upstream: outdated` is about the publisher, who no longer keeps the model up; `deployed: "
     "outdated` is about you, whose deployed commit is not what upstream has now. The JSON field `staleness` "
     "is one word for both: outdated where the deployment is behind, else upstream's.",
     "Outdated is the word for unpatched; a model's name does not say it.",
     "Compare with the successor that the report names.",
     "A change upstream, or the move to a successor.",
     "[rubric] age_limits; [policy] unpatched_grace; `stale_after` of the watch",
     "T5 R5",
     "gemma-line"},
    {"current",
     "A state of staleness: timeliness is Low or Low-Medium and nothing makes the model outdated.",
     "Somebody works on it, and there is nothing newer that we know of.",
     "Nothing.",
     "It ends by itself, with time.",
     "[rubric] age_limits",
     "T5",
     ""},
    {"ageing",
     "A state of staleness: timeliness is Medium or Medium-High.",
     "There is still time to plan calmly.",
     "Name someone who looks for the successor.",
     "A release upstream brings it back to current; without one it becomes outdated.",
     "[rubric] age_limits",
     "T5",
     ""},
    {"unknown",
     "Something was never observed. As an outcome it has points of its own, and as staleness it means that "
     "no date was "
     "told.",
     "Not seen is not the same as good: unknown never scores better than the best known outcome of a "
     "principal check.",
     "Find out why it could not be seen: rights, limits, a hub that does not tell.",
     "An observation.",
     "[hub] token_file",
     "",
     ""},
    {"severity",
     "How soon people must hear of an alert: critical now, high today, medium this week, low and info in the "
     "digest.",
     "It is an operational priority and moves with the situation: one step up in production on a branch and "
     "for "
     "integrity alerts of publishers that cannot be held to account, one step down where only the branch "
     "moved and "
     "what you deployed did not. Integrity alerts never fall below medium.",
     "Sort by it, and answer the highest first.",
     "It is worked out again with every change of the alert.",
     "[policy.severity] per kind; labels, `deployed` of the watch; `min_severity` of a notifier",
     "",
     ""},
    {"baseline",
     "The state of a model that the operator trusts, with who accepted it, when and why. Alerts describe the "
     "difference to it.",
     "Only an explicit decision moves it, so a change cannot become normal by being old.",
     "Compare the first baseline with the record of the intake: it was taken on trust.",
     "`modelwatch accept` moves it.",
     "[[watch]] baseline",
     "R1 AML.M0014",
     ""},
});

} // namespace

std::span<free_text const> word_texts() noexcept {
    return table;
}

} // namespace modelwatch::report
