#include "daemon/diff/wording.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

namespace modelwatch::diff {

namespace {

constexpr std::string_view tokenizer_config = "tokenizer_config.json";

bool holds_a_template(file_delta const& delta) noexcept {
    return delta.was.role == file_role::chat_template || delta.is.role == file_role::chat_template;
}

bool is_tokenizer_config(file_delta const& delta) noexcept {
    std::string_view const path = delta.path();
    return path == tokenizer_config || path.ends_with("/tokenizer_config.json");
}

bool is_tokenizer(file_delta const& delta) noexcept {
    return delta.was.role == file_role::tokenizer || delta.is.role == file_role::tokenizer;
}

/// The hub reads the template out of the tokenizer_config.json at the top, and only of that one.
bool template_is_proven_equal(facts const& seen, file_delta const& delta) noexcept {
    auto const& old = seen.in.baseline->chat_template;
    return delta.path() == tokenizer_config && !old.empty() && old == seen.now().chat_template;
}

bool text_differs(facts const& seen) noexcept {
    auto const& old = seen.in.baseline->chat_template;
    auto const& now = seen.now().chat_template;
    return !old.empty() && !now.empty() && old != now;
}

json::value hash_of(std::string const& text) {
    return text.empty() ? json::value(nullptr) : json::value(sha256_hex(text));
}

void judge_template(facts const& seen, std::vector<change>& out) {
    auto const files = those(seen, [&](auto const& delta) {
        return holds_a_template(delta) ||
               (is_tokenizer_config(delta) && !template_is_proven_equal(seen, delta));
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

void judge_tokenizer(facts const& seen, std::vector<change>& out) {
    auto const files = those(seen, [&](auto const& delta) {
        return is_tokenizer(delta) && (!is_tokenizer_config(delta) || template_is_proven_equal(seen, delta));
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
