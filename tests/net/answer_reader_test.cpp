#include "daemon/net/answer_reader.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

using namespace modelwatch;

namespace {

net::answer_bounds bounds(std::uint64_t max_body = 1000) {
    net::answer_bounds made;
    made.max_body = max_body;
    made.max_header_bytes = 4096;
    return made;
}

void feed(net::answer_reader& reader, std::string_view bytes, std::size_t piece) {
    while (!bytes.empty() && !reader.finished()) {
        auto const room = reader.space();
        auto const size = std::min({piece, room.size(), bytes.size()});
        std::memcpy(room.data(), bytes.data(), size);
        reader.received(size);
        bytes.remove_prefix(size);
    }
}

/// Feeds in pieces of every size from one byte up: the outcome may not depend on it.
template <class Check>
void for_every_split(net::answer_bounds limits, std::string const& bytes, Check check) {
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        CAPTURE(piece);
        net::answer_reader reader{limits};
        feed(reader, bytes, piece);
        check(reader);
    }
}

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) {
        all.append(text);
    }
    return all;
}

} // namespace

TEST_CASE("an answer with a length reads the same in whatever pieces it comes", "[net]") {
    for_every_split(
        bounds(),
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello",
        [](net::answer_reader& reader) {
            REQUIRE(reader.finished());
            REQUIRE_FALSE(reader.failure());
            REQUIRE(reader.reusable());
            REQUIRE(reader.response().status == 200);
            REQUIRE(reader.response().reason == "OK");
            REQUIRE(reader.response().header("x-a") == "b");
            REQUIRE(reader.response().body == "hello");
        }
    );
}

TEST_CASE(
    "a chunked answer reads the same in whatever pieces it comes, its trailers count for nothing", "[net]"
) {
    for_every_split(
        bounds(),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;ext=1\r\nhel\r\n2\r\nlo\r\n0\r\nX-Repo-Commit: evil\r\n\r\n",
        [](net::answer_reader& reader) {
            REQUIRE(reader.finished());
            REQUIRE(reader.reusable());
            REQUIRE(reader.response().body == "hello");
            REQUIRE_FALSE(reader.response().has("x-repo-commit"));
        }
    );
}

TEST_CASE("interim answers are skipped with their headers", "[net]") {
    for_every_split(
        bounds(),
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 204 No Content\r\nA: b\r\n\r\n",
        [](net::answer_reader& reader) {
            REQUIRE(reader.finished());
            REQUIRE(reader.reusable());
            REQUIRE(reader.response().status == 204);
            REQUIRE(reader.response().headers.size() == 1);
        }
    );
}

TEST_CASE("endless interim answers and unasked protocol switches are malformed", "[net]") {
    net::answer_reader endless{bounds()};
    feed(endless, repeated("HTTP/1.1 100 Continue\r\n\r\n", 50), 1000);
    REQUIRE(endless.failure()->code == errc::malformed);
    net::answer_reader switched{bounds()};
    feed(switched, "HTTP/1.1 101 Switching Protocols\r\n\r\n", 1000);
    REQUIRE(switched.failure()->code == errc::malformed);
}

TEST_CASE("answers to HEAD, 204 and 304 have no body whatever length they announce", "[net]") {
    auto head = bounds();
    head.without_body = true;
    net::answer_reader answered{head};
    feed(answered, "HTTP/1.1 200 OK\r\nContent-Length: 999999\r\nContent-Encoding: gzip\r\n\r\n", 1000);
    REQUIRE(answered.finished());
    REQUIRE(answered.reusable());
    REQUIRE(answered.response().header("content-length") == "999999");
    net::answer_reader unchanged{bounds()};
    feed(unchanged, "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", 1000);
    REQUIRE(unchanged.reusable());
}

TEST_CASE("an answer without a length ends only by an end in good order", "[net]") {
    constexpr auto bytes = "HTTP/1.1 200 OK\r\n\r\nall of it";
    net::answer_reader whole{bounds()};
    feed(whole, bytes, 1000);
    REQUIRE_FALSE(whole.finished());
    whole.ended(true);
    REQUIRE(whole.finished());
    REQUIRE_FALSE(whole.failure());
    REQUIRE_FALSE(whole.reusable());
    REQUIRE(whole.response().body == "all of it");

    net::answer_reader truncated{bounds()};
    feed(truncated, bytes, 1000);
    truncated.ended(false);
    REQUIRE(truncated.failure()->code == errc::cut);
}

TEST_CASE("an end inside header, body or chunk is a cut, an end before any byte is no answer", "[net]") {
    for (std::string const bytes :
         {"HTTP/1.1 200",
          "HTTP/1.1 200 OK\r\nA: b\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
          "HTTP/1.1 100 Continue\r\n\r\n"}) {
        CAPTURE(bytes);
        net::answer_reader reader{bounds()};
        feed(reader, bytes, 1000);
        reader.ended(true);
        REQUIRE(reader.failure()->code == errc::cut);
    }
    net::answer_reader silent{bounds()};
    silent.ended(true);
    REQUIRE(silent.failure()->code == errc::unreachable);
}

TEST_CASE(
    "a body over the bound fails before it is read, when announced, and as soon as it passes, when not",
    "[net]"
) {
    for (std::string const bytes :
         {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n",
          "HTTP/1.1 200 OK\r\n\r\n12345678901"}) {
        CAPTURE(bytes);
        net::answer_reader reader{bounds(10)};
        feed(reader, bytes, 7);
        REQUIRE(reader.finished());
        REQUIRE(reader.failure());
        REQUIRE(reader.failure()->code == errc::too_large);
    }
}

TEST_CASE("a caller that wants only the first bytes gets exactly those", "[net]") {
    auto limits = bounds(4);
    limits.cut_at_max = true;
    for (std::string const bytes :
         {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n12345678901",
          "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n1234",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n123\r\n5\r\n45678\r\n",
          "HTTP/1.1 200 OK\r\n\r\n12345678901"}) {
        for_every_split(limits, bytes, [](net::answer_reader& reader) {
            REQUIRE(reader.finished());
            REQUIRE_FALSE(reader.failure());
            REQUIRE(reader.response().body_was_cut);
            REQUIRE_FALSE(reader.reusable());
            REQUIRE(reader.response().body == "1234");
        });
    }
    net::answer_reader fits{limits};
    feed(fits, "HTTP/1.1 206 Partial\r\nContent-Length: 4\r\n\r\n1234", 1000);
    REQUIRE(fits.finished());
    REQUIRE_FALSE(fits.response().body_was_cut);
    REQUIRE(fits.reusable());
}

TEST_CASE("headers are bounded in bytes and number, also when they drip in", "[net]") {
    auto const many = "HTTP/1.1 200 OK\r\n" + repeated("A: b\r\n", 2000) + "\r\n";
    auto const long_one = "HTTP/1.1 200 OK\r\nA: " + std::string(100'000, 'b') + "\r\n\r\n";
    auto const long_line = "HTTP/1.1 200 " + std::string(100'000, 'b');
    auto const wide = "HTTP/1.1 200 OK\r\n" + repeated("A: " + std::string(1000, 'b') + "\r\n", 10) + "\r\n";
    for (auto const& bytes : {many, long_one, long_line, wide}) {
        for (std::size_t const piece : {std::size_t{6}, std::size_t{100'000}}) {
            CAPTURE(bytes.size(), piece);
            net::answer_reader reader{bounds()};
            feed(reader, bytes, piece);
            REQUIRE(reader.finished());
            REQUIRE(reader.failure());
            REQUIRE(reader.failure()->code == errc::too_large);
        }
    }
}

TEST_CASE("an endless chunk extension is refused", "[net]") {
    net::answer_reader reader{bounds()};
    feed(reader, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;" + std::string(200'000, 'a'), 5000);
    REQUIRE(reader.finished());
    REQUIRE(reader.failure());
}

TEST_CASE("an answer that breaks the protocol is malformed", "[net]") {
    for (std::string const bytes :
         {"SSH-2.0-OpenSSH_9.2\r\n",
          "<html>no</html>\r\n\r\n",
          "HTTP/2.0 200 OK\r\n\r\n",
          "HTTP/1.1 2xx OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n"}) {
        CAPTURE(bytes);
        net::answer_reader reader{bounds()};
        feed(reader, bytes, 1000);
        REQUIRE(reader.finished());
        REQUIRE(reader.failure());
        REQUIRE(reader.failure()->code == errc::malformed);
    }
}

TEST_CASE("a compressed success is malformed, because plain bytes were asked for", "[net]") {
    net::answer_reader success{bounds()};
    feed(success, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nzz", 1000);
    REQUIRE(success.failure()->code == errc::malformed);
    net::answer_reader failing{bounds()};
    feed(failing, "HTTP/1.1 503 Busy\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nzz", 1000);
    REQUIRE_FALSE(failing.failure());
    REQUIRE(failing.response().status == 503);
}

TEST_CASE("a connection is not used again after Connection: close, HTTP/1.0 or bytes too many", "[net]") {
    for (std::string const bytes :
         {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na",
          "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"}) {
        CAPTURE(bytes);
        net::answer_reader reader{bounds()};
        feed(reader, bytes, 1000);
        REQUIRE(reader.finished());
        REQUIRE_FALSE(reader.failure());
        REQUIRE(reader.response().body == "a");
        REQUIRE_FALSE(reader.reusable());
    }
}

TEST_CASE("the reason phrase is made harmless for logs", "[net]") {
    net::answer_reader reader{bounds()};
    feed(
        reader, "HTTP/1.1 500 Bad\t\x9b[31m" + std::string(500, 'x') + "\r\nContent-Length: 0\r\n\r\n", 10'000
    );
    REQUIRE(reader.finished());
    REQUIRE_FALSE(reader.failure());
    REQUIRE(reader.response().reason.substr(0, 9) == "Bad??[31m");
    REQUIRE(reader.response().reason.size() == 100);
}
