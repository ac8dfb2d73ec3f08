#include "daemon/report/report.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::report {

namespace {

constexpr std::array<std::string_view, 6> names{"table", "json", "markdown", "html", "sarif", "cyclonedx"};

json::object document(std::span<subject const> models) {
    json::array all;
    for (auto const& model : models)
        all.push_back(to_json(model));
    return {{"models", std::move(all)}};
}

} // namespace

std::string_view to_string(format value) noexcept {
    return names[static_cast<std::size_t>(value)];
}

std::optional<format> parse_format(std::string_view text) noexcept {
    auto const found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) return std::nullopt;
    return static_cast<format>(found - names.begin());
}

std::string render(format how, std::span<subject const> models, style const& with) {
    switch (how) {
    case format::json:
        return to_pretty(document(models));
    case format::markdown:
        return markdown(models);
    case format::html:
        return html(models);
    case format::sarif:
        return to_pretty(sarif(models, with.version));
    case format::cyclonedx:
        return to_pretty(cyclonedx(models, with.version));
    case format::table:
        break;
    }
    return table(models, with);
}

} // namespace modelwatch::report
