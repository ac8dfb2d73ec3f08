// Reading OSV documents. Every one of them is foreign: bounded, and refused where it cannot be understood.

#include "daemon/assess/advisories.hpp"
#include "daemon/assess/cvss.hpp"
#include "daemon/assess/osv_package.hpp"
#include "daemon/model/commit_id.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <stdexcept>

namespace modelwatch::assess {

namespace {

constexpr std::size_t longest_id = 200;

/// Why a document is refused; travels to parse_osv.
class bad_document : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

json::array const& list_of(json::object const& object, char const* key, std::size_t most) {
    static json::array const none;
    auto const* const found = object.if_contains(key);
    if (found == nullptr || found->is_null()) return none;
    if (!found->is_array()) throw bad_document(fmt::format("'{}' is not a list", key));
    if (found->get_array().size() > most)
        throw bad_document(fmt::format("'{}' has more than {} entries", key, most));
    return found->get_array();
}

json::object const& object_in(json::value const& value, char const* what) {
    if (!value.is_object()) throw bad_document(fmt::format("an entry of '{}' is not an object", what));
    return value.get_object();
}

json::object const* member(json::object const& object, char const* key) {
    auto const* const found = object.if_contains(key);
    return found != nullptr && found->is_object() ? &found->get_object() : nullptr;
}

severity level_of(double score) noexcept {
    if (score < 4) return severity::low;
    return score < 7 ? severity::medium : severity::high;
}

std::optional<severity> level_of_word(std::string_view text) {
    static std::map<std::string, severity, std::less<>> const words{
        {"low", severity::low},
        {"none", severity::low},
        {"moderate", severity::medium},
        {"medium", severity::medium},
        {"high", severity::high},
        {"critical", severity::high},
    };
    auto const found = words.find(lower(trimmed(text)));
    return found == words.end() ? std::nullopt : std::optional{found->second};
}

std::optional<severity> level_of_score(std::string_view text) {
    text = trimmed(text);
    if (auto const vector = cvss3_score(text)) return level_of(*vector);
    double plain = -1;
    auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), plain);
    bool const whole = fault == std::errc{} && end == text.data() + text.size();
    if (whole && plain >= 0 && plain <= 10) return level_of(plain);
    return std::nullopt;
}

void raise(std::optional<severity>& level, std::optional<severity> const& other) {
    if (other && (!level || *other > *level)) level = other;
}

/// The gravest that `severity` or `database_specific.severity` of this object says.
std::optional<severity> stated_level(json::object const& object) {
    std::optional<severity> out;
    for (auto const& one : list_of(object, "severity", advisory_limits::names))
        raise(out, level_of_score(text_of(object_in(one, "severity"), "score")));
    for (auto const* place : {"database_specific", "ecosystem_specific"}) {
        if (auto const* own = member(object, place)) raise(out, level_of_word(text_of(*own, "severity")));
    }
    return out;
}

/// A web address to read more at: of the advisory itself where one is marked so.
std::string address_of(json::object const& document) {
    std::string first;
    for (auto const& one : list_of(document, "references", advisory_limits::names)) {
        auto const& reference = object_in(one, "references");
        auto const url = text_of(reference, "url");
        bool const web = url.starts_with("https://") || url.starts_with("http://");
        if (!web || url.size() > advisory_limits::longest_address) continue;
        if (text_of(reference, "type") == "ADVISORY") return printable(url);
        if (first.empty()) first = printable(url);
    }
    return first;
}

std::vector<std::string> aliases_of(json::object const& document, std::string_view id) {
    std::vector<std::string> out;
    for (auto const& one : list_of(document, "aliases", advisory_limits::names)) {
        if (!one.is_string()) throw bad_document("an entry of 'aliases' is not a string");
        auto alias = printable(std::string_view{one.get_string()}.substr(0, longest_id));
        if (!alias.empty() && alias != id) out.push_back(std::move(alias));
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

/// A version that is no commit cannot be compared: it may be any.
void add_version(advisory_entry& out, std::string version) {
    version = lower(version);
    if (is_commit_prefix(version, 7)) {
        out.commits.push_back(std::move(version));
    } else {
        out.everything = true;
    }
}

std::optional<range_event> event_in(json::object const& object) {
    using step = range_event::step;
    for (auto const& [key, what] :
         {std::pair{"introduced", step::introduced},
          std::pair{"fixed", step::fixed},
          std::pair{"last_affected", step::last_affected}}) {
        auto commit = lower(text_of(object, key));
        bool const beginning = what == step::introduced && commit == "0";
        if (beginning || is_full_commit(commit)) return range_event{what, std::move(commit)};
    }
    return std::nullopt;
}

void add_range(advisory_entry& out, json::object const& range) {
    std::vector<range_event> events;
    bool begins = false;
    for (auto const& one : list_of(range, "events", advisory_limits::names)) {
        auto const& object = object_in(one, "events");
        if (object.contains("limit")) continue; // bounds a search in a repository that we do not make
        auto event = event_in(object);
        if (!event) {
            out.everything = true;
            continue;
        }
        begins = begins || event->what == range_event::step::introduced;
        events.push_back(std::move(*event));
    }
    if (text_of(range, "type") != "GIT" || !begins) {
        out.everything = true; // versions whose order is not known
    } else {
        out.ranges.push_back(std::move(events));
    }
}

void add_affected(
    std::vector<advisory_entry>& all, advisory_entry const& common, json::object const& affected
) {
    auto const* const package = member(affected, "package");
    if (package == nullptr) return;
    auto model = model_of(*package);
    if (!model) return;
    auto out = common;
    out.repo = std::move(model->repo);
    if (auto const own = stated_level(affected)) out.level = *own;
    if (!model->version.empty()) add_version(out, std::move(model->version));
    for (auto const& one : list_of(affected, "versions", advisory_limits::names)) {
        if (!one.is_string()) throw bad_document("an entry of 'versions' is not a string");
        add_version(out, std::string{one.get_string()});
    }
    for (auto const& one : list_of(affected, "ranges", advisory_limits::names))
        add_range(out, object_in(one, "ranges"));
    if (out.commits.empty() && out.ranges.empty()) out.everything = true;
    all.push_back(std::move(out));
}

void add_document(std::vector<advisory_entry>& all, json::value const& value) {
    auto const& document = object_in(value, "vulns");
    auto const id = text_of(document, "id");
    if (id.empty() || id.size() > longest_id) throw bad_document("an OSV document needs an 'id'");
    advisory_entry common;
    common.id = printable(id);
    common.aliases = aliases_of(document, common.id);
    auto const summary = text_of(document, "summary");
    auto const words = summary.empty() ? text_of(document, "details") : summary;
    common.summary = shortened(printable(words.substr(0, 8192)), advisory_limits::longest_summary);
    common.url = address_of(document);
    common.withdrawn = from_rfc3339(text_of(document, "withdrawn"));
    // Nobody said how grave it is: unknown weighs like high.
    common.level = stated_level(document).value_or(severity::high);
    for (auto const& one : list_of(document, "affected", advisory_limits::affected))
        add_affected(all, common, object_in(one, "affected"));
}

std::vector<advisory_entry> read_documents(json::value const& root) {
    std::vector<advisory_entry> out;
    auto const* const object = root.if_object();
    bool const bundle = object != nullptr && object->contains("vulns");
    if (object != nullptr && !bundle) {
        add_document(out, root);
        return out;
    }
    json::object const wrapped{{"vulns", bundle ? object->at("vulns") : root}};
    for (auto const& one : list_of(wrapped, "vulns", advisory_limits::advisories))
        add_document(out, one);
    return out;
}

} // namespace

result<std::vector<advisory_entry>> parse_osv(std::string_view text, std::string_view origin) {
    auto const refused = [&](std::string_view why) {
        return failure(
            errc::malformed,
            fmt::format("{}: {}", origin, why),
            "advisories are documents in OSV format (https://ossf.github.io/osv-schema/)"
        );
    };
    if (text.size() > advisory_limits::file_bytes)
        return refused(fmt::format("larger than {} bytes", advisory_limits::file_bytes));
    json::parse_options options;
    options.max_depth = advisory_limits::depth;
    boost::system::error_code fault;
    auto const root = json::parse(text, fault, {}, options);
    if (fault) return refused("not JSON: " + fault.message());
    try {
        return read_documents(root);
    } catch (bad_document const& e) {
        return refused(e.what());
    }
}

} // namespace modelwatch::assess
