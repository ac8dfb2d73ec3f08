#include "daemon/diff/token_change.hpp"

#include "daemon/diff/wording.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <tuple>

namespace modelwatch::diff {

namespace {

constexpr std::size_t most_listed = 20;
constexpr std::size_t most_told = 6;

using marks = std::span<std::string_view const>;

constexpr auto addresses = std::to_array<std::string_view>({"://"});
constexpr auto shell_marks =
    std::to_array<std::string_view>({";", "`", "$(", "${", "&&", "||", ">>", "| ", " |", "/bin/", "\n"});
constexpr auto tool_marks = std::to_array<std::string_view>(
    {"tool_call",
     "toolcall",
     "tool_use",
     "tool_response",
     "tool_result",
     "tool_outputs",
     "available_tools",
     "function_call",
     "function=",
     "<tool",
     "<function",
     "[tool",
     "python_tag",
     "tools_prefix"}
);

/// In lower case, with the blanks that tokenizers write as "▁" and "Ġ" as underscores.
std::string plain(std::string_view text) {
    auto out = lower(text);
    for (std::string_view const blank : {"\xe2\x96\x81", "\xc4\xa0", " "}) {
        for (auto at = out.find(blank); at != out.npos; at = out.find(blank, at))
            out.replace(at, blank.size(), "_");
    }
    return out;
}

bool has_any(std::string_view text, marks list) noexcept {
    return std::any_of(list.begin(), list.end(), [&](auto mark) { return text.find(mark) != text.npos; });
}

bool gains(std::string_view old, std::string_view now, marks list) noexcept {
    return has_any(now, list) && !has_any(old, list);
}

/// A word that was not in the vocabulary before may be a semicolon; one that replaces another may not.
std::string gained_by(std::string_view old, std::string_view now, bool may_be_any) {
    if (gains(old, now, addresses)) return "://";
    if (gains(plain(old), plain(now), tool_marks)) return "tool call";
    if (!may_be_any && gains(old, now, shell_marks)) return "shell";
    return {};
}

class comparer {
public:
    comparer(std::string_view file, token_table const& before, token_table const& now)
        : file_{file}
        , before_{before}
        , now_{now} {
        for (auto const& [place, token] : before.by_place)
            known_.insert(token.text);
        for (auto const& text : before.listed)
            known_.insert(text);
    }

    std::vector<token_change> take() {
        for (auto const& [place, token] : now_.by_place)
            take_present(place, token);
        for (auto const& [place, token] : before_.by_place) {
            if (!now_.by_place.contains(place)) add(place, token.text, {}, token.special);
        }
        take_listed();
        put_gravest_first(out_);
        return std::move(out_);
    }

private:
    void add(std::string_view place, std::string_view old, std::string_view now, bool special) {
        token_change one{
            std::string{file_} + "#" + std::string{place}, std::string{old}, std::string{now}, special, {}
        };
        // A text that was there before, at whatever place, is nothing that came.
        bool const may_be_any = old.empty() && !special;
        if (!known_.contains(now)) one.gained = gained_by(old, now, may_be_any);
        out_.push_back(std::move(one));
    }

    void take_present(std::string const& place, token_table::token const& token) {
        auto const old = before_.by_place.find(place);
        if (old == before_.by_place.end()) return add(place, {}, token.text, token.special);
        bool const special = token.special || old->second.special;
        if (old->second.text != token.text) add(place, old->second.text, token.text, special);
    }

    /// What only one side lists; a text that went and one that came are one change.
    void take_listed() {
        std::vector<std::string> gone;
        std::vector<std::string> came;
        std::set_difference(
            before_.listed.begin(),
            before_.listed.end(),
            now_.listed.begin(),
            now_.listed.end(),
            std::back_inserter(gone)
        );
        std::set_difference(
            now_.listed.begin(),
            now_.listed.end(),
            before_.listed.begin(),
            before_.listed.end(),
            std::back_inserter(came)
        );
        for (std::size_t i = 0; i < std::max(gone.size(), came.size()); ++i) {
            auto const at = [i](auto const& list) { return i < list.size() ? list[i] : std::string{}; };
            add("/additional_special_tokens", at(gone), at(came), true);
        }
    }

    std::string_view file_;
    token_table const& before_;
    token_table const& now_;
    std::set<std::string, std::less<>> known_;
    std::vector<token_change> out_;
};

int rank(token_change const& one) noexcept {
    bool const changed = !one.old.empty() && !one.now.empty();
    if (one.special && changed) return 0;
    if (one.gained == "://") return 1;
    if (!one.gained.empty()) return 2;
    if (one.special) return 3;
    return changed ? 4 : 5;
}

std::string told(token_change const& one) {
    auto const side = [](std::string const& text) {
        return text.empty() ? "nothing" : "\"" + quoted(text, 60) + "\"";
    };
    auto const place = quoted(one.place, 90);
    return fmt::format("{} {} → {}{}", place, side(one.old), side(one.now), one.special ? " (special)" : "");
}

} // namespace

void put_gravest_first(std::vector<token_change>& changes) {
    auto const key = [](token_change const& one) {
        return std::tuple{rank(one), std::tie(one.place, one.now)};
    };
    std::sort(changes.begin(), changes.end(), [&](auto const& left, auto const& right) {
        return key(left) < key(right);
    });
}

std::vector<token_change>
compare_tokens(std::string_view file, token_table const& before, token_table const& now) {
    return comparer{file, before, now}.take();
}

std::string told(std::vector<token_change> const& changes) {
    std::string out;
    auto const shown = std::min(changes.size(), most_told);
    for (std::size_t i = 0; i < shown; ++i)
        out += (i == 0 ? "" : "; ") + told(changes[i]);
    return changes.size() > shown ? fmt::format("{}; and {} more", out, changes.size() - shown) : out;
}

json::array evidence_of(std::vector<token_change> const& changes) {
    json::array out;
    for (auto const& one : changes) {
        if (out.size() == most_listed) break;
        out.push_back(json::object{
            {"at", quoted(one.place, 200)},
            {"old", quoted(one.old, 200)},
            {"new", quoted(one.now, 200)},
            {"special", one.special},
            {"gained", one.gained},
        });
    }
    return out;
}

} // namespace modelwatch::diff
