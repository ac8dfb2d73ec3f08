#pragma once

#include "daemon/report/report.hpp"

#include <deque>
#include <string>
#include <vector>

/// Assessed models to be shown: the reference models of assess.md 2.6, and one made of hostile texts.
namespace report_test {

using namespace modelwatch;

/// Owns what a subject borrows.
struct sample {
    assess::evidence facts;
    std::vector<assess::policy_verdict> policy;
    std::vector<file_entry> files;
    assess::assessment rating;

    [[nodiscard]] report::subject view() const;
};

[[nodiscard]] sample make_sample(assess::evidence facts, assess::rubric const& numbers = {});

[[nodiscard]] sample falcon();
[[nodiscard]] sample gemma();
[[nodiscard]] sample thebloke();
/// Every text of the hub tries to leave its place in every format.
[[nodiscard]] sample hostile();
/// Next to nothing is known.
[[nodiscard]] sample unreachable();

[[nodiscard]] std::vector<report::subject> views(std::deque<sample> const& samples);

/// Marks that must never be seen unescaped.
inline constexpr std::string_view script = "<script>alert(1)</script>";

} // namespace report_test
