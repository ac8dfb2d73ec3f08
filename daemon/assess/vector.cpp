#include "daemon/assess/vector.hpp"

#include "daemon/assess/ages.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace modelwatch::assess {

namespace {

constexpr std::string_view prefix = "MSC";
constexpr std::string_view limits_code = "AL";
constexpr std::string_view commercial_code = "CU";
constexpr std::size_t longest_license = 48;
constexpr std::size_t longest_vector = 4096;

/// Free text of a publisher as a token that cannot be taken for anything else in the vector.
std::string token(std::string_view text) {
    std::string out = lower(text.substr(0, longest_license));
    std::replace_if(
        out.begin(),
        out.end(),
        [](char c) {
            bool const plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            return !plain && c != '.' && c != '-' && c != '+' && c != '_';
        },
        '-'
    );
    return out;
}

std::string value_of(check_info const& check, outcome_info const& outcome, vector_details const& details) {
    if (check.id == check_id::license_class && !details.license.empty()) {
        return fmt::format("{}:{}", token(details.license), outcome.name);
    }
    bool const known = outcome.state == outcome_state::known;
    if (check.id == check_id::version_age && known && details.age_days) {
        return std::to_string(*details.age_days);
    }
    if (check.id == check_id::version_maintenance && known && details.maintenance_days) {
        return std::to_string(*details.maintenance_days);
    }
    return std::string{outcome.name};
}

template <class Number>
std::optional<Number> number_in(std::string_view text) noexcept {
    Number out{};
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failed != std::errc{} || end != text.data() + text.size() || out < 0) return std::nullopt;
    return out;
}

std::optional<std::array<std::chrono::days, 3>> limits_in(std::string_view text) {
    auto const parts = split(text, '.');
    std::array<std::chrono::days, 3> out{};
    if (parts.size() != out.size()) return std::nullopt;
    for (std::size_t at = 0; at < out.size(); ++at) {
        auto const days = number_in<int>(parts[at]);
        if (!days) return std::nullopt;
        out[at] = std::chrono::days{*days};
    }
    return out;
}

/// "code:value" with the first colon as the border.
std::optional<std::pair<std::string_view, std::string_view>> halves(std::string_view part) noexcept {
    auto const colon = part.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    return std::pair{part.substr(0, colon), part.substr(colon + 1)};
}

class reader {
public:
    explicit reader(rubric numbers)
        : numbers_{std::move(numbers)} {
        rubric const usual; // what the vector does not mention was the default when it was written
        numbers_.age_limits = usual.age_limits;
        numbers_.commercial_use = usual.commercial_use;
    }

    [[nodiscard]] bool take(std::string_view part) {
        auto const found = halves(part);
        if (!found) return false;
        auto const [code, value] = *found;
        if (code == limits_code) {
            auto const limits = limits_in(value);
            if (limits) numbers_.age_limits = *limits;
            return limits.has_value();
        }
        if (code == commercial_code) {
            numbers_.commercial_use = false;
            return value == "no";
        }
        return take_check(code, value);
    }

    [[nodiscard]] std::optional<vector_reading> finish() {
        auto& unscored = outcomes_[static_cast<std::size_t>(check_id::format_signature)];
        unscored = &info(check_id::format_signature).outcomes.back();
        if (std::count(outcomes_.begin(), outcomes_.end(), nullptr) != 0) return std::nullopt;
        auto const counted = add_up(outcomes_, numbers_);
        auto const floors = floors_of(outcomes_, counted, numbers_);
        vector_reading out;
        out.score = counted.score();
        out.rating = rating_of(counted, floors, numbers_);
        for (auto const& floor : floors)
            out.floors.emplace_back(floor.id);
        return out;
    }

private:
    [[nodiscard]] bool take_check(std::string_view code, std::string_view value) {
        auto const is_it = [&](check_info const& check) { return !code.empty() && check.code == code; };
        auto const check = std::find_if(checks().begin(), checks().end(), is_it);
        if (check == checks().end()) return false;
        auto& place = outcomes_[static_cast<std::size_t>(check->id)];
        if (place != nullptr) return false; // said twice
        place = find_outcome(*check, name_in(*check, value));
        return place != nullptr;
    }

    [[nodiscard]] std::string_view name_in(check_info const& check, std::string_view value) const noexcept {
        if (check.id == check_id::license_class) return value.substr(value.rfind(':') + 1);
        auto const days = number_in<long>(value);
        if (days && check.id == check_id::version_age) return age_outcome(*days, numbers_);
        if (days && check.id == check_id::version_maintenance) return maintenance_outcome(*days, numbers_);
        return value;
    }

    rubric numbers_;
    outcome_list outcomes_{};
};

} // namespace

std::string write_vector(outcome_list const& outcomes, vector_details const& details, rubric const& numbers) {
    std::string out = fmt::format("{}:{}", prefix, numbers.label());
    auto const& limits = numbers.age_limits;
    if (limits != rubric{}.age_limits) {
        out +=
            fmt::format("/{}:{}.{}.{}", limits_code, limits[0].count(), limits[1].count(), limits[2].count());
    }
    if (!numbers.commercial_use) out += fmt::format("/{}:no", commercial_code);
    for (auto const& check : checks()) {
        if (check.code.empty()) continue;
        auto const& outcome = *outcomes[static_cast<std::size_t>(check.id)];
        out += fmt::format("/{}:{}", check.code, value_of(check, outcome, details));
    }
    return out;
}

std::optional<vector_reading> read_vector(std::string_view vector, rubric const& numbers) {
    if (vector.size() > longest_vector) return std::nullopt;
    auto const parts = split(vector, '/');
    auto const first = halves(parts.front());
    if (!first || first->first != prefix) return std::nullopt;
    auto const version = first->second.substr(0, first->second.find('+'));
    if (version != rubric_version) return std::nullopt;
    reader read{numbers};
    for (std::size_t at = 1; at < parts.size(); ++at) {
        if (!read.take(parts[at])) return std::nullopt;
    }
    auto out = read.finish();
    if (out) out->same_rubric = first->second == numbers.label();
    return out;
}

} // namespace modelwatch::assess
