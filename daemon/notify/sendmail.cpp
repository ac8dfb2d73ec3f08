#include "daemon/notify/sendmail.hpp"

#include "daemon/notify/program.hpp"

namespace modelwatch::notify {

namespace {

std::string unix_lines(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        out += text[i];
    }
    return out;
}

} // namespace

delivery send_by_program(
    std::string const& program,
    mail_job const& job,
    secrets const& hidden,
    abort_flag const& aborted,
    std::chrono::milliseconds limit
) {
    program_job call;
    call.words = {program, "-i", "-f", job.from, "--"};
    call.words.insert(call.words.end(), job.recipients.begin(), job.recipients.end());
    call.surroundings = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
    call.input = unix_lines(job.bytes);
    call.limit = limit;
    return judge_program(program, run_program(call, aborted), hidden);
}

} // namespace modelwatch::notify
