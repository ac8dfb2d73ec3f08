#include "daemon/answers.hpp"

#include "daemon/answers_parts.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace modelwatch::answers {

namespace {

constexpr auto questions = std::to_array<question>({
    {"status", false, false, status},
    {"history", false, false, history},
    {"diff", false, false, diff},
    {"gate", false, true, gate},
    {"alerts", false, false, alerts},
    {"alert", false, false, alert},
    {"silences", false, false, silences},
    {"reviews", false, false, reviews},
    {"outbox", false, false, outbox},
    {"message", false, false, message},
    {"digest", false, true, digest},
    {"accept", true, true, accept},
    {"review", true, true, review},
    {"except", true, false, except},
    {"acknowledge", true, false, acknowledge},
    {"resolve", true, true, resolve},
    {"silence", true, false, silence},
    {"unsilence", true, true, unsilence},
    {"retry", true, false, retry},
    {"drop", true, false, drop},
    {"send-digest", true, true, send_digest},
});

} // namespace

std::span<question const> all() noexcept {
    return questions;
}

question const* find(std::string_view name) noexcept {
    auto const found = std::find_if(questions.begin(), questions.end(), [&](question const& one) {
        return one.name == name;
    });
    return found == questions.end() ? nullptr : &*found;
}

std::string word(json::object const& asked, std::string_view key) {
    return std::string{text_of(asked, key)};
}

result<void> check_lengths(json::object const& asked) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kept{{
        {"by", "--by"},
        {"reason", "--reason"},
        {"requested_by", "--requested-by"},
        {"approved_by", "--approved-by"},
    }};
    for (auto const& [key, option] : kept) {
        if (text_of(asked, key).size() <= longest_reason) continue;
        return failure(
            errc::invalid,
            fmt::format("{} is longer than {} bytes", option, longest_reason),
            "write it shorter"
        );
    }
    return {};
}

result<person> person_of(json::object const& asked, reason why) {
    if (auto const good = check_lengths(asked); !good) return good.error();
    person out{word(asked, "by"), word(asked, "reason")};
    constexpr auto hint = "say who decides, and why: every change has an author";
    if (trimmed(out.by).empty()) return failure(errc::invalid, "--by must not be empty", hint);
    if (why == reason::needed && trimmed(out.reason).empty())
        return failure(errc::invalid, "--reason must not be empty", hint);
    return out;
}

result<paging> paging_of(json::object const& asked) {
    paging out;
    auto const read = [&](std::string_view name, std::size_t& into, std::size_t least, std::size_t most) {
        auto const text = text_of(asked, name);
        if (text.empty()) return true;
        auto const end = text.data() + text.size();
        auto const [stop, fault] = std::from_chars(text.data(), end, into);
        return fault == std::errc{} && stop == end && into >= least && into <= most;
    };
    if (read("limit", out.limit, 1, 1000) && read("offset", out.offset, 0, 10'000'000)) return out;
    return failure(errc::invalid, "limit and offset must be numbers", "limit is 1 to 1000");
}

bool fits(std::string_view wanted, std::string_view value) {
    return wanted.empty() || glob_match(lower(wanted), lower(value));
}

error refused(unsigned status, std::string what, std::string hint) {
    auto out = failure(errc::invalid, std::move(what), std::move(hint));
    out.status = status;
    return out;
}

json::array places_of(std::span<modelwatch::alert const> alerts) {
    json::array out;
    for (auto const& entry : alerts)
        out.emplace_back(entry.watch_key);
    return out;
}

} // namespace modelwatch::answers
