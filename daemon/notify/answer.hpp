#pragma once

#include "daemon/notify/channel.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::notify {

inline constexpr std::size_t max_answer_bytes = 300;

/// Texts that must never be shown: what the far end or an error repeats of them is blotted out.
class secrets {
public:
    /// Remembers `text` unless it is too short to be told from ordinary words.
    void add(std::string_view text);
    /// The URL, its path and query, the long segments of its path, and the user information.
    void add_url(std::string_view url);

    /// Without secrets, printable, at most max_answer_bytes.
    [[nodiscard]] std::string clean(std::string_view text) const;

private:
    std::vector<std::string> texts_; ///< longest first
};

/// What an HTTP answer means: 2xx delivered; 408, 425, 429 and 5xx again later; everything else (redirects
/// are never followed) will not be better next time.
[[nodiscard]] delivery
judge_http(net::http_response const& answer, std::int64_t now_unix, secrets const& hidden);

/// Slack: delivered is 200 and "ok". A 200 with one of Slack's words for a broken webhook is final.
[[nodiscard]] delivery
judge_slack(net::http_response const& answer, std::int64_t now_unix, secrets const& hidden);

/// No answer: again later, unless the URL itself cannot be used.
[[nodiscard]] delivery judge_error(error const& failure, secrets const& hidden);

/// What one attempt did for one recipient of an email.
struct recipient_outcome {
    enum class kind { delivered, pending, refused };
    std::string address;
    kind what = kind::pending;
    unsigned status = 0;
    std::string answer;        ///< clean
    bool ends_session = false; ///< the others would fare the same: do not try them now
};

/// One delivery out of what the recipients got. Recipients that are not in `outcomes` were not tried:
/// pending.
[[nodiscard]] delivery
judge_recipients(std::vector<recipient_outcome> const& outcomes, std::vector<std::string> const& wanted);

} // namespace modelwatch::notify
