#pragma once

#include <exception>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace modelwatch {

enum class log_level { trace, debug, info, warn, error };

/// How lines look: `text` for people, `json` one object per line, `journald` entries with a field for each of
/// ours (lines with the priority as prefix on stderr where no journal listens); `automatic` is journald where
/// stderr is the journal's, else text.
enum class log_format { automatic, text, json, journald };

struct log_settings {
    log_level level = log_level::info;
    log_format format = log_format::automatic;
};

/// Unknown words keep the default; the configuration has been validated before.
[[nodiscard]] log_settings parse_log_settings(std::string_view level, std::string_view format);

void start_log(log_settings how);

using log_fields = std::initializer_list<std::pair<std::string_view, std::string>>;

/// One line on stderr. Everything in it is made printable; nothing in it may be a secret.
void log(log_level level, std::string_view message, log_fields fields = {});

inline void log_debug(std::string_view message, log_fields fields = {}) {
    log(log_level::debug, message, fields);
}

inline void log_info(std::string_view message, log_fields fields = {}) {
    log(log_level::info, message, fields);
}

inline void log_warn(std::string_view message, log_fields fields = {}) {
    log(log_level::warn, message, fields);
}

inline void log_error(std::string_view message, log_fields fields = {}) {
    log(log_level::error, message, fields);
}

/// An exception that reached a border; cancellation by our own shutdown is no news.
void log_exception(std::string_view where, std::exception_ptr failure) noexcept;

} // namespace modelwatch
