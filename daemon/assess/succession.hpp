#pragma once

#include "daemon/assess/declared_chain.hpp"
#include "daemon/assess/sibling.hpp"
#include "daemon/model/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// Whether the publisher has moved on (assess.md 2.4 E, version-superseded). `unknown` is no good news.
enum class successor_state {
    unknown,
    none,
    possible, ///< something newer that may not replace it: other size, role or numbering; or the card hints
    point,    ///< a point release of the same generation
    one,      ///< one newer generation
    many      ///< two or more
};

[[nodiscard]] std::string_view to_string(successor_state value) noexcept;

struct succession_input {
    std::string repo;
    std::optional<instant> created_at;
    std::string pipeline_tag;
    std::vector<std::string>
        base_models; ///< of the card; tells own work from what others' models are packed in
    std::string base_model_relation;
    std::string mirror_of;                   ///< of the publisher's registry entry: its models are of others
    std::vector<std::string> declared_chain; ///< `new_version`, hop by hop; read with checked_chain
    std::string card;                        ///< README.md, with or without front matter; empty: not known
    /// Every model of the namespace, the subject included. nullopt: the listing failed or was cut.
    std::optional<std::vector<sibling>> listing;
    std::string operator_successor;             ///< the operator's word beats everything
    std::vector<std::string> not_superseded_by; ///< ids or globs that the operator has ruled out
    std::optional<instant> eol_date;            ///< likewise the operator's
    instant now{};                              ///< siblings created later than this do not exist yet
};

struct succession {
    successor_state state = successor_state::unknown;
    succession_source source = succession_source::none; ///< the highest authority that spoke
    bool declared = false;                              ///< by the publisher's `new_version`
    std::vector<std::string> chain;                     ///< the declared successors, next one first
    std::string pick;                                   ///< the best one to show; empty: none
    std::string pick_license;                           ///< as the listing tells; empty: not told
    /// The best model of each newer generation that was inferred by name, oldest generation first.
    std::vector<std::string> newer_generations;
    std::string reason; ///< for people; names repositories: escape when shown
    std::string quote;  ///< the card's sentence, publisher's words: escape when shown
    bool deprecated_by_card = false;
    std::optional<instant> eol_date;
    bool past_eol = false;
    bool near_eol = false; ///< within 90 days
};

/// Pure and independent of the order of the listing. In order of authority (assess.md 3.3): operator,
/// `new_version`, card text with a link, names in the same namespace; else `unknown`. For derivatives the
/// caller asks again for every base model.
[[nodiscard]] succession find_succession(succession_input const& in);

} // namespace modelwatch::assess
