#include "daemon/model/snapshot.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/standing.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace modelwatch {

namespace {

constexpr std::array<std::string_view, 8> scan_names{
    "absent", "unscanned", "queued", "error", "safe", "caution", "suspicious", "unsafe"
};
constexpr std::array<std::string_view, 4> gating_names{"unknown", "open", "auto", "manual"};
constexpr std::array<std::string_view, 5> standing_names{
    "present", "missing", "disabled", "private", "access-lost"
};

template <std::size_t Size>
std::size_t index_of(std::array<std::string_view, Size> const& names, std::string_view text) noexcept {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), text) - names.begin());
}

json::value to_json(std::optional<scan_report> const& scan) {
    if (!scan) return nullptr;
    json::array files;
    for (auto const& file : scan->files) {
        files.push_back(json::object{{"path", file.path}, {"level", to_string(file.level)}});
    }
    return json::object{{"done", scan->done}, {"files", std::move(files)}};
}

std::optional<scan_report> scan_from_json(json::object const& object) {
    auto const* const found = object.if_contains("scan");
    if (found == nullptr || !found->is_object()) return std::nullopt;
    auto const& source = found->get_object();
    scan_report out;
    out.done = flag_of(source, "done");
    for (auto const& item : source.at("files").as_array()) {
        auto const& file = item.as_object();
        out.files.push_back({std::string{text_of(file, "path")}, parse_scan_level(text_of(file, "level"))});
    }
    return out;
}

json::object license_to_json(license_statement const& stated) {
    return {{"ids", to_array(stated.ids)}, {"name", stated.name}, {"link", stated.link}};
}

license_statement license_from_json(json::object const& source) {
    return {
        texts_of(source, "ids"), std::string{text_of(source, "name")}, std::string{text_of(source, "link")}
    };
}

/// Facts that no alert is about. Those that older versions did not record must stay here: else every model
/// would look changed after an upgrade.
bool raises_nothing(std::string_view key) noexcept {
    return key == "observed_at" || key == "downloads" || key == "discussions_disabled" ||
           key == "configuration_told" || key == "card_told" || key == "card_problem";
}

/// Length-prefixed, so that no two different sequences give the same bytes.
void add(std::string& bytes, std::string_view part) {
    bytes += std::to_string(part.size());
    bytes += ':';
    bytes += part;
}

} // namespace

std::string_view to_string(scan_level level) noexcept {
    return scan_names[static_cast<std::size_t>(level)];
}

scan_level parse_scan_level(std::string_view text) noexcept {
    auto const index = index_of(scan_names, text);
    return index < scan_names.size() ? static_cast<scan_level>(index) : scan_level::error;
}

std::string_view to_string(gating mode) noexcept {
    return gating_names[static_cast<std::size_t>(mode)];
}

std::string_view to_string(standing place) noexcept {
    return standing_names[static_cast<std::size_t>(place)];
}

standing parse_standing(std::string_view text) {
    auto const index = index_of(standing_names, text);
    if (index == standing_names.size()) throw std::invalid_argument("not a standing: " + std::string{text});
    return static_cast<standing>(index);
}

std::optional<std::size_t> commit_log::position(std::string_view commit) const noexcept {
    if (commit.empty()) return std::nullopt;
    auto const starts = [&](commit_entry const& entry) { return entry.id.starts_with(commit); };
    auto const found = std::find_if(commits.begin(), commits.end(), starts);
    if (found == commits.end()) return std::nullopt;
    return static_cast<std::size_t>(found - commits.begin());
}

file_entry const* snapshot::find(std::string_view path) const noexcept {
    auto const found = std::lower_bound(
        files.begin(),
        files.end(),
        path,
        [](file_entry const& file, std::string_view wanted) { return file.path < wanted; }
    );
    return found != files.end() && found->path == path ? &*found : nullptr;
}

std::string fingerprint(snapshot const& state) {
    std::string bytes;
    bytes.reserve(256 + state.files.size() * 160);
    auto const facts = to_json(state);
    for (auto const& member : facts) {
        if (raises_nothing(member.key())) continue;
        add(bytes, member.key());
        add(bytes, json::serialize(member.value()));
    }
    for (auto const& file : state.files) {
        add(bytes, file.path);
        add(bytes, file.oid);
        add(bytes, file.sha256);
        add(bytes, std::to_string(file.size));
    }
    return sha256_hex(bytes);
}

json::object to_json(snapshot const& state) {
    json::object out{
        {"hub", state.hub},
        {"repo", state.repo},
        {"revision", state.revision},
        {"commit", state.commit},
        {"repo_id", state.repo_id},
        {"author", state.author},
        {"observed_at", to_rfc3339(state.observed_at)},
        {"created_at", or_null(state.created_at)},
        {"last_modified", or_null(state.last_modified)},
        {"gated", to_string(state.gate)},
        {"private", state.is_private},
        {"disabled", state.disabled},
        {"license", license_to_json(state.license)},
        {"tags", to_array(state.tags)},
        {"pipeline_tag", state.pipeline_tag},
        {"library_name", state.library_name},
        {"base_models", to_array(state.base_models)},
        {"base_model_relation", state.base_model_relation},
        {"new_version", state.new_version},
        {"downloads", or_null(state.downloads)},
        {"auto_map", to_array(state.auto_map)},
        {"custom_code", state.custom_code},
        {"chat_template", state.chat_template},
        {"card", state.card},
        {"scan", to_json(state.scan)},
        {"is_tag", state.is_tag}
    };
    if (state.discussions_disabled) out["discussions_disabled"] = *state.discussions_disabled;
    if (state.configuration_told) out["configuration_told"] = true;
    if (state.card_told) out["card_told"] = true;
    if (!state.card_problem.empty()) out["card_problem"] = state.card_problem;
    return out;
}

snapshot snapshot_from_json(json::object const& object) {
    auto const text = [&](std::string_view key) { return std::string{text_of(object, key)}; };
    snapshot out;
    out.hub = text("hub");
    out.repo = text("repo");
    out.revision = text("revision");
    out.commit = text("commit");
    out.repo_id = text("repo_id");
    out.author = text("author");
    out.observed_at = instant_of(object, "observed_at").value_or(instant{});
    out.created_at = instant_of(object, "created_at");
    out.last_modified = instant_of(object, "last_modified");
    auto const gate = index_of(gating_names, text_of(object, "gated"));
    out.gate = gate < gating_names.size() ? static_cast<gating>(gate) : gating::unknown;
    out.is_private = flag_of(object, "private");
    out.disabled = flag_of(object, "disabled");
    out.license = license_from_json(object.at("license").as_object());
    out.tags = texts_of(object, "tags");
    out.pipeline_tag = text("pipeline_tag");
    out.library_name = text("library_name");
    out.base_models = texts_of(object, "base_models");
    out.base_model_relation = text("base_model_relation");
    out.new_version = text("new_version");
    out.downloads = number_of(object, "downloads");
    out.auto_map = texts_of(object, "auto_map");
    out.custom_code = flag_of(object, "custom_code");
    out.chat_template = text("chat_template");
    out.card = object.at("card").as_object();
    out.scan = scan_from_json(object);
    out.is_tag = flag_of(object, "is_tag");
    if (object.contains("discussions_disabled"))
        out.discussions_disabled = flag_of(object, "discussions_disabled");
    out.configuration_told = flag_of(object, "configuration_told");
    out.card_told = flag_of(object, "card_told");
    out.card_problem = text("card_problem");
    return out;
}

text_file const* find_text(std::span<text_file const> texts, file_entry const& file) noexcept {
    auto const& id = file.content_id();
    if (id.empty()) return nullptr;
    auto const found =
        std::find_if(texts.begin(), texts.end(), [&](text_file const& one) { return one.content_id == id; });
    return found == texts.end() ? nullptr : &*found;
}

} // namespace modelwatch
