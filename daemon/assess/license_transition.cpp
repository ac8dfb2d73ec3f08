#include "daemon/assess/license_transition.hpp"

#include "daemon/model/text.hpp"

#include <boost/json/array.hpp>

namespace modelwatch::assess {

namespace {

bool flag(json::object const& object, std::string_view key) noexcept {
    auto const* const value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::vector<std::string> texts(json::object const& object, std::string_view key) {
    std::vector<std::string> out;
    auto const* const value = object.if_contains(key);
    if (value == nullptr || !value->is_array()) return out;
    for (auto const& item : value->get_array()) {
        if (item.is_string()) out.emplace_back(item.get_string());
    }
    return out;
}

license_statement statement(json::object const& evidence, std::string const& side) {
    return {
        texts(evidence, side + "_ids"),
        std::string{text_of(evidence, side + "_name")},
        std::string{text_of(evidence, side + "_link")}
    };
}

bool is_repackaged(json::object const& evidence, std::string_view owner) {
    for (auto const& base : texts(evidence, "base_models")) {
        auto const account = base.substr(0, base.find('/'));
        if (lower(account) != lower(owner)) return true;
    }
    return false;
}

bool is_grant(license_class value) noexcept {
    return value != license_class::unknown && value != license_class::none;
}

bool is_usable(license_class value) noexcept {
    return is_grant(value) && value != license_class::non_commercial;
}

severity rate_known(license_class from, license_class to, bool repackaged) noexcept {
    if (to == license_class::non_commercial && from != to) return severity::high;
    if (to < from && repackaged) return severity::high; // nobody can grant more than was received
    if (to == license_class::permissive) return severity::low;
    return severity::medium; // obligations appear, or another text of the same kind has to be read
}

severity rate_classes(license_class from, license_class to, bool repackaged) noexcept {
    if (is_grant(from) && is_grant(to)) return rate_known(from, to, repackaged);
    if (to == license_class::none) return is_usable(from) ? severity::high : severity::medium;
    if (to == license_class::unknown) return from == license_class::none ? severity::low : severity::medium;
    if (from == license_class::none) return severity::info;
    // Unknown before: nobody could rely on it. A repackager who resolves it freely is a lead, others bring
    // good news.
    if (to == license_class::non_commercial || repackaged) return severity::medium;
    return severity::low;
}

} // namespace

severity
rate_license_change(json::object const& evidence, license_table const& table, std::string_view owner) {
    auto const old = statement(evidence, "old");
    auto const now = statement(evidence, "new");
    bool const same_tag = old.ids == now.ids && old.name == now.name;
    if (same_tag) {
        bool const only_added = flag(evidence, "text_only_added") && old.link == now.link;
        return only_added ? severity::low : severity::medium;
    }
    auto const from = table.classify(old);
    auto to = table.classify(now);
    // The tag went but a license text is still there: somebody has to read it.
    if (to == license_class::none && flag(evidence, "text_present")) to = license_class::unknown;
    auto const rated = rate_classes(from, to, is_repackaged(evidence, owner));
    // A replaced text never matters less than it would alone.
    bool const text = flag(evidence, "text_changed") && !flag(evidence, "text_only_added");
    return text && is_grant(from) && to > from ? std::max(rated, severity::medium) : rated;
}

} // namespace modelwatch::assess
