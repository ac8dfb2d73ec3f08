#pragma once

#include "daemon/model/message.hpp"
#include "daemon/notify/mime.hpp"
#include "daemon/notify/reader.hpp"

#include <string>
#include <vector>

namespace modelwatch::notify {

/// Who writes to whom, from which machine.
struct envelope {
    mailbox from;
    std::vector<mailbox> to;
    std::string host; ///< right side of Message-ID and List-Id
    reader whom{};
};

/// One RFC 5322 message with CRLF line ends: multipart/alternative, text before HTML, quoted-printable. The
/// same bytes (and so the same Message-ID) on every retry.
[[nodiscard]] std::string render_email(message const& what, envelope const& route);

/// Its HTML part: tables, inline styles, nothing to load.
[[nodiscard]] std::string email_html(message const& what, reader const& whom = {});

} // namespace modelwatch::notify
