#include "daemon/answers.hpp"
#include "daemon/assembly.hpp"
#include "daemon/cli/ask.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/digest_render.hpp"
#include "daemon/notify/email_render.hpp"
#include "daemon/outbox.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

namespace modelwatch::cli {

namespace {

int preview(session& s) {
    notify::reader const whom{s.settings.service.public_url, s.settings.digest.timezone};
    auto payload = ask(s, "digest", {});
    if (!payload) return report(payload.error());
    if (s.what.json || s.what.format == "json") {
        print_json(s.out, *payload);
        return exit_code::done;
    }
    if (s.what.format == "html") {
        message shown;
        shown.type = message_type::digest;
        shown.created_at = now_utc();
        shown.payload = std::move(*payload);
        s.out.line(trimmed(notify::email_html(shown, whom)));
        return exit_code::done;
    }
    s.out.line(trimmed(notify::digest_text(*payload, whom)));
    return exit_code::done;
}

/// What was queued, in the shape of the API; else one line.
void tell(session& s, json::object queued, std::string_view line) {
    if (s.what.json)
        print_json(s.out, std::move(queued));
    else
        s.out.line(line);
}

/// Where no daemon runs, what was queued is sent from here; else the daemon takes it within seconds.
int deliver(session& s, std::unique_ptr<storage::store> state, json::object queued) {
    asio::io_context loop{1};
    machinery parts{loop.get_executor(), most_connections(s.settings)};
    auto made = assemble(s.settings, parts, s.env, std::chrono::milliseconds{0});
    if (!made) return report(made.error());
    auto const how = std::make_shared<assembly>(std::move(*made));
    store_thread db{std::move(state)};
    outbox sender{loop.get_executor(), db, parts.time};
    sender.configure(how->lanes, std::shared_ptr<judge_rules const>(how, &how->rules));
    std::exception_ptr failure;
    asio::co_spawn(loop, sender.flush(), [&](std::exception_ptr e, std::string const&) {
        failure = e;
        parts.transport->close();
    });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    int code = exit_code::done;
    for (auto const& one : db.direct().messages({})) {
        if (one.type != message_type::digest) continue;
        complain(one.notifier + ": not delivered yet: " + printable(one.last_answer));
        code = exit_code::not_done;
    }
    if (code == exit_code::done || s.what.json) tell(s, std::move(queued), "sent");
    return code;
}

std::unique_ptr<storage::store> lock_state(session const& s) {
    try {
        return storage::open_store(s.settings.service.state_dir, storage::open_mode::service);
    } catch (storage::storage_error const&) {
        return nullptr; // a daemon holds it
    }
}

int queue(session& s) {
    auto said = ask(s, "send-digest", {});
    if (!said) return report(said.error());
    tell(
        s,
        std::move(*said),
        "queued: the running daemon sends it within seconds (`modelwatch outbox` shows it)"
    );
    return exit_code::done;
}

int send(session& s) {
    if (s.settings.digest.notifiers.empty()) {
        return report(failure(
            errc::invalid, "no notifier is named for the digest", "set notifiers = [\"…\"] in [digest]"
        ));
    }
    if (asks_daemon_for_changes(s)) return queue(s);
    auto locked = lock_state(s);
    if (!locked) return queue(s);
    auto const rules = make_rules(s.settings);
    if (!rules) return report(rules.error());
    auto queued = answers::send_digest({*locked, s.settings, &*rules, now_utc()}, {});
    if (!queued) return report(queued.error());
    return deliver(s, std::move(locked), std::move(*queued));
}

} // namespace

int run_digest(session& s) {
    return s.what.send ? send(s) : preview(s);
}

} // namespace modelwatch::cli
