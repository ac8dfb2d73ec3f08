#include "daemon/hub/parse_card.hpp"

#include "daemon/hub/front_matter.hpp"
#include "daemon/hub/json_reader.hpp"
#include "daemon/hub/limits.hpp"
#include "daemon/hub/model_name.hpp"
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
    state.license = {};
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

/// One name for one model, however it is written.
void name_models(snapshot& state, std::string_view endpoint) {
    std::vector<std::string> names;
    for (auto const& base : state.base_models) {
        auto name = named_model(base, endpoint);
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
    state.base_models = std::move(names);
    state.new_version = named_model(state.new_version, endpoint);
}

std::optional<json::value> parsed(std::optional<std::string> const& text, json_arena& arena) {
    if (!text) return std::nullopt;
    auto value = parse_body(*text, arena);
    if (!value || !value->is_object()) return std::nullopt;
    return std::move(*value);
}

} // namespace

void read_card(snapshot& state, json::object const& info, std::string_view endpoint) {
    auto const* card = object_member(info, "cardData");
    if (card == nullptr) card = object_member(info, "card_data");
    if (card != nullptr) {
        state.card_told = true;
        state.card = json::object(*card, json::storage_ptr{}); // out of the arena
        state.base_models = short_texts(member(*card, "base_model"));
        auto const relation = text_of(*card, "base_model_relation");
        if (is_relation(relation)) state.base_model_relation = relation;
        state.new_version = short_text(text_of(*card, "new_version"));
    }
    read_license(state, card);
    read_base_expansion(state, info);
    read_base_tags(state, !state.base_models.empty());
    name_models(state, endpoint);
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

bool lacks_card(snapshot const& state) noexcept {
    return !state.card_told && state.find("README.md") != nullptr;
}

bool lacks_configuration(snapshot const& state) noexcept {
    if (state.configuration_told || !state.auto_map.empty()) return false;
    return state.find("config.json") != nullptr || state.find("tokenizer_config.json") != nullptr;
}

void read_readme(snapshot& state, std::string_view readme, std::string_view endpoint) {
    auto stated = read_front_matter(readme);
    state.card_problem = stated.problem;
    state.card_told = stated.problem.empty();
    if (stated.fields.empty()) return;
    auto const& fields = stated.fields;
    if (state.tags.empty()) state.tags = short_texts(member(fields, "tags"));
    if (state.pipeline_tag.empty()) state.pipeline_tag = short_text(text_of(fields, "pipeline_tag"));
    if (state.library_name.empty()) state.library_name = short_text(text_of(fields, "library_name"));
    state.base_models.clear();
    state.base_model_relation.clear();
    read_card(state, json::object{{"cardData", fields}}, endpoint);
}

void read_configuration(snapshot& state, configuration_texts const& texts) {
    json_arena arena;
    auto config = parsed(texts.config, arena);
    auto tokenizer = parsed(texts.tokenizer, arena);
    json::object told;
    if (config) told = json::object(config->get_object(), json::storage_ptr{});
    if (tokenizer) told["tokenizer_config"] = json::object(tokenizer->get_object(), json::storage_ptr{});
    if (texts.chat_template) told["chat_template_jinja"] = *texts.chat_template;
    auto const known = std::move(state.chat_template);
    state.chat_template.clear();
    read_behaviour(state, json::object{{"config", std::move(told)}});
    if (!known.empty()) state.chat_template = known;
    bool const all_read = config.has_value() == texts.config.has_value() &&
                          tokenizer.has_value() == texts.tokenizer.has_value();
    state.configuration_told = all_read;
}

} // namespace modelwatch::hub
