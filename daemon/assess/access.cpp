#include "daemon/assess/subject.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::assess {

namespace {

void check_gating(subject const& model, findings& out) {
    constexpr auto check = check_id::access_gating;
    if (model.facts.is_private || model.facts.place == standing::is_private) {
        return out.add(check, "private", "private=true");
    }
    switch (model.facts.gate) {
    case gating::manual:
        return out.add(check, "manual", "gated=manual");
    case gating::automatic:
        return out.add(check, "auto", "gated=auto");
    case gating::open:
        return out.add(check, "no", "gated=false");
    case gating::unknown:
        return out.add(check, "unknown", "the hub did not say whether it is gated");
    }
}

bool is_gated(gating gate) noexcept {
    return gate == gating::manual || gate == gating::automatic;
}

void check_notification(subject const& model, findings& out) {
    constexpr auto check = check_id::access_notification;
    auto const& facts = model.facts;
    if (is_gated(facts.gate)) return out.add(check, "gate", fmt::format("gated={}", to_string(facts.gate)));
    if (model.registered != nullptr && !model.registered->security_contact.empty()) {
        auto const& contact = model.registered->security_contact;
        return out.add(check, "contact", fmt::format("security contact in the registry: {}", contact));
    }
    if (facts.format.security_policy) return out.add(check, "contact", "SECURITY.md is in the repository");
    if (facts.gate == gating::unknown || !facts.format.known) {
        return out.add(check, "unknown", "not known whether there is a gate or a security contact");
    }
    if (!facts.discussions_disabled) {
        return out.add(check, "unknown", "the hub did not say whether discussions are open");
    }
    if (*facts.discussions_disabled) {
        return out.add(check, "none", "discussions are disabled; no gate, no security contact");
    }
    constexpr std::string_view only = "only its discussions: no gate, no security contact";
    if (model.is_organisation()) return out.add(check, "org", fmt::format("an organisation, {}", only));
    if (model.is_user()) return out.add(check, "user", fmt::format("a user account, {}", only));
    out.add(check, "unknown", "not known whether the account is an organisation");
}

void check_disabled(subject const& model, findings& out) {
    constexpr auto check = check_id::access_disabled;
    if (model.facts.disabled || model.facts.place == standing::disabled) {
        return out.add(check, "disabled", "the hub answers that access to it is disabled");
    }
    if (!model.was_read()) return out.add(check, "unknown", "the hub has not answered about it");
    auto const place = model.facts.place;
    if (place == standing::missing || place == standing::access_lost) {
        return out.add(check, "unknown", fmt::format("the hub no longer shows it: {}", to_string(place)));
    }
    out.add(check, "no", "disabled=false");
}

} // namespace

void look_at_access(subject const& model, findings& out) {
    check_gating(model, out);
    check_notification(model, out);
    check_ungated_derivative(model, out);
    check_disabled(model, out);
}

} // namespace modelwatch::assess
