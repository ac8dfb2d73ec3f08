#pragma once

#include "daemon/config/config.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace modelwatch::config {

/// Collects everything that is wrong with one configuration, so that the operator sees all of it at once.
class report {
public:
    explicit report(std::string origin)
        : origin_{std::move(origin)} {}

    /// Line 0: the whole file.
    void problem(std::size_t line, std::string const& key, std::string const& what);
    void warning(std::size_t line, std::string const& key, std::string const& what);
    /// Something that is wrong outside the file: "environment".
    void problem_elsewhere(std::string where, std::string const& key, std::string const& what);

    /// Problems and warnings in the order of the file.
    void hand_over(outcome& out);

    /// "modelwatch.toml:12".
    [[nodiscard]] std::string place(std::size_t line) const;

private:
    std::string origin_;
    std::multimap<std::size_t, config::problem> problems_; ///< by line
    std::multimap<std::size_t, std::string> warnings_;
};

/// The table of the file that is being read: what messages call it, and what its relative paths start from.
struct section {
    report& log;
    std::string label;  ///< "[[watch]]"
    std::string prefix; ///< "watch": what stands before the dot in a problem's key
    std::filesystem::path folder;

    [[nodiscard]] std::string key(std::string_view name) const { return prefix + "." + std::string{name}; }

    /// "[[watch]] needs 'repo' …".
    void needs(std::size_t line, std::string_view name, std::string const& why) const;
};

/// The key as it stands in the file: "url_file" of "notifier.ops.url_file".
[[nodiscard]] std::string bare_key(std::string_view full);

/// "; did you mean 'interval'?", or what there is to choose from when nothing is near.
[[nodiscard]] std::string suggestion(std::string_view word, std::vector<std::string> const& known);

} // namespace modelwatch::config
