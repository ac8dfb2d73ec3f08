#pragma once

#include "daemon/notify/smtp.hpp"

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::notify {

/// The sockets that libcurl has open for a session, so that they can be cut.
struct open_sockets {
    std::vector<curl_socket_t> all;

    /// From now on every wait on them ends at once. libcurl would wait two minutes for the answer to a QUIT.
    void cut() const noexcept;
};

/// One mail to one recipient, as libcurl's callbacks see it.
struct transaction {
    std::string_view bytes;
    std::size_t sent = 0;
    std::string last_reply; ///< last line that the server said, but for its good-bye
    abort_flag const* aborted = nullptr;
    std::chrono::steady_clock::time_point end;
    bool late = false;
    open_sockets const* sockets = nullptr;
    std::array<char, CURL_ERROR_SIZE> problem{};
};

/// What libcurl made of a transaction.
struct transaction_report {
    CURLcode code = CURLE_OK;
    long status = 0; ///< of the server's last answer; 0: none
    bool late = false;
    std::string last_reply;
    std::string problem;
};

/// One libcurl handle: one connection after the other to one server. Verifies it, and speaks only inside TLS.
class smtp_session {
public:
    smtp_session(smtp_server const& server, std::string const& from);
    smtp_session(smtp_session const&) = delete;
    smtp_session& operator=(smtp_session const&) = delete;
    ~smtp_session();

    /// `last`: hang up afterwards.
    transaction_report send(
        std::string const& recipient,
        std::string const& bytes,
        abort_flag const& aborted,
        std::chrono::steady_clock::time_point end,
        bool last
    );

private:
    struct easy_deleter {
        void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
    };

    open_sockets sockets_; ///< outlives the handle
    std::unique_ptr<CURL, easy_deleter> handle_;
};

} // namespace modelwatch::notify
