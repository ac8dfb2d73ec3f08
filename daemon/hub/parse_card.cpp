#include "daemon/hub/parse_card.hpp"

#include "daemon/hub/json_reader.hpp"
#include "daemon/hub/limits.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::hub {

namespace {

constexpr std::string_view license_tag = "license:";
constexpr std::string_view base_tag = "base_model:";
constexpr std::array<std::string_view, 4> relations{"adapter", "finetune", "merge", "quantized"};

bool is_relation(std::string_view word) noexcept {
    return std::find(relations.begin(), relations.end(), word) != relations.end();
}

void read_license(snapshot& state, json::object const* card) {
    if (card != nullptr) {
        for (auto& id : short_texts(member(*card, "license")))
            state.license.ids.push_back(lower(trimmed(id)));
        state.license.name = short_text(text_of(*card, "license_name"));
        state.license.link = short_text(text_of(*card, "license_link"));
    }
    if (!state.license.ids.empty()) return;
    for (auto const& tag : state.tags) {
        if (tag.starts_with(license_tag)) state.license.ids.push_back(lower(tag.substr(license_tag.size())));
    }
}

/// "base_model:quantized:ns/name" names the relation too, "base_model:ns/name" only the model.
void read_base_tags(snapshot& state, bool models_known) {
    for (auto const& tag : state.tags) {
        if (!tag.starts_with(base_tag)) continue;
        auto const rest = std::string_view(tag).substr(base_tag.size());
        auto const colon = rest.find(':');
        auto const relation = rest.substr(0, colon == std::string_view::npos ? 0 : colon);
        if (is_relation(relation)) {
            if (state.base_model_relation.empty()) state.base_model_relation = relation;
        } else if (!models_known) {
            state.base_models.emplace_back(rest);
        }
    }
}

void read_base_expansion(snapshot& state, json::object const& info) {
    auto const* const bases = object_member(info, "baseModels");
    if (bases == nullptr) return;
    auto const relation = text_of(*bases, "relation");
    if (state.base_model_relation.empty() && is_relation(relation)) state.base_model_relation = relation;
    auto const* const models = array_member(*bases, "models");
    if (models == nullptr || !state.base_models.empty()) return;
    for (auto const& item : *models) {
        auto const* const model = item.if_object();
        if (model == nullptr || state.base_models.size() == limits::max_short_texts) continue;
        auto const id = text_of(*model, "id");
        if (!id.empty()) state.base_models.push_back(short_text(id));
    }
}

void add_auto_map(std::vector<std::string>& out, json::object const* holder) {
    auto const* const map = holder == nullptr ? nullptr : object_member(*holder, "auto_map");
    if (map == nullptr) return;
    for (auto const& entry : *map) {
        // A tokenizer has two classes, slow and fast; either may be null.
        for (auto const& target : short_texts(&entry.value())) {
            if (out.size() == limits::max_short_texts) return;
            out.push_back(short_text(std::string(entry.key()) + "=" + target));
        }
    }
}

void add_template(std::string& out, std::string_view text) {
    if (text.empty()) return;
    if (!out.empty()) out += "\n";
    out += text;
}

/// One template, or an array of named ones.
void add_templates(std::string& out, json::value const* value) {
    if (value == nullptr) return;
    if (value->is_string()) add_template(out, value->get_string());
    if (!value->is_array()) return;
    for (auto const& item : value->get_array()) {
        auto const* const named = item.if_object();
        if (named == nullptr) continue;
        add_template(
            out,
            "{# " + std::string(text_of(*named, "name")) + " #}\n" + std::string(text_of(*named, "template"))
        );
    }
}

} // namespace

void read_card(snapshot& state, json::object const& info) {
    auto const* card = object_member(info, "cardData");
    if (card == nullptr) card = object_member(info, "card_data");
    if (card != nullptr) {
        state.card = json::object(*card, json::storage_ptr{}); // out of the arena
        state.base_models = short_texts(member(*card, "base_model"));
        auto const relation = text_of(*card, "base_model_relation");
        if (is_relation(relation)) state.base_model_relation = relation;
        state.new_version = short_text(text_of(*card, "new_version"));
    }
    read_license(state, card);
    read_base_expansion(state, info);
    read_base_tags(state, !state.base_models.empty());
}

void read_behaviour(snapshot& state, json::object const& info) {
    state.custom_code = std::find(state.tags.begin(), state.tags.end(), "custom_code") != state.tags.end();
    auto const* const config = object_member(info, "config");
    state.configuration_told = config != nullptr;
    auto const* const tokenizer = config == nullptr ? nullptr : object_member(*config, "tokenizer_config");
    add_auto_map(state.auto_map, config);
    add_auto_map(state.auto_map, tokenizer);
    std::sort(state.auto_map.begin(), state.auto_map.end());
    state.auto_map.erase(std::unique(state.auto_map.begin(), state.auto_map.end()), state.auto_map.end());

    auto const* const gguf = object_member(info, "gguf");
    if (gguf != nullptr) add_templates(state.chat_template, member(*gguf, "chat_template"));
    if (config != nullptr) add_templates(state.chat_template, member(*config, "chat_template_jinja"));
    if (tokenizer != nullptr) add_templates(state.chat_template, member(*tokenizer, "chat_template"));
    // Kept for people up to a bound; beyond it a change must still be seen.
    if (state.chat_template.size() > limits::max_template_bytes) {
        state.chat_template = "sha256:" + sha256_hex(state.chat_template) + " (" +
                              std::to_string(state.chat_template.size()) + " bytes)";
    }
}

} // namespace modelwatch::hub
