#include "daemon/hub/parse.hpp"
#include "daemon/hub/proof.hpp"
#include "tests/hub_client/samples.hpp"
#include "tests/hub_client/small_hub.hpp"

#include <algorithm>
#include <ctime>

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

/// Processor time of one call, the best of several batches: what else the machine does must not count.
template <class Work>
double microseconds(Work work) {
    constexpr int batch = 50;
    double best = 1e9;
    for (int i = 0; i < 40; ++i) {
        auto const begin = std::clock(); // not the wall clock: a busy machine must not fail the test
        for (int k = 0; k < batch; ++k)
            work();
        auto const took = static_cast<double>(std::clock() - begin) * 1e6 / CLOCKS_PER_SEC;
        best = std::min(best, took / batch);
    }
    return best;
}

} // namespace

TEST_CASE("an unchanged poll costs at most 60 microseconds of processor time") {
#if defined(NDEBUG)
    small_hub hub;
    hub.serve_all();
    auto const first = hub.observe();
    REQUIRE(first);
    auto const poll = [&] { return hub.observe_with(first->proof)->unchanged; };
    double const same = microseconds([&] {
        if (!poll()) FAIL("a change");
    });
    CAPTURE(same);
    CHECK(same < 60.0);

    auto const body = sample("from-cassettes/google-bert__bert-base-uncased.json");
    if (!body) return;
    double const judged = microseconds([&] {
        auto const info = hub::parse_model_info(*body, "hub", "main", instant{});
        if (weak_etag(*body).empty() || hub::proof_of(*info).commit.empty()) FAIL("no proof");
    });
    CAPTURE(judged);
    CHECK(judged < 60.0);
    WARN("unchanged poll " << same << " us, a body with new download counts " << judged << " us");
#else
    SUCCEED("measured in release builds");
#endif
}
