#pragma once

#include "daemon/notify/answer.hpp"
#include "daemon/notify/blocking.hpp"
#include "daemon/notify/smtp.hpp"

#include <chrono>
#include <string>

namespace modelwatch::notify {

/// Hands the mail to a local sendmail program: "program -i -f from -- recipients", clean environment, the
/// message on standard input with '\n' line ends. Exit status 0 is delivered, 75 (EX_TEMPFAIL), a signal or
/// `limit` passed is again later, everything else failed, with the first words of standard error. Blocks; a
/// raised flag kills it.
[[nodiscard]] delivery send_by_program(
    std::string const& program,
    mail_job const& job,
    secrets const& hidden,
    abort_flag const& aborted,
    std::chrono::milliseconds limit = std::chrono::minutes{2}
);

} // namespace modelwatch::notify
