#include "daemon/evidence.hpp"

#include "daemon/assess/card_sentences.hpp"
#include "daemon/assess/card_text.hpp"
#include "daemon/assess/license_text.hpp"
#include "daemon/diff/file_class.hpp"
#include "daemon/diff/loader_reach.hpp"
#include "daemon/diff/safe_set.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

constexpr std::string_view license_tag = "license:";
constexpr std::size_t most_license_files = 8;
constexpr std::size_t most_tags = 64;
constexpr std::size_t longest_tag = 64;
constexpr std::size_t most_risky = 5;
constexpr std::size_t most_bases = 32;
constexpr std::size_t most_reached = 100;
constexpr std::size_t longest_card_text = 2 * assess::card_reach; ///< a sentence may end behind the reach

/// Where a file of this role changes, the model changes (assess.md 3.2).
bool makes_the_model(diff::file_role role) noexcept {
    switch (role) {
    case diff::file_role::weights:
    case diff::file_role::tokenizer:
    case diff::file_role::config:
    case diff::file_role::chat_template:
    case diff::file_role::code:
        return true;
    default:
        return false;
    }
}

/// How far a level is from "safe" for a rating: what nobody has looked at is worse than a mild remark.
int worry(scan_level level) noexcept {
    switch (level) {
    case scan_level::safe:
        return 0;
    case scan_level::caution:
        return 1;
    case scan_level::suspicious:
        return 3;
    case scan_level::unsafe:
        return 4;
    default:
        return 2;
    }
}

void worsen(std::optional<scan_level>& worst, scan_level level) {
    if (!worst || worry(level) > worry(*worst)) worst = level;
}

bool is_license_file(diff::file_name const& name) {
    return name.folder.empty() && (name.base.starts_with("license") || name.base.starts_with("licence") ||
                                   name.base.starts_with("copying"));
}

bool is_security_policy(diff::file_name const& name) {
    bool const usual_place = name.folder.empty() || name.folder == "docs" || name.folder == ".github";
    return usual_place && (name.base == "security.md" || name.base == "security.txt");
}

std::size_t* tier_count(assess::format_evidence& out, diff::format_tier tier) noexcept {
    switch (tier) {
    case diff::format_tier::safetensors:
        return &out.safetensors;
    case diff::format_tier::inert:
        return &out.inert;
    case diff::format_tier::onnx:
        return &out.onnx;
    case diff::format_tier::framework:
        return &out.framework;
    case diff::format_tier::unknown:
        return &out.unrecognised;
    case diff::format_tier::pickle:
        return &out.pickle;
    case diff::format_tier::archive:
        return &out.archive;
    case diff::format_tier::executable:
        return &out.executable;
    case diff::format_tier::none:
        break;
    }
    return nullptr;
}

/// The files of the gravest tier that can run code; sorted by path.
std::vector<std::string> gravest(diff::file_set const& files) {
    auto worst = diff::format_tier::none;
    for (auto const& item : files.items()) {
        if (diff::can_run_code(item.kind.tier)) worst = std::max(worst, item.kind.tier);
    }
    std::vector<std::string> out;
    for (auto const& item : files.items()) {
        if (worst == diff::format_tier::none || out.size() == most_risky) break;
        if (item.kind.tier == worst) out.push_back(item.file->path);
    }
    return out;
}

/// What the checks may look for; the rest (languages, data sets, papers) only takes room.
std::vector<std::string> telling_tags(std::vector<std::string> const& tags) {
    std::vector<std::string> out;
    for (auto const& tag : tags) {
        if (out.size() == most_tags) break;
        if (tag.size() <= longest_tag && tag.find(':') == std::string::npos) out.push_back(tag);
    }
    return out;
}

std::vector<std::string> license_tags(std::vector<std::string> const& tags) {
    std::vector<std::string> out;
    for (auto const& tag : tags) {
        if (out.size() == most_tags) break;
        if (tag.starts_with(license_tag)) out.push_back(lower(tag.substr(license_tag.size())));
    }
    return out;
}

/// Unreadable is what a loader may take and we could not. What is not JSON it refuses as well, and an index
/// over hundreds of shards is large by nature and leads nowhere.
bool is_unreadable(diff::unread_config const& one) {
    using reason = diff::unread_config::reason;
    bool const index = one.why == reason::too_large || one.why == reason::not_fetched;
    return one.why != reason::not_json && !(index && one.path.ends_with(".index.json"));
}

/// What a gate hides from everybody without access counts by what the hub tells of it.
bool hides_texts(snapshot const& state, standing place, std::span<text_file const> texts) noexcept {
    bool const gated = state.gate == gating::automatic || state.gate == gating::manual;
    return place != standing::present || (gated && texts.empty());
}

/// What loaders are led to, the gravest first, and what may lead them further.
void add_reach(assess::evidence& out, snapshot const& state, std::span<text_file const> texts) {
    bool const hidden = hides_texts(state, out.place, texts);
    auto found = diff::reach_of(state, texts);
    diff::put_gravest_first(found.entries);
    if (found.entries.size() > most_reached) found.entries.resize(most_reached);
    out.reached = std::move(found.entries);
    out.configuration_read = !state.files.empty() && found.unread.empty();
    for (auto const& one : found.unread) {
        if (out.unreadable.size() == most_reached) break;
        bool const refused = hidden && one.why == diff::unread_config::reason::not_fetched;
        if (is_unreadable(one) && !refused) out.unreadable.push_back(one.path);
    }
}

/// No configuration file is a fact too; one that the hub does not hand out is not.
std::optional<bool> custom_code_of(snapshot const& state, assess::evidence const& read) {
    if (state.custom_code || !state.auto_map.empty() || assess::runs_code(read.reached)) return true;
    if (state.configuration_told || read.configuration_read) return false;
    bool const configured =
        state.find("config.json") != nullptr || state.find("tokenizer_config.json") != nullptr;
    if (state.files.empty() || configured) return std::nullopt;
    return false;
}

bool has_template_file(snapshot const& state) {
    return std::any_of(state.files.begin(), state.files.end(), [](file_entry const& file) {
        return diff::classify(file).role == diff::file_role::chat_template;
    });
}

std::vector<assess::base_evidence> declared_bases(snapshot const& state) {
    std::vector<assess::base_evidence> out;
    for (auto const& name : state.base_models) {
        auto const same = [&](assess::base_evidence const& known) {
            return lower(known.repo) == lower(name);
        };
        bool const known = std::any_of(out.begin(), out.end(), same);
        if (out.size() == most_bases) break;
        if (name.empty() || known || lower(name) == lower(state.repo)) continue;
        out.emplace_back().repo = name;
    }
    return out;
}

} // namespace

std::optional<model_change> newest_model_change(std::vector<hub::dated_file> const& files) {
    snapshot all;
    for (auto const& one : files)
        all.files.push_back(one.file);
    diff::file_set const classes{all};
    std::optional<model_change> newest;
    for (auto const& one : files) {
        auto const* const item = classes.find(one.file.path);
        if (item == nullptr || !one.date || !makes_the_model(item->kind.role)) continue;
        if (!newest || *one.date > newest->at) newest = model_change{*one.date, one.title};
    }
    return newest;
}

std::vector<file_entry> license_files(std::vector<file_entry> const& files) {
    std::vector<file_entry> out;
    for (auto const& file : files) {
        bool const readable = file.size <= diff::max_text_bytes && !file.content_id().empty();
        if (readable && is_license_file(diff::file_name{file.path})) out.push_back(file);
        if (out.size() == most_license_files) break;
    }
    return out;
}

std::vector<assess::license_text_evidence> recognize_licenses(
    std::vector<file_entry> const& files,
    std::vector<text_file> const& texts,
    assess::license_table const& table
) {
    std::vector<assess::license_text_evidence> out;
    for (auto const& file : files) {
        if (!is_license_file(diff::file_name{file.path})) continue;
        if (out.size() == most_license_files) break;
        auto& made = out.emplace_back();
        made.path = printable(file.path);
        auto const* const found = find_text(texts, file);
        made.unread = found == nullptr;
        if (made.unread) continue;
        auto read = assess::recognize_license(found->text, table);
        made.ids = std::move(read.ids);
        made.terms = std::move(read.terms);
    }
    return out;
}

std::optional<scan_level>
worst_scan(std::optional<scan_report> const& scan, std::vector<hub::dated_file> const* dates) {
    std::optional<scan_level> worst;
    if (scan) {
        worst = scan->done ? scan_level::safe : scan_level::queued;
        for (auto const& file : scan->files)
            worsen(worst, file.level);
    }
    if (dates == nullptr) return worst;
    bool const repo_told = worst.has_value();
    for (auto const& one : *dates) {
        if (!one.scan) continue;
        // Beside a verdict on the repo, a file that no scanner cares about proves nothing.
        bool const finding = *one.scan >= scan_level::error;
        if (!repo_told || finding) worsen(worst, *one.scan);
    }
    return worst;
}

assess::format_evidence format_of(snapshot const& state) {
    assess::format_evidence out;
    out.known = !state.files.empty();
    diff::file_set const files{state};
    for (auto const& item : files.items()) {
        diff::file_name const name{item.file->path};
        bool const weights = item.kind.role == diff::file_role::weights;
        bool const counts = weights || item.kind.tier == diff::format_tier::executable;
        if (auto* const count = counts ? tier_count(out, item.kind.tier) : nullptr) ++*count;
        if (weights && item.file->sha256.empty()) ++out.weights_without_sha256;
        if (item.kind.role == diff::file_role::code && name.extension == "py") {
            if (out.python_files++ == 0) out.python_example = item.file->path;
        }
        out.signature = out.signature || item.kind.role == diff::file_role::signature;
        out.license_file = out.license_file || is_license_file(name);
        out.security_policy = out.security_policy || is_security_policy(name);
    }
    out.safe_set_complete = diff::is_safe_set_complete(files);
    out.risky = gravest(files);
    return out;
}

assess::evidence evidence_of(
    snapshot const& state,
    standing place,
    std::vector<hub::dated_file> const* dates,
    std::span<text_file const> texts
) {
    assess::evidence out;
    out.hub = state.hub;
    out.repo = state.repo;
    out.revision = state.revision;
    out.commit = state.commit;
    out.observed_at = state.observed_at;
    out.repo_id = state.repo_id;
    out.author = state.author;
    out.place = place;
    out.is_private = state.is_private;
    out.disabled = state.disabled;
    out.gate = state.gate;
    out.discussions_disabled = state.discussions_disabled;
    out.license = state.license;
    out.license_tags = license_tags(state.tags);
    out.card_withheld = !state.card_told && state.card.empty() && state.tags.empty();
    out.pipeline_tag = state.pipeline_tag;
    out.library_name = state.library_name;
    out.tags = telling_tags(state.tags);
    out.downloads = state.downloads;
    out.format = format_of(state);
    add_reach(out, state, texts);
    out.custom_code = custom_code_of(state, out);
    out.auto_map = state.auto_map;
    out.has_chat_template = !state.chat_template.empty() || has_template_file(state);
    out.scan = worst_scan(state.scan, dates);
    out.bases = declared_bases(state);
    out.base_relation = state.base_model_relation;
    out.created_at = state.created_at;
    out.last_modified = state.last_modified;
    auto const change = dates == nullptr ? std::nullopt : newest_model_change(*dates);
    if (change) {
        out.model_changed_at = change->at;
        out.model_change_title = change->title;
    }
    return out;
}

assess::evidence
evidence_of_absent(std::string hub, std::string repo, std::string revision, standing place, instant now) {
    assess::evidence out;
    out.hub = std::move(hub);
    out.author = repo.substr(0, repo.find('/'));
    if (out.author == repo) out.author.clear(); // a legacy name without an account
    out.repo = std::move(repo);
    out.revision = std::move(revision);
    out.place = place;
    out.disabled = place == standing::disabled;
    out.is_private = place == standing::is_private;
    out.observed_at = now;
    return out;
}

std::optional<std::string> card_head(std::string_view readme, bool whole) {
    auto const front = readme.size() - assess::card_body(readme).size();
    // A front matter that does not end is none, unless its end was cut off.
    if (!whole && front == 0 && readme.starts_with("---")) return std::nullopt;
    return std::string{readme.substr(0, front + longest_card_text)};
}

} // namespace modelwatch
