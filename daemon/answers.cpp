#include "daemon/answers.hpp"

#include "daemon/answers_parts.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::answers {

namespace {

constexpr std::size_t longest_text = 4000;

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

result<person> person_of(json::object const& asked) {
    person out{word(asked, "by"), word(asked, "reason")};
    for (auto const& [name, text] : {std::pair{"by", &out.by}, std::pair{"reason", &out.reason}}) {
        if (trimmed(*text).empty()) {
            return failure(
                errc::invalid,
                std::string{"--"} + name + " must not be empty",
                "say who decides, and why: nothing is changed by nobody"
            );
        }
        if (text->size() > longest_text)
            return failure(errc::invalid, std::string{"--"} + name + " is longer than 4000 bytes");
    }
    return out;
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
