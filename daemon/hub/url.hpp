#pragma once

#include "daemon/model/commit_id.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace modelwatch::hub {

/// Percent-encodes everything but unreserved characters, `/` included: "refs/pr/1" becomes "refs%2Fpr%2F1".
[[nodiscard]] std::string encoded_segment(std::string_view text);

/// The same, but `/` stays: for file paths and repo ids.
[[nodiscard]] std::string encoded_path(std::string_view path);

/// "host[:port]/path" of a URL: what may be shown. No scheme, user, query or fragment.
[[nodiscard]] std::string place_of(std::string_view url);

/// Path of a URL, still encoded.
[[nodiscard]] std::string path_of(std::string_view url);

/// Where a Location leads, seen from `base`; nullopt when it is no usable http(s) URL. The fragment is
/// dropped.
[[nodiscard]] std::optional<std::string> redirect_target(std::string_view base, std::string_view location);

/// Same scheme, host and port (default ports filled in).
[[nodiscard]] bool same_origin(std::string_view left, std::string_view right);

/// The target of the first `rel="next"` of a Link header, as written; nullopt when there is none.
[[nodiscard]] std::optional<std::string> next_link(std::string_view link_header);

/// "namespace/name" or a legacy "name", in the characters that hubs allow.
[[nodiscard]] bool is_repo_id(std::string_view text) noexcept;

/// Where a hub is, and how its URLs look. The base may carry a path prefix ("https://git.example/hf").
class endpoint {
public:
    explicit endpoint(std::string_view base); ///< throws std::invalid_argument

    [[nodiscard]] std::string const& base() const noexcept { return base_; }

    [[nodiscard]] bool owns(std::string_view url) const { return same_origin(base_, url); }

    /// Where a link leads that the answer of `answered` gives, as a place at this endpoint: servers behind a
    /// mirror or a proxy name themselves by another scheme, host or path prefix. nullopt: no usable URL.
    [[nodiscard]] std::optional<std::string> at_home(std::string_view answered, std::string_view link) const;

    [[nodiscard]] bool is_https() const noexcept { return base_.starts_with("https:"); }

    [[nodiscard]] std::string api(std::string_view tail) const; ///< …/api/{tail}, tail already encoded
    [[nodiscard]] std::string model(std::string_view repo, std::string_view tail = {}) const;
    /// …/api/models/{repo}/{what}/{revision}: the revision is one path segment.
    [[nodiscard]] std::string
    model_at(std::string_view repo, std::string_view what, std::string_view revision) const;
    [[nodiscard]] std::string
    resolve(std::string_view repo, std::string_view commit, std::string_view path) const;
    [[nodiscard]] std::string page(std::string_view repo, std::string_view commit) const;

private:
    std::string base_;
};

} // namespace modelwatch::hub
