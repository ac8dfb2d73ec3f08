#include "daemon/assess/succession.hpp"

#include "daemon/assess/card_text.hpp"
#include "daemon/assess/name_inference.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace modelwatch::assess {

namespace {

constexpr auto eol_notice = std::chrono::hours{24 * 90};

void tell_end_of_life(succession_input const& in, succession& out) {
    out.eol_date = in.eol_date;
    if (!in.eol_date) return;
    out.past_eol = *in.eol_date <= in.now;
    out.near_eol = !out.past_eol && *in.eol_date - in.now <= eol_notice;
}

std::vector<std::string> believed_chain(succession_input const& in) {
    auto chain = checked_chain(in.repo, in.declared_chain);
    std::erase_if(chain, [&](auto const& repo) { return is_ruled_out(repo, in.not_superseded_by); });
    return chain;
}

/// A link to a sister of the same generation ("use gemma-2-2b-it") names no successor.
bool leads_on(succession_input const& in, std::string const& linked) {
    if (linked.empty() || is_ruled_out(linked, in.not_superseded_by)) return false;
    return relate(parse_repo_name(in.repo), parse_repo_name(linked)) != name_relation::not_newer;
}

/// How many generations the declared and the inferred ones make together. A declared model that the names
/// place in a newer generation is that generation; point releases make one at most; without a generation in
/// the subject's own name, the inferred ones make one.
std::size_t count_generations(
    repo_name const& subject, std::vector<std::string> const& chain, name_inference const& inferred
) {
    std::set<major_generation> majors;
    for (auto const& found : inferred.generations)
        majors.insert(found.major);
    std::size_t others = 0;
    for (auto const& repo : chain) {
        auto const name = parse_repo_name(repo);
        switch (relate(subject, name)) {
        case name_relation::newer_generation:
            majors.insert(major_of(name));
            break;
        case name_relation::other_line:
        case name_relation::incomparable:
            ++others;
            break;
        default:
            break;
        }
    }
    auto const placed = inferred.is_explicit ? majors.size() : std::min<std::size_t>(majors.size(), 1);
    return std::max<std::size_t>(placed + others, 1);
}

void take_chain(succession_input const& in, name_inference const& inferred, succession& out) {
    auto const count = count_generations(parse_repo_name(in.repo), out.chain, inferred);
    out.state = count > 1 ? successor_state::many : successor_state::one;
    out.pick = out.chain.back();
    out.pick_license.clear();
    if (in.listing) {
        auto const folded = lower(out.pick);
        for (auto const& row : *in.listing) {
            if (lower(row.repo) == folded) out.pick_license = std::max(out.pick_license, row.license);
        }
    }
    if (!inferred.generations.empty()) out.reason += " " + inferred.reason;
}

void take_operator(succession_input const& in, succession& out) {
    out.state = successor_state::one;
    out.source = succession_source::operator_entry;
    out.pick = in.operator_successor;
    out.reason = "The operator names " + out.pick + " as the successor.";
}

void take_names(name_inference const& inferred, succession& out) {
    out.state = inferred.state;
    out.pick = inferred.pick;
    out.pick_license = inferred.pick_license;
    out.reason = inferred.reason;
    for (auto const& found : inferred.generations)
        out.newer_generations.push_back(found.repo);
    bool const found = out.state != successor_state::unknown;
    out.source = found ? succession_source::name : succession_source::none;
}

void take_declared(
    succession_input const& in,
    std::vector<std::string> chain,
    name_inference const& inferred,
    succession& out
) {
    out.declared = true;
    out.source = succession_source::new_version;
    out.reason = "The publisher declares " + chain.front() + " as the new version.";
    out.chain = std::move(chain);
    take_chain(in, inferred, out);
}

/// A plain statement with a link counts like a declaration; anything less only hints.
void take_card(
    succession_input const& in, card_statement const& card, name_inference const& inferred, succession& out
) {
    bool const plain = card.claim > card_claim::use_instead;
    bool const linked = leads_on(in, card.linked);
    if (plain && linked) {
        out.source = succession_source::card_text;
        out.reason = "The model card points at " + card.linked + ".";
        out.chain = {card.linked};
        return take_chain(in, inferred, out);
    }
    bool const hints = card.claim == card_claim::superseded || linked;
    if (!hints || out.state > successor_state::none) return;
    out.state = successor_state::possible;
    out.source = succession_source::card_text;
    out.pick = linked ? card.linked : std::string{};
    out.reason = linked ? "The model card advises " + card.linked + " instead."
                        : "The model card speaks of a successor without a link.";
}

} // namespace

std::string_view to_string(successor_state value) noexcept {
    constexpr auto names =
        std::to_array<std::string_view>({"unknown", "none", "possible", "point", "one", "many"});
    return names[static_cast<std::size_t>(value)];
}

succession find_succession(succession_input const& in) {
    succession out;
    tell_end_of_life(in, out);
    auto const card = read_card(in.card, in.repo);
    out.quote = card.quote;
    out.deprecated_by_card = card.deprecated;
    if (!in.operator_successor.empty()) {
        take_operator(in, out);
        return out;
    }
    auto const inferred = infer_successors(in);
    take_names(inferred, out);
    auto chain = believed_chain(in);
    if (!chain.empty()) {
        take_declared(in, std::move(chain), inferred, out);
    } else {
        take_card(in, card, inferred, out);
    }
    return out;
}

} // namespace modelwatch::assess
