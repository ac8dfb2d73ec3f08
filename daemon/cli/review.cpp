#include "daemon/assembly.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/until.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"
#include "daemon/reviews.hpp"

#include <algorithm>

namespace modelwatch::cli {

namespace {

error missing(std::string const& option, std::string const& verb) {
    return failure(errc::invalid, option + " is needed to " + verb, "see `modelwatch review --help`");
}

/// The first option that a verb needs and does not have; nullopt: all are there.
std::optional<error>
lacking(std::string const& verb, std::vector<std::pair<std::string, std::string>> const& needed) {
    for (auto const& [option, value] : needed) {
        if (value.empty()) return missing(option, verb);
    }
    return std::nullopt;
}

std::string day_of(instant when) {
    return to_rfc3339(when).substr(0, 10);
}

int show_verdict(session& s, reviewed const& done) {
    auto const& entry = done.entry;
    if (s.what.json) {
        json::array touched;
        for (auto const& one : done.touched)
            touched.push_back(to_json(one));
        s.out.json(json::object{
            {"repo", entry.repo},
            {"review", to_json(entry)},
            {"baseline_moved", done.baseline_moved},
            {"alerts", touched}
        });
        return exit_code::done;
    }
    bool const approved = entry.verdict == review_verdict::approve;
    auto const end = approved && entry.until ? " until " + day_of(*entry.until) : std::string{};
    s.out.line(entry.repo + "@" + entry.commit + ": " + (approved ? "approved" : "rejected") + end);
    if (approved && entry.content.empty()) {
        s.out.line("not seen upstream yet: reaching it will be no news");
    }
    if (done.baseline_moved) {
        auto const over = std::count_if(done.touched.begin(), done.touched.end(), [](alert const& one) {
            return !one.active();
        });
        s.out.line(
            "it is the baseline now; " + counted(static_cast<std::size_t>(over), "alert") + " resolved"
        );
    }
    return exit_code::done;
}

int decide(session& s, storage::store& db, std::vector<watch> const& targets, review_verdict verdict) {
    auto const verb = std::string{to_string(verdict)};
    auto const gap =
        lacking(verb, {{"--commit", s.what.commit}, {"--by", s.what.by}, {"--reason", s.what.reason}});
    if (gap) return report(*gap);
    auto const rules = make_rules(s.settings);
    if (!rules) return report(rules.error());
    auto const now = now_utc();
    review_wish wish{verdict, s.what.commit, s.what.by, s.what.reason, {}};
    if (!s.what.until.empty()) {
        if (verdict == review_verdict::reject)
            return report(failure(errc::invalid, "--until belongs to an approval: a rejection has no end"));
        auto const until = parse_until(s.what.until, now);
        if (!until) return report(until.error());
        wish.until = *until;
    }
    result<reviewed> outcome = error{};
    auto const all = [&] {
        outcome = record_verdict(db, *rules, targets, wish, links_of(s, targets.front().hub), now);
    };
    db.in_transaction(all);
    return outcome ? show_verdict(s, *outcome) : report(outcome.error());
}

int except(session& s, storage::store& db, watch const& target) {
    auto const& what = s.what;
    if (what.args.size() < 3) return report(missing("POLICY", "except"));
    auto const gap = lacking(
        "except",
        {{"--commit", what.commit},
         {"--requested-by", what.requested_by},
         {"--approved-by", what.approved_by},
         {"--until", what.until},
         {"--reason", what.reason}}
    );
    if (gap) return report(*gap);
    auto const now = now_utc();
    auto const until = parse_until(what.until, now);
    if (!until) return report(until.error());
    exception_wish const wish{
        what.args[2], what.commit, what.reason, what.requested_by, what.approved_by, *until
    };
    auto const made = record_wish(db, target, wish, now);
    if (!made) return report(made.error());
    if (what.json) {
        s.out.json(json::object{{"repo", target.repo}, {"exception", to_json(*made)}});
    } else {
        s.out.line(
            target.repo + "@" + made->commit + ": " + made->policy + " need not be met until " +
            day_of(made->until)
        );
    }
    return exit_code::done;
}

std::string state_of(review const& entry, instant now) {
    if (entry.verdict == review_verdict::reject) return "rejected";
    return in_force(entry, now) ? "approved" : "expired";
}

int list(session& s, storage::store& db, watch const& target) {
    auto const reviews = db.reviews(target.hub, target.repo);
    auto const exceptions = db.exceptions(target.hub, target.repo);
    if (s.what.json) {
        json::array review_rows;
        for (auto const& one : reviews)
            review_rows.push_back(to_json(one));
        json::array exception_rows;
        for (auto const& one : exceptions)
            exception_rows.push_back(to_json(one));
        s.out.json(
            json::object{{"repo", target.repo}, {"reviews", review_rows}, {"exceptions", exception_rows}}
        );
        return exit_code::done;
    }
    if (reviews.empty()) s.out.line("no formal review is on record");
    auto const now = now_utc();
    table review_table{{"COMMIT", "VERDICT", "BY", "AT", "UNTIL", "REASON"}};
    for (auto const& one : reviews) {
        review_table.add(
            {std::string{short_commit(one.commit)},
             state_of(one, now),
             printable(one.by),
             local_time(one.at),
             one.until ? local_time(one.until) : "-",
             printable(one.reason)}
        );
    }
    if (!reviews.empty()) review_table.print(s.out);
    if (exceptions.empty()) return exit_code::done;
    s.out.line();
    s.out.line(s.out.bold("Exceptions"));
    table exception_table{{"COMMIT", "POLICY", "REQUESTED BY", "APPROVED BY", "UNTIL", "REASON"}};
    for (auto const& one : exceptions) {
        exception_table.add(
            {std::string{short_commit(one.commit)},
             one.policy,
             printable(one.requested_by),
             printable(one.approved_by),
             local_time(one.until),
             printable(one.reason)}
        );
    }
    exception_table.print(s.out);
    return exit_code::done;
}

} // namespace

int run_review(session& s) {
    auto const words = s.what.args;
    auto const db = open_state(s);
    auto const targets = watches_of_repo(s, *db, words.front());
    if (!targets) return report(targets.error());
    auto const& verb = words[1];
    bool const takes_policy = verb == "except";
    if (words.size() > 2 && !takes_policy)
        return report(failure(errc::invalid, "one word too many: " + printable(words[2])));
    if (verb == "approve") return decide(s, *db, *targets, review_verdict::approve);
    if (verb == "reject") return decide(s, *db, *targets, review_verdict::reject);
    if (verb == "list") return list(s, *db, targets->front());
    if (takes_policy) return except(s, *db, targets->front());
    return report(failure(
        errc::invalid,
        "review: cannot " + printable(shortened(verb, 40)),
        "write approve, reject, except or list"
    ));
}

} // namespace modelwatch::cli
