// What the unit keeps the service from, as `config check` says it.

#include "daemon/config/service_view.hpp"
#include "tests/config/support.hpp"

using namespace modelwatch;
using namespace modelwatch::config;
using namespace modelwatch::config::testing;

namespace {

using lines = std::vector<std::string>;

service_unit unit_of(std::string_view text) {
    service_unit out;
    out.add(text);
    return out;
}

service_unit shipped(std::string_view drop_in = {}) {
    service_unit out;
    for (auto const piece : shipped_unit())
        out.add(piece);
    out.add(drop_in);
    return out;
}

constexpr std::string_view usual = "[daemon]\nstate_dir = \"/var/lib/modelwatch\"\n";

std::string
warnings(std::string const& toml, service_unit const& unit = shipped(), service_identity const& who = {}) {
    std::string out;
    for (auto const& one : service_warnings(good(std::string{usual} + toml), unit, who))
        out += (out.empty() ? "" : "\n") + one;
    return out;
}

std::string watching(std::string const& path) {
    return "[[watch]]\nrepo = \"acme/model\"\npaths = [\"" + path + "\"]\n";
}

bool holds(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a unit is read as systemd reads it", "[config]") {
    auto const unit = unit_of(
        "[Unit]\nProtectHome=no\n[Service]\n# ProtectHome=tmpfs\nProtectHome=read-only\nProtectHome = yes\n"
        "BindReadOnlyPaths=/a \\\n  /b\nLoadCredential=x:/x\n[Install]\nPrivateTmp=yes\n"
    );
    CHECK(unit.last("ProtectHome") == "yes");
    CHECK(unit.yes("ProtectHome"));
    CHECK_FALSE(unit.yes("PrivateTmp"));
    CHECK(unit.words("BindReadOnlyPaths") == lines{"/a", "/b"});
    CHECK(unit.gives("x"));
    CHECK_FALSE(unit.gives("/x"));
    CHECK(unit_of("[Service]\nLoadCredential=x:/x\nLoadCredential=\n").all("LoadCredential").empty());
}

TEST_CASE("drop-ins go over the unit, an administrator's over a package's of the same name", "[config]") {
    temporary_folder const root;
    auto const put = [&](std::string const& place, std::string_view text) {
        auto const file = root.path() / place;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream{file} << text;
    };
    CHECK_FALSE(read_service_unit(root.path()).installed);
    CHECK(read_service_unit(root.path()).unit.last("ProtectHome") == "yes"); // as shipped
    put("usr/lib/systemd/system/modelwatchd.service", "[Service]\nUser=a\nGroup=a\nProtectHome=no\n");
    put("usr/lib/systemd/system/modelwatchd.service.d/50.conf", "[Service]\nUser=b\nGroup=b\n");
    put("etc/systemd/system/modelwatchd.service.d/50.conf", "[Service]\nUser=c\n");
    put("run/systemd/system/modelwatchd.service.d/60.conf", "[Service]\nGroup=d\n");
    put("etc/systemd/system/modelwatchd.service.d/70.txt", "[Service]\nGroup=e\n");
    auto const host = read_service_unit(root.path());
    CHECK(host.installed);
    CHECK(host.unit.last("User") == "c");
    CHECK(host.unit.last("Group") == "d");
    CHECK(host.unit.last("ProtectHome") == "no");
}

TEST_CASE("the service's own configuration is the usual one, or the one that its unit names", "[config]") {
    CHECK(is_of_service("/etc/modelwatch/modelwatch.toml", shipped()));
    CHECK_FALSE(is_of_service("/home/ada/modelwatch.toml", shipped()));
    CHECK_FALSE(is_of_service("", shipped()));
    auto const elsewhere = shipped("[Service]\nEnvironment=A=b MODELWATCH_CONFIG=/opt/w/modelwatch.toml\n");
    CHECK(is_of_service("/opt/w/modelwatch.toml", elsewhere));
    CHECK_FALSE(is_of_service("/etc/modelwatch/modelwatch.toml", elsewhere));
}

TEST_CASE("a configuration that fits the unit has no warning", "[config]") {
    CHECK(warnings("") == "");
    CHECK(warnings("listen = \"unix:/run/modelwatch/http.sock\"\n") == "");
    CHECK(warnings(watching("/usr/share")) == "");
    CHECK(warnings(watching("/srv/not-there")) == "");
}

TEST_CASE("a copy that the sandbox hides is explained with the drop-in that shows it", "[config]") {
    temporary_folder const folder; // below /tmp
    auto const path = folder.path().string();
    std::filesystem::permissions(folder.path(), std::filesystem::perms{0755});
    CHECK(
        warnings(watching(path)) ==
        "paths of acme/model: the service does not see " + path +
            " (PrivateTmp=yes); `systemctl edit modelwatchd`:\n    [Service]\n    "
            "BindReadOnlyPaths=" +
            path
    );
    CHECK(warnings(watching(path), shipped("[Service]\nBindReadOnlyPaths=" + path + "\n")) == "");
    CHECK(
        warnings(watching(path), shipped("[Service]\nBindReadOnlyPaths=-" + path + "/:/elsewhere\n")) == ""
    );
    CHECK(warnings(watching(path), shipped("[Service]\nPrivateTmp=no\n")) == "");

    auto const home = warnings(watching("/root"));
    CHECK(holds(home, "does not see /root (ProtectHome=yes)"));
    CHECK(holds(home, "[Service]\n    ProtectHome=tmpfs\n    BindReadOnlyPaths=/root"));
    CHECK(holds(
        warnings(watching("/root"), shipped("[Service]\nProtectHome=tmpfs\n")), "BindReadOnlyPaths=/root"
    ));
    CHECK_FALSE(
        holds(warnings(watching("/root"), shipped("[Service]\nProtectHome=read-only\n")), "does not see")
    );
    // A drop-in that closes what the other one shows.
    auto const both = warnings(watching("/root"), shipped("[Service]\nBindReadOnlyPaths=/root\n"));
    CHECK(holds(both, "ProtectHome=tmpfs"));
}

TEST_CASE("a link that leads to where the service does not see is followed", "[config]") {
    temporary_folder const folder;
    auto const link = folder.path() / "models";
    std::filesystem::create_symlink("/root", link);
    CHECK(
        holds(warnings(watching(link.string()), shipped("[Service]\nPrivateTmp=no\n")), "does not see /root")
    );
}

TEST_CASE("files of a group are shown by the group", "[config]") {
    temporary_folder const folder;
    std::filesystem::permissions(folder.path(), std::filesystem::perms{0755});
    auto const seen = shipped("[Service]\nPrivateTmp=no\n");
    service_identity const nobody{65534, {65534}};
    auto const shut = folder.path() / "shut";
    std::filesystem::create_directories(shut / "inner");
    std::ofstream{shut / "inner" / "model.gguf"} << "x";
    auto const mode = [&](std::filesystem::path const& what, unsigned bits) {
        std::filesystem::permissions(what, static_cast<std::filesystem::perms>(bits));
    };
    auto const said = [&] { return warnings(watching(shut.string()), seen, nobody); };
    mode(shut, 0755);
    mode(shut / "inner", 0755);
    mode(shut / "inner" / "model.gguf", 0644);
    CHECK(said() == "");
    mode(shut / "inner" / "model.gguf", 0640);
    CHECK(holds(said(), "may not read " + (shut / "inner" / "model.gguf").string() + " (mode 0640"));
    CHECK(holds(said(), "SupplementaryGroups="));
    mode(shut / "inner" / "model.gguf", 0644);
    mode(shut, 0710);
    CHECK(holds(said(), "may not read " + shut.string() + " (mode 0710"));
    mode(shut, 0750);
    CHECK(warnings(watching(shut.string()), seen, {std::nullopt, {::getegid()}}) == "");
    CHECK(holds(warnings(watching((shut / "inner").string()), seen, nobody), "may not pass " + shut.string())
    );
}

TEST_CASE("a secret file that the service cannot read is to become a credential", "[config]") {
    temporary_folder const folder;
    std::filesystem::permissions(folder.path(), std::filesystem::perms{0755});
    auto const file = folder.write("slack-url", "https://hooks.example/x", 0600).string();
    auto const toml = "[[notifier]]\nname = \"ops\"\ntype = \"slack\"\nurl_file = \"" + file + "\"\n";
    for (auto const* const drop_in : {"", "[Service]\nPrivateTmp=no\n"}) {
        auto const said = warnings(toml, shipped(drop_in), {65534, {}});
        CHECK(holds(said, "notifier.ops.url_file: the service "));
        CHECK(holds(said, "url_credential = \"ops-url\" instead of url_file"));
        CHECK(holds(said, "[Service]\n    LoadCredential=ops-url:" + file));
    }
}

TEST_CASE("a credential that the unit does not give is named", "[config]") {
    std::string const toml = "[hub]\ntoken_credential = \"hf-token\"\n";
    CHECK(
        warnings(toml) == "hub.token_credential: modelwatchd.service has no LoadCredential=hf-token: "
                          "`modelwatch init --service` writes the drop-in"
    );
    CHECK(warnings(toml, shipped("[Service]\nLoadCredential=hf-token:/etc/x\n")) == "");
    CHECK(warnings(toml, shipped("[Service]\nLoadCredentialEncrypted=hf-token:/etc/x\n")) == "");
}

TEST_CASE("what the service cannot write to is named", "[config]") {
    auto const state = [](std::string const& place, service_unit const& unit) {
        return service_warnings(good("[daemon]\nstate_dir = \"" + place + "\"\n"), unit, {}).size();
    };
    CHECK(state("/var/lib/modelwatch", shipped()) == 0);
    CHECK(state("/var/lib/modelwatch/sub", shipped()) == 0);
    CHECK(state("/var/lib/private/modelwatch", shipped()) == 0);
    CHECK(state("/var/lib/modelwatch-2", shipped()) == 1);
    CHECK(state("/srv/state", shipped()) == 1);
    CHECK(state("/srv/state", shipped("[Service]\nReadWritePaths=/srv/state\n")) == 0);
    CHECK(state("/srv/state", shipped("[Service]\nProtectSystem=full\n")) == 0);
    CHECK(holds(warnings("listen = \"unix:/run/http.sock\"\n"), "use unix:/run/modelwatch/http.sock"));
}

TEST_CASE("sendmail cannot work under the unit", "[config]") {
    std::string const toml =
        "[[notifier]]\nname = \"m\"\ntype = \"email\"\nfrom = \"a@b\"\nto = [\"a@b\"]\nsmtp = ";
    for (auto const* const program : {"\"sendmail:\"\n", "\"sendmail:/usr/lib/sendmail\"\n"})
        CHECK(holds(
            warnings(toml + program), "notifier.m.smtp: \"sendmail:\" cannot work under modelwatchd.service"
        ));
    CHECK(warnings(toml + "\"smtp://localhost\"\n") == "");
    CHECK(
        warnings(toml + "\"sendmail:\"\n", shipped("[Service]\nDynamicUser=no\nNoNewPrivileges=no\n")) == ""
    );
}
