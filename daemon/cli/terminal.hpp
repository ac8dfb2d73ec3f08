#pragma once

#include "daemon/model/json.hpp"
#include "daemon/model/severity.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::cli {

/// Standard output as a command sees it: colour only on a terminal without NO_COLOR, width of the terminal
/// or 80, and of a text that is read elsewhere 120.
class terminal {
public:
    terminal();
    void line(std::string_view text = {}) const;
    void json(json::value const& document) const;

    [[nodiscard]] std::string bold(std::string_view text) const;
    [[nodiscard]] std::string dim(std::string_view text) const;
    [[nodiscard]] std::string painted(std::string_view text, severity level) const;

    [[nodiscard]] std::size_t width() const noexcept { return width_; }

    /// Columns that a table may take: in a pipe or a file as many as it has, so that nothing is cut.
    [[nodiscard]] std::size_t room() const noexcept;

    [[nodiscard]] bool colour() const noexcept { return colour_; }

private:
    bool tty_ = false;
    bool colour_ = false;
    std::size_t width_ = 80;
};

/// Rows under headings, columns as wide as their content; the widest column gives way when the terminal is
/// too narrow, but for those that are kept whole.
class table {
public:
    explicit table(std::vector<std::string> headings);
    void add(std::vector<std::string> cells);

    /// Colours a column's cells by the severity that they spell.
    void paint(std::size_t column) { painted_ = column; }

    /// Never cuts a column's cells: they are there to be copied.
    void keep(std::size_t column) { kept_ = column; }

    void print(terminal const& to);

private:
    void drop_empty_columns();
    [[nodiscard]] std::vector<std::size_t> widths(std::size_t room) const;

    std::vector<std::vector<std::string>> rows_;
    static constexpr auto none = static_cast<std::size_t>(-1);
    std::size_t painted_ = none;
    std::size_t kept_ = none;
};

/// "error: …" on stderr.
void complain(std::string_view text);

/// Columns that a text takes on a terminal; counts code points.
[[nodiscard]] std::size_t columns(std::string_view text) noexcept;

} // namespace modelwatch::cli
