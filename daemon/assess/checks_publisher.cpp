#include "daemon/assess/check_tables.hpp"

#include <array>

namespace modelwatch::assess {

namespace {

using enum outcome_state;

constexpr auto type_outcomes = std::to_array<outcome_info>({
    {"tech", 0, known, "a large technology company"},
    {"lab", 10, known, "a company whose product is models"},
    {"startup", 10, known, "a private company"},
    {"academic", 10, known, "a university or institute"},
    {"nonprofit", 10, known, "a nonprofit organisation"},
    {"gov", 20, known, "affiliated with a government"},
    {"community", 30, known, "an open community without a legal entity"},
    {"org", 40, unknown, "an organisation that the registry does not know"},
    {"individual", 60, known, "one person"},
    {"user", 60, unknown, "a user account that the registry does not know"},
    {"unknown", 60, unknown, "nothing is known of the account"},
});

constexpr auto jurisdiction_outcomes = std::to_array<outcome_info>({
    {"unset", 0, not_applicable, "no list of jurisdictions is configured"},
    {"home", 0, known, "on the list of home jurisdictions"},
    {"trusted", 0, known, "on the list of trusted jurisdictions"},
    {"other", 10, known, "on none of the lists"},
    {"unknown", 10, unknown, "the publisher's country is not known"},
    {"foreign-gov", 30, known, "affiliated with a government outside the home jurisdictions"},
    {"elevated", 30, known, "on the list of elevated jurisdictions"},
});

constexpr auto verified_outcomes = std::to_array<outcome_info>({
    {"registry", 0, known, "the registry knows it, with a source"},
    {"badge", 0, known, "the hub has verified the organisation"},
    {"neither", 10, known, "neither in the registry nor verified by the hub"},
    {"na", 0, not_applicable, "a user account: the hub verifies organisations only"},
    {"unknown", 10, unknown, "the hub did not say whether it is verified"},
});

constexpr auto single_outcomes = std::to_array<outcome_info>({
    {"multi", 0, known, "an organisation of two or more"},
    {"single", 20, known, "one account"},
    {"unknown", 10, unknown, "how many can write is not known"},
});

constexpr auto origin_outcomes = std::to_array<outcome_info>({
    {"own", 0, known, "the publisher's own weights"},
    {"tuned", 10, known, "trained on, or merged from, another publisher's model"},
    {"repackaged", 20, known, "quantised, converted or mirrored from another publisher's model"},
    {"undeclared", 20, known, "looks repackaged, and does not say from what"},
    {"unknown", 10, unknown, "where the weights come from is not known"},
});

constexpr auto dormancy_outcomes = std::to_array<outcome_info>({
    {"active", 0, known, "a model changed within half a year"},
    {"quiet", 10, known, "no model changed for half a year"},
    {"dormant", 20, known, "no model changed for over a year"},
    {"unknown", 10, unknown, "the account's models could not be listed"},
});

constexpr auto blast_outcomes = std::to_array<outcome_info>({
    {"na", 0, not_applicable, "an accountable publisher"},
    {"small", 0, known, "few downloads"},
    {"popular", 10, known, "widely used, no accountable publisher"},
    {"unknown", 0, unknown, "the hub did not count downloads"},
});

constexpr auto lookalike_outcomes = std::to_array<outcome_info>({
    {"none", 0, known, "no known name is close"},
    {"near", 60, known, "close to the name of a known publisher"},
    {"confirmed", 100, known, "an imitation, or on the operator's deny list"},
});

constexpr auto continuity_outcomes = std::to_array<outcome_info>({
    {"same", 0, known, "the same account and repository as at the baseline"},
    {"changed", 40, known, "another account or repository under the same name, not reviewed since"},
    {"no-baseline", 0, not_assessed, "nothing to compare with yet"},
});

constexpr auto account_age_outcomes = std::to_array<outcome_info>({
    {"established", 0, known, "older than a year"},
    {"recent", 10, known, "at most a year old"},
    {"new", 20, known, "at most 90 days old"},
    {"not-told", 0, not_assessed, "the hub did not say"},
});

constexpr auto rows = std::to_array<check_info>({
    {check_id::publisher_type,
     "publisher-type",
     dimension::publisher,
     true,
     "PT",
     type_outcomes,
     "Who stands behind the account?",
     "A legal entity can be held to account and outlives its employees; a nickname cannot.",
     "Enter the publisher in the registry, with the source that you checked, before you approve anything.",
     "T3 T4",
     "R4",
     "LLM03.5",
     "",
     ""},
    {check_id::publisher_jurisdiction,
     "publisher-jurisdiction",
     dimension::publisher,
     false,
     "PJ",
     jurisdiction_outcomes,
     "Which law, and which government, can reach the publisher?",
     "Whether foreign ownership, control or influence matters is a decision of your organisation; no country "
     "is judged by this program.",
     "Do the third-party review with the questions about foreign ownership; record the decision and when it "
     "ends.",
     "T4",
     "R4",
     "",
     "",
     "SR-6"},
    {check_id::publisher_verified,
     "publisher-verified",
     dimension::publisher,
     false,
     "PV",
     verified_outcomes,
     "Has anybody checked that the account is whose name it bears?",
     "Anybody can open an organisation under a well-known name.",
     "Look for a link to this account on the organisation's own web site.",
     "",
     "R4",
     "",
     "AML.T0073",
     ""},
    {check_id::publisher_single_point,
     "publisher-single-point",
     dimension::publisher,
     false,
     "PS",
     single_outcomes,
     "Is one stolen token enough to replace the files?",
     "Where one account decides alone, whoever takes it over decides alone too.",
     "Pin by commit and serve from your own mirror; ask the publisher for second factors and signed commits.",
     "T3",
     "",
     "",
     "AML.T0012",
     ""},
    {check_id::publisher_origin,
     "publisher-origin",
     dimension::publisher,
     false,
     "PO",
     origin_outcomes,
     "Are these the publisher's own weights?",
     "The bytes of a conversion cannot be compared with the original's, so it has to be trusted twice.",
     "Make the conversion yourself, from a pinned commit of the original.",
     "T3",
     "",
     "LLM03.7",
     "",
     ""},
    {check_id::publisher_dormancy,
     "publisher-dormancy",
     dimension::publisher,
     false,
     "PD",
     dormancy_outcomes,
     "Is anybody still at home?",
     "What an abandoned account holds is not fixed, and its name may be given to someone else.",
     "Mirror what you use, and plan its replacement.",
     "T3 T5",
     "",
     "LLM03.3",
     "",
     ""},
    {check_id::publisher_blast_radius,
     "publisher-blast-radius",
     dimension::publisher,
     false,
     "PB",
     blast_outcomes,
     "How many would be hit at once?",
     "A popular repository without an accountable publisher is the one worth attacking. Downloads can be "
     "faked and "
     "never speak for a model.",
     "Do not take popularity for a review.",
     "T3",
     "",
     "",
     "AML.T0111",
     ""},
    {check_id::publisher_lookalike,
     "publisher-lookalike",
     dimension::publisher,
     false,
     "PL",
     lookalike_outcomes,
     "Does the name imitate a known publisher?",
     "Poisoned models have been spread under names that differ from a famous one by a letter.",
     "Compare the name with the registry letter by letter. Report an imitation to the hub.",
     "",
     "",
     "LLM03.5",
     "AML.T0073 AML.T0074",
     ""},
    {check_id::publisher_continuity,
     "publisher-continuity",
     dimension::publisher,
     false,
     "PC",
     continuity_outcomes,
     "Is it still the same account behind the same name?",
     "A name that was given up can be registered by anybody, and old links then lead to the new owner.",
     "Start the intake again; the old approval does not carry over.",
     "T3",
     "",
     "",
     "AML.T0021",
     ""},
    {check_id::publisher_account_age,
     "publisher-account-age",
     dimension::publisher,
     false,
     "PA",
     account_age_outcomes,
     "How old is the account?",
     "Attackers open accounts to throw them away.",
     "Wait, or take the original from its own publisher.",
     "",
     "",
     "",
     "AML.T0021",
     ""},
});

} // namespace

std::span<check_info const> publisher_rows() noexcept {
    return rows;
}

} // namespace modelwatch::assess
