#include "tests/report/samples.hpp"
#include "tests/support/catch.hpp"

using namespace report_test;

TEST_CASE("formats are known by the words of the command line", "[report]") {
    CHECK(report::parse_format("html") == report::format::html);
    CHECK(report::to_string(report::format::cyclonedx) == "cyclonedx");
    CHECK_FALSE(report::parse_format("pdf"));
}
