#include "daemon/diff/file_class.hpp"
#include "daemon/diff/key_change.hpp"
#include "daemon/diff/template_texts.hpp"
#include "daemon/diff/token_change.hpp"
#include "daemon/diff/wording.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::diff {

namespace {

constexpr std::string_view tokenizer_config = "tokenizer_config.json";

bool holds_a_template(file_delta const& delta) noexcept {
    return delta.was.role == file_role::chat_template || delta.is.role == file_role::chat_template;
}

bool is_tokenizer(file_delta const& delta) noexcept {
    return delta.was.role == file_role::tokenizer || delta.is.role == file_role::tokenizer;
}

/// One side of a tokenizer's file as a document. A file that is not there holds nothing.
std::optional<json::value> document_of(facts const& seen, file_entry const* file) {
    return file == nullptr ? json::value(json::object{}) : seen.texts.parse(*file);
}

json::value template_in(json::value const& document) {
    auto const* const settings = document.if_object();
    auto const* const found = settings == nullptr ? nullptr : settings->if_contains("chat_template");
    return found == nullptr ? json::value(nullptr) : *found;
}

/// By the texts of both sides; else by what the hub reads out of the tokenizer_config.json at the top, and
/// only of that one.
bool template_is_proven_equal(facts const& seen, file_delta const& delta) {
    auto const before = document_of(seen, delta.before);
    auto const now = document_of(seen, delta.after);
    if (before && now) return template_in(*before) == template_in(*now);
    auto const& old = seen.in.baseline->chat_template;
    return delta.path() == tokenizer_config && !old.empty() && old == seen.now().chat_template;
}

/// Besides the template, which has a kind of its own.
bool differs_otherwise(facts const& seen, file_delta const& delta) {
    auto const before = document_of(seen, delta.before);
    auto const now = document_of(seen, delta.after);
    if (!delta.changed() || !before || !now) return false;
    key_changes others;
    others.compare(delta.path(), *before, *now, [](std::string_view key) { return key == "chat_template"; });
    return others.total() > 0;
}

bool text_differs(facts const& seen) noexcept {
    auto const& old = seen.in.baseline->chat_template;
    auto const& now = seen.now().chat_template;
    return !old.empty() && !now.empty() && old != now;
}

/// The first few of many names.
std::string first_of(std::vector<std::string> const& names) {
    std::string out;
    for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 3); ++i)
        out += (i == 0 ? "" : ", ") + names[i];
    return names.size() > 3 ? out + ", …" : out;
}

json::value hash_of(std::string const& text) {
    return text.empty() ? json::value(nullptr) : json::value(sha256_hex(text));
}

/// Weights of llama.cpp hold a template of their own, which no text file tells of.
bool has_own_templates(file_set const& files) noexcept {
    return std::any_of(files.items().begin(), files.items().end(), [](auto const& one) {
        return file_name{one.file->path}.extension == "gguf";
    });
}

void judge_template(facts const& seen, std::vector<change>& out) {
    if (templates_only_moved(seen) && !has_own_templates(seen.after)) return;
    auto const files = those(seen, [&](auto const& delta) {
        return holds_a_template(delta) ||
               (is_tokenizer_config(delta.path()) && !template_is_proven_equal(seen, delta));
    });
    bool const text = text_differs(seen);
    if (files.empty() && !text) return;
    auto what = about_files(seen, alert_kind::template_changed, files);
    auto const& old = seen.in.baseline->chat_template;
    what.evidence["old_template_sha256"] = hash_of(old);
    what.evidence["new_template_sha256"] = hash_of(seen.now().chat_template);
    if (seen.same_commit() && !files.empty()) what.evidence["silent"] = true;
    if (files.empty()) what.subject = "chat template";
    auto const name = files.empty() ? std::string{} : " in " + named(files, "file");
    if (text) {
        what.summary = fmt::format(
            "Chat template changed{}, {}: {} → {}",
            name,
            commit_step(seen),
            short_proof(sha256_hex(old)),
            short_proof(sha256_hex(seen.now().chat_template))
        );
        what.detail = sentences({what.detail, "The text of the template is another one."});
    } else {
        what.summary = fmt::format(
            "Chat template may have changed{}, {}: {} → {}",
            name,
            commit_step(seen),
            short_proof(what.files.front().old_sha256),
            short_proof(what.files.front().new_sha256)
        );
        what.detail =
            sentences({what.detail, "The hub did not show both texts, so read the difference of the file."});
    }
    close(seen, what);
    out.push_back(std::move(what));
}

/// What is known of the inside of the files that differ.
struct token_report {
    std::vector<token_change> tokens;
    key_changes keys;
    std::vector<std::string> unread;
};

void read_file(facts const& seen, file_delta const& delta, token_report& out) {
    auto const path = delta.path();
    auto const before = document_of(seen, delta.before);
    auto const now = document_of(seen, delta.after);
    if (!before || !now) {
        out.unread.push_back(quoted(path, 100));
        return;
    }
    auto const found = compare_tokens(path, tokens_of(path, *before), tokens_of(path, *now));
    out.tokens.insert(out.tokens.end(), found.begin(), found.end());
    auto const others_speak = [&](std::string_view key) {
        return key == "chat_template" || holds_tokens(path, key);
    };
    if (delta.changed()) out.keys.compare(path, *before, *now, others_speak);
}

/// Which token strings and settings differ, and of which files that is not known.
void describe_tokens(facts const& seen, change& what, std::vector<file_delta const*> const& files) {
    token_report found;
    for (auto const* const delta : files)
        read_file(seen, *delta, found);
    put_gravest_first(found.tokens);
    std::string tokens;
    if (!found.tokens.empty()) {
        what.evidence["tokens"] = evidence_of(found.tokens);
        what.evidence["tokens_total"] = found.tokens.size();
        tokens = fmt::format("Token strings that differ: {}.", told(found.tokens));
    }
    bool const grave = std::any_of(found.tokens.begin(), found.tokens.end(), [](token_change const& one) {
        return one.is_grave();
    });
    if (grave) what.evidence["grave_token"] = true;
    std::string keys;
    if (found.keys.total() > 0) {
        what.evidence["changes"] = found.keys.evidence();
        keys = fmt::format("Settings that differ: {}.", found.keys.told());
    }
    std::string unread;
    if (!found.unread.empty()) {
        what.evidence["unread"] = to_array(found.unread);
        unread = fmt::format(
            "Which tokens differ in {} is not known: we could not read it.", first_of(found.unread)
        );
    }
    what.detail = sentences({what.detail, tokens, keys, unread});
}

void judge_tokenizer(facts const& seen, std::vector<change>& out) {
    auto const files = those(seen, [&](auto const& delta) {
        if (!is_tokenizer(delta)) return false;
        return !is_tokenizer_config(delta.path()) || template_is_proven_equal(seen, delta) ||
               differs_otherwise(seen, delta);
    });
    if (files.empty()) return;
    auto what = about_files(seen, alert_kind::tokenizer_changed, files);
    auto const& first = what.files.front();
    what.summary = fmt::format(
        "{} changed, {}: {} → {}",
        files.size() == 1 ? "Tokenizer file " + named(files, "") : named(files, "tokenizer file"),
        commit_step(seen),
        short_proof(first.old_sha256),
        short_proof(first.new_sha256)
    );
    if (seen.same_commit()) what.evidence["silent"] = true;
    describe_tokens(seen, what, files);
    close(seen, what);
    out.push_back(std::move(what));
}

} // namespace

void judge_templates_and_tokenizer(facts const& seen, std::vector<change>& out) {
    if (!seen.has_baseline()) return;
    judge_template(seen, out);
    judge_tokenizer(seen, out);
}

} // namespace modelwatch::diff
