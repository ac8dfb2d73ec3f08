#include "daemon/cli/invocation.hpp"
#include "daemon/cli/standard_output.hpp"
#include "daemon/version.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <sstream>

namespace modelwatch::cli {

namespace {

struct parser {
    CLI::App app{"Patch management for AI models: watches model repositories and tells people what changed."};
    invocation out;
    std::string fail_on = "high";
    std::string config;
};

CLI::App* add_command(parser& p, CLI::App& parent, std::string const& name, std::string const& about) {
    auto* const made = parent.add_subcommand(name, about);
    bool const nested = &parent != &p.app;
    made->callback([&p, made, nested, parent_name = parent.get_name()] {
        if (nested) {
            p.out.command = parent_name;
            p.out.subcommand = made->get_name();
        } else if (p.out.command.empty()) {
            p.out.command = made->get_name();
        }
    });
    made->fallthrough();
    return made;
}

void add_json(parser& p, CLI::App* to) {
    to->add_flag("--json", p.out.json, "print one JSON document");
}

void add_fail_on(parser& p, CLI::App* to) {
    to->add_option("--fail-on", p.fail_on, "exit 1 for open alerts at or above this severity")
        ->check(CLI::IsMember({"info", "low", "medium", "high", "critical"}))
        ->capture_default_str();
}

void add_args(
    parser& p, CLI::App* to, std::string const& name, std::string const& about, int least, int most
) {
    auto* const option = to->add_option(name, p.out.args, about);
    option->expected(least, most);
    if (least > 0) option->required();
}

void add_person(parser& p, CLI::App* to) {
    to->add_option("--by", p.out.by, "who decides")->required();
    to->add_option("--reason", p.out.reason, "why")->required();
}

/// At the alert desk whoever types is who decides, unless they say otherwise.
void add_person_at_desk(parser& p, CLI::App* to, bool reason_needed) {
    to->add_option("--by", p.out.by, "who decides; default: $SUDO_USER, else your user name");
    auto* const reason = to->add_option("--reason", p.out.reason, "why");
    if (reason_needed) reason->required();
}

constexpr int any_number = 1 << 20;

void add_assess(parser& p) {
    auto* const assess =
        add_command(p, p.app, "assess", "Rate any model in five dimensions, watched or not, without state");
    add_args(p, assess, "REPO", "namespace/name or namespace/name@revision", 1, any_number);
    assess->add_option("--format", p.out.format, "table, json, markdown, html, sarif or cyclonedx")
        ->check(CLI::IsMember({"table", "json", "markdown", "html", "sarif", "cyclonedx"}))
        ->capture_default_str();
    assess->add_option("-o,--output", p.out.output, "write the report to a file");
    assess->add_option("--hub", p.out.hub, "one of the configured hubs")->capture_default_str();
    assess
        ->add_option(
            "--fail-on",
            p.out.fail_on_rating,
            "exit 1 for a rating at or above this: Low, Low-Medium, Medium, Medium-High or High"
        )
        ->transform(CLI::IsMember({"Low", "Low-Medium", "Medium", "Medium-High", "High"}, CLI::ignore_case));
    add_json(p, assess);
}

void add_watching(parser& p) {
    add_command(p, p.app, "daemon", "Run the service: poll on schedule, store, alert");
    auto* const check = add_command(p, p.app, "check", "Poll every watch (or REPO) once, deliver, and exit");
    add_args(p, check, "REPO", "repos to check; default: all that are configured", 0, any_number);
    check->add_flag("--dry-run", p.out.dry_run, "store and send nothing");
    add_json(p, check);
    add_fail_on(p, check);
    add_assess(p);
    auto* const status = add_command(p, p.app, "status", "What is known now");
    add_args(p, status, "REPO", "default: all", 0, any_number);
    add_json(p, status);
    add_fail_on(p, status);
    auto* const history = add_command(p, p.app, "history", "Recorded commits and events of a repo");
    add_args(p, history, "REPO", "namespace/name", 1, 1);
    history->add_option("--limit", p.out.limit, "how many of each")->capture_default_str();
    add_json(p, history);
    auto* const diff = add_command(p, p.app, "diff", "What differs between two recorded snapshots");
    add_args(p, diff, "REPO", "REPO [FROM [TO]]; default: from the baseline to the latest", 1, 3);
    add_json(p, diff);
    auto* const accept =
        add_command(p, p.app, "accept", "Move the baseline of a repo: its present state is trusted");
    add_args(p, accept, "REPO", "namespace/name", 1, 1);
    accept->add_option("--commit", p.out.commit, "a recorded commit; default: the latest");
    add_person(p, accept);
    add_json(p, accept);
}

void add_reviews(parser& p) {
    auto* const review = add_command(p, p.app, "review", "The formal review of a commit, and exceptions");
    add_args(p, review, "REPO", "REPO approve|reject|list, or REPO except POLICY", 2, 3);
    review->add_option(
        "--commit", p.out.commit, "all digits (40 or 64), or the first ones of a recorded commit"
    );
    review->add_option("--by", p.out.by, "who decides");
    review->add_option("--reason", p.out.reason, "why");
    review->add_option(
        "--until",
        p.out.until,
        "when it ends (2026-12-31, or 90d from now); default: review_valid_for, else by rating"
    );
    review->add_option("--requested-by", p.out.requested_by, "except: who asks for it");
    review->add_option("--approved-by", p.out.approved_by, "except: who grants it, someone else");
    review->add_flag("--dry-run", p.out.dry_run, "record nothing: say what it would move and settle");
    review->footer("approve moves the baseline of every watch that is at this commit to it, and settles the "
                   "alerts about "
                   "the way there; the answer names them. A commit that upstream has not reached yet becomes "
                   "the baseline "
                   "when it does, without any change alert. reject moves nothing.");
    add_json(p, review);
    auto* const gate = add_command(p, p.app, "gate", "Exit 0 only if a commit may be deployed; asks no hub");
    add_args(p, gate, "REPO@SHA", "the commit that is to be deployed", 1, 1);
    gate->add_option(
        "--max-age", p.out.max_age, "how old the state may be; default: three intervals, at least 15m"
    );
    gate->footer("A pass names every policy that fails and that [policy] does not enforce: they close "
                 "nothing, and they "
                 "are not met either.");
    add_json(p, gate);
}

void add_silences(parser& p, CLI::App* alerts) {
    auto* const silence = add_command(p, *alerts, "silence", "Do not send some alerts for a while");
    silence->add_option("--repo", p.out.repo_glob, "a glob over repos, such as acme/*");
    silence->add_option("--kind", p.out.kind_glob, "a glob over alert kinds, such as weights-*");
    silence->add_option("--label", p.out.labels, "KEY=VALUE of the watch; may be repeated")
        ->allow_extra_args(false);
    silence
        ->add_option(
            "--until", p.out.until, "when it ends: 2026-12-31, RFC 3339, or 2h, 30d (400 days at most)"
        )
        ->required();
    add_person_at_desk(p, silence, true);
    add_json(p, silence);
    auto* const silences = add_command(p, *alerts, "silences", "What is silenced, until when and why");
    silences->add_flag("--all", p.out.all, "those that are over too");
    add_json(p, silences);
    auto* const unsilence = add_command(p, *alerts, "unsilence", "End a silence before its time");
    add_args(p, unsilence, "ID", "or its beginning, at least 4 characters", 1, 1);
    add_person_at_desk(p, unsilence, true);
    add_json(p, unsilence);
}

/// Which alerts are listed, and count for the exit code.
void add_listing(parser& p, CLI::App* to) {
    to->add_flag("--all", p.out.all, "resolved ones too");
    to->add_option("--repo", p.out.repo_glob, "only of these repos: a glob, such as acme/* or acme/*@v1");
    to->add_option("--kind", p.out.kind_glob, "only of these kinds: a glob, such as weights-*");
    to->add_option("--severity", p.out.only_severity, "only of this severity")
        ->check(CLI::IsMember({"info", "low", "medium", "high", "critical"}, CLI::ignore_case));
    to->add_option("--label", p.out.labels, "only with KEY=VALUE of the watch; may be repeated")
        ->allow_extra_args(false);
    to->add_option("--state", p.out.only_state, "only in this state")
        ->check(CLI::IsMember({"open", "acknowledged", "silenced", "resolved", "all"}, CLI::ignore_case));
    add_json(p, to);
    add_fail_on(p, to);
}

void add_alerts(parser& p) {
    auto* const alerts = add_command(p, p.app, "alerts", "The alert desk");
    alerts->require_subcommand(0, 1);
    add_listing(p, alerts);
    auto* const list = add_command(p, *alerts, "list", "Open alerts, what is to be done first on top");
    add_listing(p, list);
    auto* const show = add_command(p, *alerts, "show", "One alert with its evidence");
    add_args(p, show, "ID", "or its beginning, at least 4 characters", 1, 1);
    add_json(p, show);
    auto* const ack = add_command(p, *alerts, "ack", "Somebody takes care: no reminders, no exit code");
    add_args(p, ack, "ID", "or its beginning, at least 4 characters", 1, 1);
    add_person_at_desk(p, ack, false);
    ack->add_option("--until", p.out.until, "when it counts again: 2026-12-31, RFC 3339, or 2h, 30d");
    add_json(p, ack);
    auto* const resolve = add_command(p, *alerts, "resolve", "End an alert by hand");
    add_args(p, resolve, "ID", "or its beginning, at least 4 characters", 1, 1);
    add_person_at_desk(p, resolve, true);
    add_json(p, resolve);
    add_silences(p, alerts);
}

void add_outbox(parser& p) {
    auto* const outbox = add_command(p, p.app, "outbox", "Messages that wait, were given up or dropped");
    outbox->require_subcommand(0, 1);
    add_json(p, outbox);
    outbox->add_flag("--all", p.out.all, "delivered ones too");
    auto* const list =
        add_command(p, *outbox, "list", "Messages with attempts and the far end's last answer");
    list->add_flag("--all", p.out.all, "delivered ones too");
    add_json(p, list);
    auto* const show = add_command(p, *outbox, "show", "One message with every attempt to send it");
    add_args(p, show, "ID", "or its beginning, at least 4 characters", 1, 1);
    add_json(p, show);
    auto* const retry = add_command(p, *outbox, "retry", "Send a message again, under the same id");
    add_args(p, retry, "ID", "or its beginning, at least 4 characters", 1, 1);
    add_json(p, retry);
    auto* const drop = add_command(p, *outbox, "drop", "Do not send a message any more");
    add_args(p, drop, "ID", "or its beginning, at least 4 characters", 1, 1);
    add_json(p, drop);
}

void add_upkeep(parser& p) {
    auto* const notify = add_command(p, p.app, "notify", "Notifiers");
    notify->require_subcommand(1, 1);
    auto* const test = add_command(p, *notify, "test", "Send a marked test message through each notifier");
    add_args(p, test, "NAME", "default: all", 0, any_number);
    test->add_flag("--drill", p.out.drill, "a marked critical alert, all the way from detection to delivery");
    add_json(p, test);
    auto* const digest = add_command(p, p.app, "digest", "The staleness digest, now");
    digest->add_flag("--preview", p.out.preview, "print it (the default)");
    digest->add_flag("--send", p.out.send, "send it to the notifiers of [digest]");
    digest->add_option("--format", p.out.format, "of a preview")
        ->check(CLI::IsMember({"text", "html", "json"}))
        ->default_val("text");
    add_json(p, digest);
    auto* const discover =
        add_command(p, p.app, "discover", "Find models on this host and print [[watch]] entries for them");
    add_args(p, discover, "PATH", "where to look; default: the usual places", 0, any_number);
    add_json(p, discover);
    auto* const init =
        add_command(p, p.app, "init", "Write a configuration for the models on this host (--config FILE)");
    add_args(p, init, "PATH", "where to look; default: the usual places", 0, any_number);
    auto* const service = init->add_flag(
        "--service",
        p.out.service,
        "write the drop-in that gives modelwatchd.service its credentials; a configuration that is there is "
        "kept"
    );
    init->add_option("--drop-in", p.out.output, "another file for it")->needs(service);
    auto* const config = add_command(p, p.app, "config", "The configuration");
    config->require_subcommand(1, 1);
    auto* const validate = add_command(p, *config, "check", "Validate it, secrets included");
    validate->add_flag(
        "--service",
        p.out.service,
        "also say what modelwatchd.service cannot see or do (the default for its own configuration)"
    );
    add_json(p, validate);
    add_command(p, *config, "show", "Print what is in force, secrets masked");
    add_json(p, add_command(p, *config, "keys", "Print every key that the file may hold"));
    auto* const db = add_command(p, p.app, "db", "The database");
    db->require_subcommand(1, 1);
    add_json(p, add_command(p, *db, "check", "Check integrity, every row and the audit chain"));
    auto* const repair = add_command(
        p,
        *db,
        "repair",
        "Drop or mend damaged rows that the next poll brings again; the daemon must be stopped"
    );
    add_json(p, repair);
    auto* const begin = add_command(p, *db, "init", "Make an empty database where there was none");
    begin->add_flag(
        "--force", p.out.force, "where there was one: move what is left of it aside and begin anew"
    );
    auto* const backup = add_command(p, *db, "backup", "Write a consistent copy while the daemon runs");
    add_args(p, backup, "FILE", "must not exist yet", 1, 1);
    add_command(p, *db, "export", "Print everything as JSON Lines");
    auto* const explain = add_command(p, p.app, "explain", "What a word means, why it matters, what to do");
    add_args(p, explain, "KIND-OR-CHECK", "alert kind, check, policy, floor …; default: list all", 0, 1);
    explain->add_flag("--markdown", p.out.markdown, "print the whole reference as Markdown");
    add_json(p, explain);
    auto* const version = add_command(p, p.app, "version", "Print the version");
    add_json(p, version);
    auto* const completion = add_command(p, p.app, "completion", "Print a completion script");
    add_args(p, completion, "SHELL", "bash, zsh or fish", 1, 1);
}

std::unique_ptr<parser> make_parser() {
    auto p = std::make_unique<parser>();
    p->app.name("modelwatch");
    p->app.set_version_flag("--version", std::string{"modelwatch "} + MODELWATCH_VERSION);
    p->app.add_option(
        "-c,--config",
        p->config,
        "configuration file; default: $MODELWATCH_CONFIG, then "
        "/etc/modelwatch/modelwatch.toml"
    );
    p->app.require_subcommand(1, 1);
    p->app.get_formatter()->column_width(28);
    p->app.footer("Exit codes: 0 nothing to report, 1 something to report, 2 wrong usage or configuration, "
                  "3 could not be done.");
    add_watching(*p);
    add_reviews(*p);
    add_alerts(*p);
    add_outbox(*p);
    add_upkeep(*p);
    return p;
}

command_shape shape_of(CLI::App const& app) {
    command_shape out;
    out.name = app.get_name();
    out.about = app.get_description();
    for (auto const* option : app.get_options()) {
        for (auto const& name : option->get_lnames())
            out.options.push_back("--" + name);
    }
    for (auto const* child : app.get_subcommands({}))
        out.children.push_back(shape_of(*child));
    return out;
}

} // namespace

std::variant<invocation, int> parse_command_line(int argc, char const* const* argv) {
    auto const p = make_parser();
    try {
        p->app.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        bool const asked = e.get_exit_code() == 0;
        std::ostringstream said;
        p->app.exit(e, said, std::cerr);
        put(said.str());
        return asked ? 0 : 2;
    }
    auto out = p->out;
    out.fail_on = parse_severity(p->fail_on).value_or(severity::high);
    if (!p->config.empty()) out.config = p->config;
    return out;
}

command_shape describe_commands() {
    auto const p = make_parser();
    return shape_of(p->app);
}

} // namespace modelwatch::cli
