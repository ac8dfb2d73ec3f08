#include "daemon/diff/wording.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace modelwatch::diff {

namespace {

constexpr std::size_t longest_summary = 390;

/// How the table of classes that loaders would run with trust_remote_code differs.
struct auto_map_difference {
    std::vector<std::string> added;
    std::vector<std::string> changed;
    std::vector<std::string> removed;
    std::vector<std::string> foreign; ///< entries, now there, whose code lies in another repo
};

std::map<std::string, std::string, std::less<>> entries_of(snapshot const& state) {
    std::map<std::string, std::string, std::less<>> out;
    for (auto const& entry : state.auto_map) {
        auto const equals = entry.find('=');
        auto const name = entry.substr(0, equals);
        auto& target = out[name];
        if (!target.empty()) target += ", ";
        if (equals != std::string::npos) target += entry.substr(equals + 1);
    }
    return out;
}

auto_map_difference auto_map_differences(snapshot const& before, snapshot const& now, bool moved) {
    auto const old = entries_of(before);
    auto const current = entries_of(now);
    auto_map_difference out;
    for (auto const& [name, target] : current) {
        auto const text = quoted(name + "=" + target);
        auto const found = old.find(name);
        if (found == old.end()) {
            out.added.push_back(text);
        } else if (found->second != target) {
            out.changed.push_back(text);
        } else {
            continue;
        }
        if (target.find("--") != std::string::npos) out.foreign.push_back(text);
    }
    for (auto const& [name, target] : old) {
        if (!moved) break; // at the same commit the hub only did not tell
        if (!current.contains(name)) out.removed.push_back(quoted(name + "=" + target));
    }
    return out;
}

/// Whether the hub's own summary of the configuration names this entry.
bool is_told_by(snapshot const& state, reach const& one) {
    constexpr std::string_view map = "#/auto_map/";
    auto const begin = one.by.find(map);
    if (begin == std::string::npos) return false;
    auto const name =
        one.by.substr(begin + map.size(), one.by.find('/', begin + map.size()) - begin - map.size());
    auto const& told = state.auto_map;
    return std::find(told.begin(), told.end(), name + "=" + one.target) != told.end();
}

std::vector<reach> not_told_by(snapshot const& state, std::vector<reach> entries) {
    std::erase_if(entries, [&](reach const& one) { return is_told_by(state, one); });
    return entries;
}

bool is_code(file_class const& kind) noexcept {
    return kind.role == file_role::code;
}

std::string list(std::vector<std::string> const& entries) {
    std::string out;
    for (std::size_t i = 0; i < std::min<std::size_t>(entries.size(), 5); ++i)
        out += (i == 0 ? "" : ", ") + entries[i];
    return entries.size() > 5 ? out + ", …" : out;
}

bool is_foreign(reach const& one) noexcept {
    return one.what == reach_kind::repo || one.what == reach_kind::url ||
           one.target.find("--") != std::string::npos;
}

/// Says what settings lead loaders to, and whether anybody is asked first.
void add_switches(facts const& seen, change& what, std::string_view key, std::vector<reach> const& found) {
    if (found.empty()) return;
    what.evidence[key] = evidence_of(found);
    std::vector<reach> open;
    std::copy_if(found.begin(), found.end(), std::back_inserter(open), [](reach const& one) {
        return one.without_consent;
    });
    std::string follows;
    if (!open.empty()) {
        what.evidence["without_consent"] = true;
        what.action = "Load nothing from this revision, not even with trust_remote_code off; compare the "
                      "configuration and stay on the baseline commit.";
        follows = fmt::format("Loaders follow this although nobody trusts remote code: {}.", told(open));
    }
    bool const known = seen.switches.before_is_known;
    if (!known) what.evidence["before_known"] = false;
    what.detail =
        sentences({what.detail, follows, known ? "" : "Whether it was there at the baseline is not known."});
}

/// What both kinds of change collect before they speak.
struct code_difference {
    auto_map_difference map;
    std::vector<reach> added;
    std::vector<reach> changed;
    std::vector<reach> removed;
};

code_difference code_differences(facts const& seen) {
    auto const& before = *seen.in.baseline;
    code_difference out{auto_map_differences(before, seen.now(), seen.past.moved), {}, {}, {}};
    out.added = not_told_by(before, seen.switches.added);
    out.changed = not_told_by(before, seen.switches.changed);
    out.removed = not_told_by(seen.now(), seen.switches.removed);
    return out;
}

/// Names what lies in other repos; says so in the evidence too.
std::string note_foreign(change& what, std::vector<std::string> foreign, std::vector<reach> const& found) {
    for (auto const& one : found) {
        if (is_foreign(one)) foreign.push_back(told(one));
    }
    if (foreign.empty()) return {};
    what.evidence["foreign_code"] = to_array(foreign);
    return fmt::format("The code of {} lies in another repo, which this watch does not see.", list(foreign));
}

void put_list(change& what, std::string_view key, std::vector<std::string> const& entries) {
    if (!entries.empty()) what.evidence[key] = to_array(entries);
}

void summarize(
    facts const& seen, change& what, std::string_view verb, std::vector<std::string> const& parts
) {
    auto const text = fmt::format("Code {}, {}: {}", verb, commit_step(seen), fmt::join(parts, "; "));
    what.summary = shortened(text, longest_summary);
}

std::string subject_without_files(std::vector<std::string> const& map, std::vector<reach> const& found) {
    if (!map.empty()) return "auto_map";
    return found.empty() ? "custom_code" : quoted(found.front().by, 200);
}

void judge_added(facts const& seen, code_difference const& code, std::vector<change>& out) {
    // An executable that came is a matter of formats (unsafe-format-added), which is graver.
    auto const files = those(seen, [](auto const& d) {
        return d.added() && is_code(d.is) && d.is.tier == format_tier::none;
    });
    auto const& map = code.map;
    auto const switches = not_told_by(seen.now(), code.added);
    bool const tagged = seen.now().custom_code && !seen.in.baseline->custom_code;
    bool const set = !map.added.empty() || !switches.empty() || tagged;
    if (files.empty() && !set) return;
    auto what = about_files(seen, alert_kind::code_added, files);
    if (files.empty()) what.subject = subject_without_files(map.added, switches);
    std::vector<std::string> parts;
    if (!files.empty()) parts.push_back(named(files, "code file"));
    if (!switches.empty()) parts.push_back(told(switches));
    if (!map.added.empty()) parts.push_back("auto_map " + list(map.added));
    if (tagged) parts.push_back("tag custom_code");
    summarize(seen, what, "added", parts);
    put_list(what, "auto_map_added", map.added);
    if (tagged) what.evidence["custom_code"] = true;
    if (seen.same_commit() && !(files.empty() && code.added.empty())) what.evidence["silent"] = true;
    add_switches(seen, what, "reach_added", code.added);
    auto const foreign = note_foreign(what, map.foreign, switches);
    what.detail =
        sentences({what.detail, set ? "Loaders that trust remote code would run it." : "", foreign});
    close(seen, what);
    out.push_back(std::move(what));
}

/// What is called changed: files, entries of the map, other settings.
std::vector<std::string> changed_parts(
    std::vector<file_delta const*> const& files,
    auto_map_difference const& map,
    std::vector<reach> const& changed,
    std::vector<reach> const& removed
) {
    std::vector<std::string> parts;
    if (!files.empty()) parts.push_back(named(files, "code file"));
    if (!changed.empty()) parts.push_back("now " + told(changed));
    if (!map.changed.empty()) parts.push_back("auto_map now " + list(map.changed));
    if (!map.removed.empty()) parts.push_back("auto_map without " + list(map.removed));
    if (!removed.empty()) parts.push_back("without " + told(removed));
    return parts;
}

void judge_changed(facts const& seen, code_difference const& code, std::vector<change>& out) {
    auto const files =
        those(seen, [](auto const& d) { return !d.added() && (is_code(d.was) || is_code(d.is)); });
    auto const& map = code.map;
    auto const changed = not_told_by(seen.now(), code.changed);
    auto const removed = not_told_by(*seen.in.baseline, code.removed);
    auto const parts = changed_parts(files, map, changed, removed);
    if (parts.empty()) return;
    auto what = about_files(seen, alert_kind::code_changed, files);
    bool const mapped = !map.changed.empty() || !map.removed.empty();
    if (files.empty())
        what.subject = mapped ? "auto_map" : quoted((changed.empty() ? removed : changed)[0].by, 200);
    bool const only_removed =
        map.changed.empty() && changed.empty() &&
        std::all_of(files.begin(), files.end(), [](auto const* delta) { return delta->removed(); });
    summarize(seen, what, only_removed ? "removed" : "changed", parts);
    if (only_removed) what.evidence["only_removed"] = true;
    put_list(what, "auto_map_changed", map.changed);
    put_list(what, "auto_map_removed", map.removed);
    if (seen.same_commit() && !(files.empty() && code.changed.empty())) what.evidence["silent"] = true;
    add_switches(seen, what, "reach_changed", code.changed);
    if (!code.removed.empty()) what.evidence["reach_removed"] = evidence_of(code.removed);
    auto const foreign = note_foreign(what, map.foreign, changed);
    what.detail = sentences(
        {what.detail,
         mapped ? "The table of classes that loaders run when they trust remote code is another one." : "",
         foreign}
    );
    close(seen, what);
    out.push_back(std::move(what));
}

} // namespace

void judge_code(facts const& seen, std::vector<change>& out) {
    if (!seen.has_baseline()) return;
    auto const code = code_differences(seen);
    judge_added(seen, code, out);
    judge_changed(seen, code, out);
}

} // namespace modelwatch::diff
