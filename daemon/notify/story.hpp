#pragma once

#include "daemon/alerting/story.hpp"
#include "daemon/notify/message_text.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::notify {

using alerting::stories_of;
using alerting::story;

/// Whether production holds what a story is about.
enum class safety {
    no_question, ///< about age, rules or the monitor
    unknown,     ///< no evidence; never to be read as safe
    safe,
    affected
};

[[nodiscard]] safety safety_of(story const& told);

/// "tiiuae/falcon-7b: weights replaced (model.safetensors), license changed and 1 more".
[[nodiscard]] std::string title_of(story const& told);

/// One link with our own words for it.
struct named_link {
    std::string label;
    std::string url;
};

/// A command to copy into a shell, and when it is the right one.
struct named_command {
    std::string when;
    std::string text;
};

/// One of the things that happened.
struct happening {
    severity level = severity::info;
    std::string text;
};

/// What people must read of one story, in the order in which they need it. Texts are as in alert_text.
struct story_text {
    severity gravest = severity::info;
    std::string badge;
    std::string title;
    std::string tags;
    safety production = safety::no_question;
    std::string production_words; ///< "You are safe while pinned to ec89142b."; empty where it is no question
    std::vector<happening> happened; ///< one line for each alert, hashes in short
    std::size_t happened_left_out = 0;
    std::string commits;              ///< "ec89142b -> 898df138"; may be empty
    std::string committed;            ///< who committed it, and when; may be empty
    std::string rating;               ///< "Medium -> High"; may be empty
    std::vector<std::string> actions; ///< what to do, the first thing first
    std::vector<named_link> links;    ///< the reader's own page before the hub's
    std::vector<named_command> commands;
    std::vector<alert_text> details; ///< everything, hashes in full; no sentence stands twice
    std::string times;
};

struct story_bounds {
    std::size_t alerts = 20; ///< with their details
    std::size_t files = 50;  ///< of each alert
};

[[nodiscard]] story_text
tell(story const& what, message const& carrier, reader const& whom, story_bounds most);

/// Where a story leads: the reader's own page before the hub's.
[[nodiscard]] std::vector<named_link> links_of(story const& what, reader const& whom);

/// The front page of the reader's own daemon; empty where there is none.
[[nodiscard]] std::vector<named_link> front_links(reader const& whom);

/// The page of a model with the reader's own daemon; empty: there is none.
[[nodiscard]] std::string own_page(reader const& whom, std::string_view repo, std::string_view revision);

} // namespace modelwatch::notify
