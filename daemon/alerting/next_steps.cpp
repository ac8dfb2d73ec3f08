#include "daemon/alerting/next_steps.hpp"

#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch::alerting {

namespace {

/// Whether moving the baseline settles it: it tells of a difference to the baseline.
bool is_settled_by_accepting(alert const& entry) {
    using enum alert_kind;
    if (entry.repo.empty() || flag_of(entry.what.evidence, "standing")) return false;
    switch (entry.what.kind) {
    case weights_replaced:
    case weights_removed:
    case weights_added:
    case history_rewritten:
    case tag_moved:
    case commits_added:
    case code_added:
    case code_changed:
    case template_changed:
    case config_changed:
    case tokenizer_changed:
    case unsafe_format_added:
    case license_changed:
    case gating_changed:
    case repo_renamed:
    case namespace_reborn:
    case publisher_changed:
        return true;
    default:
        return false;
    }
}

bool has_two_states(alert const& entry) {
    auto const& what = entry.what;
    if (entry.repo.empty() || what.baseline_commit.empty() || what.commit.empty()) return false;
    return what.baseline_commit != what.commit || !what.files.empty();
}

next_step look(alert const& entry) {
    if (has_two_states(entry)) return {"Look at what changed.", "modelwatch diff " + watch_name(entry)};
    return {"Read the evidence.", "modelwatch alerts show " + entry.id};
}

next_step ending(alert const& entry, std::string_view advice) {
    // "Do not accept …: see alert …" must not be followed by how to accept it.
    if (!is_settled_by_accepting(entry) || advice.starts_with("Do not "))
        return {"Say that you take care of it.", "modelwatch alerts ack " + entry.id + " --by NAME"};
    auto command = "modelwatch accept " + watch_name(entry);
    if (!entry.what.commit.empty()) command += " --commit " + entry.what.commit;
    return {"Only after review: trust the new state.", command + " --by NAME --reason TEXT", true};
}

} // namespace

std::vector<next_step> next_steps(alert const& entry) {
    auto const advice =
        entry.what.action.empty() ? std::string{info(entry.what.kind).action} : entry.what.action;
    return {{advice, ""}, look(entry), ending(entry, advice)};
}

std::string watch_name(alert const& entry) {
    auto out = printable(entry.repo);
    if (!entry.revision.empty() && entry.revision != "main") out += "@" + printable(entry.revision);
    return out;
}

} // namespace modelwatch::alerting
