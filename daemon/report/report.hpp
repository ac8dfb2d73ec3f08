#pragma once

#include "daemon/assess/assessment.hpp"
#include "daemon/assess/policy.hpp"
#include "daemon/model/json.hpp"
#include "daemon/model/snapshot.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What an assessment looks like to people and to other tools. Pure: everything comes in, nothing is asked
/// for. Text of the hub is escaped for the format that it is put into. The same subjects give the same bytes.
namespace modelwatch::report {

/// One assessed model with what its report tells besides the rating. Borrows: everything must outlive it.
struct subject {
    assess::assessment const& rating;
    assess::evidence const& facts; ///< what the rating was made of
    std::vector<assess::policy_verdict> const& policy;
    std::string web_url; ///< the model's page on the hub, "https://huggingface.co/ns/name"; may be empty
    std::vector<file_entry>
        files; ///< of that commit; weight files at least. Only CycloneDX and SARIF look at them
};

enum class format { table, json, markdown, html, sarif, cyclonedx };

[[nodiscard]] std::string_view to_string(format value) noexcept;
[[nodiscard]] std::optional<format> parse_format(std::string_view text) noexcept;

struct style {
    std::size_t width = 100; ///< columns of the terminal
    bool colour = false;
    std::string version; ///< of this program, for the formats that name their maker
};

/// The whole document in one of the formats, for one or several models, with a line end at its end.
/// JSON is `{"models": […]}`.
[[nodiscard]] std::string render(format how, std::span<subject const> models, style const& with);

/// One element of `models` (contract.md 1).
[[nodiscard]] json::object to_json(subject const& model);

/// For the terminal. A single model gets every finding that cost points, several get a summary first.
[[nodiscard]] std::string table(std::span<subject const> models, style const& with);

/// GitHub-flavoured.
[[nodiscard]] std::string markdown(std::span<subject const> models);

/// One page that needs nothing else: no script, no remote content. Prints well, light and dark.
[[nodiscard]] std::string html(std::span<subject const> models);

/// SARIF 2.1.0: rules are the checks and policies, results the findings with points and broken policies.
[[nodiscard]] json::object sarif(std::span<subject const> models, std::string_view version);

/// CycloneDX 1.7: one component of type machine-learning-model per model. What an attacker could use is a
/// vulnerability; what else speaks against a model stands in its card.
[[nodiscard]] json::object cyclonedx(std::span<subject const> models, std::string_view version);

/// pkg:huggingface/ns/name@commit, with `repository_url` when the page is not of huggingface.co.
[[nodiscard]] std::string package_url(subject const& model);

} // namespace modelwatch::report
