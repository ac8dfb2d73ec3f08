#include "daemon/assess/evidence.hpp"

#include "daemon/assess/evidence_fields.hpp"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <stdexcept>

namespace modelwatch::assess {

namespace {

template <class Enum>
concept named = std::is_enum_v<Enum>;

template <named Enum>
constexpr std::size_t enumerators = 0;
template <>
constexpr std::size_t enumerators<owner_kind> = 3;
template <>
constexpr std::size_t enumerators<gating> = 4;
template <>
constexpr std::size_t enumerators<standing> = 5;
template <>
constexpr std::size_t enumerators<severity> = 5;
template <>
constexpr std::size_t enumerators<successor_state> = 6;
template <>
constexpr std::size_t enumerators<succession_source> = 5;
template <>
constexpr std::size_t enumerators<scan_level> = 8;
template <>
constexpr std::size_t enumerators<reach_kind> = 4;

template <class Part>
concept part = std::is_class_v<Part> && std::is_aggregate_v<Part>;

template <class Part>
json::object object_of(Part const& value);

/// Writes each member that differs from its default; a list that is not empty, an optional that has a value.
class writer {
public:
    template <class Value>
    void operator()(std::string_view key, Value const& value) {
        auto written = written_as(value);
        if (!written.is_null()) out_[key] = std::move(written);
    }

    [[nodiscard]] json::object take() { return std::move(out_); }

private:
    static json::value written_as(std::string const& value) {
        return value.empty() ? json::value(nullptr) : json::value(value);
    }

    static json::value written_as(bool value) { return value ? json::value(true) : json::value(nullptr); }

    static json::value written_as(std::size_t value) {
        return value == 0 ? json::value(nullptr) : json::value(value);
    }

    static json::value written_as(instant value) {
        return value == instant{} ? json::value(nullptr) : json::value(to_rfc3339(value));
    }

    template <named Enum>
    static json::value written_as(Enum value) {
        return value == Enum{} ? json::value(nullptr) : json::value(to_string(value));
    }

    /// No level is the obvious one to leave out.
    static json::value written_as(severity value) { return json::value(to_string(value)); }

    template <part Part>
    static json::value written_as(Part const& value) {
        auto out = object_of(value);
        return out.empty() ? json::value(nullptr) : json::value(std::move(out));
    }

    template <class Value>
    static json::value written_as(std::vector<Value> const& values) {
        if (values.empty()) return nullptr;
        json::array out;
        out.reserve(values.size());
        for (auto const& value : values)
            out.push_back(always(value));
        return out;
    }

    template <class Value>
    static json::value written_as(std::optional<Value> const& value) {
        return value ? always(*value) : json::value(nullptr);
    }

    /// In a list or an optional a default value is a value too.
    static json::value always(std::string const& value) { return json::value(value); }

    static json::value always(bool value) { return value; }

    static json::value always(std::size_t value) { return value; }

    static json::value always(instant value) { return json::value(to_rfc3339(value)); }

    template <named Enum>
    static json::value always(Enum value) {
        return json::value(to_string(value));
    }

    template <part Part>
    static json::value always(Part const& value) {
        return object_of(value);
    }

    json::object out_;
};

template <class Part>
json::object object_of(Part const& value) {
    writer out;
    each_member(out, value);
    return out.take();
}

/// Reads members that are there; a wrong type and a member that nobody asked for throw.
class reader {
public:
    explicit reader(json::object const& from)
        : from_{from} {}

    template <class Value>
    void operator()(std::string_view key, Value& value) {
        auto const* const found = from_.if_contains(key);
        if (found == nullptr) return;
        ++read_;
        take(*found, value);
    }

    void finish() const {
        if (read_ != from_.size()) throw std::invalid_argument{"evidence has a member that is not known"};
    }

private:
    static void take(json::value const& from, std::string& value) { value = from.as_string(); }

    static void take(json::value const& from, bool& value) { value = from.as_bool(); }

    static void take(json::value const& from, std::size_t& value) { value = from.to_number<std::size_t>(); }

    static void take(json::value const& from, instant& value) {
        auto const when = from_rfc3339(std::string_view{from.as_string()});
        if (!when) throw std::invalid_argument{"evidence has a time that is not one"};
        value = *when;
    }

    template <named Enum>
    static void take(json::value const& from, Enum& value) {
        static_assert(enumerators<Enum> > 0);
        auto const& text = from.as_string();
        for (std::size_t at = 0; at < enumerators<Enum>; ++at) {
            value = static_cast<Enum>(at);
            if (to_string(value) == std::string_view{text}) return;
        }
        throw std::invalid_argument{"evidence has a word that is not known"};
    }

    template <part Part>
    static void take(json::value const& from, Part& value) {
        reader inner{from.as_object()};
        each_member(inner, value);
        inner.finish();
    }

    template <class Value>
    static void take(json::value const& from, std::vector<Value>& values) {
        auto const& items = from.as_array();
        values.resize(items.size());
        for (std::size_t at = 0; at < items.size(); ++at)
            take(items[at], values[at]);
    }

    template <class Value>
    static void take(json::value const& from, std::optional<Value>& value) {
        take(from, value.emplace());
    }

    json::object const& from_;
    std::size_t read_ = 0;
};

constexpr std::array<std::string_view, 3> owner_names{"unknown", "organisation", "user"};

} // namespace

std::string_view to_string(owner_kind kind) noexcept {
    return owner_names[static_cast<std::size_t>(kind)];
}

bool runs_code(std::vector<reach> const& reached) noexcept {
    return std::any_of(reached.begin(), reached.end(), [](reach const& one) {
        return one.what == reach_kind::code || one.without_consent;
    });
}

reach const* runs_without_consent(std::vector<reach> const& reached) noexcept {
    // A package is there only where somebody installed it.
    auto const found = std::find_if(reached.begin(), reached.end(), [](reach const& one) {
        return one.without_consent && one.what != reach_kind::package;
    });
    return found == reached.end() ? nullptr : &*found;
}

json::object to_json(evidence const& value) {
    return object_of(value);
}

evidence evidence_from_json(json::object const& object) {
    evidence out;
    reader in{object};
    each_member(in, out);
    in.finish();
    return out;
}

} // namespace modelwatch::assess
