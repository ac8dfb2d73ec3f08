#include "daemon/cli/service_drop_in.hpp"

#include "daemon/config/bounded_file.hpp"
#include "daemon/config/secrets.hpp"
#include "daemon/config/service_view.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace modelwatch::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_drop_in = 256u << 10;
constexpr std::string_view heading = "# Made by `modelwatch init --service`: one line per secret that the "
                                     "configuration names with …_credential.\n"
                                     "# The files belong to root, mode 0600. After a change here:\n"
                                     "# systemctl daemon-reload && systemctl restart modelwatchd\n";

std::vector<std::string> credentials_in(config::settings const& value) {
    std::vector<std::string> out;
    for (auto const& [source, looks] : config::given_secrets(value)) {
        bool const known = std::find(out.begin(), out.end(), source->name) != out.end();
        if (source->from == config::secret_source::origin::credential && !known) out.push_back(source->name);
    }
    return out;
}

/// '%' begins a specifier in units.
std::string escaped(std::string text) {
    for (auto at = text.find('%'); at != std::string::npos; at = text.find('%', at + 2))
        text.insert(at, "%");
    return text;
}

bool ends_in_service(std::string_view text) {
    auto const section = text.rfind("\n[");
    auto const last = section == std::string_view::npos ? text : text.substr(section + 1);
    return last.starts_with("[Service]");
}

std::string extended(std::string text, std::vector<std::string> const& names, fs::path const& folder) {
    if (text.empty()) text = heading;
    if (!text.ends_with('\n')) text += '\n';
    if (!ends_in_service(text)) text += "[Service]\n";
    for (auto const& name : names)
        text += "LoadCredential=" + escaped(name) + ":" + escaped((folder / name).string()) + "\n";
    return text;
}

error cannot(fs::path const& path) {
    auto const why = errno;
    return failure(
        errc::storage, path.string() + ": " + std::strerror(why), why == EACCES ? "run it as root" : ""
    );
}

/// A reader sees the old file or the new one, whole.
result<void> replace_file(fs::path const& path, std::string const& text) {
    std::error_code ignored;
    fs::create_directories(path.parent_path(), ignored); // what is wrong shows when the file is opened
    auto const fresh = path.string() + ".new";
    int const file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (file < 0) return cannot(fresh);
    bool const written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    bool const stored = ::fsync(file) == 0;
    bool const closed = ::close(file) == 0;
    if (written && stored && closed && ::rename(fresh.c_str(), path.c_str()) == 0) return {};
    auto why = cannot(path);
    ::unlink(fresh.c_str());
    return why;
}

void say_next(terminal const& to, std::vector<std::string> const& names, fs::path const& folder) {
    to.line("next: each secret into its file, and the service anew:");
    for (auto const& name : names) {
        auto const file = folder / name;
        if (::access(file.c_str(), F_OK) != 0) to.line("  install -m 600 /dev/stdin " + file.string());
    }
    to.line("  systemctl daemon-reload && systemctl restart modelwatchd");
}

} // namespace

int write_service_drop_in(session& s, std::string const& configuration) {
    auto const loaded = config::load(fs::path{configuration}, s.env);
    for (auto const& problem : loaded.problems)
        complain(problem.text());
    if (!loaded.ok()) return exit_code::wrong_usage;
    auto const folder = fs::absolute(configuration).parent_path() / "credentials";
    auto const path = s.what.output.empty() ? fs::path{config::drop_in_folder} / "credentials.conf"
                                            : fs::path{s.what.output};
    auto host = config::read_service_unit();
    auto const before = config::read_bounded(path, longest_drop_in);
    if (!before && ::access(path.c_str(), F_OK) == 0) return report(before.error());
    if (before) host.unit.add(*before);
    auto names = credentials_in(loaded.value);
    if (names.empty()) {
        s.out.line("the configuration names no credential: give secrets as …_credential = \"NAME\"");
        return exit_code::done;
    }
    auto const given = [&](std::string const& name) { return host.unit.gives(name); };
    std::erase_if(names, given);
    if (names.empty()) {
        s.out.line("nothing to do: the service is given every credential that the configuration names");
        return exit_code::done;
    }
    ::mkdir(folder.c_str(), 0700); // it may be there
    auto const written = replace_file(path, extended(before ? *before : std::string{}, names, folder));
    if (!written) return report(written.error());
    s.out.line(path.string() + ": gives the service " + counted(names.size(), "credential") + " more");
    say_next(s.out, names, folder);
    return exit_code::done;
}

} // namespace modelwatch::cli
