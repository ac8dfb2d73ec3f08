#include "daemon/report/explanation_texts.hpp"

#include <array>

namespace modelwatch::report {

namespace {

/// What a rule demands in one sentence stands in the table of policies.
constexpr auto table = std::to_array<free_text>({
    {"policy-formal-review",
     "FAIL without a review of exactly this commit, after a rejection, or when the approval has ended; WARN "
     "when it "
     "ends soon or has no end.",
     "A review is about bytes: an approval of one commit says nothing about the next.",
     "Let someone other than the requester review the commit, then `modelwatch review REPO approve --commit "
     "SHA`.",
     "An approval of the commit in use that holds.",
     "[policy] review_valid_for, enforce",
     "",
     "conversion-bot"},
    {"policy-safetensors",
     "FAIL without a complete safe set, for a file that a scanner calls unsafe, and for code that nobody "
     "reviewed; "
     "WARN for mixed formats without allow_patterns and for an unfinished or suspicious scan.",
     "The format decides whether loading a model can run a foreign program at all.",
     "Set `allow_patterns` of the watch to the safe files and load with `use_safetensors=True`.",
     "A complete safe set and nothing else that deployments would load.",
     "[[watch]] allow_patterns; [policy] enforce",
     "T2",
     "hundred-models nullifai"},
    {"policy-authenticated-source",
     "WARN for a repository that anybody can read without a name; FAIL for an open copy of a gated model.",
     "Behind a gate the publisher knows whom to warn, and you know which account took the files.",
     "Move the watch to the gated original and ask for access with a named service account.",
     "The source is gated, or private to you.",
     "[policy] require_gated, enforce",
     "T1",
     "fake-release"},
    {"policy-tprm",
     "FAIL for publishers that are unknown, individuals, or government-affiliated without a third-party "
     "review that "
     "holds; WARN for any other publisher without one.",
     "Third-party risk management is where a person decides whether a supplier is acceptable; no score can.",
     "Start the third-party review and enter its result: `tprm_status` and `tprm_expires` of the publisher.",
     "A review result with an end date in the future stands in the registry.",
     "[policy] publishers_file, enforce",
     "T3 T4",
     "organisation-confusion"},
    {"policy-unpatched",
     "WARN while an outdated model is inside its grace period, FAIL after it.",
     "Time limits for patches exist for every other software; models age too, only more quietly.",
     "Open a ticket with the end of the grace period as due date and evaluate the successor.",
     "The model in use is current or ageing.",
     "[policy] unpatched_grace, enforce",
     "T5",
     "gemma-line"},
    {"policy-pinned",
     "FAIL for a watch labelled as production that follows a branch and names no deployed commit.",
     "Whoever loads `main` in production lets the publisher, or the publisher's thief, deploy to production.",
     "Pin the full commit where the model is loaded, and write it to `deployed` of the watch.",
     "`deployed` or `revision` is a full commit.",
     "[[watch]] deployed, revision; [policy] enforce",
     "T5",
     "namespace-reuse"},
    {"policy-license-commercial",
     "FAIL for non-commercial terms and for no license at all, WARN for conditions that have not been "
     "cleared.",
     "Use without a right to it is a legal risk from the first day, whatever the model's quality.",
     "Ask legal about this license text once, and enter the answer in your license table.",
     "Terms that permit commercial use, or an intended use that is not commercial.",
     "[policy] intended_use, licenses_file, enforce",
     "",
     "phi-2-license deepseek-tag"},
    {"policy-awareness",
     "WARN when the person who answers for the model was trained longer ago than allowed, or when no "
     "training is on "
     "record.",
     "Most of the incidents in this reference began with someone who downloaded a well-known name.",
     "Train the owner; the remediation sentences of the findings are made to be training texts.",
     "A date of training within the limit stands in the table.",
     "[policy] training, training_valid_for; label `owner` or `team` of the watch",
     "",
     ""},
    {"policy-require-review",
     "FAIL for a commit without an approval that holds.",
     "It makes the formal review a condition for deployments, not a recommendation.",
     "Have the commit reviewed before it is rolled out.",
     "The commit is approved.",
     "[policy] require_review",
     "",
     ""},
    {"policy-require-formats",
     "FAIL for weights in any other format than those listed, as far as deployments load them.",
     "A short list of formats is the simplest rule against code in weights, and the easiest to audit.",
     "Use a repository that offers an allowed format, or convert the weights in a sandbox.",
     "Everything that deployments load is in an allowed format.",
     "[policy] require_formats; [[watch]] allow_patterns",
     "T2",
     ""},
    {"policy-deny-licenses",
     "FAIL for a license identifier or name that one of the patterns fits.",
     "Some terms are unacceptable to an organisation whatever the use: better said once than in every "
     "review.",
     "Replace the model, or have the license table say which license applies.",
     "No stated license fits a pattern.",
     "[policy] deny_licenses, licenses_file",
     "",
     ""},
    {"policy-require-gated",
     "FAIL for a repository that is open to everybody, and while the gate is not known.",
     "Some organisations want every model from an authenticated source, without exception.",
     "Look for the gated original, or mirror the model into a private repository of your own.",
     "The repository is gated or private.",
     "[policy] require_gated",
     "T1",
     ""},
    {"policy-max-rating",
     "FAIL for a rating worse than the one that is allowed.",
     "One limit for everything is what a pipeline can check and what people remember.",
     "Read which findings cost most and mend those, or record an exception with an end date.",
     "The rating is at or below the limit.",
     "[policy] max_rating",
     "",
     ""},
});

} // namespace

std::span<free_text const> policy_texts() noexcept {
    return table;
}

} // namespace modelwatch::report
