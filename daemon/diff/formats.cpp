#include "daemon/diff/file_class.hpp"
#include "daemon/diff/safe_set.hpp"
#include "daemon/diff/wording.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace modelwatch::diff {

namespace {

struct findings {
    std::vector<file_delta> standing; ///< code-capable files of the baseline that nothing safe stands beside
    std::vector<file_delta const*> came;
    std::vector<file_delta const*> lost; ///< safe files that went with the last safe set
    bool safe_format_lost = false;
    bool safe_set_intact = false;
};

bool came_unsafe(file_delta const& delta) noexcept {
    if (delta.removed() || !can_run_code(delta.is.tier)) return false;
    bool const same_bytes_were_here = delta.added() && delta.moved();
    return (delta.added() && !same_bytes_were_here) || !can_run_code(delta.was.tier);
}

/// Executables, and weights that can run code where no whole safe set stands beside them: true at first sight
/// too.
std::vector<file_delta> standing_files(facts const& seen, parts const& now) {
    bool const pipeline = seen.after.find("model_index.json") != nullptr;
    auto const open = exposed(now);
    std::vector<file_delta> out;
    for (auto const& item : seen.after.items()) {
        bool matters = item.kind.tier == format_tier::executable;
        if (can_run_code(item.kind.tier) && item.kind.role == file_role::weights) {
            auto const slash = item.file->path.find('/');
            auto const name =
                pipeline && slash != std::string::npos ? item.file->path.substr(0, slash) : std::string{};
            matters = matters || open.contains(name);
        }
        if (!matters) continue;
        auto const* const old = seen.before.find(item.file->path);
        out.push_back({old != nullptr ? old->file : item.file, item.file, item.kind, item.kind});
    }
    return out;
}

findings find_formats(facts const& seen) {
    findings out;
    auto const now = parts_of(seen.after);
    auto const before = parts_of(seen.before);
    out.standing = standing_files(seen, now);
    out.came = those(seen, came_unsafe);
    out.safe_format_lost = seen.has_baseline() && safe_format_was_lost(before, now);
    out.safe_set_intact = any_whole_safe_set(now) && exposed(now).empty();
    if (out.safe_format_lost) {
        out.lost = those(seen, [](auto const& d) { return d.removed() && is_safe(d.was.tier); });
    }
    return out;
}

/// Whether deployments that load only `allow_patterns` never touch a file that can run code.
bool patterns_keep_to_the_safe_set(facts const& seen) {
    auto const& patterns = seen.in.target.allow_patterns;
    if (patterns.empty()) return false;
    auto const& items = seen.after.items();
    return std::none_of(items.begin(), items.end(), [&](file_set::item const& item) {
        return can_run_code(item.kind.tier) &&
               std::any_of(patterns.begin(), patterns.end(), [&](auto const& pattern) {
                   return glob_match(pattern, item.file->path);
               });
    });
}

void note_tiers(change& what, std::vector<file_delta const*> const& files) {
    format_tier worst = format_tier::none;
    bool native = false;
    std::map<std::string_view, std::size_t> counts;
    for (auto const* const delta : files) {
        auto const tier = delta->removed() ? format_tier::none : delta->is.tier;
        if (!can_run_code(tier)) continue;
        ++counts[to_string(tier)];
        worst = std::max(worst, tier);
        if (tier == format_tier::executable && !is_script(delta->path())) native = true;
    }
    if (worst != format_tier::none) what.evidence["tier"] = to_string(worst);
    if (worst == format_tier::executable) {
        what.evidence["executable"] = true;
        what.evidence["native"] = native;
    }
    json::object tiers;
    for (auto const& [name, count] : counts)
        tiers[name] = count;
    what.evidence["tiers"] = std::move(tiers);
}

bool is_unknown(file_delta const* delta) noexcept {
    return delta->is.tier == format_tier::unknown;
}

/// "x.dat that can run code", or "x.dat of an unknown format".
std::string in_words(std::vector<file_delta const*> const& files) {
    bool const unknown = std::all_of(files.begin(), files.end(), is_unknown);
    return named(files, "file") + (unknown ? " of an unknown format" : " that can run code");
}

std::string unknown_sentence(std::vector<file_delta const*> const& files) {
    std::vector<file_delta const*> unknown;
    std::copy_if(files.begin(), files.end(), std::back_inserter(unknown), is_unknown);
    if (unknown.empty()) return {};
    return fmt::format(
        "What format {} {} is not known: until the content says otherwise, loading may run code.",
        named(unknown, "file"),
        unknown.size() == 1 ? "has" : "have"
    );
}

void describe(
    facts const& seen, findings const& found, change& what, std::vector<file_delta const*> const& files
) {
    if (found.came.empty() && !found.safe_format_lost) {
        what.evidence["standing"] = true;
        bool const unknown = std::all_of(files.begin(), files.end(), is_unknown);
        what.summary = fmt::format(
            "{} {} run code when loaded, {}", named(files, "file"), unknown ? "may" : "can", commit_step(seen)
        );
        what.detail =
            sentences({what.detail, unknown_sentence(files), "They were there when the baseline was taken."});
        return;
    }
    if (!found.came.empty()) {
        what.summary = fmt::format(
            "{} came, {}: {}",
            in_words(found.came),
            commit_step(seen),
            short_proof(proof_of(*found.came.front()->after))
        );
        what.detail = sentences({what.detail, unknown_sentence(found.came)});
    }
    if (found.safe_format_lost) {
        what.evidence["safe_format_lost"] = true;
        what.summary += what.summary.empty() ? fmt::format("The last safe format went, {}", commit_step(seen))
                                             : "; the last safe format went";
        what.detail = sentences(
            {what.detail,
             "No whole set of safetensors or GGUF files is left, so loaders fall back to other formats."}
        );
    } else if (found.safe_set_intact) {
        what.detail = sentences({what.detail, "A whole safe set still stands beside them."});
    }
}

} // namespace

void judge_formats(facts const& seen, std::vector<change>& out) {
    auto const found = find_formats(seen);
    std::vector<file_delta const*> files = found.came;
    files.insert(files.end(), found.lost.begin(), found.lost.end());
    std::set<file_entry const*> listed;
    for (auto const* const delta : found.came)
        listed.insert(delta->after);
    for (auto const& delta : found.standing) {
        if (!listed.contains(delta.after)) files.push_back(&delta);
    }
    if (files.empty() && !found.safe_format_lost) return;
    std::sort(files.begin(), files.end(), [](auto const* a, auto const* b) { return a->path() < b->path(); });
    auto what = about_files(seen, alert_kind::unsafe_format_added, files);
    note_tiers(what, found.came.empty() ? files : found.came);
    what.evidence["safe_set_intact"] = found.safe_set_intact;
    if (patterns_keep_to_the_safe_set(seen)) what.evidence["allow_patterns_safe"] = true;
    describe(seen, found, what, files);
    close(seen, what);
    out.push_back(std::move(what));
}

} // namespace modelwatch::diff
