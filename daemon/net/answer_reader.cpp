#include "daemon/net/answer_reader.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>

#include <algorithm>
#include <cstring>
#include <limits>

namespace modelwatch::net {

namespace {

namespace http = boost::beast::http;

constexpr std::size_t first_capacity = 16u << 10;
constexpr std::size_t most_fields = 256;
constexpr unsigned most_interim_answers = 16;
/// A server that announces much and sends little shall not make us hold much.
constexpr std::uint64_t most_reserved = 4u << 20;

/// The phrase ends up in our error texts and logs: only harmless characters, and not many.
std::string printable(boost::beast::string_view phrase) {
    std::string clean;
    for (char const c : phrase.substr(0, 100)) {
        clean.push_back(c >= ' ' && c <= '~' ? c : '?');
    }
    return clean;
}

} // namespace

answer_parser::answer_parser(http_response& into, answer_bounds const& bounds)
    : into_{into}
    , bounds_{bounds} {
    eager(true);
    skip(bounds.without_body);
    header_limit(static_cast<std::uint32_t>(
        std::min<std::size_t>(bounds.max_header_bytes, std::numeric_limits<std::uint32_t>::max())
    ));
    if (bounds.cut_at_max) {
        body_limit(boost::none);
    } else {
        body_limit(bounds.max_body);
    }
}

void answer_parser::object(errc code, std::string reason, error_code& failure) {
    objection_ = {code, std::move(reason), {}};
    failure = http::error::bad_value;
}

void answer_parser::on_response_impl(int code, text reason, int, error_code&) {
    into_.status = static_cast<unsigned>(code);
    into_.reason = printable(reason);
}

void answer_parser::on_field_impl(http::field name, text raw_name, text value, error_code& failure) {
    if (in_body_) {
        return;
    } // trailers: nothing that matters may come after the body
    header_bytes_ += raw_name.size() + value.size() + 4;
    if (header_bytes_ > bounds_.max_header_bytes || into_.headers.size() >= most_fields) {
        object(errc::too_large, "the header of the answer is over our bound", failure);
        return;
    }
    if (name == http::field::transfer_encoding && !boost::beast::iequals(value, "chunked")) {
        object(errc::malformed, "the answer has a transfer coding that was not asked for", failure);
        return;
    }
    if (name == http::field::content_encoding) {
        encoded_ = !boost::beast::iequals(value, "identity");
    }
    into_.headers.emplace_back(
        std::string{raw_name.data(), raw_name.size()}, std::string{value.data(), value.size()}
    );
}

void answer_parser::on_body_init_impl(boost::optional<std::uint64_t> const& length, error_code& failure) {
    in_body_ = true;
    if (encoded_ && into_.status / 100 == 2) {
        object(errc::malformed, "the answer is compressed although plain bytes were asked for", failure);
        return;
    }
    if (length) {
        into_.body.reserve(static_cast<std::size_t>(std::min({*length, bounds_.max_body, most_reserved})));
    }
}

std::size_t answer_parser::on_body_impl(text piece, error_code& failure) {
    auto const room = bounds_.max_body - into_.body.size();
    auto const taken = static_cast<std::size_t>(std::min<std::uint64_t>(room, piece.size()));
    into_.body.append(piece.data(), taken);
    if (taken < piece.size()) {
        cut_ = bounds_.cut_at_max;
        failure = http::error::body_limit;
    }
    return taken;
}

std::size_t answer_parser::on_chunk_body_impl(std::uint64_t, text piece, error_code& failure) {
    return on_body_impl(piece, failure);
}

answer_reader::answer_reader(answer_bounds bounds)
    : bounds_{bounds}
    , buffer_{std::make_unique_for_overwrite<char[]>(first_capacity)}
    , capacity_{first_capacity} {
    parser_.emplace(response_, bounds_);
}

answer_reader::~answer_reader() = default;

std::span<char> answer_reader::space() {
    return {buffer_.get() + end_, capacity_ - end_};
}

void answer_reader::received(std::size_t count) {
    begun_ = begun_ || count != 0;
    end_ += count;
    if (!finished_) {
        parse();
    }
    if (finished_) {
        return;
    }
    // What the parser could not use yet moves to the front; only a long header ever makes the buffer grow.
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ < capacity_) {
        return;
    }
    if (capacity_ >= bounds_.max_header_bytes + first_capacity) {
        fail(errc::too_large, "the header of the answer is over our bound");
        return;
    }
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_ * 2);
    std::memcpy(larger.get(), buffer_.get(), end_);
    buffer_ = std::move(larger);
    capacity_ *= 2;
}

void answer_reader::parse() {
    while (!finished_ && begin_ < end_) {
        boost::beast::error_code failure;
        begin_ += parser_->put({buffer_.get() + begin_, end_ - begin_}, failure);
        if (failure == http::error::need_more) {
            break;
        }
        after(failure);
    }
}

void answer_reader::after(boost::beast::error_code const& failure) {
    if (parser_->was_cut()) {
        response_.body_was_cut = true;
        finished_ = true;
    } else if (failure == http::error::body_limit) {
        fail(errc::too_large, "the answer is longer than " + std::to_string(bounds_.max_body) + " bytes");
    } else if (failure == http::error::header_limit) {
        fail(errc::too_large, "the header of the answer is over our bound");
    } else if (failure && !parser_->objection().reason.empty()) {
        fail(parser_->objection().code, parser_->objection().reason);
    } else if (failure) {
        fail(errc::malformed, "not a valid HTTP/1.1 answer: " + failure.message());
    } else if (parser_->is_done()) {
        complete();
    } else if (bounds_.cut_at_max && parser_->is_header_done() && parser_->content_length() &&
               response_.body.size() == bounds_.max_body) {
        response_.body_was_cut = true; // more is announced, and we have all that we want
        finished_ = true;
    }
}

void answer_reader::complete() {
    if (response_.status / 100 != 1) {
        finished_ = true;
        reusable_ = parser_->keep_alive() && begin_ == end_;
    } else if (response_.status == 101 || ++interim_answers_ > most_interim_answers) {
        fail(errc::malformed, "an unexpected interim (1xx) answer");
    } else {
        start_over();
    }
}

/// An interim answer (100 Continue, 103 Early Hints) is over; the real one follows.
void answer_reader::start_over() {
    response_ = {};
    parser_.emplace(response_, bounds_);
}

void answer_reader::ended(bool in_good_order) {
    if (finished_) {
        return;
    }
    reusable_ = false;
    if (!begun_) {
        fail(errc::unreachable, "the server closed the connection without an answer");
        return;
    }
    boost::beast::error_code failure = http::error::partial_message;
    if (in_good_order && parser_->got_some()) {
        parser_->put_eof(failure);
    }
    if (failure) {
        fail(errc::cut, "the connection ended inside the answer");
        return;
    }
    finished_ = true;
}

void answer_reader::fail(errc code, std::string reason) {
    failure_ = trouble{code, std::move(reason), {}};
    finished_ = true;
    reusable_ = false;
}

} // namespace modelwatch::net
