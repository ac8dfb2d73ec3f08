#include "daemon/cli/ask.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::cli {

int run_accept(session& s) {
    json::object const wish{
        {"repo", s.what.args.front()}, {"commit", s.what.commit}, {"by", s.what.by}, {"reason", s.what.reason}
    };
    auto const said = ask(s, "accept", wish);
    if (!said) return report(said.error());
    if (s.what.json) {
        print_json(s.out, *said);
        return exit_code::done;
    }
    auto const& model = said->at("models").as_array().at(0).as_object();
    auto const commit = text_of(said->at("more").as_object(), "baseline_commit");
    s.out.line(std::string{text_of(model, "repo")} + ": baseline is now " + std::string{commit});
    auto const touched = alerts_in(said->at("alerts").as_array());
    auto const resolved =
        std::count_if(touched.begin(), touched.end(), [](alert const& one) { return !one.active(); });
    s.out.line(counted(static_cast<std::size_t>(resolved), "alert") + " resolved");
    return exit_code::done;
}

} // namespace modelwatch::cli
