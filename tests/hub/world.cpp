#include "tests/hub/world.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::hub_double {

namespace {

/// The part of `line` that ends with the commit whose id starts with `id`.
history up_to(history const& line, std::string_view id) {
    auto const found = std::find_if(line.begin(), line.end(), [&](commit_ptr const& one) {
        return one->stamp->id.starts_with(id);
    });
    return found == line.end() ? history{} : history(line.begin(), found + 1);
}

history in_any(std::map<std::string, history> const& lines, std::string_view id) {
    for (auto const& [name, line] : lines) {
        auto found = up_to(line, id);
        if (!found.empty()) return found;
    }
    return {};
}

history by_commit(repo const& in, std::string_view id) {
    for (auto const* lines : {&in.branches, &in.pull_requests, &in.converts}) {
        auto found = in_any(*lines, id);
        if (!found.empty()) return found;
    }
    for (auto const& line : in.left_behind) {
        auto found = up_to(line, id);
        if (!found.empty() && in.kept.contains(found.back()->stamp->id)) return found;
    }
    return {};
}

history named(std::map<std::string, history> const& lines, std::string_view name) {
    auto const found = lines.find(std::string(name));
    return found == lines.end() ? history{} : found->second;
}

bool allows(std::set<std::string> const& names, repo const& which) {
    auto const owner = which.id.substr(0, which.id.find('/'));
    return names.contains("*") || names.contains(which.id) || names.contains(owner + "/*");
}

} // namespace

history repo::at(std::string_view revision, bool short_ids) const {
    constexpr std::string_view heads = "refs/heads/";
    constexpr std::string_view pulls = "refs/pr/";
    constexpr std::string_view made = "refs/convert/";
    if (revision.starts_with(pulls)) return named(pull_requests, revision.substr(pulls.size()));
    if (revision.starts_with(made)) return named(converts, revision.substr(made.size()));
    if (revision.starts_with(heads)) return named(branches, revision.substr(heads.size()));
    if (auto found = named(branches, revision == "HEAD" ? "main" : revision); !found.empty()) return found;
    constexpr std::string_view tag_prefix = "refs/tags/";
    auto const name = revision.starts_with(tag_prefix) ? revision.substr(tag_prefix.size()) : revision;
    if (auto const tag = tags.find(std::string(name)); tag != tags.end())
        return by_commit(*this, tag->second);
    if (is_hex(revision, 40) || is_hex(revision, 64)) return by_commit(*this, revision);
    if (short_ids && revision.size() >= 7 && is_hex(revision, revision.size()))
        return by_commit(*this, revision);
    return {};
}

bool token::may_read(repo const& which) const {
    return !which.is_private || allows(reads, which);
}

bool token::has_grant(repo const& which) const {
    return allows(grants, which) || allows(reads, which);
}

repo_ptr world::find(std::string_view id) const {
    auto const found = repos.find(lower(id));
    return found == repos.end() ? nullptr : found->second;
}

std::string world::moved_to(std::string_view id) const {
    if (auto const here = find(id)) return here->id == id ? std::string() : here->id;
    auto next = lower(id);
    std::string target;
    for (int hops = 0; hops < 16; ++hops) {
        auto const found = redirects.find(next);
        if (found == redirects.end()) break;
        target = found->second;
        next = lower(target);
    }
    return target;
}

bool world::on(std::string_view setting, bool otherwise) const {
    auto const value = settings.if_contains(setting);
    return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

std::uint64_t world::number(std::string_view setting, std::uint64_t otherwise) const {
    auto const value = settings.if_contains(setting);
    return value != nullptr && value->is_int64() && value->get_int64() >= 0
               ? static_cast<std::uint64_t>(value->get_int64())
               : otherwise;
}

std::string world::text(std::string_view setting, std::string_view otherwise) const {
    auto const value = text_of(settings, setting);
    return std::string(value.empty() ? otherwise : value);
}

} // namespace modelwatch::hub_double
