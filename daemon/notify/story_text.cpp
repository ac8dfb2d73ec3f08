#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/alert_words.hpp"
#include "daemon/notify/safe_text.hpp"
#include "daemon/notify/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace modelwatch::notify {

namespace {

constexpr std::size_t most_happened = 12;
constexpr std::size_t most_actions = 3;
constexpr std::size_t most_acknowledged = 5;

/// The first text of the evidence under this key, of the most pressing alert that has it.
std::string first_text(story const& what, std::string_view key) {
    for (auto const* one : what.alerts) {
        if (auto const text = text_of(one->what.evidence, key); !text.empty()) return std::string{text};
    }
    return {};
}

std::string production_words(story const& what, safety answer) {
    auto const deployed = one_line(short_commit(first_text(what, "deployed_commit")), 40);
    switch (answer) {
    case safety::affected:
        if (what.head().what.kind == alert_kind::deployed_drift)
            return "Production runs it: a deployed copy holds other bytes than its commit.";
        return deployed.empty() ? "Production runs it." : fmt::format("Production runs it: {}.", deployed);
    case safety::safe:
        return deployed.empty() ? "Production does not run it."
                                : fmt::format("You are safe while pinned to {}.", deployed);
    case safety::unknown:
        return deployed.empty()
                   ? "Whether production runs it is not known: set `deployed` for this watch, and modelwatch "
                     "will say."
                   : fmt::format(
                         "Whether production runs it is not known: the hub did not show the files of {}.",
                         deployed
                     );
    case safety::no_question:
        break;
    }
    return {};
}

std::string short_step(story const& what) {
    auto const named = [](alert const* one) { return !one->what.commit.empty(); };
    auto const found = std::find_if(what.alerts.begin(), what.alerts.end(), named);
    auto const& one = (found == what.alerts.end() ? what.head() : **found).what;
    auto const from = one_line(short_commit(one.baseline_commit), 40);
    auto const to = one_line(short_commit(one.commit), 40);
    if (from.empty() || to.empty() || from == to) return to.empty() ? from : to;
    return fmt::format("{} -> {}", from, to);
}

std::string committed_words(story const& what, reader const& whom) {
    for (auto const* one : what.alerts) {
        auto const* const found = one->what.evidence.if_contains("committed");
        if (found == nullptr || !found->is_object()) continue;
        auto const& facts = found->get_object();
        std::string names;
        for (auto const& name : texts_of(facts, "by"))
            names += (names.empty() ? "" : ", ") + one_line(name, 60);
        auto out = "by " + (names.empty() ? std::string{"an unnamed author"} : shortened(names, 200));
        if (auto const at = instant_of(facts, "at")) out += ", " + for_people(*at, whom.zone);
        out += fmt::format(": \"{}\"", one_line(text_of(facts, "title"), 200));
        auto const commits = number_of(facts, "commits").value_or(1);
        return commits > 1 ? fmt::format("{} (the newest of {} commits)", out, commits) : out;
    }
    return {};
}

std::string rating_of(story_text const& out) {
    for (auto const& one : out.details) {
        if (!one.rating.empty()) return one.rating;
    }
    return {};
}

std::vector<std::string> actions_of(story const& what, message const& carrier) {
    std::vector<std::string> out;
    for (auto const* one : what.alerts) {
        auto const action = describe(*one, carrier, 0).action;
        bool const known = action.empty() || std::find(out.begin(), out.end(), action) != out.end();
        if (!known && out.size() < most_actions) out.push_back(action);
    }
    return out;
}

std::vector<named_command> commands_of(story const& what, message_type type) {
    std::vector<named_command> out;
    if (type == message_type::resolved) return out;
    std::string accept;
    for (auto const* one : what.alerts) {
        for (auto const& command : commands_for(*one, type)) {
            bool const accepts = command.starts_with("modelwatch accept");
            if (accepts && accept.empty()) accept = command;
            if (!accepts && out.size() < most_acknowledged)
                out.push_back({"Somebody takes care of it:", command});
        }
    }
    if (!accept.empty()) out.push_back({"Only after review:", accept});
    return out;
}

/// Sentences that several alerts of a commit share (who committed, what is deployed) stand with the first.
void drop_repeated(std::vector<alert_text>& details) {
    std::set<std::string> said;
    for (auto& one : details) {
        for (auto& line : one.detail) {
            std::string kept;
            for (std::size_t at = 0; at < line.size();) {
                auto const end = line.find(". ", at);
                auto const next = end == std::string::npos ? line.size() : end + 2;
                auto const sentence = line.substr(at, next - at);
                if (said.insert(std::string{trimmed(sentence)}).second) kept += sentence;
                at = next;
            }
            line = std::string{trimmed(kept)};
        }
        std::erase(one.detail, std::string{});
        std::erase_if(one.files, [&](file_text const& file) {
            return !said.insert(file.path + "\n" + file.before + "\n" + file.after).second;
        });
        if (!said.insert("commit " + one.commits).second) one.commits.clear();
    }
}

void add_alerts(
    story_text& out, story const& what, message const& carrier, reader const& whom, story_bounds most
) {
    for (std::size_t i = 0; i < what.alerts.size(); ++i) {
        auto const& one = *what.alerts[i];
        auto entry = describe(one, carrier, most.files, whom);
        auto const text =
            alerting::without_step(entry.summary.empty() ? event_words(one) : entry.summary, one.what);
        if (i < most_happened) out.happened.push_back({one.what.level, text});
        if (i < most.alerts) out.details.push_back(std::move(entry));
        if (i >= most_happened && i >= most.alerts) break;
    }
    out.happened_left_out = what.alerts.size() - out.happened.size();
    drop_repeated(out.details);
}

std::string times_of(story const& what, reader const& whom) {
    auto first = what.head().opened_at;
    auto last = what.head().updated_at;
    for (auto const* one : what.alerts) {
        first = std::min(first, one->opened_at);
        last = std::max(last, one->updated_at);
    }
    auto out = "first seen " + for_people(first, whom.zone);
    return last > first ? out + ", last change " + for_people(last, whom.zone) : out;
}

severity gravest_of(story const& what) {
    auto out = severity::info;
    for (auto const* one : what.alerts)
        out = std::max(out, one->what.level);
    return out;
}

std::string url_part(std::string_view text) {
    std::string out;
    for (char const c : text) {
        bool const plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           std::string_view{"-._~"}.find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

} // namespace

std::string own_page(reader const& whom, std::string_view repo, std::string_view revision) {
    auto const base = safe_url(whom.public_url);
    if (base.empty()) return {};
    auto const slash = repo.find('/');
    if (repo.empty() || slash == std::string_view::npos) return base + "/";
    auto out = fmt::format(
        "{}/models/{}/{}", base, url_part(repo.substr(0, slash)), url_part(repo.substr(slash + 1))
    );
    if (!revision.empty()) out += "?revision=" + url_part(revision);
    return safe_url(out);
}

std::vector<named_link> links_of(story const& what, reader const& whom) {
    std::vector<named_link> out;
    auto const& head = what.head();
    if (auto url = own_page(whom, head.repo, head.revision); !url.empty()) {
        if (!head.repo.empty()) url += "#alert-" + url_part(shortened(head.id, 64));
        out.push_back({"Open in modelwatch", std::move(url)});
    }
    for (auto const* one : what.alerts) {
        auto url = safe_url(one->url);
        if (url.empty()) continue;
        out.push_back({"Evidence on the hub", std::move(url)});
        break;
    }
    return out;
}

std::vector<named_link> front_links(reader const& whom) {
    auto url = own_page(whom, {}, {});
    if (url.empty()) return {};
    return {{"Open in modelwatch", std::move(url)}};
}

story_text tell(story const& what, message const& carrier, reader const& whom, story_bounds most) {
    story_text out;
    bool const over = carrier.type == message_type::resolved;
    out.gravest = gravest_of(what);
    out.badge = badge_of(out.gravest, carrier.type);
    out.title = title_of(what);
    out.tags = tags_of(what.head());
    out.production = over ? safety::no_question : safety_of(what);
    out.production_words = production_words(what, out.production);
    add_alerts(out, what, carrier, whom, most);
    out.commits = short_step(what);
    out.committed = committed_words(what, whom);
    out.rating = rating_of(out);
    if (!over) out.actions = actions_of(what, carrier);
    out.links = links_of(what, whom);
    out.commands = commands_of(what, carrier.type);
    out.times = times_of(what, whom);
    return out;
}

} // namespace modelwatch::notify
