#include "daemon/diff/template_texts.hpp"

#include "daemon/diff/config_text.hpp"
#include "daemon/diff/file_class.hpp"

#include <set>
#include <tuple>

namespace modelwatch::diff {

namespace {

constexpr std::string_view unnamed = "default";
constexpr std::string_view further = "additional_chat_templates";

/// Folder, name, text.
using known_template = std::tuple<std::string, std::string, std::string>;

class template_set {
public:
    explicit template_set(text_index const& texts)
        : texts_{texts} {}

    void add(file_entry const& file) {
        file_name const name{file.path};
        bool const json = is_tokenizer_config(file.path) || name.extension == "json";
        complete_ = (json ? add_document(name, file) : add_text(name, file)) && complete_;
    }

    [[nodiscard]] bool complete() const noexcept { return complete_; }

    [[nodiscard]] std::set<known_template> const& all() const noexcept { return all_; }

private:
    bool add_text(file_name const& name, file_entry const& file) {
        auto const* const text = texts_.find(file);
        if (text == nullptr) return false;
        bool const named = name.folder == further || name.folder.ends_with("/" + std::string{further});
        if (!named) return put(name.folder, unnamed, *text);
        auto const above = name.folder.size() - further.size();
        auto const stem = name.base.substr(0, name.base.size() - name.extension.size() - 1);
        return put(name.folder.substr(0, above == 0 ? 0 : above - 1), stem, *text);
    }

    bool add_document(file_name const& name, file_entry const& file) {
        auto const document = texts_.parse(file);
        if (!document || !document->is_object()) return false;
        auto const* const told = document->get_object().if_contains("chat_template");
        if (told == nullptr || told->is_null()) return true;
        if (told->is_string()) return put(name.folder, unnamed, told->get_string());
        return told->is_array() && add_named(name.folder, told->get_array());
    }

    bool add_named(std::string const& folder, json::array const& entries) {
        for (auto const& entry : entries) {
            auto const* const row = entry.if_object();
            auto const* const name = row == nullptr ? nullptr : row->if_contains("name");
            auto const* const text = row == nullptr ? nullptr : row->if_contains("template");
            bool const whole = name != nullptr && name->is_string() && text != nullptr && text->is_string();
            if (!whole || !put(folder, name->get_string(), text->get_string())) return false;
        }
        return true;
    }

    /// Editors end a file with a newline, a JSON string has none.
    bool put(std::string const& folder, std::string_view name, std::string_view text) {
        if (text.ends_with('\n')) text.remove_suffix(1);
        all_.emplace(folder, std::string{name}, std::string{text});
        return true;
    }

    text_index const& texts_;
    std::set<known_template> all_;
    bool complete_ = true;
};

} // namespace

bool is_tokenizer_config(std::string_view path) noexcept {
    constexpr std::string_view name = "tokenizer_config.json";
    if (!path.ends_with(name)) return false;
    return path.size() == name.size() || path[path.size() - name.size() - 1] == '/';
}

bool templates_only_moved(facts const& seen) {
    template_set before{seen.texts};
    template_set now{seen.texts};
    bool any = false;
    for (auto const& delta : seen.files) {
        bool const holds = delta.was.role == file_role::chat_template ||
                           delta.is.role == file_role::chat_template || is_tokenizer_config(delta.path());
        if (!holds) continue;
        any = true;
        if (delta.before != nullptr) before.add(*delta.before);
        if (delta.after != nullptr) now.add(*delta.after);
    }
    return any && before.complete() && now.complete() && before.all() == now.all();
}

} // namespace modelwatch::diff
