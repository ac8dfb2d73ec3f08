#include "daemon/discover.hpp"

#include "daemon/model/commit_id.hpp"
#include "daemon/model/json.hpp"
#include "daemon/model/text.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

namespace modelwatch {

namespace {

namespace fs = std::filesystem;
using layout = found_model::layout;

constexpr std::size_t small_file = 1u << 20;

bool is_name(std::string_view text) {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
    return !text.empty() && text.size() <= 96 && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_repo(std::string_view text) {
    auto const slash = text.find('/');
    return slash != std::string_view::npos && is_name(text.substr(0, slash)) &&
           is_name(text.substr(slash + 1));
}

/// "models--google--gemma-2-2b" -> "google/gemma-2-2b".
std::string repo_of_cache_folder(std::string const& name) {
    constexpr std::string_view prefix = "models--";
    if (!name.starts_with(prefix)) return {};
    auto const rest = name.substr(prefix.size());
    auto const border = rest.find("--");
    if (border == std::string::npos) return {};
    auto const repo = rest.substr(0, border) + "/" + rest.substr(border + 2);
    return is_repo(repo) ? repo : std::string{};
}

std::string start_of(fs::path const& file, std::size_t most) {
    std::ifstream in{file, std::ios::binary};
    std::string out(most, '\0');
    in.read(out.data(), static_cast<std::streamsize>(most));
    out.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    return out;
}

bool is_weight_file(std::string const& name) {
    constexpr std::string_view endings[] = {
        ".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".onnx", ".h5", ".keras"
    };
    return std::any_of(std::begin(endings), std::end(endings), [&](auto ending) {
        return name.ends_with(ending);
    });
}

class search {
public:
    explicit search(discovery_limits const& limits)
        : limits_{limits} {}

    void look(fs::path const& root) {
        std::error_code failure;
        auto const real = fs::canonical(root, failure);
        if (failure) {
            out_.problems.push_back(printable(root.string()) + ": " + failure.message());
            return;
        }
        if (fs::is_regular_file(real, failure)) {
            note_gguf(real);
        } else {
            enter(real, 0);
        }
    }

    discovery take() {
        std::sort(out_.models.begin(), out_.models.end(), [](auto const& a, auto const& b) {
            // What is known first: the unknown ones are work for a person.
            return std::tuple{a.repo.empty(), a.repo, a.where} < std::tuple{b.repo.empty(), b.repo, b.where};
        });
        return std::move(out_);
    }

private:
    bool may_go_on() {
        if (++looked_at_ <= limits_.max_entries && out_.models.size() < limits_.max_models) return true;
        if (!told_) out_.problems.emplace_back("there is more than was looked at: name narrower paths");
        told_ = true;
        return false;
    }

    void enter(fs::path const& folder, std::size_t depth) {
        if (!may_go_on() || !visited_.insert(folder).second) return;
        if (auto const repo = repo_of_cache_folder(folder.filename().string()); !repo.empty()) {
            note_cache(folder, repo);
            return;
        }
        std::error_code failure;
        fs::directory_iterator const entries{folder, failure};
        if (failure) {
            out_.problems.push_back(printable(folder.string()) + ": " + failure.message());
            return;
        }
        std::vector<fs::path> folders;
        std::vector<fs::path> gguf;
        bool weights = false;
        for (auto const& entry : entries) {
            if (!may_go_on()) return;
            std::error_code ignored;
            if (entry.is_symlink(ignored)) continue;
            auto const name = entry.path().filename().string();
            if (entry.is_directory(ignored)) folders.push_back(entry.path());
            if (!entry.is_regular_file(ignored)) continue;
            if (name.ends_with(".gguf")) gguf.push_back(entry.path());
            weights = weights || is_weight_file(name);
        }
        bool const configured = fs::is_regular_file(folder / "config.json", failure) ||
                                fs::is_regular_file(folder / "model_index.json", failure);
        bool const downloaded = fs::is_directory(folder / ".cache/huggingface/download", failure);
        if (downloaded || (weights && configured)) {
            note_folder(folder);
            return; // its parts are not models of their own
        }
        for (auto const& file : gguf)
            note_gguf(file);
        std::sort(folders.begin(), folders.end());
        for (auto const& next : folders) {
            if (depth < limits_.max_depth) enter(next, depth + 1);
        }
    }

    void note_cache(fs::path const& folder, std::string const& repo) {
        std::map<std::string, fs::file_time_type> snapshots;
        std::error_code failure;
        for (auto const& entry : fs::directory_iterator{folder / "snapshots", failure}) {
            if (!may_go_on()) break;
            auto const name = entry.path().filename().string();
            if (is_full_commit(name)) snapshots[name] = entry.last_write_time(failure);
        }
        if (snapshots.empty()) return; // a download that never came to an end
        auto const main = std::string{trimmed(start_of(folder / "refs/main", 64))};
        auto const newest =
            std::max_element(snapshots.begin(), snapshots.end(), [](auto const& a, auto const& b) {
                return a.second < b.second;
            });
        found_model made;
        made.kind = layout::hub_cache;
        made.repo = repo;
        made.commit = snapshots.contains(main) ? main : newest->first;
        made.where = folder / "snapshots" / made.commit;
        for (auto const& [commit, when] : snapshots) {
            if (commit != made.commit) made.other_commits.push_back(commit);
        }
        if (!made.other_commits.empty()) {
            made.note = fmt::format(
                "{} further snapshots lie beside it: make sure that this one is in use",
                made.other_commits.size()
            );
        }
        out_.models.push_back(std::move(made));
    }

    /// `hf download --local-dir` leaves one metadata file per file; its first line is the commit.
    static std::string downloaded_commit(fs::path const& folder) {
        std::error_code failure;
        std::set<std::string> commits;
        std::size_t seen = 0;
        auto const notes = folder / ".cache/huggingface/download";
        for (auto const& entry : fs::recursive_directory_iterator{notes, failure}) {
            if (++seen > 10'000) break;
            if (entry.path().extension() != ".metadata") continue;
            auto const text = start_of(entry.path(), 64);
            auto const line = text.substr(0, std::min(text.find('\n'), text.size()));
            if (is_full_commit(trimmed(line))) commits.emplace(trimmed(line));
        }
        return commits.size() == 1 ? *commits.begin() : std::string{};
    }

    /// Loaders write the repo that a model came from into its configuration.
    static std::string configured_repo(fs::path const& folder) {
        auto const text = start_of(folder / "config.json", small_file);
        boost::system::error_code failure;
        auto const value = json::parse(text, failure);
        if (failure || !value.is_object()) return {};
        auto const name = text_of(value.get_object(), "_name_or_path");
        return is_repo(name) ? std::string{name} : std::string{};
    }

    void note_folder(fs::path const& folder) {
        found_model made;
        made.kind = layout::folder;
        made.where = folder;
        made.commit = downloaded_commit(folder);
        made.repo = configured_repo(folder);
        if (!made.repo.empty())
            made.note = "the repo is what its config.json says it was made from: check it";
        out_.models.push_back(std::move(made));
    }

    void note_gguf(fs::path const& file) {
        if (!start_of(file, 4).starts_with("GGUF")) return;
        found_model made;
        made.kind = layout::file;
        made.where = file;
        out_.models.push_back(std::move(made));
    }

    discovery_limits limits_;
    discovery out_;
    std::set<fs::path> visited_;
    std::size_t looked_at_ = 0;
    bool told_ = false;
};

/// A basic TOML string.
std::string quoted(std::string const& text) {
    std::string out = "\"";
    for (char const c : printable(text)) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string entry_of(found_model const& one) {
    bool const known = !one.repo.empty();
    std::string const mark = known ? "" : "#";
    std::string out;
    if (!known)
        out += "# Nothing on the disk says which repo this came from: fill it in and delete the '#'.\n";
    if (!one.note.empty()) out += "# " + one.note + "\n";
    out += mark + "[[watch]]\n";
    out += mark + "repo = " + quoted(known ? one.repo : "namespace/name") + "\n";
    if (!one.commit.empty()) out += mark + "deployed = " + quoted(one.commit) + "\n";
    out += mark + "paths = [" + quoted(one.where.string()) + "]\n";
    return out;
}

} // namespace

discovery discover(std::vector<fs::path> const& roots, discovery_limits const& limits) {
    search all{limits};
    for (auto const& root : roots)
        all.look(root);
    return all.take();
}

std::vector<fs::path>
usual_places(std::function<std::optional<std::string>(std::string const&)> const& environment) {
    std::vector<fs::path> candidates;
    auto const home = environment("HOME").value_or("");
    if (auto const cache = environment("HF_HUB_CACHE")) {
        candidates.emplace_back(*cache);
    } else if (auto const base = environment("HF_HOME")) {
        candidates.emplace_back(fs::path{*base} / "hub");
    } else if (auto const xdg = environment("XDG_CACHE_HOME")) {
        candidates.emplace_back(fs::path{*xdg} / "huggingface/hub");
    } else if (!home.empty()) {
        candidates.emplace_back(fs::path{home} / ".cache/huggingface/hub");
    }
    if (!home.empty()) candidates.emplace_back(fs::path{home} / "models");
    for (auto const* common : {"/srv/models", "/opt/models", "/var/lib/models", "/models", "/data/models"})
        candidates.emplace_back(common);
    std::error_code ignored;
    std::erase_if(candidates, [&](fs::path const& one) { return !fs::exists(one, ignored); });
    return candidates;
}

std::string watch_entries(discovery const& found) {
    std::string out;
    std::set<std::string> named;
    for (auto one : found.models) {
        if (!one.repo.empty() && !named.insert(lower(one.repo)).second) {
            // One repo at one revision is watched once; a second copy is for a person to sort out.
            out += "\n# A further copy of " + one.repo + ": " + printable(one.where.string()) + "\n";
            continue;
        }
        out += "\n" + entry_of(one);
    }
    return out;
}

} // namespace modelwatch
