#include "daemon/model/text.hpp"
#include "daemon/report/markup.hpp"
#include "daemon/report/report.hpp"

namespace modelwatch::report {

namespace {

constexpr std::string_view default_hub = "https://huggingface.co";

/// Where the hub answers: the page's address without the model's name.
std::string_view hub_of(subject const& model) {
    auto url = safe_url(model.web_url);
    auto const tail = "/" + model.rating.repo();
    if (!url.ends_with(tail)) return {};
    url.remove_suffix(tail.size());
    return url;
}

} // namespace

// Rules of the type "huggingface" in purl-spec: namespace and name keep their case, the version is the commit
// in lower case.
std::string package_url(subject const& model) {
    std::string out = "pkg:huggingface";
    for (auto const part : split(model.rating.repo(), '/'))
        out += "/" + percent_encoded(part, ":");
    auto const& commit = model.rating.commit();
    if (!commit.empty()) out += "@" + percent_encoded(lower(commit), ":");
    auto const hub = hub_of(model);
    if (!hub.empty() && hub != default_hub) out += "?repository_url=" + percent_encoded(hub, ":/");
    return out;
}

} // namespace modelwatch::report
