#include "daemon/diff/wording.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace modelwatch::diff {

namespace {

using levels = std::map<std::string, scan_level, std::less<>>;

bool worrying(scan_level level) noexcept {
    return level == scan_level::caution || level == scan_level::suspicious || level == scan_level::unsafe;
}

void take_flagged(scan_report const* report, levels& out) {
    if (report == nullptr) return;
    for (auto const& file : report->files) {
        if (!worrying(file.level)) continue;
        auto& level = out[file.path];
        level = std::max(level, file.level);
    }
}

scan_report const* report_of(snapshot const* state) noexcept {
    return state != nullptr && state->scan ? &*state->scan : nullptr;
}

/// What is known of the files now. A scan that is not finished, or that the hub did not show, clears nobody:
/// what was flagged before stays flagged while the same file is there.
levels levels_now(facts const& seen) {
    levels out;
    auto const* const report = report_of(&seen.now());
    take_flagged(report, out);
    if (report != nullptr && report->done) return out;
    levels earlier;
    take_flagged(seen.in.last_known_scan, earlier);
    if (seen.in.last_known_scan == nullptr) take_flagged(report_of(seen.in.baseline), earlier);
    for (auto const& [path, level] : earlier) {
        if (seen.after.find(path) == nullptr) continue;
        auto& known = out[path];
        known = std::max(known, level);
    }
    return out;
}

file_evidence evidence_for(facts const& seen, std::string const& path) {
    auto const* const old = seen.before.find(path);
    auto const* const now = seen.after.find(path);
    file_evidence out;
    out.path = printable(path);
    if (old != nullptr) {
        out.old_sha256 = proof_of(*old->file);
        out.old_size = old->file->size;
    }
    if (now != nullptr) {
        out.new_sha256 = proof_of(*now->file);
        out.new_size = now->file->size;
    }
    return out;
}

struct verdicts {
    std::vector<std::pair<std::string, scan_level>> told; ///< risen, and grave ones that stand
    std::vector<std::string> risen;
    scan_level worst = scan_level::absent;
};

verdicts find_verdicts(facts const& seen) {
    levels then;
    take_flagged(report_of(seen.in.baseline), then);
    verdicts out;
    for (auto const& [path, level] : levels_now(seen)) {
        auto const before = then.find(path);
        bool const rose = seen.has_baseline() && (before == then.end() || level > before->second);
        // A caution that was there before is a note, not a condition to keep an alert open for.
        if (!rose && level == scan_level::caution) continue;
        if (rose) out.risen.push_back(printable(path));
        out.told.emplace_back(path, level);
        out.worst = std::max(out.worst, level);
    }
    return out;
}

} // namespace

void judge_scan(facts const& seen, std::vector<change>& out) {
    auto const found = find_verdicts(seen);
    if (found.told.empty()) return;
    auto what = about_repo(seen, alert_kind::hub_scan_flagged);
    json::object by_path;
    for (auto const& [path, level] : found.told) {
        if (what.files.size() >= max_evidence_files) break;
        what.files.push_back(evidence_for(seen, path));
        by_path[printable(path)] = to_string(level);
    }
    if (found.told.size() > what.files.size())
        what.evidence["files_omitted"] = found.told.size() - what.files.size();
    what.subject = subject_of(what.files, found.told.size());
    what.evidence["levels"] = std::move(by_path);
    what.evidence["level"] = to_string(found.worst);
    if (found.risen.empty()) {
        what.evidence["standing"] = true;
    } else {
        what.evidence["risen"] = to_array(found.risen);
    }
    what.summary = fmt::format(
        "Hub scanners call {} {}: {}",
        what.subject,
        to_string(found.worst),
        short_proof(what.files.front().new_sha256)
    );
    auto const* const report = report_of(&seen.now());
    bool const finished = report != nullptr && report->done;
    what.detail = fmt::format(
        "{} flagged by the hub's own scanners; {}.{}",
        counted(found.told.size(), "file"),
        found.risen.empty() ? "nothing got worse since the baseline"
                            : counted(found.risen.size(), "verdict") + " got worse",
        finished ? "" : " The scan of this commit is not finished or not shown: earlier verdicts still count."
    );
    close(seen, what);
    out.push_back(std::move(what));
}

} // namespace modelwatch::diff
