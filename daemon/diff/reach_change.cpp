#include "daemon/diff/reach_change.hpp"

#include "daemon/diff/wording.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace modelwatch::diff {

namespace {

constexpr std::size_t most_listed = 100;
constexpr std::size_t most_unread = 20;

bool is_number(std::string_view text) noexcept {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

/// Without the places in lists: an element that moved up is the same setting.
std::string setting_of(std::string const& by) {
    std::string out;
    for (auto const step : split(by, '/'))
        out += "/" + std::string{is_number(step) ? std::string_view{"*"} : step};
    return out;
}

using setting = std::tuple<reach_kind, std::string, std::string>;

setting same_setting(reach const& one) {
    return {one.what, one.target, setting_of(one.by)};
}

struct known_settings {
    std::set<setting> whole;
    std::set<std::string> places;

    explicit known_settings(std::vector<reach> const& entries) {
        for (auto const& one : entries) {
            whole.insert(same_setting(one));
            places.insert(one.by);
        }
    }
};

/// Two states of one file.
void compare_entries(std::vector<reach> const& before, std::vector<reach> const& now, reach_change& out) {
    known_settings const old{before};
    known_settings const current{now};
    for (auto const& one : now) {
        if (old.whole.contains(same_setting(one))) continue;
        (old.places.contains(one.by) ? out.changed : out.added).push_back(one);
    }
    for (auto const& one : before) {
        bool const is_there = current.whole.contains(same_setting(one)) || current.places.contains(one.by);
        if (!is_there) out.removed.push_back(one);
    }
}

} // namespace

bool reach_change::without_consent() const noexcept {
    auto const open = [](reach const& one) { return one.without_consent; };
    return std::any_of(added.begin(), added.end(), open) || std::any_of(changed.begin(), changed.end(), open);
}

reach_change compare_reach(
    std::vector<file_delta> const& files,
    file_set const& before,
    file_set const& after,
    text_index const& texts
) {
    reach_change out;
    for (auto const& delta : files) {
        loader_reach old;
        loader_reach now;
        if (delta.before != nullptr) add_reach_of(*delta.before, texts, before, old);
        if (delta.after != nullptr) add_reach_of(*delta.after, texts, after, now);
        out.unread.insert(out.unread.end(), now.unread.begin(), now.unread.end());
        if (!old.unread.empty() && !now.entries.empty()) out.before_is_known = false;
        // What is not known to be there is not gone.
        if (!now.unread.empty())
            std::erase_if(old.entries, [&](reach const& one) {
                return std::find(now.entries.begin(), now.entries.end(), one) == now.entries.end();
            });
        compare_entries(old.entries, now.entries, out);
    }
    put_gravest_first(out.added);
    put_gravest_first(out.changed);
    return out;
}

std::string told(reach const& one) {
    return quoted(one.by, 90) + " → " + quoted(one.target, 90);
}

std::string told(std::vector<reach> const& entries) {
    std::string out;
    for (std::size_t i = 0; i < std::min<std::size_t>(entries.size(), 2); ++i)
        out += (i == 0 ? "" : ", ") + told(entries[i]);
    return entries.size() > 2 ? fmt::format("{} and {} more", out, entries.size() - 2) : out;
}

json::array evidence_of(std::vector<reach> entries) {
    put_gravest_first(entries);
    json::array out;
    for (auto& one : entries) {
        if (out.size() == most_listed) break;
        one.target = quoted(one.target, 400);
        one.by = quoted(one.by, 500);
        out.push_back(to_json(one));
    }
    return out;
}

std::string told(std::vector<unread_config> const& files) {
    std::string out;
    for (std::size_t i = 0; i < std::min<std::size_t>(files.size(), 3); ++i) {
        auto const& one = files[i];
        out += fmt::format(
            "{}{} ({}, {})",
            i == 0 ? "" : ", ",
            quoted(one.path, 100),
            to_string(one.why),
            human_size(one.size)
        );
    }
    return files.size() > 3 ? out + ", …" : out;
}

json::array evidence_of(std::vector<unread_config> const& files) {
    json::array out;
    for (auto const& one : files) {
        if (out.size() == most_unread) break;
        out.push_back(json::object{{"path", quoted(one.path, 400)}, {"why", to_string(one.why)}});
    }
    return out;
}

} // namespace modelwatch::diff
