#include "daemon/notify/message_text.hpp"

#include "daemon/model/text.hpp"
#include "daemon/notify/digest_render.hpp"
#include "daemon/notify/safe_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace modelwatch::notify {

namespace {

std::string one_line(std::string_view text, std::size_t limit) {
    return shortened(without_links(printable(shortened(text, limit))), limit);
}

std::string upper(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    });
    return out;
}

std::string badge_of(severity level, message_type type) {
    switch (type) {
    case message_type::resolved:
        return "RESOLVED";
    case message_type::updated:
        return upper(to_string(level)) + ", updated";
    case message_type::reminder:
        return upper(to_string(level)) + ", reminder";
    default:
        return upper(to_string(level));
    }
}

/// "weights replaced (model.safetensors)"
std::string event_words(alert const& entry) {
    std::string words{to_string(entry.what.kind)};
    std::replace(words.begin(), words.end(), '-', ' ');
    if (!entry.what.subject.empty()) words += fmt::format(" ({})", one_line(entry.what.subject, 100));
    return words;
}

/// The model, or for an alert about the monitor itself the thing that fails: "hub mirror".
std::string place_of(alert const& entry) {
    if (!entry.repo.empty()) return one_line(entry.repo, 120);
    auto place = one_line(entry.watch_key, 120);
    if (auto const slash = place.find('/'); slash != std::string::npos) place[slash] = ' ';
    return place.empty() ? "modelwatch" : place;
}

std::string title_of(alert const& entry) {
    return place_of(entry) + ": " + event_words(entry);
}

std::string tags_of(alert const& entry) {
    std::string out;
    for (auto const& [key, value] : entry.tags)
        out += fmt::format("{}{}={}", out.empty() ? "" : ", ", key, value);
    return one_line(out, 80);
}

std::string content_words(std::string const& hash, std::optional<std::uint64_t> const& size) {
    if (hash.empty() && !size) return "not there";
    auto const id = one_line(hash.empty() ? "content unknown" : hash, 80);
    auto const named = hash.empty() || hash.starts_with("git:") ? id : "sha256 " + id;
    return size ? fmt::format("{} ({})", named, human_size(*size)) : named;
}

/// Whether the bytes in production are affected; nullopt: not known, or no such question.
std::optional<bool> production_affected(alert const& entry) {
    if (entry.what.kind == alert_kind::deployed_drift) return true;
    auto const* affected = entry.what.evidence.if_contains("deployed_affected");
    if (affected == nullptr || !affected->is_bool()) return std::nullopt;
    return affected->get_bool();
}

/// The first question of who is on call. Only evidence answers it; unknown is said as unknown.
std::string production_words(alert const& entry) {
    auto const& evidence = entry.what.evidence;
    std::string commit;
    if (auto const named = text_of(evidence, "deployed_commit"); !named.empty())
        commit = fmt::format(" (deployed commit {})", one_line(short_commit(named), 40));
    if (auto const affected = production_affected(entry))
        return (*affected ? "AFFECTED" : "not affected") + commit;
    auto const about = info(entry.what.kind).about;
    if (about != alert_class::integrity && about != alert_class::content) return {};
    if (!commit.empty()) return "not known: the hub did not show the files of it" + commit;
    return "not known (set `deployed` for this watch, and modelwatch will say)";
}

/// For a subject, where there is room for the answer only. Of a group: one that is affected decides, and "not
/// affected" is said only when it is known of all.
std::string production_mark(std::vector<alert const*> const& sorted, message_type type) {
    if (type == message_type::resolved) return {};
    bool all_safe = true;
    for (auto const* one : sorted) {
        auto const affected = production_affected(*one);
        if (affected == true) return ", production AFFECTED";
        all_safe = all_safe && affected == false;
    }
    return all_safe ? ", production not affected" : "";
}

std::string rating_words(alert const& entry) {
    auto const before = one_line(text_of(entry.what.evidence, "rating_before"), 40);
    auto const after = one_line(text_of(entry.what.evidence, "rating_after"), 40);
    if (after.empty() || before == after) return {};
    return before.empty() ? after + " (not known before)" : fmt::format("{} -> {}", before, after);
}

std::string times_of(alert const& entry) {
    auto out = "first seen " + for_people(entry.opened_at);
    if (entry.updated_at > entry.opened_at) out += ", last change " + for_people(entry.updated_at);
    if (entry.resolved_at) out += ", resolved " + for_people(*entry.resolved_at);
    return out;
}

std::string summary_of(alert const& entry, message const& carrier) {
    auto const summary = one_line(entry.what.summary, 300);
    if (carrier.type == message_type::resolved && !entry.resolution.empty())
        return fmt::format("{} - resolved: {}", summary, one_line(entry.resolution, 300));
    if (carrier.type == message_type::reminder && carrier.created_at > entry.opened_at) {
        auto const open_for =
            std::chrono::duration_cast<std::chrono::seconds>(carrier.created_at - entry.opened_at);
        return fmt::format("{} - open for {}, nobody has acknowledged it", summary, to_words(open_for));
    }
    return summary;
}

std::vector<std::string> commands_for(alert const& entry, message_type type) {
    std::vector<std::string> out;
    if (type == message_type::resolved) return out;
    auto const& what = entry.what;
    if (info(what.kind).about != alert_class::monitor && !entry.repo.empty()) {
        // With the commit: what is accepted is what was looked at, not what came in the meantime.
        auto const commit = what.commit.empty() ? "" : " --commit " + shell_word(one_line(what.commit, 64));
        out.push_back(fmt::format(
            "modelwatch accept {}{} --by NAME --reason TEXT", shell_word(one_line(entry.repo, 200)), commit
        ));
    }
    auto const id = shell_word(one_line(entry.id, 64));
    out.push_back(fmt::format("modelwatch alerts ack {} --by NAME --reason TEXT", id));
    return out;
}

void append_block(std::string& out, std::string_view title, std::vector<std::string> const& lines) {
    if (lines.empty()) return;
    out += fmt::format("\n{}\n", title);
    for (auto const& line : lines)
        out += "  " + line + "\n";
}

std::vector<std::string> change_lines(alert_text const& entry) {
    auto lines = entry.detail;
    for (auto const& file : entry.files) {
        lines.push_back(file.path);
        lines.push_back("  was " + file.before);
        lines.push_back("  is  " + file.after);
    }
    if (entry.files_left_out != 0) lines.push_back(fmt::format("and {} more files", entry.files_left_out));
    if (!entry.commits.empty()) lines.push_back("commit " + entry.commits);
    return lines;
}

std::string alert_as_text(alert_text const& entry) {
    auto out = fmt::format("[{}] {}", entry.badge, entry.title);
    if (!entry.tags.empty()) out += fmt::format(" [{}]", entry.tags);
    out += "\n" + entry.summary + "\n";
    if (!entry.production.empty()) out += "In production: " + entry.production + "\n";
    if (!entry.rating.empty()) out += "Rating: " + entry.rating + "\n";
    if (!entry.action.empty()) out += "Do now: " + entry.action + "\n";
    append_block(out, "What changed", change_lines(entry));
    if (!entry.url.empty()) append_block(out, "Evidence", {entry.url});
    append_block(out, "When you have looked at it", entry.commands);
    out += fmt::format("\nAlert {} ({}), {}\n", entry.id, entry.kind, entry.times);
    return out;
}

std::string group_words(std::vector<alert const*> const& sorted) {
    std::set<std::string> places;
    for (auto const* one : sorted)
        places.insert(place_of(*one));
    auto const& worst = *sorted.front();
    if (places.size() == 1)
        return fmt::format("{}: {} alerts, worst: {}", place_of(worst), sorted.size(), event_words(worst));
    return fmt::format("{} alerts in {} places, worst: {}", sorted.size(), places.size(), title_of(worst));
}

} // namespace

std::vector<alert const*> worst_first(std::vector<alert> const& alerts) {
    std::vector<alert const*> sorted;
    for (auto const& one : alerts)
        sorted.push_back(&one);
    std::sort(sorted.begin(), sorted.end(), [](alert const* left, alert const* right) {
        if (left->what.level != right->what.level) return left->what.level > right->what.level;
        if (left->opened_at != right->opened_at) return left->opened_at < right->opened_at;
        return left->id < right->id;
    });
    return sorted;
}

alert_text describe(alert const& entry, message const& carrier, std::size_t max_files) {
    auto const& what = entry.what;
    alert_text out;
    out.badge = badge_of(what.level, carrier.type);
    out.place = place_of(entry);
    out.title = title_of(entry);
    out.tags = tags_of(entry);
    out.summary = summary_of(entry, carrier);
    if (carrier.type != message_type::resolved) {
        out.production = production_words(entry);
        out.rating = rating_words(entry);
        out.action =
            one_line(what.action.empty() ? info(what.kind).action : std::string_view{what.action}, 600);
    }
    for (auto const& line : printable_lines(what.detail, 6000))
        out.detail.push_back(without_links(line));
    for (auto const& file : what.files) {
        if (out.files.size() == max_files) break;
        out.files.push_back(
            {one_line(file.path, 300),
             content_words(file.old_sha256, file.old_size),
             content_words(file.new_sha256, file.new_size)}
        );
    }
    out.files_left_out = what.files.size() - out.files.size();
    if (!what.baseline_commit.empty() && !what.commit.empty() && what.baseline_commit != what.commit)
        out.commits = fmt::format("{} -> {}", one_line(what.baseline_commit, 64), one_line(what.commit, 64));
    else
        out.commits = one_line(what.commit.empty() ? what.baseline_commit : what.commit, 64);
    out.url = safe_url(entry.url);
    out.times = times_of(entry);
    out.commands = commands_for(entry, carrier.type);
    out.id = one_line(entry.id, 64);
    out.kind = to_string(what.kind);
    return out;
}

std::string subject_line(message const& what, std::size_t limit) {
    if (what.type == message_type::test)
        return shortened("[TEST] This is a test message from modelwatch", limit);
    if (what.type == message_type::digest || what.alerts.empty()) {
        auto const subject = one_line(text_of(what.payload, "subject"), limit);
        return subject.empty() ? shortened("modelwatch digest", limit) : subject;
    }
    auto const sorted = worst_first(what.alerts);
    auto const& worst = *sorted.front();
    auto const badge = fmt::format("[{}] ", badge_of(worst.what.level, what.type));
    auto const tags = worst.tags.empty() ? std::string{} : fmt::format(" [{}]", tags_of(worst));
    auto const end = production_mark(sorted, what.type) + tags;
    auto const words = sorted.size() == 1 ? title_of(worst) : group_words(sorted);
    auto const fixed = badge.size() + end.size();
    // The labels say which deployment: a long file name gives way to them.
    if (fixed + 20 > limit) return shortened(badge + words + end, limit);
    return badge + shortened(words, limit - fixed) + end;
}

std::string payload_text(message const& what) {
    if (is_digest(what.payload)) return digest_text(what.payload);
    if (auto const text = text_of(what.payload, "text"); !text.empty()) return std::string{text};
    if (what.type == message_type::test)
        return "This is a test message from modelwatch. Nothing has happened and nothing needs to be done: "
               "it shows "
               "that messages of the notifier \"" +
               printable(what.notifier) + "\" arrive here.";
    return to_pretty(what.payload);
}

std::string plain_text(message const& what) {
    if (what.alerts.empty()) {
        std::string out;
        for (auto const& line : printable_lines(payload_text(what), 1u << 20))
            out += line + "\n";
        return out;
    }
    auto const sorted = worst_first(what.alerts);
    std::string out;
    for (std::size_t i = 0; i < std::min(sorted.size(), alerts_in_full); ++i) {
        if (i != 0) out += "\n" + std::string(72, '-') + "\n\n";
        out += alert_as_text(describe(*sorted[i], what, 50));
    }
    auto const listed = std::min(sorted.size(), alerts_in_full + alerts_in_one_line);
    if (listed > alerts_in_full) out += "\n" + std::string(72, '-') + "\n\nFurther alerts\n";
    for (std::size_t i = alerts_in_full; i < listed; ++i)
        out += fmt::format("  [{}] {}\n", badge_of(sorted[i]->what.level, what.type), title_of(*sorted[i]));
    if (listed < sorted.size())
        out += fmt::format("  and {} more: modelwatch alerts list\n", sorted.size() - listed);
    return out;
}

} // namespace modelwatch::notify
