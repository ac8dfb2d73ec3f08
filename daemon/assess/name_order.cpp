#include "daemon/assess/name_order.hpp"

#include <algorithm>

namespace modelwatch::assess {

namespace {

constexpr double incomparable_size = 1e9;

using number = std::vector<std::uint32_t>;

/// Components, missing ones as zero.
std::strong_ordering order(number const& a, number const& b) noexcept {
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        auto const left = i < a.size() ? a[i] : 0;
        auto const right = i < b.size() ? b[i] : 0;
        if (left != right) return left <=> right;
    }
    return std::strong_ordering::equal;
}

number or_one(number const& value) {
    return value.empty() ? number{1} : value;
}

/// "2407" and "202407" as 202407; 0 when the digits can mean other things ("0324").
std::uint32_t year_and_month(std::string const& stamp) noexcept {
    std::uint32_t value = 0;
    for (char const digit : stamp.substr(0, 6))
        value = value * 10 + static_cast<std::uint32_t>(digit - '0');
    if (stamp.size() == 4) value += 200'000;
    bool const plausible = value >= 202'001 && value < 204'000 && value % 100 >= 1 && value % 100 <= 12;
    return plausible ? value : 0;
}

/// Where stamps cannot be read as dates, that they differ is all they tell: creation tells the order.
bool is_later_stamp(std::string const& subject, std::string const& other) noexcept {
    if (other.empty() || other == subject) return false;
    if (subject.empty()) return true;
    auto const before = year_and_month(subject);
    auto const after = year_and_month(other);
    if (before != 0 && after != 0 && before != after) return after > before;
    return subject.size() == other.size();
}

/// Whether the two numbers count the same thing, and if not, whether a guess is still allowed.
enum class footing { none, guess, same };

footing footing_of(repo_name const& subject, repo_name const& other) {
    bool const is_explicit = !subject.generation.empty();
    auto const& counted = is_explicit ? subject.numbered_by : subject.size_word;
    if (counted == other.numbered_by) return footing::same;
    if (other.numbered_by.empty()) return footing::guess;
    return subject.size_word == other.numbered_by ? footing::guess : footing::none;
}

bool within(std::vector<std::string> const& words, std::vector<std::string> const& allowed) {
    return std::all_of(words.begin(), words.end(), [&](auto const& word) {
        return std::find(allowed.begin(), allowed.end(), word) != allowed.end();
    });
}

bool is_alike(repo_name const& subject, repo_name const& other) {
    return same_role(subject, other) && subject.size_word == other.size_word &&
           size_distance(subject, other) <= 2 && within(other.variants, subject.variants);
}

/// Neither name has a generation, both have dates: Mistral-Large-Instruct-2407 and -2411.
name_relation relate_by_stamp(repo_name const& subject, repo_name const& other) {
    bool const both = !subject.date_stamp.empty() && !other.date_stamp.empty();
    bool const told = both && subject.generation.empty() && is_alike(subject, other);
    if (!told) return name_relation::incomparable;
    return is_later_stamp(subject.date_stamp, other.date_stamp) ? name_relation::point
                                                                : name_relation::not_newer;
}

name_relation relate_numbers(repo_name const& subject, repo_name const& other, bool guess) {
    auto const before = major_of(subject);
    auto const after = major_of(other);
    if (after < before) return name_relation::not_newer;
    if (after > before) return guess ? name_relation::possible : name_relation::newer_generation;
    auto minor = order(or_one(other.generation), or_one(subject.generation));
    if (minor == 0) minor = order(or_one(other.revision), or_one(subject.revision));
    bool const stamped = minor == 0 && is_later_stamp(subject.date_stamp, other.date_stamp);
    if (minor < 0 || (minor == 0 && !stamped)) return name_relation::not_newer;
    return guess || !is_alike(subject, other) ? name_relation::possible : name_relation::point;
}

} // namespace

name_relation relate(repo_name const& subject, repo_name const& other) {
    if (!subject.has_family() || !other.has_family()) return name_relation::other_line;
    if (subject.family.front() != other.family.front()) return name_relation::other_line;
    if (subject.domains != other.domains) return name_relation::other_line;
    if (subject.family != other.family) return name_relation::incomparable;
    if (other.generation.empty()) return relate_by_stamp(subject, other);
    auto const common = footing_of(subject, other);
    if (common == footing::none) return name_relation::incomparable;
    return relate_numbers(subject, other, common == footing::guess);
}

major_generation major_of(repo_name const& name) noexcept {
    if (name.generation.empty()) return {1, 0};
    auto const first = name.generation[0];
    bool const below_one = first == 0 && name.generation.size() > 1;
    return {first, below_one ? name.generation[1] : 0};
}

std::string to_text(std::vector<std::uint32_t> const& number) {
    std::string out;
    for (auto const part : number)
        out += (out.empty() ? "" : ".") + std::to_string(part);
    return out;
}

double size_distance(repo_name const& a, repo_name const& b) noexcept {
    if (!a.size && !b.size) return 1;
    if (!a.size || !b.size) return incomparable_size;
    return std::max(*a.size, *b.size) / std::min(*a.size, *b.size);
}

bool same_role(repo_name const& a, repo_name const& b) noexcept {
    return (a.role == name_role::instruct) == (b.role == name_role::instruct);
}

} // namespace modelwatch::assess
