#include "daemon/cli/session.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"
#include "daemon/report/explanation.hpp"

namespace modelwatch::cli {

namespace {

int print_all(session const& s) {
    if (s.what.markdown) {
        s.out.line(trimmed(report::explanations_markdown()));
    } else if (s.what.json) {
        json::array all;
        for (auto const& one : report::explanations())
            all.push_back(report::to_json(one));
        s.out.json(json::object{{"explanations", std::move(all)}});
    } else {
        s.out.line(trimmed(report::explanation_list(s.out.width(), s.out.colour())));
    }
    return exit_code::done;
}

} // namespace

int run_explain(session& s) {
    if (s.what.args.empty()) return print_all(s);
    auto const& word = s.what.args.front();
    auto const* const found = report::find_explanation(word);
    if (found == nullptr) {
        return report(failure(
            errc::invalid, "nothing here is called " + printable(word), report::explanation_hint(word)
        ));
    }
    if (s.what.json)
        s.out.json(report::to_json(*found));
    else
        s.out.line(trimmed(report::to_text(*found, s.out.width(), s.out.colour())));
    return exit_code::done;
}

} // namespace modelwatch::cli
