#include "daemon/assess/provenance.hpp"

#include "daemon/assess/name_words.hpp"
#include "daemon/assess/repo_name.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::assess {

namespace {

/// How "org_-_model" of mass converters joins account and name.
constexpr std::string_view joint = "_-_";

/// Tags and libraries of files that are packed from others.
constexpr auto packing_words = std::to_array<std::string_view>(
    {"awq",
     "bitsandbytes",
     "compressed-tensors",
     "ctranslate2",
     "exl2",
     "exl3",
     "ggml",
     "gguf",
     "gptq",
     "mlx",
     "openvino"}
);

bool is_packing_word(std::string_view word) {
    return std::ranges::find(packing_words, lower(word)) != packing_words.end();
}

bool has_tag(provenance_input const& in, std::string_view tag) {
    return std::any_of(in.tags.begin(), in.tags.end(), [&](auto const& one) { return lower(one) == tag; });
}

bool has_file(provenance_input const& in, std::string_view ending) {
    return std::any_of(in.paths.begin(), in.paths.end(), [&](auto const& path) {
        return lower(path).ends_with(ending);
    });
}

/// GGUF beside the safetensors that it was made from is a service of the publisher.
bool is_gguf_only(provenance_input const& in) {
    return has_file(in, ".gguf") && !has_file(in, ".safetensors") && !has_file(in, ".bin");
}

bool looks_packed(provenance_input const& in) {
    auto const name = parse_repo_name(in.repo);
    return is_converted_by_name(name) || name.raw.find(joint) != std::string::npos ||
           is_packing_word(in.library_name) || std::any_of(in.tags.begin(), in.tags.end(), is_packing_word) ||
           is_gguf_only(in);
}

std::vector<std::string> foreign_bases(provenance_input const& in) {
    auto out = in.base_models;
    auto const own = lower(owner_of(in.repo));
    std::erase_if(out, [&](auto const& base) { return lower(owner_of(base)) == own; });
    return out;
}

bool is_adapter(provenance_input const& in) {
    return in.base_model_relation == "adapter" || lower(in.library_name) == "peft" || has_tag(in, "lora") ||
           has_file(in, "adapter_config.json");
}

bool is_merge(provenance_input const& in, std::size_t bases) {
    return in.base_model_relation == "merge" || bases > 1 || has_tag(in, "mergekit") || has_tag(in, "merge");
}

provenance judge_declared(provenance_input const& in, std::vector<std::string> const& bases) {
    if (in.base_model_relation == "quantized" || looks_packed(in)) return provenance::repackaged;
    if (is_adapter(in)) return provenance::adapter;
    if (is_merge(in, bases.size())) return provenance::merge;
    // The same name at another account is a mirror. "finetune" is what the Hub puts down where the card is
    // silent.
    if (is_same_model_by_name(in.repo, bases.front())) return provenance::repackaged;
    return provenance::fine_tune;
}

bool is_home(repo_name const& name) {
    auto const homes = homes_of_family(name.has_family() ? name.family.front() : std::string_view{});
    return std::any_of(homes.begin(), homes.end(), [&](auto home) {
        return lower(home) == lower(name.owner);
    });
}

/// A plain name of a family that comes out elsewhere: "Llama-2-7b-hf" at an account that is not Meta's.
bool is_plain_foreign_name(repo_name const& name) {
    if (!name.has_family() || homes_of_family(name.family.front()).empty() || is_home(name)) return false;
    bool const plain = name.variants.empty() && name.base_family.empty() && name.family.size() == 1;
    return plain && (name.size || !name.generation.empty()); // "granite" alone is a word like any other
}

provenance judge_undeclared(provenance_input const& in) {
    auto const name = parse_repo_name(in.repo);
    bool const at_home = is_home(name);
    if (looks_packed(in) && !at_home) return provenance::looks_repackaged;
    if (is_plain_foreign_name(name)) return provenance::looks_repackaged;
    if (is_adapter(in)) return provenance::adapter;
    if (is_merge(in, 0)) return provenance::merge;
    return at_home || in.publisher_known ? provenance::own : provenance::unknown;
}

std::optional<inferred_base> split_at(std::string_view name, std::size_t at, std::size_t length) {
    auto const owner = name.substr(0, at);
    auto model = without_packaging(name.substr(at + length));
    if (!is_repo_id(std::string{owner} + "/" + model)) return std::nullopt;
    return inferred_base{std::string{owner}, std::move(model)};
}

/// "google_gemma-3-27b-it-GGUF": only where the registry knows the account, because `_` is in names too.
std::optional<inferred_base> split_known(std::string_view name, publisher_registry const& publishers) {
    auto const at = name.find('_');
    if (at == std::string_view::npos) return std::nullopt;
    auto const* const known = publishers.find(name.substr(0, at));
    if (known == nullptr) return std::nullopt;
    auto found = split_at(name, at, 1);
    if (found) found->owner = known->name;
    return found;
}

} // namespace

std::string_view to_string(provenance value) noexcept {
    constexpr auto names = std::to_array<std::string_view>(
        {"own", "fine-tune", "adapter", "merge", "repackaged", "looks-repackaged", "unknown"}
    );
    return names[static_cast<std::size_t>(value)];
}

provenance judge_provenance(provenance_input const& in) {
    if (!in.mirror_of.empty()) return provenance::repackaged;
    auto const bases = foreign_bases(in);
    if (!bases.empty()) return judge_declared(in, bases);
    return in.base_models.empty() ? judge_undeclared(in) : provenance::own;
}

std::optional<inferred_base> infer_base(std::string_view repo, publisher_registry const& publishers) {
    auto const name = name_of(repo);
    if (repo.size() > max_repo_id) return std::nullopt;
    if (auto const at = name.find(joint); at != std::string_view::npos)
        return split_at(name, at, joint.size());
    auto const parsed = parse_repo_name(repo);
    if (!is_converted_by_name(parsed) && !is_plain_foreign_name(parsed)) return std::nullopt;
    if (auto known = split_known(name, publishers)) return known;
    inferred_base out;
    out.name = without_packaging(name);
    if (out.name.empty()) return std::nullopt;
    // The family's own models have plain names: Llama-3.1-Nemotron-70B is not Meta's.
    bool const plain = parsed.has_family() && parsed.variants.empty() && parsed.base_family.empty();
    auto const homes = homes_of_family(plain ? parsed.family.front() : std::string_view{});
    if (homes.size() == 1) out.owner = homes.front();
    if (lower(out.owner) == lower(parsed.owner) && lower(out.name) == lower(name)) return std::nullopt;
    return out;
}

} // namespace modelwatch::assess
