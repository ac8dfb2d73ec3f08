#include "daemon/assess/license_agreement.hpp"
#include "daemon/assess/subject.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

namespace modelwatch::assess {

namespace {

/// In the order of license_class.
constexpr auto class_outcomes =
    std::to_array<std::string_view>({"perm", "copyleft", "rail", "custom", "nc", "unlisted", "none"});

bool is_stated(license_statement const& what) noexcept {
    return !what.ids.empty() || !what.name.empty() || !what.link.empty();
}

/// "license=other, license_name=falcon-llm-license"
std::string words(license_statement const& what) {
    std::vector<std::string> parts;
    auto ids = what.ids;
    std::sort(ids.begin(), ids.end());
    if (!ids.empty()) parts.push_back(fmt::format("license={}", fmt::join(ids, "+")));
    if (!what.name.empty()) parts.push_back(fmt::format("license_name={}", what.name));
    if (!what.link.empty()) parts.push_back(fmt::format("license_link={}", what.link));
    return parts.empty() ? "no license stated" : fmt::format("{}", fmt::join(parts, ", "));
}

std::set<std::string> normalised(std::vector<std::string> const& ids) {
    std::set<std::string> out;
    for (auto const& id : ids)
        out.insert(lower(trimmed(id)));
    return out;
}

bool points_at_file(license_statement const& stated) {
    return stated.name.empty() && stated.link.empty() &&
           normalised(stated.ids) == std::set<std::string>{"other"};
}

void check_class(subject const& model, findings& out) {
    constexpr auto check = check_id::license_class;
    auto const stated = license_in_force(model);
    if (!is_stated(stated) && !model.card_was_read()) {
        return out.add(check, "unknown", "the card could not be read");
    }
    auto group = model.with.licenses.classify(stated);
    auto text = words(stated);
    auto const& texts = model.facts.license_texts;
    if (points_at_file(stated)) {
        // Neither name nor link: the file itself is what `other` points at.
        if (auto const read = class_of_texts(texts, model.with.licenses)) {
            group = *read;
            text += ", " + compare_texts(stated, texts, model.with.licenses).words;
        } else if (compare_texts(stated, texts, model.with.licenses).how == text_agreement::unread) {
            return out.add(check, "unknown", text + ", whose file could not be read");
        }
    }
    if (model.ruled != nullptr && !model.ruled->license.empty()) text += ", ruled by the operator";
    if (group == license_class::none && model.facts.format.license_file) {
        return out.add(check, "unlisted", "a license file, but no license in the card");
    }
    out.add(check, class_outcomes[static_cast<std::size_t>(group)], std::move(text));
}

/// What contradicts what; empty: nothing does.
std::string contradiction(subject const& model) {
    auto const& stated = model.facts.license;
    auto const ids = normalised(stated.ids);
    auto const tags = normalised(model.facts.license_tags);
    if (ids.size() > 1) return fmt::format("several licenses: {}", fmt::join(ids, ", "));
    if (!ids.empty() && !tags.empty() && ids != tags) {
        return fmt::format("tag {} against card {}", fmt::join(tags, ", "), fmt::join(ids, ", "));
    }
    if (stated.name.empty() || ids.empty() || ids.contains("other")) return {};
    auto const& id = *ids.begin();
    auto const& table = model.with.licenses;
    auto const* const named = table.find(stated.name);
    bool const agrees = lower(trimmed(stated.name)) == id ||
                        (named != nullptr && named->group == table.classify({{id}, {}, {}}));
    return agrees ? std::string{} : fmt::format("license={} against license_name={}", id, stated.name);
}

void check_consistency(subject const& model, findings& out) {
    constexpr auto check = check_id::license_consistency;
    auto const& stated = model.facts.license;
    if (!is_stated(stated)) {
        bool const read = model.card_was_read();
        return out.add(
            check, read ? "na" : "unknown", read ? "no license stated" : "the card could not be read"
        );
    }
    if (auto const what = contradiction(model); !what.empty()) return out.add(check, "inconsistent", what);
    auto const text = compare_texts(stated, model.facts.license_texts, model.with.licenses);
    auto const said = words(stated) + (text.words.empty() ? "" : "; ") + text.words;
    if (text.how == text_agreement::contradicts) return out.add(check, "inconsistent", said);
    if (text.how == text_agreement::unread) return out.add(check, "unread", said);
    if (text.how == text_agreement::unknown) return out.add(check, "unknown", said);
    bool const points_on = !stated.link.empty() || model.facts.format.license_file;
    if (!normalised(stated.ids).contains("other") || points_on) {
        return out.add(check, "consistent", said);
    }
    if (!model.facts.format.known) {
        return out.add(check, "unknown", "license=other without a link; the list of files could not be read");
    }
    out.add(check, "inconsistent", "license=other without a link or a license file");
}

void check_recent_change(subject const& model, findings& out) {
    constexpr auto check = check_id::license_recent_change;
    if (!model.facts.baseline) return out.add(check, "no-baseline", "no baseline yet");
    bool const told = model.card_was_read() || is_stated(model.facts.license);
    if (!told) return out.add(check, "no-baseline", "the card could not be read");
    auto const& then = model.facts.baseline->license;
    auto const& now = model.facts.license;
    bool const same =
        normalised(then.ids) == normalised(now.ids) && then.name == now.name && then.link == now.link;
    if (same) return out.add(check, "no", fmt::format("{}, as at the baseline", words(now)));
    out.add(check, "changed", fmt::format("{} -> {}", words(then), words(now)));
}

} // namespace

license_statement license_in_force(subject const& model) {
    if (model.ruled != nullptr && !model.ruled->license.empty()) return {{model.ruled->license}, {}, {}};
    license_statement out = model.facts.license;
    if (out.ids.empty() && out.name.empty()) out.ids = model.facts.license_tags;
    return out;
}

std::string license_token(subject const& model) {
    auto const stated = license_in_force(model);
    auto ids = normalised(stated.ids);
    if (!stated.name.empty() && (ids.empty() || ids.contains("other"))) {
        ids.erase("other");
        ids.insert(lower(trimmed(stated.name)));
    }
    return fmt::format("{}", fmt::join(ids, "+"));
}

void look_at_license(subject const& model, findings& out) {
    check_class(model, out);
    check_provenance(model, out);
    check_consistency(model, out);
    check_recent_change(model, out);
}

} // namespace modelwatch::assess
