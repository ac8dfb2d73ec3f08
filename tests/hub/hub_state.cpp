#include "tests/hub/hub_state.hpp"

#include "daemon/model/digest.hpp"
#include "tests/hub/bad_script.hpp"
#include "tests/hub/endpoints.hpp"
#include "tests/hub/samples.hpp"
#include "tests/hub/steps.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::hub_double {

namespace {

constexpr std::size_t cache_limit = 300'000;

std::string_view weak_part(std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
}

bool names_tag(std::string_view if_none_match, std::string_view etag) {
    if (if_none_match.empty() || etag.empty()) return false;
    return if_none_match == "*" || if_none_match.find(weak_part(etag)) != std::string_view::npos;
}

answer_ptr sealed(answer made) {
    made.seal();
    return std::make_shared<answer const>(std::move(made));
}

answer_ptr not_modified(answer const& of) {
    answer made;
    made.status = 304;
    for (auto const* name :
         {"ETag", "Vary", "X-Powered-By", "Referrer-Policy", "Access-Control-Allow-Origin"})
        if (auto const value = of.header(name); !value.empty()) made.set(name, value);
    return sealed(std::move(made));
}

bool may_be_304(answer const& what, request const& asked) {
    return what.status == 200 && (asked.method == "GET" || asked.method == "HEAD") &&
           what.how.how == delivery::way::whole;
}

void replace_all(std::string& text, std::string_view mark, std::string const& by) {
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
        text.replace(at, mark.size(), by);
}

/// The setting `spellings`: bytes that no JSON library would write, where a script has marks for them.
answer spelt(context const& of, answer plain) {
    auto const marks = of.hub.settings.if_contains("spellings");
    bool const json = plain.header("Content-Type").starts_with("application/json");
    if (marks == nullptr || !marks->is_object() || !json || plain.source) return plain;
    auto text = *plain.body;
    for (auto const& [mark, spelling] : marks->get_object()) {
        std::string bytes;
        if (spelling.is_string() && from_base64(spelling.get_string(), bytes)) replace_all(text, mark, bytes);
    }
    if (text == *plain.body) return plain;
    plain.body = std::make_shared<std::string const>(std::move(text));
    plain.set("ETag", weak_etag(*plain.body));
    return plain;
}

std::string_view side_name(side at) {
    return at == side::cdn ? "cdn" : at == side::control ? "control" : "api";
}

} // namespace

hub_state::hub_state(timeline script)
    : script_(std::move(script)) {
    reset();
}

void hub_state::reset() {
    std::lock_guard const lock(mutex_);
    now_ = script_.start;
    steps_.clear();
    for (auto const& one : script_.steps)
        steps_.push_back({one, false});
    faults_.clear();
    limiter_.forget();
    cache_.clear();
    log_.clear();
    counts_.clear();
    leaked_ = 0;
}

/// Fills in whose token it is. Anything but a known bearer token is a bad one.
void hub_state::identify(context& of) const {
    constexpr std::string_view scheme = "Bearer ";
    auto const given = std::string_view(of.asked.authorization);
    if (!of.asked.has_authorization) return;
    auto const secret = given.starts_with(scheme) ? given.substr(scheme.size()) : std::string_view();
    auto const found = now_.tokens.find(secret);
    of.bad_token = found == now_.tokens.end() || found->second.revoked;
    if (!of.bad_token) of.who = &found->second;
}

/// Counts the request; an answer beyond the limit becomes 429, a fault stays what it is.
void hub_state::meter(context const& of, bool faulty, outgoing& sent) {
    if (of.asked.at == side::cdn) return;
    auto const account =
        of.who == nullptr ? std::string_view("anonymous") : std::string_view(of.who->account);
    auto const who = of.who == nullptr ? std::string() : of.who->secret;
    auto const spent = limiter_.take(now_, who, account, of.asked.target, std::chrono::steady_clock::now());
    sent.extra_headers = spent.header_text();
    sent.extra_headers += fmt::format("X-Request-Id: Root=1-{:08x}-{:024x}\r\n", received_ >> 32, received_);
    if (spent.allowed || faulty) return;
    sent.what = sealed(error_answer(429, "", "We had to rate limit you. Wait until the window ends."));
}

outgoing hub_state::respond(request const& asked) {
    if (asked.at == side::control || asked.target.starts_with("/__double/"))
        return {sealed(control(*this, asked)), {}};
    std::lock_guard const lock(mutex_);
    context of{now_, asked, nullptr, false, cdn_origin_};
    identify(of);
    auto const at = locate(asked, now_);
    std::string fault_kind;
    outgoing made{produce(asked, at, of, fault_kind), {}};
    ++received_;
    meter(of, !fault_kind.empty(), made);
    if (may_be_304(*made.what, asked) && now_.on("etag_304", true) &&
        names_tag(asked.if_none_match, made.what->header("ETag")))
        made.what = not_modified(*made.what);
    note(asked, at, of, *made.what, std::move(fault_kind));
    return made;
}

answer_ptr
hub_state::produce(request const& asked, place const& at, context const& of, std::string& fault_kind) {
    auto const* fault = faults_.empty() ? nullptr : faults_.due(asked, at);
    if (fault == nullptr) return from_cache(of, at);
    fault_kind = fault->kind;
    return sealed(spoiled(*fault, of, fresh(of, at)));
}

answer hub_state::fresh(context const& of, place const& at) const {
    if (auto recorded = recorded_for(of, at)) return *std::move(recorded);
    return spelt(of, route(of, at));
}

answer_ptr hub_state::from_cache(context const& of, place const& at) {
    auto const& asked = of.asked;
    if (asked.method != "GET" && asked.method != "HEAD") return sealed(fresh(of, at));
    auto key = fmt::format(
        "{}\n{}\n{}\n{}\n{}", asked.scheme, asked.host, asked.authorization, asked.accept, asked.target
    );
    if (asked.at == side::cdn || !asked.range.empty()) return sealed(fresh(of, at));
    if (auto const found = cache_.find(key); found != cache_.end()) return found->second;
    auto made = sealed(fresh(of, at));
    if (made->may_be_kept) {
        if (cache_.size() >= cache_limit) cache_.clear();
        cache_.emplace(std::move(key), made);
    }
    return made;
}

void hub_state::note(
    request const& asked, place const& at, context const& of, answer const& sent, std::string fault_kind
) {
    auto const leaked = asked.at == side::cdn && asked.has_authorization && !is_chunk_storage(asked);
    leaked_ += leaked ? 1 : 0;
    auto const counter = counts_.find(at.kind);
    if (counter == counts_.end())
        counts_.emplace(std::string(at.kind), 1);
    else
        ++counter->second;
    if (log_limit_ == 0) return;
    if (log_.size() >= log_limit_) log_.pop_front();
    seen_request seen;
    seen.number = received_;
    seen.side = side_name(asked.at);
    seen.kind = at.kind;
    seen.method = asked.method;
    seen.target = asked.target;
    seen.host = asked.host;
    seen.user_agent = asked.user_agent;
    seen.if_none_match = asked.if_none_match;
    seen.token = of.who != nullptr ? of.who->name : asked.has_authorization ? "unknown" : "";
    seen.fault = std::move(fault_kind);
    seen.has_authorization = asked.has_authorization;
    seen.token_leaked = leaked;
    seen.status = sent.status;
    log_.push_back(std::move(seen));
}

void hub_state::set_cdn_origin(std::string origin) {
    std::lock_guard const lock(mutex_);
    cdn_origin_ = std::move(origin);
}

void hub_state::set_log_limit(std::size_t limit) {
    std::lock_guard const lock(mutex_);
    log_limit_ = limit;
}

/// With the mutex held: all actions, or none.
void hub_state::change(json::array const& actions) {
    auto next = now_;
    auto faults = faults_;
    for (auto const& one : actions) {
        if (!one.is_object()) throw bad_script("an action must be an object");
        auto const& action = one.get_object();
        auto const name = text_of(action, "action");
        if (name == "faults")
            for (auto const& spec : action.at("faults").as_array())
                faults.add(read_fault(spec.as_object()));
        else if (name == "clear_faults")
            faults.clear();
        else
            apply_action(next, action);
    }
    now_ = std::move(next);
    faults_ = std::move(faults);
    cache_.clear();
}

std::string hub_state::advance(std::string_view name) {
    std::lock_guard const lock(mutex_);
    auto const found = std::find_if(steps_.begin(), steps_.end(), [&](pending_step const& one) {
        return !one.applied && (name.empty() || one.what.name == name);
    });
    if (found == steps_.end())
        throw bad_script(name.empty() ? "no step is left" : "no step \"" + std::string(name) + "\" is left");
    change(found->what.actions);
    found->applied = true;
    return found->what.name;
}

void hub_state::apply(json::object const& action) {
    std::lock_guard const lock(mutex_);
    change({action});
}

void hub_state::add_faults(json::value const& faults) {
    std::lock_guard const lock(mutex_);
    auto next = faults_;
    if (faults.is_object())
        next.add(read_fault(faults.get_object()));
    else
        for (auto const& one : faults.as_array())
            next.add(read_fault(one.as_object()));
    faults_ = std::move(next);
}

void hub_state::clear_faults() {
    std::lock_guard const lock(mutex_);
    faults_.clear();
}

std::vector<seen_request> hub_state::requests(std::uint64_t after) const {
    std::lock_guard const lock(mutex_);
    std::vector<seen_request> made;
    for (auto const& one : log_)
        if (one.number > after) made.push_back(one);
    return made;
}

void hub_state::forget_requests() {
    std::lock_guard const lock(mutex_);
    log_.clear();
    counts_.clear();
    leaked_ = 0;
}

json::object hub_state::counters() const {
    std::lock_guard const lock(mutex_);
    json::object kinds;
    std::uint64_t total = 0;
    for (auto const& [kind, count] : counts_) {
        kinds[kind] = count;
        total += count;
    }
    return {{"requests", total}, {"token_leaked", leaked_}, {"by_type", std::move(kinds)}};
}

json::array hub_state::faults() const {
    std::lock_guard const lock(mutex_);
    return faults_.describe();
}

json::object hub_state::describe() const {
    std::lock_guard const lock(mutex_);
    json::array applied;
    json::array left;
    for (auto const& one : steps_)
        (one.applied ? applied : left).emplace_back(one.what.name);
    return {
        {"repos", now_.repos.size()},
        {"applied", std::move(applied)},
        {"remaining", std::move(left)},
        {"settings", now_.settings}
    };
}

} // namespace modelwatch::hub_double
