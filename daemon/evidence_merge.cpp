#include "daemon/evidence.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

using assess::evidence;

/// Takes over what is unknown now and remembers that something was.
class keeper {
public:
    template <class T>
    void keep(std::optional<T>& now, std::optional<T> const& before) {
        if (!now && before) take(now, before);
    }

    void keep(std::string& now, std::string const& before) {
        if (now.empty() && !before.empty()) take(now, before);
    }

    template <class T>
    void keep_unless(bool known_now, T& now, T const& before, bool known_before) {
        if (!known_now && known_before) take(now, before);
    }

    [[nodiscard]] bool kept() const noexcept { return kept_; }

private:
    template <class T>
    void take(T& now, T const& before) {
        now = before;
        kept_ = true;
    }

    bool kept_ = false;
};

bool is_same_repo(evidence const& previous, evidence const& fresh) {
    bool const same_name = lower(previous.repo) == lower(fresh.repo) && previous.hub == fresh.hub;
    bool const told = !previous.repo_id.empty() && !fresh.repo_id.empty();
    return told ? previous.repo_id == fresh.repo_id && previous.hub == fresh.hub : same_name;
}

/// The hub showed nothing of the model itself: what it said last, under its new standing.
evidence last_seen(evidence const& previous, evidence fresh) {
    auto out = previous;
    out.place = fresh.place;
    out.disabled = fresh.disabled || fresh.place == standing::disabled;
    out.is_private = previous.is_private || fresh.is_private;
    out.baseline = std::move(fresh.baseline);
    out.advisories = std::move(fresh.advisories);
    out.advisories_configured = fresh.advisories_configured;
    out.allow_patterns = std::move(fresh.allow_patterns);
    return out;
}

void keep_owner(keeper& to, evidence const& previous, evidence& fresh) {
    if (lower(previous.author) != lower(fresh.author)) return; // another account: nothing is known of it
    auto const& before = previous.owner;
    auto& now = fresh.owner;
    bool const replaced = !before.id.empty() && !now.id.empty() && before.id != now.id;
    if (replaced) return;
    using assess::owner_kind;
    to.keep_unless(
        now.kind != owner_kind::unknown, now.kind, before.kind, before.kind != owner_kind::unknown
    );
    to.keep(now.id, before.id);
    to.keep(now.verified, before.verified);
    to.keep(now.created_at, before.created_at);
    to.keep(now.members, before.members);
    to.keep(now.last_activity, before.last_activity);
}

bool were_read(std::vector<assess::license_text_evidence> const& texts) {
    return !texts.empty() &&
           std::none_of(texts.begin(), texts.end(), [](auto const& one) { return one.unread; });
}

/// What could not be read this time was read before, at the same commit.
void keep_reach(keeper& to, evidence const& previous, evidence& fresh) {
    bool const known = fresh.configuration_read || !previous.configuration_read;
    to.keep_unless(known, fresh.reached, previous.reached, true);
    to.keep_unless(known, fresh.unreadable, previous.unreadable, true);
    to.keep_unless(known, fresh.configuration_read, previous.configuration_read, true);
}

/// A scan that runs again, or broke, takes back no warning about the same bytes.
void keep_scan(keeper& to, std::optional<scan_level> const& before, std::optional<scan_level>& now) {
    bool const warned = before == scan_level::suspicious || before == scan_level::unsafe;
    bool const told = now && *now >= scan_level::safe;
    to.keep_unless(told || !warned, now, before, true);
    to.keep(now, before);
}

/// Facts about bytes: another commit has other ones, and what was harmless there proves nothing here.
void keep_files(keeper& to, evidence const& previous, evidence& fresh) {
    if (previous.commit != fresh.commit) return;
    to.keep_unless(fresh.format.known, fresh.format, previous.format, previous.format.known);
    bool const card_told = !fresh.card_withheld || previous.card_withheld;
    to.keep_unless(card_told, fresh.license, previous.license, true);
    to.keep_unless(card_told, fresh.license_tags, previous.license_tags, true);
    to.keep_unless(card_told, fresh.card_withheld, previous.card_withheld, true);
    bool const text_read = were_read(fresh.license_texts);
    to.keep_unless(text_read, fresh.license_texts, previous.license_texts, were_read(previous.license_texts));
    to.keep(fresh.custom_code, previous.custom_code);
    keep_reach(to, previous, fresh);
    keep_scan(to, previous.scan, fresh.scan);
}

void keep_bases(keeper& to, evidence const& previous, evidence& fresh) {
    for (auto& base : fresh.bases) {
        auto const same = [&](assess::base_evidence const& old) {
            return lower(old.repo) == lower(base.repo) && old.resolved;
        };
        auto const found = std::find_if(previous.bases.begin(), previous.bases.end(), same);
        if (found == previous.bases.end()) continue;
        if (!base.resolved) {
            // A base that is gone has been answered about; one that did not answer is as it was.
            auto old = *found;
            old.inferred = base.inferred;
            to.keep_unless(base.place != standing::present, base, old, true);
            continue;
        }
        to.keep(base.model_changed_at, found->model_changed_at);
        if (base.commit == found->commit) keep_scan(to, found->scan, base.scan);
        bool const known = base.successor.state != assess::successor_state::unknown;
        bool const knew = found->successor.state != assess::successor_state::unknown;
        to.keep_unless(known, base.successor, found->successor, knew);
    }
}

} // namespace

assess::evidence merged(assess::evidence const& previous, assess::evidence fresh) {
    if (previous.commit.empty() || !is_same_repo(previous, fresh)) return fresh;
    if (fresh.commit.empty()) return last_seen(previous, std::move(fresh));
    keeper to;
    keep_owner(to, previous, fresh);
    keep_files(to, previous, fresh);
    keep_bases(to, previous, fresh);
    bool const gate_known = fresh.gate != gating::unknown;
    to.keep_unless(gate_known, fresh.gate, previous.gate, previous.gate != gating::unknown);
    to.keep(fresh.discussions_disabled, previous.discussions_disabled);
    to.keep(fresh.downloads, previous.downloads);
    to.keep(fresh.created_at, previous.created_at);
    to.keep(fresh.last_modified, previous.last_modified);
    if (!fresh.model_changed_at) to.keep(fresh.model_change_title, previous.model_change_title);
    to.keep(fresh.model_changed_at, previous.model_changed_at);
    to.keep(fresh.deprecated, previous.deprecated);
    bool const known = fresh.successor.state != assess::successor_state::unknown;
    bool const knew = previous.successor.state != assess::successor_state::unknown;
    to.keep_unless(known, fresh.successor, previous.successor, knew);
    if (to.kept()) fresh.observed_at = std::min(fresh.observed_at, previous.observed_at);
    return fresh;
}

} // namespace modelwatch
