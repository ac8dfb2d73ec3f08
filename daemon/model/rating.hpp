#pragma once

#include "daemon/model/json.hpp"
#include "daemon/model/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace modelwatch {

/// One assessment, as far as later ones are compared with it. Words as in the JSON of an assessment.
struct rating_mark {
    std::string level;  ///< "Medium-High"
    double score = 0;   ///< 0 to 100
    std::string rubric; ///< label: ratings under other numbers are not compared
    instant at{};

    struct finding {
        std::string outcome;
        int points = 0;
        bool operator==(finding const&) const = default;
    };

    std::map<std::string, finding> findings; ///< by check
    std::vector<std::string> levels = {};    ///< of the five dimensions, in their order
    std::string staleness = {};              ///< "outdated"
};

/// A rating of some weeks ago, for the picture of how it went.
struct rating_point {
    instant at{};
    std::string level;
    double score = 0;
    bool operator==(rating_point const&) const = default;
};

/// Points that are kept of a watch.
inline constexpr std::size_t rating_points = 12;

/// The newest commit, rated beside the one that is trusted.
struct rated_head {
    std::string commit;
    rating_mark mark;
};

/// The course of a watch's rating between polls: what rating-worsened, "outdated since" and "confirmed on the
/// next poll" rest on. One per watch.
struct rating_record {
    rating_mark now;       ///< of the last poll, at the baseline
    rating_mark reference; ///< what the last one is compared with
    std::string baseline;  ///< commit that was trusted when the reference was taken; another one starts anew
    unsigned worse = 0;    ///< polls in a row whose level was above the reference's
    unsigned better = 0;   ///< … below it; two of them make the reference follow
    std::optional<instant> outdated_since;
    std::string successor;                          ///< repo that was picked last; empty: none
    unsigned successor_polls = 0;                   ///< polls in a row that found a successor
    std::map<std::string, unsigned> upstream_polls; ///< the same for base models, by repo
    std::map<std::string, std::string> publisher;   ///< what was known of the publisher at the baseline
    std::vector<rating_point>
        trend; ///< oldest first: the last of each week, and one more per change of level
    std::optional<rated_head> head = {}; ///< nullopt: the baseline is the newest commit
};

[[nodiscard]] json::object to_json(rating_record const& record);
/// Reads what to_json wrote; throws std::exception when it is not one.
[[nodiscard]] rating_record rating_record_from_json(json::object const& object);

} // namespace modelwatch
