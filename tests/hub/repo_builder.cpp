#include "tests/hub/repo_builder.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"
#include "daemon/model/time.hpp"
#include "tests/hub/bad_script.hpp"
#include "tests/hub/directory.hpp"
#include "tests/hub/git_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace modelwatch::hub_double {

namespace {

[[noreturn]] void refuse(std::string_view where, std::string_view why) {
    throw bad_script(std::string(where) + ": " + std::string(why));
}

instant parsed_date(std::string_view text) {
    if (text.starts_with("now")) {
        auto const now =
            std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
        if (text == "now") return now;
        auto const back = parse_duration(text.substr(4));
        if (text[3] != '-' || !back) refuse(text, "not a date: \"now\", \"now-400d\" or RFC 3339");
        return now - *back;
    }
    auto const when = from_rfc3339(text);
    if (!when) refuse(text, "not a date: \"now\", \"now-400d\" or RFC 3339");
    return *when;
}

std::int64_t unix_seconds(std::string_view date) {
    return std::chrono::duration_cast<std::chrono::seconds>(parsed_date(date).time_since_epoch()).count();
}

json::object object_at(json::object const& in, std::string_view key, std::string_view where) {
    auto const found = in.if_contains(key);
    if (found == nullptr) return {};
    if (!found->is_object()) refuse(where, std::string(key) + " must be an object");
    return found->get_object();
}

std::vector<std::string> names_at(json::object const& in, std::string_view key) {
    std::vector<std::string> names;
    if (auto const found = in.if_contains(key); found != nullptr && found->is_array())
        for (auto const& item : found->get_array())
            if (item.is_string()) names.emplace_back(item.get_string());
    return names;
}

void put_files(
    file_table& table, json::object const& files, std::shared_ptr<commit_stamp const> const& stamp
) {
    for (auto const& [path, spec] : files) {
        if (spec.is_null())
            table.erase(std::string(path));
        else
            table.insert_or_assign(std::string(path), placed_file{make_file(path, spec), stamp});
    }
}

std::string message_of(std::string_view title, std::string_view message) {
    return std::string(title) + "\n" + (message.empty() ? "" : "\n" + std::string(message));
}

void replace_license_tag(repo& target) {
    auto const card = target.fields.if_contains("cardData");
    if (card == nullptr || !card->is_object()) return;
    auto const license = text_of(card->get_object(), "license");
    auto const tags = target.fields.if_contains("tags");
    if (license.empty() || tags == nullptr || !tags->is_array()) return;
    auto const wanted = "license:" + std::string(license);
    bool placed = false;
    json::array kept;
    for (auto const& tag : tags->get_array()) {
        auto const is_license = tag.is_string() && std::string_view(tag.get_string()).starts_with("license:");
        if (!is_license) kept.push_back(tag);
        if (is_license && !placed) kept.emplace_back(wanted);
        placed = placed || is_license;
    }
    if (!placed) kept.emplace_back(wanted);
    *tags = std::move(kept);
}

bool patch_identity(repo& target, std::string_view key, json::value const& value) {
    if (key == "gated")
        target.gated = value;
    else if (key == "private")
        target.is_private = value.as_bool();
    else if (key == "disabled")
        target.disabled = value.as_bool();
    else if (key == "createdAt")
        target.created_at = full_date(std::string_view(value.as_string()));
    else if (key == "author")
        target.author = std::string(value.as_string());
    else if (key == "_id")
        target.object_id = std::string(value.as_string());
    else if (key == "security")
        target.security = value.as_object();
    else
        return false;
    return true;
}

/// What describes the repo's content and history, not its model info.
bool is_structure(std::string_view key) {
    static constexpr std::string_view words[] = {
        "id",
        "commits",
        "branches",
        "git_tags",
        "pull_requests",
        "renamed_from",
        "converts",
        "invented",
        "comment",
        "source"
    };
    return std::find(std::begin(words), std::end(words), key) != std::end(words);
}

history branched(repo const& of, json::object const& spec) {
    auto const from = text_of(spec, "from");
    auto start = of.at(from.empty() ? "main" : from);
    if (start.empty()) refuse(of.id, "no commit \"" + std::string(from) + "\" to branch from");
    if (auto const more = spec.if_contains("commits")) start = with_commits(start, *more, of.author);
    return start;
}

std::string commit_named(repo const& of, std::string_view name) {
    auto const found = of.at(name, true);
    if (!found.empty()) return found.back()->stamp->id;
    for (auto const& one : of.branches.at("main"))
        if (one->stamp->title == name) return one->stamp->id;
    refuse(of.id, "no commit \"" + std::string(name) + "\"");
}

void read_refs(repo& made, json::object const& spec) {
    for (auto const& [name, branch] : object_at(spec, "branches", made.id))
        made.branches[std::string(name)] = branched(made, branch.as_object());
    for (auto const& [name, pull] : object_at(spec, "pull_requests", made.id))
        made.pull_requests[std::string(name)] = branched(made, pull.as_object());
    for (auto const& [name, convert] : object_at(spec, "converts", made.id))
        made.converts[std::string(name)] = branched(made, convert.as_object());
    for (auto const& [name, target] : object_at(spec, "git_tags", made.id))
        made.tags[std::string(name)] = commit_named(made, std::string_view(target.as_string()));
}

void default_fields(repo& made) {
    auto& fields = made.fields;
    if (!fields.contains("tags")) fields["tags"] = json::array{"region:us"};
    for (auto const* counter : {"downloads", "likes", "trendingScore"})
        if (!fields.contains(counter)) fields[counter] = 0;
    if (!fields.contains("model-index")) fields["model-index"] = nullptr;
    if (!fields.contains("spaces")) fields["spaces"] = json::array{};
    if (fields.contains("usedStorage")) return;
    std::uint64_t total = 0;
    for (auto const& [path, placed] : *made.branches.at("main").back()->files)
        total += placed.content->lfs ? placed.content->size : 0;
    fields["usedStorage"] = total;
}

} // namespace

std::string full_date(std::string_view text) {
    auto made = to_rfc3339(parsed_date(text));
    return made.substr(0, made.size() - 1) + ".000Z";
}

std::string object_id_for(std::string_view name, std::string_view created_at) {
    return fmt::format("{:08x}{}", unix_seconds(created_at), sha1_hex(name).substr(0, 16));
}

history with_commit(history before, json::object const& spec, std::string_view author) {
    auto stamp = std::make_shared<commit_stamp>();
    auto const title = text_of(spec, "title");
    auto const date = text_of(spec, "date");
    stamp->title = title.empty() ? "Update files" : std::string(title);
    stamp->date = full_date(date.empty() ? "now" : date);
    auto table = std::make_shared<file_table>();
    auto const full = spec.if_contains("full");
    if (!before.empty() && (full == nullptr || !full->as_bool())) *table = *before.back()->files;
    put_files(*table, object_at(spec, "files", stamp->title), stamp);
    auto made = std::make_shared<commit>();
    made->message = std::string(text_of(spec, "message"));
    made->authors = names_at(spec, "authors");
    if (made->authors.empty()) made->authors.emplace_back(author);
    auto const id = text_of(spec, "id");
    if (!id.empty() && !is_hex(id, 40) && !is_hex(id, 64)) refuse(id, "a commit id has 40 or 64 hex digits");
    stamp->id = !id.empty() ? std::string(id)
                            : git_commit_id(
                                  {as_directory(*table).oid,
                                   before.empty() ? std::string() : before.back()->stamp->id,
                                   made->authors.front(),
                                   unix_seconds(stamp->date),
                                   message_of(stamp->title, made->message)}
                              );
    made->stamp = stamp;
    made->files = std::move(table);
    before.push_back(std::move(made));
    return before;
}

history with_commits(history before, json::value const& specs, std::string_view author) {
    if (!specs.is_array()) refuse("commits", "must be an array, oldest first");
    for (auto const& spec : specs.get_array())
        before = with_commit(std::move(before), spec.as_object(), author);
    return before;
}

history with_files_replaced(history line, json::object const& files) {
    auto changed = std::make_shared<commit>(*line.back());
    auto table = std::make_shared<file_table>(*changed->files);
    put_files(*table, files, changed->stamp);
    changed->files = std::move(table);
    line.back() = std::move(changed);
    return line;
}

void patch_repo(repo& target, json::object const& patch) {
    for (auto const& [key, value] : patch) {
        if (is_structure(key) || patch_identity(target, key, value)) continue;
        if (value.is_null() && key != "model-index")
            target.fields.erase(key);
        else
            target.fields[key] = value;
    }
    if (patch.contains("cardData")) replace_license_tag(target);
}

repo_ptr make_repo(json::object const& spec) {
    auto made = std::make_shared<repo>();
    made->id = std::string(text_of(spec, "id"));
    if (made->id.empty()) refuse("repo", "needs an id");
    auto const slash = made->id.find('/');
    made->author = slash == std::string::npos ? std::string() : made->id.substr(0, slash);
    patch_repo(*made, spec);
    auto const commits = spec.if_contains("commits");
    if (commits == nullptr || !commits->is_array() || commits->get_array().empty())
        refuse(made->id, "needs at least one commit");
    made->branches["main"] = with_commits({}, *commits, made->author);
    if (made->created_at.empty()) made->created_at = made->branches["main"].front()->stamp->date;
    if (made->object_id.empty()) made->object_id = object_id_for(made->id, made->created_at);
    read_refs(*made, spec);
    default_fields(*made);
    return made;
}

} // namespace modelwatch::hub_double
