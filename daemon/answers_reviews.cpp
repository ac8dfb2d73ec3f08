// What `review` answers: verdicts on commits, exceptions, what is on record.

#include "daemon/answers_parts.hpp"
#include "daemon/model/text.hpp"
#include "daemon/reviews.hpp"
#include "daemon/until.hpp"
#include "daemon/views.hpp"
#include "daemon/watch_choice.hpp"

namespace modelwatch::answers {

namespace {

error missing(std::string_view option, std::string const& verb) {
    return failure(
        errc::invalid, std::string{option} + " is needed to " + verb, "see `modelwatch review --help`"
    );
}

struct needed {
    std::string_view option; ///< as an operator types it
    std::string_view key;
};

/// The first option that a verb needs and does not have; nullopt: all are there.
std::optional<error>
lacking(std::string const& verb, json::object const& asked, std::initializer_list<needed> all) {
    for (auto const& one : all) {
        if (text_of(asked, one.key).empty()) return missing(one.option, verb);
    }
    return std::nullopt;
}

result<review_wish> wish_of(context const& with, json::object const& asked) {
    if (auto const good = check_lengths(asked); !good) return good.error();
    auto const verb = word(asked, "verdict");
    if (verb != "approve" && verb != "reject")
        return failure(errc::invalid, "verdict must be approve or reject");
    auto const gap = lacking(verb, asked, {{"--commit", "commit"}, {"--by", "by"}, {"--reason", "reason"}});
    if (gap) return *gap;
    review_wish out;
    out.verdict = verb == "approve" ? review_verdict::approve : review_verdict::reject;
    out.commit = word(asked, "commit");
    out.by = word(asked, "by");
    out.reason = word(asked, "reason");
    auto const until = word(asked, "until");
    if (until.empty()) return out;
    if (out.verdict == review_verdict::reject)
        return failure(errc::invalid, "--until belongs to an approval: a rejection has no end");
    auto const end = parse_until(until, with.now);
    if (!end) return end.error();
    out.until = *end;
    return out;
}

/// Thrown out of a transaction that was only to show what it would do.
struct shown_only {};

json::array moves_of(reviewed const& done) {
    json::array out;
    for (auto const& one : done.moved)
        out.push_back(json::object{{"revision", one.revision}, {"from", one.from}, {"to", one.to}});
    return out;
}

json::array settled_by(reviewed const& done) {
    json::array out;
    for (auto const& one : done.touched) {
        if (one.active()) continue;
        out.push_back(json::object{
            {"id", one.id},
            {"kind", to_string(one.what.kind)},
            {"severity", to_string(one.what.level)},
            {"summary", one.what.summary}
        });
    }
    return out;
}

} // namespace

answer reviews(context const& with, json::object const& asked) {
    auto const targets = watches_of_repo(with.settings, with.db, word(asked, "repo"));
    if (!targets) return targets.error();
    auto const& target = targets->front();
    json::array verdicts;
    for (auto const& one : with.db.reviews(target.hub, target.repo))
        verdicts.push_back(to_json(one));
    json::array exceptions;
    for (auto const& one : with.db.exceptions(target.hub, target.repo))
        exceptions.push_back(to_json(one));
    return json::object{
        {"repo", target.repo}, {"reviews", std::move(verdicts)}, {"exceptions", std::move(exceptions)}
    };
}

answer review(context const& with, json::object const& asked) {
    auto const targets = watches_of_repo(with.settings, with.db, word(asked, "repo"));
    if (!targets) return targets.error();
    auto const wish = wish_of(with, asked);
    if (!wish) return wish.error();
    auto const link = links_of(with.settings, targets->front().hub);
    result<reviewed> done = error{};
    bool const dry_run = word(asked, "dry_run") == "true";
    auto const all = [&] {
        done = record_verdict(with.db, *with.rules, *targets, *wish, link, with.now);
        if (dry_run) throw shown_only{};
    };
    try {
        with.db.in_transaction(all);
    } catch (shown_only const&) {
        // Nothing was written: the answer says what would have been.
    }
    if (!done) return done.error();
    return json::object{
        {"repo", done->entry.repo},
        {"review", to_json(done->entry)},
        {"dry_run", dry_run},
        {"baseline_moved", !done->moved.empty()},
        {"moves", moves_of(*done)},
        {"settled", settled_by(*done)},
        {"alerts", views::alerts_of(done->touched)}
    };
}

answer except(context const& with, json::object const& asked) {
    auto const targets = watches_of_repo(with.settings, with.db, word(asked, "repo"));
    if (!targets) return targets.error();
    if (auto const good = check_lengths(asked); !good) return good.error();
    auto const gap = lacking(
        "except",
        asked,
        {{"POLICY", "policy"},
         {"--commit", "commit"},
         {"--requested-by", "requested_by"},
         {"--approved-by", "approved_by"},
         {"--until", "until"},
         {"--reason", "reason"}}
    );
    if (gap) return *gap;
    auto const until = parse_until(word(asked, "until"), with.now);
    if (!until) return until.error();
    exception_wish const wish{
        word(asked, "policy"),
        word(asked, "commit"),
        word(asked, "reason"),
        word(asked, "requested_by"),
        word(asked, "approved_by"),
        *until
    };
    auto const made = record_wish(with.db, targets->front(), wish, with.now);
    if (!made) return made.error();
    return json::object{{"repo", targets->front().repo}, {"exception", to_json(*made)}};
}

} // namespace modelwatch::answers
