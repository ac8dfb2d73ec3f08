#include "daemon/outbox.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace std::chrono_literals;
using outcome = notify::delivery::outcome;

namespace {

instant const noon = *from_rfc3339("2026-11-22T12:00:00Z");

message waiting_since(instant when) {
    message out;
    out.id = "m";
    out.created_at = when;
    out.next_attempt_at = when;
    return out;
}

notify::delivery answer(outcome what, std::optional<std::chrono::seconds> retry_after = {}) {
    notify::delivery out;
    out.what = what;
    out.retry_after = retry_after;
    return out;
}

} // namespace

TEST_CASE(
    "the first retry comes within 30 seconds and later ones ever less often, up to half an hour", "[outbox]"
) {
    for (double const random : {0.0, 0.5, 0.999}) {
        CHECK(retry_delay(1, random) <= 30s);
        CHECK(retry_delay(1, random) >= 1s);
        CHECK(retry_delay(2, random) > retry_delay(1, random));
        CHECK(retry_delay(1000, random) <= 36min);
        CHECK(retry_delay(1000, random) >= 24min);
    }
    CHECK(retry_delay(5, 0.1) != retry_delay(5, 0.9));
}

TEST_CASE("a delivered message is over", "[outbox]") {
    auto const after = after_attempt(waiting_since(noon), answer(outcome::delivered), 72h, noon, 0.5);
    CHECK(after.state == message_state::delivered);
    CHECK_FALSE(after.next_attempt_at);
    CHECK(after.attempts == 1);
}

TEST_CASE("a refused message is given up at once, a failing one when patience ends", "[outbox]") {
    CHECK(
        after_attempt(waiting_since(noon), answer(outcome::failed), 72h, noon, 0.5).state ==
        message_state::given_up
    );
    auto const early = after_attempt(waiting_since(noon), answer(outcome::retry), 72h, noon + 1h, 0.5);
    CHECK(early.state == message_state::waiting);
    REQUIRE(early.next_attempt_at);
    CHECK(*early.next_attempt_at > noon + 1h);
    auto tried_for_long = waiting_since(noon);
    tried_for_long.attempts = 150;
    auto const late = after_attempt(tried_for_long, answer(outcome::retry), 72h, noon + 72h, 0.5);
    CHECK(late.state == message_state::given_up);
}

TEST_CASE("a notifier without patience gives up at the first failure", "[outbox]") {
    auto const after = after_attempt(waiting_since(noon), answer(outcome::retry), 3s, noon + 2s, 0.5);
    CHECK(after.state == message_state::given_up);
}

TEST_CASE(
    "a message is given up after its patience has been spent on attempts, whatever the clock says", "[outbox]"
) {
    for (auto const made : {noon, noon - 48h, noon + 48h, noon - 24h * 1461, noon + 24h * 1461}) {
        for (std::chrono::seconds const patience : {600s, 3600s, 72 * 3600s}) {
            CAPTURE(to_rfc3339(made), patience.count());
            auto entry = waiting_since(made);
            auto now = noon;
            while (entry.state == message_state::waiting && now < noon + 24h * 30) {
                entry = after_attempt(entry, answer(outcome::retry), patience, now, 0.5);
                if (!entry.next_attempt_at) break;
                CHECK(*entry.next_attempt_at - now <= longest_message_wait);
                now = *entry.next_attempt_at;
            }
            CHECK(entry.state == message_state::given_up);
            CHECK(now - noon >= std::min<std::chrono::milliseconds>(patience, 1h) / 2);
            CHECK(now - noon <= patience * 3 / 2 + 1h);
        }
    }
}

TEST_CASE("the far end's own wish is honoured up to the longest wait, and costs no message", "[outbox]") {
    auto const asked = after_attempt(waiting_since(noon), answer(outcome::retry, 600s), 72h, noon, 0.5);
    CHECK(asked.next_attempt_at == noon + 600s);
    auto const absurd = after_attempt(waiting_since(noon), answer(outcome::retry, 24h * 30), 72h, noon, 0.5);
    CHECK(absurd.state == message_state::waiting);
    CHECK(absurd.next_attempt_at == noon + 1h);
    auto const short_patience =
        after_attempt(waiting_since(noon), answer(outcome::retry, 24h), 600s, noon, 0.5);
    CHECK(short_patience.next_attempt_at == noon + 600s);
}
