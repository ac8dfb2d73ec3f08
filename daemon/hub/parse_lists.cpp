#include "daemon/hub/failure.hpp"
#include "daemon/hub/json_reader.hpp"
#include "daemon/hub/limits.hpp"
#include "daemon/hub/parse.hpp"
#include "daemon/hub/url.hpp"
#include "daemon/model/commit_id.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::hub {

namespace {

constexpr std::size_t max_authors = 32;

/// Reads every element of a body that must be an array of objects; in a tree a null is an empty row.
template <class Item, class Read>
result<std::vector<Item>> read_rows(
    std::string_view body, std::string_view what, std::size_t limit, Read read, bool null_is_empty = false
) {
    json_arena arena;
    auto const parsed = parse_body(body, arena);
    if (!parsed) return parsed.error();
    auto const* const rows = parsed->if_array();
    if (rows == nullptr) return wrong_kind(what, *parsed);
    if (rows->size() > limit) return failure(errc::too_large, std::string(what) + " has too many entries");
    std::vector<Item> out;
    out.reserve(rows->size());
    for (auto const& row : *rows) {
        auto const* const object = row.if_object();
        if (null_is_empty && row.is_null()) continue;
        if (object == nullptr) return wrong_kind("an entry of " + std::string(what), row);
        auto const done = read(*object, out);
        if (!done) return done.error();
    }
    return out;
}

result<void> read_lfs(file_entry& file, std::optional<std::uint64_t>& size, json::object const& row) {
    auto const* const lfs = object_member(row, "lfs");
    if (lfs == nullptr) return {};
    auto hash = text_of_either(*lfs, "oid", "sha256");
    if (hash.starts_with("sha256:")) hash.remove_prefix(7);
    if (!is_hex(hash, 64))
        return failure(errc::malformed, "lfs.oid of " + printable(file.path) + " is not a SHA-256");
    file.sha256 = lower(hash);
    auto const inner = count_member(*lfs, "size");
    if (size && inner && *size != *inner) {
        return failure(errc::malformed, "the tree gives two sizes for " + printable(file.path));
    }
    if (!size) size = inner;
    return {};
}

/// What a server says of a row, in its own words or in git's.
bool is_directory_row(std::string_view type) noexcept {
    return type == "directory" || type == "dir" || type == "folder" || type == "tree";
}

bool says_nothing(json::object const& row, std::string_view key) noexcept {
    auto const* const found = member(row, key);
    return found == nullptr || (found->is_string() && found->get_string().empty());
}

/// Why a row that is no directory names no file either; empty: it names one, or should.
std::string reason_to_pass(json::object const& row) {
    bool const has_id = !says_nothing(row, "oid") || member(row, "lfs") != nullptr;
    bool const empty = !has_id && (member(row, "size") == nullptr || count_member(row, "size") == 0u);
    if (empty && says_nothing(row, "path")) return "an empty row";
    auto const type = text_of(row, "type");
    if (type.empty()) return empty && says_nothing(row, "type") ? "without content" : "";
    bool const is_file = type == "file" || type == "blob";
    return is_file ? "" : "of type " + shortened(printable(type), 40);
}

/// Takes rows that are no files out of the way. True: there is nothing more to read in it.
bool pass_over(json::object const& row, std::vector<passed_row>* passed) {
    if (is_directory_row(text_of(row, "type"))) return true;
    auto why = reason_to_pass(row);
    if (why.empty()) return false;
    auto const path = text_of(row, "path");
    if (passed != nullptr) passed->push_back({is_sound_path(path) ? std::string(path) : "", std::move(why)});
    return true;
}

result<file_entry> read_file(json::object const& row) {
    file_entry file;
    file.path = text_of(row, "path");
    if (!is_sound_path(file.path)) {
        return failure(
            errc::malformed, "the tree names an unusable path: " + shortened(printable(file.path), 80)
        );
    }
    file.oid = lower(text_of(row, "oid"));
    auto size = count_member(row, "size");
    auto const lfs = read_lfs(file, size, row);
    if (!lfs) return lfs.error();
    // Without an id no change of the file could ever be seen.
    bool const bad_oid = file.oid.empty() ? file.sha256.empty() : !is_full_commit(file.oid);
    if (bad_oid) return failure(errc::malformed, "the tree gives no object id for " + printable(file.path));
    if (!size) return failure(errc::malformed, "the tree gives no size for " + printable(file.path));
    file.size = *size;
    return file;
}

result<void> read_dated_row(json::object const& row, std::vector<dated_file>& out) {
    if (pass_over(row, nullptr)) return {};
    auto file = read_file(row);
    if (!file) return file.error();
    dated_file made;
    made.file = std::move(*file);
    if (auto const* const last = object_member(row, "lastCommit"); last != nullptr) {
        auto const id = text_of(*last, "id");
        if (is_full_commit(id)) made.commit = lower(id);
        made.title = short_text(text_of(*last, "title"));
        made.date = from_rfc3339(text_of(*last, "date"));
    }
    if (auto const* const status = object_member(row, "securityFileStatus"); status != nullptr) {
        auto const level = parse_scan_level(text_of(*status, "status"));
        // "absent" is our own word; a hub that says it was not understood.
        made.scan = level == scan_level::absent ? scan_level::error : level;
    }
    out.push_back(std::move(made));
    return {};
}

std::vector<std::string> authors_of(json::object const& row) {
    std::vector<std::string> out;
    auto const* const authors = array_member(row, "authors");
    if (authors == nullptr) return out;
    for (auto const& item : *authors) {
        if (out.size() == max_authors) break;
        auto const* const person = item.if_object();
        auto const name = person != nullptr
                              ? text_of(*person, "user")
                              : (item.is_string() ? std::string_view(item.get_string()) : std::string_view());
        if (!name.empty()) out.push_back(short_text(name));
    }
    return out;
}

result<void> read_commit_row(json::object const& row, std::vector<commit_entry>& out) {
    auto const id = text_of(row, "id");
    if (!is_full_commit(id)) return failure(errc::malformed, "a commit of the log has no id");
    commit_entry commit;
    commit.id = lower(id);
    commit.title = short_text(text_of(row, "title"));
    commit.authors = authors_of(row);
    commit.date = from_rfc3339(text_of(row, "date"));
    out.push_back(std::move(commit));
    return {};
}

result<std::vector<named_ref>> read_ref_group(json::object const& body, std::string_view key) {
    std::vector<named_ref> out;
    auto const* const group = member(body, key);
    if (group == nullptr) return out;
    if (!group->is_array()) return wrong_kind(key, *group);
    if (group->get_array().size() > limits::max_files) return failure(errc::too_large, "too many refs");
    for (auto const& item : group->get_array()) {
        auto const* const row = item.if_object();
        if (row == nullptr) return wrong_kind("an entry of " + std::string(key), item);
        auto const name = text_of(*row, "name");
        if (name.empty()) return failure(errc::malformed, "an entry of " + std::string(key) + " has no name");
        auto const target = text_of(*row, "targetCommit");
        out.push_back({std::string(name), is_full_commit(target) ? lower(target) : std::string()});
    }
    return out;
}

bool is_set(json::object const& row, std::string_view key) noexcept {
    auto const* const found = row.if_contains(key);
    return found != nullptr && found->is_bool() && found->get_bool();
}

result<void> read_listing_row(json::object const& row, std::vector<listed_model>& out) {
    listed_model model;
    model.repo = text_of_either(row, "id", "modelId");
    if (!is_repo_id(model.repo)) return failure(errc::malformed, "an entry of the listing has no usable id");
    model.repo_id = short_text(text_of(row, "_id"));
    auto const sha = text_of(row, "sha");
    if (is_full_commit(sha)) model.commit = lower(sha);
    model.created_at = from_rfc3339(text_of_either(row, "createdAt", "created_at"));
    model.last_modified = from_rfc3339(text_of_either(row, "lastModified", "last_modified"));
    model.pipeline_tag = short_text(text_of(row, "pipeline_tag"));
    if (array_member(row, "tags") != nullptr) {
        model.tags = short_texts(member(row, "tags"));
        std::erase_if(model.tags, [](std::string const& tag) {
            return !tag.starts_with("base_model:") && !tag.starts_with("license:");
        });
    }
    model.downloads = count_member(row, "downloads");
    model.is_private = is_set(row, "private");
    model.disabled = is_set(row, "disabled");
    out.push_back(std::move(model));
    return {};
}

} // namespace

result<std::vector<file_entry>> parse_tree_page(std::string_view body, std::vector<passed_row>* passed) {
    auto const read = [passed](json::object const& row, std::vector<file_entry>& out) -> result<void> {
        if (pass_over(row, passed)) return {};
        auto file = read_file(row);
        if (!file) return file.error();
        out.push_back(std::move(*file));
        return {};
    };
    return read_rows<file_entry>(body, "the tree", limits::max_files, read, true);
}

result<std::vector<dated_file>> parse_dated_page(std::string_view body) {
    return read_rows<dated_file>(body, "the tree", limits::max_files, read_dated_row, true);
}

result<void> settle_files(std::vector<file_entry>& files) {
    if (files.size() > limits::max_files) return failure(errc::too_large, "the repo has too many files");
    auto const by_path = [](file_entry const& left, file_entry const& right) {
        return left.path < right.path;
    };
    if (!std::is_sorted(files.begin(), files.end(), by_path)) std::sort(files.begin(), files.end(), by_path);
    auto const same = [](file_entry const& left, file_entry const& right) { return left.path == right.path; };
    auto const twice = std::adjacent_find(files.begin(), files.end(), same);
    if (twice != files.end()) {
        return failure(
            errc::malformed, "the hub lists a file twice: " + shortened(printable(twice->path), 120)
        );
    }
    return {};
}

result<std::vector<commit_entry>> parse_commits_page(std::string_view body) {
    return read_rows<commit_entry>(body, "the commit log", limits::max_files, read_commit_row);
}

result<ref_list> parse_refs(std::string_view body) {
    json_arena arena;
    auto const parsed = parse_body(body, arena);
    if (!parsed) return parsed.error();
    auto const* const groups = parsed->if_object();
    if (groups == nullptr) return wrong_kind("the list of refs", *parsed);
    auto branches = read_ref_group(*groups, "branches");
    if (!branches) return branches.error();
    auto tags = read_ref_group(*groups, "tags");
    if (!tags) return tags.error();
    return ref_list{std::move(*branches), std::move(*tags)};
}

result<std::vector<listed_model>> parse_listing_page(std::string_view body) {
    return read_rows<listed_model>(body, "the listing", limits::max_files, read_listing_row);
}

} // namespace modelwatch::hub
