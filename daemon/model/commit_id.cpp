#include "daemon/model/commit_id.hpp"

#include "daemon/model/digest.hpp"

namespace modelwatch {

namespace {

constexpr std::size_t longest = 64;

} // namespace

bool is_full_commit(std::string_view text) noexcept {
    return is_hex(text, 40) || is_hex(text, longest);
}

bool is_no_commit(std::string_view text) noexcept {
    return text.find_first_not_of('0') == std::string_view::npos;
}

bool is_commit_prefix(std::string_view text, std::size_t fewest) noexcept {
    return text.size() >= fewest && text.size() <= longest && is_hex(text, text.size());
}

} // namespace modelwatch
