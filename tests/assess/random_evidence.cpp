#include "tests/assess/random_evidence.hpp"

#include <array>

namespace assess_test {

namespace {

bool chance(generator& dice) {
    return below(dice, 2) == 0;
}

template <class Enum>
Enum pick_enum(generator& dice, std::size_t count) {
    return static_cast<Enum>(below(dice, count));
}

std::string pick_text(generator& dice) {
    constexpr auto texts = std::to_array<std::string_view>(
        {"",
         "apache-2.0",
         "other",
         "mit",
         "cc-by-nc-4.0",
         "gemma",
         "a/b:c",
         "LC:perm/LC:perm",
         "\x1b[31m\n",
         "caf\xc3\xa9",
         "falcon-llm-license",
         "gguf",
         "custom_code"}
    );
    return std::string{texts[below(dice, texts.size())]};
}

std::vector<std::string> pick_texts(generator& dice) {
    std::vector<std::string> out(below(dice, 3));
    for (auto& text : out)
        text = pick_text(dice);
    return out;
}

std::string pick_repo(generator& dice) {
    constexpr auto repos = std::to_array<std::string_view>(
        {"google/gemma-2-2b",
         "TheBloke/Mistral-7B-GGUF",
         "tiiuae/falcon-7b",
         "zq-labs/model-4bit",
         "unsloth/DeepSeek-V3-GGUF",
         "openai-official/x",
         "no-slash",
         "/",
         ""}
    );
    return std::string{repos[below(dice, repos.size())]};
}

instant pick_instant(generator& dice) {
    return day("2022-01-01") + std::chrono::hours{static_cast<long>(below(dice, 5 * 366 * 24))};
}

template <class Value>
std::optional<Value> maybe(generator& dice, Value value) {
    return chance(dice) ? std::optional<Value>{std::move(value)} : std::nullopt;
}

std::size_t few(generator& dice) {
    return chance(dice) ? 0 : below(dice, 4);
}

license_statement pick_license(generator& dice) {
    return {pick_texts(dice), pick_text(dice), pick_text(dice)};
}

succession pick_succession(generator& dice) {
    succession out;
    out.state = pick_enum<successor_state>(dice, 6);
    out.source = pick_enum<succession_source>(dice, 5);
    out.declared = chance(dice);
    out.chain = pick_texts(dice);
    out.pick = pick_repo(dice);
    out.pick_license = pick_text(dice);
    out.newer_generations = pick_texts(dice);
    out.reason = pick_text(dice);
    out.quote = pick_text(dice);
    out.deprecated_by_card = chance(dice);
    out.eol_date = maybe(dice, pick_instant(dice));
    out.past_eol = chance(dice);
    out.near_eol = chance(dice);
    return out;
}

format_evidence pick_format(generator& dice) {
    format_evidence out;
    out.known = chance(dice);
    out.safetensors = few(dice);
    out.inert = few(dice);
    out.onnx = few(dice);
    out.framework = few(dice);
    out.unrecognised = few(dice);
    out.pickle = few(dice);
    out.archive = few(dice);
    out.executable = below(dice, 8) == 0 ? 1 : 0;
    out.safe_set_complete = chance(dice);
    out.risky = pick_texts(dice);
    out.python_files = few(dice);
    out.python_example = pick_text(dice);
    out.weights_without_sha256 = few(dice);
    out.signature = chance(dice);
    out.license_file = chance(dice);
    out.security_policy = chance(dice);
    return out;
}

owner_evidence pick_owner(generator& dice) {
    owner_evidence out;
    out.kind = pick_enum<owner_kind>(dice, 3);
    out.id = pick_text(dice);
    out.verified = maybe(dice, chance(dice));
    out.created_at = maybe(dice, pick_instant(dice));
    out.members = maybe(dice, few(dice));
    out.last_activity = maybe(dice, pick_instant(dice));
    return out;
}

reach pick_reach(generator& dice) {
    reach out;
    out.what = pick_enum<reach_kind>(dice, 4);
    out.target = pick_text(dice);
    out.by = pick_text(dice);
    out.pinned = chance(dice);
    out.without_consent = chance(dice);
    return out;
}

base_evidence pick_base(generator& dice) {
    base_evidence out;
    out.repo = pick_repo(dice);
    out.inferred = chance(dice);
    out.resolved = chance(dice);
    out.place = pick_enum<standing>(dice, 5);
    out.renamed_to = pick_text(dice);
    out.commit = pick_text(dice);
    out.gate = pick_enum<gating>(dice, 4);
    out.license = pick_license(dice);
    out.created_at = maybe(dice, pick_instant(dice));
    out.model_changed_at = maybe(dice, pick_instant(dice));
    out.scan = maybe(dice, pick_enum<scan_level>(dice, 8));
    out.successor = pick_succession(dice);
    return out;
}

/// A repo is listed once.
void add_base(generator& dice, evidence& out) {
    auto base = pick_base(dice);
    for (auto const& other : out.bases) {
        if (other.repo == base.repo) return;
    }
    out.bases.push_back(std::move(base));
}

void fill_lists(generator& dice, evidence& out) {
    for (std::size_t count = below(dice, 3); count > 0; --count)
        add_base(dice, out);
    for (std::size_t count = few(dice); count > 0; --count) {
        auto const level = pick_enum<severity>(dice, 5);
        out.advisories.push_back({pick_text(dice), level, pick_text(dice), pick_text(dice), pick_texts(dice)}
        );
    }
    if (chance(dice)) {
        out.baseline = baseline_evidence{
            pick_text(dice), pick_text(dice), pick_repo(dice), pick_text(dice), pick_license(dice)
        };
    }
}

void fill_card(generator& dice, evidence& out) {
    constexpr auto relations =
        std::to_array<std::string_view>({"", "quantized", "finetune", "adapter", "merge", "odd"});
    out.license = pick_license(dice);
    out.license_tags = pick_texts(dice);
    if (chance(dice))
        out.license_texts.push_back({pick_text(dice), pick_texts(dice), pick_text(dice), chance(dice)});
    out.card_withheld = chance(dice);
    out.pipeline_tag = pick_text(dice);
    out.library_name = pick_text(dice);
    out.tags = pick_texts(dice);
    out.base_relation = relations[below(dice, relations.size())];
    out.custom_code = maybe(dice, chance(dice));
    out.auto_map = pick_texts(dice);
    for (auto count = below(dice, 3); count > 0; --count)
        out.reached.push_back(pick_reach(dice));
    out.configuration_read = chance(dice);
    out.unreadable = pick_texts(dice);
    out.has_chat_template = chance(dice);
    out.deprecated = maybe(dice, chance(dice));
    out.allow_patterns = pick_texts(dice);
}

} // namespace

std::size_t below(generator& dice, std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>{0, bound - 1}(dice);
}

evidence random_evidence(generator& dice) {
    evidence out;
    out.hub = "hub";
    out.repo = pick_repo(dice);
    out.revision = "main";
    out.commit = chance(dice) ? std::string(40, 'c') : std::string{};
    out.observed_at = pick_instant(dice);
    out.repo_id = pick_text(dice);
    out.author = chance(dice) ? out.repo.substr(0, out.repo.find('/')) : pick_text(dice);
    out.place = below(dice, 3) == 0 ? pick_enum<standing>(dice, 5) : standing::present;
    out.is_private = below(dice, 5) == 0;
    out.disabled = below(dice, 10) == 0;
    out.gate = pick_enum<gating>(dice, 4);
    out.discussions_disabled = maybe(dice, chance(dice));
    out.downloads = maybe(dice, std::uint64_t{below(dice, 50'000)});
    out.format = pick_format(dice);
    out.scan = maybe(dice, pick_enum<scan_level>(dice, 8));
    out.owner = pick_owner(dice);
    out.created_at = maybe(dice, pick_instant(dice));
    out.last_modified = maybe(dice, pick_instant(dice));
    out.model_changed_at = maybe(dice, pick_instant(dice));
    out.model_change_title = pick_text(dice);
    out.successor = pick_succession(dice);
    out.advisories_configured = chance(dice);
    fill_card(dice, out);
    fill_lists(dice, out);
    return out;
}

} // namespace assess_test
