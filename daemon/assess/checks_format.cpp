#include "daemon/assess/check_tables.hpp"

#include <array>

namespace modelwatch::assess {

namespace {

using enum outcome_state;

constexpr auto weights_outcomes = std::to_array<outcome_info>({
    {"safe", 0, known, "safetensors only"},
    {"inert", 10, known, "containers that hold no code, such as GGUF"},
    {"onnx", 20, known, "ONNX only: external data and custom operators need care"},
    {"mixed", 20, known, "a complete safe set, and files beside it that can run code"},
    {"framework", 40, known, "formats that can carry code: Keras, SavedModel, NeMo"},
    {"none", 40, known, "no weights that we recognise"},
    {"pickle", 60, known, "pickle or archives only: loading runs what is inside"},
    {"unrecognised", 60, known, "weights of an unknown format: loading them may run code"},
    {"executable", 60, known, "a program or script beside the weights, or a llamafile"},
    {"unknown", 30, unknown, "the list of files could not be read"},
});

constexpr auto code_outcomes = std::to_array<outcome_info>({
    {"none", 0, known, "no code of the publisher's"},
    {"py", 10, known, "Python files that no configuration loads"},
    {"automap", 30, known, "the configuration asks loaders to run the publisher's code"},
    {"implicit", 60, known, "the configuration makes loaders run code without asking anybody"},
    {"unknown", 10, unknown, "configuration or files could not be read"},
});

constexpr auto scan_outcomes = std::to_array<outcome_info>({
    {"safe", 0, known, "no scanner complains"},
    {"caution", 10, known, "a scanner advises caution"},
    {"suspicious", 20, known, "a scanner finds something suspicious"},
    {"unscanned", 20, unknown, "the scan is not finished or failed"},
    {"unsafe", 100, known, "a scanner calls a file unsafe"},
    {"unknown", 20, unknown, "the hub does not report its scan"},
});

constexpr auto template_outcomes = std::to_array<outcome_info>({
    {"own", 0, known, "no template, or the original publisher's"},
    {"third-party", 10, known, "a template embedded by a repackager of the model"},
    {"unknown", 0, unknown, "the model could not be read"},
});

constexpr auto integrity_outcomes = std::to_array<outcome_info>({
    {"all", 0, known, "the hub gives a sha256 for every weight file"},
    {"some", 10, known, "weight files without a sha256"},
    {"unknown", 0, unknown, "the list of files could not be read"},
});

constexpr auto signature_outcomes = std::to_array<outcome_info>({
    {"signed", 0, known, "a signature lies beside the files"},
    {"unsigned", 0, known, "no signature"},
    {"unread", 0, not_assessed, "the list of files could not be read"},
});

constexpr auto rows = std::to_array<check_info>({
    {check_id::format_weights,
     "format-weights",
     dimension::format,
     true,
     "FW",
     weights_outcomes,
     "What can the weight files do while they are loaded?",
     "Loading a pickle runs the program inside it. Safetensors holds numbers and nothing else.",
     "Load with `use_safetensors=True`, mirror only the safe files, and convert pickles in a sandbox without "
     "network.",
     "T2",
     "R2",
     "LLM03.4",
     "AML.T0011.000 AML.T0018.002",
     ""},
    {check_id::format_custom_code,
     "format-custom-code",
     dimension::format,
     false,
     "FC",
     code_outcomes,
     "Does loading it run Python of the publisher's?",
     "`trust_remote_code` hands your process to whatever the repository holds on that day.",
     "Leave `trust_remote_code=False`. Where it cannot be avoided, read the code and pin it by commit. What "
     "runs without being asked for must be taken out of the configuration before the model is loaded.",
     "T2",
     "R2",
     "LLM03.4",
     "AML.T0011.000",
     ""},
    {check_id::format_scan,
     "format-scan",
     dimension::format,
     false,
     "FS",
     scan_outcomes,
     "What do the hub's own scanners say?",
     "Several scanners look at every file. \"Suspicious\" is often a false alarm, and \"safe\" proves "
     "nothing: "
     "broken files have passed them.",
     "Read the scanner's report. Acknowledge a false alarm with a reason and an end date; never switch the "
     "check off.",
     "T2",
     "R2",
     "",
     "AML.M0016",
     ""},
    {check_id::format_template,
     "format-template",
     dimension::format,
     false,
     "FT",
     template_outcomes,
     "Who wrote the chat template?",
     "Templates are small programs: some servers have run code from them (CVE-2024-34359, CVE-2026-5760), "
     "and "
     "they can hide prompts.",
     "Compare the template with the original model's, and serve with a renderer that is sandboxed.",
     "T2",
     "",
     "LLM03.7",
     "AML.T0018",
     ""},
    {check_id::format_integrity,
     "format-integrity",
     dimension::format,
     false,
     "FI",
     integrity_outcomes,
     "Is there a sha256 for every weight file?",
     "What has no hash cannot be compared with what was approved.",
     "Hash such files yourself at intake and keep the result with the review.",
     "",
     "",
     "",
     "AML.M0014",
     "PS.3"},
    {check_id::format_signature,
     "format-signature",
     dimension::format,
     false,
     "",
     signature_outcomes,
     "Are the files signed?",
     "A signature proves where files come from, not that they are harmless; so few publishers sign that its "
     "absence does not count against one.",
     "Verify the signature where there is one.",
     "",
     "",
     "",
     "AML.M0013",
     ""},
});

} // namespace

std::span<check_info const> format_rows() noexcept {
    return rows;
}

} // namespace modelwatch::assess
