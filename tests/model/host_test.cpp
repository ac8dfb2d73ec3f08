#include "daemon/model/host.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace modelwatch;

TEST_CASE("this host is localhost and its loopback addresses, however they are written", "[model][host]") {
    for (auto const* host :
         {"localhost",
          "LOCALHOST",
          "localhost.",
          "127.0.0.1",
          "127.255.0.9",
          "::1",
          "[::1]",
          "0:0:0:0:0:0:0:1",
          "[0:0:0:0:0:0:0:1]",
          "[0000:0000:0000:0000:0000:0000:0000:0001]",
          "::ffff:127.0.0.1",
          "[::ffff:127.0.0.1]",
          "[::FFFF:7f00:1]"}) {
        CAPTURE(host);
        CHECK(is_loopback_host(host));
    }
    for (auto const* host :
         {"",
          "[]",
          "0.0.0.0",
          "::",
          "[::]",
          "128.0.0.1",
          "::2",
          "[::ffff:10.0.0.1]",
          "::ffff:0.0.0.0",
          "127.1",
          "2130706433",
          "[127.0.0.1]",
          "127.example.com",
          "127.0.0.1.evil.example",
          "localhost.evil.example",
          "[localhost]",
          "example"}) {
        CAPTURE(host);
        CHECK_FALSE(is_loopback_host(host));
    }
}

TEST_CASE("what only this host can reach is local", "[model][host]") {
    for (auto const* listen :
         {"",
          "unix:/run/x.sock",
          "127.0.0.1:1",
          "127.8.8.8:1",
          "[::1]:1",
          "[0:0:0:0:0:0:0:1]:8417",
          "[::ffff:127.0.0.1]:8417",
          "localhost:1",
          "Localhost:1"}) {
        CAPTURE(listen);
        CHECK(is_local_listen(listen));
    }
    for (auto const* listen :
         {"0.0.0.0:1",
          "[::]:1",
          "10.0.0.1:1",
          "corp.example:1",
          "127.0.0.1.example:1",
          "127.example.com:80",
          "[::2]:1",
          "[::ffff:10.0.0.1]:1"}) {
        CAPTURE(listen);
        CHECK_FALSE(is_local_listen(listen));
    }
}

TEST_CASE("a full host name has a domain", "[model][host]") {
    for (auto const* name : {"mon.corp.example", "a.b", "vm-1.internal", "xn--bcher-kva.example", "9.a9"}) {
        CAPTURE(name);
        CHECK(is_full_host_name(name));
    }
    for (auto const& name : std::vector<std::string>{
             "",
             "vm",
             "localhost",
             "a.",
             ".a",
             "a..b",
             "-a.b",
             "a-.b",
             "my_vm.corp.example",
             "10.0.0.1",
             "a.1",
             "a b.c",
             "a.b\r\n",
             "b\xC3\xBC.example",
             std::string(64, 'a') + ".b"
         }) {
        CAPTURE(name);
        CHECK_FALSE(is_full_host_name(name));
    }
}

TEST_CASE("an address literal is an address in brackets, of IPv6 with its tag", "[model][host]") {
    for (auto const* text : {"[192.0.2.7]", "[IPv6:2001:db8::7]", "[ipv6:::1]"}) {
        CAPTURE(text);
        CHECK(is_address_literal(text));
    }
    for (auto const* text :
         {"", "[]", "192.0.2.7", "[::1]", "[vm]", "[192.0.2]", "[IPv6:192.0.2.7]", "[IPv6:]"}) {
        CAPTURE(text);
        CHECK_FALSE(is_address_literal(text));
    }
}

TEST_CASE("a mail client calls itself by its full name, else by its address", "[model][host]") {
    CHECK(greeting_name("mon.corp.example", "192.0.2.7") == "mon.corp.example");
    CHECK(greeting_name("mon.corp.example.", "192.0.2.7") == "mon.corp.example");
    CHECK(greeting_name("vm", "192.0.2.7") == "[192.0.2.7]");
    CHECK(greeting_name("my_vm.corp.example", "2001:db8::7") == "[IPv6:2001:db8::7]");
    CHECK(greeting_name("vm", "") == "[127.0.0.1]");
    CHECK(greeting_name("vm\r\nX: y.z", "no address") == "[127.0.0.1]");
}
