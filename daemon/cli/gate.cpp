#include "daemon/gate.hpp"

#include "daemon/assembly.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"
#include "daemon/reviews.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace modelwatch::cli {

namespace {

result<std::optional<std::chrono::seconds>> max_age_of(session const& s) {
    if (s.what.max_age.empty()) return std::optional<std::chrono::seconds>{};
    auto const age = parse_duration(s.what.max_age);
    if (age && age->count() >= 0) return std::optional{*age};
    return failure(
        errc::invalid,
        "--max-age: not a duration: " + printable(shortened(s.what.max_age, 40)),
        "write a whole number and one unit, such as 90m, 2h or 1d"
    );
}

void print(session const& s, gate_answer const& answer, instant now) {
    auto const what = fmt::format("{}@{}", answer.repo, short_commit(answer.commit));
    auto const age = fmt::format("as of {}", ago(answer.as_of, now));
    if (answer.passed()) {
        s.out.line(fmt::format("pass: {}: approved, unchanged and within policy ({})", what, age));
    } else {
        auto const why = printable(fmt::format("{}", fmt::join(answer.reasons, "; ")));
        s.out.line(fmt::format("fail: {}: {} ({})", what, why, age));
    }
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
    auto const max_age = max_age_of(s);
    if (!max_age) return report(max_age.error());
    auto const rules = make_rules(s.settings);
    if (!rules) return report(rules.error());
    auto const db = open_state(s);
    auto const targets = watches_of_repo(s, *db, argument.substr(0, at));
    if (!targets) return report(targets.error());
    auto const commit = resolve_commit(*db, targets->front(), argument.substr(at + 1));
    if (!commit) return report(commit.error());
    auto const now = now_utc();
    result<gate_answer> answer = error{};
    auto const all = [&] { answer = ask_gate(*db, *rules, *targets, *commit, *max_age, now); };
    db->in_transaction(all); // one state, whatever the daemon writes meanwhile
    if (!answer) return report(answer.error());
    if (s.what.json) {
        s.out.json(to_json(*answer));
    } else {
        print(s, *answer, now);
    }
    return answer->passed() ? exit_code::done : exit_code::something_to_report;
}

} // namespace modelwatch::cli
