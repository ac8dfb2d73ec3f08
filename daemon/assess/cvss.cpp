#include "daemon/assess/cvss.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>

namespace modelwatch::assess {

namespace {

constexpr std::array<std::string_view, 8> base_metrics{"AV", "AC", "PR", "UI", "S", "C", "I", "A"};

using metrics = std::map<std::string, char, std::less<>>;

std::optional<metrics> read_metrics(std::string_view vector) {
    if (!vector.starts_with("CVSS:3.0/") && !vector.starts_with("CVSS:3.1/")) return std::nullopt;
    metrics out;
    for (auto const part : split(vector.substr(9), '/')) {
        auto const colon = part.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        auto const name = part.substr(0, colon);
        if (std::find(base_metrics.begin(), base_metrics.end(), name) == base_metrics.end()) continue;
        bool const fresh = part.size() == colon + 2 && out.emplace(name, part[colon + 1]).second;
        if (!fresh) return std::nullopt;
    }
    return out.size() == base_metrics.size() ? std::optional{out} : std::nullopt;
}

/// Weight of a metric's value; nullopt: no such value.
std::optional<double> weight(std::string_view values, std::array<double, 4> const& weights, char value) {
    auto const at = values.find(value);
    return at == std::string_view::npos ? std::nullopt : std::optional{weights[at]};
}

/// To one decimal, upwards, without the error of floating point (specification, appendix A).
double round_up(double value) {
    auto const scaled = static_cast<long>(std::lround(value * 100'000));
    if (scaled % 10'000 == 0) return static_cast<double>(scaled) / 100'000;
    return (std::floor(static_cast<double>(scaled) / 10'000) + 1) / 10;
}

} // namespace

std::optional<double> cvss3_score(std::string_view vector) {
    auto const read = read_metrics(vector);
    if (!read) return std::nullopt;
    auto const of = [&](std::string_view name) { return read->find(name)->second; };
    bool const changed = of("S") == 'C';
    if (!changed && of("S") != 'U') return std::nullopt;
    std::array<double, 4> const unchanged_rights{0.85, 0.62, 0.27, 0};
    std::array<double, 4> const changed_rights{0.85, 0.68, 0.5, 0};
    std::array<double, 4> const losses{0.56, 0.22, 0, 0};
    auto const place = weight("NALP", {0.85, 0.62, 0.55, 0.2}, of("AV"));
    auto const effort = weight("LH", {0.77, 0.44, 0, 0}, of("AC"));
    auto const rights = weight("NLH", changed ? changed_rights : unchanged_rights, of("PR"));
    auto const help = weight("NR", {0.85, 0.62, 0, 0}, of("UI"));
    auto const secrecy = weight("HLN", losses, of("C"));
    auto const integrity = weight("HLN", losses, of("I"));
    auto const uptime = weight("HLN", losses, of("A"));
    if (!place || !effort || !rights || !help || !secrecy || !integrity || !uptime) return std::nullopt;
    double const loss = 1 - (1 - *secrecy) * (1 - *integrity) * (1 - *uptime);
    double const impact = changed ? 7.52 * (loss - 0.029) - 3.25 * std::pow(loss - 0.02, 15) : 6.42 * loss;
    if (impact <= 0) return 0.0;
    double const ease = 8.22 * *place * *effort * *rights * *help;
    return round_up(std::min((changed ? 1.08 : 1.0) * (impact + ease), 10.0));
}

} // namespace modelwatch::assess
