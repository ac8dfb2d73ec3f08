#include "daemon/assess/name_inference.hpp"

#include "daemon/assess/name_words.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace modelwatch::assess {

namespace {

bool same_text(std::string_view a, std::string_view b) {
    return a.size() == b.size() && lower(a) == lower(b);
}

/// A newer model of the subject's line.
struct candidate {
    sibling const* row = nullptr;
    repo_name name;
};

bool is_other_packaging(repo_name const& subject, repo_name const& other) noexcept {
    return is_converted_by_name(other) != is_converted_by_name(subject);
}

/// Whether `a` comes closer to the subject than `b`: role, size and packaging; the later of equal ones, then
/// the plainer. A total order.
bool is_closer(repo_name const& subject, candidate const& a, candidate const& b) {
    auto const distance = [&](candidate const& one) {
        return std::tuple{
            !same_role(subject, one.name),
            size_distance(subject, one.name),
            is_other_packaging(subject, one.name)
        };
    };
    if (distance(a) != distance(b)) return distance(a) < distance(b);
    if (a.name.generation != b.name.generation) return a.name.generation > b.name.generation;
    auto const plainness = [](candidate const& one) {
        return std::tuple{
            one.name.variants.size(),
            one.row->is_derivative,
            std::string_view{one.row->repo},
            std::string_view{one.row->license}
        };
    };
    return plainness(a) < plainness(b);
}

/// Whether `a` is the later point release; equal ones by closeness.
bool is_later_point(repo_name const& subject, candidate const& a, candidate const& b) {
    auto const number = [](candidate const& one) {
        return std::tie(one.name.generation, one.name.revision, *one.row->created_at);
    };
    if (number(a) != number(b)) return number(a) > number(b);
    return is_closer(subject, a, b);
}

struct findings {
    std::map<major_generation, candidate> generations;
    std::optional<candidate> point;
    std::optional<candidate> possible;
    std::string doubt; ///< the least id of those that cannot be put in order; empty: none
    bool has_subject = false;
};

/// Goes through the listing once.
class listing_reader {
public:
    listing_reader(succession_input const& in, repo_name subject)
        : in_{in}
        , subject_{std::move(subject)}
        , owner_{lower(subject_.owner)}
        , born_{in.created_at} {}

    findings run() {
        auto const own = lower(in_.repo);
        for (auto const& row : *in_.listing) {
            if (!same_text(row.repo, own)) continue;
            out_.has_subject = true;
            // Should a listing name it twice, the earlier date counts, in whatever order they come.
            if (!in_.created_at && row.created_at && (!born_ || *row.created_at < *born_))
                born_ = row.created_at;
        }
        for (auto const& row : *in_.listing) {
            if (is_eligible(row) && !same_text(row.repo, own)) judge(row);
        }
        return std::move(out_);
    }

    [[nodiscard]] bool knows_birth() const noexcept { return born_.has_value(); }

private:
    [[nodiscard]] bool is_eligible(sibling const& row) const {
        if (row.is_private || row.derivative_of_subject || !is_repo_id(row.repo)) return false;
        if (row.created_at && *row.created_at > in_.now) return false;
        if (lower(owner_of(row.repo)) != owner_ || !mentions_family(row.repo)) return false;
        return compatible_pipelines(in_.pipeline_tag, row.pipeline_tag) &&
               !is_ruled_out(row.repo, in_.not_superseded_by);
    }

    /// Cheaper than parsing, and most of a listing fails it.
    [[nodiscard]] bool mentions_family(std::string_view repo) const noexcept {
        auto const name = name_of(repo);
        auto const& word = subject_.family.front();
        return std::search(name.begin(), name.end(), word.begin(), word.end(), [](char a, char b) {
                   return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
               }) != name.end();
    }

    void judge(sibling const& row) {
        candidate one{&row, parse_repo_name(row.repo)};
        auto const relation = relate(subject_, one.name);
        if (relation == name_relation::other_line || relation == name_relation::not_newer) return;
        bool const dated = born_ && row.created_at;
        bool const later = dated && *row.created_at > *born_;
        if (relation == name_relation::incomparable) {
            if (later || !dated) doubt(row);
            return;
        }
        // A higher number that is not known to be younger: the order of the numbers is not that of time.
        if (!later) return doubt(row);
        keep(relation, std::move(one));
    }

    void doubt(sibling const& row) {
        if (out_.doubt.empty() || row.repo < out_.doubt) out_.doubt = row.repo;
    }

    void keep(name_relation relation, candidate one) {
        if (relation == name_relation::newer_generation) {
            auto const [place, fresh] = out_.generations.try_emplace(major_of(one.name), one);
            if (!fresh && is_closer(subject_, one, place->second)) place->second = std::move(one);
            return;
        }
        if (relation == name_relation::point) {
            if (!out_.point || is_later_point(subject_, one, *out_.point)) out_.point = std::move(one);
        } else if (!out_.possible || is_closer(subject_, one, *out_.possible)) {
            out_.possible = std::move(one);
        }
    }

    succession_input const& in_;
    repo_name subject_;
    std::string owner_;
    std::optional<instant> born_;
    findings out_;
};

bool is_packed_from_elsewhere(succession_input const& in, repo_name const& subject) {
    bool const packed = in.base_model_relation == "quantized" || is_converted_by_name(subject);
    return std::any_of(in.base_models.begin(), in.base_models.end(), [&](auto const& base) {
        bool const foreign = !same_text(owner_of(base), subject.owner);
        return foreign && (packed || is_same_model_by_name(in.repo, base));
    });
}

/// Whether the same model without its packaging stands beside it: then the publisher packed its own work.
bool has_unpacked_sibling(succession_input const& in, repo_name const& subject) {
    auto const plain = lower(subject.owner + "/" + without_packaging(subject.raw));
    return std::any_of(in.listing->begin(), in.listing->end(), [&](auto const& row) {
        return same_text(row.repo, plain);
    });
}

bool is_at_home(repo_name const& subject) {
    auto const homes = homes_of_family(subject.family.front());
    return homes.empty() || std::any_of(homes.begin(), homes.end(), [&](auto const& home) {
               return same_text(home, subject.owner);
           });
}

/// Why the names of this namespace cannot tell; empty: they can.
std::string obstacle(succession_input const& in, repo_name const& subject) {
    if (!subject.has_family()) return "The name does not say to which family the model belongs.";
    if (!in.mirror_of.empty()) return "The publisher mirrors models of " + in.mirror_of + ".";
    if (!is_at_home(subject))
        return "The family \"" + subject.family.front() + "\" comes out at another account.";
    if (!in.listing) return "The list of the publisher's models could not be read in full.";
    if (is_converted_by_name(subject) && in.base_models.empty() && !has_unpacked_sibling(in, subject)) {
        return "The model looks repackaged, and the card does not say from what.";
    }
    return {};
}

void settle_none(
    succession_input const& in, repo_name const& subject, findings const& seen, name_inference& out
) {
    auto const first = subject.family.front();
    if (!out.is_explicit) {
        out.reason = "The name has no generation, and nothing that is clearly newer was found.";
    } else if (!seen.has_subject) {
        out.reason = "The list of the publisher's models lacks the model itself, so it is not complete.";
    } else if (!seen.doubt.empty()) {
        out.reason = seen.doubt + " cannot be put in order with it by name.";
    } else if (homes_of_family(first).size() > 1) {
        out.reason = "Successors of this family also come out at other accounts.";
    } else {
        out.state = successor_state::none;
        out.reason =
            "No newer generation among " + counted(in.listing->size(), "model") + " of the publisher.";
    }
}

void pick(candidate const& one, name_inference& out) {
    out.pick = one.row->repo;
    out.pick_license = one.row->license;
}

void settle(succession_input const& in, repo_name const& subject, findings const& seen, name_inference& out) {
    for (auto const& [major, one] : seen.generations)
        out.generations.push_back({major, one.row->repo, one.row->license});
    if (!seen.generations.empty()) {
        bool const several = seen.generations.size() > 1 && out.is_explicit;
        out.state = several ? successor_state::many : successor_state::one;
        pick(seen.generations.rbegin()->second, out);
        out.reason = (several ? counted(seen.generations.size(), "newer generation") : "A newer generation") +
                     " by name: " + out.pick + ".";
    } else if (seen.point) {
        out.state = successor_state::point;
        pick(*seen.point, out);
        out.reason = "A point release by name: " + out.pick + ".";
    } else if (seen.possible) {
        out.state = successor_state::possible;
        pick(*seen.possible, out);
        out.reason = "Newer by name, but of another size or kind: " + out.pick + ".";
    } else {
        settle_none(in, subject, seen, out);
    }
}

} // namespace

bool is_ruled_out(std::string_view repo, std::vector<std::string> const& patterns) {
    if (patterns.empty()) return false;
    auto const folded = lower(repo);
    return std::any_of(patterns.begin(), patterns.end(), [&](auto const& pattern) {
        return glob_match(lower(pattern), folded);
    });
}

name_inference infer_successors(succession_input const& in) {
    name_inference out;
    auto const subject = parse_repo_name(in.repo);
    out.is_explicit = !subject.generation.empty();
    if (is_packed_from_elsewhere(in, subject)) {
        out.state = successor_state::none;
        out.reason = "Packed from another publisher's model: whether it has a successor, its base tells.";
        return out;
    }
    out.reason = obstacle(in, subject);
    if (!out.reason.empty()) return out;
    listing_reader reader{in, subject};
    auto const seen = reader.run();
    if (!reader.knows_birth()) {
        out.reason = "It is not known when the model was created.";
        return out;
    }
    settle(in, subject, seen, out);
    return out;
}

} // namespace modelwatch::assess
