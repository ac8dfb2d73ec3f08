#include "daemon/http/server.hpp"
#include "daemon/http/target.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <filesystem>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace modelwatch;
using namespace modelwatch::http;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

constexpr auto quiet = asio::as_tuple(asio::use_awaitable);

/// A server on a free port whose handler counts what reaches it.
struct fixture {
    asio::io_context io;
    std::vector<request> seen;
    std::unique_ptr<server> far_end;
    modelwatch::test::run_state ended;

    explicit fixture(server_limits limits = {}, std::string const& listen = "127.0.0.1:0") {
        auto answer = [this](request what) -> asio::awaitable<response> {
            seen.push_back(what);
            co_return response{200, "text/plain", "hello " + what.method};
        };
        auto made = make_server(io.get_executor(), listen, limits, answer);
        REQUIRE(made.has_value());
        far_end = std::move(*made);
        modelwatch::test::start_awaitable(io, far_end->run(), ended);
    }

    ~fixture() {
        far_end->close();
        io.restart();
        io.run_for(5s);
        CHECK(ended.finished);
    }

    [[nodiscard]] asio::ip::tcp::endpoint where() const {
        auto const text = far_end->where();
        auto const port = static_cast<unsigned short>(std::stoi(text.substr(text.rfind(':') + 1)));
        return {asio::ip::address_v4::loopback(), port};
    }

    /// Everything that comes back for these bytes until the server closes or `most` bytes are there.
    std::string send(std::string bytes, bool finish = true) {
        return modelwatch::test::run_awaitable(io, exchange(std::move(bytes), finish));
    }

    asio::awaitable<std::string> exchange(std::string bytes, bool finish) {
        asio::ip::tcp::socket socket{io};
        auto const [refused] = co_await socket.async_connect(where(), quiet);
        if (refused) co_return std::string{};
        auto const [unsent, count] = co_await asio::async_write(socket, asio::buffer(bytes), quiet);
        boost::system::error_code ignored;
        if (finish && !unsent) socket.shutdown(asio::socket_base::shutdown_send, ignored);
        std::string out;
        [[maybe_unused]] auto const [failure, size] =
            co_await asio::async_read(socket, asio::dynamic_buffer(out, 1u << 20), quiet);
        co_return out;
    }
};

std::string const plain = "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

} // namespace

TEST_CASE("requests of one connection are answered in order until it closes", "[http]") {
    fixture f;
    auto const out = f.send(plain + "HEAD /y?z=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    REQUIRE(f.seen.size() == 2);
    CHECK(f.seen[1].asked("z") == "1");
    CHECK_THAT(out, StartsWith("HTTP/1.1 200 OK\r\n"));
    CHECK_THAT(out, Contains("hello GET"));
    CHECK_THAT(out, !Contains("hello HEAD"));
    CHECK_THAT(out, Contains("Content-Length: 10\r\n"));
}

TEST_CASE("a body arrives whole", "[http]") {
    fixture f;
    auto const out =
        f.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    REQUIRE(f.seen.size() == 1);
    CHECK(f.seen[0].body == "hello");
    CHECK_THAT(out, Contains("hello POST"));
}

TEST_CASE("nothing of a bad request reaches the handler, and nothing behind it is read", "[http]") {
    struct bad_request {
        std::string bytes;
        std::string status;
    };

    std::string const head = "POST /x HTTP/1.1\r\nHost: a\r\n";
    std::vector<bad_request> const bad{
        {"\x16\x03\x01\x02\x00\x01", "400"},
        {"GET\r\n\r\n", "400"},
        {"GET /x\r\n\r\n", "400"},
        {"GET /x HTTP/2.0\r\nHost: a\r\n\r\n", "50"},
        {"GET /x HTTP/1.1\r\n\r\n", "400"},
        {"GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
        {"GET http://other/x HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
        {"GET /../x HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
        {"GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
        {"GET /x HTTP/1.1\r\nHost: a\r\nX: a\x01z\r\n\r\n", "400"},
        {"GET /x HTTP/1.1\r\nHost : a\r\n\r\n", "400"},
        {"DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n", "405"},
        {"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "405"},
        {"TRACE /x HTTP/1.1\r\nHost: a\r\n\r\n", "405"},
        {"BREW /x HTTP/1.1\r\nHost: a\r\n\r\n", "405"},
        {head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + plain, "501"},
        {head + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + plain, ""},
        {head + "Content-Length: 4\r\nTransfer-Encoding: identity\r\n\r\nabcd" + plain, ""},
        {head + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd" + plain, "400"},
        {head + "Content-Length: 4, 4\r\n\r\nabcd", "400"},
        {head + "Content-Length: -1\r\n\r\n", "400"},
        {head + "Content-Length: 99999999999999999999\r\n\r\n", "400"},
        {head + "Content-Length: 999999999\r\n\r\n", "413"},
        {head + "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", "415"},
        {"GET /x HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "400"},
        {"GET /x HTTP/1.1\r\nHost: a\r\nX: a\r\n\tTransfer-Encoding: chunked\r\n\r\n", "400"},
        {"GET /x HTTP/1.1\r\n folded: a\r\nHost: a\r\n\r\n", "400"},
        {head + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\na", "417"},
        {head + "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n", "501"},
        {"GET /x HTTP/1.1\r\nHost: a\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n", "431"},
        {"GET /" + std::string(40'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", "4"},
        {"GET /" + std::string(max_target, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
    };
    for (auto const& one : bad) {
        INFO(one.bytes.substr(0, 80));
        fixture f;
        auto const out = f.send(one.bytes);
        CHECK_THAT(out, StartsWith("HTTP/1.1 " + (one.status.empty() ? "" : one.status)));
        CHECK_THAT(out, Contains("Connection: close\r\n"));
        CHECK(f.seen.empty());
        CHECK(out.find("200 OK") == std::string::npos);
    }
}

TEST_CASE("a request that never ends is cut off, and the others are served meanwhile", "[http]") {
    server_limits limits;
    limits.request_time = 100ms;
    limits.idle_time = 100ms;
    fixture f{limits};
    CHECK_THAT(f.send("GET /x HTTP/1.1\r\nHo", false), StartsWith("HTTP/1.1 408"));
    CHECK(f.send("", false).empty());
    CHECK(f.seen.empty());
    CHECK_THAT(f.send(plain), StartsWith("HTTP/1.1 200"));
}

TEST_CASE("one connection too many is told so while the others speak", "[http]") {
    server_limits limits;
    limits.max_connections = 1;
    fixture f{limits};
    asio::ip::tcp::socket holder{f.io};
    holder.connect(f.where());
    asio::write(holder, asio::buffer(plain.substr(0, 20)));
    f.io.restart();
    f.io.run_for(50ms);
    CHECK_THAT(f.send(plain), StartsWith("HTTP/1.1 503"));
    CHECK(f.seen.empty());
    asio::write(holder, asio::buffer(plain.substr(20)));
    f.io.restart();
    f.io.run_for(50ms);
    CHECK(f.seen.size() == 1);
}

TEST_CASE("a connection that is only held open gives way to one that asks", "[http]") {
    server_limits limits;
    limits.max_connections = 2;
    fixture f{limits};
    std::vector<asio::ip::tcp::socket> holders;
    for (int i = 0; i < 20; ++i) {
        holders.emplace_back(f.io).connect(f.where());
        f.io.restart();
        f.io.run_for(5ms);
    }
    CHECK_THAT(f.send(plain), StartsWith("HTTP/1.1 200"));
    CHECK(f.seen.size() == 1);
}

TEST_CASE("a flood above twice the limit is closed without a word", "[http]") {
    server_limits limits;
    limits.max_connections = 1;
    fixture f{limits};
    std::vector<asio::ip::tcp::socket> flood;
    for (int i = 0; i < 3; ++i) {
        flood.emplace_back(f.io).connect(f.where());
        asio::write(flood.back(), asio::buffer(plain.substr(0, 20)));
        f.io.restart();
        f.io.run_for(5ms);
    }
    std::array<char, 16> out{};
    boost::system::error_code ended;
    CHECK(flood.back().read_some(asio::buffer(out), ended) == 0);
    CHECK(ended);
    CHECK(f.seen.empty());
}

TEST_CASE(
    "a Unix socket serves too, replaces one that a killed daemon left, and goes away in the end", "[http]"
) {
    auto const path =
        std::filesystem::temp_directory_path() / ("modelwatch-http-" + std::to_string(getpid()));
    {
        asio::io_context io;
        asio::local::stream_protocol::acceptor left{
            io, asio::local::stream_protocol::endpoint{path.string()}
        };
    }
    REQUIRE(std::filesystem::is_socket(path));
    {
        fixture f{{}, "unix:" + path.string()};
        auto const talk = [&]() -> asio::awaitable<std::string> {
            asio::local::stream_protocol::socket socket{f.io};
            asio::local::stream_protocol::endpoint const there{path.string()};
            auto const [refused] = co_await socket.async_connect(there, quiet);
            if (refused) co_return std::string{};
            [[maybe_unused]] auto const [unsent, count] =
                co_await asio::async_write(socket, asio::buffer(plain), quiet);
            socket.shutdown(asio::socket_base::shutdown_send);
            std::string out;
            [[maybe_unused]] auto const [failure, size] =
                co_await asio::async_read(socket, asio::dynamic_buffer(out, 1u << 20), quiet);
            co_return out;
        };
        CHECK_THAT(modelwatch::test::run_awaitable(f.io, talk()), Contains("hello GET"));
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a Unix socket has the group and the mode that are asked for", "[http]") {
    fixture f;
    auto const path =
        std::filesystem::temp_directory_path() / ("modelwatch-rights-" + std::to_string(::getpid()));
    auto const answer = [](request) -> asio::awaitable<response> { co_return response{}; };
    auto const own = std::string{::getgrgid(::getegid())->gr_name};

    struct row {
        socket_rights rights;
        unsigned mode;
    };

    auto const row_ =
        GENERATE_COPY(values<row>({{{}, 0660}, {{own, 0660}, 0660}, {{own, 0600}, 0600}, {{"", 0666}, 0666}})
        );
    {
        auto const made = make_server(f.io.get_executor(), "unix:" + path.string(), {}, answer, row_.rights);
        REQUIRE(made.has_value());
        struct stat about{};
        REQUIRE(::stat(path.c_str(), &about) == 0);
        CHECK((about.st_mode & 0777) == row_.mode);
        CHECK(about.st_gid == ::getegid());
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a socket that cannot be given to its group is not left open to another one", "[http]") {
    fixture f;
    auto const path =
        std::filesystem::temp_directory_path() / ("modelwatch-nobody-" + std::to_string(::getpid()));
    auto const answer = [](request) -> asio::awaitable<response> { co_return response{}; };
    auto const made =
        make_server(f.io.get_executor(), "unix:" + path.string(), {}, answer, {"no-such-group", 0660});
    REQUIRE_FALSE(made.has_value());
    CHECK_THAT(made.error().message(), Contains("no-such-group: there is no such group"));
    CHECK_THAT(made.error().message(), Contains("Group=no-such-group"));
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a place that is taken is an error that says what to do", "[http]") {
    fixture f;
    auto const answer = [](request) -> asio::awaitable<response> { co_return response{}; };
    auto const second = make_server(f.io.get_executor(), f.far_end->where(), {}, answer);
    REQUIRE_FALSE(second.has_value());
    CHECK_THAT(second.error().message(), Contains("cannot listen on 127.0.0.1:"));
}
