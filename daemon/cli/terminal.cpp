#include "daemon/cli/terminal.hpp"

#include "daemon/cli/standard_output.hpp"
#include "daemon/journal.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <sys/ioctl.h>
#include <unistd.h>

namespace modelwatch::cli {

namespace {

constexpr std::array<std::string_view, 5> severity_colours{
    "\x1b[2m", "\x1b[36m", "\x1b[33m", "\x1b[31m", "\x1b[1;31m"
};
constexpr std::string_view reset = "\x1b[0m";
constexpr std::size_t gap = 2;
constexpr std::size_t least_column = 8;
constexpr std::size_t least_beside_kept = 20; ///< rather a line that wraps than one that says nothing

/// At most `limit` columns, with "…" where something was cut.
std::string fitted(std::string_view text, std::size_t limit) {
    if (columns(text) <= limit) return std::string{text};
    std::size_t bytes = 0;
    std::size_t seen = 0;
    while (bytes < text.size() && seen + 1 < limit) {
        ++bytes;
        while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80)
            ++bytes;
        ++seen;
    }
    return std::string{text.substr(0, bytes)} + "…";
}

} // namespace

std::size_t columns(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

terminal::terminal() {
    tty_ = isatty(STDOUT_FILENO) == 1;
    char const* const no_colour = std::getenv("NO_COLOR");
    colour_ = tty_ && (no_colour == nullptr || *no_colour == '\0');
    winsize size{};
    if (tty_ && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) width_ = size.ws_col;
    if (!tty_) width_ = 120;
}

std::size_t terminal::room() const noexcept {
    return tty_ ? width_ : static_cast<std::size_t>(-1);
}

void terminal::line(std::string_view text) const {
    put(text);
    put("\n");
}

void terminal::json(json::value const& document) const {
    put(to_pretty(document));
}

std::string terminal::bold(std::string_view text) const {
    return colour_ ? "\x1b[1m" + std::string{text} + std::string{reset} : std::string{text};
}

std::string terminal::dim(std::string_view text) const {
    return colour_ ? "\x1b[2m" + std::string{text} + std::string{reset} : std::string{text};
}

std::string terminal::painted(std::string_view text, severity level) const {
    if (!colour_) return std::string{text};
    return std::string{severity_colours[static_cast<std::size_t>(level)]} + std::string{text} +
           std::string{reset};
}

table::table(std::vector<std::string> headings) {
    rows_.push_back(std::move(headings));
}

void table::add(std::vector<std::string> cells) {
    cells.resize(rows_.front().size());
    rows_.push_back(std::move(cells));
}

std::vector<std::size_t> table::widths(std::size_t room) const {
    std::vector<std::size_t> out(rows_.front().size(), 0);
    for (auto const& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i)
            out[i] = std::max(out[i], columns(row[i]));
    }
    auto const total = [&] { return std::accumulate(out.begin(), out.end(), gap * (out.size() - 1)); };
    auto const least = kept_ == none ? least_column : least_beside_kept;
    while (total() > room) {
        std::size_t widest = kept_ == 0 ? 1 : 0;
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (i != kept_ && out[i] > out[widest]) widest = i;
        }
        if (out[widest] <= least) break;
        --out[widest];
    }
    return out;
}

/// A column in which every cell is "-" says nothing.
void table::drop_empty_columns() {
    for (std::size_t i = rows_.front().size(); i-- > 0;) {
        auto const empty = [i](std::vector<std::string> const& row) { return row[i] == "-"; };
        if (rows_.size() < 2 || !std::all_of(rows_.begin() + 1, rows_.end(), empty)) continue;
        for (auto& row : rows_)
            row.erase(row.begin() + static_cast<std::ptrdiff_t>(i));
        for (auto* const marked : {&painted_, &kept_}) {
            if (*marked != none && *marked > i) --*marked;
        }
    }
}

void table::print(terminal const& to) {
    drop_empty_columns();
    auto const wide = widths(to.room());
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        std::string text;
        for (std::size_t i = 0; i < wide.size(); ++i) {
            auto const cell = fitted(rows_[r][i], wide[i]);
            auto const level = i == painted_ && r > 0 ? parse_severity(cell) : std::nullopt;
            text += r == 0 ? to.bold(cell) : level ? to.painted(cell, *level) : cell;
            if (i + 1 < wide.size()) text.append(wide[i] - columns(cell) + gap, ' ');
        }
        to.line(text);
    }
}

void complain(std::string_view text) {
    // Why a service does not start must be found among the errors of the journal.
    static bool const to_journal = journal::owns_stderr(std::getenv("JOURNAL_STREAM"));
    std::string_view const priority = !to_journal ? "" : text.starts_with("warning: ") ? "<4>" : "<3>";
    std::string_view start = "modelwatch: ";
    for (auto const line : split(text, '\n')) {
        auto const said = std::string{priority} + std::string{start} + std::string{line} + "\n";
        std::fwrite(said.data(), 1, said.size(), stderr);
        start = "";
    }
}

} // namespace modelwatch::cli
