#pragma once

#include "daemon/net/http.hpp"
#include "daemon/net/trouble.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace modelwatch::net {

/// What an answer may cost us.
struct answer_bounds {
    std::uint64_t max_body = 0;
    bool cut_at_max = false;
    std::size_t max_header_bytes = 64u << 10;
    bool without_body = false; ///< the answer to HEAD, or to CONNECT
};

/// Puts Beast's parser events straight into an http_response: no second container of fields, no second copy
/// of the body. Adds the bounds that Beast does not have (all header bytes together, number of fields) and is
/// stricter about codings: the only transfer coding we take is chunked, the only content coding of a success
/// is identity.
class answer_parser final : public boost::beast::http::basic_parser<false> {
public:
    answer_parser(http_response& into, answer_bounds const& bounds);

    [[nodiscard]] bool was_cut() const noexcept { return cut_; }

    /// Our own reason for stopping; empty when the fault is one of syntax.
    [[nodiscard]] trouble const& objection() const noexcept { return objection_; }

private:
    using error_code = boost::beast::error_code;
    using text = boost::beast::string_view;

    void on_request_impl(boost::beast::http::verb, text, text, int, error_code&) override {}

    void on_response_impl(int code, text reason, int version, error_code& failure) override;
    void
    on_field_impl(boost::beast::http::field name, text raw_name, text value, error_code& failure) override;

    void on_header_impl(error_code&) override {}

    void on_body_init_impl(boost::optional<std::uint64_t> const& length, error_code& failure) override;
    std::size_t on_body_impl(text piece, error_code& failure) override;

    void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t remain, text piece, error_code& failure) override;

    void on_finish_impl(error_code&) override {}

    void object(errc code, std::string reason, error_code& failure);

    http_response& into_;
    answer_bounds const& bounds_;
    trouble objection_;
    std::size_t header_bytes_ = 0;
    bool in_body_ = false;
    bool encoded_ = false;
    bool cut_ = false;
};

/// Turns the bytes of a connection into one answer, whatever pieces they come in. Knows nothing of sockets.
class answer_reader {
public:
    explicit answer_reader(answer_bounds bounds);
    answer_reader(answer_reader const&) = delete;
    answer_reader& operator=(answer_reader const&) = delete;
    ~answer_reader();

    /// Where the next bytes go; never empty.
    [[nodiscard]] std::span<char> space();

    /// `count` bytes were put into space().
    void received(std::size_t count);

    /// No more bytes come. Only an end in good order may finish an answer that did not announce its length.
    void ended(bool in_good_order);

    /// The answer is complete, cut at our own wish, or broken.
    [[nodiscard]] bool finished() const noexcept { return finished_; }

    [[nodiscard]] std::optional<trouble> const& failure() const noexcept { return failure_; }

    /// Whether any byte has come.
    [[nodiscard]] bool begun() const noexcept { return begun_; }

    /// Whether another request may follow on the same connection.
    [[nodiscard]] bool reusable() const noexcept { return reusable_; }

    /// Bytes came after the end of the answer.
    [[nodiscard]] bool has_left_over() const noexcept { return begin_ != end_; }

    [[nodiscard]] http_response& response() noexcept { return response_; }

private:
    void parse();
    void after(boost::beast::error_code const& failure);
    void complete();
    void start_over();
    void fail(errc code, std::string reason);

    answer_bounds bounds_;
    http_response response_;
    std::optional<answer_parser> parser_;
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    unsigned interim_answers_ = 0;
    bool begun_ = false;
    bool finished_ = false;
    bool reusable_ = false;
    std::optional<trouble> failure_;
};

} // namespace modelwatch::net
