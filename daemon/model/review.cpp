#include "daemon/model/review.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace modelwatch {

namespace {

std::string person(std::string_view name) {
    constexpr std::string_view blanks = " \t\r\n\f\v";
    auto out = lower(name);
    std::erase_if(out, [&](char c) { return blanks.find(c) != std::string_view::npos; });
    constexpr std::string_view no_break = "\xC2\xA0"; // looks like a blank in every terminal
    for (auto at = out.find(no_break); at != std::string::npos; at = out.find(no_break))
        out.erase(at, no_break.size());
    return out;
}

} // namespace

std::string_view to_string(review_verdict value) noexcept {
    return value == review_verdict::approve ? "approve" : "reject";
}

review_verdict parse_review_verdict(std::string_view text) {
    if (text == "approve") return review_verdict::approve;
    if (text == "reject") return review_verdict::reject;
    throw std::invalid_argument("no verdict: " + std::string{text});
}

review const* latest_review(std::span<review const> all, std::string_view commit) noexcept {
    review const* last = nullptr;
    for (auto const& one : all) {
        if (one.commit != commit) continue;
        if (last == nullptr || std::tie(last->at, last->id) < std::tie(one.at, one.id)) last = &one;
    }
    return last;
}

bool in_force(review const& entry, instant now) noexcept {
    return entry.verdict == review_verdict::approve && (!entry.until || now < *entry.until);
}

review const* approval_in_force(std::span<review const> all, std::string_view commit, instant now) noexcept {
    auto const* const last = latest_review(all, commit);
    return last != nullptr && in_force(*last, now) ? last : nullptr;
}

policy_exception const* exception_in_force(
    std::span<policy_exception const> all, std::string_view policy, std::string_view commit, instant now
) noexcept {
    policy_exception const* found = nullptr;
    for (auto const& one : all) {
        if (one.policy != policy || one.commit != commit || one.until <= now) continue;
        if (found == nullptr || one.until > found->until) found = &one;
    }
    return found;
}

std::string_view exception_trouble(policy_exception const& entry) {
    if (person(entry.requested_by) == person(entry.approved_by))
        return "an exception is approved by someone other than who requests it";
    if (entry.until <= entry.at || entry.until - entry.at > longest_exception)
        return "an exception lasts at most 90 days, and ends in the future";
    return {};
}

std::string content_digest(std::vector<file_entry> files) {
    std::sort(files.begin(), files.end(), [](auto const& a, auto const& b) { return a.path < b.path; });
    std::string text;
    for (auto const& one : files) {
        // One line of JSON per file: no path can look like two of them.
        text += to_line(json::array{one.path, one.size, one.content_id()});
        text += '\n';
    }
    return sha256_hex(text);
}

json::object to_json(review const& entry) {
    return {
        {"commit", entry.commit},
        {"verdict", to_string(entry.verdict)},
        {"by", entry.by},
        {"reason", entry.reason},
        {"at", to_rfc3339(entry.at)},
        {"until", or_null(entry.until)},
        {"seen", !entry.content.empty()}
    };
}

json::object to_json(policy_exception const& entry) {
    return {
        {"policy", entry.policy},
        {"commit", entry.commit},
        {"reason", entry.reason},
        {"requested_by", entry.requested_by},
        {"approved_by", entry.approved_by},
        {"at", to_rfc3339(entry.at)},
        {"until", to_rfc3339(entry.until)}
    };
}

} // namespace modelwatch
