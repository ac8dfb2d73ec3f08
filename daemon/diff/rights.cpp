#include "daemon/diff/wording.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::diff {

namespace {

/// Order and case say nothing.
std::vector<std::string> normal(std::vector<std::string> ids) {
    for (auto& id : ids)
        id = lower(id);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

bool says_nothing(license_statement const& stated) noexcept {
    return stated.ids.empty() && stated.name.empty() && stated.link.empty();
}

bool statement_differs(facts const& seen) {
    auto const& old = seen.in.baseline->license;
    auto const& now = seen.now().license;
    // The statement stands in the card, so without a commit it cannot come or go: the hub just did not tell.
    if (!seen.past.moved && (says_nothing(old) || says_nothing(now))) return false;
    return normal(old.ids) != normal(now.ids) || old.name != now.name || old.link != now.link;
}

/// The card could be read at the baseline and cannot be now: what it states is unknown, not "none".
bool became_unreadable(facts const& seen) {
    return !seen.now().card_problem.empty() && seen.in.baseline->card_problem.empty() &&
           !says_nothing(seen.in.baseline->license);
}

std::string in_words(license_statement const& stated) {
    std::string out;
    for (auto const& id : stated.ids)
        out += (out.empty() ? "" : ", ") + quoted(id, 60);
    if (!stated.name.empty())
        out += fmt::format("{}name {}", out.empty() ? "" : ", ", quoted(stated.name, 60));
    if (out.empty() && !stated.link.empty()) out = "link " + quoted(stated.link, 100);
    return out.empty() ? "none" : shortened(out, 200);
}

bool is_terms(file_delta const& delta) noexcept {
    if (delta.moved()) return false; // word for word the same, under another name
    return delta.was.role == file_role::license || delta.is.role == file_role::license;
}

bool has_terms(file_set const& files) {
    return std::any_of(files.items().begin(), files.items().end(), [](auto const& item) {
        return item.kind.role == file_role::license;
    });
}

json::array ids_of(license_statement const& stated) {
    json::array out;
    for (auto const& id : stated.ids)
        out.emplace_back(quoted(id, 100));
    return out;
}

void note(facts const& seen, change& what, std::vector<file_delta const*> const& texts) {
    auto const& old = seen.in.baseline->license;
    auto const& now = seen.now().license;
    bool const only_added =
        std::all_of(texts.begin(), texts.end(), [](auto const* delta) { return delta->added(); });
    what.evidence["old_ids"] = ids_of(old);
    what.evidence["new_ids"] = ids_of(now);
    what.evidence["old_name"] = quoted(old.name, 200);
    what.evidence["new_name"] = quoted(now.name, 200);
    what.evidence["old_link"] = quoted(old.link, 300);
    what.evidence["new_link"] = quoted(now.link, 300);
    what.evidence["text_changed"] = !texts.empty();
    what.evidence["text_only_added"] = !texts.empty() && only_added;
    what.evidence["text_present"] = has_terms(seen.after);
    json::array bases;
    for (auto const& base : seen.now().base_models)
        bases.emplace_back(quoted(base, 200));
    what.evidence["base_models"] = std::move(bases);
}

std::string_view direction(gating from, gating to) noexcept {
    if (to == gating::open) return "loosened";
    return from == gating::open ? "tightened" : "mode";
}

std::string_view meaning(std::string_view way) noexcept {
    if (way == "loosened")
        return "Downloads are no longer tied to an account, so the publisher cannot tell you of a "
               "bad release; check whether the license's acknowledgement still binds.";
    if (way == "tightened") return "Downloads need an account with a grant now: pulls without one will fail.";
    return "Who grants access is another one: the request is now answered in the other way.";
}

} // namespace

void judge_license(facts const& seen, std::vector<change>& out) {
    if (!seen.has_baseline()) return;
    auto const texts = those(seen, is_terms);
    bool const statement = statement_differs(seen);
    bool const unreadable = !statement && became_unreadable(seen);
    if (!statement && texts.empty() && !unreadable) return;
    auto what = about_files(seen, alert_kind::license_changed, texts);
    note(seen, what, texts);
    auto const from = in_words(seen.in.baseline->license);
    auto const to = in_words(seen.now().license);
    what.subject = statement    ? fmt::format("{} → {}", from, to)
                   : unreadable ? fmt::format("{} → unreadable", from)
                                : subject_of(what.files, texts.size());
    if (unreadable) {
        what.evidence["unreadable"] = quoted(seen.now().card_problem);
        what.summary = fmt::format("License can no longer be read, {}: it was {}", commit_step(seen), from);
    } else if (statement && from != to) {
        what.summary = fmt::format("License changed: {} → {}, {}", from, to, commit_step(seen));
    } else if (statement) {
        what.summary = fmt::format("License link changed ({} stays), {}", to, commit_step(seen));
    } else {
        auto const& first = what.files.front();
        what.summary = fmt::format(
            "License text {} changed ({} stays), {}: {} → {}",
            what.subject,
            to,
            commit_step(seen),
            short_proof(first.old_sha256),
            short_proof(first.new_sha256)
        );
    }
    what.detail = sentences(
        {unreadable ? fmt::format(
                          "The card stated {}; the front matter of README.md cannot be read now ({}).",
                          from,
                          quoted(seen.now().card_problem)
                      )
                    : fmt::format("The card stated {} and states {} now.", from, to),
         what.detail,
         "The approved revision keeps the terms that it was published under."}
    );
    close(seen, what);
    out.push_back(std::move(what));
}

void judge_gating(facts const& seen, std::vector<change>& out) {
    if (!seen.has_baseline()) return;
    auto const from = seen.in.baseline->gate;
    auto const to = seen.now().gate;
    if (from == to || from == gating::unknown || to == gating::unknown) return;
    auto what = about_repo(seen, alert_kind::gating_changed);
    auto const way = direction(from, to);
    what.subject = fmt::format("{} → {}", to_string(from), to_string(to));
    what.evidence["old"] = to_string(from);
    what.evidence["new"] = to_string(to);
    what.evidence["direction"] = way;
    what.summary =
        fmt::format("Access control {}: {}", way == "mode" ? "changed its mode" : way, what.subject);
    what.detail = meaning(way);
    out.push_back(std::move(what));
}

} // namespace modelwatch::diff
