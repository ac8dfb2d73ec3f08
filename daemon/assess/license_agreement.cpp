#include "daemon/assess/license_agreement.hpp"

#include "daemon/assess/license_relation.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace modelwatch::assess {

namespace {

using license_texts = std::vector<license_text_evidence>;

/// The stated identifiers one by one, each as the table spells it; `other` is what `license_name` says.
std::vector<std::string> stated_ids(license_statement const& stated) {
    std::vector<std::string> out;
    auto ids = stated.ids;
    if (ids.empty()) ids.emplace_back("other");
    for (auto const& id : ids) {
        auto one = normalized_license({{id}, stated.name, {}});
        if (!one.empty()) out.push_back(std::move(one));
    }
    return out;
}

license_class group_of(std::string const& id, license_table const& table) {
    return table.classify({{id}, {}, {}});
}

/// A family's name ("bsd", "gpl", "cc", "openrail") stands for each of its licenses.
bool means(std::string const& stated, std::string const& text, license_table const& table) {
    if (stated == text || text.starts_with(stated + "-")) return true;
    if (stated == "openrail" && group_of(text, table) == license_class::open_rail) return true;
    auto const* const one = table.find(stated);
    auto const* const other = table.find(text);
    return one != nullptr && other != nullptr && one->name == other->name;
}

bool is_stated(std::vector<std::string> const& stated, std::string const& text, license_table const& table) {
    return std::any_of(stated.begin(), stated.end(), [&](auto const& id) { return means(id, text, table); });
}

/// Whether the table knows how the text of one of them reads.
bool has_known_text(std::vector<std::string> const& stated, license_table const& table) {
    return std::any_of(stated.begin(), stated.end(), [&](auto const& id) {
        auto const* const entry = table.find(id);
        return entry != nullptr && !(entry->titles.empty() && entry->phrases.empty());
    });
}

/// LICENSE-CODE speaks of the code beside the weights.
bool is_about_code(license_text_evidence const& text) {
    return lower(text.path).find("code") != std::string::npos;
}

std::string words_of(license_text_evidence const& text) {
    if (text.unread) return text.path + ": could not be read";
    auto out = text.ids.empty() ? text.path + ": unknown text"
                                : fmt::format("{}: text of {}", text.path, fmt::join(text.ids, " and "));
    if (!text.terms.empty()) out += " with terms of the class " + text.terms;
    return out;
}

std::string words_of(license_texts const& texts) {
    std::vector<std::string> out;
    for (auto const& one : texts)
        out.push_back(words_of(one));
    return fmt::format("{}", fmt::join(out, "; "));
}

/// What the texts come to, beside what is stated.
struct tally {
    bool matched = false; ///< one is the stated license's
    bool other = false;   ///< one is another license's
    bool unknown = false; ///< one is not recognised
    bool unread = false;  ///< one was not handed out
    int strictest = 0;
};

tally count(std::vector<std::string> const& stated, license_texts const& texts, license_table const& table) {
    tally out;
    auto const note = [&out](std::optional<license_class> group) {
        if (group) out.strictest = std::max(out.strictest, strictness(*group).value_or(0));
    };
    for (auto const& text : texts) {
        for (auto const& id : text.ids) {
            bool const own = is_stated(stated, id, table);
            out.matched = out.matched || own;
            out.other = out.other || (!own && !is_about_code(text));
            if (!own) note(group_of(id, table));
        }
        note(parse_license_class(text.terms));
        out.unread = out.unread || text.unread;
        out.unknown = out.unknown || (!text.unread && text.ids.empty() && text.terms.empty());
    }
    return out;
}

} // namespace

text_finding
compare_texts(license_statement const& stated, license_texts const& texts, license_table const& table) {
    if (texts.empty()) return {};
    auto const ids = stated_ids(stated);
    auto const seen = count(ids, texts, table);
    auto const rank = strictness(classify_normalized(stated, table));
    bool const wrong = rank && ((seen.other && !seen.matched) || seen.strictest > *rank);
    bool const open = seen.unknown && !seen.matched && !seen.other && has_known_text(ids, table);
    auto const how = wrong         ? text_agreement::contradicts
                     : seen.unread ? text_agreement::unread
                     : open        ? text_agreement::unknown
                                   : text_agreement::agrees;
    return {how, words_of(texts)};
}

std::optional<license_class> class_of_texts(license_texts const& texts, license_table const& table) {
    std::optional<license_class> out;
    auto const note = [&out](license_class group) { out = out ? std::max(*out, group) : group; };
    for (auto const& text : texts) {
        for (auto const& id : text.ids)
            note(group_of(id, table));
        if (auto const terms = parse_license_class(text.terms)) note(*terms);
    }
    return out;
}

} // namespace modelwatch::assess
