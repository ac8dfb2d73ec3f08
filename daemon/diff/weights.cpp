#include "daemon/diff/wording.hpp"

#include <fmt/format.h>

namespace modelwatch::diff {

namespace {

bool is_weights(file_class const& kind) noexcept {
    return kind.role == file_role::weights;
}

void judge_replaced(facts const& seen, std::vector<change>& out) {
    auto const files =
        those(seen, [](auto const& d) { return d.changed() && (is_weights(d.was) || is_weights(d.is)); });
    if (files.empty()) return;
    auto what = about_files(seen, alert_kind::weights_replaced, files);
    auto const& first = what.files.front();
    auto const proof = fmt::format("{} → {}", short_proof(first.old_sha256), short_proof(first.new_sha256));
    auto const name = named(files, "weight file");
    if (seen.same_commit()) {
        what.evidence["silent"] = true;
        what.summary = fmt::format("{} replaced silently, {}: {}", name, commit_step(seen), proof);
        what.detail = sentences(
            {what.detail,
             "The commit id did not change although the bytes did. Git cannot do that: either the hub's "
             "storage was "
             "tampered with, or the recorded baseline is damaged. Keep both copies and treat it as an "
             "incident."}
        );
    } else if (seen.past.rewritten) {
        what.evidence["silent"] = true;
        what.summary =
            fmt::format("{} replaced under a rewritten history, {}: {}", name, commit_step(seen), proof);
        what.detail = sentences(
            {what.detail,
             "The history was rewritten as well, so that no commit tells of the replacement: whoever did it "
             "left no "
             "trace of the old bytes."}
        );
    } else {
        what.summary = fmt::format("{} replaced, {}: {}", name, commit_step(seen), proof);
    }
    close(seen, what);
    out.push_back(std::move(what));
}

void judge_removed_and_added(facts const& seen, std::vector<change>& out) {
    auto const gone =
        those(seen, [](auto const& d) { return d.removed() && !d.moved() && is_weights(d.was); });
    auto const came = those(seen, [](auto const& d) { return d.added() && !d.moved() && is_weights(d.is); });
    auto const add = [&](alert_kind kind, auto const& files, std::string_view verb) {
        if (files.empty()) return;
        auto what = about_files(seen, kind, files);
        what.summary = fmt::format(
            "{} {}, {}: {}",
            named(files, "weight file"),
            verb,
            commit_step(seen),
            short_proof(proof_of(files.front()->added() ? *files.front()->after : *files.front()->before))
        );
        if (seen.same_commit()) what.evidence["silent"] = true;
        close(seen, what);
        out.push_back(std::move(what));
    };
    add(alert_kind::weights_removed, gone, "removed");
    add(alert_kind::weights_added, came, "added");
}

} // namespace

void judge_weights(facts const& seen, std::vector<change>& out) {
    judge_replaced(seen, out);
    judge_removed_and_added(seen, out);
}

} // namespace modelwatch::diff
