#include "daemon/diff/file_class.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace modelwatch::diff {

namespace {

using words = std::span<std::string_view const>;

bool contains(words list, std::string_view word) noexcept {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool starts_with_any(std::string_view text, words prefixes) noexcept {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](auto prefix) {
        return text.starts_with(prefix);
    });
}

constexpr auto code_extensions =
    std::to_array<std::string_view>({"py",  "pyi", "pyx",   "pyw",   "pyc", "pyo", "ipynb", "js",  "mjs",
                                     "cjs", "ts",  "c",     "cc",    "cpp", "cxx", "cu",    "cuh", "h",
                                     "hpp", "rs",  "go",    "java",  "kt",  "rb",  "pl",    "lua", "php",
                                     "r",   "jl",  "swift", "scala", "cs",  "mm",  "metal", "cl",  "wgsl"});

constexpr auto code_names = std::to_array<std::string_view>(
    {"setup.py",
     "setup.cfg",
     "pyproject.toml",
     "pipfile",
     "pipfile.lock",
     "poetry.lock",
     "uv.lock",
     "environment.yml",
     "environment.yaml",
     "conda.yml",
     "conda.yaml",
     "package.json",
     "package-lock.json",
     "dockerfile",
     "makefile",
     "cmakelists.txt",
     "justfile"}
);

constexpr auto tokenizer_names = std::to_array<std::string_view>(
    {"merges.txt",
     "special_tokens_map.json",
     "added_tokens.json",
     "tokens.txt",
     "tekken.json",
     "bpe.codes",
     "dict.txt",
     "spiece.model",
     "sentencepiece.model",
     "sentencepiece.bpe.model",
     "normalizer.json"}
);

constexpr auto tokenizer_prefixes = std::to_array<std::string_view>({"tokenizer", "vocab"});

constexpr auto terms_prefixes = std::to_array<std::string_view>(
    {"license", "licence", "copying", "notice", "use_policy", "use-policy", "acceptable_use", "terms_of_use"}
);

constexpr auto text_extensions =
    std::to_array<std::string_view>({"md", "txt", "rst", "pdf", "html", "htm", "rtf", "docx", "tex"});

constexpr auto config_extensions =
    std::to_array<std::string_view>({"json", "yaml", "yml", "toml", "cfg", "ini", "conf"});

/// Ollama's, and TensorFlow's note of which checkpoint is the newest.
constexpr auto config_names = std::to_array<std::string_view>({"modelfile", "params", "checkpoint"});

/// Pictures, sound, films, fonts, shapes, tables and records: what people look at, never what a model is
/// loaded from.
constexpr auto media_extensions = std::to_array<std::string_view>(
    {"png",  "jpg",  "jpeg",  "gif",    "webp",    "svg",   "bmp",     "tif",      "tiff",      "ico",
     "avif", "heic", "psd",   "mp4",    "webm",    "mov",   "avi",     "mkv",      "m4v",       "mpg",
     "mpeg", "wav",  "mp3",   "flac",   "ogg",     "oga",   "opus",    "m4a",      "aac",       "mid",
     "midi", "ttf",  "otf",   "woff",   "woff2",   "glb",   "gltf",    "obj",      "ply",       "stl",
     "csv",  "tsv",  "jsonl", "ndjson", "parquet", "arrow", "feather", "tfrecord", "tfrecords", "log",
     "srt",  "vtt",  "bib",   "css",    "xlsx",    "pptx",  "epub"}
);

/// Names under which PyTorch and its trainers store pickles: a planted .xml beside them changes nothing.
constexpr auto torch_names = std::to_array<std::string_view>(
    {"pytorch_", "diffusion_pytorch_", "adapter_model", "optimizer", "scheduler", "training_args", "rng_state"
    }
);

bool is_core_ml_data(file_name const& name) noexcept {
    return name.folder.find(".mlpackage/data/com.apple.coreml") != std::string::npos ||
           name.folder.find(".mlmodelc") != std::string::npos;
}

bool is_template(file_name const& name) noexcept {
    return name.base.starts_with("chat_template.") || name.base == "chat_template" ||
           name.extension == "jinja" || name.extension == "jinja2" || name.extension == "j2" ||
           name.folder == "additional_chat_templates" || name.folder.ends_with("/additional_chat_templates");
}

bool is_terms(file_name const& name) noexcept {
    if (!starts_with_any(name.base, terms_prefixes)) return false;
    // LICENSE, LICENSE.md, LICENSE-MODEL, LICENSE-2.0 are terms; license.json or license_check.py are not.
    return !contains(config_extensions, name.extension) && !contains(code_extensions, name.extension);
}

bool is_code(file_name const& name) noexcept {
    if (contains(code_extensions, name.extension) || contains(code_names, name.base)) return true;
    return name.base.starts_with("requirements") && (name.extension == "txt" || name.extension == "in");
}

bool is_signature(file_name const& name) noexcept {
    return name.base == "model.sig" || name.base.ends_with(".sigstore.json") ||
           name.extension == "sigstore" || name.extension == "sig" || name.extension == "asc" ||
           name.extension == "minisig";
}

bool is_tokenizer(file_name const& name) noexcept {
    if (contains(tokenizer_names, name.base)) return true;
    if (name.extension == "tiktoken" || name.extension == "spm" || name.extension == "vocab") return true;
    if (name.extension == "model") return true; // SentencePiece
    return starts_with_any(name.base, tokenizer_prefixes);
}

bool is_record_of_training(file_name const& name) noexcept {
    // llama.cpp writes down in an importance matrix how it weighed what it quantised.
    bool const imatrix = name.extension == "imatrix" || name.base.ends_with("imatrix.dat");
    return imatrix || name.base == "trainer_state.json" || name.base.ends_with("_results.json") ||
           name.base.starts_with("events.out.tfevents.");
}

file_role role_without_format(file_name const& name) noexcept {
    if (is_signature(name)) return file_role::signature;
    if (is_template(name)) return file_role::chat_template;
    if (is_code(name)) return file_role::code;
    if (is_tokenizer(name)) return file_role::tokenizer;
    if (is_terms(name)) return file_role::license;
    if (name.base == "readme.md" && name.folder.empty()) return file_role::card;
    if (is_record_of_training(name)) return file_role::documentation;
    if (contains(config_extensions, name.extension)) return file_role::config;
    if (contains(config_names, name.base)) return file_role::config;
    if (contains(text_extensions, name.extension) || contains(media_extensions, name.extension)) {
        return file_role::documentation;
    }
    return file_role::other;
}

} // namespace

file_name::file_name(std::string_view path) {
    whole = lower(path);
    auto const slash = whole.rfind('/');
    base = slash == std::string::npos ? whole : whole.substr(slash + 1);
    folder = slash == std::string::npos ? std::string{} : whole.substr(0, slash);
    auto const dot = base.rfind('.');
    // A leading dot is a hidden file's, not an extension's.
    if (dot != std::string::npos && dot > 0) extension = base.substr(dot + 1);
}

namespace {

file_class class_by_name(std::string_view path, std::function<bool(std::string_view)> const& exists) {
    file_name const name{path};
    auto const without_extension = path.substr(0, path.size() - name.extension.size());
    auto const tier = tier_of(name);
    if (name.extension == "bin") {
        if (is_core_ml_data(name)) return {file_role::weights, format_tier::inert};
        bool const torch = starts_with_any(name.base, torch_names);
        if (!torch && exists(std::string{without_extension} + "xml"))
            return {file_role::weights, format_tier::inert};
    }
    if (name.extension == "xml" && exists(std::string{without_extension} + "bin")) {
        return {file_role::weights, format_tier::inert};
    }
    switch (tier) {
    case format_tier::none:
        return {role_without_format(name), tier};
    case format_tier::executable:
        return {name.base.ends_with(".llamafile") ? file_role::weights : file_role::code, tier};
    default:
        return {file_role::weights, tier};
    }
}

bool holds(std::span<file_entry const> files, std::string_view path) noexcept {
    return std::any_of(files.begin(), files.end(), [&](auto const& file) { return file.path == path; });
}

} // namespace

file_class classify_among(file_entry const& file, std::function<bool(std::string_view)> const& exists) {
    auto const by_name = class_by_name(file.path, exists);
    if (by_name.tier != format_tier::none || !is_stored_as_weights(file)) return by_name;
    file_name const name{file.path};
    if (name_vouches(name, by_name.role, file.size)) return by_name;
    return {file_role::weights, tier_within(name)};
}

file_class classify(std::string_view path, std::span<file_entry const> siblings) {
    return class_by_name(path, [&](std::string_view other) { return holds(siblings, other); });
}

file_class classify(file_entry const& file, std::span<file_entry const> siblings) {
    return classify_among(file, [&](std::string_view other) { return holds(siblings, other); });
}

bool is_kept_text(file_entry const& file) {
    if (file.size > max_text_bytes) return false;
    auto const kind = classify(file);
    if (kind.tier != format_tier::none) return is_script(file.path);
    file_name const name{file.path};
    switch (kind.role) {
    case file_role::card:
    case file_role::chat_template:
    case file_role::config:
        return true;
    case file_role::license:
        return name.extension != "pdf" && name.extension != "docx";
    case file_role::code:
        return name.extension != "pyc" && name.extension != "pyo";
    case file_role::tokenizer:
        return name.base == "tokenizer_config.json" || name.base == "special_tokens_map.json";
    default:
        return false;
    }
}

std::string_view to_string(file_role role) noexcept {
    switch (role) {
    case file_role::weights:
        return "weights";
    case file_role::tokenizer:
        return "tokenizer";
    case file_role::config:
        return "config";
    case file_role::chat_template:
        return "template";
    case file_role::code:
        return "code";
    case file_role::license:
        return "license";
    case file_role::card:
        return "card";
    case file_role::documentation:
        return "documentation";
    case file_role::signature:
        return "signature";
    case file_role::other:
        break;
    }
    return "other";
}

} // namespace modelwatch::diff
