#include "daemon/diff/file_class.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::diff {

namespace {

struct format_row {
    std::string_view extension;
    format_tier tier;
};

constexpr auto formats = std::to_array<format_row>({
    {"safetensors", format_tier::safetensors},
    // Inert containers: numbers and metadata, nothing that a loader runs.
    {"gguf", format_tier::inert},
    {"ggml", format_tier::inert},
    {"tflite", format_tier::inert},
    {"msgpack", format_tier::inert},
    {"mlmodel", format_tier::inert},
    {"pte", format_tier::inert},
    // External data and custom operators need care.
    {"onnx", format_tier::onnx},
    {"onnx_data", format_tier::onnx},
    {"ort", format_tier::onnx},
    // Containers of frameworks that can carry code.
    {"h5", format_tier::framework},
    {"hdf5", format_tier::framework},
    {"keras", format_tier::framework},
    {"pb", format_tier::framework},
    {"nemo", format_tier::framework},
    {"mar", format_tier::framework},
    {"engine", format_tier::framework},
    {"plan", format_tier::framework},
    {"trt", format_tier::framework},
    {"skops", format_tier::framework},
    // Pickles, or containers of pickles, or names that both use.
    {"bin", format_tier::pickle},
    {"pt", format_tier::pickle},
    {"pt2", format_tier::pickle},
    {"ptl", format_tier::pickle},
    {"pth", format_tier::pickle},
    {"ckpt", format_tier::pickle},
    {"pkl", format_tier::pickle},
    {"pickle", format_tier::pickle},
    {"joblib", format_tier::pickle},
    {"dill", format_tier::pickle},
    {"npy", format_tier::pickle},
    {"npz", format_tier::pickle},
    {"t7", format_tier::pickle},
    {"distcp", format_tier::pickle},
    {"torchscript", format_tier::pickle},
    {"ot", format_tier::pickle},  // PyTorch's, written from Rust
    {"sav", format_tier::pickle}, // scikit-learn's habit
    {"pdparams", format_tier::pickle},
    {"pdiparams", format_tier::pickle},
    {"pdmodel", format_tier::pickle},
    {"pdopt", format_tier::pickle},
    // Weights for certain; what else is in them depends on who wrote them.
    {"weights", format_tier::unknown},
    {"params", format_tier::unknown},
    {"caffemodel", format_tier::unknown},
    {"ftz", format_tier::unknown},
    // Nobody has looked inside: as bad as the worst thing that usually is in there.
    {"zip", format_tier::archive},
    {"tar", format_tier::archive},
    {"tgz", format_tier::archive},
    {"gz", format_tier::archive},
    {"bz2", format_tier::archive},
    {"xz", format_tier::archive},
    {"zst", format_tier::archive},
    {"lz4", format_tier::archive},
    {"7z", format_tier::archive},
    {"rar", format_tier::archive},
    {"whl", format_tier::archive},
    {"egg", format_tier::archive},
});

constexpr auto scripts =
    std::to_array<std::string_view>({"sh", "bash", "zsh", "bat", "cmd", "ps1", "psm1", "vbs"});

constexpr auto native = std::to_array<std::string_view>(
    {"exe", "dll", "so", "dylib", "jar", "msi", "scr", "elf", "deb", "rpm", "apk", "dmg", "wasm", "appimage"}
);

template <std::size_t Size>
bool contains(std::array<std::string_view, Size> const& list, std::string_view word) noexcept {
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// "model.ckpt-1000.index", ".meta" and ".data-00000-of-00001", and the variables of a SavedModel.
bool is_tensorflow_checkpoint(file_name const& name) noexcept {
    bool const table = name.extension == "index" || name.extension == "meta";
    if (!table) return name.extension.starts_with("data-0");
    auto const holds = [&](std::string_view word) { return name.base.find(word) != std::string::npos; };
    return holds(".ckpt.") || holds(".ckpt-") ||
           (name.base.starts_with("variables.") && name.folder.ends_with("variables"));
}

} // namespace

format_tier tier_of(file_name const& name) noexcept {
    if (name.base.ends_with(".llamafile") || contains(native, name.extension)) return format_tier::executable;
    if (name.base.find(".so.") != std::string::npos) return format_tier::executable;
    if (contains(scripts, name.extension)) return format_tier::executable;
    if (is_tensorflow_checkpoint(name)) return format_tier::framework;
    if (name.base.ends_with(".onnx.data") || name.extension.starts_with("onnx_data"))
        return format_tier::onnx;
    auto const row = std::find_if(formats.begin(), formats.end(), [&](auto const& candidate) {
        return candidate.extension == name.extension;
    });
    return row == formats.end() ? format_tier::none : row->tier;
}

bool is_script(std::string_view path) {
    return contains(scripts, file_name{path}.extension);
}

std::string_view to_string(format_tier tier) noexcept {
    switch (tier) {
    case format_tier::none:
        break;
    case format_tier::safetensors:
        return "safetensors";
    case format_tier::inert:
        return "inert";
    case format_tier::onnx:
        return "onnx";
    case format_tier::framework:
        return "framework";
    case format_tier::unknown:
        return "unknown";
    case format_tier::pickle:
        return "pickle";
    case format_tier::archive:
        return "archive";
    case format_tier::executable:
        return "executable";
    }
    return "none";
}

} // namespace modelwatch::diff
