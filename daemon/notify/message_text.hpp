#pragma once

#include "daemon/model/message.hpp"
#include "daemon/notify/reader.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::notify {

/// One changed file, in words: every text is printable and bounded.
struct file_text {
    std::string path;
    std::string before; ///< "sha256 3f2a… (4.4 GB)", or "not there"
    std::string after;
};

/// What people must read of one alert, in the order in which they need it. All texts are printable, bounded
/// and free of links but for `url`, but not yet escaped for any markup.
struct alert_text {
    std::string badge;   ///< "HIGH", "HIGH, updated", "HIGH, reminder", "RESOLVED"
    std::string place;   ///< "tiiuae/falcon-7b", or "hub mirror" for an alert about the monitor
    std::string title;   ///< "tiiuae/falcon-7b: weights replaced (model.safetensors)"
    std::string tags;    ///< "env=prod, team=search"; may be empty
    std::string summary; ///< one line
    std::string
        production; ///< whether the bytes in production are affected; empty where the question has no sense
    std::string rating;              ///< "Medium -> High"; empty where it did not change or is not known
    std::string action;              ///< what to do first
    std::vector<std::string> detail; ///< lines
    std::vector<file_text> files;
    std::size_t files_left_out = 0;
    std::string commits; ///< "ec89142b… -> 898df138…"; may be empty
    std::string url;     ///< http(s) and free of anything that could end a link; may be empty
    std::string times;
    std::vector<std::string> commands; ///< to copy into a shell: safe to paste
    std::string id;
    std::string kind;
};

[[nodiscard]] alert_text
describe(alert const& entry, message const& carrier, std::size_t max_files, reader const& whom = {});

/// What may be copied into a shell next; accepting comes last, for it ends the looking.
[[nodiscard]] std::vector<std::string> commands_for(alert const& entry, message_type type);

/// The alerts of a message, worst first, then the older first.
[[nodiscard]] std::vector<alert const*> worst_first(std::vector<alert> const& alerts);

/// The first line: how bad, what happened to what, whether production is affected, which labels. One
/// printable line of at most `limit` bytes.
[[nodiscard]] std::string subject_line(message const& what, std::size_t limit);

/// Plain text of a digest or test message: the payload's "text", else something that says what it is.
[[nodiscard]] std::string payload_text(message const& what, reader const& whom = {});

/// The whole message as plain text with '\n' line ends, for email.
[[nodiscard]] std::string plain_text(message const& what, reader const& whom = {});

/// The bounds of one message to people: what is beyond them is counted, and found with `modelwatch alerts
/// list`.
inline constexpr std::size_t stories_in_full = 50;
inline constexpr std::size_t stories_in_one_line = 500;

} // namespace modelwatch::notify
