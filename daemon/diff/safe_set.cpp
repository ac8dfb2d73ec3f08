#include "daemon/diff/safe_set.hpp"

#include "daemon/diff/file_class.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace modelwatch::diff {

namespace {

/// "model-00001-of-00003.safetensors" is shard 1 of 3 of a set that is whole only with all three.
struct shard {
    std::string set;
    std::size_t number = 1;
    std::size_t total = 1;
};

std::optional<std::size_t> number_in(std::string_view digits) noexcept {
    std::size_t value = 0;
    auto const [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
    return failed == std::errc{} ? value : std::numeric_limits<std::size_t>::max();
}

shard shard_of(std::string_view path) {
    shard out{std::string{path}, 1, 1};
    auto const dot = path.rfind('.');
    auto const of = path.rfind("-of-", dot);
    if (dot == std::string_view::npos || of == std::string_view::npos || of == 0) return out;
    auto const dash = path.rfind('-', of - 1);
    if (dash == std::string_view::npos) return out;
    auto const number = number_in(path.substr(dash + 1, of - dash - 1));
    auto const total = number_in(path.substr(of + 4, dot - of - 4));
    if (!number || !total) return out;
    // Numbers that make no sense never make a whole set.
    bool const sane = *number >= 1 && *number <= *total;
    auto set = fmt::format("{}-of-{}{}", path.substr(0, dash), *total, path.substr(dot));
    return {std::move(set), *number, sane ? *total : std::numeric_limits<std::size_t>::max()};
}

/// What a trainer needs to go on, and no loader of the model reads.
bool is_left_by_training(file_name const& name) noexcept {
    constexpr auto words = std::to_array<std::string_view>(
        {"optimizer", "scheduler", "training_args", "rng_state", "random_states", "scaler", "trainer_state"}
    );
    return std::any_of(words.begin(), words.end(), [&](auto word) { return name.base.starts_with(word); });
}

} // namespace

bool is_safe(format_tier tier) noexcept {
    return tier == format_tier::safetensors || tier == format_tier::inert;
}

bool can_run_code(format_tier tier) noexcept {
    return tier >= format_tier::framework;
}

bool part::has_whole_safe_set() const {
    return std::any_of(safe_sets.begin(), safe_sets.end(), [](auto const& set) {
        return set.second.first.size() == set.second.second;
    });
}

bool part::has_broken_safe_set() const {
    return std::any_of(safe_sets.begin(), safe_sets.end(), [](auto const& set) {
        return set.second.first.size() != set.second.second;
    });
}

parts parts_of(file_set const& files) {
    bool const pipeline = files.find("model_index.json") != nullptr;
    parts out;
    for (auto const& item : files.items()) {
        if (item.kind.role != file_role::weights) continue;
        std::string_view const path = item.file->path;
        auto const slash = path.find('/');
        auto& here =
            out[std::string{pipeline && slash != path.npos ? path.substr(0, slash) : std::string_view{}}];
        if (can_run_code(item.kind.tier)) {
            here.code_capable = true;
            here.has_fallback = here.has_fallback || !is_left_by_training(file_name{path});
        }
        if (!is_safe(item.kind.tier)) continue;
        auto const piece = shard_of(path);
        auto& set = here.safe_sets[piece.set];
        set.first.insert(piece.number);
        set.second = piece.total;
    }
    return out;
}

bool any_whole_safe_set(parts const& all) {
    return std::any_of(all.begin(), all.end(), [](auto const& entry) {
        return entry.second.has_whole_safe_set();
    });
}

std::set<std::string> exposed(parts const& all) {
    std::set<std::string> out;
    for (auto const& [name, here] : all) {
        if (here.code_capable && !here.has_whole_safe_set()) out.insert(name);
    }
    return out;
}

bool safe_format_was_lost(parts const& before, parts const& now) {
    bool const none_left = any_whole_safe_set(before) && !any_whole_safe_set(now);
    return std::any_of(now.begin(), now.end(), [&](auto const& entry) {
        auto const& [name, here] = entry;
        if (!here.has_fallback || here.has_whole_safe_set()) return false;
        auto const then = before.find(name);
        return then == before.end() ? none_left : then->second.has_whole_safe_set();
    });
}

bool is_safe_set_complete(file_set const& files) {
    auto const all = parts_of(files);
    auto const broken = [](auto const& entry) { return entry.second.has_broken_safe_set(); };
    return any_whole_safe_set(all) && exposed(all).empty() && std::none_of(all.begin(), all.end(), broken);
}

} // namespace modelwatch::diff
