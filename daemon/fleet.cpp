#include "daemon/fleet.hpp"

#include "daemon/alerting/precedence.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <utility>

namespace modelwatch {

namespace {

/// Watches per piece of work on the database's thread: polls and deliveries want it too.
constexpr std::size_t batch = 200;

std::string labels_text(labels const& tags) {
    std::string out;
    for (auto const& [key, value] : tags)
        out += (out.empty() ? "" : ", ") + key + "=" + value;
    return out;
}

std::array<std::string, 5> levels_of(json::object const& status) {
    std::array<std::string, 5> out;
    auto const levels = texts_of(status, "levels");
    std::copy_n(levels.begin(), std::min(levels.size(), out.size()), out.begin());
    return out;
}

std::optional<double> number_in(json::object const& status, std::string_view key) {
    auto const* const found = status.if_contains(key);
    return found != nullptr && found->is_number() ? std::optional{found->to_number<double>()} : std::nullopt;
}

/// The open alert that is said first, and its place in the order of alerts.
void add_first(http::model_row& to, std::span<alert const> active, instant now) {
    alert const* first = nullptr;
    for (auto const& one : active) {
        if (!one.needs_attention(now)) continue;
        if (first == nullptr || alerting::said_before(one, *first)) first = &one;
    }
    if (first == nullptr) return;
    constexpr unsigned severities = 5;
    to.first_kind = to_string(first->what.kind);
    to.pressing = static_cast<unsigned>(alerting::precedence_of(first->what)) * severities +
                  (severities - 1 - static_cast<unsigned>(first->what.level));
    to.pressing_since = first->opened_at;
}

http::model_row row_of(json::object const& status, std::span<alert const> open, instant now) {
    http::model_row out;
    out.repo = text_of(status, "repo");
    if (text_of(status, "revision") != "main") out.revision = text_of(status, "revision");
    out.rating = text_of(status, "rating");
    out.score = number_in(status, "score");
    out.confidence = number_in(status, "confidence");
    out.levels = levels_of(status);
    out.deployed = text_of(status, "deployed_commit");
    out.upstream = text_of(status, "commit");
    out.staleness = text_of(status, "staleness");
    out.last_success = instant_of(status, "last_success_at");
    out.failing = !text_of(status, "last_error").empty();
    out.upstream_staleness = text_of(status, "upstream_staleness");
    out.deployed_staleness = text_of(status, "deployed_staleness");
    out.alerts = counts_of(open, now);
    add_first(out, open, now);
    return out;
}

} // namespace

asio::awaitable<void> fleet::refresh(store_thread& db, std::vector<watch> targets, bool whole, instant now) {
    std::map<std::string, entry> fresh;
    for (std::size_t first = 0; first < targets.size(); first += batch) {
        auto const last = std::min(first + batch, targets.size());
        auto work = [&targets, first, last, limits = limits_, now](storage::store& store) {
            std::vector<entry> out;
            for (auto i = first; i < last; ++i) {
                auto const open = store.active_alerts(targets[i].key());
                entry one;
                one.target = targets[i];
                one.status = views::status_of(store, targets[i], open, limits, now);
                one.row = row_of(one.status, open, now);
                one.row.labels = labels_text(targets[i].tags);
                http::make_searchable(one.row);
                out.push_back(std::move(one));
            }
            return out;
        };
        auto made = co_await db.run(std::move(work));
        for (auto& one : made) {
            auto key = one.target.key();
            fresh.insert_or_assign(std::move(key), std::move(one));
        }
    }
    ++generation_;
    if (whole) {
        entries_.clear();
        keys_of_repo_.clear();
        counts_ = {};
        moved_ = true;
    }
    for (auto& [key, one] : fresh)
        put(key, std::move(one));
}

void fleet::put(std::string const& key, entry&& fresh) {
    count(fresh, 1);
    auto const known = entries_.find(key);
    if (known == entries_.end()) {
        keys_of_repo_.emplace(lower(fresh.target.repo), key);
        entries_.emplace(key, std::move(fresh));
        moved_ = true;
        return;
    }
    count(known->second, -1);
    known->second = std::move(fresh);
}

void fleet::note_success(std::string const& key, instant now) {
    auto const found = entries_.find(key);
    if (found == entries_.end()) return;
    auto& one = found->second;
    count(one, -1);
    one.status["last_success_at"] = to_rfc3339(now);
    one.status["last_error"] = nullptr;
    one.row.last_success = now;
    if (std::exchange(one.row.failing, false)) {
        http::make_searchable(one.row);
        ++generation_;
    }
    count(one, 1);
}

std::vector<fleet::entry const*> fleet::of_repo(std::string_view name) const {
    std::vector<entry const*> out;
    auto const [first, last] = keys_of_repo_.equal_range(lower(name));
    for (auto at = first; at != last; ++at)
        out.push_back(&entries_.at(at->second));
    return out;
}

std::vector<http::model_row const*> const& fleet::rows() {
    if (!moved_) return rows_;
    rows_.clear();
    rows_.reserve(entries_.size());
    for (auto const& [key, one] : entries_)
        rows_.push_back(&one.row);
    moved_ = false;
    return rows_;
}

void fleet::count(entry const& one, double weight) {
    auto& hub = counts_.hubs[one.target.hub];
    hub.watches += weight;
    if (one.row.failing) hub.failing += weight;
    if (one.row.last_success) {
        auto const seconds = std::chrono::duration<double>(one.row.last_success->time_since_epoch()).count();
        hub.last_success = std::max(hub.last_success, seconds);
    }
    counts_.ratings[one.row.rating.empty() ? "unknown" : one.row.rating] += weight;
    counts_.staleness[one.row.staleness] += weight;
}

void fleet::add_to(present_state& counts) const {
    // What nothing has any more is not shown.
    auto const some = [](auto const& from, auto& to) {
        for (auto const& [name, value] : from) {
            if (value > 0) to[name] = value;
        }
    };
    counts.hubs = counts_.hubs;
    some(counts_.ratings, counts.ratings);
    some(counts_.staleness, counts.staleness);
}

} // namespace modelwatch
