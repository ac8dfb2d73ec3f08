#include "daemon/diff/key_change.hpp"

#include "daemon/diff/config_walk.hpp"
#include "daemon/diff/wording.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::diff {

namespace {

constexpr std::size_t most_listed = 20;
constexpr std::size_t most_told = 8;

/// Two values at one place. The way to them is kept as the pair above and a step, so that names cost nothing
/// before they are shown.
struct pair_of_values {
    json::value const* before;
    json::value const* now;
    std::size_t above;
    std::string_view key;
    std::size_t index;
    bool named;
};

constexpr std::size_t root = static_cast<std::size_t>(-1);

/// All pairs below a document, each container before its members; iterative, and linear in what is there.
class pairs {
public:
    pairs(json::value const& before, json::value const& now) {
        all_.push_back({&before, &now, root, {}, 0, true});
    }

    void add_members_of(std::size_t at) {
        auto const both = all_[at];
        if (both.before->is_object()) {
            add_named(at, both.before->get_object(), both.now->get_object());
        } else {
            add_items(at, both.before->get_array(), both.now->get_array());
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }

    [[nodiscard]] pair_of_values const& operator[](std::size_t at) const noexcept { return all_[at]; }

    [[nodiscard]] std::string pointer(std::size_t at) const {
        std::vector<std::size_t> way;
        for (; at != 0; at = all_[at].above)
            way.push_back(at);
        std::string out;
        for (auto step = way.rbegin(); step != way.rend(); ++step) {
            auto const& one = all_[*step];
            out += one.named ? escaped_step(one.key) : "/" + std::to_string(one.index);
        }
        return bounded_pointer(std::move(out));
    }

private:
    void add_named(std::size_t at, json::object const& before, json::object const& now) {
        for (auto const& member : before)
            all_.push_back({&member.value(), now.if_contains(member.key()), at, member.key(), 0, true});
        for (auto const& member : now) {
            if (!before.contains(member.key()))
                all_.push_back({nullptr, &member.value(), at, member.key(), 0, true});
        }
    }

    void add_items(std::size_t at, json::array const& before, json::array const& now) {
        auto const item = [](json::array const& list, std::size_t i) {
            return i < list.size() ? &list[i] : nullptr;
        };
        for (std::size_t i = 0; i < std::max(before.size(), now.size()); ++i)
            all_.push_back({item(before, i), item(now, i), at, {}, i, false});
    }

    std::vector<pair_of_values> all_;
};

bool same_kind_of_container(pair_of_values const& both) noexcept {
    if (both.before == nullptr || both.now == nullptr) return false;
    return (both.before->is_object() && both.now->is_object()) ||
           (both.before->is_array() && both.now->is_array());
}

/// Of values that are not both containers.
bool differs(pair_of_values const& both) noexcept {
    if (both.before == nullptr || both.now == nullptr) return true;
    return both.before->kind() != both.now->kind() || *both.before != *both.now;
}

std::string text_of(json::value const* value) {
    return value == nullptr ? std::string{} : to_line(*value);
}

std::string words(key_change const& one) {
    auto const side = [](std::string const& text) { return text.empty() ? "nothing" : quoted(text, 60); };
    return fmt::format("{}: {} → {}", quoted(one.pointer, 120), side(one.old), side(one.now));
}

} // namespace

void key_changes::note(
    std::string_view file, std::string pointer, json::value const* before, json::value const* now
) {
    ++total_;
    auto const text = text_of(now);
    bool const address = text.find("://") != std::string::npos;
    auto& list = address ? addresses_ : others_;
    if (list.size() == most_listed) return;
    auto where = std::string{file} + "#" + std::move(pointer);
    list.push_back({quoted(where, 500), quoted(text_of(before), 120), quoted(text, 120)});
}

void key_changes::compare(
    std::string_view file,
    json::value const& before,
    json::value const& now,
    std::function<bool(std::string_view)> const& skipped
) {
    pairs all{before, now};
    for (std::size_t at = 0; at < all.size(); ++at) {
        auto const both = all[at];
        if (both.above == 0 && skipped && skipped(both.key)) continue;
        if (same_kind_of_container(both)) {
            all.add_members_of(at);
        } else if (differs(both)) {
            note(file, all.pointer(at), both.before, both.now);
        }
    }
}

std::vector<key_change> key_changes::listed() const {
    auto out = addresses_;
    for (auto const& one : others_) {
        if (out.size() < most_listed) out.push_back(one);
    }
    return out;
}

std::string key_changes::told() const {
    std::string out;
    auto const all = listed();
    auto const shown = std::min(all.size(), most_told);
    for (std::size_t i = 0; i < shown; ++i)
        out += (i == 0 ? "" : "; ") + words(all[i]);
    return total_ > shown ? fmt::format("{}; and {} more", out, total_ - shown) : out;
}

json::array key_changes::evidence() const {
    json::array out;
    for (auto const& one : listed())
        out.push_back(json::object{{"key", one.pointer}, {"old", one.old}, {"new", one.now}});
    return out;
}

} // namespace modelwatch::diff
