#include "daemon/diff/wording.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace modelwatch::diff {

namespace {

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

bool is_code(file_class const& kind) noexcept {
    return kind.role == file_role::code;
}

std::string list(std::vector<std::string> const& entries) {
    std::string out;
    for (std::size_t i = 0; i < std::min<std::size_t>(entries.size(), 5); ++i)
        out += (i == 0 ? "" : ", ") + entries[i];
    return entries.size() > 5 ? out + ", …" : out;
}

std::string foreign_sentence(std::vector<std::string> const& foreign) {
    if (foreign.empty()) return {};
    return fmt::format("The code of {} lies in another repo, which this watch does not see.", list(foreign));
}

void judge_added(facts const& seen, auto_map_difference const& map, std::vector<change>& out) {
    // An executable that came is a matter of formats (unsafe-format-added), which is graver.
    auto const files = those(seen, [](auto const& d) {
        return d.added() && is_code(d.is) && d.is.tier == format_tier::none;
    });
    bool const tagged = seen.now().custom_code && !seen.in.baseline->custom_code;
    if (files.empty() && map.added.empty() && !tagged) return;
    auto what = about_files(seen, alert_kind::code_added, files);
    std::vector<std::string> parts;
    if (!files.empty()) parts.push_back(named(files, "code file"));
    if (!map.added.empty()) parts.push_back("auto_map " + list(map.added));
    if (tagged) parts.push_back("tag custom_code");
    if (files.empty()) what.subject = map.added.empty() ? "custom_code" : "auto_map";
    what.summary = fmt::format("Code added, {}: {}", commit_step(seen), fmt::join(parts, "; "));
    if (!map.added.empty()) what.evidence["auto_map_added"] = to_array(map.added);
    if (tagged) what.evidence["custom_code"] = true;
    if (!map.foreign.empty()) what.evidence["foreign_code"] = to_array(map.foreign);
    if (seen.same_commit() && !files.empty()) what.evidence["silent"] = true;
    what.detail = sentences(
        {what.detail,
         map.added.empty() && !tagged ? "" : "Loaders that trust remote code would run it.",
         foreign_sentence(map.foreign)}
    );
    close(seen, what);
    out.push_back(std::move(what));
}

void judge_changed(facts const& seen, auto_map_difference const& map, std::vector<change>& out) {
    auto const files =
        those(seen, [](auto const& d) { return !d.added() && (is_code(d.was) || is_code(d.is)); });
    if (files.empty() && map.changed.empty() && map.removed.empty()) return;
    auto what = about_files(seen, alert_kind::code_changed, files);
    std::vector<std::string> parts;
    if (!files.empty()) parts.push_back(named(files, "code file"));
    if (!map.changed.empty()) parts.push_back("auto_map now " + list(map.changed));
    if (!map.removed.empty()) parts.push_back("auto_map without " + list(map.removed));
    if (files.empty()) what.subject = "auto_map";
    bool const only_removed =
        map.changed.empty() &&
        std::all_of(files.begin(), files.end(), [](auto const* delta) { return delta->removed(); });
    what.summary = fmt::format(
        "Code {}, {}: {}", only_removed ? "removed" : "changed", commit_step(seen), fmt::join(parts, "; ")
    );
    if (only_removed) what.evidence["only_removed"] = true;
    if (!map.changed.empty()) what.evidence["auto_map_changed"] = to_array(map.changed);
    if (!map.removed.empty()) what.evidence["auto_map_removed"] = to_array(map.removed);
    if (!map.foreign.empty()) what.evidence["foreign_code"] = to_array(map.foreign);
    if (seen.same_commit() && !files.empty()) what.evidence["silent"] = true;
    bool const mapped = !map.changed.empty() || !map.removed.empty();
    what.detail = sentences(
        {what.detail,
         mapped ? "The table of classes that loaders run when they trust remote code is another one." : "",
         foreign_sentence(map.foreign)}
    );
    close(seen, what);
    out.push_back(std::move(what));
}

} // namespace

void judge_code(facts const& seen, std::vector<change>& out) {
    if (!seen.has_baseline()) return;
    auto const map = auto_map_differences(*seen.in.baseline, seen.now(), seen.past.moved);
    judge_added(seen, map, out);
    judge_changed(seen, map, out);
}

} // namespace modelwatch::diff
