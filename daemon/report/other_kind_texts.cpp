#include "daemon/report/explanation_texts.hpp"

#include <array>

namespace modelwatch::report {

namespace {

constexpr auto table = std::to_array<kind_text>({
    {alert_kind::weights_added,
     "More files mean more ways to be loaded: some loaders take whatever they find, by pattern or by "
     "alphabet.",
     "",
     "The file goes, or the state with it is accepted.",
     "T2 R2 AML.M0014",
     ""},
    {alert_kind::commits_added,
     "Not every commit is a danger, but each one moves the branch further from what was approved.",
     "Medium where the hub would not tell the history; low where files moved to another path with the same "
     "bytes.",
     "The newest commit is accepted.",
     "T5 R5",
     ""},
    {alert_kind::template_changed,
     "The template is put around every prompt. A few words in it change all answers and leave the weights "
     "untouched; "
     "in servers without a sandbox it can run code.",
     "High when it changed without a commit of its own.",
     "The template is as it was at the baseline, or the new one is accepted.",
     "T2 R1 LLM03.7 AML.T0018.000",
     "poisoned-templates template-injection"},
    {alert_kind::config_changed,
     "Configuration decides which classes are built, how long the context is and how answers are sampled: "
     "the same "
     "weights can behave otherwise.",
     "Medium when architecture or vocabulary changed, or when what changed could not be read; high when it "
     "changed without a commit of its own. What makes a loader run or fetch code is code-added or "
     "code-changed.",
     "The configuration is as it was, or the new one is accepted.",
     "T5 R1",
     "keras-config"},
    {alert_kind::tokenizer_changed,
     "Filters, tests and prompts were made for the old tokens. Shifted tokens can bring back what had been "
     "filtered, and one changed string was shown to be enough to redirect tool calls.",
     "High when the string of a special token changed, when a token gained an address, a shell character or "
     "a "
     "tool-call marker, and when it changed without a commit of its own.",
     "The tokenizer is as it was, or the new one is accepted.",
     "T5 R1 AML.T0018.000",
     ""},
    {alert_kind::license_changed,
     "Which terms bind you depends on the revision that you took. Loading the next revision may mean "
     "accepting other "
     "duties without anybody having read them.",
     "By what it changed from and to: high when the right to commercial use ended, low when the origin "
     "became freer.",
     "The former terms are stated again, or the new ones are accepted after legal has read them.",
     "R1 LLM03.2 LLM03.9",
     "falcon-license phi-2-license"},
    {alert_kind::license_mismatch,
     "No one can hand on more rights than were received. A freer tag on a copy does not protect anyone who "
     "relies on "
     "it.",
     "",
     "Both state the same license, or the copy a stricter one.",
     "R1 LLM03.2 LLM03.9 AML.T0074",
     "deepseek-tag"},
    {alert_kind::gating_changed,
     "A gate is how a publisher knows whom to warn. When it falls, the list of recipients ends; when it "
     "rises, pulls "
     "by unknown accounts will fail.",
     "Low when only the way of granting changed.",
     "The gate is as it was at the baseline, or the change is accepted.",
     "T1 R3 LLM03.5 AML.M0005",
     ""},
    {alert_kind::repo_renamed,
     "The hub redirects the old name only until someone registers it. Every configuration that still holds "
     "it depends "
     "on no one doing so.",
     "High when the new owner is not in the registry; medium when the owner is the same.",
     "The watch names the new repository, or the old name answers by itself again.",
     "T3 R3 LLM03.5 AML.T0021",
     "namespace-reuse"},
    {alert_kind::access_lost,
     "Without access there is no patching: neither this program nor your deployments see what happens from "
     "now on.",
     "",
     "The token can read the repository again.",
     "T1 R3",
     ""},
    {alert_kind::publisher_changed,
     "An approval rests on who stands behind a model. Another author, owner or jurisdiction is another risk, "
     "whatever "
     "the files look like.",
     "",
     "The author is the one of the baseline again, or the change is accepted after the third-party review.",
     "T3 T4 R4 AML.T0012 AML.T0021",
     "organisation-confusion"},
    {alert_kind::new_model,
     "New models under a watched account are how teams meet them first; a review before the first download "
     "is cheaper "
     "than one after.",
     "",
     "Nothing to close: it is news.",
     "R1 R5",
     ""},
    {alert_kind::stale,
     "Flaws in models, templates and formats keep being found. A repository without hands gets none of the "
     "fixes.",
     "",
     "Something that concerns the model is committed upstream, or `stale_after` is raised for this watch.",
     "T5 R5 LLM03.3",
     "gemma-line"},
    {alert_kind::outdated,
     "Everybody can read in the history what was mended after your commit. Outdated means unpatched, for "
     "models as for any other software. The word has two meanings, which tables tell apart: this alert is "
     "about your deployment (`deployed: outdated`, what runs is not what upstream has); `upstream: outdated` "
     "says that the publisher no longer keeps the model up (`modelwatch explain staleness`). Either can be "
     "true without the other.",
     "Higher while the watch is labelled as production.",
     "`deployed` names the newest commit.",
     "T5 R5 LLM03.3 RV.1",
     ""},
    {alert_kind::superseded,
     "Once a successor is out, the publisher's attention and the fixes go there; sooner or later support "
     "ends.",
     "Low when the successor is inferred from names only; high when the publisher names a security reason.",
     "The watch names the successor, or the declaration is withdrawn.",
     "T5 R5 LLM03.3",
     "gemma-line falcon-line"},
    {alert_kind::advisory,
     "A published flaw is known to everybody, attackers included, from the day of the advisory on.",
     "As grave as the advisory says.",
     "`deployed` or the baseline is a commit that the advisory does not name, or it is withdrawn.",
     "R5 LLM03.4 RV.1",
     "weights-only bleeding-llama"},
    {alert_kind::review_missing,
     "A model in use that was never looked at is the situation that every other rule is meant to prevent.",
     "",
     "`modelwatch review REPO approve` records the review of this commit.",
     "R1 GOVERN.6.1",
     ""},
    {alert_kind::review_expired,
     "What was known of publisher, license and attacks on the day of the review grows old, even when no byte "
     "changes.",
     "",
     "A new approval, with a later end, is recorded.",
     "R1 R5",
     ""},
    {alert_kind::policy_violation,
     "Your organisation has written down what it does not want. The rule that is broken, and what breaks it, "
     "stand in "
     "the evidence.",
     "",
     "The rule is met, an exception with an end date is recorded, or the rule is changed.",
     "R1 R2 R3 R4 R5",
     ""},
    {alert_kind::rating_worsened,
     "A rating that rises without any single loud event is how slow decay shows: age, a silent account, a "
     "successor.",
     "High when it rose by two levels or more.",
     "The rating falls back, or the baseline is accepted with the new one.",
     "R1 R5",
     ""},
    {alert_kind::poll_failing,
     "While a watch cannot be polled, nothing about it can be known, and no alert will come whatever "
     "happens.",
     "",
     "One poll succeeds.",
     "R5 RV.1",
     ""},
    {alert_kind::hub_unreachable,
     "One alert about the monitor instead of one per model: the common cause is most likely on your side or "
     "the hub's.",
     "",
     "Most watches of that hub can be polled again.",
     "R5",
     ""},
    {alert_kind::delivery_failing,
     "An alert that reaches no one is worthless. Messages wait in the outbox and are tried again until "
     "`give_up_after`.",
     "",
     "A message is delivered through that notifier.",
     "R5",
     ""},
    {alert_kind::state_lost,
     "Baselines, reviews and open alerts are kept in one file. A daemon that went on without it would trust "
     "whatever "
     "the hub shows next, so it says this once, through every notifier, and ends with exit code 3. It "
     "refuses to start "
     "until the file is back, or someone starts over on purpose with `modelwatch db init --force`.",
     "",
     "The daemon runs on a database that is in its place.",
     "R5",
     ""},
});

} // namespace

std::span<kind_text const> other_kind_texts() noexcept {
    return table;
}

} // namespace modelwatch::report
