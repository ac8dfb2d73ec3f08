#include "daemon/notify/pagerduty_progress.hpp"

#include "daemon/model/text.hpp"
#include "daemon/notify/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::notify {

namespace {

/// How an event that was refused stands in pending_recipients while others wait.
constexpr std::string_view refused_mark = "refused ";
/// One event that a server cannot digest must not hold up the others; a server in trouble is left alone.
constexpr unsigned most_in_a_row = 2;

bool holds(std::vector<std::string> const& list, std::string const& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

} // namespace

pagerduty_progress::pagerduty_progress(
    std::vector<pagerduty_event> const& events, std::vector<std::string> const& pending
)
    : resumed_(!pending.empty()) {
    for (auto const& event : events) {
        if (holds(pending, std::string{refused_mark} + event.key))
            refused_.push_back(event.key);
        else if (pending.empty() || holds(pending, event.key))
            todo_.push_back(&event);
    }
}

pagerduty_event const* pagerduty_progress::next() const {
    bool const far_end_in_trouble =
        troubles_ >= most_in_a_row || (troubles_ > 0 && (last_.status == 0 || last_.status == 429));
    return far_end_in_trouble || at_ >= todo_.size() ? nullptr : todo_[at_];
}

void pagerduty_progress::note(delivery made) {
    auto const& key = todo_.at(at_++)->key;
    if (made.what != delivery::outcome::delivered && !in_trouble_) {
        trouble_ = made;
        in_trouble_ = true;
    }
    last_ = made;
    troubles_ = made.what == delivery::outcome::retry ? troubles_ + 1 : 0;
    refusals_ = made.what == delivery::outcome::failed ? refusals_ + 1 : 0;
    if (made.what == delivery::outcome::delivered) ++taken_;
    if (made.what == delivery::outcome::retry) postponed_.push_back(key);
    if (made.what == delivery::outcome::failed) refused_.push_back(key);
    if (refusals_ < most_in_a_row || taken_ > 0) return;
    // Nothing but refusals: it is about the routing key, and the others would fare the same.
    for (; at_ < todo_.size(); ++at_)
        refused_.push_back(todo_[at_]->key);
}

delivery pagerduty_progress::outcome() const {
    auto waiting = postponed_;
    for (auto i = at_; i < todo_.size(); ++i)
        waiting.push_back(todo_[i]->key);
    auto out = in_trouble_ ? trouble_ : last_;
    out.what = !waiting.empty()    ? delivery::outcome::retry
               : !refused_.empty() ? delivery::outcome::failed
                                   : delivery::outcome::delivered;
    if (out.what == delivery::outcome::retry) out.retry_after = last_.retry_after;
    if (todo_.empty()) out.answer = "nothing left to send";
    if (todo_.size() > 1)
        out.answer = fmt::format("{} of {} events taken; {}", taken_, todo_.size(), out.answer);
    out.answer = shortened(out.answer, max_answer_bytes);
    if (waiting.empty()) {
        out.pending_recipients = refused_; // for `outbox retry`
        return out;
    }
    bool const untouched = taken_ == 0 && refused_.empty() && !resumed_;
    if (untouched) return out;
    out.pending_recipients = std::move(waiting);
    for (auto const& key : refused_)
        out.pending_recipients.push_back(std::string{refused_mark} + key);
    return out;
}

} // namespace modelwatch::notify
