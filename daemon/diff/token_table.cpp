#include "daemon/diff/file_class.hpp"
#include "daemon/diff/token_change.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <algorithm>
#include <array>

namespace modelwatch::diff {

namespace {

constexpr auto special_lists =
    std::to_array<std::string_view>({"additional_special_tokens", "extra_special_tokens"});

bool is_special_list(std::string_view key) noexcept {
    return std::find(special_lists.begin(), special_lists.end(), key) != special_lists.end();
}

/// A token is written as its text, or as an object around it.
std::string_view text_of_token(json::value const& value) noexcept {
    if (auto const* const text = value.if_string()) return *text;
    auto const* const object = value.if_object();
    return object == nullptr ? std::string_view{} : text_of(*object, "content");
}

bool is_marked_special(json::value const& value) noexcept {
    auto const* const object = value.if_object();
    auto const* const flag = object == nullptr ? nullptr : object->if_contains("special");
    return flag != nullptr && flag->is_bool() && flag->get_bool();
}

class table_reader {
public:
    token_table take() { return std::move(out_); }

    /// bos_token, additional_special_tokens, added_tokens_decoder: as tokenizers of transformers write them.
    void read_settings(json::object const& settings) {
        for (auto const& member : settings) {
            std::string_view const key = member.key();
            if (is_special_list(key)) {
                read_special_list(key, member.value());
            } else if (key == "added_tokens_decoder") {
                read_decoder(member.value());
            } else if (key.ends_with("_token")) {
                add("/" + std::string{key}, text_of_token(member.value()), true);
            }
        }
    }

    /// {"text": id}; also [["text", score], …], whose places are the ids.
    void read_vocabulary(std::string const& place, json::value const& value) {
        if (auto const* const by_text = value.if_object()) {
            for (auto const& member : *by_text)
                add(place + "/" + to_line(member.value()), member.key(), false);
        }
        if (auto const* const rows = value.if_array()) read_rows(place, *rows);
    }

    /// tokenizer.json of the tokenizers library.
    void read_fast(json::object const& document) {
        auto const* const added = document.if_contains("added_tokens");
        if (added != nullptr && added->is_array()) read_added(added->get_array());
        auto const* const model = document.if_contains("model");
        auto const* const vocab =
            model == nullptr || !model->is_object() ? nullptr : model->get_object().if_contains("vocab");
        if (vocab != nullptr) read_vocabulary("/model/vocab", *vocab);
    }

private:
    void add(std::string place, std::string_view text, bool special) {
        if (text.empty()) return;
        // Two texts of one id are told apart by themselves.
        if (out_.by_place.contains(place)) place += "/" + std::string{text};
        out_.by_place.emplace(std::move(place), token_table::token{std::string{text}, special});
    }

    void read_special_list(std::string_view key, json::value const& value) {
        if (auto const* const list = value.if_array()) {
            for (auto const& item : *list)
                out_.listed.emplace(text_of_token(item));
        }
        if (auto const* const named = value.if_object()) {
            for (auto const& member : *named)
                add("/" + std::string{key} + "/" + std::string{member.key()},
                    text_of_token(member.value()),
                    true);
        }
    }

    void read_decoder(json::value const& value) {
        auto const* const by_id = value.if_object();
        if (by_id == nullptr) return;
        for (auto const& member : *by_id) {
            auto place = "/added_tokens_decoder/" + std::string{member.key()};
            add(std::move(place), text_of_token(member.value()), is_marked_special(member.value()));
        }
    }

    void read_added(json::array const& list) {
        for (auto const& item : list) {
            auto const* const object = item.if_object();
            auto const* const id = object == nullptr ? nullptr : object->if_contains("id");
            auto const number = id == nullptr ? std::string{"-"} : to_line(*id);
            add("/added_tokens/" + number, text_of_token(item), is_marked_special(item));
        }
    }

    void read_rows(std::string const& place, json::array const& rows) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            auto const* const row = rows[i].if_array();
            auto const& text = row == nullptr || row->empty() ? rows[i] : row->front();
            add(place + "/" + std::to_string(i), text_of_token(text), false);
        }
    }

    token_table out_;
};

} // namespace

token_table tokens_of(std::string_view path, json::value const& document) {
    file_name const name{path};
    table_reader reader;
    auto const* const object = document.if_object();
    if (name.base == "vocab.json" || name.base == "added_tokens.json") {
        reader.read_vocabulary("", document);
    } else if (object != nullptr && name.base == "tokenizer.json") {
        reader.read_fast(*object);
    } else if (object != nullptr) {
        reader.read_settings(*object);
    }
    return reader.take();
}

bool holds_tokens(std::string_view path, std::string_view key) {
    file_name const name{path};
    if (name.base == "vocab.json" || name.base == "added_tokens.json") return true;
    if (name.base == "tokenizer.json") return key == "added_tokens" || key == "model";
    return is_special_list(key) || key == "added_tokens_decoder" || key.ends_with("_token");
}

} // namespace modelwatch::diff
