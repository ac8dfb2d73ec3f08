#include "daemon/diff/key_change.hpp"
#include "daemon/diff/wording.hpp"
#include "daemon/model/text.hpp"

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

/// The documents of both sides; nullopt where one of the texts is not known, or is not JSON.
struct both_documents {
    json::value before;
    json::value now;
};

std::optional<both_documents> documents_of(facts const& seen, file_delta const& delta) {
    if (!delta.changed() || !is_json(delta.path())) return std::nullopt;
    auto old = seen.texts.parse(*delta.before);
    auto now = seen.texts.parse(*delta.after);
    if (!old || !now) return std::nullopt;
    return both_documents{std::move(*old), std::move(*now)};
}

/// Top-level keys that came, went or changed; nullopt when one of the texts is not known.
std::optional<std::set<std::string>> changed_keys(facts const& seen, file_delta const& delta) {
    auto const both = documents_of(seen, delta);
    if (!both || !both->before.is_object() || !both->now.is_object()) return std::nullopt;
    auto const& old = both->before.get_object();
    auto const& now = both->now.get_object();
    std::set<std::string> out;
    for (auto const& [key, value] : old) {
        auto const* const other = now.if_contains(key);
        if (other == nullptr || *other != value) out.emplace(key);
    }
    for (auto const& [key, value] : now) {
        if (!old.contains(key)) out.emplace(key);
    }
    return out;
}

bool is_model_config(file_delta const& delta) noexcept {
    std::string_view const path = delta.path();
    return path == "config.json" || path.ends_with("/config.json");
}

/// What changed inside config.json, where its two texts are at hand.
void describe_model_config(facts const& seen, change& what) {
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
    for (auto const& key : keys) {
        if (listed.size() >= 20) break;
        listed.emplace_back(quoted(key, 60));
    }
    if (!listed.empty()) what.evidence["changed_keys"] = std::move(listed);
}

/// Which settings differ, where both texts are at hand; which files could not be read.
std::string describe_keys(facts const& seen, change& what, std::vector<file_delta const*> const& files) {
    key_changes keys;
    for (auto const* const delta : files) {
        if (auto const both = documents_of(seen, *delta))
            keys.compare(delta->path(), both->before, both->now);
    }
    if (keys.total() == 0) return {};
    what.evidence["changes"] = keys.evidence();
    what.evidence["changes_total"] = keys.total();
    return fmt::format("Settings that differ: {}.", keys.told());
}

/// Configuration that we could not read may hold anything.
std::string describe_unread(facts const& seen, change& what, std::vector<file_delta const*> const& files) {
    auto unread = seen.switches.unread;
    std::erase_if(unread, [&](unread_config const& one) {
        return std::none_of(files.begin(), files.end(), [&](auto const* delta) {
            return delta->path() == one.path;
        });
    });
    if (unread.empty()) return {};
    what.evidence["unread"] = evidence_of(unread);
    return fmt::format("Whether a loader would run other code is not known of {}.", told(unread));
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
        describe_model_config(seen, what);
    }
    auto const keys = describe_keys(seen, what, files);
    auto const unread = describe_unread(seen, what, files);
    what.detail = sentences({what.detail, keys, unread});
    if (seen.same_commit()) what.evidence["silent"] = true;
    close(seen, what);
    out.push_back(std::move(what));
}

} // namespace modelwatch::diff
