#include "daemon/diff/file_class.hpp"
#include "daemon/diff/wording.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <set>

namespace modelwatch::diff {

namespace {

bool is_safe(format_tier tier) noexcept {
    return tier == format_tier::safetensors || tier == format_tier::inert;
}

bool can_run_code(format_tier tier) noexcept {
    return tier == format_tier::framework || tier == format_tier::pickle || tier == format_tier::archive ||
           tier == format_tier::executable;
}

/// "model-00001-of-00003.safetensors" is shard 1 of 3 of a set that is whole only with all three.
struct shard {
    std::string set;
    std::size_t number = 1;
    std::size_t total = 1;
};

std::optional<std::size_t> number_in(std::string_view digits) noexcept {
    std::size_t value = 0;
    auto const [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
    return failed == std::errc{} ? value : std::numeric_limits<std::size_t>::max();
}

shard shard_of(std::string_view path) {
    shard out{std::string{path}, 1, 1};
    auto const dot = path.rfind('.');
    auto const of = path.rfind("-of-", dot);
    if (dot == std::string_view::npos || of == std::string_view::npos || of == 0) return out;
    auto const dash = path.rfind('-', of - 1);
    if (dash == std::string_view::npos) return out;
    auto const number = number_in(path.substr(dash + 1, of - dash - 1));
    auto const total = number_in(path.substr(of + 4, dot - of - 4));
    if (!number || !total) return out;
    // Numbers that make no sense never make a whole set.
    bool const sane = *number >= 1 && *number <= *total;
    auto set = fmt::format("{}-of-{}{}", path.substr(0, dash), *total, path.substr(dot));
    return {std::move(set), *number, sane ? *total : std::numeric_limits<std::size_t>::max()};
}

/// Weights of one part of the repo. A pipeline (model_index.json) loads each folder on its own; any other
/// repo is one part.
struct part {
    std::map<std::string, std::pair<std::set<std::size_t>, std::size_t>>
        safe_sets; ///< shards present, shards in all
    bool code_capable = false;

    [[nodiscard]] bool has_whole_safe_set() const {
        return std::any_of(safe_sets.begin(), safe_sets.end(), [](auto const& set) {
            return set.second.first.size() == set.second.second;
        });
    }
};

using parts = std::map<std::string, part, std::less<>>;

parts parts_of(file_set const& files) {
    bool const pipeline = files.find("model_index.json") != nullptr;
    parts out;
    for (auto const& item : files.items()) {
        if (item.kind.role != file_role::weights) continue;
        std::string_view const path = item.file->path;
        auto const slash = path.find('/');
        auto& here =
            out[std::string{pipeline && slash != path.npos ? path.substr(0, slash) : std::string_view{}}];
        if (can_run_code(item.kind.tier)) here.code_capable = true;
        if (!is_safe(item.kind.tier)) continue;
        auto const piece = shard_of(path);
        auto& set = here.safe_sets[piece.set];
        set.first.insert(piece.number);
        set.second = piece.total;
    }
    return out;
}

bool any_whole_safe_set(parts const& all) {
    return std::any_of(all.begin(), all.end(), [](auto const& entry) {
        return entry.second.has_whole_safe_set();
    });
}

/// Parts whose loader has nothing but formats that can run code.
std::set<std::string> exposed(parts const& all) {
    std::set<std::string> out;
    for (auto const& [name, here] : all) {
        if (here.code_capable && !here.has_whole_safe_set()) out.insert(name);
    }
    return out;
}

bool safe_format_was_lost(parts const& before, parts const& now) {
    for (auto const& name : exposed(now)) {
        auto const then = before.find(name);
        if (then != before.end() && then->second.has_whole_safe_set()) return true;
    }
    return !now.empty() && any_whole_safe_set(before) && !any_whole_safe_set(now);
}

struct findings {
    std::vector<file_delta> standing; ///< code-capable files of the baseline that nothing safe stands beside
    std::vector<file_delta const*> came;
    std::vector<file_delta const*> lost; ///< safe files that went with the last safe set
    bool safe_format_lost = false;
    bool safe_set_intact = false;
};

bool came_unsafe(file_delta const& delta) noexcept {
    if (delta.removed() || !can_run_code(delta.is.tier)) return false;
    return delta.added() || !can_run_code(delta.was.tier);
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

void describe(
    facts const& seen, findings const& found, change& what, std::vector<file_delta const*> const& files
) {
    if (found.came.empty() && !found.safe_format_lost) {
        what.evidence["standing"] = true;
        what.summary =
            fmt::format("{} can run code when loaded, {}", named(files, "file"), commit_step(seen));
        what.detail = sentences({what.detail, "They were there when the baseline was taken."});
        return;
    }
    if (!found.came.empty()) {
        what.summary = fmt::format(
            "{} that can run code came, {}: {}",
            named(found.came, "file"),
            commit_step(seen),
            short_proof(proof_of(*found.came.front()->after))
        );
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
