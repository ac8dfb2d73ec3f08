#include "daemon/report/explanation_texts.hpp"

#include <array>

namespace modelwatch::report {

namespace {

constexpr std::string_view off = "[rubric] floors_off";

constexpr auto table = std::to_array<free_text>({
    {"F1",
     "Any dimension at Medium or worse makes the overall rating at least Low-Medium.",
     "Low promises that no part of the model needs a second look.",
     "Look at the dimension that is not low.",
     "Every dimension is Low or Low-Medium.",
     off,
     "",
     ""},
    {"F2",
     "Publisher traceability at High makes the rating at least Medium.",
     "Without an accountable publisher there is no one to ask, to warn, or to hold liable.",
     "Find out who is behind the account, or take the model from a known publisher.",
     "Publisher traceability falls below High.",
     off,
     "T3 R4",
     "wizardlm"},
    {"F3",
     "File format security at High, on evidence that was really seen, makes the rating at least Medium-High.",
     "A publisher's good name does not disarm a file that runs code while it is loaded.",
     "Get a safe format, from the publisher or by converting in a sandbox.",
     "File format security falls below High.",
     off,
     "T2 R2",
     "hundred-models"},
    {"F4",
     "F2 and F3 together make the rating High.",
     "Executable and unaccountable is how malicious models look; there is no mark good enough to make up for "
     "it.",
     "Do not load it.",
     "One of the two floors no longer holds.",
     off,
     "T2 T3",
     "nullifai"},
    {"F5",
     "An individual or unknown publisher, timeliness at High, and an account or model that is abandoned: the "
     "rating is "
     "High.",
     "An orphan gets no fixes and no warnings, and its name may be free for the taking.",
     "Mirror what you use now, and plan the replacement.",
     "Somebody maintains it again, or you use another source.",
     off,
     "T3 T5",
     "namespace-reuse"},
    {"F6",
     "Any single finding with all the points there are makes the rating High.",
     "A file that scanners call unsafe, a confirmed imitation, a withdrawn repository or a grave advisory is "
     "a stop "
     "signal that no mean may soften.",
     "Stop using it until that one finding is resolved.",
     "The finding is resolved.",
     off,
     "R1",
     "fake-release"},
    {"F7",
     "A government-affiliated publisher outside your home jurisdictions, or a country on your elevated list, "
     "makes the "
     "rating at least Medium.",
     "Foreign ownership, control or influence wants a decision by a person before use, on the record.",
     "Do the third-party review with the questions about foreign ownership.",
     "The jurisdiction lists change: it is your organisation that decides which ones matter.",
     "[policy] home_jurisdictions, trusted_jurisdictions, elevated_jurisdictions; [rubric] floors_off",
     "T4 R4",
     ""},
    {"F8",
     "No license, or one without commercial use, makes the rating at least Medium while the intended use is "
     "commercial.",
     "A technically perfect model that you may not use is not a small risk.",
     "Ask for a license, or take another model.",
     "The license permits commercial use, or the intended use is another.",
     "[policy] intended_use; [rubric] floors_off",
     "R1",
     "phi-2-license"},
    {"F9",
     "Principal evidence missing in two or more dimensions makes the rating at least Medium, marked "
     "provisional.",
     "What could not be seen must not pass for good.",
     "Give the program a token that may read the model, or find out why the hub does not answer.",
     "The missing evidence is there.",
     off,
     "",
     ""},
});

} // namespace

std::span<free_text const> floor_texts() noexcept {
    return table;
}

} // namespace modelwatch::report
