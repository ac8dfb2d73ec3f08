#include "daemon/diff/wording.hpp"
#include "daemon/model/text.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace modelwatch::diff {

namespace {

/// Keys of config.json that make it another model, not another setting.
constexpr auto architecture_keys = std::to_array<std::string_view>(
    {"architectures",
     "model_type",
     "vocab_size",
     "hidden_size",
     "num_hidden_layers",
     "num_attention_heads",
     "quantization_config"}
);

std::optional<json::object> object_in(facts const& seen, file_entry const& file) {
    auto const& texts = seen.in.texts;
    auto const found = std::find_if(texts.begin(), texts.end(), [&](text_file const& text) {
        return !file.content_id().empty() && text.content_id == file.content_id();
    });
    if (found == texts.end() || found->text.size() > max_text_bytes) return std::nullopt;
    json::parse_options options;
    options.max_depth = 32;
    boost::system::error_code failed;
    auto value = json::parse(found->text, failed, {}, options);
    if (failed || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

/// Top-level keys that came, went or changed; nullopt when one of the texts is not known.
std::optional<std::set<std::string>> changed_keys(facts const& seen, file_delta const& delta) {
    if (!delta.changed()) return std::nullopt;
    auto const old = object_in(seen, *delta.before);
    auto const now = object_in(seen, *delta.after);
    if (!old || !now) return std::nullopt;
    std::set<std::string> out;
    for (auto const& [key, value] : *old) {
        auto const* const other = now->if_contains(key);
        if (other == nullptr || *other != value) out.emplace(key);
    }
    for (auto const& [key, value] : *now) {
        if (!old->contains(key)) out.emplace(key);
    }
    return out;
}

bool is_model_config(file_delta const& delta) noexcept {
    std::string_view const path = delta.path();
    return path == "config.json" || path.ends_with("/config.json");
}

/// What changed inside config.json, where its two texts are at hand.
std::string describe_model_config(facts const& seen, change& what) {
    std::set<std::string> keys;
    bool all_known = true;
    for (auto const& delta : seen.files) {
        if (!is_model_config(delta)) continue;
        auto const changed = changed_keys(seen, delta);
        if (!changed) all_known = false;
        if (changed) keys.insert(changed->begin(), changed->end());
    }
    bool const architecture =
        std::any_of(architecture_keys.begin(), architecture_keys.end(), [&](std::string_view key) {
            return keys.contains(std::string{key});
        });
    if (architecture || all_known) {
        what.evidence["architecture_changed"] = architecture;
    } else {
        what.evidence["architecture_changed"] = nullptr;
    }
    json::array listed;
    std::string told;
    for (auto const& key : keys) {
        if (listed.size() >= 20) break;
        listed.emplace_back(quoted(key, 60));
        told += (told.empty() ? "" : ", ") + quoted(key, 60);
    }
    if (listed.empty()) return {};
    what.evidence["changed_keys"] = std::move(listed);
    return fmt::format("Keys that differ: {}.", told);
}

} // namespace

void judge_configuration(facts const& seen, std::vector<change>& out) {
    auto const files = those(seen, [](auto const& delta) {
        return delta.was.role == file_role::config || delta.is.role == file_role::config;
    });
    if (files.empty()) return;
    auto what = about_files(seen, alert_kind::config_changed, files);
    auto const& first = what.files.front();
    what.summary = fmt::format(
        "{} changed, {}: {} → {}",
        files.size() == 1 ? "Configuration " + named(files, "") : named(files, "configuration file"),
        commit_step(seen),
        short_proof(first.old_sha256),
        short_proof(first.new_sha256)
    );
    if (std::any_of(files.begin(), files.end(), [](auto const* delta) { return is_model_config(*delta); })) {
        auto const keys = describe_model_config(seen, what);
        what.detail = sentences({what.detail, keys});
    }
    if (seen.same_commit()) what.evidence["silent"] = true;
    close(seen, what);
    out.push_back(std::move(what));
}

} // namespace modelwatch::diff
