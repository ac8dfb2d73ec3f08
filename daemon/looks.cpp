#include "daemon/looks.hpp"

#include "daemon/judge.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

constexpr std::size_t most_looks = 16;

void keep_last(std::vector<alert>& all, alert const& entry) {
    auto const same =
        std::find_if(all.begin(), all.end(), [&](alert const& old) { return old.id == entry.id; });
    if (same == all.end()) {
        all.push_back(entry);
    } else {
        *same = entry;
    }
}

} // namespace

look& looks::begin(std::vector<watch> watches, instant now, net::steady_instant steady) {
    if (all_.size() == most_looks) all_.pop_front();
    auto& out = all_.emplace_back();
    out.id = fresh_id(now);
    out.asked_at = now;
    out.begun = steady;
    for (auto const& one : watches)
        out.waiting.insert(one.key());
    out.watches = std::move(watches);
    if (out.waiting.empty()) out.polled = steady;
    return out;
}

void looks::note(watched const& what, poll_report const& report, net::steady_instant now) {
    auto const key = what.target.key();
    for (auto& one : all_) {
        if (!one.waiting.contains(key) || now - report.took < one.begun) continue;
        one.waiting.erase(key);
        if (report.failure) one.failed[key] = report.failure->message();
        for (auto const& entry : report.touched)
            keep_last(one.touched, entry);
        if (one.waiting.empty()) one.polled = now;
    }
}

void looks::note(std::vector<alert> const& touched) {
    for (auto& one : all_) {
        for (auto const& entry : touched)
            keep_last(one.touched, entry);
    }
}

look* looks::find(std::string_view id) {
    auto const found = std::find_if(all_.begin(), all_.end(), [&](look const& one) { return one.id == id; });
    return found == all_.end() ? nullptr : &*found;
}

void looks::end(std::string_view id) {
    all_.remove_if([&](look const& one) { return one.id == id; });
}

json::object summary_of(look const& what) {
    json::array failed;
    for (auto const& one : what.watches) {
        auto const found = what.failed.find(one.key());
        if (found != what.failed.end())
            failed.push_back(json::object{{"repo", one.repo}, {"error", found->second}});
    }
    json::array alerts;
    for (auto const& entry : what.touched)
        alerts.push_back(to_json(entry));
    return {{"checked", what.watches.size()}, {"failed", std::move(failed)}, {"alerts", std::move(alerts)}};
}

} // namespace modelwatch
