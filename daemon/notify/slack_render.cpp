#include "daemon/notify/slack_render.hpp"

#include "daemon/model/text.hpp"
#include "daemon/notify/digest_render.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/safe_text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::notify {

namespace {

constexpr std::string_view zero_width_space = "\u200b";
constexpr std::string_view ellipsis = "…";

std::size_t character_length(char lead) {
    auto const byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/// What one character becomes. Only & < > have a meaning everywhere; the others only where markup is read.
std::string neutral(std::string_view character, bool after_colon, bool markup) {
    if (character == "&") return "&amp;";
    if (character == "<") return "&lt;";
    if (character == ">") return "&gt;";
    if (character == "/" && after_colon)
        return std::string{zero_width_space} + "/"; // no URL of theirs is a link
    if (!markup) return std::string{character};
    if (character == "@") return "@" + std::string{zero_width_space};
    if (std::string_view{"*_~`"}.find(character) != std::string_view::npos)
        return std::string{zero_width_space} + std::string{character} + std::string{zero_width_space};
    return std::string{character};
}

std::string escaped(std::string_view text, std::size_t limit, bool markup) {
    std::string clean;
    for (auto const& line : printable_lines(text, limit * 2))
        clean += (clean.empty() ? "" : "\n") + line;
    std::string out;
    for (std::size_t at = 0; at < clean.size();) {
        auto const length = std::min(character_length(clean[at]), clean.size() - at);
        auto const piece =
            neutral(std::string_view{clean}.substr(at, length), at > 0 && clean[at - 1] == ':', markup);
        auto const is_last = at + length == clean.size();
        if (out.size() + piece.size() + (is_last ? 0 : ellipsis.size()) > limit)
            return out + std::string{ellipsis};
        out += piece;
        at += length;
    }
    return out;
}

/// Slack refuses empty texts.
std::string filled(std::string text) {
    return text.empty() ? std::string{"-"} : text;
}

json::object plain_object(std::string_view text, std::size_t limit) {
    return json::object{{"type", "plain_text"}, {"text", filled(slack_plain(text, limit))}, {"emoji", false}};
}

json::object section(std::string_view text) {
    return json::object{{"type", "section"}, {"text", plain_object(text, slack_section)}};
}

json::object header(std::string_view text) {
    return json::object{{"type", "header"}, {"text", plain_object(text, slack_header)}};
}

/// Slack wants & escaped inside a link too.
std::string slack_link(std::string const& url) {
    std::string out;
    for (char const c : url) {
        if (c == '&')
            out += "&amp;";
        else
            out += c;
    }
    return out;
}

json::object context(std::string_view text, std::string const& url) {
    json::array elements;
    if (!url.empty()) {
        // The only markup of a message: our own link. safe_url has refused <, > and |.
        auto const link = fmt::format("<{}|Evidence on the hub>", slack_link(url));
        elements.push_back(json::object{{"type", "mrkdwn"}, {"text", link}});
    }
    elements.push_back(plain_object(text, 500));
    return json::object{{"type", "context"}, {"elements", std::move(elements)}};
}

std::string change_lines(alert_text const& entry) {
    std::string out;
    for (auto const& file : entry.files)
        out += fmt::format("{}\n  was {}\n  is  {}\n", file.path, file.before, file.after);
    if (entry.files_left_out != 0) out += fmt::format("and {} more files\n", entry.files_left_out);
    if (!entry.commits.empty()) out += "commit " + entry.commits + "\n";
    for (auto const& line : entry.detail)
        out += line + "\n";
    return out;
}

std::string first_lines(alert_text const& entry, std::size_t room) {
    auto out = fmt::format("[{}] {}", entry.badge, entry.title);
    if (!entry.tags.empty()) out += fmt::format(" [{}]", entry.tags);
    if (!entry.summary.empty()) out += "\n" + shortened(entry.summary, room);
    if (!entry.production.empty()) out += "\nIn production: " + entry.production;
    if (!entry.rating.empty()) out += "\nRating: " + entry.rating;
    if (!entry.action.empty()) out += "\nDo now: " + shortened(entry.action, room);
    return out;
}

/// `in_full`: with files, detail and commands, five blocks; otherwise three.
void append_alert(json::array& blocks, alert_text const& entry, bool in_full) {
    blocks.push_back(section(first_lines(entry, in_full ? 600 : 300)));
    if (in_full) {
        auto const changes = change_lines(entry);
        if (!changes.empty()) blocks.push_back(section(changes));
        std::string commands;
        for (auto const& one : entry.commands)
            commands += (commands.empty() ? "" : "\n") + one;
        if (!commands.empty()) blocks.push_back(section(commands));
    }
    blocks.push_back(context(fmt::format("alert {} ({}), {}", entry.id, entry.kind, entry.times), entry.url));
    blocks.push_back(json::object{{"type", "divider"}});
}

json::array alert_blocks(message const& what) {
    auto const sorted = worst_first(what.alerts);
    json::array blocks;
    blocks.push_back(header(subject_line(what, slack_header)));
    auto const shown = std::min(sorted.size(), slack_alerts);
    for (std::size_t i = 0; i < shown; ++i)
        append_alert(blocks, describe(*sorted[i], what, 5), sorted.size() <= 3);
    if (shown < sorted.size())
        blocks.push_back(section(fmt::format("and {} more: modelwatch alerts list", sorted.size() - shown)));
    return blocks;
}

/// A third of the limit: escaping may lengthen a text.
constexpr std::size_t digest_piece = slack_section / 3;

/// A digest: one block per section of it.
json::array digest_blocks(message const& what) {
    json::array blocks;
    blocks.push_back(header(subject_line(what, slack_header)));
    auto const pieces = digest_pieces(what.payload, digest_piece);
    for (std::size_t i = 0; i < pieces.size() && blocks.size() < slack_blocks - 2; ++i)
        blocks.push_back(section(pieces[i]));
    return blocks;
}

/// Another digest or a test: its text, split at line ends into sections.
json::array text_blocks(message const& what) {
    constexpr std::size_t most = slack_blocks - 5;
    json::array blocks;
    blocks.push_back(header(subject_line(what, slack_header)));
    std::string piece;
    auto const lines = printable_lines(payload_text(what), slack_section * most);
    for (std::size_t i = 0; i < lines.size() && blocks.size() < most; ++i) {
        auto const line = shortened(lines[i], slack_section / 4);
        // A third of the limit: escaping may lengthen the text, and nothing of a digest should be cut.
        if (!piece.empty() && piece.size() + line.size() > slack_section / 3) {
            blocks.push_back(section(piece));
            piece.clear();
        }
        piece += line + "\n";
    }
    if (blocks.size() >= most) piece = "The rest is left out here: modelwatch digest --preview";
    blocks.push_back(section(piece));
    return blocks;
}

/// What a phone shows, and what screen readers read.
std::string fallback(message const& what) {
    if (what.alerts.empty()) return subject_line(what, 300) + "\n" + payload_text(what);
    auto const sorted = worst_first(what.alerts);
    auto out = subject_line(what, 300);
    auto const worst = describe(*sorted.front(), what, 0);
    if (!worst.summary.empty()) out += "\n" + worst.summary;
    if (!worst.production.empty()) out += "\nIn production: " + worst.production;
    if (!worst.action.empty()) out += "\nDo now: " + worst.action;
    return out;
}

} // namespace

std::string slack_plain(std::string_view text, std::size_t limit) {
    return escaped(text, limit, false);
}

std::string slack_markup(std::string_view text, std::size_t limit) {
    return escaped(text, limit, true);
}

std::string render_slack(message const& what) {
    auto blocks = !what.alerts.empty()      ? alert_blocks(what)
                  : is_digest(what.payload) ? digest_blocks(what)
                                            : text_blocks(what);
    auto const mark = what.type == message_type::test ? "test message " : "message ";
    blocks.push_back(
        context(fmt::format("modelwatch, {}{}, {}", mark, what.id, for_people(what.created_at)), "")
    );
    json::object body;
    body["text"] = filled(slack_markup(fallback(what), slack_text));
    body["blocks"] = std::move(blocks);
    body["unfurl_links"] = false;
    body["unfurl_media"] = false;
    return to_line(body);
}

} // namespace modelwatch::notify
