#include "daemon/notify/smtp.hpp"

#include "daemon/model/text.hpp"
#include "daemon/notify/mime.hpp"

#include <boost/url/parse.hpp>
#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace modelwatch::notify {

namespace {

struct easy_deleter {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};

struct list_deleter {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

using easy_handle = std::unique_ptr<CURL, easy_deleter>;

/// What libcurl's callbacks see of one transaction.
struct transaction {
    std::string_view bytes;
    std::size_t sent = 0;
    std::string last_reply; ///< last line that the server said
    abort_flag const* aborted = nullptr;
    std::array<char, CURL_ERROR_SIZE> problem{};
};

extern "C" {

std::size_t modelwatch_smtp_read(char* buffer, std::size_t size, std::size_t count, void* user) {
    auto& job = *static_cast<transaction*>(user);
    auto const length = std::min(size * count, job.bytes.size() - job.sent);
    std::memcpy(buffer, job.bytes.data() + job.sent, length);
    job.sent += length;
    return length;
}

int modelwatch_smtp_seek(void* user, curl_off_t offset, int origin) {
    auto& job = *static_cast<transaction*>(user);
    if (origin != SEEK_SET || offset < 0 || static_cast<std::size_t>(offset) > job.bytes.size())
        return CURL_SEEKFUNC_CANTSEEK;
    job.sent = static_cast<std::size_t>(offset);
    return CURL_SEEKFUNC_OK;
}

std::size_t modelwatch_smtp_reply(char* buffer, std::size_t size, std::size_t count, void* user) {
    auto& job = *static_cast<transaction*>(user);
    auto const line = std::string_view{buffer, size * count};
    job.last_reply = trimmed(line.substr(0, 1000));
    return size * count;
}

std::size_t modelwatch_smtp_ignore(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

int modelwatch_smtp_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<transaction*>(user)->aborted->load() ? 1 : 0;
}

/// libcurl has a bundle compiled in; ours is OpenSSL's own choice, which SSL_CERT_FILE can change.
CURLcode modelwatch_smtp_trust(CURL*, void* context, void*) {
    return SSL_CTX_set_default_verify_paths(static_cast<SSL_CTX*>(context)) == 1 ? CURLE_OK
                                                                                 : CURLE_SSL_CACERT_BADFILE;
}

} // extern "C"

template <class T>
void set(CURL* handle, CURLoption option, T value) {
    auto const code = curl_easy_setopt(handle, option, value);
    if (code != CURLE_OK)
        throw std::runtime_error(
            fmt::format("libcurl refuses option {}: {}", static_cast<int>(option), curl_easy_strerror(code))
        );
}

void set_trust(CURL* handle, std::string const& ca_file) {
    set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // Without this a compiled-in directory of authorities would be trusted beside the operator's file.
    set(handle, CURLOPT_CAPATH, static_cast<char const*>(nullptr));
    if (!ca_file.empty()) {
        set(handle, CURLOPT_CAINFO, ca_file.c_str());
        return;
    }
    set(handle, CURLOPT_CAINFO, static_cast<char const*>(nullptr));
    set(handle, CURLOPT_SSL_CTX_FUNCTION, &modelwatch_smtp_trust);
}

/// The environment's proxies are for HTTP: mail takes one only when the notifier names it.
void set_proxy(CURL* handle, std::string const& proxy) {
    if (proxy.empty() || proxy == "none") {
        set(handle, CURLOPT_PROXY, "");
        return;
    }
    set(handle, CURLOPT_PROXY, proxy.c_str());
    set(handle, CURLOPT_HTTPPROXYTUNNEL, 1L);
    set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

easy_handle open_session(smtp_server const& server, std::string const& from) {
    static CURLcode const ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    easy_handle handle{ready == CURLE_OK ? curl_easy_init() : nullptr};
    if (!handle) throw std::runtime_error("libcurl cannot be initialised");
    auto* const curl = handle.get();
    set(curl, CURLOPT_URL, server.url.c_str());
    set(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(curl, CURLOPT_NOSIGNAL, 1L);
    set(curl, CURLOPT_QUICK_EXIT, 1L); // do not wait for a resolver that hangs
    set(curl, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    set_trust(curl, server.via.ca_file);
    set_proxy(curl, server.via.proxy);
    if (!server.username.empty()) {
        set(curl, CURLOPT_USERNAME, server.username.c_str());
        set(curl, CURLOPT_PASSWORD, server.password.c_str());
        set(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    }
    set(curl, CURLOPT_MAIL_FROM, from.c_str());
    set(curl, CURLOPT_UPLOAD, 1L);
    set(curl, CURLOPT_READFUNCTION, &modelwatch_smtp_read);
    set(curl, CURLOPT_SEEKFUNCTION, &modelwatch_smtp_seek);
    set(curl, CURLOPT_HEADERFUNCTION, &modelwatch_smtp_reply);
    set(curl, CURLOPT_WRITEFUNCTION, &modelwatch_smtp_ignore);
    set(curl, CURLOPT_NOPROGRESS, 0L);
    set(curl, CURLOPT_XFERINFOFUNCTION, &modelwatch_smtp_progress);
    return handle;
}

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

/// Failures of the way to the server, not answers of it: whatever it said before does not judge the mail.
bool is_answer(CURLcode code) {
    return code == CURLE_LOGIN_DENIED ||
           (!ends_session(code) && code != CURLE_RECV_ERROR && code != CURLE_GOT_NOTHING);
}

std::string words_for(CURLcode code, transaction const& job) {
    switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
        return "stopped because modelwatch is stopping";
    case CURLE_USE_SSL_FAILED:
        return "the server offers no STARTTLS: nothing was sent in clear (use smtps:// or turn STARTTLS on)";
    case CURLE_LOGIN_DENIED:
        return "the server did not accept username and password: " + job.last_reply;
    case CURLE_PEER_FAILED_VERIFICATION:
        return fmt::format("the server's certificate is not trusted: {}", job.problem.data());
    case CURLE_OPERATION_TIMEDOUT:
        return fmt::format("no answer in time: {}", job.problem.data());
    default:
        break;
    }
    auto const problem = job.problem[0] != '\0' ? std::string{job.problem.data()} : curl_easy_strerror(code);
    return is_answer(code) && !job.last_reply.empty() ? job.last_reply : problem;
}

recipient_outcome outcome_of(CURLcode code, long status, transaction const& job, secrets const& hidden) {
    recipient_outcome out;
    out.status = status >= 200 && status < 600 ? static_cast<unsigned>(status) : 0;
    if (code == CURLE_OK) {
        out.what = recipient_outcome::kind::delivered;
        out.answer = hidden.clean(job.last_reply.empty() ? "250" : job.last_reply);
        return out;
    }
    out.ends_session = ends_session(code);
    bool const refused = is_answer(code) && status >= 500 && status < 600;
    out.what = refused ? recipient_outcome::kind::refused : recipient_outcome::kind::pending;
    if (!is_answer(code)) out.status = 0;
    out.answer = hidden.clean(words_for(code, job));
    return out;
}

recipient_outcome send_one(
    CURL* curl,
    std::string const& recipient,
    mail_job const& mail,
    secrets const& hidden,
    abort_flag const& aborted
) {
    transaction job;
    job.bytes = mail.bytes;
    job.aborted = &aborted;
    std::unique_ptr<curl_slist, list_deleter> const list{curl_slist_append(nullptr, recipient.c_str())};
    set(curl, CURLOPT_MAIL_RCPT, list.get());
    set(curl, CURLOPT_READDATA, &job);
    set(curl, CURLOPT_SEEKDATA, &job);
    set(curl, CURLOPT_HEADERDATA, &job);
    set(curl, CURLOPT_XFERINFODATA, &job);
    set(curl, CURLOPT_ERRORBUFFER, job.problem.data());
    set(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.bytes.size()));
    auto const code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    // The next perform and the clean-up must not find pointers into this frame.
    set(curl, CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
    set(curl, CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
    auto out = outcome_of(code, status, job, hidden);
    out.address = recipient;
    return out;
}

} // namespace

smtp_server parse_smtp_url(std::string_view url, std::string_view ehlo_name) {
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
        dot_atom(ehlo_name, "localhost")
    );
    return server;
}

std::vector<recipient_outcome> send_over_smtp(
    smtp_server const& server, mail_job const& job, secrets const& hidden, abort_flag const& aborted
) {
    auto const session = open_session(server, job.from);
    auto const end = std::chrono::steady_clock::now() + 4 * server.timeout;
    std::vector<recipient_outcome> outcomes;
    for (auto const& recipient : job.recipients) {
        auto const left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0) break;
        set(session.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(std::min(left, server.timeout).count()));
        outcomes.push_back(send_one(session.get(), recipient, job, hidden, aborted));
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
