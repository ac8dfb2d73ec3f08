#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace modelwatch {

/// What kind of failure the outside world handed us. *Absent* (a repo that the hub says is gone) is not in
/// this list: it is an answer, and travels as a value (see standing.hpp).
enum class errc {
    unreachable,  ///< no connection: refused, reset before an answer, proxy down
    unresolved,   ///< the name has no address, or the resolver did not answer
    tls,          ///< certificate not trusted, wrong name, handshake failed
    timeout,      ///< the deadline of the exchange passed
    cut,          ///< the connection ended inside an answer
    too_large,    ///< an answer, a count or a depth over our bound
    malformed,    ///< an answer that breaks its protocol or format
    inconsistent, ///< two answers of one poll contradict each other: nothing may be concluded
    limited,      ///< 429, or our own budget is used up; `retry_after` says for how long
    unauthorized, ///< our token is refused
    refused,      ///< another 4xx: asking again changes nothing
    server_fault, ///< 5xx
    not_found,    ///< a revision or file that does not exist (a repo that is gone is a standing)
    redirect,     ///< a redirect that we may not follow: loop, foreign host, bad target
    invalid,      ///< input of the operator that cannot be used
    storage,      ///< the database or a file on this host
    cancelled,    ///< we are stopping
};

[[nodiscard]] std::string_view to_string(errc code) noexcept;

/// Whether trying the same again later can help without anybody doing anything.
[[nodiscard]] bool retryable(errc code) noexcept;

/// One failure, in words that an operator can act on. Holds no secret and no body.
struct error {
    errc code = errc::invalid;
    std::string what;    ///< "GET huggingface.co/api/models/x: 503 Service Unavailable (request id …)"
    std::string hint;    ///< what to do about it; may be empty
    unsigned status = 0; ///< HTTP or SMTP status, 0 when there was none
    std::optional<std::chrono::seconds> retry_after; ///< the far end's own wish

    /// what, and the hint after a colon-free dash.
    [[nodiscard]] std::string message() const;
};

/// Lets `boost::system::result::value()` throw our error (found by argument-dependent look-up).
[[noreturn]] void throw_exception_from_error(error const& failure, boost::source_location const& where);

/// boost::system::result, but a result that nobody looks at is a compiler warning.
template <class T>
class [[nodiscard]] result : public boost::system::result<T, error> {
    using outcome = boost::system::result<T, error>;

public:
    using outcome::outcome;
};

} // namespace modelwatch
