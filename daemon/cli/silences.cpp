#include "daemon/cli/ask.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/silence.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch::cli {

namespace {

result<json::object> labels_of(std::vector<std::string> const& words) {
    json::object out;
    for (auto const& word : words) {
        auto const equals = word.find('=');
        if (equals == std::string::npos || equals == 0) {
            return failure(
                errc::invalid, "--label: not KEY=VALUE: " + printable(word), "write --label env=prod"
            );
        }
        out[word.substr(0, equals)] = word.substr(equals + 1);
    }
    return out;
}

std::string scope_in(json::object const& one) {
    silence out;
    out.repo = text_of(one, "repo");
    out.kind = text_of(one, "kind");
    for (auto const& [key, value] : one.at("labels").as_object())
        out.tags[std::string{key}] = std::string{value.as_string()};
    return printable(scope_of(out));
}

int silence_some(session& s) {
    auto tags = labels_of(s.what.labels);
    if (!tags) return report(tags.error());
    json::object const wish{
        {"repo", s.what.repo_glob},
        {"kind", s.what.kind_glob},
        {"labels", std::move(*tags)},
        {"until", s.what.until},
        {"by", who_decides(s)},
        {"reason", s.what.reason}
    };
    auto const said = ask(s, "silence", wish);
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
        return exit_code::done;
    }
    auto const& made = said->at("silences").as_array().at(0).as_object();
    s.out.line("silenced until " + local_time(instant_of(made, "until")) + ": " + scope_in(made));
    s.out.line(
        counted(said->at("alerts").as_array().size(), "open alert") +
        " held; what grows to critical breaks through; id " + std::string{text_of(made, "id")}
    );
    return exit_code::done;
}

/// When it ends, or ended before its time.
std::optional<instant> end_of(json::object const& one) {
    auto const* const early = one.if_contains("ended");
    return early == nullptr ? instant_of(one, "until") : instant_of(early->as_object(), "at");
}

int list_silences(session& s) {
    auto const said = ask(s, "silences", {{"all", s.what.all ? "true" : ""}});
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
        return exit_code::done;
    }
    auto const& found = said->at("silences").as_array();
    if (found.empty()) s.out.line(s.what.all ? "nothing was ever silenced" : "nothing is silenced");
    table rows{{"STATE", "WHAT", "UNTIL", "ALERTS", "BY", "REASON", "ID"}};
    rows.keep(6);
    for (auto const& item : found) {
        auto const& one = item.as_object();
        rows.add(
            {std::string{text_of(one, "state")},
             scope_in(one),
             local_time(end_of(one)),
             std::to_string(number_of(one, "alerts").value_or(0)),
             printable(text_of(one, "by")),
             printable(text_of(one, "reason")),
             std::string{text_of(one, "id")}}
        );
    }
    if (!found.empty()) rows.print(s.out);
    return exit_code::done;
}

int unsilence(session& s) {
    json::object const wish{{"id", s.what.args.front()}, {"by", who_decides(s)}, {"reason", s.what.reason}};
    auto const said = ask(s, "unsilence", wish);
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
    } else {
        s.out.line("ended: its alerts are open again; those never sent are sent now");
    }
    return exit_code::done;
}

} // namespace

int run_silences(session& s) {
    if (s.what.subcommand == "silence") return silence_some(s);
    return s.what.subcommand == "unsilence" ? unsilence(s) : list_silences(s);
}

} // namespace modelwatch::cli
