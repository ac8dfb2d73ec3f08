#include "daemon/notify/smtp_session.hpp"

#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace modelwatch::notify {

namespace {

struct list_deleter {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

/// Writing to a connection that the server has closed must not end the program: libcurl leaves that signal
/// alone when CURLOPT_NOSIGNAL is set.
class broken_pipe_ignored {
public:
    broken_pipe_ignored() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }

    broken_pipe_ignored(broken_pipe_ignored const&) = delete;
    broken_pipe_ignored& operator=(broken_pipe_ignored const&) = delete;

    ~broken_pipe_ignored() {
        timespec const now{};
        sigtimedwait(&pipe_, nullptr, &now);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t pipe_{};
    sigset_t before_{};
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
    if (!line.starts_with("221")) job.last_reply = trimmed(line.substr(0, 1000));
    return size * count;
}

std::size_t modelwatch_smtp_ignore(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

/// Called at least once a second, also while libcurl waits for an answer.
int modelwatch_smtp_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& job = *static_cast<transaction*>(user);
    job.late = std::chrono::steady_clock::now() >= job.end;
    if (!job.late && !job.aborted->load()) return 0;
    job.sockets->cut();
    return 1;
}

curl_socket_t modelwatch_smtp_open(void* user, curlsocktype, curl_sockaddr* to) {
    auto const made = ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    if (made >= 0) static_cast<open_sockets*>(user)->all.push_back(made);
    return made;
}

int modelwatch_smtp_close(void* user, curl_socket_t closed) {
    std::erase(static_cast<open_sockets*>(user)->all, closed);
    return ::close(closed);
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

} // namespace

void open_sockets::cut() const noexcept {
    for (auto const one : all)
        ::shutdown(one, SHUT_RDWR);
}

smtp_session::smtp_session(smtp_server const& server, std::string const& from) {
    static CURLcode const ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    handle_.reset(ready == CURLE_OK ? curl_easy_init() : nullptr);
    if (!handle_) throw std::runtime_error("libcurl cannot be initialised");
    auto* const curl = handle_.get();
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
    set(curl, CURLOPT_OPENSOCKETFUNCTION, &modelwatch_smtp_open);
    set(curl, CURLOPT_OPENSOCKETDATA, &sockets_);
    set(curl, CURLOPT_CLOSESOCKETFUNCTION, &modelwatch_smtp_close);
    set(curl, CURLOPT_CLOSESOCKETDATA, &sockets_);
    set(curl, CURLOPT_MAIL_FROM, from.c_str());
    set(curl, CURLOPT_UPLOAD, 1L);
    set(curl, CURLOPT_READFUNCTION, &modelwatch_smtp_read);
    set(curl, CURLOPT_SEEKFUNCTION, &modelwatch_smtp_seek);
    set(curl, CURLOPT_HEADERFUNCTION, &modelwatch_smtp_reply);
    set(curl, CURLOPT_WRITEFUNCTION, &modelwatch_smtp_ignore);
    set(curl, CURLOPT_NOPROGRESS, 0L);
    set(curl, CURLOPT_XFERINFOFUNCTION, &modelwatch_smtp_progress);
}

smtp_session::~smtp_session() {
    broken_pipe_ignored const guard;
    // A connection that is still open here belongs to a transaction that went wrong: no good-bye.
    sockets_.cut();
    handle_.reset();
}

transaction_report smtp_session::send(
    std::string const& recipient,
    std::string const& bytes,
    abort_flag const& aborted,
    std::chrono::steady_clock::time_point end,
    bool last
) {
    broken_pipe_ignored const guard;
    auto* const curl = handle_.get();
    transaction job;
    job.bytes = bytes;
    job.aborted = &aborted;
    job.end = end;
    job.sockets = &sockets_;
    std::unique_ptr<curl_slist, list_deleter> const list{curl_slist_append(nullptr, recipient.c_str())};
    set(curl, CURLOPT_MAIL_RCPT, list.get());
    set(curl, CURLOPT_READDATA, &job);
    set(curl, CURLOPT_SEEKDATA, &job);
    set(curl, CURLOPT_HEADERDATA, &job);
    set(curl, CURLOPT_XFERINFODATA, &job);
    set(curl, CURLOPT_ERRORBUFFER, job.problem.data());
    set(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(bytes.size()));
    set(curl, CURLOPT_FORBID_REUSE, last ? 1L : 0L);
    transaction_report report;
    report.code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &report.status);
    // Nothing may point into this frame afterwards.
    set(curl, CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
    set(curl, CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
    // A connection on which something went wrong may hold answers that belong to this mail: never use it
    // again.
    if (report.code != CURLE_OK) sockets_.cut();
    report.late = job.late;
    report.last_reply = job.last_reply;
    report.problem = job.problem[0] != '\0' ? job.problem.data() : curl_easy_strerror(report.code);
    return report;
}

} // namespace modelwatch::notify
