#pragma once

#include "daemon/hub/parse.hpp"
#include "daemon/model/standing.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace modelwatch::hub {

/// Whether what a gated repo hides from strangers could be read with our token.
enum class access { unknown, works, refused };

/// What one poll hands to the next so that "nothing moved" can be told from one cheap request.
struct poll_proof {
    std::string etag;        ///< as the server sent it; empty when it sent none or an odd one
    std::string body_tag;    ///< our own weak ETag of the body
    std::string fingerprint; ///< of the stable fields
    std::string files_hash;  ///< over path, ids and sizes of the siblings
    std::string repo;        ///< that answered
    std::string commit;
    std::string baseline; ///< whose ancestry the last full poll told
    std::string deployed;
    bool proven = false; ///< siblings carried hashes
    bool gated = false;
    access entry = access::unknown;
    standing place = standing::present;

    /// Whether the stable facts are the same; the tags of the bodies may differ (downloads, likes).
    [[nodiscard]] bool same_facts(poll_proof const& other) const noexcept;
};

/// The facts of an info answer. The tags are filled by the caller, who has the answer.
[[nodiscard]] poll_proof proof_of(model_info const& info);

/// One line of text; opaque to others.
[[nodiscard]] std::string to_text(poll_proof const& proof);
/// nullopt for an empty text, a foreign one, or one of another version: then the poll is a full one.
[[nodiscard]] std::optional<poll_proof> proof_from_text(std::string_view text);

/// An ETag that may be kept and sent back; empty for one that is absurd.
[[nodiscard]] std::string kept_etag(std::string_view header);

} // namespace modelwatch::hub
