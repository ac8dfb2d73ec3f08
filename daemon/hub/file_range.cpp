#include "daemon/hub/file_range.hpp"

#include "daemon/hub/limits.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <charconv>

namespace modelwatch::hub {

namespace {

std::optional<std::uint64_t> number(std::string_view text) noexcept {
    text = trimmed(text);
    std::uint64_t value = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const whole = failed == std::errc{} && end == text.data() + text.size() && !text.empty();
    return whole ? std::optional(value) : std::nullopt;
}

error spoiled(error problem, errc code, std::string_view why) {
    problem.code = code;
    problem.what += ": " + std::string(why);
    problem.hint.clear();
    return problem;
}

/// A part that is shorter than the server itself says was lost on the way.
result<std::string> taken_part(
    std::string body, content_range const& range, std::uint64_t offset, std::uint64_t length, error problem
) {
    if (range.first != offset)
        return spoiled(std::move(problem), errc::malformed, "another range than was asked for");
    if (body.size() > length) body.resize(static_cast<std::size_t>(length));
    auto expected = length;
    if (range.total) expected = std::min(length, *range.total - std::min(*range.total, offset));
    if (range.last && *range.last >= offset && !range.total)
        expected = std::min(length, *range.last - offset + 1);
    if (body.size() < expected)
        return spoiled(std::move(problem), errc::cut, "the range is shorter than promised");
    return body;
}

result<std::string>
part_of_whole(net::http_response response, std::uint64_t offset, std::uint64_t length, error problem) {
    auto& body = response.body;
    bool const reached = !response.body_was_cut || body.size() >= offset + length;
    if (!reached) {
        return spoiled(
            std::move(problem), errc::refused, "the server ignores ranges, and the part lies too deep"
        );
    }
    if (offset >= body.size()) return std::string();
    return body.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
}

} // namespace

std::optional<content_range> parse_content_range(std::string_view value) {
    value = trimmed(value);
    if (lower(value.substr(0, 6)) != "bytes ") return std::nullopt;
    value.remove_prefix(6);
    auto const slash = value.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    content_range range;
    range.total = number(value.substr(slash + 1));
    if (!range.total && trimmed(value.substr(slash + 1)) != "*") return std::nullopt;
    auto const span = trimmed(value.substr(0, slash));
    if (span == "*") return range;
    auto const dash = span.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    range.first = number(span.substr(0, dash));
    range.last = number(span.substr(dash + 1));
    if (!range.first || !range.last || *range.last < *range.first) return std::nullopt;
    return range;
}

std::uint64_t range_read_bound(std::uint64_t offset, std::uint64_t length) noexcept {
    auto const end = offset + length;
    return end <= limits::max_unranged_read ? end : length;
}

result<std::string>
cut_range(net::http_response response, std::uint64_t offset, std::uint64_t length, error problem) {
    auto const range = parse_content_range(response.header("content-range"));
    switch (meaning_of(response)) {
    case meaning::partial:
        if (!range) return spoiled(std::move(problem), errc::malformed, "a part without Content-Range");
        return taken_part(std::move(response.body), *range, offset, length, std::move(problem));
    case meaning::ok:
        if (range && range->first) {
            return taken_part(std::move(response.body), *range, offset, length, std::move(problem));
        }
        return part_of_whole(std::move(response), offset, length, std::move(problem));
    case meaning::bad_range:
        if (range && range->total && offset >= *range->total) return std::string();
        return problem;
    default:
        return problem;
    }
}

} // namespace modelwatch::hub
