#include "storage/migrate.hpp"
#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace storage_test;

namespace {

review approval(std::string const& commit, std::int64_t second = 10) {
    review out;
    out.hub = "hub";
    out.repo = "acme/model";
    out.commit = commit;
    out.verdict = review_verdict::approve;
    out.by = "mona";
    out.reason = "intake passed";
    out.at = at(second);
    out.until = at(second + 1000);
    out.content = digits(9, 64);
    return out;
}

policy_exception exception_from(std::string const& policy) {
    policy_exception out;
    out.hub = "hub";
    out.repo = "acme/model";
    out.commit = commit_of(1);
    out.policy = policy;
    out.reason = "the supplier is being asked";
    out.requested_by = "nils";
    out.approved_by = "mona";
    out.at = at(10);
    out.until = at(10) + std::chrono::days{90};
    return out;
}

} // namespace

TEST_CASE("a review is stored with its audit row and an event for each watch of the repo", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(first_round());
    auto tagged = first_round();
    tagged.record.key = "hub/acme/model@v1";
    tagged.record.revision = "v1";
    db->record(tagged);
    db->record(first_round("acme/other"));
    auto const before = db->check().audit_entries;

    db->record_review(approval(commit_of(1)));

    auto const all = db->reviews("hub", "acme/model");
    REQUIRE(all.size() == 1);
    CHECK(all[0].commit == commit_of(1));
    CHECK(all[0].verdict == review_verdict::approve);
    CHECK(all[0].by == "mona");
    CHECK(all[0].reason == "intake passed");
    CHECK(all[0].at == at(10));
    CHECK(all[0].until == at(1010));
    CHECK(all[0].content == digits(9, 64));
    CHECK(db->reviews("hub", "acme/other").empty());
    CHECK(db->reviews("mirror", "acme/model").empty());
    auto const report = db->check();
    CHECK(report.ok);
    CHECK(report.audit_entries == before + 1);
    auto const row = db->audit(1).at(0);
    CHECK(row.action == "review-approve");
    CHECK(row.by == "mona");
    CHECK(text_of(row.facts, "commit") == commit_of(1));
    CHECK(db->events("hub/acme/model@main", 1).at(0).what == "approved");
    CHECK(db->events("hub/acme/model@v1", 1).at(0).by == "mona");
    CHECK(db->events("hub/acme/other@main", 1).empty());
}

TEST_CASE("the newest review of a commit comes first, and counts", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record_review(approval(commit_of(1), 10));
    auto no = approval(commit_of(1), 20);
    no.verdict = review_verdict::reject;
    no.until.reset();
    db->record_review(no);
    auto const all = db->reviews("hub", "acme/model");
    REQUIRE(all.size() == 2);
    CHECK(all[0].verdict == review_verdict::reject);
    CHECK_FALSE(all[0].until);
    CHECK(latest_review(all, commit_of(1))->verdict == review_verdict::reject);
    CHECK(latest_review(all, commit_of(2)) == nullptr);
}

TEST_CASE("a review of no commit in full, or of nobody, is refused whole", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto abbreviated = approval("abc1234");
    auto nobody = approval(commit_of(1));
    nobody.by.clear();
    CHECK(mentions(error_of([&] { db->record_review(abbreviated); }), "one commit, in full"));
    CHECK(mentions(error_of([&] { db->record_review(nobody); }), "needs a name"));
    CHECK(db->reviews("hub", "acme/model").empty());
    CHECK(db->check().audit_entries == 0);
}

TEST_CASE("an exception keeps who asked, who granted, and until when", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(first_round());
    db->record_exception(exception_from("policy-tprm"));
    auto const all = db->exceptions("hub", "acme/model");
    REQUIRE(all.size() == 1);
    CHECK(all[0].policy == "policy-tprm");
    CHECK(all[0].requested_by == "nils");
    CHECK(all[0].approved_by == "mona");
    CHECK(all[0].until == at(10) + std::chrono::days{90});
    CHECK(db->audit(1).at(0).action == "exception");
    CHECK(db->audit(1).at(0).by == "mona");
    CHECK(db->events("hub/acme/model@main", 1).at(0).what == "exception");
    CHECK(db->check().ok);
}

TEST_CASE("nobody grants themselves an exception, and none lasts longer than 90 days", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto own = exception_from("policy-tprm");
    own.requested_by = own.approved_by;
    auto spelled = own;
    spelled.requested_by = " MO na";
    auto longer = exception_from("policy-tprm");
    longer.until += std::chrono::milliseconds{1};
    auto over = exception_from("policy-tprm");
    over.until = over.at;
    CHECK(mentions(error_of([&] { db->record_exception(own); }), "someone other"));
    CHECK(mentions(error_of([&] { db->record_exception(spelled); }), "someone other"));
    CHECK(mentions(error_of([&] { db->record_exception(longer); }), "90 days"));
    CHECK(mentions(error_of([&] { db->record_exception(over); }), "90 days"));
    CHECK(db->exceptions("hub", "acme/model").empty());
}

TEST_CASE("the schema itself refuses what the program would", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto& raw = dynamic_cast<sqlite_store&>(*db).raw().raw();
    auto const insert = [&](char const* who, char const* until) {
        raw.exec(fmt::format(
            "INSERT INTO exception (hub, repo, commit_id, policy, reason, requested_by, approved_by, at, "
            "until) "
            "VALUES ('h', 'r', 'c', 'p', 'x', 'a', '{}', 0, {})",
            who,
            until
        ));
    };
    CHECK_THROWS(insert("a", "1"));
    CHECK_THROWS(insert("b", "7776000001"));
    CHECK_NOTHROW(insert("b", "7776000000"));
}

TEST_CASE("a prefix finds the commits of a repo wherever they are recorded", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto round = first_round();
    round.commits = {{commit_of(7), "older", {"a"}, at(0)}};
    db->record(round);
    CHECK(db->commits_like("hub", "acme/model", commit_of(1).substr(0, 10)) == std::vector{commit_of(1)});
    CHECK(db->commits_like("hub", "acme/model", commit_of(7).substr(0, 10)) == std::vector{commit_of(7)});
    CHECK(db->commits_like("hub", "acme/model", commit_of(1).substr(0, 3)).size() == 2);
    CHECK(db->commits_like("hub", "acme/other", commit_of(1)).empty());
    CHECK(db->commits_like("hub", "acme/model", "ffff").empty());
}

TEST_CASE("other bytes under one commit are counted", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(first_round());
    auto const key = std::string{"hub/acme/model@main"};
    CHECK(db->contents_at(key, commit_of(1)) == 1);
    auto again = first_round();
    again.baseline_is_latest = false;
    again.latest->observed_at = at(5);
    db->record(again);
    CHECK(db->contents_at(key, commit_of(1)) == 1);
    again.latest->files[0].sha256 = digits(77, 64);
    db->record(again);
    CHECK(db->contents_at(key, commit_of(1)) == 2);
    CHECK(db->contents_at(key, commit_of(2)) == 0);
}

TEST_CASE("evidence and rating are kept one per watch", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto const key = std::string{"hub/acme/model@main"};
    CHECK(mentions(error_of([&] { db->save_evidence(key, {at(1), {{"a", 1}}}); }), "nothing is recorded"));
    db->record(first_round());
    CHECK_FALSE(db->evidence(key));
    CHECK_FALSE(db->rating(key));
    db->save_evidence(key, {at(1), {{"a", 1}}});
    db->save_evidence(key, {at(2), {{"a", 2}}});
    auto const found = db->evidence(key).value();
    CHECK(found.observed_at == at(2));
    CHECK(found.body == json::object{{"a", 2}});
    CHECK(count(*db, "SELECT count(*) FROM evidence") == 1);

    rating_record course;
    course.now = {"High", 63.5, "1.0", at(2), {{"access-gating", {"no", 20}}}};
    course.reference = {"Medium", 31.5, "1.0", at(1), {{"access-gating", {"auto", 10}}}};
    course.baseline = commit_of(1);
    course.worse = 2;
    course.better = 1;
    course.outdated_since = at(1);
    course.successor = "acme/model-2";
    course.successor_polls = 3;
    course.upstream_polls = {{"acme/base", 2}};
    course.publisher = {{"type", "startup"}};
    db->save_rating(key, course);
    auto const read = db->rating(key).value();
    CHECK(to_json(read) == to_json(course));
    CHECK(read.now.findings.at("access-gating").points == 20);
    CHECK(read.reference.score == 31.5);
    CHECK(count(*db, "SELECT count(*) FROM rating WHERE level = 'High' AND rubric = '1.0'") == 1);
}

TEST_CASE("reviews of a database of the first version are still there after it was brought up", "[storage]") {
    scratch const place;
    fs::create_directories(place.state());
    auto const first = migrations().subspan(0, 1);
    {
        connection db{
            place.database().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, place.database().string()
        };
        migrate(db, first, place.database());
    }
    raw_sql(
        place.database(),
        "INSERT INTO review (hub, repo, commit_id, verdict, at, until, by, reason) VALUES ('hub', "
        "'acme/model', '" +
            commit_of(1) + "', 'approve', 1000, NULL, 'mona', 'fine')"
    );
    auto const db = open_store(place.state(), open_mode::service);
    auto const all = db->reviews("hub", "acme/model");
    REQUIRE(all.size() == 1);
    CHECK(all[0].content.empty());
    CHECK_FALSE(all[0].until);
    CHECK(db->check().ok);
}
