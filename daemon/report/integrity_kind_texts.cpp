#include "daemon/report/explanation_texts.hpp"

#include <array>

namespace modelwatch::report {

namespace {

constexpr auto table = std::to_array<kind_text>({
    {alert_kind::weights_replaced,
     "Whoever replaces weights under an unchanged name reaches everybody who loads by name. A repository can "
     "earn its "
     "reputation honestly and be turned later, by its owner or by a stolen token.",
     "Critical when the bytes changed although the commit did not, or the history that would tell of it was "
     "rewritten.",
     "The old content comes back, or `modelwatch accept` makes the new one the baseline.",
     "T3 R1 R5 LLM03.5 ML06 AML.T0109 AML.T0012 AML.T0010.003 AML.M0014",
     "conversion-bot sleepy-pickle"},
    {alert_kind::weights_removed,
     "A withdrawn file may have been withdrawn for a reason, and a loader that no longer finds it may "
     "silently take "
     "another format from the same repository. A file that that only moved to another path is not a removal: "
     "it is reported "
     "as moved.",
     "",
     "The file comes back with the same content, or the state without it is accepted.",
     "T2 R5 LLM03.3 AML.M0014",
     ""},
    {alert_kind::history_rewritten,
     "With the history goes the proof of who changed what and when. Squashing a history is offered as a "
     "button and "
     "cannot be undone, so the honest reason is common; the record that auditors need is lost either way.",
     "Medium where every weight file still has the hash of the baseline.",
     "The baseline commit becomes an ancestor again, or a commit of the new history is accepted.",
     "T3 R5 AML.T0109 PS.3",
     ""},
    {alert_kind::tag_moved,
     "A tag looks like a fixed version and is not: whoever pinned by tag now gets other files without having "
     "changed "
     "anything.",
     "",
     "The tag points at the baseline commit again, or the new target is accepted.",
     "T3 T5 R5 AML.T0109",
     ""},
    {alert_kind::code_added,
     "Where `trust_remote_code` is on, new Python in the repository runs in your process at the next load, "
     "with your "
     "process's rights. Scripts that a card tells people to run are the same thing done by hand.",
     "Critical when it came without a commit of its own, and where the configuration makes loaders run or "
     "fetch "
     "it without anybody trusting remote code.",
     "The code is gone again, or it was read and accepted.",
     "T2 R2 LLM03.4 AML.T0011.000 AML.T0018.002",
     "fake-release"},
    {alert_kind::code_changed,
     "A review of the publisher's code holds for the lines that were read. One changed line is enough to "
     "make a "
     "reviewed loader fetch and run something else.",
     "Critical when it changed without a commit of its own, and where the configuration makes loaders run or "
     "fetch it without anybody trusting remote code.",
     "The code is as it was at the baseline, or the difference was read and accepted.",
     "T2 R2 LLM03.4 AML.T0011.000 AML.T0109",
     "torchtriton"},
    {alert_kind::unsafe_format_added,
     "Pickle runs the program inside it while it is read; libraries fall back to it when they find nothing "
     "better. "
     "The arrival of such a file beside good ones is how that fallback is prepared. A file that is stored as "
     "weights are and whose format is unknown counts as one of them until its content says otherwise.",
     "Critical for programs and scripts; medium where the safe set is complete and deployments load only "
     "that.",
     "The file goes, or the safe format comes back, or the state is accepted.",
     "T2 R2 LLM03.4 AML.T0011.000",
     "hundred-models weights-only"},
    {alert_kind::unsafe_content,
     "This is not a suspicion from a file's name: the construct was found in the bytes, at the place that "
     "the "
     "evidence "
     "names.",
     "As grave as the inspector says.",
     "The file is replaced by one without the construct, or removed.",
     "T2 R2 LLM03.4 AML.T0011.000 AML.T0018.002 AML.M0016",
     "nullifai keras-config template-injection"},
    {alert_kind::malformed_file,
     "Files that break their own format are used in two ways: to overflow the reader, and to make a scanner "
     "give up "
     "before the part that matters.",
     "As grave as the inspector says.",
     "The file is replaced by a well-formed one, or removed.",
     "T2 R2 AML.T0076 AML.T0011.000",
     "gguf-parsers bleeding-llama scanner-gaps"},
    {alert_kind::hub_scan_flagged,
     "Several independent scanners look at what is uploaded. They raise false alarms, and they are the first "
     "to know "
     "of real ones.",
     "Critical when a scanner says unsafe.",
     "The scanners take it back, or the file goes.",
     "T2 R2 AML.M0016",
     "scan-figures nullifai"},
    {alert_kind::repo_missing,
     "Deployments that load by name break now, or later load what someone else publishes under the freed "
     "name.",
     "",
     "The repository answers again with the same identity. With another one, namespace-reborn opens instead.",
     "T3 R5 LLM03.5 AML.T0021",
     "namespace-reuse wizardlm"},
    {alert_kind::repo_disabled,
     "The Hub blocks what breaks its rules or the law, and authors block what they regret. Copies in caches "
     "and images "
     "are not reached by that.",
     "",
     "The block is lifted.",
     "T2 R1 LLM03.5",
     "gpt-4chan"},
    {alert_kind::repo_private,
     "From now on the publisher can change the files without anybody seeing it, and new hosts cannot load "
     "them.",
     "",
     "The repository is public again.",
     "T1 T3 R3",
     ""},
    {alert_kind::namespace_reborn,
     "The name is the same and the owner is not: everything that was known of the publisher, every review "
     "and every "
     "approval, was about someone else.",
     "",
     "The former identity answers again, or the new one is accepted after a new intake.",
     "T3 R3 R4 LLM03.5 AML.T0021 AML.T0073",
     "namespace-reuse wizardlm"},
    {alert_kind::deployed_drift,
     "What runs in production is not what was reviewed. A broken download, a quiet local edit and an "
     "intruder look "
     "alike until someone has looked.",
     "",
     "The copy has the bytes of its commit again.",
     "T5 R1 ML06 AML.T0018.000 AML.M0014 PW.4",
     "sleepy-pickle"},
});

} // namespace

std::span<kind_text const> integrity_kind_texts() noexcept {
    return table;
}

} // namespace modelwatch::report
