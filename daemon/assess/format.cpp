#include "daemon/assess/allow_patterns.hpp"
#include "daemon/assess/subject.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace modelwatch::assess {

namespace {

/// "pytorch_model-00001-of-00002.bin and 1 more", of the files that can run code.
std::string risky_files(format_evidence const& files, std::size_t count) {
    if (files.risky.empty()) return counted(count, "file");
    auto const first = std::min_element(files.risky.begin(), files.risky.end());
    auto const total = std::max(count, files.risky.size());
    if (total == 1) return *first;
    return fmt::format("{} and {} more", *first, total - 1);
}

/// Containers that hold no code count as the safe set only where loaders take them instead: GGUF. A Flax or
/// TFLite copy beside a pickle keeps nobody from loading the pickle.
bool has_safe_set(evidence const& facts) {
    auto const& files = facts.format;
    if (!files.safe_set_complete) return false;
    auto const is_gguf = [](std::string const& tag) { return lower(tag) == "gguf"; };
    return files.safetensors > 0 || lower(facts.library_name) == "gguf" ||
           std::any_of(facts.tags.begin(), facts.tags.end(), is_gguf);
}

std::string_view safe_set_name(format_evidence const& files) noexcept {
    return files.safetensors > 0 ? "safetensors" : "GGUF";
}

void check_code_capable(evidence const& facts, std::size_t capable, findings& out) {
    constexpr auto check = check_id::format_weights;
    auto const& files = facts.format;
    auto const named = risky_files(files, capable);
    if (has_safe_set(facts)) {
        auto text = fmt::format("{} beside a complete {} set", named, safe_set_name(files));
        if (keep_to_safe_files(facts.allow_patterns)) {
            text += "; allow_patterns keep deployments to the safe files";
        }
        return out.add(check, "mixed", std::move(text));
    }
    std::string_view const incomplete =
        files.safetensors > 0 ? "beside safetensors that are not a whole set" : "and no safetensors set";
    auto const outcome = files.pickle + files.archive > 0 ? "pickle"
                         : files.unrecognised > 0         ? "unrecognised"
                                                          : "framework";
    out.add(check, outcome, fmt::format("{} {}", named, incomplete));
}

void check_harmless(format_evidence const& files, findings& out) {
    constexpr auto check = check_id::format_weights;
    auto const others = files.inert + files.onnx;
    if (files.safetensors > 0 && others == 0) {
        return out.add(
            check, "safe", fmt::format("safetensors only ({})", counted(files.safetensors, "file"))
        );
    }
    if (files.safetensors > 0 || (files.inert > 0 && files.onnx == 0)) {
        std::string_view const beside = files.safetensors > 0 ? " beside safetensors" : "";
        return out.add(
            check,
            "inert",
            fmt::format("{} in containers that hold no code{}", counted(others, "weight file"), beside)
        );
    }
    if (files.onnx > 0) return out.add(check, "onnx", fmt::format("{} of ONNX", counted(files.onnx, "file")));
    out.add(check, "none", "no weight file of a known format");
}

void check_weights(evidence const& facts, findings& out) {
    constexpr auto check = check_id::format_weights;
    auto const& files = facts.format;
    if (!files.known) return out.add(check, "unknown", "the list of files could not be read");
    if (files.executable > 0) {
        return out.add(
            check, "executable", fmt::format("{}: programs or scripts", risky_files(files, files.executable))
        );
    }
    auto const capable = files.pickle + files.archive + files.unrecognised + files.framework;
    if (capable > 0) return check_code_capable(facts, capable, out);
    check_harmless(files, out);
}

/// "config.json#/auto_map/AutoModel → evil/repo--m.Model".
std::string told(reach const& one) {
    return fmt::format("{} → {}", shortened(one.by, 160), shortened(one.target, 160));
}

/// By its text, whatever order the facts come in.
bool before(reach const& left, reach const& right) {
    return std::tie(left.by, left.target) < std::tie(right.by, right.target);
}

/// What the configuration leads loaders to, where that is code.
bool check_reach(std::vector<reach> reached, findings& out) {
    constexpr auto check = check_id::format_custom_code;
    std::sort(reached.begin(), reached.end(), before);
    if (auto const* const open = runs_without_consent(reached)) {
        out.add(check, "implicit", told(*open) + ", without trust_remote_code");
        return true;
    }
    auto const code = std::find_if(reached.begin(), reached.end(), [](reach const& one) {
        return one.what == reach_kind::code || one.without_consent;
    });
    if (code == reached.end()) return false;
    out.add(check, "automap", told(*code));
    return true;
}

void check_custom_code(evidence const& facts, findings& out) {
    constexpr auto check = check_id::format_custom_code;
    if (runs_without_consent(facts.reached) != nullptr) {
        check_reach(facts.reached, out);
        return;
    }
    if (!facts.auto_map.empty()) {
        auto const first = std::min_element(facts.auto_map.begin(), facts.auto_map.end());
        return out.add(check, "automap", fmt::format("auto_map: {}", *first));
    }
    if (check_reach(facts.reached, out)) return;
    if (facts.custom_code.value_or(false)) return out.add(check, "automap", "tag custom_code");
    if (!facts.custom_code || !facts.format.known) {
        return out.add(check, "unknown", "the configuration or the list of files could not be read");
    }
    if (!facts.unreadable.empty()) {
        auto const first = std::min_element(facts.unreadable.begin(), facts.unreadable.end());
        return out.add(check, "unknown", fmt::format("{} could not be read", shortened(*first, 160)));
    }
    if (facts.format.python_files > 0) {
        auto const& one = facts.format.python_example;
        return out.add(
            check,
            "py",
            fmt::format(
                "{}, no auto_map", one.empty() ? counted(facts.format.python_files, "Python file") : one
            )
        );
    }
    out.add(check, "none", "no auto_map, no custom_code tag, no Python files");
}

void check_scan(evidence const& facts, findings& out) {
    constexpr auto check = check_id::format_scan;
    auto const level = facts.scan.value_or(scan_level::absent);
    switch (level) {
    case scan_level::safe:
    case scan_level::caution:
    case scan_level::suspicious:
    case scan_level::unsafe:
        return out.add(
            check, to_string(level), fmt::format("worst verdict of the hub: {}", to_string(level))
        );
    case scan_level::unscanned:
    case scan_level::queued:
    case scan_level::error:
        return out.add(check, "unscanned", fmt::format("scan of the hub: {}", to_string(level)));
    case scan_level::absent:
        return out.add(check, "unknown", "the hub does not report a scan");
    }
}

void check_integrity(format_evidence const& files, findings& out) {
    constexpr auto check = check_id::format_integrity;
    if (!files.known) return out.add(check, "unknown", "the list of files could not be read");
    if (files.weights_without_sha256 > 0) {
        auto const count = counted(files.weights_without_sha256, "weight file");
        return out.add(check, "some", fmt::format("{} without a sha256", count));
    }
    out.add(check, "all", "every weight file has a sha256");
}

void check_signature(format_evidence const& files, findings& out) {
    constexpr auto check = check_id::format_signature;
    if (!files.known) return out.add(check, "unread", "the list of files could not be read");
    if (files.signature) return out.add(check, "signed", "a signature file is in the repository");
    out.add(check, "unsigned", "no model.sig, no *.sigstore.json");
}

} // namespace

void look_at_format(subject const& model, findings& out) {
    check_weights(model.facts, out);
    check_custom_code(model.facts, out);
    check_scan(model.facts, out);
    check_template(model, out);
    check_integrity(model.facts.format, out);
    check_signature(model.facts.format, out);
}

} // namespace modelwatch::assess
