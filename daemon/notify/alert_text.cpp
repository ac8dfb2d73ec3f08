#include "daemon/alerting/next_steps.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/alert_words.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/safe_text.hpp"

#include <fmt/format.h>

namespace modelwatch::notify {

namespace {

std::string content_words(std::string const& hash, std::optional<std::uint64_t> const& size) {
    if (hash.empty() && !size) return "not there";
    auto const id = one_line(hash.empty() ? "content unknown" : hash, 80);
    auto const named = hash.empty() || hash.starts_with("git:") ? id : "sha256 " + id;
    return size ? fmt::format("{} ({})", named, human_size(*size)) : named;
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

std::string rating_words(alert const& entry) {
    auto const before = one_line(text_of(entry.what.evidence, "rating_before"), 40);
    auto const after = one_line(text_of(entry.what.evidence, "rating_after"), 40);
    if (after.empty() || before == after) return {};
    return before.empty() ? after + " (not known before)" : fmt::format("{} -> {}", before, after);
}

std::string times_of(alert const& entry, std::string const& zone) {
    auto out = "first seen " + for_people(entry.opened_at, zone);
    if (entry.updated_at > entry.opened_at) out += ", last change " + for_people(entry.updated_at, zone);
    if (entry.resolved_at) out += ", resolved " + for_people(*entry.resolved_at, zone);
    return out;
}

std::string summary_of(alert const& entry, message const& carrier) {
    auto const summary = one_line(entry.what.summary, 300);
    if (carrier.type == message_type::resolved && !entry.resolution.empty())
        return fmt::format("{} - resolved: {}", summary, one_line(entry.resolution, 300));
    if (carrier.type == message_type::reminder && carrier.created_at > entry.opened_at) {
        auto const open_for =
            std::chrono::duration_cast<std::chrono::seconds>(carrier.created_at - entry.opened_at);
        return fmt::format("{} - open for {}, not acknowledged", summary, to_words(open_for));
    }
    return summary;
}

} // namespace

std::vector<std::string> commands_for(alert const& entry, message_type type) {
    std::vector<std::string> out;
    if (type == message_type::resolved) return out;
    auto const& what = entry.what;
    auto const id = shell_word(one_line(entry.id, 64));
    out.push_back(fmt::format("modelwatch alerts ack {} --by NAME --reason TEXT", id));
    if (info(what.kind).about != alert_class::monitor && !entry.repo.empty()) {
        // With the commit: what is accepted is what was looked at, not what came in the meantime.
        auto const commit = what.commit.empty() ? "" : " --commit " + shell_word(one_line(what.commit, 64));
        out.push_back(fmt::format(
            "modelwatch accept {}{} --by NAME --reason TEXT",
            shell_word(one_line(alerting::watch_name(entry), 200)),
            commit
        ));
    }
    return out;
}

alert_text describe(alert const& entry, message const& carrier, std::size_t max_files, reader const& whom) {
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
    out.times = times_of(entry, whom.zone);
    out.commands = commands_for(entry, carrier.type);
    out.id = one_line(entry.id, 64);
    out.kind = to_string(what.kind);
    return out;
}

} // namespace modelwatch::notify
