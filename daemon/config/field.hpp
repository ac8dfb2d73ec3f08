#pragma once

#include "daemon/config/checks.hpp"
#include "daemon/config/report.hpp"
#include "daemon/model/watch.hpp"

#include <toml++/toml.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace modelwatch::config {

/// One value of the file under its key. Each reader answers nothing, after reporting it, when the value has
/// the wrong type or cannot be.
class field {
public:
    field(toml::node const& node, section const& in, std::string name)
        : node_{node}
        , in_{in}
        , name_{std::move(name)} {}

    [[nodiscard]] std::string const& name() const noexcept { return name_; }

    [[nodiscard]] section const& in() const noexcept { return in_; }

    [[nodiscard]] toml::node const& node() const noexcept { return node_; }

    [[nodiscard]] std::size_t line() const { return node_.source().begin.line; }

    [[nodiscard]] std::optional<std::string> text(text_check const& check = {}) const;
    [[nodiscard]] std::optional<std::vector<std::string>> texts(text_check const& check = {}) const;
    /// A path; a relative one starts from the folder of the configuration file.
    [[nodiscard]] std::optional<std::string> path() const;
    [[nodiscard]] std::optional<std::vector<std::string>> paths() const;
    [[nodiscard]] std::optional<bool> flag() const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::int64_t lowest, std::int64_t highest) const;
    [[nodiscard]] std::optional<double> number(double lowest, double highest) const;
    [[nodiscard]] std::optional<std::chrono::seconds>
    duration(std::chrono::seconds lowest, std::chrono::seconds highest) const;
    [[nodiscard]] std::optional<labels> tags() const;

    /// "'interval' in [[watch]] must be …".
    void bad(std::string const& why) const;
    void warn(std::string const& what) const;

private:
    [[nodiscard]] std::optional<std::string>
    plain_text(toml::node const& node, std::string const& wanted) const;
    [[nodiscard]] bool passes(text_check const& check, std::string& value) const;
    [[nodiscard]] std::optional<std::string> resolved(std::string value) const;

    toml::node const& node_;
    section const& in_;
    std::string name_;
};

/// "the integer 30", "a table": what stands there instead.
[[nodiscard]] std::string described(toml::node const& node);

/// The line of a key of this table, or of the table itself.
[[nodiscard]] std::size_t line_of(toml::table const& table, std::string_view key);

/// Reads `X_file`, `X_credential` or `X_env` into `source`; a second one of them is a problem.
void read_secret_source(secret_source& source, secret_source::origin from, field const& value);

} // namespace modelwatch::config
