#include "daemon/notify/slack_render.hpp"

#include "daemon/model/text.hpp"
#include "daemon/notify/digest_render.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/safe_text.hpp"
#include "daemon/notify/story.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::notify {

namespace {

constexpr std::string_view ellipsis = "…";

std::size_t character_length(char lead) {
    auto const byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/// What one character becomes: & < > have a meaning everywhere. No other is read as markup in what we send
/// (plain_text objects, and a `text` with "mrkdwn": false), so every other stays as people may copy it.
std::string neutral(std::string_view character) {
    if (character == "&") return "&amp;";
    if (character == "<") return "&lt;";
    if (character == ">") return "&gt;";
    return std::string{character};
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

/// The only markup of a message: our own links. safe_url has refused <, > and |.
json::object context(std::string_view text, std::vector<named_link> const& links) {
    json::array elements;
    for (auto const& one : links) {
        auto const link = fmt::format("<{}|{}>", slack_link(one.url), one.label);
        elements.push_back(json::object{{"type", "mrkdwn"}, {"text", link}});
    }
    elements.push_back(plain_object(text, 500));
    return json::object{{"type", "context"}, {"elements", std::move(elements)}};
}

std::string detail_lines(alert_text const& entry) {
    auto out = fmt::format("{} ({})\n", entry.kind, entry.times);
    for (auto const& file : entry.files)
        out += fmt::format("{}\n  was {}\n  is  {}\n", file.path, file.before, file.after);
    if (entry.files_left_out != 0) out += fmt::format("and {} more files\n", entry.files_left_out);
    if (!entry.commits.empty()) out += "commit " + entry.commits + "\n";
    for (auto const& line : entry.detail)
        out += line + "\n";
    return out;
}

std::string change_lines(story_text const& entry, std::size_t room) {
    std::string out;
    for (auto const& one : entry.happened)
        out += fmt::format("\n• {}: {}", to_string(one.level), shortened(one.text, room));
    if (entry.happened_left_out != 0)
        out += fmt::format("\nand {} more: modelwatch alerts list", entry.happened_left_out);
    if (!entry.commits.empty()) out += "\ncommit " + entry.commits;
    if (!entry.committed.empty()) out += "\ncommitted " + shortened(entry.committed, room);
    return out;
}

std::string first_lines(story_text const& entry, std::size_t room) {
    auto out = fmt::format("[{}] {}", entry.badge, entry.title);
    if (!entry.tags.empty()) out += fmt::format(" [{}]", entry.tags);
    if (!entry.production_words.empty()) out += "\n" + entry.production_words;
    out += change_lines(entry, room);
    if (!entry.rating.empty()) out += "\nRating: " + entry.rating;
    for (std::size_t i = 0; i < entry.actions.size(); ++i)
        out += fmt::format("\n{}: {}", i == 0 ? "Do now" : "Then", shortened(entry.actions[i], room));
    return out;
}

std::string command_lines(story_text const& entry) {
    std::string out;
    for (auto const& one : entry.commands)
        out += fmt::format("{}{}\n{}", out.empty() ? "" : "\n", one.when, one.text);
    return out;
}

std::string ids_of(story_text const& entry) {
    std::string out;
    for (auto const& one : entry.details)
        out += (out.empty() ? "alert " : ", ") + one.id;
    return fmt::format("{}, {}", shortened(out, 300), entry.times);
}

/// `in_full`: with files, details and commands; otherwise three blocks.
void append_story(json::array& blocks, story_text const& entry, bool in_full) {
    blocks.push_back(section(first_lines(entry, in_full ? 400 : 200)));
    if (in_full) {
        for (auto const& one : entry.details)
            blocks.push_back(section(detail_lines(one)));
        if (auto const commands = command_lines(entry); !commands.empty())
            blocks.push_back(section(commands));
    }
    blocks.push_back(context(ids_of(entry), entry.links));
    blocks.push_back(json::object{{"type", "divider"}});
}

json::array alert_blocks(message const& what, reader const& whom) {
    constexpr story_bounds bounds{8, 5}; // three stories in full are 34 blocks at most
    auto const told = stories_of(what.alerts);
    json::array blocks;
    blocks.push_back(header(subject_line(what, slack_header)));
    auto const shown = std::min(told.size(), slack_stories);
    for (std::size_t i = 0; i < shown; ++i)
        append_story(blocks, tell(told[i], what, whom, bounds), told.size() <= 3);
    if (shown < told.size())
        blocks.push_back(section(fmt::format("and {} more: modelwatch alerts list", told.size() - shown)));
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
std::string fallback(message const& what, reader const& whom) {
    if (what.alerts.empty()) return subject_line(what, 300) + "\n" + payload_text(what, whom);
    auto const worst = tell(stories_of(what.alerts).front(), what, whom, {1, 0});
    auto out = subject_line(what, 300);
    if (!worst.production_words.empty()) out += "\n" + worst.production_words;
    out += change_lines(worst, 200);
    if (!worst.actions.empty()) out += "\nDo now: " + worst.actions.front();
    return out;
}

} // namespace

std::string slack_plain(std::string_view text, std::size_t limit) {
    std::string clean;
    for (auto const& line : printable_lines(text, limit * 2))
        clean += (clean.empty() ? "" : "\n") + without_links(line); // no URL of theirs is a link
    std::string out;
    for (std::size_t at = 0; at < clean.size();) {
        auto const length = std::min(character_length(clean[at]), clean.size() - at);
        auto const piece = neutral(std::string_view{clean}.substr(at, length));
        auto const is_last = at + length == clean.size();
        if (out.size() + piece.size() + (is_last ? 0 : ellipsis.size()) > limit)
            return out + std::string{ellipsis};
        out += piece;
        at += length;
    }
    return out;
}

std::string render_slack(message const& what, reader const& whom) {
    auto blocks = !what.alerts.empty()      ? alert_blocks(what, whom)
                  : is_digest(what.payload) ? digest_blocks(what)
                                            : text_blocks(what);
    auto const mark = what.type == message_type::test ? "test message " : "message ";
    std::vector<named_link> links;
    if (what.type == message_type::digest) links = front_links(whom);
    blocks.push_back(context(
        fmt::format("modelwatch, {}{}, {}", mark, what.id, for_people(what.created_at, whom.zone)), links
    ));
    json::object body;
    body["text"] = filled(slack_plain(fallback(what, whom), slack_text));
    body["mrkdwn"] = false;
    body["parse"] = "none";
    body["link_names"] = false;
    body["blocks"] = std::move(blocks);
    body["unfurl_links"] = false;
    body["unfurl_media"] = false;
    return to_line(body);
}

} // namespace modelwatch::notify
