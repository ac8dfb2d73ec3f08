#include "daemon/discover.hpp"

#include "daemon/cli/service_drop_in.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/config/service_view.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace modelwatch::cli {

namespace {

std::string_view name_of(found_model::layout kind) {
    switch (kind) {
    case found_model::layout::hub_cache:
        return "hub-cache";
    case found_model::layout::folder:
        return "folder";
    default:
        return "gguf";
    }
}

std::vector<std::filesystem::path> places(session const& s) {
    if (s.what.args.empty()) return usual_places(s.env);
    return {s.what.args.begin(), s.what.args.end()};
}

void tell_problems(discovery const& found) {
    for (auto const& problem : found.problems)
        complain("warning: " + problem);
}

json::object as_json(discovery const& found) {
    json::array models;
    for (auto const& one : found.models) {
        models.push_back(json::object{
            {"repo", or_null(one.repo)},
            {"commit", or_null(one.commit)},
            {"path", one.where.string()},
            {"layout", name_of(one.kind)},
            {"other_commits", to_array(one.other_commits)}
        });
    }
    return {{"models", std::move(models)}, {"problems", to_array(found.problems)}};
}

std::string configuration(std::vector<std::filesystem::path> const& looked, discovery const& found) {
    std::string out = "# modelwatch.toml, made by `modelwatch init`: what to watch, whom to tell.\n"
                      "# `modelwatch config check` says whether it can be used; every key is described in\n"
                      "# modelwatch.toml(5) and in the example that is installed with the program.\n"
                      "# Looked for models in:";
    for (auto const& place : looked)
        out += " " + printable(place.string());
    out += looked.empty() ? " (none of the usual places exists)\n" : "\n";
    out += watch_entries(found);
    if (found.models.empty()) {
        out += "\n# No model was found on this host. Name what you run, one entry each:\n"
               "#[[watch]]\n"
               "#repo = \"google/gemma-2-2b\"\n"
               "#deployed = \"c5ebcd40d208330abc697524c919956e692655cf\"   # the commit in production\n"
               "#labels = { env = \"prod\" }\n";
    }
    out += "\n# No one is notified until a notifier is switched on.\n"
           "#[[notifier]]\n"
           "#name = \"ops\"\n"
           "#type = \"slack\"                         # or email, webhook, teams, pagerduty, command\n"
           "#url_credential = \"slack-url\"          # a file for the service: `modelwatch init --service`\n"
           "#min_severity = \"medium\"\n"
           "\n#[digest]\n"
           "#schedule = \"Mon 09:00\"\n"
           "#timezone = \"Europe/Berlin\"\n"
           "#notifiers = [\"ops\"]\n";
    return out;
}

/// Never over a file that is there: somebody may have written it by hand.
result<void> write_new(std::string const& path, std::string const& text) {
    int const file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (file < 0) {
        auto const hint = errno == EEXIST ? "move it away, or name another file with --config" : "";
        return failure(errc::invalid, path + ": " + std::strerror(errno), hint);
    }
    std::size_t done = 0;
    while (done < text.size()) {
        auto const count = ::write(file, text.data() + done, text.size() - done);
        if (count <= 0) break;
        done += static_cast<std::size_t>(count);
    }
    bool const whole = ::close(file) == 0 && done == text.size();
    if (whole) return {};
    ::unlink(path.c_str());
    return failure(errc::storage, path + ": could not be written whole", "is the disk full?");
}

} // namespace

int run_discover(session& s) {
    auto const found = discover(places(s));
    if (s.what.json) {
        s.out.json(as_json(found));
        return exit_code::done;
    }
    tell_problems(found);
    auto const text = watch_entries(found);
    if (text.empty()) {
        complain("no models found; name the folders in which they lie");
    } else {
        s.out.line(trimmed(text));
    }
    return exit_code::done;
}

int run_init(session& s) {
    auto const usual = s.what.service ? config::service_configuration : "modelwatch.toml";
    auto const path = s.what.config ? s.what.config->string() : std::string{usual};
    if (s.what.service && ::access(path.c_str(), F_OK) == 0) return write_service_drop_in(s, path);
    auto const looked = places(s);
    auto const found = discover(looked);
    tell_problems(found);
    auto const written = write_new(path, configuration(looked, found));
    if (!written) return report(written.error());
    s.out.line(path + ": written, with " + counted(found.models.size(), "model"));
    if (s.what.service) return write_service_drop_in(s, path);
    s.out.line("next: modelwatch --config " + path + " check");
    return exit_code::done;
}

} // namespace modelwatch::cli
