#include "daemon/discover.hpp"

#include "daemon/model/commit_id.hpp"
#include "daemon/model/json.hpp"
#include "daemon/model/repo_id.hpp"
#include "daemon/model/text.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>

namespace modelwatch {

namespace {

namespace fs = std::filesystem;
using layout = found_model::layout;

constexpr std::size_t small_file = 1u << 20;

/// "models--google--gemma-2-2b" -> "google/gemma-2-2b", "models--gpt2" -> "gpt2".
std::string repo_of_cache_folder(std::string const& name) {
    constexpr std::string_view prefix = "models--";
    if (!name.starts_with(prefix)) return {};
    auto repo = name.substr(prefix.size());
    if (auto const border = repo.find("--"); border != std::string::npos) repo.replace(border, 2, "/");
    return is_model_name(repo) ? repo : std::string{};
}

/// Whether "output/checkpoint-5000" is a folder of whoever trained the model: a valid name, but nobody's
/// repo.
bool looks_like_a_folder(std::string_view name) {
    constexpr std::string_view owners =
        " adapter adapters cache checkpoint checkpoints ckpt ckpts content data exp experiment experiments "
        "finetune "
        "finetuned home local log logs lora merged mnt model models opt out output outputs result results "
        "root run "
        "runs save saved saves scratch srv tmp temp train trained training var weights work workspace ";
    constexpr auto steps =
        std::to_array<std::string_view>({"checkpoint", "ckpt", "epoch", "step", "global_step"});
    auto const slash = name.find('/');
    auto const last = lower(name.substr(slash + 1));
    if (owners.find(" " + lower(name.substr(0, slash)) + " ") != std::string_view::npos) return true;
    return std::any_of(steps.begin(), steps.end(), [&](std::string_view step) {
        if (!last.starts_with(step)) return false;
        auto const rest = std::string_view{last}.substr(step.size());
        return rest.find_first_not_of("0123456789-_.") == std::string_view::npos;
    });
}

bool is_repo(std::string_view text) {
    return text.find('/') != std::string_view::npos && is_model_name(text) && !looks_like_a_folder(text);
}

/// Where a link leads upwards, its folder holds what is being looked through.
bool holds(fs::path const& outer, fs::path const& inner) {
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
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

    void look(fs::path root) {
        if (!root.has_filename()) root = root.parent_path(); // "models/" is "models"
        std::error_code failure;
        auto const real = fs::canonical(root, failure);
        if (failure) {
            out_.problems.push_back(printable(root.string()) + ": " + failure.message());
            return;
        }
        root_ = real;
        // A link's own name may be the one that tells the repo.
        bool const linked = fs::is_symlink(root, failure);
        auto const parent = fs::canonical(fs::absolute(root).parent_path(), failure);
        auto const shown = linked && !failure ? parent / root.filename() : real;
        if (fs::is_regular_file(real, failure)) {
            note_gguf(shown);
        } else {
            enter(shown, 0);
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

    /// What stands in a folder, as far as it matters.
    struct content {
        std::vector<fs::path> folders;
        std::vector<fs::path> gguf;
        bool weights = false;
    };

    void enter(fs::path const& folder, std::size_t depth) {
        std::error_code failure;
        auto const real = fs::canonical(folder, failure);
        if (failure || !may_go_on() || !visited_.insert(real).second) return;
        if (is_cache(folder, real)) return;
        auto const found = read(folder);
        bool const configured = fs::is_regular_file(folder / "config.json", failure) ||
                                fs::is_regular_file(folder / "model_index.json", failure);
        bool const downloaded = fs::is_directory(folder / ".cache/huggingface/download", failure);
        if (downloaded || (found.weights && configured)) {
            note_folder(folder);
            return; // its parts are not models of their own
        }
        for (auto const& file : found.gguf)
            note_gguf(file);
        for (auto const& next : found.folders) {
            if (depth < limits_.max_depth) enter(next, depth + 1);
        }
    }

    /// Takes a cache's folder for a model, and one of its snapshots too, by its own name or by where it
    /// leads.
    bool is_cache(fs::path const& folder, fs::path const& real) {
        for (auto const* one : {&folder, &real}) {
            if (auto const repo = repo_of_cache_folder(one->filename().string()); !repo.empty()) {
                note_cache(folder, repo);
                return true;
            }
        }
        auto const above = real.parent_path();
        auto const repo = repo_of_cache_folder(above.parent_path().filename().string());
        bool const snapshot = above.filename() == "snapshots" && is_full_commit(real.filename().string());
        if (!snapshot || repo.empty()) return false;
        found_model made;
        made.kind = layout::hub_cache;
        made.repo = repo;
        made.commit = real.filename().string();
        made.where = folder;
        out_.models.push_back(std::move(made));
        return true;
    }

    content read(fs::path const& folder) {
        content out;
        std::error_code failure;
        fs::directory_iterator const entries{folder, failure};
        if (failure) out_.problems.push_back(printable(folder.string()) + ": " + failure.message());
        for (auto const& entry : entries) {
            if (!may_go_on()) break;
            std::error_code ignored;
            auto const name = entry.path().filename().string();
            if (entry.is_directory(ignored)) {
                if (may_follow(entry)) out.folders.push_back(entry.path());
            } else if (entry.is_regular_file(ignored)) {
                if (name.ends_with(".gguf")) out.gguf.push_back(entry.path());
                out.weights = out.weights || is_weight_file(name);
            }
        }
        std::sort(out.folders.begin(), out.folders.end());
        std::sort(out.gguf.begin(), out.gguf.end());
        return out;
    }

    bool may_follow(fs::directory_entry const& entry) const {
        std::error_code failure;
        if (!entry.is_symlink(failure)) return true;
        auto const target = fs::canonical(entry.path(), failure);
        return !failure && !holds(target, root_);
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

    /// Loaders write into a model's configuration what it was made from: a repo, or a folder.
    static std::string stated_origin(fs::path const& folder) {
        auto const text = start_of(folder / "config.json", small_file);
        boost::system::error_code failure;
        auto const value = json::parse(text, failure);
        if (failure || !value.is_object()) return {};
        return std::string{text_of(value.get_object(), "_name_or_path")};
    }

    void note_folder(fs::path const& folder) {
        found_model made;
        made.kind = layout::folder;
        made.where = folder;
        made.commit = downloaded_commit(folder);
        auto const origin = stated_origin(folder);
        if (is_repo(origin)) {
            made.repo = origin;
            made.note = "the repo is what its config.json says it was made from: check it";
        } else if (!origin.empty()) {
            made.note = "its config.json says that it was made from " + shortened(printable(origin), 200);
        }
        out_.models.push_back(std::move(made));
    }

    void note_gguf(fs::path const& file) {
        std::error_code failure;
        if (!visited_.insert(fs::canonical(file, failure)).second) return;
        if (!start_of(file, 4).starts_with("GGUF")) return;
        found_model made;
        made.kind = layout::file;
        made.where = file;
        out_.models.push_back(std::move(made));
    }

    discovery_limits limits_;
    discovery out_;
    fs::path root_;              ///< that is being looked through
    std::set<fs::path> visited_; ///< without links
    std::size_t looked_at_ = 0;
    bool told_ = false;
};

} // namespace

discovery discover(std::vector<fs::path> const& roots, discovery_limits const& limits) {
    search all{limits};
    for (auto const& root : roots)
        all.look(root);
    return all.take();
}

} // namespace modelwatch
