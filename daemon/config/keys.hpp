#pragma once

#include "daemon/config/field.hpp"
#include "daemon/config/toml_text.hpp"
#include "daemon/model/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace modelwatch::config {

/// One key of a section: the only place that knows its name, type and meaning, how it is read and how it is
/// shown.
template <class T>
struct key {
    std::string name;
    std::string kind; ///< "duration", "list of strings" …
    std::string doc;  ///< one line
    std::function<void(T&, field const&)> read;
    std::function<std::optional<std::string>(T const&)> write; ///< nullopt: not given, and nothing to show
};

/// The keys of one section. `at` of every row leads to the member: a member pointer or a generic lambda.
template <class T>
class key_table {
public:
    [[nodiscard]] std::vector<key<T>> const& rows() const noexcept { return rows_; }

    [[nodiscard]] std::vector<std::string> const& secrets() const noexcept { return secrets_; }

    [[nodiscard]] key<T> const* find(std::string_view name) const noexcept {
        for (auto const& row : rows_) {
            if (row.name == name) return &row;
        }
        return nullptr;
    }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> all;
        all.reserve(rows_.size());
        for (auto const& row : rows_)
            all.push_back(row.name);
        return all;
    }

    /// The same table without some keys.
    [[nodiscard]] key_table without(std::vector<std::string> const& names) const {
        key_table rest = *this;
        std::erase_if(rest.rows_, [&](key<T> const& row) {
            return std::find(names.begin(), names.end(), row.name) != names.end();
        });
        return rest;
    }

    void add(key<T> row) { rows_.push_back(std::move(row)); }

    template <class At>
    void text(std::string name, std::string doc, At at, text_check const& check = {}) {
        auto read = [at, check](T& out, field const& value) {
            if (auto read = value.text(check)) std::invoke(at, out) = std::move(*read);
        };
        add({std::move(name), "string", std::move(doc), std::move(read), text_writer(at)});
    }

    template <class At>
    void path(std::string name, std::string doc, At at) {
        auto read = [at](T& out, field const& value) {
            if (auto read = value.path()) std::invoke(at, out) = std::move(*read);
        };
        add({std::move(name), "path", std::move(doc), std::move(read), text_writer(at)});
    }

    template <class At>
    void texts(std::string name, std::string doc, At at, text_check const& check = check_not_empty) {
        auto read = [at, check](T& out, field const& value) {
            if (auto read = value.texts(check)) std::invoke(at, out) = std::move(*read);
        };
        add({std::move(name), "list of strings", std::move(doc), std::move(read), list_writer(at)});
    }

    /// A list that would make the section pointless if nothing stood in it.
    template <class At>
    void some_texts(std::string name, std::string doc, At at, text_check const& check) {
        auto read = [at, check](T& out, field const& value) {
            auto read = value.texts(check);
            if (read && read->empty()) return value.bad("must not be an empty list");
            if (read) std::invoke(at, out) = std::move(*read);
        };
        add({std::move(name), "list of strings", std::move(doc), std::move(read), list_writer(at)});
    }

    template <class At>
    void paths(std::string name, std::string doc, At at) {
        auto read = [at](T& out, field const& value) {
            if (auto read = value.paths()) std::invoke(at, out) = std::move(*read);
        };
        add({std::move(name), "list of paths", std::move(doc), std::move(read), list_writer(at)});
    }

    template <class At>
    void flag(std::string name, std::string doc, At at) {
        auto read = [at](T& out, field const& value) {
            if (auto read = value.flag()) std::invoke(at, out) = *read;
        };
        auto write = [at](T const& in) -> std::optional<std::string> {
            return std::invoke(at, in) ? "true" : "false";
        };
        add({std::move(name), "true or false", std::move(doc), std::move(read), std::move(write)});
    }

    template <class At>
    void count(std::string name, std::string doc, At at, unsigned lowest, unsigned highest) {
        auto read = [at, lowest, highest](T& out, field const& value) {
            if (auto read = value.integer(lowest, highest))
                std::invoke(at, out) = static_cast<unsigned>(*read);
        };
        auto write = [at](T const& in) -> std::optional<std::string> {
            return fmt::format("{}", std::invoke(at, in));
        };
        add({std::move(name), "whole number", std::move(doc), std::move(read), std::move(write)});
    }

    template <class At>
    void duration(
        std::string name,
        std::string doc,
        At at,
        std::chrono::seconds lowest = std::chrono::seconds{1},
        std::chrono::seconds highest = longest_duration
    ) {
        auto read = [at, lowest, highest](T& out, field const& value) {
            if (auto read = value.duration(lowest, highest)) std::invoke(at, out) = *read;
        };
        auto write = [at](T const& in) -> std::optional<std::string> {
            auto const whole = std::chrono::duration_cast<std::chrono::seconds>(std::invoke(at, in));
            return toml_string(to_duration_text(whole));
        };
        add({std::move(name), "duration", std::move(doc), std::move(read), std::move(write)});
    }

    template <class At, class E>
    void
    choice(std::string name, std::string doc, At at, std::vector<std::pair<std::string, E>> const& words) {
        std::vector<std::string> names;
        names.reserve(words.size());
        for (auto const& word : words)
            names.push_back(word.first);
        auto read = [at, words, check = one_of(names)](T& out, field const& value) {
            auto const text = value.text(check);
            for (auto const& [word, meaning] : words) {
                if (text == word) std::invoke(at, out) = meaning;
            }
        };
        auto write = [at, words](T const& in) -> std::optional<std::string> {
            for (auto const& [word, meaning] : words) {
                if (meaning == std::invoke(at, in)) return toml_string(word);
            }
            return std::nullopt;
        };
        add({std::move(name), "string", std::move(doc), std::move(read), std::move(write)});
    }

    /// Labels are shown even when there are none where `always` says so: an empty table overrides a default.
    template <class At>
    void tags(std::string name, std::string doc, At at, bool always = false) {
        auto read = [at](T& out, field const& value) {
            if (auto read = value.tags()) std::invoke(at, out) = std::move(*read);
        };
        auto write = [at, always](T const& in) -> std::optional<std::string> {
            labels const& value = std::invoke(at, in);
            if (value.empty() && !always) return std::nullopt;
            return toml_table(value);
        };
        add({std::move(name), "table of strings", std::move(doc), std::move(read), std::move(write)});
    }

    /// Three rows, of which the file may hold one: `X_file`, `X_credential`, `X_env`.
    template <class At>
    void secret(std::string const& base, std::string const& doc, At at) {
        using origin = secret_source::origin;
        add_secret(base + "_file", "path", doc + ", in a file of its own", at, origin::file);
        add_secret(base + "_credential", "string", doc + ", as a systemd credential", at, origin::credential);
        add_secret(base + "_env", "string", doc + ", in an environment variable", at, origin::environment);
        secrets_.push_back(base);
    }

private:
    static constexpr std::chrono::seconds longest_duration{std::chrono::hours{24 * 36500}};

    /// An empty text is shown only where it differs from the default: there it says "none".
    template <class At>
    static auto text_writer(At at) {
        return [at](T const& in) -> std::optional<std::string> {
            std::string const value = std::invoke(at, in);
            T const fresh{};
            std::string const standard = std::invoke(at, fresh);
            if (value.empty() && standard.empty()) return std::nullopt;
            return toml_string(value);
        };
    }

    template <class At>
    static auto list_writer(At at) {
        return [at](T const& in) -> std::optional<std::string> {
            std::vector<std::string> const& value = std::invoke(at, in);
            if (value.empty()) return std::nullopt;
            return toml_list(value);
        };
    }

    template <class At>
    void add_secret(std::string name, std::string kind, std::string doc, At at, secret_source::origin from) {
        auto read = [at, from](T& out, field const& value) {
            read_secret_source(std::invoke(at, out), from, value);
        };
        auto write = [at, from](T const& in) -> std::optional<std::string> {
            secret_source const& source = std::invoke(at, in);
            if (source.from != from) return std::nullopt;
            return toml_string(source.name);
        };
        add({std::move(name), std::move(kind), std::move(doc), std::move(read), std::move(write)});
    }

    std::vector<key<T>> rows_;
    std::vector<std::string> secrets_;
};

/// Reports a key that the section does not have: what was meant, or where it belongs, or how a secret is
/// given.
void report_unknown_key(
    toml::key const& name,
    section const& in,
    std::vector<std::string> const& known,
    std::vector<std::string> const& secrets
);

template <class T>
void read_keys(toml::table const& table, key_table<T> const& keys, section const& in, T& out) {
    for (auto const& [name, node] : table) {
        if (auto const* row = keys.find(name.str())) {
            row->read(out, field{node, in, std::string{name.str()}});
        } else {
            report_unknown_key(name, in, keys.names(), keys.secrets());
        }
    }
}

/// "key = value" lines of everything that is set.
template <class T>
[[nodiscard]] std::string write_keys(key_table<T> const& keys, T const& value) {
    std::string out;
    for (auto const& row : keys.rows()) {
        if (auto const text = row.write(value)) out += row.name + " = " + *text + "\n";
    }
    return out;
}

} // namespace modelwatch::config
