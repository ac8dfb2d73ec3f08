#include "daemon/alert_desk.hpp"
#include "daemon/outbox.hpp"
#include "tests/support/catch.hpp"

#include <fmt/format.h>

#include <map>
#include <random>
#include <set>
#include <tuple>

// Random stories over the real desk and the real store: hubs change, polls crash before their commit, far
// ends fail or take a message whose delivery is then forgotten, silences and acknowledgements come and go,
// old rows are removed. Whatever happens, people hear of exactly what was observed.

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t watches = 3;

/// A file that was changed in a watch: no two changes of a story have the same.
using pair = std::pair<std::size_t, std::string>;

struct crash {};

struct receipt {
    std::string message;
    message_type type = message_type::opened;
};

/// What one far end has got.
struct inbox {
    std::set<pair> heard;
    std::map<std::string, std::vector<receipt>> by_alert; ///< in the order of arrival, repeats left out
    std::set<std::string> messages;
};

class story {
public:
    explicit story(unsigned seed)
        : random_(seed)
        , db_(storage::open_store({}, storage::open_mode::memory)) {
        for (auto const* const name : {"steady", "flaky"})
            rules_.desk.notifiers.push_back({name, severity::info, {"*"}, {}});
        rules_.group_wait = 2min;
    }

    void step() {
        switch (pick(12)) {
        case 0:
        case 1:
        case 2:
            change(pick(watches));
            break;
        case 3:
        case 4:
        case 5:
            poll(pick(watches), chance(30));
            break;
        case 6:
            pass(chance(20));
            break;
        case 7:
            now_ += std::chrono::minutes{1 + pick(chance(20) ? 3000 : 30)};
            break;
        case 8:
            deliver("steady", chance(10) ? 50 : 0);
            break;
        case 9:
            deliver("flaky", 60);
            break;
        case 10:
            decide_something();
            break;
        default:
            if (chance(20)) db_->prune(now_ - 72h);
        }
    }

    /// Everything that is still to happen happens; the far ends are well again.
    void finish() {
        for (auto const& one : db_->silences(now_, 100))
            finish_silence(one);
        pass(false);
        for (std::size_t w = 0; w < watches; ++w)
            poll(w, false);
        for (int round = 0; round < 3; ++round) {
            now_ += 2h;
            pass(false);
            for (int i = 0; i < 200 && waiting(); ++i) {
                deliver("steady", 0);
                deliver("flaky", 0);
                now_ += 31min;
            }
        }
    }

    void check() {
        CHECK_FALSE(waiting());
        CHECK(db_->check().problems.empty());
        for (auto& [name, box] : inboxes_) {
            INFO(name);
            for (auto const& one : box.heard) {
                INFO("invented: " << one.first << " " << one.second);
                CHECK(expected_.contains(one));
            }
            for (auto const& one : expected_) {
                INFO("lost: " << one.first << " " << one.second);
                CHECK(box.heard.contains(one));
            }
            for (auto const& [id, receipts] : box.by_alert)
                check_alert(id, receipts);
        }
    }

private:
    unsigned pick(std::size_t below) {
        return std::uniform_int_distribution<unsigned>{0, static_cast<unsigned>(below) - 1}(random_);
    }

    bool chance(unsigned percent) { return pick(100) < percent; }

    static std::string repo_of(std::size_t w) { return fmt::format("acme/model-{}", w); }

    void change(std::size_t w) {
        if (chance(25)) {
            hub_[w].clear(); // back to what is trusted
        } else {
            hub_[w].push_back(fmt::format("sha-{}", ++changes_));
        }
    }

    [[nodiscard]] alerting::judgement seen_at(std::size_t w) {
        alerting::judgement out;
        out.watch_key = "hub/" + repo_of(w) + "@main";
        out.repo = repo_of(w);
        out.hub = "hub";
        if (hub_[w].empty()) return out;
        change_type what;
        what.kind = alert_kind::weights_replaced;
        what.level = severity::high;
        for (auto const& sha : hub_[w])
            what.files.push_back({"file-" + sha, "old", sha, 1, 1});
        what.subject = fmt::format("{} files", what.files.size());
        out.changes.push_back(std::move(what));
        return out;
    }

    /// True when it was committed.
    bool attempt(bool crashes, std::function<void()> const& work) {
        try {
            db_->in_transaction([&] {
                work();
                if (crashes) throw std::runtime_error("killed before the commit");
            });
            return true;
        } catch (storage::storage_error const&) {
            if (!crashes) throw;
            return false;
        }
    }

    [[nodiscard]] bool is_silenced(std::size_t w) {
        auto const all = db_->silences(now_, 100);
        return std::any_of(all.begin(), all.end(), [&](silence const& one) {
            return one.repo == repo_of(w);
        });
    }

    void poll(std::size_t w, bool crashes) {
        auto const done = attempt(crashes, [&] { (void)judge_monitor(*db_, rules_, seen_at(w), now_); });
        if (!done) return;
        std::set<pair> present;
        for (auto const& sha : hub_[w])
            present.insert({w, sha});
        // What comes and goes under a silence is never told. What is still there when it ends is: when time
        // is let pass, or with the next news.
        std::erase_if(kept_back_, [&](pair const& one) { return one.first == w && !present.contains(one); });
        auto const known = [&](pair const& one) {
            return expected_.contains(one) || kept_back_.contains(one);
        };
        bool const news = !std::all_of(present.begin(), present.end(), known);
        bool const told = news && !is_silenced(w);
        for (auto const& one : present) {
            if (told) {
                expected_.insert(one);
                kept_back_.erase(one);
            } else if (!expected_.contains(one)) {
                kept_back_.insert(one);
            }
        }
    }

    void pass(bool crashes) {
        auto const done = attempt(crashes, [&] { (void)let_time_pass(*db_, rules_, now_); });
        if (!done) return;
        for (auto next = kept_back_.begin(); next != kept_back_.end();) {
            auto const one = *next++;
            if (is_silenced(one.first)) continue;
            expected_.insert(one);
            kept_back_.erase(one);
        }
    }

    /// In an order that does not depend on their ids, so that a seed tells the same story every time.
    [[nodiscard]] std::vector<silence> silences() {
        auto out = db_->silences(now_, 100);
        std::sort(out.begin(), out.end(), [](silence const& a, silence const& b) {
            return std::tie(a.repo, a.until) < std::tie(b.repo, b.until);
        });
        return out;
    }

    void decide_something() {
        if (chance(40)) {
            silence one;
            one.repo = repo_of(pick(watches));
            one.until = now_ + std::chrono::minutes{1 + pick(600)};
            one.by = "ann";
            one.reason = "test";
            attempt(chance(20), [&] { (void)begin_silence(*db_, one, now_); });
        } else if (auto const all = silences(); !all.empty() && chance(50)) {
            finish_silence(all[pick(all.size())]);
        } else if (auto open = db_->active_alerts({}); !open.empty()) {
            auto entry = open[pick(open.size())];
            entry.state = alert_state::acknowledged;
            entry.acknowledged_by = "ann";
            if (chance(50)) entry.acknowledged_until = now_ + std::chrono::minutes{1 + pick(600)};
            // A silenced alert that is acknowledged has been seen, whatever was kept back of it.
            if (entry.untold || entry.hold) return;
            storage::observation_write write;
            write.now = now_;
            write.alerts = {entry};
            db_->record(write);
        }
    }

    void finish_silence(silence const& one) {
        (void)end_silence(*db_, rules_, one.id, "ann", "test", now_);
        pass(false);
    }

    void receive(inbox& box, message const& what) {
        bool const repeat = !box.messages.insert(what.id).second;
        for (auto const& entry : what.alerts) {
            auto const w = static_cast<std::size_t>(entry.repo.back() - '0');
            // The end of an alert tells that its changes are gone, not that they came.
            for (auto const& file : entry.what.files) {
                if (what.type != message_type::resolved) box.heard.insert({w, file.new_sha256});
            }
            if (!repeat) box.by_alert[entry.id].push_back({what.id, what.type});
        }
    }

    /// As a lane of the outbox does it: what waits after a failure holds back what follows from it.
    void deliver(std::string const& name, unsigned fault_percent) {
        for (bool again = true; again;) {
            again = false;
            for (auto& entry : db_->take_due(name, now_, 16)) {
                auto const fate = send(name, entry, fault_percent);
                if (fate == fate_of::killed) return;
                again = fate == fate_of::failed;
                if (again) break;
            }
        }
    }

    enum class fate_of { delivered, failed, killed };

    fate_of send(std::string const& name, message const& entry, unsigned fault_percent) {
        notify::delivery made;
        made.what = notify::delivery::outcome::delivered;
        bool const fault = chance(fault_percent);
        if (!fault || chance(20)) receive(inboxes_[name], entry);
        if (fault && chance(30)) return fate_of::killed; // what became of it is not written
        if (fault) made.what = notify::delivery::outcome::retry;
        if (fault && chance(30)) made.retry_after = 600s;
        auto const after = after_attempt(entry, made, 24h * 1000, now_, 0.5);
        db_->record_attempt(after, {entry.id, now_, 1ms, fault ? 503u : 200u, ""}, {});
        return fault ? fate_of::failed : fate_of::delivered;
    }

    [[nodiscard]] bool waiting() { return !db_->messages({true, false, false, false, 10}).empty(); }

    /// One beginning, then news and reminders, then one end if it is over.
    void check_alert(std::string const& id, std::vector<receipt> const& receipts) {
        INFO("alert " << id);
        CHECK(receipts.front().type == message_type::opened);
        auto const count = [&](message_type type) {
            return std::count_if(receipts.begin(), receipts.end(), [&](receipt const& one) {
                return one.type == type;
            });
        };
        CHECK(count(message_type::opened) == 1);
        auto const entry = db_->find_alert(id);
        bool const over = !entry || !entry->active();
        CHECK(count(message_type::resolved) == (over ? 1 : 0));
        CHECK((receipts.back().type == message_type::resolved) == over);
    }

    using change_type = modelwatch::change;

    std::mt19937 random_;
    std::unique_ptr<storage::store> db_;
    judge_rules rules_;
    instant now_ = *from_rfc3339("2026-11-22T09:00:00Z");
    std::map<std::size_t, std::vector<std::string>> hub_; ///< files that differ from what is trusted
    unsigned changes_ = 0;
    std::set<pair> expected_;
    std::set<pair> kept_back_;
    std::map<std::string, inbox> inboxes_{{"steady", {}}, {"flaky", {}}};
};

} // namespace

TEST_CASE("whatever crashes and fails, people hear of exactly what was observed", "[desk]") {
    for (unsigned seed = 1; seed <= 150; ++seed) {
        INFO("seed " << seed);
        story one{seed};
        for (int i = 0; i < 150; ++i)
            one.step();
        one.finish();
        one.check();
    }
}
