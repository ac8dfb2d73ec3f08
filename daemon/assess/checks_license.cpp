#include "daemon/assess/check_tables.hpp"

#include <array>

namespace modelwatch::assess {

namespace {

using enum outcome_state;

constexpr auto class_outcomes = std::to_array<outcome_info>({
    {"perm", 0, known, "permissive"},
    {"copyleft", 20, known, "copyleft: share-alike duties"},
    {"rail", 20, known, "open RAIL: use restrictions that must be passed on"},
    {"custom", 40, known, "the publisher's own terms, with limits on commercial use"},
    {"unlisted", 40, known, "a name or a text that is not classified yet"},
    {"nc", 60, known, "no commercial use"},
    {"none", 60, known, "no license is stated: no right to use"},
    {"unknown", 40, unknown, "what the card states could not be read"},
});

constexpr auto provenance_outcomes = std::to_array<outcome_info>({
    {"own", 0, known, "the publisher's own work"},
    {"same", 10, known, "the same license as the base model"},
    {"differs", 20, known, "another license than the base model, at least as strict"},
    {"looser", 40, known, "grants more than the base model's license does"},
    {"unknown", 20, unknown, "the base model or its license is not known"},
    {"unread", 0, not_assessed, "the model could not be read"},
});

constexpr auto consistency_outcomes = std::to_array<outcome_info>({
    {"consistent", 0, known, "every statement says the same"},
    {"inconsistent", 20, known, "statements contradict each other, or point at nothing"},
    {"na", 0, not_applicable, "nothing is stated"},
    {"unread", 20, unknown, "a license file could not be read: it may contradict what is stated"},
    {"unknown", 0, unknown, "the card could not be read, or the license file holds an unknown text"},
});

constexpr auto change_outcomes = std::to_array<outcome_info>({
    {"no", 0, known, "as at the baseline"},
    {"changed", 20, known, "other terms than at the baseline, not reviewed since"},
    {"no-baseline", 0, not_assessed, "nothing to compare with yet"},
});

constexpr auto rows = std::to_array<check_info>({
    {check_id::license_class,
     "license-class",
     dimension::license,
     true,
     "LC",
     class_outcomes,
     "What does the stated license allow?",
     "Without a license there is no right to use the model, whatever its download button says.",
     "Have every new license text read once by legal, and store the answer in the license table together "
     "with the hash of the text.",
     "",
     "R1",
     "LLM03.2",
     "",
     ""},
    {check_id::license_provenance,
     "license-provenance",
     dimension::license,
     false,
     "LP",
     provenance_outcomes,
     "May this publisher grant what the tag says?",
     "Whoever repackages a model hands on at most the rights that came with it; a freer tag on a copy grants "
     "nothing.",
     "Go by the license of the original model, not by the tag of the copy.",
     "",
     "",
     "LLM03.2 LLM03.9",
     "AML.T0074",
     ""},
    {check_id::license_consistency,
     "license-consistency",
     dimension::license,
     false,
     "LK",
     consistency_outcomes,
     "Do tag, card and the text of the license file agree?",
     "Nobody can rely on statements that contradict each other.",
     "Tell the publisher; until it is mended, follow the stricter of the statements.",
     "",
     "",
     "LLM03.2",
     "",
     ""},
    {check_id::license_recent_change,
     "license-recent-change",
     dimension::license,
     false,
     "LR",
     change_outcomes,
     "Have the terms changed since they were reviewed?",
     "Which terms bind you depends on the revision that you took.",
     "Keep the license text with the approved commit, and have the new terms reviewed before you move on.",
     "",
     "R1",
     "LLM03.9",
     "",
     ""},
});

} // namespace

std::span<check_info const> license_rows() noexcept {
    return rows;
}

} // namespace modelwatch::assess
