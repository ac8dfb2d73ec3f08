// What to do about a finding, where the outcomes of its check call for different things.

#include "daemon/report/content.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::report {

namespace {

using enum assess::check_id;

struct advice {
    assess::check_id check;
    std::string_view outcome;
    std::string_view text;
};

constexpr auto advices = std::to_array<advice>({
    {access_gating,
     "auto",
     "Ask for access with a service account that has a name and an owner, and keep the approval with the "
     "model's record."},
    {access_gating, "unknown", "Find out who may download the files: the hub did not say."},
    {license_class, "nc", "Keep it to research, or get a commercial license from the publisher in writing."},
    {license_class, "none", "Ask the publisher for a license; until there is one, nobody may use the model."},
    {license_class, "unknown", "Read the model card yourself: what it states could not be read."},
    {license_consistency, "unread", "Read the license file yourself: it may contradict what is stated."},
    {license_provenance, "unknown", "Find out what the model was made from, and under which license."},
    {format_weights,
     "inert",
     "Keep the loader up to date: the container holds no code, but readers of it have had flaws."},
    {format_weights, "onnx", "Load without custom operators, and pin external data together with the model."},
    {format_weights, "mixed", "Load with `use_safetensors=True`, and mirror only the safe files."},
    {format_weights,
     "framework",
     "Convert it to safetensors in a sandbox without network, or load it in the framework's safe mode."},
    {format_weights, "none", "Find out what is loaded at all: the repository holds no weights that we know."},
    {format_weights,
     "pickle",
     "Convert pickles in a sandbox without network, and load the result with `use_safetensors=True`."},
    {format_weights,
     "unrecognised",
     "Find out what the format is before anything loads it, and treat it as a program until then."},
    {format_weights, "executable", "Never run what lies beside the weights: mirror the weights alone."},
    {format_weights, "unknown", "Look at the list of files yourself: it could not be read."},
    {format_custom_code, "py", "Do not run the Python files: no configuration asks a loader for them."},
    {format_custom_code,
     "implicit",
     "Take the setting out of the configuration before the model is loaded: it runs code without being asked "
     "to."},
    {format_custom_code, "unknown", "Read configuration and code yourself: they could not be read."},
    {format_scan,
     "unscanned",
     "Wait for the hub's scan, or scan the files yourself, before anything loads "
     "them."},
    {format_scan, "unknown", "Scan the files yourself: the hub told nothing of its own scan."},
    {publisher_type,
     "lab",
     "The registry knows the publisher: have a third-party review on record, with an end date."},
    {publisher_type,
     "startup",
     "The registry knows the publisher: have a third-party review on record, with an end date."},
    {publisher_type,
     "academic",
     "The registry knows the publisher: agree whom you write to when staff there moves on."},
    {publisher_type,
     "nonprofit",
     "The registry knows the publisher: agree whom you write to when staff there moves on."},
    {publisher_type,
     "gov",
     "The registry knows the publisher: have the third-party review cover the state behind it."},
    {publisher_type,
     "community",
     "Find a person in the community who answers for it, and mirror what you use."},
    {publisher_type,
     "individual",
     "Prefer a publisher with a legal entity; else pin by commit and serve from your own mirror."},
    {publisher_single_point,
     "unknown",
     "Find out who can replace the files; until then pin by commit and "
     "serve from your own mirror."},
    {publisher_origin, "tuned", "Have the base model reviewed too: its flaws are inherited."},
    {publisher_origin, "undeclared", "Find out whose weights these are, or make the conversion yourself."},
    {publisher_origin, "unknown", "Find out whose weights these are before you approve them."},
    {publisher_dormancy, "quiet", "Look again in a few months, and mirror what you use until then."},
    {publisher_dormancy, "unknown", "Look at the account's models yourself: they could not be listed."},
    {version_age, "unknown", "Find out when the model was made: the hub did not say."},
    {version_maintenance, "unknown", "Find out when the model last changed: the hub did not say."},
    {version_superseded, "unknown", "Look for a successor yourself, and name it in your publishers file."},
    {version_upstream, "unknown", "Watch the base model too: its state is not known."},
    {version_eol, "past", "Replace it now: its support has ended."},
});

} // namespace

std::string_view advice_for(assess::finding const& one) noexcept {
    auto const found = std::find_if(advices.begin(), advices.end(), [&](advice const& row) {
        return row.check == one.check && row.outcome == one.outcome->name;
    });
    return found == advices.end() ? assess::info(one.check).remediation : found->text;
}

} // namespace modelwatch::report
