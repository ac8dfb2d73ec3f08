#include "daemon/hub/failure.hpp"
#include "daemon/hub/json_reader.hpp"
#include "daemon/hub/limits.hpp"
#include "daemon/hub/parse.hpp"
#include "daemon/hub/parse_card.hpp"
#include "daemon/hub/url.hpp"
#include "daemon/model/commit_id.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::hub {

namespace {

/// Absent or null is false; anything but a boolean is an error: a guess could hide that a repo was withdrawn.
result<bool> flag(json::object const& info, std::string_view key) {
    auto const* const found = member(info, key);
    if (found == nullptr) return false;
    if (!found->is_bool()) return wrong_kind(key, *found);
    return found->get_bool();
}

gating gating_of(json::object const& info) noexcept {
    auto const* const found = member(info, "gated");
    if (found == nullptr) return gating::unknown;
    if (found->is_bool()) return found->get_bool() ? gating::automatic : gating::open;
    if (!found->is_string()) return gating::unknown;
    auto const text = std::string_view(found->get_string());
    if (text == "auto") return gating::automatic;
    if (text == "manual") return gating::manual;
    return gating::unknown;
}

result<std::string> required_text(json::object const& info, std::string_view key) {
    auto const* const found = info.if_contains(key);
    if (found == nullptr) return failure(errc::malformed, std::string(key) + " is missing");
    if (!found->is_string()) return wrong_kind(key, *found);
    return std::string(found->get_string());
}

bool names_no_commit(json::value const& told) noexcept {
    return told.is_null() || (told.is_string() && is_no_commit(trimmed(told.get_string())));
}

result<void> read_identity(snapshot& state, json::object const& info) {
    auto id = required_text(info, "id");
    if (!id) return id.error();
    if (!is_repo_id(*id))
        return failure(errc::malformed, "id is not a repo's name: " + shortened(printable(*id), 80));
    auto const* const told = info.if_contains("sha");
    if (told != nullptr && names_no_commit(*told))
        return failure(errc::not_found, "the hub names no commit for this revision");
    auto sha = required_text(info, "sha");
    if (!sha) return sha.error();
    if (!is_full_commit(lower(*sha))) return failure(errc::malformed, "sha is not a commit id");
    state.repo = std::move(*id);
    state.commit = lower(*sha);
    state.repo_id = short_text(text_of(info, "_id"));
    state.author = short_text(text_of(info, "author"));
    if (state.author.empty()) state.author = state.repo.substr(0, state.repo.find('/'));
    if (state.author == state.repo) state.author.clear(); // a legacy name without an account
    return {};
}

result<void> read_standing(snapshot& state, json::object const& info) {
    auto const hidden = flag(info, "private");
    if (!hidden) return hidden.error();
    auto const withdrawn = flag(info, "disabled");
    if (!withdrawn) return withdrawn.error();
    state.is_private = *hidden;
    state.disabled = *withdrawn;
    state.gate = gating_of(info);
    return {};
}

result<void> read_scan(snapshot& state, json::object const& info) {
    auto const* const status = object_member(info, "securityRepoStatus");
    if (status == nullptr) return {};
    scan_report report;
    auto const* const done = member(*status, "scansDone");
    report.done = done != nullptr && done->is_bool() && done->get_bool();
    auto const* const issues = member(*status, "filesWithIssues");
    if (issues != nullptr && !issues->is_array()) return wrong_kind("filesWithIssues", *issues);
    if (issues != nullptr) {
        auto const& list = issues->get_array();
        if (list.size() > limits::max_files)
            return failure(errc::too_large, "filesWithIssues has too many entries");
        for (auto const& item : list) {
            auto const* const row = item.if_object();
            if (row == nullptr) return wrong_kind("an entry of filesWithIssues", item);
            auto const path = text_of(*row, "path");
            if (!is_sound_path(path))
                return failure(errc::malformed, "filesWithIssues names an unusable path");
            auto const level = parse_scan_level(text_of(*row, "level"));
            // "absent" is our own word; a hub that says it was not understood.
            report.files.push_back(
                {std::string(path), level == scan_level::absent ? scan_level::error : level}
            );
        }
        std::sort(report.files.begin(), report.files.end(), [](auto const& left, auto const& right) {
            return left.path < right.path;
        });
    }
    state.scan = std::move(report);
    return {};
}

/// A hash or a size that is there must be one; what is absent only makes the list unproven.
result<file_entry> read_sibling(json::value const& item, bool& proven) {
    auto const* const row = item.if_object();
    if (row == nullptr) return wrong_kind("an entry of siblings", item);
    auto const* const name = row->if_contains("rfilename");
    if (name == nullptr || !name->is_string())
        return failure(errc::malformed, "an entry of siblings has no rfilename");
    file_entry file;
    file.path = std::string_view(name->get_string());
    if (!is_sound_path(file.path)) {
        return failure(
            errc::malformed, "siblings name an unusable path: " + shortened(printable(file.path), 80)
        );
    }
    auto size = count_member(*row, "size");
    file.oid = lower(text_of(*row, "blobId"));
    auto const* const lfs = object_member(*row, "lfs");
    if (lfs != nullptr) {
        auto hash = text_of_either(*lfs, "sha256", "oid");
        if (hash.starts_with("sha256:")) hash.remove_prefix(7);
        if (!is_hex(hash, 64)) return failure(errc::malformed, "a sibling's lfs.sha256 is not a SHA-256");
        file.sha256 = lower(hash);
        if (!size) size = count_member(*lfs, "size");
    }
    if (!file.oid.empty() && !is_full_commit(file.oid)) {
        return failure(errc::malformed, "a sibling's blobId is not an object id");
    }
    file.size = size.value_or(0);
    proven = proven && size.has_value() && !file.oid.empty();
    return file;
}

result<void> read_siblings(model_info& out, json::object const& info) {
    auto const* const found = member(info, "siblings");
    if (found == nullptr) return {};
    if (!found->is_array()) return wrong_kind("siblings", *found);
    auto const& list = found->get_array();
    if (list.size() > limits::max_files) return failure(errc::too_large, "siblings has too many entries");
    bool proven = !list.empty();
    out.state.files.reserve(list.size());
    for (auto const& item : list) {
        auto file = read_sibling(item, proven);
        if (!file) return file.error();
        out.state.files.push_back(std::move(*file));
    }
    out.proven = proven;
    return settle_files(out.state.files);
}

result<model_info> read_info(
    json::object const& info,
    std::string_view hub,
    std::string_view revision,
    instant observed_at,
    std::string_view endpoint
) {
    model_info out;
    auto& state = out.state;
    state.hub = hub;
    state.revision = revision;
    state.observed_at = observed_at;
    auto const identity = read_identity(state, info);
    if (!identity) return identity.error();
    auto const place = read_standing(state, info);
    if (!place) return place.error();
    state.created_at = from_rfc3339(text_of_either(info, "createdAt", "created_at"));
    state.last_modified = from_rfc3339(text_of_either(info, "lastModified", "last_modified"));
    state.tags = short_texts(array_member(info, "tags") == nullptr ? nullptr : member(info, "tags"));
    state.pipeline_tag = short_text(text_of(info, "pipeline_tag"));
    state.library_name = short_text(text_of(info, "library_name"));
    state.downloads = count_member(info, "downloads");
    auto const* const silent = member(info, "discussionsDisabled");
    if (silent != nullptr && silent->is_bool()) state.discussions_disabled = silent->get_bool();
    read_card(state, info, endpoint);
    read_behaviour(state, info);
    auto const scan = read_scan(state, info);
    if (!scan) return scan.error();
    auto const siblings = read_siblings(out, info);
    if (!siblings) return siblings.error();
    return out;
}

} // namespace

result<model_info> parse_model_info(
    std::string_view body,
    std::string_view hub,
    std::string_view revision,
    instant observed_at,
    std::string_view endpoint
) {
    json_arena arena;
    auto const parsed = parse_body(body, arena);
    if (!parsed) return parsed.error();
    auto const* const info = parsed->if_object();
    if (info == nullptr) return wrong_kind("the model info", *parsed);
    return read_info(*info, hub, revision, observed_at, endpoint);
}

} // namespace modelwatch::hub
