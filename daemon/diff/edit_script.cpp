#include "daemon/diff/edit_script.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace modelwatch::diff {

namespace {

using index = std::int64_t;

/// A rectangle of the edit graph: elements [left, right) of one sequence against [top, bottom) of the other.
struct box {
    index left, right, top, bottom;
};

struct point {
    index x, y;
};

class searcher {
public:
    searcher(std::span<std::uint32_t const> from, std::span<std::uint32_t const> to, std::size_t budget)
        : from_{from}
        , to_{to}
        , budget_{budget}
        , offset_{static_cast<index>(to.size()) + 1}
        , forward_(from.size() + to.size() + 3)
        , backward_(from.size() + to.size() + 3) {
        script_.removed.assign(from.size(), false);
        script_.added.assign(to.size(), false);
    }

    edit_script run() {
        std::vector<box> open{{0, static_cast<index>(from_.size()), 0, static_cast<index>(to_.size())}};
        while (!open.empty()) {
            auto here = open.back();
            open.pop_back();
            trim(here);
            auto const middle = here.left < here.right && here.top < here.bottom ? meet(here) : std::nullopt;
            if (!middle) {
                replace(here);
                continue;
            }
            open.push_back({here.left, middle->x, here.top, middle->y});
            open.push_back({middle->x, here.right, middle->y, here.bottom});
        }
        return std::move(script_);
    }

private:
    /// Diagonals (x - y) that one direction has looked at, and where they may still go inside the box.
    struct front {
        index low, high;
    };

    [[nodiscard]] bool equal(index x, index y) const noexcept {
        return from_[static_cast<std::size_t>(x)] == to_[static_cast<std::size_t>(y)];
    }

    index& ahead(index diagonal) noexcept { return forward_[static_cast<std::size_t>(diagonal + offset_)]; }

    index& behind(index diagonal) noexcept { return backward_[static_cast<std::size_t>(diagonal + offset_)]; }

    void spend(std::size_t steps) noexcept { budget_ -= std::min(budget_, steps); }

    void trim(box& here) noexcept {
        while (here.left < here.right && here.top < here.bottom && equal(here.left, here.top)) {
            ++here.left;
            ++here.top;
        }
        while (here.left < here.right && here.top < here.bottom && equal(here.right - 1, here.bottom - 1)) {
            --here.right;
            --here.bottom;
        }
    }

    void replace(box const& here) {
        for (index x = here.left; x < here.right; ++x)
            script_.removed[static_cast<std::size_t>(x)] = true;
        for (index y = here.top; y < here.bottom; ++y)
            script_.added[static_cast<std::size_t>(y)] = true;
    }

    /// One more edit from the top left corner; the point where this path meets one from the other corner.
    std::optional<point> step_forward(box const& here, front& seen, front const& other, bool may_meet) {
        constexpr index nowhere = -1;
        if (seen.low > here.left - here.bottom)
            ahead(--seen.low - 1) = nowhere;
        else
            ++seen.low;
        if (seen.high < here.right - here.top)
            ahead(++seen.high + 1) = nowhere;
        else
            --seen.high;
        for (index d = seen.high; d >= seen.low; d -= 2) {
            index const start = std::max(ahead(d - 1) + 1, ahead(d + 1));
            index x = start;
            while (x < here.right && x - d < here.bottom && equal(x, x - d))
                ++x;
            ahead(d) = x;
            spend(static_cast<std::size_t>(x - start) + 1);
            if (may_meet && d >= other.low && d <= other.high && behind(d) <= x) return point{x, x - d};
        }
        return std::nullopt;
    }

    /// The same from the bottom right corner.
    std::optional<point> step_backward(box const& here, front& seen, front const& other, bool may_meet) {
        constexpr index nowhere = std::numeric_limits<index>::max();
        if (seen.low > here.left - here.bottom)
            behind(--seen.low - 1) = nowhere;
        else
            ++seen.low;
        if (seen.high < here.right - here.top)
            behind(++seen.high + 1) = nowhere;
        else
            --seen.high;
        for (index d = seen.high; d >= seen.low; d -= 2) {
            index const start = std::min(behind(d - 1), behind(d + 1) - 1);
            index x = start;
            while (x > here.left && x - d > here.top && equal(x - 1, x - d - 1))
                --x;
            behind(d) = x;
            spend(static_cast<std::size_t>(start - x) + 1);
            if (may_meet && d >= other.low && d <= other.high && x <= ahead(d)) return point{x, x - d};
        }
        return std::nullopt;
    }

    /// A point in the middle of a shortest path through the box; nullopt: the budget is used up.
    std::optional<point> meet(box const& here) {
        index const from_corner = here.left - here.top;
        index const to_corner = here.right - here.bottom;
        front down{from_corner, from_corner};
        front up{to_corner, to_corner};
        ahead(from_corner) = here.left;
        behind(to_corner) = here.right;
        // Paths of odd length meet while going forward, those of even length while going back.
        bool const odd = ((from_corner - to_corner) & 1) != 0;
        while (budget_ > 0) {
            if (auto const found = step_forward(here, down, up, odd)) return found;
            if (auto const found = step_backward(here, up, down, !odd)) return found;
        }
        return std::nullopt;
    }

    std::span<std::uint32_t const> from_;
    std::span<std::uint32_t const> to_;
    std::size_t budget_;
    index offset_;
    std::vector<index> forward_;
    std::vector<index> backward_;
    edit_script script_;
};

} // namespace

edit_script
edits(std::span<std::uint32_t const> from, std::span<std::uint32_t const> to, std::size_t budget) {
    return searcher{from, to, budget}.run();
}

} // namespace modelwatch::diff
