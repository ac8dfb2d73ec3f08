#include "daemon/cli/ask.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch::cli {

namespace {

void print_text(terminal const& to, std::string_view text) {
    for (auto const line : split(text, '\n')) {
        auto const shown = printable(line);
        bool const added = line.starts_with('+');
        bool const removed = line.starts_with('-');
        to.line(
            added     ? to.painted(shown, severity::low)
            : removed ? to.painted(shown, severity::high)
                      : shown
        );
    }
}

std::string side(json::object const& one, std::string_view hash_key, std::string_view size_key) {
    auto const hash = text_of(one, hash_key);
    auto const size = number_of(one, size_key);
    return hash.empty() ? std::string{"-"} : std::string{hash} + "  " + human_size(size.value_or(0));
}

void print_one(terminal const& to, json::object const& one) {
    auto const what = std::string{text_of(one, "change")} + " " + printable(text_of(one, "path"));
    to.line(to.bold(what) + "  (" + std::string{text_of(one, "role")} + ")");
    to.line("  before  " + side(one, "old_sha256", "old_size"));
    to.line("  after   " + side(one, "new_sha256", "new_size"));
    auto const text = text_of(one, "text_diff");
    if (!text.empty()) print_text(to, text);
}

} // namespace

int run_diff(session& s) {
    auto const& words = s.what.args;
    json::object wish{{"repo", words.front()}};
    if (words.size() > 1) wish["from"] = words[1];
    if (words.size() > 2) wish["to"] = words[2];
    auto const said = ask(s, "diff", wish);
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
        return exit_code::done;
    }
    auto const text = [&](std::string_view key) { return std::string{text_of(*said, key)}; };
    s.out.line(s.out.bold(text("repo")) + "  " + text("from") + " .. " + text("to"));
    auto const& files = said->at("files").as_array();
    if (files.empty()) s.out.line("no file differs");
    for (auto const& one : files)
        print_one(s.out, one.as_object());
    return exit_code::done;
}

} // namespace modelwatch::cli
