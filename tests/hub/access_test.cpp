#include "daemon/model/digest.hpp"
#include "tests/hub/asking.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

struct refused_case {
    char const* what;
    char const* target;
    char const* token;
    unsigned status;
    char const* code;
    char const* words;
};

constexpr refused_case refusals[] = {
    {"missing, anonymous", "/api/models/acme/none", "", 401, "", "Invalid username or password."},
    {"private, anonymous", "/api/models/acme/secret", "", 401, "", "Invalid username or password."},
    {"missing, token", "/api/models/acme/none", "hf_reader", 404, "RepoNotFound", "Repository not found"},
    {"private, token of another",
     "/api/models/acme/secret",
     "hf_reader",
     404,
     "RepoNotFound",
     "Repository not found"},
    {"unknown token",
     "/api/models/acme/plain",
     "hf_wrong",
     401,
     "",
     "Invalid credentials in Authorization header"},
    {"revoked token",
     "/api/models/acme/plain",
     "hf_revoked",
     401,
     "",
     "Invalid credentials in Authorization header"},
    {"unknown token at a gate",
     "/acme/gated/resolve/main/config.json",
     "hf_wrong",
     401,
     "GatedRepo",
     "Access to model acme/gated is restricted. You must have access to it and be authenticated"},
    {"gated file, anonymous",
     "/acme/gated/resolve/main/config.json",
     "",
     401,
     "GatedRepo",
     "Access to model acme/gated is restricted. You must have access to it and be authenticated"},
    {"gated file, no grant",
     "/acme/gated/resolve/main/config.json",
     "hf_stranger",
     403,
     "GatedRepo",
     "you are not in the authorized list"},
    {"gated commits, anonymous",
     "/api/models/acme/gated/commits/main",
     "",
     401,
     "GatedRepo",
     "Access to model acme/gated is restricted."},
    {"gated auth-check, no grant",
     "/api/models/acme/gated/auth-check",
     "hf_stranger",
     403,
     "GatedRepo",
     "authorized list"},
    {"disabled",
     "/acme/disabled/resolve/main/config.json",
     "",
     403,
     "",
     "Access to this resource is disabled."},
    {"no such revision",
     "/api/models/acme/plain/revision/nope",
     "",
     404,
     "RevisionNotFound",
     "Invalid rev id: nope"},
    {"no such revision of a file",
     "/acme/plain/resolve/nope/config.json",
     "",
     404,
     "RevisionNotFound",
     "Invalid rev id: nope"},
    {"no such tree path",
     "/api/models/acme/plain/tree/main/nope",
     "",
     404,
     "EntryNotFound",
     "nope does not exist on \"main\""},
    {"no such file", "/acme/plain/resolve/main/nope", "", 404, "EntryNotFound", "Entry not found"},
    {"whoami, anonymous", "/api/whoami-v2", "", 401, "", "Invalid username or password."},
    {"unknown expand value",
     "/api/models/acme/plain?expand[]=cardData.license",
     "",
     400,
     "",
     "expected one of \"author\"|"}
};

} // namespace

TEST_CASE("every refusal has the status, code and words of the Hub", "[double]") {
    auto hub = minimal_hub();
    auto const& one = refusals[GENERATE(range(std::size_t{0}, std::size(refusals)))];
    CAPTURE(one.what);
    auto const answer = get(hub, one.target, one.token);
    CHECK(answer.status == one.status);
    CHECK(header(answer, "X-Error-Code") == one.code);
    auto const quoted = json::serialize(json::string(one.words));
    auto const is_json = header(answer, "Content-Type").starts_with("application/json");
    auto const words = is_json ? quoted.substr(1, quoted.size() - 2) : std::string(one.words);
    CHECK(answer.body->find(words) != std::string::npos);
    CHECK(header(answer, "X-Error-Message").find(one.words) != std::string::npos);
    CHECK(header(answer, "ETag") == weak_etag(*answer.body));
}

TEST_CASE("a 401 asks for a bearer token", "[double]") {
    auto hub = minimal_hub();
    auto const answer = get(hub, "/api/models/acme/none");
    CHECK(header(answer, "WWW-Authenticate") == R"(Bearer realm="Authentication required", charset="UTF-8")");
    CHECK(header(answer, "ETag") == "W/\"29-dEMcHWfJi78ZR1aqzb1ELAhp3Us\"");
}

TEST_CASE("file errors are plain text and API errors are JSON", "[double]") {
    auto hub = minimal_hub();
    CHECK(header(get(hub, "/acme/plain/resolve/main/nope"), "Content-Type") == "text/plain; charset=utf-8");
    CHECK(
        header(get(hub, "/acme/gated/resolve/main/config.json"), "Content-Type") ==
        "text/plain; charset=utf-8"
    );
    CHECK(header(get(hub, "/api/models/acme/none"), "Content-Type") == "application/json; charset=utf-8");
}

TEST_CASE("a gate hides files and commits but neither info, tree, refs nor digests", "[double]") {
    auto hub = minimal_hub();
    auto const info = get_json(hub, "/api/models/acme/gated?blobs=true");
    CHECK(info.at("gated") == "manual");
    CHECK(info.at("siblings").at(2).at("lfs").at("sha256").as_string().size() == 64);
    CHECK(get(hub, "/api/models/acme/gated/tree/main").status == 200);
    CHECK(get(hub, "/api/models/acme/gated/refs").status == 200);
    CHECK(get(hub, "/acme/gated/resolve/main/config.json", "hf_reader").status == 307);
    CHECK(get(hub, "/api/models/acme/gated/commits/main", "hf_reader").status == 200);
}

TEST_CASE("a disabled repo still shows its info", "[double]") {
    auto hub = minimal_hub();
    CHECK(get_json(hub, "/api/models/acme/disabled").at("disabled") == true);
}

TEST_CASE("revoking a token turns every answer to it into 401", "[double]") {
    auto hub = minimal_hub();
    CHECK(get(hub, "/api/models/acme/plain", "hf_reader").status == 200);
    CHECK(hub.advance("revoke-token") == "revoke-token");
    CHECK(get(hub, "/api/models/acme/plain", "hf_reader").status == 401);
    CHECK(get(hub, "/api/whoami-v2", "hf_reader").status == 401);
    hub.apply({{"action", "restore_token"}, {"token", "reader"}});
    CHECK(get_json(hub, "/api/whoami-v2", "hf_reader").at("name") == "reader");
}

TEST_CASE("the owner of a private repo sees it in info and listing, others do not", "[double]") {
    auto hub = minimal_hub();
    CHECK(get_json(hub, "/api/models/acme/secret", "hf_insider").at("private") == true);
    CHECK(get_json(hub, "/api/models?author=acme", "hf_insider").as_array().size() == 5);
    CHECK(get_json(hub, "/api/models?author=acme").as_array().size() == 4);
}

TEST_CASE("accounts have overviews; users with other capitals are redirected", "[double]") {
    auto hub = minimal_hub();
    CHECK(get_json(hub, "/api/organizations/acme/overview").at("_id") == "650000000000000000000001");
    CHECK(get(hub, "/api/organizations/ACME/overview").status == 200);
    CHECK(get(hub, "/api/users/Mallory/overview").status == 307);
    CHECK(get_json(hub, "/api/users/mallory/overview").at("fullname") == "Mallory");
    CHECK(get(hub, "/api/organizations/nobody/overview").status == 404);
}

TEST_CASE("an overview tells when a user came and how many an organisation has", "[double]") {
    auto hub = minimal_hub();
    auto const mallory = get_json(hub, "/api/users/mallory/overview").as_object();
    CHECK(mallory.at("createdAt") == "2023-09-12T06:06:56.000Z"); // the first four bytes of the _id
    CHECK(mallory.at("type") == "user");
    auto const acme = get_json(hub, "/api/organizations/acme/overview").as_object();
    CHECK(!acme.contains("createdAt"));
    auto script = double_::read_timeline_file(MODELWATCH_SOURCE_DIR "/tests/hub/timelines/minimal.json");
    script.start.namespaces["acme"] = json::object{
        {"type", "org"}, {"numUsers", 7}, {"isVerified", true}, {"createdAt", "2024-05-01T00:00:00Z"}
    };
    double_::hub_state other(std::move(script));
    auto const told = get_json(other, "/api/organizations/acme/overview").as_object();
    CHECK(told.at("numUsers") == 7);
    CHECK(told.at("isVerified") == true);
    CHECK(told.at("createdAt") == "2024-05-01T00:00:00.000Z");
    CHECK(std::string_view(told.at("_id").as_string()).starts_with("66318600"));
}

TEST_CASE("discussions can be switched off", "[double]") {
    auto hub = minimal_hub();
    CHECK(get_json(hub, "/api/models/acme/plain/discussions").at("count") == 0);
    hub.apply({{"action", "set"}, {"repo", "acme/plain"}, {"patch", {{"discussionsDisabled", true}}}});
    CHECK(get(hub, "/api/models/acme/plain/discussions").status == 403);
}
