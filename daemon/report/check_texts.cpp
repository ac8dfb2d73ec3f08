#include "daemon/report/explanation_texts.hpp"

#include <array>

namespace modelwatch::report {

namespace {

using enum assess::check_id;

/// Question, reason and remedy stand in the table of checks.
constexpr auto table = std::to_array<check_text>({
    {access_gating,
     "The publisher gates the repository, or you watch the gated original instead.",
     "fake-release"},
    {access_notification,
     "The publisher gates it or publishes a contact, or `security_contact` is entered in your registry.",
     ""},
    {access_ungated_derivative, "The copy is gated like its base, or you move to the original.", ""},
    {access_disabled, "The hub makes it available again.", "gpt-4chan"},
    {license_class,
     "The publisher states a freer license, or your license table classifies the name.",
     "falcon-license"},
    {license_provenance, "The copy states the license of its base model.", "deepseek-tag"},
    {license_consistency, "Tag, card, name and link point at the same license.", ""},
    {license_recent_change, "The commit with the new terms is accepted as baseline.", "phi-2-license"},
    {format_weights,
     "Everything that can run code is gone from the repository and a complete set of safetensors is there.",
     "hundred-models weights-only"},
    {format_custom_code,
     "The model's architecture is part of the library, and the repository's code is removed.",
     "fake-release"},
    {format_scan, "The hub's scanners finish and find nothing.", "nullifai scanner-gaps scan-figures"},
    {format_template, "You use the original publisher's repository.", "template-injection poisoned-templates"
    },
    {format_integrity, "The files are stored with LFS or Xet, so that the hub tells their sha256.", ""},
    {format_signature, "Nothing to close: it is for your information and costs no points.", ""},
    {publisher_type, "The registry knows the publisher, with a type and a source that was checked.", ""},
    {publisher_jurisdiction,
     "The publisher's country is on one of your lists, by a decision that you can show.",
     ""},
    {publisher_verified,
     "The hub verifies the organisation, or it is entered in your registry.",
     "organisation-confusion"},
    {publisher_single_point,
     "The model belongs to an organisation with at least two members.",
     "conversion-bot"},
    {publisher_origin, "You watch the repository of those who trained the model.", "poisongpt"},
    {publisher_dormancy, "The account works on any of its models again.", "namespace-reuse"},
    {publisher_blast_radius, "Somebody accountable takes over, or fewer people use it.", "fake-release"},
    {publisher_lookalike,
     "The name is entered in your registry as what it is, or you take the real one.",
     "poisongpt fake-release"},
    {publisher_continuity,
     "The new owner goes through the intake and the state is accepted.",
     "wizardlm namespace-reuse"},
    {publisher_account_age, "Time passes.", ""},
    {version_age, "You move to a younger generation.", "gemma-line"},
    {version_maintenance, "The publisher commits something that concerns the model.", ""},
    {version_superseded, "You move to the successor.", "gemma-line falcon-line"},
    {version_upstream, "The copy is made again from the current base model.", ""},
    {version_eol,
     "The model is replaced, or its support is extended: `eol_date` of the model in your publishers file.",
     ""},
    {version_advisory, "The commit is one that no advisory names.", "bleeding-llama"},
});

} // namespace

std::span<check_text const> check_texts() noexcept {
    return table;
}

} // namespace modelwatch::report
