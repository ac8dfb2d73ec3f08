#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace modelwatch::hub {

/// Compares this host's clock with the Date of a hub's answers. Two answers in a row must agree, because one
/// may come out of somebody's cache and be old.
class clock_check {
public:
    /// What is less may be the way of the answer, or a second of rounding.
    static constexpr std::chrono::seconds tolerated{300};

    /// `date` and `age` are the headers of an answer that has just come.
    void heard(std::string_view date, std::string_view age, std::int64_t now_unix);

    /// By how much this host is ahead (else it is behind), when that has become known or has changed since
    /// it was last asked for; 0: within what is tolerated.
    [[nodiscard]] std::optional<std::chrono::seconds> take_news() noexcept;

private:
    std::optional<std::chrono::seconds> last_;
    std::optional<std::chrono::seconds> known_;
    bool news_ = false;
};

} // namespace modelwatch::hub
