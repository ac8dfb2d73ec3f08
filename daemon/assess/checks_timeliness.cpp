#include "daemon/assess/check_tables.hpp"

#include <array>

namespace modelwatch::assess {

namespace {

using enum outcome_state;

// The limits in these words are the default ones of `[rubric] age_limits`.
constexpr auto age_outcomes = std::to_array<outcome_info>({
    {"young", 0, known, "at most a year old"},
    {"ageing", 10, known, "at most two years old"},
    {"old", 20, known, "more than two years old"},
    {"unknown", 10, unknown, "when it was made is not known"},
});

constexpr auto maintenance_outcomes = std::to_array<outcome_info>({
    {"active", 0, known, "changed within half a year"},
    {"slow", 10, known, "changed within a year"},
    {"dormant", 20, known, "changed within two years"},
    {"abandoned", 40, known, "not changed for over two years"},
    {"unknown", 20, unknown, "when the model last changed is not known"},
});

constexpr auto superseded_outcomes = std::to_array<outcome_info>({
    {"none", 0, known, "no successor"},
    {"possible", 20, known, "a newer release of another size"},
    {"point", 20, known, "a newer point release"},
    {"one", 40, known, "one newer generation"},
    {"many", 60, known, "two or more newer generations"},
    {"unknown", 10, unknown, "whether there is a successor is not known"},
});

constexpr auto upstream_outcomes = std::to_array<outcome_info>({
    {"na", 0, not_applicable, "not made from another account's model"},
    {"current", 0, known, "the base model has neither changed nor a successor"},
    {"one", 20, known, "the base model has changed since, or has a successor"},
    {"both", 40, known, "the base model has changed since and has a successor"},
    {"unknown", 10, unknown, "the state of the base model is not known"},
    {"unread", 0, not_assessed, "the model could not be read"},
});

constexpr auto eol_outcomes = std::to_array<outcome_info>({
    {"none", 0, known, "no end of support is announced"},
    {"soon", 20, known, "support ends within 90 days"},
    {"past", 60, known, "support has ended, or it is declared deprecated"},
    {"unknown", 0, unknown, "the card could not be read"},
});

constexpr auto advisory_outcomes = std::to_array<outcome_info>({
    {"none", 0, known, "no advisory names it"},
    {"low", 10, known, "an advisory of low severity"},
    {"medium", 40, known, "an advisory of medium severity"},
    {"high", 100, known, "an advisory of high or critical severity"},
    {"no-feed", 0, not_assessed, "no advisories are configured"},
});

constexpr auto rows = std::to_array<check_info>({
    {check_id::version_age,
     "version-age",
     dimension::timeliness,
     false,
     "VA",
     age_outcomes,
     "How old is this generation?",
     "Models age like other software: what was learnt about attacks since is not in them.",
     "Plan the successor when a model is twelve months old.",
     "T5",
     "R5",
     "LLM03.3",
     "",
     ""},
    {check_id::version_maintenance,
     "version-maintenance",
     dimension::timeliness,
     true,
     "VM",
     maintenance_outcomes,
     "When did weights, configuration, tokenizer, template or code last change?",
     "What is not maintained is not fixed: outdated means unpatched. Edits of the card do not count.",
     "Give the model an owner who follows it, or retire it.",
     "T5",
     "R5",
     "LLM03.3",
     "",
     ""},
    {check_id::version_superseded,
     "version-superseded",
     dimension::timeliness,
     false,
     "VS",
     superseded_outcomes,
     "Has the publisher brought out something newer?",
     "Once there is a successor, the publisher's attention is there, and so are the fixes.",
     "Evaluate the successor, and compare its license, gate and format before you move.",
     "T5",
     "R5",
     "LLM03.3",
     "",
     ""},
    {check_id::version_upstream,
     "version-upstream",
     dimension::timeliness,
     false,
     "VU",
     upstream_outcomes,
     "Has the model that this one is made from moved on?",
     "A copy does not receive the fixes of its original.",
     "Make it again from the current base model.",
     "T3 T5",
     "",
     "LLM03.7",
     "",
     ""},
    {check_id::version_eol,
     "version-eol",
     dimension::timeliness,
     false,
     "VE",
     eol_outcomes,
     "Has its support ended, or will it soon?",
     "After the end of support, known flaws stay.",
     "Replace it before the date.",
     "",
     "R5",
     "LLM03.3",
     "",
     ""},
    {check_id::version_advisory,
     "version-advisory",
     dimension::timeliness,
     false,
     "VV",
     advisory_outcomes,
     "Does a security advisory name it?",
     "A published flaw is known to attackers too.",
     "Do what the advisory says, and track it like any other vulnerability.",
     "",
     "R5",
     "",
     "",
     "RV.1"},
});

} // namespace

std::span<check_info const> timeliness_rows() noexcept {
    return rows;
}

} // namespace modelwatch::assess
