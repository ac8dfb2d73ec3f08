#include "daemon/assembly.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"
#include "daemon/views.hpp"

#include <boost/asio/io_context.hpp>

namespace modelwatch::cli {

int run_accept(session& s) {
    auto const db = open_state(s);
    auto const targets = select_watches(s, *db);
    if (!targets) return report(targets.error());
    if (targets->size() > 1) {
        return report(failure(
            errc::invalid, s.what.args.front() + " is watched at several revisions", "name one: REPO@REVISION"
        ));
    }
    auto const rules = make_rules(s.settings);
    if (!rules) return report(rules.error());
    auto const& target = targets->front();
    acceptance const how{s.what.commit, s.what.by, s.what.reason};
    auto const now = now_utc();
    result<judged> outcome = error{};
    auto const all = [&] { outcome = accept(*db, *rules, target, how, links_of(s, target.hub), now); };
    db->in_transaction(all);
    if (!outcome) return report(outcome.error());
    if (s.what.json) {
        json::array touched;
        for (auto const& entry : outcome->touched)
            touched.push_back(to_json(entry));
        auto const open = db->active_alerts(target.key());
        s.out.json(json::object{
            {"models", json::array{views::status_of(*db, target, open, now)}}, {"alerts", touched}
        });
        return exit_code::done;
    }
    s.out.line(target.repo + ": baseline is now " + outcome->record.baseline->commit);
    std::size_t resolved = 0;
    for (auto const& entry : outcome->touched)
        resolved += entry.active() ? 0 : 1;
    s.out.line(counted(resolved, "alert") + " resolved");
    return exit_code::done;
}

} // namespace modelwatch::cli
