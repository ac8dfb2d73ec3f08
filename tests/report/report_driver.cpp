#include "tests/report/samples.hpp"

#include <iostream>

using namespace report_test;

/// report_driver FORMAT SAMPLE…: prints the named samples on stdout.
int main(int argc, char const* const* argv) {
    if (argc < 3) return 2;
    auto const how = report::parse_format(argv[1]);
    if (!how) return 2;
    std::deque<sample> shown;
    for (int i = 2; i < argc; ++i) {
        std::string_view const name = argv[i];
        if (name == "falcon")
            shown.push_back(falcon());
        else if (name == "gemma")
            shown.push_back(gemma());
        else if (name == "thebloke")
            shown.push_back(thebloke());
        else if (name == "unreachable")
            shown.push_back(unreachable());
        else if (name == "hostile")
            shown.push_back(hostile());
        else
            return 2;
    }
    report::style with;
    with.version = "1.2.3";
    std::cout << report::render(*how, views(shown), with);
    return 0;
}
