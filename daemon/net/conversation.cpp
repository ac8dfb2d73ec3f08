#include "daemon/net/conversation.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/system/system_error.hpp>

namespace modelwatch::net {

namespace {

void rethrow_cancellation(boost::system::error_code const& failure, time_limit const& limit) {
    if (failure == asio::error::operation_aborted && !limit.passed()) {
        throw boost::system::system_error(failure);
    }
}

/// Why no answer came. OpenSSL's own errors are told apart: over TLS 1.3 a server that wants a client
/// certificate says so only now.
trouble explain_silence(boost::system::error_code const& failure) {
    if (failure.category() == asio::error::get_ssl_category()) {
        return {errc::tls, "TLS failed: " + failure.message(), {}};
    }
    if (failure == asio::error::eof || failure == asio::ssl::error::stream_truncated) {
        return {errc::unreachable, "the server closed the connection without an answer", {}};
    }
    return {errc::unreachable, "the connection broke before an answer: " + failure.message(), {}};
}

} // namespace

asio::awaitable<talk_outcome>
talk(connection& link, std::string_view wire, answer_reader& reader, time_limit& limit) {
    time_limit::guard const guard{limit, link};
    talk_outcome outcome;
    auto const [write_failure, written] = co_await link.write(wire);
    rethrow_cancellation(write_failure, limit);
    outcome.nothing_written = write_failure && written == 0 && !link.is_tls();

    // Even when not all could be written: a server that refuses a long body answers and closes.
    while (!reader.finished() && !limit.passed()) {
        auto const room = reader.space();
        auto const [failure, count] = co_await link.read_some(room);
        if (count != 0) {
            reader.received(count);
        }
        if (!failure) {
            continue;
        }
        rethrow_cancellation(failure, limit);
        if (!reader.begun()) {
            outcome.failure = explain_silence(write_failure ? write_failure : failure);
            break;
        }
        reader.ended(connection::is_clean_end(failure));
    }
    if (limit.passed() && !(reader.finished() && !reader.failure())) {
        outcome.failure =
            trouble{errc::timeout, reader.begun() ? "reading the answer" : "waiting for the answer", {}};
    } else if (reader.failure()) {
        outcome.failure = reader.failure();
    }
    co_return outcome;
}

} // namespace modelwatch::net
