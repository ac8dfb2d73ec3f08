#include "daemon/diff/file_set.hpp"

#include "daemon/diff/file_class.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace modelwatch::diff {

namespace {

using item = file_set::item;

item const* find_in(std::vector<item> const& sorted, std::string_view path) noexcept {
    auto const place = std::lower_bound(sorted.begin(), sorted.end(), path, [](item const& left, auto right) {
        return left.file->path < right;
    });
    return place != sorted.end() && place->file->path == path ? &*place : nullptr;
}

} // namespace

file_set::file_set(snapshot const& state) {
    items_.reserve(state.files.size());
    for (auto const& file : state.files)
        items_.push_back({&file, {}});
    std::sort(items_.begin(), items_.end(), [](item const& left, item const& right) {
        auto const key = [](file_entry const& file) {
            return std::tie(file.path, file.sha256, file.oid, file.size);
        };
        return key(*left.file) < key(*right.file);
    });
    auto const same_path = [](item const& left, item const& right) {
        return left.file->path == right.file->path;
    };
    items_.erase(std::unique(items_.begin(), items_.end(), same_path), items_.end());
    auto const exists = [this](std::string_view path) { return find(path) != nullptr; };
    for (auto& entry : items_)
        entry.kind = classify_among(*entry.file, exists);
}

item const* file_set::find(std::string_view path) const noexcept {
    return find_in(items_, path);
}

bool same_content(file_entry const& left, file_entry const& right) noexcept {
    if (!left.sha256.empty() && !right.sha256.empty()) return left.sha256 == right.sha256;
    if (!left.oid.empty() && !right.oid.empty()) return left.oid == right.oid;
    return left.size == right.size;
}

std::vector<file_delta> deltas(file_set const& before, file_set const& after) {
    std::vector<file_delta> out;
    auto old = before.items().begin();
    auto now = after.items().begin();
    while (old != before.items().end() || now != after.items().end()) {
        bool const only_old =
            now == after.items().end() || (old != before.items().end() && old->file->path < now->file->path);
        bool const only_new =
            old == before.items().end() || (now != after.items().end() && now->file->path < old->file->path);
        if (only_old) {
            out.push_back({old->file, nullptr, old->kind, {}});
            ++old;
        } else if (only_new) {
            out.push_back({nullptr, now->file, {}, now->kind});
            ++now;
        } else {
            if (!same_content(*old->file, *now->file))
                out.push_back({old->file, now->file, old->kind, now->kind});
            ++old;
            ++now;
        }
    }
    return out;
}

void find_moves(std::vector<file_delta>& sorted) {
    auto const can_move = [](file_role role) {
        return role == file_role::weights || role == file_role::license;
    };
    std::multimap<std::pair<file_role, std::string_view>, file_delta*> came;
    for (auto& delta : sorted) {
        if (!delta.added() || !can_move(delta.is.role) || delta.after->content_id().empty()) continue;
        came.emplace(std::pair{delta.is.role, std::string_view{delta.after->content_id()}}, &delta);
    }
    for (auto& delta : sorted) {
        if (!delta.removed()) continue;
        auto const found = came.find({delta.was.role, delta.before->content_id()});
        if (found == came.end()) continue;
        auto& there = *found->second;
        delta.twin = there.after;
        delta.is = there.is;
        there.twin = delta.before;
        there.was = delta.was;
        came.erase(found);
    }
}

std::string proof_of(file_entry const& file) {
    if (!file.sha256.empty()) return file.sha256;
    return file.oid.empty() ? std::string{} : "git:" + file.oid;
}

file_evidence evidence_of(file_delta const& delta) {
    file_evidence out;
    out.path = printable(delta.path());
    if (delta.before != nullptr) {
        out.old_sha256 = proof_of(*delta.before);
        out.old_size = delta.before->size;
    }
    if (delta.after != nullptr) {
        out.new_sha256 = proof_of(*delta.after);
        out.new_size = delta.after->size;
    }
    return out;
}

std::vector<file_difference> compare_files(snapshot const& from, snapshot const& to) {
    file_set const before{from};
    file_set const after{to};
    std::vector<file_difference> out;
    for (auto const& delta : deltas(before, after)) {
        std::string what = delta.added() ? "added" : delta.removed() ? "removed" : "changed";
        out.push_back({delta.path(), std::move(what), delta.role(), delta.before, delta.after});
    }
    return out;
}

} // namespace modelwatch::diff
