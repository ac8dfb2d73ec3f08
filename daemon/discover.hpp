#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace modelwatch {

/// A model that lies on this host.
struct found_model {
    enum class layout {
        hub_cache, ///< `models--ns--name/snapshots/<commit>` of huggingface_hub
        folder,    ///< weights in a plain folder
        file,      ///< one GGUF file
    };

    layout kind = layout::folder;
    std::string repo;   ///< "ns/name"; empty: nothing on the disk tells
    std::string commit; ///< all digits; empty: unknown
    std::filesystem::path where;
    std::vector<std::string> other_commits; ///< further snapshots of a cache
    std::string note;                       ///< what a person should know, one line
};

struct discovery_limits {
    std::size_t max_entries = 500'000; ///< files and folders that are looked at
    std::size_t max_depth = 12;
    std::size_t max_models = 5'000;
};

struct discovery {
    std::vector<found_model> models;   ///< by repo, then by path
    std::vector<std::string> problems; ///< folders that could not be read, bounds that were met
};

/// Looks for models below some paths. Reads names, `refs/main`, download metadata and small `config.json`
/// files; never weights. Symbolic links are followed, but not to a folder that holds the path that is looked
/// through; each folder and file counts once.
[[nodiscard]] discovery
discover(std::vector<std::filesystem::path> const& roots, discovery_limits const& limits = {});

/// Where models usually lie: the caches that huggingface_hub's variables name, else its default, and the
/// common folders of servers. Only those that exist.
[[nodiscard]] std::vector<std::filesystem::path>
usual_places(std::function<std::optional<std::string>(std::string const&)> const& environment);

/// `[[watch]]` entries; models whose repo is not known come as comments that say what to fill in.
[[nodiscard]] std::string watch_entries(discovery const& found);

} // namespace modelwatch
