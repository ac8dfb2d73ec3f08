#include "daemon/diff/loader_reach.hpp"

#include "daemon/diff/config_walk.hpp"
#include "daemon/diff/config_yaml.hpp"
#include "daemon/diff/loader_rules.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::diff {

namespace {

/// Collects what the settings of one file lead to, up to a bound for each sort, so that many harmless ones
/// cannot push out a grave one.
class collector {
public:
    collector(file_entry const& file, loader_reach& out)
        : file_{file}
        , out_{out} {}

    [[nodiscard]] bool is_full(reach const& one) const noexcept {
        return taken_[one.without_consent ? 1 : 0] == max_reach_per_file;
    }

    void take(std::optional<reach> one, std::function<std::string()> const& pointer) {
        if (!one) return;
        if (is_full(*one)) {
            cut_ = true;
            return;
        }
        ++taken_[one->without_consent ? 1 : 0];
        one->by = file_.path + "#" + pointer();
        out_.entries.push_back(std::move(*one));
    }

    [[nodiscard]] bool was_cut() const noexcept { return cut_; }

private:
    file_entry const& file_;
    loader_reach& out_;
    std::array<std::size_t, 2> taken_{};
    bool cut_ = false;
};

/// Whatever repo stands beside the switch is loaded with it.
void look_beside(reach const& trust, config_leaf const& leaf, collector& out) {
    auto holder = leaf.way;
    holder.pop_back();
    auto const above = pointer_to(holder);
    for (auto const& member : *leaf.holder) {
        auto const* const text = member.value().if_string();
        if (text == nullptr) continue;
        out.take(judge_beside_trust(trust, *text), [&] {
            return bounded_pointer(above + escaped_step(member.key()));
        });
    }
}

void judge_leaf(config_scene const& scene, config_leaf const& leaf, collector& out) {
    bool const trust = leaf.holder != nullptr && bare(leaf.place.key) == "trust_remote_code";
    if (trust && is_truthy(leaf.value)) {
        auto const found = judge_trust(scene, leaf.place);
        out.take(found, [&] { return pointer_to(leaf.way); });
        return look_beside(*found, leaf, out);
    }
    auto const* const text = leaf.value.if_string();
    if (text != nullptr) out.take(judge_text(scene, leaf.place, *text), [&] { return pointer_to(leaf.way); });
}

config_scene scene_of(file_entry const& file, file_set const& files) {
    auto const folder = file.path.substr(0, file.path.rfind('/') + 1); // empty at the top
    auto const has = [folder, &files](std::string_view name) {
        return files.find(folder + std::string{name} + ".py") != nullptr;
    };
    return {config_kind_of(file.path), has};
}

/// False: the text is not what it claims to be.
bool read_config(config_scene const& scene, file_entry const& file, std::string const& text, collector& out) {
    if (!is_json(file.path)) {
        auto const take = [&](reach one, std::string pointer) {
            out.take(std::move(one), [&] { return pointer; });
        };
        read_yaml(scene, text, take);
        return true;
    }
    auto const document = parse_config(text);
    if (!document) return false;
    for_each_leaf(*document, [&](config_leaf const& leaf) { judge_leaf(scene, leaf, out); });
    return true;
}

} // namespace

std::string_view to_string(unread_config::reason why) noexcept {
    switch (why) {
    case unread_config::reason::too_large:
        return "too large to be read";
    case unread_config::reason::not_json:
        return "not readable as JSON";
    case unread_config::reason::too_deep:
        return "nested too deeply to be read";
    case unread_config::reason::too_many:
        return "more switches than we list";
    case unread_config::reason::not_fetched:
        break;
    }
    return "its text was not had";
}

void add_reach_of(file_entry const& file, text_index const& texts, file_set const& files, loader_reach& out) {
    if (!is_config(file.path)) return;
    auto const note = [&](unread_config::reason why) {
        if (is_loader_config(file.path)) out.unread.push_back({file.path, why, file.size});
    };
    auto const* const text = texts.find(file);
    if (text == nullptr) {
        bool const large = file.size > max_config_bytes;
        return note(large ? unread_config::reason::too_large : unread_config::reason::not_fetched);
    }
    collector found{file, out};
    if (!read_config(scene_of(file, files), file, *text, found)) {
        bool const deep = is_too_deep(*text);
        note(deep ? unread_config::reason::too_deep : unread_config::reason::not_json);
    }
    if (found.was_cut()) note(unread_config::reason::too_many);
}

loader_reach reach_of(snapshot const& state, std::span<text_file const> texts) {
    text_index const known{texts};
    file_set const files{state};
    loader_reach out;
    for (auto const& item : files.items())
        add_reach_of(*item.file, known, files, out);
    return out;
}

void put_gravest_first(std::vector<reach>& entries) {
    std::vector<reach> out;
    out.reserve(entries.size());
    for (bool const open : {true, false}) {
        for (auto const& one : entries) {
            if (one.without_consent == open) out.push_back(one);
        }
    }
    entries = std::move(out);
}

} // namespace modelwatch::diff
