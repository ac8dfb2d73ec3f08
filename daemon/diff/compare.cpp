#include "daemon/diff/facts.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace modelwatch::diff {

namespace {

void put_in_order(std::vector<change>& changes) {
    std::sort(changes.begin(), changes.end(), [](change const& left, change const& right) {
        return std::tie(left.kind, left.dedupe, left.subject) <
               std::tie(right.kind, right.dedupe, right.subject);
    });
}

} // namespace

std::vector<change> compare_identity(comparison const& input) {
    std::vector<change> out;
    judge_identity(facts{input}, out);
    put_in_order(out);
    return out;
}

std::vector<change> compare(comparison const& input) {
    std::vector<change> out;
    if (input.place != standing::present) out.push_back(standing_change(input));
    if (input.current == nullptr) {
        if (out.empty()) throw std::logic_error{"compare: a repo that is present needs a current state"};
        return out;
    }
    facts const seen{input};
    judge_identity(seen, out);
    judge_weights(seen, out);
    judge_code(seen, out);
    judge_templates_and_tokenizer(seen, out);
    judge_configuration(seen, out);
    judge_formats(seen, out);
    judge_scan(seen, out);
    judge_license(seen, out);
    judge_gating(seen, out);
    judge_timeliness(seen, out);
    // After the others: commits are only worth a word of their own when nothing graver was said.
    judge_history(seen, out);
    put_in_order(out);
    return out;
}

} // namespace modelwatch::diff
