#pragma once

#include "daemon/diff/diff.hpp"

#include <string_view>
#include <vector>

namespace modelwatch::diff {

/// The files of one snapshot, sorted by path and each classified once, whatever order they came in. A path
/// that is listed twice counts once. Refers to the snapshot, which must outlive it.
class file_set {
public:
    struct item {
        file_entry const* file;
        file_class kind;
    };

    file_set() = default;
    explicit file_set(snapshot const& state);

    [[nodiscard]] item const* find(std::string_view path) const noexcept;

    [[nodiscard]] std::vector<item> const& items() const noexcept { return items_; }

private:
    std::vector<item> items_;
};

/// One path that is not the same on both sides.
struct file_delta {
    file_entry const* before = nullptr; ///< nullptr: it was not there
    file_entry const* after = nullptr;  ///< nullptr: it is gone
    file_class was;
    file_class is;
    /// The same bytes at the other end of a move: where a file that is gone is now, where one that came was.
    /// Its class is that of the missing side.
    file_entry const* twin = nullptr;

    [[nodiscard]] bool moved() const noexcept { return twin != nullptr; }

    [[nodiscard]] std::string const& path() const noexcept {
        return after != nullptr ? after->path : before->path;
    }

    [[nodiscard]] bool added() const noexcept { return before == nullptr; }

    [[nodiscard]] bool removed() const noexcept { return after == nullptr; }

    [[nodiscard]] bool changed() const noexcept { return before != nullptr && after != nullptr; }

    /// What the file is for; of a file that is gone, what it was for.
    [[nodiscard]] file_role role() const noexcept { return after != nullptr ? is.role : was.role; }
};

/// Sorted by path.
[[nodiscard]] std::vector<file_delta> deltas(file_set const& before, file_set const& after);

/// Finds what only got another path: gone from one, there under another, with the same content. Weights and
/// license texts alone; where code or a configuration lies decides what a loader does with it.
void find_moves(std::vector<file_delta>& sorted);

/// Proof for the record: sha256, or "git:" and the blob id.
[[nodiscard]] std::string proof_of(file_entry const& file);
[[nodiscard]] file_evidence evidence_of(file_delta const& delta);

} // namespace modelwatch::diff
