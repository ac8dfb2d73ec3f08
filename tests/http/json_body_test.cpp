#include "daemon/http/json_body.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace modelwatch;
using namespace modelwatch::http;

TEST_CASE("a body is one object whose names come once", "[http]") {
    CHECK(read_json_body("{}"));
    CHECK(read_json_body(R"({"a": ":\":", "b\"": {"a": [1, {"a": 2}]}, "c\\": "\\"})"));
    for (std::string const bad :
         {"",
          "[]",
          "1",
          "{",
          "{}x",
          "{\"a\":1,}",
          "{\"a\":NaN}",
          "{\"a\":\"\xff\"}",
          R"({"a":1,"a":1})",
          R"({"a":1,"\u0061":1})",
          R"({"x":[{"a":1,"a":2}]})",
          R"({"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}})"}) {
        INFO(bad);
        CHECK_FALSE(read_json_body(bad));
    }
}
