#include "tests/storage/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace storage_test;

namespace {

alert numbered(int number) {
    auto entry = make_alert(fmt::format("alert-{:08}", number), alert_kind::advisory);
    entry.what.dedupe = std::to_string(number);
    return entry;
}

attempt made_at(message const& entry, std::int64_t second, unsigned status, std::string answer) {
    return {entry.id, at(second), std::chrono::milliseconds{120}, status, std::move(answer)};
}

} // namespace

TEST_CASE("alerts of one round to one notifier make one message per type", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(round_with(numbered(1), {"pager", "mail"}, 100));
    db->record(round_with(numbered(2), {"pager"}, 103));
    auto ended = numbered(1);
    ended.state = alert_state::resolved;
    ended.resolved_at = at(105);
    auto write = round_with(ended, {}, 105);
    write.messages.push_back({"pager", message_type::resolved, ended.id});
    db->record(write);

    CHECK(db->next_due("pager") == at(110)); // from its first alert on: later ones do not put it off
    CHECK(db->take_due("pager", at(109), 10).empty());
    auto const due = db->take_due("pager", at(120), 10);
    REQUIRE(due.size() == 2);
    CHECK(due[0].type == message_type::opened);
    REQUIRE(due[0].alerts.size() == 2);
    CHECK(due[0].alerts[0].id == "alert-00000001");
    CHECK(due[0].alerts[0].state == alert_state::open); // as it was when it joined
    CHECK(due[0].alerts[0].watch_key == "hub/acme/model@main");
    CHECK(due[0].alerts[1].id == "alert-00000002");
    CHECK(due[1].type == message_type::resolved);
    CHECK(db->take_due("mail", at(120), 10).size() == 1);
    CHECK(db->take_due("other", at(120), 10).empty());
    CHECK_FALSE(db->next_due("other"));
}

TEST_CASE("a message that was taken gets no further alerts", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(round_with(numbered(1), {"pager"}, 100));
    auto const first = db->take_due("pager", at(110), 10);
    REQUIRE(first.size() == 1);
    db->record(round_with(numbered(2), {"pager"}, 111));
    auto const both = db->take_due("pager", at(200), 10);
    REQUIRE(both.size() == 2);
    CHECK(both[0].id == first[0].id);
    CHECK(both[0].alerts.size() == 1);
    CHECK(both[1].alerts.size() == 1);
    CHECK(both[1].alerts[0].id == "alert-00000002");
}

TEST_CASE("an alert that changes while its message collects is told once, as it was last", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto entry = numbered(1);
    db->record(round_with(entry, {"pager"}, 100));
    entry.what.summary = "and another file";
    db->record(round_with(entry, {"pager"}, 101));
    auto const due = db->take_due("pager", at(200), 10);
    REQUIRE(due.size() == 1);
    REQUIRE(due[0].alerts.size() == 1);
    CHECK(due[0].alerts[0].what.summary == "and another file");
}

TEST_CASE(
    "a content that an alert no longer shows is told all the same, in a message of its own", "[storage]"
) {
    auto const db = open_store({}, open_mode::memory);
    auto entry = numbered(1);
    entry.what.files = {{"model.safetensors", "aa", "bb", 1, 1}};
    db->record(round_with(entry, {"pager"}, 100));
    entry.what.files = {{"model.safetensors", "aa", "cc", 1, 1}};
    db->record(round_with(entry, {"pager"}, 101));
    auto const due = db->take_due("pager", at(200), 10);
    REQUIRE(due.size() == 2);
    CHECK(due[0].alerts.at(0).what.files.at(0).new_sha256 == "bb");
    CHECK(due[1].alerts.at(0).what.files.at(0).new_sha256 == "cc");
}

TEST_CASE("the end of an alert is not told before its beginning, whatever collects already", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto const end = [&](alert entry, std::int64_t second) {
        entry.state = alert_state::resolved;
        entry.resolved_at = at(second);
        auto write = round_with(entry, {}, second);
        write.messages.push_back({"pager", message_type::resolved, entry.id});
        db->record(write);
    };
    db->record(round_with(numbered(1), {}, 90));
    end(numbered(1), 100);                               // its end collects already
    db->record(round_with(numbered(2), {"pager"}, 101)); // another one begins
    end(numbered(2), 102);
    auto const due = db->take_due("pager", at(200), 10);
    REQUIRE(due.size() == 3);
    CHECK(due[1].type == message_type::opened);
    CHECK(due[2].type == message_type::resolved);
    CHECK(due[2].alerts.at(0).id == numbered(2).id);
}

TEST_CASE("what waits for an older message holds back what follows from it too", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto const send = [&](message_type type, std::vector<int> const& numbers, std::int64_t second) {
        auto write = round_with(numbered(numbers.front()), {}, second);
        write.alerts.clear();
        for (auto const number : numbers) {
            auto entry = numbered(number);
            if (type == message_type::resolved) {
                entry.state = alert_state::resolved;
                entry.resolved_at = at(second);
            }
            write.alerts.push_back(entry);
            write.messages.push_back({"pager", type, entry.id});
        }
        db->record(write);
    };
    send(message_type::opened, {1}, 100);
    auto first = db->take_due("pager", at(150), 10).at(0);
    first.next_attempt_at = at(3000);
    db->record_attempt(first, {first.id, at(150), {}, 503, ""}, {});
    send(message_type::opened, {2}, 160);
    auto const second = db->take_due("pager", at(200), 10).at(0);
    auto delivered = second;
    delivered.state = message_state::delivered;
    db->record_attempt(delivered, {second.id, at(200), {}, 200, ""}, {});
    send(message_type::updated, {1, 2}, 210); // waits for the beginning of 1
    send(message_type::resolved, {2}, 220);   // waits for that
    send(message_type::opened, {3}, 230);     // waits for nothing
    auto const due = db->take_due("pager", at(300), 10);
    REQUIRE(due.size() == 1);
    CHECK(due[0].alerts.at(0).id == numbered(3).id);
    CHECK(db->take_due("pager", at(3000), 10).size() == 4);
}

TEST_CASE("the oldest messages are taken first, up to the limit", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    for (int i = 0; i < 3; ++i) {
        db->record(round_with(numbered(i), {"pager"}, 100 + 20 * i));
        static_cast<void>(db->take_due("pager", at(112 + 20 * i), 10));
    }
    auto const due = db->take_due("pager", at(1000), 2);
    REQUIRE(due.size() == 2);
    CHECK(due[0].alerts[0].id == "alert-00000000");
    CHECK(due[1].alerts[0].id == "alert-00000001");
}

TEST_CASE("a message to tell of an alert that does not exist undoes its round", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    auto write = round_with(numbered(1), {"pager"});
    write.messages.push_back({"pager", message_type::opened, "no such alert"});
    CHECK(mentions(error_of([&] { db->record(write); }), "no such alert"));
    CHECK(db->alerts(true, 10).empty());
    CHECK(db->messages({}).empty());
}

TEST_CASE("an attempt and what follows from it are recorded together", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(round_with(numbered(1), {"mail"}));
    auto entry = db->take_due("mail", at(200), 1).at(0);
    entry.next_attempt_at = at(230);
    db->record_attempt(entry, made_at(entry, 201, 451, "451 try later"), {"bob@example.org"});
    auto const waiting = db->find_message(entry.id);
    REQUIRE(waiting);
    CHECK(waiting->state == message_state::waiting);
    CHECK(waiting->attempts == 1);
    CHECK(waiting->last_answer == "451 try later");
    CHECK(waiting->next_attempt_at == at(230));
    CHECK(db->pending_recipients(entry.id) == std::vector<std::string>{"bob@example.org"});
    CHECK(db->take_due("mail", at(229), 1).empty());

    entry = db->take_due("mail", at(230), 1).at(0);
    entry.state = message_state::delivered;
    db->record_attempt(entry, made_at(entry, 231, 250, "250 ok"), {});
    auto const sent = db->find_message(entry.id);
    CHECK(sent->state == message_state::delivered);
    CHECK(sent->attempts == 2);
    CHECK_FALSE(sent->next_attempt_at);
    CHECK(db->pending_recipients(entry.id).empty());
    CHECK_FALSE(db->next_due("mail"));
    auto const tries = db->attempts(entry.id);
    REQUIRE(tries.size() == 2);
    CHECK(tries[0].status == 451);
    CHECK(tries[0].took == std::chrono::milliseconds{120});
    CHECK(tries[1].at == at(231));
    CHECK(tries[1].answer == "250 ok");
    CHECK_FALSE(db->retry_message(entry.id, at(300)));
    CHECK_FALSE(db->drop_message(entry.id, at(300)));
}

TEST_CASE("an attempt of a message that does not exist is an error", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    message entry;
    entry.id = "nothing";
    CHECK_THROWS_AS(db->record_attempt(entry, made_at(entry, 1, 200, "ok"), {}), storage_error);
}

TEST_CASE("a given-up message is sent again under the same id when an operator says so", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(round_with(numbered(1), {"pager"}));
    auto entry = db->take_due("pager", at(200), 1).at(0);
    entry.state = message_state::given_up;
    db->record_attempt(entry, made_at(entry, 201, 404, "no such hook"), {"a", "b"});
    CHECK(db->take_due("pager", at(9999), 1).empty());
    CHECK(db->retry_message(entry.id, at(500)));
    auto const again = db->take_due("pager", at(500), 1);
    REQUIRE(again.size() == 1);
    CHECK(again[0].id == entry.id);
    CHECK(again[0].attempts == 1);
    CHECK(db->pending_recipients(entry.id).size() == 2);
    CHECK_FALSE(db->retry_message("nothing", at(500)));
}

TEST_CASE("a message that is dropped while it is on its way stays dropped unless it arrived", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(round_with(numbered(1), {"pager"}));
    auto entry = db->take_due("pager", at(200), 1).at(0);
    CHECK(db->drop_message(entry.id, at(201)));
    entry.next_attempt_at = at(260);
    db->record_attempt(entry, made_at(entry, 202, 503, "busy"), {});
    CHECK(db->find_message(entry.id)->state == message_state::dropped);
    CHECK(db->take_due("pager", at(9999), 1).empty());
    entry.state = message_state::delivered;
    db->record_attempt(entry, made_at(entry, 203, 200, "ok"), {});
    CHECK(db->find_message(entry.id)->state == message_state::delivered);
    CHECK(db->attempts(entry.id).size() == 2);
}

TEST_CASE("dropping a message that still collects leaves the next alert a message of its own", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(round_with(numbered(1), {"pager"}));
    auto const first = db->messages({}).at(0).id;
    CHECK(db->drop_message(first, at(101)));
    db->record(round_with(numbered(2), {"pager"}, 102));
    auto const due = db->take_due("pager", at(999), 10);
    REQUIRE(due.size() == 1);
    CHECK(due[0].id != first);
    CHECK(due[0].alerts.at(0).id == "alert-00000002");
}

TEST_CASE("a digest is queued once, whatever happens between two tries of queuing it", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    message digest;
    digest.id = "0192f0c1-digest";
    digest.notifier = "mail";
    digest.type = message_type::digest;
    digest.created_at = at(10);
    digest.payload = {{"title", "weekly"}, {"models", {1, 2}}};
    db->enqueue(digest);
    db->enqueue(digest);
    auto const due = db->take_due("mail", at(10), 10);
    REQUIRE(due.size() == 1);
    CHECK(due[0].payload == digest.payload);
    CHECK(due[0].alerts.empty());
    CHECK(due[0].created_at == at(10));
    message nameless;
    nameless.notifier = "mail";
    CHECK_THROWS_AS(db->enqueue(nameless), storage_error);
}

TEST_CASE("what a principal gave up is queued for its fallback with the same alerts", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(round_with(numbered(1), {"pager"}));
    auto copy = db->take_due("pager", at(200), 1).at(0);
    copy.id = "fallback-of-" + copy.id;
    copy.notifier = "mail";
    copy.created_at = at(300);
    copy.next_attempt_at = at(300);
    db->enqueue(copy);
    db->record(round_with(numbered(2), {"mail"}, 301)); // joins its own message
    auto const due = db->take_due("mail", at(999), 10);
    REQUIRE(due.size() == 2);
    CHECK(due[0].alerts.at(0).id == "alert-00000001");
    CHECK(due[1].alerts.size() == 1);
    CHECK(db->check().ok);
}

TEST_CASE("messages are listed by state, and found by a prefix that means one", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    for (int i = 0; i < 3; ++i) {
        message entry;
        entry.id = fmt::format("message-{}", i);
        entry.notifier = "mail";
        entry.type = message_type::test;
        entry.created_at = at(i);
        db->enqueue(entry);
    }
    db->drop_message("message-1", at(9));
    message_filter waiting;
    CHECK(db->messages(waiting).size() == 2);
    message_filter dropped{false, false, false, true, 10};
    CHECK(db->messages(dropped).at(0).id == "message-1");
    waiting.limit = 1;
    CHECK(db->messages(waiting).at(0).id == "message-2");
    CHECK(db->find_message("message-2")->id == "message-2");
    CHECK_FALSE(db->find_message("message-"));
    CHECK_FALSE(db->find_message("mess"));
    CHECK_FALSE(db->find_message("nothing!"));
    message apart;
    apart.id = "other-0";
    apart.notifier = "mail";
    apart.type = message_type::test;
    apart.created_at = at(5);
    db->enqueue(apart);
    CHECK(db->find_message("othe")->id == "other-0");
    CHECK_FALSE(db->find_message("oth"));
}

TEST_CASE("ten thousand alerts of one round make one message that can be loaded", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    observation_write write;
    write.now = at(100);
    for (int i = 0; i < 10'000; ++i) {
        write.alerts.push_back(numbered(i));
        write.messages.push_back({"pager", message_type::opened, write.alerts.back().id});
    }
    db->record(write);
    auto const due = db->take_due("pager", at(100), 10);
    REQUIRE(due.size() == 1);
    REQUIRE(due[0].alerts.size() == 10'000);
    CHECK(due[0].alerts[9'999].id == "alert-00009999");
}

TEST_CASE(
    "an alert with bytes that are no UTF-8 or with deep evidence does not block the outbox", "[storage]"
) {
    auto const db = open_store({}, open_mode::memory);
    auto entry = numbered(1);
    entry.what.subject = "evil\xff\xfe.bin";
    json::value deep = 1;
    for (int i = 0; i < 100; ++i)
        deep = json::object{{"in", deep}};
    entry.what.evidence["deep"] = deep;
    db->record(round_with(entry, {"pager"}));
    auto const due = db->take_due("pager", at(999), 10);
    REQUIRE(due.size() == 1);
    CHECK(due[0].alerts.at(0).what.subject == "evil\xff\xfe.bin");
    CHECK(db->active_alerts("").at(0).what.evidence == entry.what.evidence);
}

TEST_CASE("what is not resolved and what is not delivered is counted", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    CHECK(db->count_active_alerts().empty());
    CHECK(db->count_unsent_messages().empty());
    db->record(round_with(numbered(1), {"mail", "pager"}, 100));
    db->record(round_with(numbered(2), {"pager"}, 101));
    auto ended = numbered(3);
    ended.state = alert_state::resolved;
    ended.resolved_at = at(105);
    db->record(round_with(ended, {}, 105));
    auto const level = std::string{to_string(numbered(1).what.level)};
    CHECK(db->count_active_alerts() == counts_by_pair{{{level, "open"}, 2}});
    CHECK(db->count_unsent_messages() == counts_by_pair{{{"mail", "waiting"}, 1}, {{"pager", "waiting"}, 1}});
    for (auto const& one : db->take_due("mail", at(200), 10))
        db->drop_message(one.id, at(201));
    CHECK(db->count_unsent_messages() == counts_by_pair{{{"pager", "waiting"}, 1}});
}

TEST_CASE(
    "the history of a watch has its alerts in every state and its messages, newest first", "[storage]"
) {
    auto const db = open_store({}, open_mode::memory);
    db->record(round_with(numbered(1), {"pager"}, 100));
    auto done = numbered(1);
    done.state = alert_state::resolved;
    done.resolved_at = at(200);
    auto write = round_with(done, {}, 200);
    write.messages.push_back({"pager", message_type::resolved, done.id});
    static_cast<void>(db->take_due("pager", at(150), 10)); // the first one collects no longer
    db->record(write);
    db->record(round_with(numbered(2), {}, 300));
    auto const key = numbered(1).watch_key;
    auto const alerts = db->alert_history(key, 10);
    REQUIRE(alerts.size() == 2);
    CHECK(alerts[0].id == numbered(2).id);
    CHECK(alerts[1].state == alert_state::resolved);
    CHECK(db->alert_history(key, 1).size() == 1);
    CHECK(db->alert_history("hub/other/model@main", 10).empty());
    auto const messages = db->message_history(key, 10);
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].type == message_type::resolved);
    CHECK(messages[1].type == message_type::opened);
    CHECK(messages[1].alerts.at(0).id == numbered(1).id);
    CHECK(db->message_history(key, 1).size() == 1);
    CHECK(db->message_history("hub/other/model@main", 10).empty());
}

TEST_CASE("a message that a wrong clock put off is due, and holds back nothing", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    for (std::int64_t const ahead : {3'601, 2 * 86'400, 4 * 366 * 86'400}) {
        CAPTURE(ahead);
        auto const name = "pager-" + std::to_string(ahead);
        db->record(round_with(numbered(static_cast<int>(ahead)), {name}, 100));
        auto first = db->take_due(name, at(200), 10).at(0);
        first.next_attempt_at = at(310 + ahead); // written under a clock that was ahead
        db->record_attempt(first, made_at(first, 200, 503, "busy"), {});
        auto news = numbered(static_cast<int>(ahead));
        news.what.summary = "worse";
        db->record(round_with(news, {name}, 300));
        auto const due = db->take_due(name, at(310), 10);
        REQUIRE(due.size() == 2);
        CHECK(due[0].id == first.id);
        // A wait that a far end or we ourselves may have wished is kept.
        first.next_attempt_at = at(310 + 3'600);
        db->record_attempt(first, made_at(first, 310, 503, "busy"), {});
        CHECK(db->take_due(name, at(310), 10).empty());
    }
}

TEST_CASE("messages of notifiers that are gone are dropped with a word, the others stay", "[storage]") {
    auto const db = open_store({}, open_mode::memory);
    db->record(round_with(numbered(1), {"old", "kept"}, 100));
    db->record(round_with(numbered(2), {"old"}, 100));
    static_cast<void>(db->take_due("old", at(150), 10));
    db->record(round_with(numbered(3), {"old"}, 160));
    auto const dropped = db->drop_messages_to_others({"kept", "never used"}, at(200));
    CHECK(dropped == std::map<std::string, std::size_t>{{"old", 2}});
    CHECK(db->messages({}).size() == 1);
    message_filter gone{false, false, false, true, 10};
    for (auto const& one : db->messages(gone))
        CHECK(mentions(one.last_answer, "no notifier of this name"));
    CHECK(db->messages(gone).size() == 2);
    CHECK(db->drop_messages_to_others({"kept"}, at(300)).empty());
    CHECK(db->check().ok);
}
