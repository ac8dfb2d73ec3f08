#pragma once

#include "daemon/assess/licenses.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// What a license file's text was recognised as. A sorting aid: who relies on a license reads it.
struct recognized_license {
    std::vector<std::string> ids; ///< of the table, sorted; several where one file holds several texts
    /// Terms that no permissive or copyleft license has, found beside such a text or in one that nobody
    /// knows, in the words of license_class; empty: none.
    std::string terms;

    [[nodiscard]] bool known() const noexcept { return !ids.empty() || !terms.empty(); }
};

/// By the titles and phrases of the table, without regard to case, punctuation and line breaks; a changed
/// copyright line changes nothing. A short text needs no more than a title.
[[nodiscard]] recognized_license recognize_license(std::string_view text, license_table const& table);

/// A text as it is compared: lower case, words parted and surrounded by single blanks.
[[nodiscard]] std::string plain_words(std::string_view text);

} // namespace modelwatch::assess
