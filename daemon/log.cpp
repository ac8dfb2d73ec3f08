#include "daemon/log.hpp"

#include "daemon/journal.hpp"
#include "daemon/model/json.hpp"
#include "daemon/model/text.hpp"
#include "daemon/model/time.hpp"

#include <boost/system/system_error.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace modelwatch {

namespace {

constexpr std::array<std::string_view, 5> level_names{"trace", "debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 4> format_names{"auto", "text", "json", "journald"};
/// syslog priorities of the levels (sd-daemon(3)).
constexpr std::array<int, 5> priorities{7, 7, 6, 4, 3};

struct sink_state {
    log_settings how;
    bool native = false; ///< entries with fields go to the journal's socket
};

sink_state& current() {
    static sink_state state;
    return state;
}

spdlog::logger& logger() {
    static auto const made = [] {
        auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        auto out = std::make_shared<spdlog::logger>("modelwatch", std::move(sink));
        out->set_pattern("%v");
        out->set_level(spdlog::level::trace);
        out->flush_on(spdlog::level::trace);
        return out;
    }();
    return *made;
}

std::string now_text() {
    using namespace std::chrono;
    return to_rfc3339(time_point_cast<milliseconds>(system_clock::now()));
}

/// Quotes only where a reader would otherwise not see where the value ends.
std::string field_text(std::string_view value) {
    auto const text = printable(value);
    bool const plain = !text.empty() && text.find_first_of(" \"=") == std::string::npos;
    return plain ? text : to_line(json::value(text));
}

std::string text_line(log_level level, std::string_view message, log_fields fields, bool with_time) {
    std::string line;
    if (with_time) {
        auto const name = level_names[static_cast<std::size_t>(level)];
        line = now_text() + ' ' + std::string{name} + std::string(6 - name.size(), ' ');
    }
    line += printable(message);
    for (auto const& [key, value] : fields) {
        line += ' ';
        line += key;
        line += '=';
        line += field_text(value);
    }
    return line;
}

std::string json_line(log_level level, std::string_view message, log_fields fields) {
    json::object out{
        {"time", now_text()},
        {"level", level_names[static_cast<std::size_t>(level)]},
        {"message", printable(message)}
    };
    for (auto const& [key, value] : fields)
        out[key] = printable(value);
    return to_line(out);
}

/// The message carries the fields too: `journalctl` shows nothing else unless it is asked.
std::vector<std::string> journal_entry(int priority, std::string_view line, log_fields fields) {
    std::vector<std::pair<std::string, std::string>> own;
    own.reserve(fields.size());
    for (auto const& [key, value] : fields)
        own.emplace_back(key, printable(value));
    return journal::entry(priority, line, own);
}

template <class Enum, std::size_t Size>
Enum named(std::array<std::string_view, Size> const& names, std::string_view text, Enum fallback) {
    for (std::size_t i = 0; i < Size; ++i) {
        if (names[i] == text) return static_cast<Enum>(i);
    }
    return fallback;
}

} // namespace

log_settings parse_log_settings(std::string_view level, std::string_view format) {
    return {named(level_names, level, log_level::info), named(format_names, format, log_format::automatic)};
}

void start_log(log_settings how) {
    if (how.format == log_format::automatic) {
        how.format =
            journal::owns_stderr(std::getenv("JOURNAL_STREAM")) ? log_format::journald : log_format::text;
    }
    current() = {how, how.format == log_format::journald && journal::listens()};
}

void log(log_level level, std::string_view message, log_fields fields) {
    if (level < current().how.level) return;
    std::string line;
    switch (current().how.format) {
    case log_format::json:
        line = json_line(level, message, fields);
        break;
    case log_format::journald: {
        auto const priority = priorities[static_cast<std::size_t>(level)];
        line = text_line(level, message, fields, false);
        if (current().native && journal::send(journal_entry(priority, line, fields))) return;
        line = '<' + std::to_string(priority) + '>' + line;
        break;
    }
    default:
        line = text_line(level, message, fields, true);
    }
    logger().log(spdlog::level::info, spdlog::string_view_t{line});
}

void log_exception(std::string_view where, std::exception_ptr failure) noexcept {
    try {
        std::rethrow_exception(failure);
    } catch (boost::system::system_error const& e) {
        if (e.code().value() == ECANCELED) return;
        log_error(e.what(), {{"where", std::string{where}}});
    } catch (std::exception const& e) {
        log_error(e.what(), {{"where", std::string{where}}});
    } catch (...) {
        log_error("unknown failure", {{"where", std::string{where}}});
    }
}

} // namespace modelwatch
