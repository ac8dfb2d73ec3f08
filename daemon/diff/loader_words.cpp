#include "daemon/diff/loader_words.hpp"

#include "daemon/model/commit_id.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace modelwatch::diff {

namespace {

using words = std::span<std::string_view const>;

constexpr auto dangerous = std::to_array<std::string_view>(
    {"__builtin__", "_posixsubprocess", "asyncio",   "bdb",     "builtins",     "code",
     "codeop",      "commands",         "ctypes",    "dill",    "ftplib",       "functools",
     "http",        "importlib",        "io",        "joblib",  "marshal",      "multiprocessing",
     "nt",          "operator",         "os",        "pathlib", "pdb",          "pickle",
     "pip",         "pkgutil",          "posix",     "pty",     "pydoc",        "requests",
     "runpy",       "shutil",           "smtplib",   "socket",  "socketserver", "subprocess",
     "sys",         "tempfile",         "threading", "timeit",  "types",        "urllib",
     "venv",        "webbrowser",       "zipimport"}
);

constexpr auto frameworks = std::to_array<std::string_view>(
    {"diffusers",
     "hydra",
     "ldm",
     "lightning",
     "lightning_fabric",
     "megatron",
     "monai",
     "nemo",
     "omegaconf",
     "pytorch_lightning",
     "sentence_transformers",
     "sgm",
     "speechbrain",
     "timm",
     "torch",
     "torchaudio",
     "torchmetrics",
     "torchvision",
     "transformers"}
);

/// Libraries that pipelines name beside modules of diffusers itself (`diffusers.pipelines.NAME`).
constexpr auto pipeline_libraries = std::to_array<std::string_view>(
    {"diffusers",
     "transformers",
     "onnxruntime",
     "optimum",
     "flax",
     "tokenizers",
     "k_diffusion",
     "alt_diffusion",
     "animatediff",
     "audioldm",
     "audioldm2",
     "aura_flow",
     "blip_diffusion",
     "cogvideo",
     "consistency_models",
     "controlnet",
     "cosmos",
     "deepfloyd_if",
     "flux",
     "hidream_image",
     "hunyuandit",
     "kandinsky",
     "kandinsky2_2",
     "kandinsky3",
     "kolors",
     "latent_diffusion",
     "ltx",
     "lumina",
     "marigold",
     "mochi",
     "musicldm",
     "paint_by_example",
     "pixart_alpha",
     "qwenimage",
     "sana",
     "semantic_stable_diffusion",
     "shap_e",
     "stable_audio",
     "stable_cascade",
     "stable_diffusion",
     "stable_diffusion_3",
     "stable_diffusion_safe",
     "stable_diffusion_xl",
     "stable_video_diffusion",
     "text_to_video_synthesis",
     "unclip",
     "unidiffuser",
     "versatile_diffusion",
     "wan",
     "wuerstchen"}
);

constexpr auto adapter_parents = std::to_array<std::string_view>(
    {"diffusers", "lerobot", "megatron", "megatron-core", "peft", "torch", "transformers"}
);

bool contains(words list, std::string_view word) noexcept {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_letter_or_digit(char c) noexcept {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

bool is_name_character(char c) noexcept {
    return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
}

bool is_identifier_character(char c) noexcept {
    return is_letter_or_digit(c) || c == '_';
}

template <class Test>
bool consists_of(std::string_view text, Test test) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), test);
}

bool is_name(std::string_view text) noexcept {
    return consists_of(text, is_name_character) && text.front() != '.';
}

/// "owner/name" and nothing behind it.
bool is_plain_repo(std::string_view text) noexcept {
    auto const slash = text.find('/');
    return slash != text.npos && is_name(text.substr(0, slash)) && is_name(text.substr(slash + 1));
}

bool is_drive(std::string_view path) noexcept {
    return path.size() > 1 && path[1] == ':' && is_letter_or_digit(path[0]);
}

bool climbs(std::string_view path) noexcept {
    for (std::size_t begin = 0; begin <= path.size();) {
        auto const end = std::min(path.find_first_of("/\\", begin), path.size());
        if (path.substr(begin, end - begin) == "..") return true;
        begin = end + 1;
    }
    return false;
}

} // namespace

bool looks_like_repo(std::string_view text) noexcept {
    return is_plain_repo(text.substr(0, text.find_first_of("@:")));
}

bool looks_like_foreign_code(std::string_view text) noexcept {
    auto const dashes = text.find("--");
    if (dashes == text.npos || dashes == 0) return false;
    auto const repo = text.substr(0, dashes);
    auto const module = text.substr(dashes + 2);
    auto const dotted = [](char c) { return is_identifier_character(c) || c == '.' || c == '/'; };
    if (!consists_of(module, dotted) || (module[0] >= '0' && module[0] <= '9')) return false;
    return is_plain_repo(repo) || (is_name(repo) && module.find('.') != module.npos);
}

bool looks_like_url(std::string_view text) noexcept {
    auto const colon = text.find("://");
    if (colon == text.npos || colon == 0 || colon + 3 == text.size()) return false;
    auto const in_scheme = [](char c) { return is_letter_or_digit(c) || c == '+' || c == '-' || c == '.'; };
    auto const blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    return consists_of(text.substr(0, colon), in_scheme) && std::none_of(text.begin(), text.end(), blank);
}

bool looks_like_import(std::string_view text) noexcept {
    auto const in_path = [](char c) { return is_identifier_character(c) || c == '.' || c == ':'; };
    auto const dot = text.find_first_of(".:");
    bool const two_parts = dot != text.npos && dot > 0 && dot + 1 < text.size();
    return consists_of(text, in_path) && two_parts && (text[0] < '0' || text[0] > '9');
}

bool leaves_the_repo(std::string_view path) noexcept {
    if (path.empty()) return false;
    bool const rooted = path[0] == '/' || path[0] == '\\' || path[0] == '~' || is_drive(path);
    return rooted || climbs(path) || path.find("://") != path.npos;
}

bool names_a_commit(std::string_view text) noexcept {
    auto const at = text.find('@');
    if (at == text.npos) return false;
    auto const revision = text.substr(at + 1, text.find(':', at) - at - 1);
    return is_full_commit(revision);
}

std::string_view package_of(std::string_view import) noexcept {
    return import.substr(0, import.find_first_of(".:"));
}

bool is_dangerous_module(std::string_view package) noexcept {
    return contains(dangerous, package);
}

bool is_framework_class(std::string_view import) noexcept {
    auto const last = import.substr(import.find_last_of(".:") + 1);
    return contains(frameworks, package_of(import)) && !last.empty() && last[0] >= 'A' && last[0] <= 'Z';
}

bool is_pipeline_library(std::string_view name) noexcept {
    return contains(pipeline_libraries, package_of(name));
}

bool is_adapter_parent(std::string_view import) noexcept {
    return contains(adapter_parents, package_of(import));
}

} // namespace modelwatch::diff
