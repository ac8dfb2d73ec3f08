#include "tests/hub/steps.hpp"

#include "daemon/model/text.hpp"
#include "tests/hub/bad_script.hpp"
#include "tests/hub/repo_builder.hpp"

#include <algorithm>

namespace modelwatch::hub_double {

namespace {

[[noreturn]] void refuse(std::string const& why) {
    throw bad_script(why);
}

std::string needed(json::object const& action, std::string_view key) {
    auto const value = text_of(action, key);
    if (value.empty()) refuse("the action needs \"" + std::string(key) + "\"");
    return std::string(value);
}

std::string text_or(json::object const& action, std::string_view key, std::string_view otherwise) {
    auto const value = text_of(action, key);
    return std::string(value.empty() ? otherwise : value);
}

bool flag(json::object const& action, std::string_view key, bool otherwise) {
    auto const value = action.if_contains(key);
    return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

json::object object_at(json::object const& action, std::string_view key) {
    auto const value = action.if_contains(key);
    return value == nullptr ? json::object{} : value->as_object();
}

/// Changes a private copy of the action's repo and puts it back.
template <class Change>
void change_repo(world& in, json::object const& action, Change const& change) {
    auto const id = needed(action, "repo");
    auto const found = in.repos.find(lower(id));
    if (found == in.repos.end()) refuse("no repo " + id);
    auto copy = std::make_shared<repo>(*found->second);
    copy->recorded.clear(); // what was recorded is no longer what the repo is
    change(*copy);
    found->second = std::move(copy);
}

history& branch_of(repo& of, json::object const& action) {
    auto const name = text_or(action, "branch", "main");
    auto const found = of.branches.find(name);
    if (found == of.branches.end()) refuse(of.id + ": no branch " + name);
    return found->second;
}

void commit_action(world& in, json::object const& action) {
    change_repo(in, action, [&](repo& of) {
        auto& line = branch_of(of, action);
        line = with_commit(line, action, of.author);
        patch_repo(of, object_at(action, "patch"));
    });
}

/// Old commits stay readable by id only if the action says so.
void leave_behind(repo& of, history const& line, json::object const& action) {
    if (!flag(action, "keep_old", false)) return;
    for (auto const& one : line)
        of.kept.insert(one->stamp->id);
    of.left_behind.push_back(line);
}

void rewrite(world& in, json::object const& action) {
    change_repo(in, action, [&](repo& of) {
        auto& line = branch_of(of, action);
        leave_behind(of, line, action);
        auto const commits = action.if_contains("commits");
        if (commits == nullptr) refuse("rewrite needs \"commits\"");
        history start;
        if (auto const onto = text_of(action, "onto"); !onto.empty()) {
            start = of.at(onto, true);
            if (start.empty()) refuse(of.id + ": no commit " + std::string(onto));
        }
        line = with_commits(std::move(start), *commits, of.author);
        patch_repo(of, object_at(action, "patch"));
    });
}

void super_squash(world& in, json::object const& action) {
    change_repo(in, action, [&](repo& of) {
        auto& line = branch_of(of, action);
        leave_behind(of, line, action);
        json::object spec{
            {"title", text_or(action, "title", "Super-squash branch 'main'")},
            {"date", text_or(action, "date", "now")}
        };
        auto const files = line.back()->files;
        auto squashed = std::make_shared<commit>(*with_commit({line.back()}, spec, of.author).back());
        auto table = std::make_shared<file_table>(*files);
        for (auto& [path, placed] : *table)
            placed.last = squashed->stamp;
        squashed->files = std::move(table);
        line = {std::move(squashed)};
    });
}

void replace_file(world& in, json::object const& action) {
    change_repo(in, action, [&](repo& of) {
        auto& line = branch_of(of, action);
        line = with_files_replaced(line, object_at(action, "files"));
    });
}

void rename_in_tokens(world& in, std::string const& from, std::string const& to) {
    for (auto& [secret, one] : in.tokens)
        for (auto* names : {&one.grants, &one.reads})
            if (names->erase(from) > 0) names->insert(to);
}

void rename(world& in, json::object const& action) {
    auto const to = needed(action, "to");
    auto const from = needed(action, "repo");
    if (in.find(to) && lower(to) != lower(from)) refuse("there is a repo " + to + " already");
    change_repo(in, action, [&](repo& of) {
        rename_in_tokens(in, of.id, to);
        of.id = to;
        of.author = to.substr(0, to.find('/'));
    });
    auto moved = in.repos.extract(lower(from));
    moved.key() = lower(to);
    in.repos.insert(std::move(moved));
    in.redirects.erase(lower(to));
    if (flag(action, "redirect", true) && lower(to) != lower(from)) in.redirects[lower(from)] = to;
}

void create(world& in, json::object const& action) {
    auto const spec = action.if_contains("repo");
    if (spec == nullptr || !spec->is_object()) refuse("create needs \"repo\": {\"id\": …}");
    auto const made = make_repo(spec->get_object());
    if (!in.repos.emplace(lower(made->id), made).second) refuse("there is a repo " + made->id + " already");
    in.redirects.erase(lower(made->id)); // the new owner's repo answers, no longer the redirect
}

void remove(world& in, json::object const& action) {
    auto const id = needed(action, "repo");
    if (in.repos.erase(lower(id)) == 0) refuse("no repo " + id);
}

/// Deleted, and created again by somebody else: the same content unless the action says otherwise.
void reborn(world& in, json::object const& action) {
    change_repo(in, action, [&](repo& of) {
        of.created_at = full_date(text_or(action, "createdAt", "now"));
        of.object_id = text_or(action, "_id", object_id_for("reborn " + of.id, of.created_at));
        auto const commits = action.if_contains("commits");
        if (commits != nullptr) {
            of.branches = {{"main", with_commits({}, *commits, of.author)}};
            of.tags.clear();
            of.pull_requests.clear();
        }
        of.fields["downloads"] = 0;
        of.fields["likes"] = 0;
        patch_repo(of, object_at(action, "patch"));
    });
}

void remove_namespace(world& in, json::object const& action) {
    auto const name = needed(action, "namespace");
    std::erase_if(in.repos, [&](auto const& item) { return item.first.starts_with(lower(name) + "/"); });
    in.namespaces.erase(name);
}

void change_token(world& in, json::object const& action, bool revoked) {
    auto const name = needed(action, "token");
    auto const found = std::find_if(in.tokens.begin(), in.tokens.end(), [&](auto const& item) {
        return item.second.name == name || item.first == name;
    });
    if (found == in.tokens.end()) refuse("no token of that name");
    found->second.revoked = revoked;
}

void grant(world& in, json::object const& action) {
    auto const name = needed(action, "token");
    for (auto& [secret, one] : in.tokens)
        if (one.name == name) {
            if (flag(action, "granted", true))
                one.grants.insert(needed(action, "repo"));
            else
                one.grants.erase(needed(action, "repo"));
        }
}

void move_tag(world& in, json::object const& action) {
    change_repo(in, action, [&](repo& of) {
        auto const to = of.at(needed(action, "to"), true);
        if (to.empty()) refuse(of.id + ": no commit " + needed(action, "to"));
        of.tags[needed(action, "tag")] = to.back()->stamp->id;
    });
}

void delete_ref(world& in, json::object const& action) {
    change_repo(in, action, [&](repo& of) {
        auto const gone =
            of.tags.erase(text_or(action, "tag", "")) + of.branches.erase(text_or(action, "branch", ""));
        if (gone == 0) refuse(of.id + ": no such tag or branch");
    });
}

void create_branch(world& in, json::object const& action) {
    change_repo(in, action, [&](repo& of) {
        auto line = of.at(text_or(action, "from", "main"), true);
        if (line.empty()) refuse(of.id + ": nothing to branch from");
        of.branches[needed(action, "branch")] = std::move(line);
    });
}

void change_settings(world& in, json::object const& action) {
    for (auto const& [key, value] : object_at(action, "settings"))
        in.settings[key] = value;
}

void set_fields(world& in, json::object const& action) {
    if (action.contains("settings")) change_settings(in, action);
    if (!action.contains("repo")) return;
    change_repo(in, action, [&](repo& of) { patch_repo(of, object_at(action, "patch")); });
}

void set_security(world& in, json::object const& action) {
    change_repo(in, action, [&](repo& of) {
        if (auto const done = action.if_contains("scansDone")) of.security["scansDone"] = *done;
        if (auto const files = action.if_contains("files")) of.security["files"] = *files;
    });
}

} // namespace

void apply_action(world& in, json::object const& action) {
    using handler = void (*)(world&, json::object const&);
    static std::map<std::string_view, handler> const known{
        {"commit", commit_action},
        {"rewrite", rewrite},
        {"super_squash", super_squash},
        {"replace_file", replace_file},
        {"set", set_fields},
        {"security", set_security},
        {"rename", rename},
        {"create", create},
        {"delete", remove},
        {"reborn", reborn},
        {"delete_namespace", remove_namespace},
        {"revoke_token", [](world& w, json::object const& a) { change_token(w, a, true); }},
        {"restore_token", [](world& w, json::object const& a) { change_token(w, a, false); }},
        {"grant", grant},
        {"move_tag", move_tag},
        {"delete_ref", delete_ref},
        {"create_branch", create_branch},
    };
    auto const name = text_or(action, "action", "set");
    auto const found = known.find(name);
    if (found == known.end()) refuse("unknown action \"" + name + "\"");
    try {
        found->second(in, action);
    } catch (bad_script const&) {
        throw;
    } catch (std::exception const& failure) { // a JSON value of the wrong type
        refuse("action \"" + name + "\": a value has the wrong type: " + failure.what());
    }
}

} // namespace modelwatch::hub_double
