#include "daemon/cli/ask.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch::cli {

namespace {

std::string day_of(json::object const& one, std::string_view key) {
    return std::string{text_of(one, key).substr(0, 10)};
}

/// Where an approval moves the baseline, and what that settles.
void print_moves(session const& s, json::object const& said, bool done) {
    for (auto const& item : said.at("moves").as_array()) {
        auto const& one = item.as_object();
        s.out.line(
            std::string{done ? "the baseline of " : "this moves the baseline of "} +
            printable(text_of(one, "revision")) + (done ? " moved from " : " from ") +
            std::string{short_commit(text_of(one, "from"))} + " to " +
            std::string{short_commit(text_of(one, "to"))}
        );
    }
    auto const& settled = said.at("settled").as_array();
    if (said.at("moves").as_array().empty()) return;
    s.out.line((done ? "it settled " : "it settles ") + counted(settled.size(), "alert"));
    for (auto const& item : settled) {
        auto const& one = item.as_object();
        s.out.line(
            "  " + std::string{text_of(one, "id")} + " [" + std::string{text_of(one, "severity")} + "] " +
            std::string{text_of(one, "kind")} + ": " + printable(text_of(one, "summary"))
        );
    }
}

void print_verdict(session const& s, json::object const& said) {
    auto const& entry = said.at("review").as_object();
    bool const approved = text_of(entry, "verdict") == "approve";
    bool const done = !s.what.dry_run;
    auto const until = day_of(entry, "until");
    auto const end = approved && !until.empty() ? " until " + until : std::string{};
    auto const what = std::string{text_of(said, "repo")} + "@" + std::string{text_of(entry, "commit")};
    auto const verdict = std::string{done ? "" : "would be "} + (approved ? "approved" : "rejected");
    s.out.line(what + ": " + verdict + end + (done ? "" : " (dry run: nothing is recorded)"));
    if (approved && !flag_of(entry, "seen"))
        s.out.line("not seen upstream yet: reaching it will move the baseline there, and be no news");
    print_moves(s, said, done);
}

/// What an approval leads to, before it is recorded. What is wrong with it is said by the recording.
void announce(session& s, json::object wish) {
    wish["dry_run"] = "true";
    auto const said = ask(s, "review", wish);
    if (said) print_moves(s, *said, false);
}

int decide(session& s) {
    json::object wish{
        {"repo", s.what.args[0]},
        {"verdict", s.what.args[1]},
        {"commit", s.what.commit},
        {"by", s.what.by},
        {"reason", s.what.reason},
        {"until", s.what.until}
    };
    if (s.what.dry_run) wish["dry_run"] = "true";
    if (!s.what.dry_run && !s.what.json) announce(s, wish);
    auto const said = ask(s, "review", wish);
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
    } else {
        print_verdict(s, *said);
    }
    return exit_code::done;
}

int except(session& s) {
    auto const& words = s.what.args;
    json::object const wish{
        {"repo", words[0]},
        {"policy", words.size() > 2 ? words[2] : std::string{}},
        {"commit", s.what.commit},
        {"requested_by", s.what.requested_by},
        {"approved_by", s.what.approved_by},
        {"until", s.what.until},
        {"reason", s.what.reason}
    };
    auto const said = ask(s, "except", wish);
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
        return exit_code::done;
    }
    auto const& made = said->at("exception").as_object();
    s.out.line(
        std::string{text_of(*said, "repo")} + "@" + std::string{text_of(made, "commit")} + ": " +
        std::string{text_of(made, "policy")} + " need not be met until " + day_of(made, "until")
    );
    return exit_code::done;
}

std::string_view state_of(json::object const& one, instant now) {
    if (text_of(one, "verdict") == "reject") return "rejected";
    auto const until = instant_of(one, "until");
    return !until || now < *until ? "approved" : "expired";
}

void print_reviews(session const& s, json::array const& reviews) {
    if (reviews.empty()) {
        s.out.line("no formal review is on record");
        return;
    }
    auto const now = now_utc();
    table rows{{"COMMIT", "VERDICT", "BY", "AT", "UNTIL", "REASON"}};
    for (auto const& item : reviews) {
        auto const& one = item.as_object();
        auto const until = instant_of(one, "until");
        rows.add(
            {std::string{short_commit(text_of(one, "commit"))},
             std::string{state_of(one, now)},
             printable(text_of(one, "by")),
             local_time(instant_of(one, "at")),
             until ? local_time(until) : "-",
             printable(text_of(one, "reason"))}
        );
    }
    rows.print(s.out);
}

void print_exceptions(session const& s, json::array const& exceptions) {
    if (exceptions.empty()) return;
    s.out.line();
    s.out.line(s.out.bold("Exceptions"));
    table rows{{"COMMIT", "POLICY", "REQUESTED BY", "APPROVED BY", "UNTIL", "REASON"}};
    for (auto const& item : exceptions) {
        auto const& one = item.as_object();
        rows.add(
            {std::string{short_commit(text_of(one, "commit"))},
             std::string{text_of(one, "policy")},
             printable(text_of(one, "requested_by")),
             printable(text_of(one, "approved_by")),
             local_time(instant_of(one, "until")),
             printable(text_of(one, "reason"))}
        );
    }
    rows.print(s.out);
}

int list(session& s) {
    auto const said = ask(s, "reviews", {{"repo", s.what.args.front()}});
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
        return exit_code::done;
    }
    print_reviews(s, said->at("reviews").as_array());
    print_exceptions(s, said->at("exceptions").as_array());
    return exit_code::done;
}

} // namespace

int run_review(session& s) {
    auto const& words = s.what.args;
    auto const& verb = words[1];
    if (words.size() > 2 && verb != "except")
        return report(failure(errc::invalid, "one word too many: " + printable(words[2])));
    if (verb == "approve" || verb == "reject") return decide(s);
    if (verb == "list") return list(s);
    if (verb == "except") return except(s);
    return report(failure(
        errc::invalid,
        "review: cannot " + printable(shortened(verb, 40)),
        "write approve, reject, except or list"
    ));
}

} // namespace modelwatch::cli
