#include "daemon/model/digest.hpp"
#include "tests/hub/access.hpp"
#include "tests/hub/endpoints.hpp"

#include <charconv>
#include <chrono>

namespace modelwatch::hub_double {

namespace {

constexpr std::string_view signing_key = "double";

struct byte_range {
    bool asked = false;
    bool possible = true;
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

/// One range of RFC 9110 14.1.2; anything else, several ranges included, is ignored.
byte_range read_range(std::string_view text, std::uint64_t size) {
    byte_range made{false, true, 0, size};
    constexpr std::string_view unit = "bytes=";
    if (!text.starts_with(unit) || text.find(',') != std::string_view::npos) return made;
    text.remove_prefix(unit.size());
    auto const dash = text.find('-');
    if (dash == std::string_view::npos) return made;
    auto const first = number(text.substr(0, dash));
    auto const last = number(text.substr(dash + 1));
    if (!first && !last) return made;
    made.asked = true;
    if (!first) { // the last n bytes
        made.length = std::min(*last, size);
        made.first = size - made.length;
        made.possible = made.length > 0;
        return made;
    }
    made.possible = *first < size && (!last || *last >= *first);
    if (!made.possible) return made;
    made.first = *first;
    made.length = (last ? std::min(*last, size - 1) : size - 1) - *first + 1;
    return made;
}

void serve(context const& of, answer& to, file_ptr const& what) {
    auto const range = of.hub.on("ignore_range", false) ? byte_range{false, true, 0, what->size}
                                                        : read_range(of.asked.range, what->size);
    to.set("Accept-Ranges", "bytes");
    to.may_be_kept = false;
    if (!range.possible) {
        to.status = 416;
        to.body = std::make_shared<std::string const>("Range Not Satisfiable");
        to.set("Content-Range", "bytes */" + std::to_string(what->size));
        return;
    }
    to.source = what;
    to.offset = range.first;
    to.length = range.length;
    if (!range.asked) return;
    to.status = 206;
    to.set(
        "Content-Range",
        "bytes " + std::to_string(range.first) + "-" + std::to_string(range.first + range.length - 1) + "/" +
            std::to_string(what->size)
    );
}

std::string signature(std::string_view path, std::string_view expires) {
    return sha256_hex(std::string(signing_key) + std::string(path) + std::string(expires)).substr(0, 40);
}

std::int64_t now_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch(
                                                            ))
        .count();
}

std::string signed_url(context const& of, repo const& which, file const& what) {
    auto const path = "/xet-bridge-us/" + which.object_id + "/" + what.xet_hash;
    auto const expires =
        std::to_string(now_seconds() + static_cast<std::int64_t>(of.hub.number("signed_url_seconds", 3600)));
    return of.cdn_origin + path + "?X-Amz-Algorithm=AWS4-HMAC-SHA256&Expires=" + expires +
           "&X-Amz-Signature=" + signature(path, expires) + "&x-id=GetObject";
}

answer xet_facts(file const& what, std::string const& refresh, std::string const& rebuild) {
    auto made = json_answer(json::object{
        {"hash", what.xet_hash},
        {"refreshUrl", refresh},
        {"reconstructionUrl", rebuild},
        {"etag", "\"" + what.lfs->sha256 + "\""},
        {"size", what.size},
    });
    made.set("Content-Type", "application/vnd.xet-fileinfo+json; charset=utf-8");
    return made;
}

answer large_file(context const& of, repo const& which, commit const& at, file const& what) {
    auto const xet = of.hub.on("xet", true);
    auto const facts = xet && of.asked.accept.find("application/vnd.xet-fileinfo+json") != std::string::npos;
    auto const rebuild = of.cdn_origin + "/v1/reconstructions/" + what.xet_hash;
    // The redirect names the token's address without a host, the facts with one.
    auto const refresh =
        (facts ? of.origin() : std::string()) + "/api/models/" + which.id + "/xet-read-token/" + at.stamp->id;
    auto made = facts ? xet_facts(what, refresh, rebuild) : redirect_answer(302, signed_url(of, which, what));
    made.may_be_kept = false; // the signature grows old
    made.set("Cache-Control", "no-store");
    made.set("X-Repo-Commit", at.stamp->id);
    made.set("X-Linked-Etag", "\"" + what.lfs->sha256 + "\"");
    made.set("X-Linked-Size", std::to_string(what.size));
    if (!xet) return made;
    made.set("X-Xet-Hash", what.xet_hash);
    made.set(
        "Link", "<" + refresh + ">; rel=\"xet-auth\", <" + rebuild + ">; rel=\"xet-reconstruction-info\""
    );
    return made;
}

answer small_file(
    context const& of, repo const& which, commit const& at, std::string const& path, file const& what
) {
    auto const asked = std::string_view(of.asked.target);
    auto const old_path = asked.substr(0, asked.find('?'));
    auto made = redirect_answer(
        307,
        "/api/resolve-cache/models/" + which.id + "/" + at.stamp->id + "/" + percent_encoded(path, true) +
            "?" + percent_encoded(old_path) + "=&etag=%22" + what.oid + "%22"
    );
    made.set("Accept-Ranges", "bytes");
    made.set("X-Repo-Commit", at.stamp->id);
    made.set("X-Linked-Etag", "\"" + what.oid + "\"");
    return made;
}

answer file_bytes(context const& of, std::string_view etag) {
    answer made = text_answer(200, "");
    if (of.asked.at == side::cdn) made.headers.clear();
    made.set(
        "Content-Type", of.asked.at == side::cdn ? "application/octet-stream" : "text/plain; charset=utf-8"
    );
    made.set("ETag", etag);
    return made;
}

file_ptr by_xet_hash(world const& hub, std::string_view object_id, std::string_view hash) {
    auto const in_line = [&](history const& line) -> file_ptr {
        for (auto const& one : line)
            for (auto const& [path, placed] : *one->files)
                if (placed.content->xet_hash == hash) return placed.content;
        return nullptr;
    };
    for (auto const& [id, one] : hub.repos) {
        if (one->object_id != object_id) continue;
        for (auto const* lines : {&one->branches, &one->pull_requests, &one->converts})
            for (auto const& [name, line] : *lines)
                if (auto found = in_line(line)) return found;
        for (auto const& line : one->left_behind)
            if (auto found = in_line(line)) return found;
    }
    return nullptr;
}

answer denied(std::string_view why) {
    auto made = text_answer(
        403, "<Error><Code>AccessDenied</Code><Message>" + std::string(why) + "</Message></Error>"
    );
    made.set("Content-Type", "application/xml");
    made.may_be_kept = false;
    return made;
}

} // namespace

answer resolve(context const& of, repo const& which, std::string const& revision, std::string const& path) {
    auto const line = which.at(revision, true);
    if (line.empty()) return as_text(no_revision(revision));
    auto const& newest = *line.back();
    auto const found = newest.files->find(path);
    if (found == newest.files->end()) {
        auto made = no_file();
        made.set("X-Repo-Commit", newest.stamp->id);
        return made;
    }
    auto const& what = *found->second.content;
    return what.lfs ? large_file(of, which, newest, what) : small_file(of, which, newest, path, what);
}

answer
resolve_cache(context const& of, repo const& which, std::string const& commit, std::string const& path) {
    bool const whole = is_hex(commit, 40) || is_hex(commit, 64);
    if (!whole) return error_answer(400, "", "Invalid revision: a full commit id is needed");
    auto const line = which.at(commit);
    if (line.empty()) return as_text(no_revision(commit));
    auto const found = line.back()->files->find(path);
    if (found == line.back()->files->end()) return no_file();
    auto made = file_bytes(of, "\"" + found->second.content->content_hash() + "\"");
    made.set("X-Repo-Commit", commit);
    made.set("Content-Security-Policy", "default-src 'none'; sandbox");
    serve(of, made, found->second.content);
    return made;
}

answer raw(context const&, repo const& which, std::string const& revision, std::string const& path) {
    auto const line = which.at(revision, true);
    if (line.empty()) return as_text(no_revision(revision));
    auto const found = line.back()->files->find(path);
    if (found == line.back()->files->end()) return no_file();
    auto made = text_answer(200, found->second.content->git_text());
    made.set("ETag", "\"" + found->second.content->oid + "\"");
    made.set("X-Repo-Commit", line.back()->stamp->id);
    return made;
}

bool is_chunk_storage(request const& asked) {
    return asked.path.size() == 3 && asked.path[1] == "reconstructions";
}

answer cdn(context const& of) {
    auto const& asked = of.asked;
    if (is_chunk_storage(asked)) return text_answer(501, "this double does not speak the Xet chunk protocol");
    if (asked.has_authorization) {
        auto made = text_answer(
            400,
            "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed"
            "</Message></Error>"
        );
        made.set("Content-Type", "application/xml");
        made.may_be_kept = false;
        return made;
    }
    if (asked.path.size() != 3 || asked.path[0] != "xet-bridge-us") return denied("no such object");
    auto const path = asked.target.substr(0, asked.target.find('?'));
    auto const expires = asked.parameter("Expires");
    if (asked.parameter("X-Amz-Signature") != signature(path, expires))
        return denied("the signature does not match");
    if (number(expires).value_or(0) <= static_cast<std::uint64_t>(now_seconds()))
        return denied("Request has expired");
    auto const what = by_xet_hash(of.hub, asked.path[1], asked.path[2]);
    if (!what) return denied("no such object");
    auto made = file_bytes(of, "\"" + what->xet_hash + "\"");
    made.set("Cache-Control", "public, max-age=31536000");
    serve(of, made, what);
    return made;
}

} // namespace modelwatch::hub_double
