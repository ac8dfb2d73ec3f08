// modelwatch-hub-double: a server that speaks the Hugging Face Hub's API from a scripted timeline.
//
//   modelwatch-hub-double --timeline tests/hub/timelines/reference.json [--tls --ca-out /tmp/ca.pem]
//   {"port":40001,"cdn_port":40002,"url":"https://127.0.0.1:40001","control":"http://127.0.0.1:40003","ca":"/tmp/ca.pem"}
//
// Flags
//   --timeline FILE     what the hub knows, and what happens later (below)
//   --samples DIR       also serve the recorded bodies of the real service, byte for byte
//   --synthetic N[,F]   also serve synth/model-00000 … with F files each (default 8); switches rate limits
//   off
//   --port N --cdn-port N   0 (default): any free port
//   --tls [--cert FILE --key FILE]   else a certificate for 127.0.0.1, ::1 and localhost is made, and its
//   authority
//   --ca-out FILE       written there
//   --threads N         connections are spread over N threads (default 1)
//   --log N             how many requests the log keeps (default 10000; 0 for none)
//   --quiet             print nothing but the line above
//   --stay              do not exit at the end of standard input
// It ends at SIGTERM, SIGINT or the end of standard input.
//
// Timeline: {"settings", "tokens", "namespaces", "repos", "steps"}; "comment" and "invented" may stand
// anywhere.
//   settings   etag_304 (true), ignore_range (false), xet (true), signed_url_seconds (3600), link_origin,
//              listing_page (1000), tree_page (1000), tree_page_expand (100), commits_page (50),
//              of other servers with this API: commits_most, tree_most, listing_most (422 for a larger
//              limit), listing (true), listing_expand (true), sibling_hashes (true), commits_total (true),
//              commits_link (true), commits_by_date (false), lost_revision_is_empty (false: 404; true: 200
//              with "sha": ""), tree_rows ([]: added to every tree), spellings ({"mark": base64 of the bytes
//              that stand for it in every JSON body}: what no JSON library writes), rate_limits {"enforce":
//              true, "window_seconds": 300, "anonymous"|"free"|"pro"|…: {"api", "resolvers", "pages"}}
//   tokens     [{"token": "hf_reader", "name": "reader", "account": "free", "grants": ["gated/repo", "ns/*"],
//              "reads": ["private/repo"], "revoked": false}]
//   namespaces {"google": {"type": "org"|"user", "_id"?, "createdAt"?, "fullname", any field of the account's
//              overview (numUsers, isVerified, …)}}
//   repos      [{"id", "_id"?, "createdAt"?, "author"?, "gated": false|"auto"|"manual", "private",
//   "disabled", "discussionsDisabled", any field
//              of model info (downloads, likes, tags, cardData, config, gguf, safetensors, pipeline_tag, …),
//              "security": {"scansDone": true, "files": {"x.bin": "unsafe" | {"status": …}}},
//              "commits": [oldest first: {"id"?, "title", "message"?, "authors"?, "date", "files", "full"?}],
//              "branches": {"dev": {"from": "main", "commits": […]}}, "pull_requests": {"1": {…}},
//              "converts": {…}, "git_tags": {"v1": "id, branch or title"}, "renamed_from": ["old/name"]}]
//   files      {"README.md": {"text": "…"}, "a.bin": {"bytes_base64": "…"}, "gone.txt": null,
//              "model.safetensors": {"size": 5000000000, "sha256": "…"?, "xet"?, "seed"?, "content":
//              "auto"|"random", "pickle_imports": ["os.system"], "chat_template": "…"}, "plain.txt": {"size":
//              12, "oid": "…"}} A file declared by size gets a well-formed beginning and end for its format
//              (safetensors, GGUF, PyTorch archive) and pseudo-random bytes between them; a hash that is not
//              given is computed up to 64 MB.
//   dates      RFC 3339, "now", or "now-400d"; commit ids that are not given are git's own
//   steps      [{"name": "replace-weights", "do": [actions]}], or one action beside the name
//
// Actions
//   commit {repo, branch?, title, message?, authors?, date?, id?, files, full?, patch?} · replace_file {repo,
//   files} rewrite {repo, commits, onto?, keep_old?, patch?} · super_squash {repo, title?, keep_old?} set
//   {repo, patch} or {settings} · security {repo, scansDone?, files?} · rename {repo, to, redirect?} create
//   {repo: {…}} · delete {repo} · reborn {repo, _id?, createdAt?, commits?, patch?} · delete_namespace
//   {namespace} revoke_token/restore_token {token: name} · grant {token: name, repo, granted?} · move_tag
//   {repo, tag, to} delete_ref {repo, tag or branch} · create_branch {repo, branch, from?} · faults {faults:
//   […]} · clear_faults
//
// Control API, on the hub's own port and on the plain-text port "control":
//   curl -X POST $CONTROL/__double/advance -d '{}'                       the next step; {"step": name} or
//   {"count": n} curl -X POST $CONTROL/__double/set -d '{"repo": "a/b", "patch": {"gated": "auto"}}'   any
//   action curl -X POST $CONTROL/__double/faults -d '{"type": "tree", "kind": "status", "status": 503,
//   "retry_after": 2}' curl -X DELETE $CONTROL/__double/faults            curl $CONTROL/__double/faults curl
//   "$CONTROL/__double/requests?since=0"          curl -X DELETE $CONTROL/__double/requests curl
//   $CONTROL/__double/counters                    curl $CONTROL/__double/state curl -X POST
//   $CONTROL/__double/reset
// Faults match by type (info listing tree paths-info commits refs compare treesize scan discussions
// auth-check xet resolve resolve-cache raw whoami account page cdn any), method, repo, path (glob), page;
// fire from the nth match on (nth), at most count times. Kinds: status {status, body, headers, error_code,
// retry_after: seconds|"date" with retry_in}, html, wrong_types, garbage, truncate, reset, drip {every_ms},
// hang, huge {size}, redirect_loop, redirect_host {to: "http://host:port"}, close_before_answer, tree_page_2.

#include "tests/hub/hub_double.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <charconv>
#include <iostream>
#include <poll.h>
#include <signal.h>
#include <span>
#include <stdexcept>
#include <string>
#include <sys/signalfd.h>
#include <unistd.h>

namespace {

namespace hub_double = modelwatch::hub_double;

struct command_line {
    hub_double::options hub;
    bool quiet = false;
    bool stay = false;
};

template <class Number>
Number number_in(std::string_view text, std::string_view flag) {
    Number value{};
    auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
        throw std::invalid_argument(std::string(flag) + " needs a number, not \"" + std::string(text) + "\"");
    return value;
}

void take_synthetic(hub_double::options& to, std::string_view text) {
    auto const comma = text.find(',');
    to.synthetic = number_in<std::size_t>(text.substr(0, comma), "--synthetic");
    if (comma != std::string_view::npos)
        to.synthetic_files = number_in<std::size_t>(text.substr(comma + 1), "--synthetic");
}

bool take_switch(command_line& to, std::string_view flag) {
    if (flag == "--tls")
        to.hub.tls = true;
    else if (flag == "--quiet")
        to.quiet = true;
    else if (flag == "--stay")
        to.stay = true;
    else
        return false;
    return true;
}

void take_value(command_line& to, std::string_view flag, std::string const& value) {
    auto& hub = to.hub;
    if (flag == "--timeline")
        hub.timeline_file = value;
    else if (flag == "--samples")
        hub.samples = value;
    else if (flag == "--synthetic")
        take_synthetic(hub, value);
    else if (flag == "--port")
        hub.port = number_in<std::uint16_t>(value, flag);
    else if (flag == "--cdn-port")
        hub.cdn_port = number_in<std::uint16_t>(value, flag);
    else if (flag == "--cert")
        hub.certificate_file = value;
    else if (flag == "--key")
        hub.key_file = value;
    else if (flag == "--ca-out")
        hub.ca_out = value;
    else if (flag == "--threads")
        hub.threads = number_in<unsigned>(value, flag);
    else if (flag == "--log")
        hub.log_limit = number_in<std::size_t>(value, flag);
    else
        throw std::invalid_argument(
            "unknown flag " + std::string(flag) + " (the top of tests/hub/main.cpp lists them)"
        );
}

command_line read_arguments(std::span<char* const> arguments) {
    command_line made;
    for (std::size_t at = 1; at < arguments.size(); ++at) {
        std::string_view const flag = arguments[at];
        if (take_switch(made, flag)) continue;
        if (at + 1 == arguments.size()) throw std::invalid_argument(std::string(flag) + " needs a value");
        take_value(made, flag, arguments[++at]);
    }
    if (made.hub.certificate_file.empty() != made.hub.key_file.empty())
        throw std::invalid_argument("--cert and --key belong together");
    return made;
}

/// Until a signal, or the end of standard input unless told to stay.
void wait_for_end(int signals, bool stay) {
    std::array<pollfd, 2> watched{pollfd{signals, POLLIN, 0}, pollfd{stay ? -1 : STDIN_FILENO, POLLIN, 0}};
    for (;;) {
        if (::poll(watched.data(), watched.size(), -1) < 0) continue;
        if (watched[0].revents != 0) return;
        if (watched[1].revents == 0) continue;
        std::array<char, 256> ignored{};
        if (::read(STDIN_FILENO, ignored.data(), ignored.size()) <= 0) return;
    }
}

/// Blocked before the first thread starts, so that every thread inherits it.
int block_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    return ::signalfd(-1, &set, SFD_CLOEXEC);
}

} // namespace

int main(int count, char** values) {
    try {
        auto const wanted = read_arguments(std::span(values, static_cast<std::size_t>(count)));
        auto const signals = block_signals();
        hub_double::hub_double const hub(wanted.hub);
        modelwatch::json::object const ready{
            {"port", hub.port()},
            {"cdn_port", hub.cdn_port()},
            {"url", hub.url()},
            {"control", hub.control_url()},
            {"ca", hub.ca_file()}
        };
        std::cout << boost::json::serialize(ready) << std::endl;
        wait_for_end(signals, wanted.stay);
        if (!wanted.quiet) std::cerr << boost::json::serialize(hub.counters()) << "\n";
        return 0;
    } catch (std::exception const& failure) {
        std::cerr << "modelwatch-hub-double: " << failure.what() << "\n";
        return 2;
    }
}
