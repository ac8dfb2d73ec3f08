#pragma once

#include "daemon/assess/evidence.hpp"

namespace modelwatch::assess {

// The members of each part of the evidence, named once for reading and writing: visit(name, member) per
// member. `Part` may be const. A new member of a struct belongs here too; the round-trip test finds it
// missing.

template <class Visitor>
void each_member(Visitor& visit, auto& part)
    requires std::same_as<std::remove_cvref_t<decltype(part)>, license_statement>
{
    visit("ids", part.ids);
    visit("name", part.name);
    visit("link", part.link);
}

template <class Visitor>
void each_member(Visitor& visit, auto& part)
    requires std::same_as<std::remove_cvref_t<decltype(part)>, license_text_evidence>
{
    visit("path", part.path);
    visit("ids", part.ids);
    visit("terms", part.terms);
    visit("unread", part.unread);
}

template <class Visitor>
void each_member(Visitor& visit, auto& part)
    requires std::same_as<std::remove_cvref_t<decltype(part)>, succession>
{
    visit("state", part.state);
    visit("source", part.source);
    visit("declared", part.declared);
    visit("chain", part.chain);
    visit("pick", part.pick);
    visit("pick_license", part.pick_license);
    visit("newer_generations", part.newer_generations);
    visit("reason", part.reason);
    visit("quote", part.quote);
    visit("deprecated_by_card", part.deprecated_by_card);
    visit("eol_date", part.eol_date);
    visit("past_eol", part.past_eol);
    visit("near_eol", part.near_eol);
}

template <class Visitor>
void each_member(Visitor& visit, auto& part)
    requires std::same_as<std::remove_cvref_t<decltype(part)>, owner_evidence>
{
    visit("kind", part.kind);
    visit("id", part.id);
    visit("verified", part.verified);
    visit("created_at", part.created_at);
    visit("members", part.members);
    visit("last_activity", part.last_activity);
}

template <class Visitor>
void each_member(Visitor& visit, auto& part)
    requires std::same_as<std::remove_cvref_t<decltype(part)>, format_evidence>
{
    visit("known", part.known);
    visit("safetensors", part.safetensors);
    visit("inert", part.inert);
    visit("onnx", part.onnx);
    visit("framework", part.framework);
    visit("unrecognised", part.unrecognised);
    visit("pickle", part.pickle);
    visit("archive", part.archive);
    visit("executable", part.executable);
    visit("safe_set_complete", part.safe_set_complete);
    visit("risky", part.risky);
    visit("python_files", part.python_files);
    visit("python_example", part.python_example);
    visit("weights_without_sha256", part.weights_without_sha256);
    visit("signature", part.signature);
    visit("license_file", part.license_file);
    visit("security_policy", part.security_policy);
}

template <class Visitor>
void each_member(Visitor& visit, auto& part)
    requires std::same_as<std::remove_cvref_t<decltype(part)>, reach>
{
    visit("what", part.what);
    visit("target", part.target);
    visit("by", part.by);
    visit("pinned", part.pinned);
    visit("without_consent", part.without_consent);
}

template <class Visitor>
void each_member(Visitor& visit, auto& part)
    requires std::same_as<std::remove_cvref_t<decltype(part)>, base_evidence>
{
    visit("repo", part.repo);
    visit("inferred", part.inferred);
    visit("resolved", part.resolved);
    visit("place", part.place);
    visit("renamed_to", part.renamed_to);
    visit("commit", part.commit);
    visit("gated", part.gate);
    visit("license", part.license);
    visit("created_at", part.created_at);
    visit("model_changed_at", part.model_changed_at);
    visit("scan", part.scan);
    visit("successor", part.successor);
}

template <class Visitor>
void each_member(Visitor& visit, auto& part)
    requires std::same_as<std::remove_cvref_t<decltype(part)>, advisory_evidence>
{
    visit("id", part.id);
    visit("severity", part.level);
    visit("summary", part.summary);
    visit("url", part.url);
    visit("commits", part.commits);
    visit("aliases", part.aliases);
}

template <class Visitor>
void each_member(Visitor& visit, auto& part)
    requires std::same_as<std::remove_cvref_t<decltype(part)>, baseline_evidence>
{
    visit("commit", part.commit);
    visit("repo_id", part.repo_id);
    visit("author", part.author);
    visit("owner_id", part.owner_id);
    visit("license", part.license);
}

template <class Visitor>
void each_member(Visitor& visit, auto& part)
    requires std::same_as<std::remove_cvref_t<decltype(part)>, evidence>
{
    visit("hub", part.hub);
    visit("repo", part.repo);
    visit("revision", part.revision);
    visit("commit", part.commit);
    visit("observed_at", part.observed_at);
    visit("repo_id", part.repo_id);
    visit("author", part.author);
    visit("place", part.place);
    visit("private", part.is_private);
    visit("disabled", part.disabled);
    visit("gated", part.gate);
    visit("discussions_disabled", part.discussions_disabled);
    visit("license", part.license);
    visit("license_tags", part.license_tags);
    visit("license_texts", part.license_texts);
    visit("card_withheld", part.card_withheld);
    visit("pipeline_tag", part.pipeline_tag);
    visit("library_name", part.library_name);
    visit("tags", part.tags);
    visit("downloads", part.downloads);
    visit("format", part.format);
    visit("custom_code", part.custom_code);
    visit("auto_map", part.auto_map);
    visit("reach", part.reached);
    visit("configuration_read", part.configuration_read);
    visit("unreadable", part.unreadable);
    visit("has_chat_template", part.has_chat_template);
    visit("scan", part.scan);
    visit("owner", part.owner);
    visit("bases", part.bases);
    visit("base_relation", part.base_relation);
    visit("created_at", part.created_at);
    visit("last_modified", part.last_modified);
    visit("model_changed_at", part.model_changed_at);
    visit("model_change_title", part.model_change_title);
    visit("successor", part.successor);
    visit("deprecated", part.deprecated);
    visit("advisories_configured", part.advisories_configured);
    visit("advisories", part.advisories);
    visit("baseline", part.baseline);
    visit("allow_patterns", part.allow_patterns);
}

} // namespace modelwatch::assess
