#include "daemon/until.hpp"

#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch {

result<instant> parse_until(std::string const& text, instant now) {
    if (auto const span = parse_duration(text); span && span->count() > 0) return now + *span;
    auto const when = from_rfc3339(text.size() == 10 ? text + "T23:59:59Z" : text);
    if (!when) {
        return failure(
            errc::invalid,
            "--until: not a date, time or duration: " + printable(text),
            "write 2026-12-31, 2026-12-31T12:00:00Z, 2h or 30d"
        );
    }
    if (*when <= now) {
        return failure(errc::invalid, "--until: " + printable(text) + " has passed", "give a date to come");
    }
    return *when;
}

} // namespace modelwatch
