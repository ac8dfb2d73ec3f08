#include "daemon/drill.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_awaitable.hpp"

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

using outcome = notify::delivery::outcome;

/// A far end that writes down what it gets.
class recorder final : public notify::channel {
public:
    explicit recorder(outcome answer)
        : answer_(answer) {}

    asio::awaitable<notify::delivery> send(message const& what, std::vector<std::string>) override {
        got.push_back(what);
        notify::delivery out;
        out.what = answer_;
        out.status = answer_ == outcome::delivered ? 200 : 404;
        out.answer = answer_ == outcome::delivered ? "200 OK" : "404 Not Found";
        co_return out;
    }

    std::vector<message> got;

private:
    outcome answer_;
};

judge_rules picky_rules() {
    judge_rules out;
    out.publishers = assess::publisher_registry::builtin();
    out.licenses = assess::license_table::builtin();
    out.desk.notifiers = {{"good", severity::critical, {"license-*"}, {{"env", "prod"}}}};
    return out;
}

} // namespace

TEST_CASE("a drill goes all the way to every notifier, is marked, and leaves nothing open", "[drill]") {
    asio::io_context io{1};
    net::system_clock time;
    auto good = std::make_shared<recorder>(outcome::delivered);
    auto bad = std::make_shared<recorder>(outcome::failed);
    auto other = std::make_shared<recorder>(outcome::delivered);
    std::vector<lane_settings> const lanes{
        {"good", good, 72h, {}}, {"bad", bad, 72h, "good"}, {"other", other, 72h, {}}
    };
    drill work{io.get_executor(), time, picky_rules(), lanes};
    auto const report = test::run_awaitable(io, work.run());
    REQUIRE(report.size() == 3);
    for (auto const index : {0u, 2u}) {
        CHECK(report[index].delivered);
        CHECK(report[index].closed);
        REQUIRE(report[index].took);
        CHECK(*report[index].took >= 0ms);
    }
    CHECK_FALSE(report[1].delivered);
    CHECK(report[1].answer == "404 Not Found");
    CHECK_FALSE(report[1].took);
    // Neither what was given up nor its failure reaches the others.
    for (auto const& far_end : {good, other}) {
        REQUIRE(far_end->got.size() == 2);
        CHECK(far_end->got[0].type == message_type::opened);
        CHECK(far_end->got[1].type == message_type::resolved);
        for (auto const& one : far_end->got) {
            REQUIRE(one.alerts.size() == 1);
            auto const& entry = one.alerts[0];
            CHECK(entry.what.kind == alert_kind::weights_replaced);
            CHECK(entry.what.level == severity::critical);
            CHECK(entry.what.summary.starts_with("DRILL, nothing happened"));
            CHECK(entry.repo == "modelwatch/drill");
            CHECK(entry.tags.contains("drill"));
            CHECK(entry.what.files.size() == 1);
        }
        CHECK(far_end->got[0].alerts[0].id == far_end->got[1].alerts[0].id);
    }
    CHECK(good->got[1].alerts[0].resolution == "the drill is over");
}
