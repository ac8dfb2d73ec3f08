#pragma once

#include "daemon/assess/evidence.hpp"
#include "daemon/assess/licenses.hpp"

#include <optional>
#include <string>
#include <vector>

namespace modelwatch::assess {

enum class text_agreement {
    no_text,     ///< there is none, or all are behind a gate
    agrees,      ///< the stated license's text, or one that cannot speak against what is stated
    unread,      ///< one was not handed out, and those that were do not contradict
    unknown,     ///< the stated license has a well-known text, and this is not recognised as any
    contradicts, ///< another license's text, or terms that the stated license does not have
};

struct text_finding {
    text_agreement how = text_agreement::no_text;
    std::string words; ///< "LICENSE: text of llama3.1", "LICENSE: unknown text"; empty without a text
};

/// What the license files say beside what the card states. The text of the stated license must be among them
/// (dual licenses have several), and none may be stricter. A name that the table does not know contradicts
/// nothing.
[[nodiscard]] text_finding compare_texts(
    license_statement const& stated,
    std::vector<license_text_evidence> const& texts,
    license_table const& table
);

/// The strictest class among the recognised texts; nullopt: none was recognised.
[[nodiscard]] std::optional<license_class>
class_of_texts(std::vector<license_text_evidence> const& texts, license_table const& table);

} // namespace modelwatch::assess
