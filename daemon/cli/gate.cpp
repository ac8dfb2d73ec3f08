#include "daemon/cli/ask.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace modelwatch::cli {

namespace {

/// Rules that fail and that nobody asked to enforce: what a pass alone would hide. Empty: there are none.
std::string not_enforced(json::object const& said) {
    std::vector<std::string> out;
    for (auto const& item : said.at("not_enforced").as_array()) {
        auto const& one = item.as_object();
        auto const until = text_of(one, "accepted_until").substr(0, 10);
        auto const accepted = until.empty() ? std::string{} : fmt::format(", accepted until {}", until);
        out.push_back(fmt::format("{} FAIL{}: {}", text_of(one, "id"), accepted, text_of(one, "why")));
    }
    return out.empty() ? std::string{} : fmt::format("; not enforced: {}", fmt::join(out, "; "));
}

void print(session& s, json::object const& said, bool passed) {
    auto const what = fmt::format("{}@{}", text_of(said, "repo"), short_commit(text_of(said, "commit")));
    auto const age = fmt::format("as of {}", ago(instant_of(said, "as_of"), now_utc()));
    auto const more = not_enforced(said);
    auto const rules = more.empty() ? "within policy" : "within the enforced policies";
    auto const why = passed ? fmt::format("approved, unchanged and {}", rules)
                            : fmt::format("{}", fmt::join(texts_of(said, "reasons"), "; "));
    s.out.line(printable(fmt::format("{}: {}: {}{} ({})", passed ? "pass" : "fail", what, why, more, age)));
}

} // namespace

int run_gate(session& s) {
    auto const& argument = s.what.args.front();
    auto const at = argument.rfind('@');
    if (at == std::string::npos || at == 0 || at + 1 == argument.size()) {
        return report(failure(
            errc::invalid,
            "not REPO@SHA: " + printable(shortened(argument, 200)),
            "name the commit that is to be deployed, in full"
        ));
    }
    json::object const wish{
        {"repo", argument.substr(0, at)}, {"commit", argument.substr(at + 1)}, {"max_age", s.what.max_age}
    };
    auto const said = ask(s, "gate", wish);
    if (!said) return report(said.error());
    // Whatever is not said to pass does not.
    bool const passed = text_of(*said, "verdict") == "pass" && texts_of(*said, "reasons").empty();
    if (s.what.json) {
        print_json(s.out, *said);
    } else {
        print(s, *said, passed);
    }
    return passed ? exit_code::done : exit_code::something_to_report;
}

} // namespace modelwatch::cli
