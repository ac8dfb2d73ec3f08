#include "daemon/model/review.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

instant const noon{std::chrono::sys_days{std::chrono::year{2026} / 4 / 29} + 12h};

review made(std::string const& commit, review_verdict verdict, instant when) {
    review out;
    out.commit = commit;
    out.verdict = verdict;
    out.at = when;
    out.until = when + 24h;
    return out;
}

} // namespace

TEST_CASE("the last verdict on a commit counts, whatever the order they are listed in", "[model]") {
    std::vector<review> all{
        made("a", review_verdict::reject, noon + 2s),
        made("a", review_verdict::approve, noon + 3s),
        made("a", review_verdict::reject, noon + 1s),
        made("b", review_verdict::reject, noon + 9s),
    };
    CHECK(latest_review(all, "a")->verdict == review_verdict::approve);
    CHECK(approval_in_force(all, "a", noon + 1h) == &all[1]);
    CHECK(approval_in_force(all, "b", noon + 1h) == nullptr);
    CHECK(approval_in_force(all, "c", noon + 1h) == nullptr);
    all[0].at = all[1].at; // decided in the same instant: the one that was stored later
    all[0].id = 7;
    CHECK(approval_in_force(all, "a", noon + 1h) == nullptr);
}

TEST_CASE("an approval ends at its last instant; without one it does not end", "[model]") {
    auto one = made("a", review_verdict::approve, noon);
    CHECK(in_force(one, noon + 24h - 1ms));
    CHECK_FALSE(in_force(one, noon + 24h));
    one.until.reset();
    CHECK(in_force(one, noon + 24h * 36500));
    one.verdict = review_verdict::reject;
    CHECK_FALSE(in_force(one, noon));
}

TEST_CASE(
    "of several exceptions the one that lasts longest holds, for its commit and policy only", "[model]"
) {
    std::vector<policy_exception> all(3);
    for (auto& one : all) {
        one.policy = "policy-tprm";
        one.commit = "a";
        one.until = noon;
    }
    all[1].until = noon + 2h;
    all[2].until = noon + 3h;
    all[2].commit = "b";
    CHECK(exception_in_force(all, "policy-tprm", "a", noon) == &all[1]);
    CHECK(exception_in_force(all, "policy-tprm", "a", noon + 2h) == nullptr);
    CHECK(exception_in_force(all, "policy-pinned", "a", noon) == nullptr);
}

TEST_CASE("the digest of contents tells every file apart, and no order", "[model]") {
    file_entry const a{"a.bin", 1, "11", "aa"};
    file_entry const b{"b.bin", 2, "22", ""};
    auto const both = content_digest({a, b});
    CHECK(both.size() == 64);
    CHECK(content_digest({b, a}) == both);
    CHECK(content_digest({a}) != both);
    auto other = a;
    other.sha256 = "ab";
    CHECK(content_digest({other, b}) != both);
    other = a;
    other.path = "c.bin";
    CHECK(content_digest({other, b}) != both);
    other = a;
    other.size = 3;
    CHECK(content_digest({other, b}) != both);
    // The same content, of which the hub gives the pointer's id too.
    other = a;
    other.oid = "33";
    CHECK(content_digest({other, b}) == both);
}

TEST_CASE("neither case nor blanks make two people of one", "[model]") {
    policy_exception entry;
    entry.at = instant{};
    entry.until = entry.at + longest_exception;
    entry.approved_by = "Mona Lisa";
    for (auto const* same : {"Mona Lisa", "mona lisa", " MONA  LISA\t", "MonaLisa", "Mona\xC2\xA0Lisa"}) {
        CAPTURE(same);
        entry.requested_by = same;
        CHECK_FALSE(exception_trouble(entry).empty());
    }
    for (auto const* other : {"Mona", "Nils", "Mona Lisa2"}) {
        CAPTURE(other);
        entry.requested_by = other;
        CHECK(exception_trouble(entry).empty());
    }
}

TEST_CASE("an exception lasts 90 days at most and ends in the future", "[model]") {
    policy_exception entry;
    entry.requested_by = "nils";
    entry.approved_by = "mona";
    entry.until = entry.at + longest_exception;
    CHECK(exception_trouble(entry).empty());
    entry.until += std::chrono::milliseconds{1};
    CHECK_FALSE(exception_trouble(entry).empty());
    entry.until = entry.at;
    CHECK_FALSE(exception_trouble(entry).empty());
}
