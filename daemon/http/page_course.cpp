#include "daemon/http/page_course.hpp"

#include "daemon/http/page_alert.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::http {

namespace {

constexpr auto yes = mustache::data::type::bool_true;

/// Where the commit stands that upstream is measured by; as many as there are: it is not among them.
std::size_t place_of(json::array const& commits, std::string_view id) {
    std::size_t at = 0;
    for (auto const& one : commits) {
        if (!id.empty() && one.is_object() && text_of(one.get_object(), "id") == id) return at;
        ++at;
    }
    return at;
}

std::string distance_text(std::string_view what, std::size_t behind, std::size_t known) {
    if (behind >= known)
        return std::string{what} + " commit is not among the " + counted(known, "commit") +
               " that are recorded here.";
    if (behind == 0) return std::string{what} + " commit is the newest one.";
    return std::string{what} + " commit is " + counted(behind, "commit") + " behind.";
}

std::string lines_of(std::string_view text) {
    std::string out;
    for (auto const line : split(text, '\n'))
        out += printable(line) + "\n";
    return out;
}

/// A text diff, line by line: added and removed ones are told apart by their sign and by their colour.
void put_text(mustache::data& row, std::string_view text) {
    if (text.empty()) return;
    mustache::data lines{mustache::data::type::list};
    for (auto const line : split(text, '\n')) {
        if (line.empty()) continue;
        bool const head = line.starts_with("+++") || line.starts_with("---") || line.starts_with("@@");
        mustache::data one;
        one.set(
            "mark",
            head                  ? "place"
            : line.front() == '+' ? "added"
            : line.front() == '-' ? "removed"
                                  : "same"
        );
        one.set("line", lines_of(line));
        lines.push_back(one);
    }
    row.set("lines", lines);
    row.set("has_text", yes);
}

std::string content_text(json::object const& file, std::string_view hash, std::string_view size) {
    auto const sha = text_of(file, hash);
    auto const* const bytes = file.if_contains(size);
    if (bytes == nullptr || !bytes->is_number()) return "not there";
    auto const length = human_size(bytes->to_number<std::uint64_t>());
    return sha.empty() ? length : std::string{sha.substr(0, 16)} + "… " + length;
}

void put_file(json::object const& from, mustache::data& row) {
    auto const what = text_of(from, "change");
    put(row, "path", text_of(from, "path"));
    put(row, "change", what);
    row.set("sign", what == "added" ? "+" : what == "removed" ? "−" : "≠");
    row.set("mark", class_of(what));
    put(row, "role", text_of(from, "role"));
    put(row, "old", content_text(from, "old_sha256", "old_size"));
    put(row, "new", content_text(from, "new_sha256", "new_size"));
    put_text(row, text_of(from, "text_diff"));
}

/// What can be chosen on one side. A commit that was asked for and is not offered stays visible.
mustache::data choices(json::array const& states, std::string_view asked, json::object const& status) {
    auto const baseline = text_of(status, "baseline_commit");
    auto const deployed = text_of(status, "deployed_commit");
    auto const upstream = text_of(status, "commit");
    return rows_of(states, [&](json::object const& from, mustache::data& row) {
        auto const id = text_of(from, "commit");
        put(row, "value", id);
        auto text = std::string{short_commit(id)} + ", seen " +
                    std::string{text_of(from, "observed_at").substr(0, 10)};
        if (id == upstream) text += ", upstream";
        if (id == baseline) text += ", baseline";
        if (id == deployed) text += ", deployed";
        row.set("text", text);
        if (!asked.empty() && id.starts_with(asked)) row.set("selected", yes);
    });
}

void put_delivery(json::object const& from, mustache::data& row) {
    auto const state = text_of(from, "state");
    put(row, "notifier", text_of(from, "notifier"));
    put(row, "type", text_of(from, "type"));
    put(row, "state", state);
    row.set(
        "mark",
        state == "delivered"  ? "good"
        : state == "given-up" ? "high"
        : state == "waiting"  ? "medium"
                              : ""
    );
    std::string kinds;
    for (auto const& one : list_of(from, "kinds")) {
        if (one.is_string()) kinds += (kinds.empty() ? "" : ", ") + std::string{one.get_string()};
    }
    put(row, "kinds", kinds);
    put_time(row, "created", from_rfc3339(text_of(from, "created_at")));
    put_time(row, "next", from_rfc3339(text_of(from, "next_attempt_at")));
    put(row, "attempts", number_text(from, "attempts"));
    put(row, "answer", text_of(from, "last_answer"));
    auto const& receipts = list_of(from, "receipts");
    put_list(row, "receipts", receipts, rows_of(receipts, [](json::object const& one, mustache::data& line) {
                 put_time(line, "at", from_rfc3339(text_of(one, "at")));
                 put(line, "took", number_text(one, "took_ms"));
                 auto const status = number_text(one, "status");
                 put(line, "status", status == "0" ? "" : status);
                 line.set(
                     "answer", printable(text_of(one, "answer"))
                 ); // set if empty: else the last one's shows
             }));
}

} // namespace

void add_timeline(mustache::data& to, json::array const& commits, json::object const& status) {
    auto const baseline = text_of(status, "baseline_commit");
    auto const deployed = text_of(status, "deployed_commit");
    auto const upstream = text_of(status, "commit");
    auto const behind = place_of(commits, deployed.empty() ? baseline : deployed);
    bool const known = behind < commits.size();
    std::size_t at = 0;
    put_list(to, "commits", commits, rows_of(commits, [&](json::object const& from, mustache::data& row) {
                 auto const id = text_of(from, "id");
                 std::vector<std::string> notes;
                 if (id == upstream) notes.emplace_back("upstream");
                 if (id == baseline) notes.emplace_back("baseline");
                 if (id == deployed) notes.emplace_back("deployed");
                 if (known && at < behind)
                     notes.emplace_back(
                         "newer than what is " + std::string{deployed.empty() ? "trusted" : "deployed"}
                     );
                 mustache::data list{mustache::data::type::list};
                 for (auto const& note : notes) {
                     mustache::data one;
                     one.set("note", note);
                     list.push_back(one);
                 }
                 put(row, "id", short_commit(id));
                 put(row, "title", text_of(from, "title"));
                 put_time(row, "date", from_rfc3339(text_of(from, "date")));
                 row.set("notes", list);
                 row.set("mark", !known || at > behind ? "older" : at == behind ? "here" : "ahead");
                 ++at;
             }));
    if (deployed.empty() && baseline.empty()) return;
    put(to,
        "distance",
        distance_text(deployed.empty() ? "The baseline" : "The deployed", behind, commits.size()));
}

void add_difference(mustache::data& to, json::object const& model) {
    auto const& status = object_of(model, "status");
    auto const& asked = object_of(model, "asked");
    auto const& states = list_of(model, "states");
    auto const& found = object_of(model, "diff");
    put_list(to, "states", states, mustache::data{mustache::data::type::list});
    to.set("from_choices", choices(states, text_of(asked, "from"), status));
    to.set("to_choices", choices(states, text_of(asked, "to"), status));
    auto const& files = list_of(found, "files");
    put(to, "problem", text_of(found, "problem"));
    put(to, "from", short_commit(text_of(found, "from")));
    put(to, "to", short_commit(text_of(found, "to")));
    auto const omitted = number_text(found, "omitted");
    if (omitted != "0") put(to, "omitted", omitted);
    put(to, "files_count", counted(files.size(), "file"));
    put_list(to, "files", files, rows_of(files, put_file));
}

void add_history(mustache::data& to, json::object const& model) {
    auto const& alerts = list_of(model, "alerts");
    put_list(to, "alerts", alerts, rows_of(alerts, put_alert));
    auto const counts = text_of(model, "counts");
    put(to, "alert_count", counts.empty() ? std::to_string(alerts.size()) + " open" : std::string{counts});
    add_alert_template(to);
    auto const& past = list_of(model, "past_alerts");
    put_list(to, "past", past, rows_of(past, put_alert));
    auto const& events = list_of(model, "events");
    put_list(to, "events", events, rows_of(events, [](json::object const& from, mustache::data& row) {
                 put_time(row, "at", from_rfc3339(text_of(from, "at")));
                 put(row, "what", text_of(from, "what"));
                 put(row, "text", text_of(from, "text"));
                 put(row, "by", text_of(from, "by"));
             }));
    auto const& messages = list_of(model, "messages");
    put_list(to, "deliveries", messages, rows_of(messages, put_delivery));
}

} // namespace modelwatch::http
