#include "daemon/assess/subject.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace modelwatch::assess {

namespace {

constexpr std::size_t longest_evidence = 400;

std::string namespace_of(std::string_view repo) {
    auto const slash = repo.find('/');
    return std::string{slash == std::string_view::npos ? std::string_view{} : repo.substr(0, slash)};
}

/// Two names of one publisher, or one name spelt twice.
bool is_same_account(subject const& model, std::string const& other) {
    if (lower(other) == lower(model.account)) return true;
    auto const* const row = model.with.publishers.find(other);
    return row != nullptr && row == model.registered;
}

std::vector<base_evidence const*> foreign_bases(subject const& model) {
    std::vector<base_evidence const*> out;
    for (auto const& base : model.facts.bases) {
        if (!is_same_account(model, namespace_of(base.repo))) out.push_back(&base);
    }
    std::sort(out.begin(), out.end(), [](auto const* a, auto const* b) { return a->repo < b->repo; });
    return out;
}

provenance origin_of(subject const& model) {
    if (!model.was_read()) return provenance::unknown;
    provenance_input in;
    in.repo = model.facts.repo;
    in.base_model_relation = model.facts.base_relation;
    in.tags = model.facts.tags;
    in.library_name = model.facts.library_name;
    if (model.registered != nullptr) in.mirror_of = model.registered->mirror_of;
    // A card that was read and names no base says own work; what looks packed is found before that counts.
    in.publisher_known = model.registered != nullptr || model.card_was_read();
    bool declared = false;
    for (auto const& base : model.facts.bases)
        declared = declared || !base.inferred;
    for (auto const* const base : model.foreign) {
        if (!base->inferred) in.base_models.push_back(base->repo);
    }
    bool const all_in_the_family = declared && in.base_models.empty() && in.mirror_of.empty();
    return all_in_the_family ? provenance::own : judge_provenance(in);
}

} // namespace

subject::subject(evidence const& seen, assess_context const& context)
    : facts{seen}
    , with{context}
    , account{seen.author.empty() ? namespace_of(seen.repo) : seen.author}
    , registered{context.publishers.find(account)}
    , ruled{context.publishers.models().find(seen.repo)}
    , foreign{foreign_bases(*this)}
    , origin{origin_of(*this)} {}

bool subject::is_user() const noexcept {
    if (facts.owner.kind != owner_kind::unknown) return facts.owner.kind == owner_kind::user;
    return registered != nullptr && registered->kind == "user";
}

bool subject::is_organisation() const noexcept {
    if (facts.owner.kind != owner_kind::unknown) return facts.owner.kind == owner_kind::organisation;
    return registered != nullptr && registered->kind == "org";
}

void findings::add(check_id check, std::string_view outcome, std::string evidence) {
    auto const& row = info(check);
    auto const* const found = find_outcome(row, outcome);
    if (found == nullptr) {
        throw std::logic_error{std::string{row.name} + " has no outcome " + std::string{outcome}};
    }
    auto const points = numbers_.points_of(row, *found);
    list_.emplace_back(check, *found, points, proof{shortened(evidence, longest_evidence)});
}

} // namespace modelwatch::assess
