#include "daemon/assess/scoring.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::assess {

namespace {

struct judged {
    outcome_list const& outcomes;
    tally const& counted;
    rubric const& numbers;

    [[nodiscard]] outcome_info const& of(check_id id) const noexcept {
        return *outcomes[static_cast<std::size_t>(id)];
    }

    [[nodiscard]] bool is(check_id id, std::string_view name) const noexcept { return of(id).name == name; }

    [[nodiscard]] bool is_high(dimension which) const noexcept {
        return counted.level_of(which) == risk_level::high;
    }

    /// High by what was observed alone, so that a hub which does not answer never looks like malware.
    [[nodiscard]] bool format_is_known_to_be_high() const noexcept {
        auto const at = static_cast<std::size_t>(dimension::format);
        return counted.principal_known[at] && numbers.level_of(counted.known_sums[at]) == risk_level::high;
    }

    [[nodiscard]] bool nobody_known_is_behind_it() const noexcept {
        return is(check_id::publisher_type, "individual") ||
               of(check_id::publisher_type).state == outcome_state::unknown;
    }

    [[nodiscard]] bool is_orphaned() const noexcept {
        return is(check_id::publisher_dormancy, "dormant") || is(check_id::version_maintenance, "abandoned");
    }

    /// The check that stops everything; nullptr: none does.
    [[nodiscard]] check_info const* stop_signal() const {
        auto const stops = [&](check_info const& check) {
            return numbers.points_of(check, of(check.id)) >= 100;
        };
        auto const found = std::find_if(checks().begin(), checks().end(), stops);
        return found == checks().end() ? nullptr : &*found;
    }
};

class collector {
public:
    collector(judged const& seen)
        : seen_{seen} {}

    void add(bool holds, std::string_view id, risk_level at_least, std::string why) {
        if (!holds || seen_.numbers.floors_off.contains(std::string{id})) return;
        bool const raises = at_least > seen_.numbers.level_of(seen_.counted.score());
        hits_.push_back({id, at_least, std::move(why), raises});
    }

    [[nodiscard]] std::vector<floor_hit>& hits() noexcept { return hits_; }

private:
    judged const& seen_;
    std::vector<floor_hit> hits_;
};

void add_dimension_floors(judged const& seen, collector& out) {
    using enum risk_level;
    bool const unaccountable = seen.is_high(dimension::publisher);
    bool const executable = seen.format_is_known_to_be_high();
    bool const nobody = seen.nobody_known_is_behind_it();
    out.add(
        unaccountable,
        "F2",
        medium,
        nobody ? "publisher traceability is High: no one is accountable"
               : "publisher traceability is High, although the publisher is known"
    );
    out.add(executable, "F3", medium_high, "file format security is High: code may run while it is loaded");
    out.add(
        unaccountable && executable,
        "F4",
        high,
        nobody ? "no one is accountable, and it can run code"
               : "publisher and file format are High: it can run code"
    );
    bool const orphaned =
        seen.nobody_known_is_behind_it() && seen.is_high(dimension::timeliness) && seen.is_orphaned();
    out.add(orphaned, "F5", high, "orphaned: no one will fix it or warn of it");
}

void add_outcome_floors(judged const& seen, collector& out) {
    using enum risk_level;
    if (auto const* const check = seen.stop_signal()) {
        auto const& outcome = seen.of(check->id);
        out.add(
            true, "F6", high, fmt::format("{} is \"{}\": {}", check->name, outcome.name, outcome.meaning)
        );
    }
    bool const far = seen.is(check_id::publisher_jurisdiction, "foreign-gov") ||
                     seen.is(check_id::publisher_jurisdiction, "elevated");
    out.add(far, "F7", medium, "the publisher's jurisdiction calls for a third-party review first");
    bool const no_right = seen.is(check_id::license_class, "nc") || seen.is(check_id::license_class, "none");
    out.add(no_right && seen.numbers.commercial_use, "F8", medium, "no right to commercial use");
    out.add(is_provisional(seen.counted), "F9", medium, "too little evidence to say less");
}

} // namespace

std::vector<floor_hit> floors_of(outcome_list const& outcomes, tally const& counted, rubric const& numbers) {
    judged const seen{outcomes, counted, numbers};
    collector out{seen};
    add_dimension_floors(seen, out);
    add_outcome_floors(seen, out);
    if (out.hits().empty()) {
        auto const& levels = counted.levels;
        bool const any = std::any_of(levels.begin(), levels.end(), [](risk_level level) {
            return level >= risk_level::medium;
        });
        out.add(any, "F1", risk_level::low_medium, "one dimension is Medium or worse");
    }
    return std::move(out.hits());
}

risk_level rating_of(tally const& counted, std::vector<floor_hit> const& floors, rubric const& numbers) {
    auto out = numbers.level_of(counted.score());
    for (auto const& floor : floors)
        out = std::max(out, floor.at_least);
    return out;
}

} // namespace modelwatch::assess
