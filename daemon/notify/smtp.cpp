#include "daemon/notify/smtp.hpp"

#include "daemon/model/host.hpp"
#include "daemon/notify/smtp_session.hpp"

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace modelwatch::notify {

namespace {

bool ends_session(CURLcode code) {
    switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_LOGIN_DENIED:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_USE_SSL_FAILED:
    case CURLE_PROXY:
        return true;
    default:
        return false;
    }
}

/// libcurl takes what EHLO says from the URL's path.
std::string as_path(std::string_view ehlo) {
    std::string out;
    for (char const c : ehlo) {
        bool const marks = c == '[' || c == ']' || c == ':';
        out += marks ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
    }
    return out;
}

/// Failures of the way to the server, not answers of it: whatever it said before does not judge the mail.
bool is_answer(CURLcode code) {
    return code == CURLE_LOGIN_DENIED ||
           (!ends_session(code) && code != CURLE_RECV_ERROR && code != CURLE_GOT_NOTHING);
}

std::string words_for(transaction_report const& report) {
    switch (report.code) {
    case CURLE_ABORTED_BY_CALLBACK:
        return report.late ? "no answer in time" : "stopped because modelwatch is stopping";
    case CURLE_USE_SSL_FAILED:
        return "the server offers no STARTTLS: nothing was sent in clear (use smtps:// or turn STARTTLS on)";
    case CURLE_LOGIN_DENIED:
        return "the server did not accept username and password: " + report.last_reply;
    case CURLE_PEER_FAILED_VERIFICATION:
        return fmt::format("the server's certificate is not trusted: {}", report.problem);
    case CURLE_OPERATION_TIMEDOUT:
        return "no answer in time: " + report.problem;
    default:
        break;
    }
    return is_answer(report.code) && !report.last_reply.empty() ? report.last_reply : report.problem;
}

recipient_outcome outcome_of(transaction_report const& report, secrets const& hidden) {
    recipient_outcome out;
    bool const answered = report.code == CURLE_OK || is_answer(report.code);
    if (answered && report.status >= 200 && report.status < 600)
        out.status = static_cast<unsigned>(report.status);
    if (report.code == CURLE_OK) {
        out.what = recipient_outcome::kind::delivered;
        out.answer = hidden.clean(report.last_reply.empty() ? "250" : report.last_reply);
        return out;
    }
    out.ends_session = ends_session(report.code);
    out.what = out.status >= 500 ? recipient_outcome::kind::refused : recipient_outcome::kind::pending;
    out.answer = hidden.clean(words_for(report));
    return out;
}

} // namespace

smtp_server parse_smtp_url(std::string_view url, std::string_view ehlo) {
    auto const parsed = boost::urls::parse_uri(url);
    if (!parsed || (parsed->scheme() != "smtp" && parsed->scheme() != "smtps") ||
        parsed->encoded_host().empty())
        throw std::invalid_argument(
            "smtp must be \"smtp://host[:587]\", \"smtps://host[:465]\" or \"sendmail:\""
        );
    if (parsed->has_userinfo())
        throw std::invalid_argument("smtp must not hold a user or password: use username and password_file");
    if (parsed->encoded_path().size() > 1 || parsed->has_query() || parsed->has_fragment())
        throw std::invalid_argument("smtp must end after the host and port");
    smtp_server server;
    server.implicit_tls = parsed->scheme() == "smtps";
    std::string const port{parsed->port()};
    std::string const host{parsed->encoded_host()};
    server.url = fmt::format(
        "{}://{}:{}/{}",
        server.implicit_tls ? "smtps" : "smtp",
        host,
        port.empty() ? (server.implicit_tls ? "465" : "587") : port,
        as_path(is_full_host_name(ehlo) || is_address_literal(ehlo) ? ehlo : "[127.0.0.1]")
    );
    return server;
}

std::vector<recipient_outcome> send_over_smtp(
    smtp_server const& server, mail_job const& job, secrets const& hidden, abort_flag const& aborted
) {
    using clock = std::chrono::steady_clock;
    smtp_session session{server, job.from};
    auto const end = clock::now() + 4 * server.timeout;
    std::vector<recipient_outcome> outcomes;
    for (auto const& recipient : job.recipients) {
        if (clock::now() >= end) break;
        bool const last = &recipient == &job.recipients.back();
        auto const report =
            session.send(recipient, job.bytes, aborted, std::min(end, clock::now() + server.timeout), last);
        outcomes.push_back(outcome_of(report, hidden));
        outcomes.back().address = recipient;
        if (outcomes.back().ends_session) break;
    }
    // A session that ended for all ends so for those that were not reached: a refused login is final for them
    // too.
    if (!outcomes.empty() && outcomes.back().ends_session) {
        auto const last = outcomes.back();
        for (auto i = outcomes.size(); i < job.recipients.size(); ++i) {
            outcomes.push_back(last);
            outcomes.back().address = job.recipients[i];
        }
    }
    return outcomes;
}

} // namespace modelwatch::notify
