#include "daemon/assess/check_tables.hpp"

#include <array>

namespace modelwatch::assess {

namespace {

using enum outcome_state;

constexpr auto gating_outcomes = std::to_array<outcome_info>({
    {"manual", 0, known, "the publisher approves each request"},
    {"private", 0, known, "a private copy: only its owner's members can read it"},
    {"auto", 10, known, "any logged-in user who accepts the terms"},
    {"no", 20, known, "anybody, without a name"},
    {"unknown", 10, unknown, "the hub did not say"},
});

constexpr auto notification_outcomes = std::to_array<outcome_info>({
    {"gate", 0, known, "a gate leaves the publisher your address"},
    {"contact", 0, known, "a security contact is published"},
    {"org", 20, known, "an organisation, and only its discussions"},
    {"user", 30, known, "one person, and only the discussions"},
    {"none", 40, known, "discussions are closed and no contact is named"},
    {"unknown", 20, unknown, "how the publisher can be reached is not known"},
});

constexpr auto derivative_outcomes = std::to_array<outcome_info>({
    {"na", 0, not_applicable, "not made from another account's model"},
    {"same", 0, known, "no gate of the base model is passed by"},
    {"tuned", 10, known, "trained on a gated model, itself without a gate"},
    {"repackaged", 30, known, "the same weights as a gated model, without its gate"},
    {"unknown", 10, unknown, "the gate of the base model is not known"},
    {"unread", 0, not_assessed, "the model could not be read"},
});

constexpr auto disabled_outcomes = std::to_array<outcome_info>({
    {"no", 0, known, "available"},
    {"disabled", 100, known, "withdrawn by the hub or by its author"},
    {"unknown", 0, unknown, "the hub did not say"},
});

constexpr auto rows = std::to_array<check_info>({
    {check_id::access_gating,
     "access-gating",
     dimension::access,
     true,
     "AG",
     gating_outcomes,
     "Does the hub ask who downloads the files?",
     "Behind a gate every download belongs to an account with an address, so there is a record of who took "
     "what and a list of people to write to when something turns out to be wrong.",
     "Take the gated original where one exists. Ask for access with a service account that has a name and an "
     "owner, and keep the approval with the model's record.",
     "T1",
     "R3",
     "LLM03.5",
     "AML.M0005",
     ""},
    {check_id::access_notification,
     "access-notification",
     dimension::access,
     false,
     "AN",
     notification_outcomes,
     "Could the publisher warn you, and could you reach the publisher?",
     "Where users of a model cannot be reached, they first hear of a bad release in the news.",
     "Enter a security contact for the publisher in your registry. Until there is one, treat this watch as "
     "the only warning that you will get.",
     "T1",
     "R3 R5",
     "",
     "AML.M0018",
     "SR-8"},
    {check_id::access_ungated_derivative,
     "access-ungated-derivative",
     dimension::access,
     false,
     "AU",
     derivative_outcomes,
     "Is this an open copy of something that is gated at its origin?",
     "An open copy leaves out the acceptance of the terms and keeps you off the original publisher's list of "
     "recipients.",
     "Get the gated original and convert it yourself, or have its terms accepted separately and file the "
     "acceptance.",
     "T1",
     "R3",
     "LLM03.7",
     "AML.T0058",
     ""},
    {check_id::access_disabled,
     "access-disabled",
     dimension::access,
     false,
     "AD",
     disabled_outcomes,
     "Has the repository been withdrawn?",
     "Moderators and authors withdraw a repository for a reason, and that reason may sit in the copies that "
     "are already running.",
     "Stop new downloads, set cached copies apart, and find out why it was withdrawn before anything else.",
     "",
     "R1",
     "LLM03.5",
     "",
     ""},
});

} // namespace

std::span<check_info const> access_rows() noexcept {
    return rows;
}

} // namespace modelwatch::assess
