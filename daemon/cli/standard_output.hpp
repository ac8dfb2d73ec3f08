#pragma once

#include <string_view>

namespace modelwatch::cli {

/// A far end or a reader that goes away is an error of one write, not the end of the program. To be called
/// before anything is written.
void ignore_broken_pipes();

/// What commands print goes through here, so that settle_output() knows what became of it.
void put(std::string_view text);

/// Whether something that was put could not be written.
[[nodiscard]] bool output_is_lost() noexcept;

/// Ends work that has no purpose but to print. Not a std::exception: nothing on its way may take it for a
/// failure of its own.
struct output_lost {};

/// The end of every command: writes out what is buffered. Gives `code` when all output has arrived; else says
/// why not on stderr and gives 3. A reader that has enough (`head`, a pager) ends the program in silence, by
/// SIGPIPE, unless whoever started it ignores that signal.
[[nodiscard]] int settle_output(int code);

} // namespace modelwatch::cli
