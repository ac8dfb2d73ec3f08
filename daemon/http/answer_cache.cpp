#include "daemon/http/answer_cache.hpp"

#include "daemon/http/target.hpp"

namespace modelwatch::http {

namespace {

constexpr std::size_t most_entries = 32;
constexpr std::size_t largest_body = 1u << 20;

std::string key_of(request const& asked) {
    std::string out;
    for (auto const& segment : asked.path)
        out += "/" + escaped_segment(segment);
    for (auto const& [name, value] : asked.query)
        out += "&" + escaped_segment(name) + "=" + escaped_segment(value);
    return out;
}

} // namespace

response const* answer_cache::find(request const& asked, std::uint64_t state, time_point now) {
    if (state != state_) entries_.clear();
    state_ = state;
    auto const found = entries_.find(key_of(asked));
    if (found == entries_.end() || found->second.until <= now) return nullptr;
    return &found->second.made;
}

void answer_cache::keep(request const& asked, std::uint64_t state, response const& made, time_point until) {
    if (state != state_ || made.status != 200 || made.body.size() > largest_body) return;
    if (entries_.size() >= most_entries) entries_.clear();
    entries_.insert_or_assign(key_of(asked), entry{made, until});
}

} // namespace modelwatch::http
