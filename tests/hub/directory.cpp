#include "tests/hub/directory.hpp"

#include "daemon/model/text.hpp"
#include "tests/hub/git_object.hpp"

namespace modelwatch::hub_double {

namespace {

void insert(directory& root, std::string_view path, placed_file const& placed) {
    auto const parts = split(path, '/');
    auto* here = &root;
    for (std::size_t at = 0; at + 1 < parts.size(); ++at)
        here = &here->directories[std::string(parts[at])];
    here->files[std::string(parts.back())] = &placed;
}

void keep_newest(directory& of, std::shared_ptr<commit_stamp const> const& stamp) {
    if (!of.last || of.last->date < stamp->date) of.last = stamp;
}

void number(directory& node) {
    std::vector<git_tree_item> items;
    for (auto& [name, below] : node.directories) {
        number(below);
        items.push_back({name, below.oid, true});
        node.size += below.size;
        keep_newest(node, below.last);
    }
    for (auto const& [name, placed] : node.files) {
        items.push_back({name, placed->content->oid, false});
        node.size += placed->content->size;
        keep_newest(node, placed->last);
    }
    node.oid = git_tree_id(std::move(items));
}

} // namespace

directory const* directory::find(std::string_view path) const {
    auto const* here = this;
    for (auto const part : split(path, '/')) {
        if (part.empty()) continue;
        auto const next = here->directories.find(std::string(part));
        if (next == here->directories.end()) return nullptr;
        here = &next->second;
    }
    return here;
}

directory as_directory(file_table const& table) {
    directory root;
    for (auto const& [path, placed] : table)
        insert(root, path, placed);
    number(root);
    return root;
}

} // namespace modelwatch::hub_double
