#include "daemon/diff/diff.hpp"
#include "daemon/diff/edit_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace modelwatch::diff {

namespace {

constexpr std::size_t context = 3;

/// Lines with their newline, so that a missing one at the end is a difference.
std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        auto const end = text.find('\n');
        auto const length = end == std::string_view::npos ? text.size() : end + 1;
        out.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return out;
}

using interned = std::unordered_map<std::string_view, std::uint32_t>;

std::vector<std::uint32_t> numbers_of(std::vector<std::string_view> const& lines, interned& seen) {
    std::vector<std::uint32_t> out;
    out.reserve(lines.size());
    for (auto const line : lines) {
        out.push_back(seen.emplace(line, static_cast<std::uint32_t>(seen.size())).first->second);
    }
    return out;
}

/// A run of edits: lines [from, from_end) of one text became [to, to_end) of the other.
struct edit {
    std::size_t from, from_end, to, to_end;
};

std::vector<edit> runs_of(edit_script const& script) {
    std::vector<edit> out;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < script.removed.size() || j < script.added.size()) {
        edit run{i, i, j, j};
        while (run.from_end < script.removed.size() && script.removed[run.from_end])
            ++run.from_end;
        while (run.to_end < script.added.size() && script.added[run.to_end])
            ++run.to_end;
        i = run.from_end;
        j = run.to_end;
        if (run.from != i || run.to != j) {
            out.push_back(run);
        } else {
            ++i;
            ++j;
        }
    }
    return out;
}

class writer {
public:
    explicit writer(std::size_t max_lines)
        : max_lines_{max_lines} {}

    void line(char mark, std::string_view text) {
        std::string one{mark};
        one += text;
        if (!text.ends_with('\n')) one += "\n\\ No newline at end of file\n";
        put(one);
    }

    void put(std::string_view text) {
        if (written_ >= max_lines_) {
            ++left_out_;
            return;
        }
        ++written_;
        out_ += text;
    }

    std::string finish() {
        if (left_out_ > 0)
            out_ += fmt::format("… {} more lines of this difference are left out\n", left_out_);
        return std::move(out_);
    }

private:
    std::size_t max_lines_;
    std::size_t written_ = 0;
    std::size_t left_out_ = 0;
    std::string out_;
};

/// "12,5", "12" for one line; an empty range names the line before it.
std::string range(std::size_t start, std::size_t count) {
    if (count == 1) return fmt::format("{}", start + 1);
    return fmt::format("{},{}", count == 0 ? start : start + 1, count);
}

void write_hunk(
    writer& out,
    std::span<edit const> runs,
    std::vector<std::string_view> const& from,
    std::vector<std::string_view> const& to
) {
    auto const& first = runs.front();
    auto const& last = runs.back();
    auto const lead = std::min(context, first.from);
    auto const tail = std::min(context, from.size() - last.from_end);
    auto const start = first.from - lead;
    auto const to_start = first.to - lead;
    out.put(fmt::format(
        "@@ -{} +{} @@\n",
        range(start, last.from_end + tail - start),
        range(to_start, last.to_end + tail - to_start)
    ));
    std::size_t at = start;
    for (auto const& run : runs) {
        for (; at < run.from; ++at)
            out.line(' ', from[at]);
        for (; at < run.from_end; ++at)
            out.line('-', from[at]);
        for (auto j = run.to; j < run.to_end; ++j)
            out.line('+', to[j]);
    }
    for (; at < last.from_end + tail; ++at)
        out.line(' ', from[at]);
}

} // namespace

std::string unified_text_diff(
    std::string_view from_name,
    std::string_view from,
    std::string_view to_name,
    std::string_view to,
    std::size_t max_lines
) {
    if (from == to) return {};
    auto const old_lines = lines_of(from);
    auto const new_lines = lines_of(to);
    interned seen;
    auto const old_numbers = numbers_of(old_lines, seen);
    auto const new_numbers = numbers_of(new_lines, seen);
    auto const runs = runs_of(edits(old_numbers, new_numbers));
    writer out{max_lines};
    out.put(fmt::format("--- {}\n", from_name));
    out.put(fmt::format("+++ {}\n", to_name));
    std::size_t first = 0;
    while (first < runs.size()) {
        std::size_t last = first + 1;
        // Runs whose context would touch share a hunk.
        while (last < runs.size() && runs[last].from - runs[last - 1].from_end <= 2 * context)
            ++last;
        write_hunk(out, std::span{runs}.subspan(first, last - first), old_lines, new_lines);
        first = last;
    }
    return out.finish();
}

} // namespace modelwatch::diff
