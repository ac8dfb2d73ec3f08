#pragma once

#include <span>
#include <string_view>

namespace modelwatch::http {

// conf/openapi.json and the files of conf/templates as they were at build time, in pieces to be joined.
[[nodiscard]] std::span<std::string_view const> layout_mustache() noexcept;
[[nodiscard]] std::span<std::string_view const> index_mustache() noexcept;
[[nodiscard]] std::span<std::string_view const> model_mustache() noexcept;
[[nodiscard]] std::span<std::string_view const> alerts_mustache() noexcept;
[[nodiscard]] std::span<std::string_view const> alert_mustache() noexcept;
[[nodiscard]] std::span<std::string_view const> page_css() noexcept;
[[nodiscard]] std::span<std::string_view const> page_js() noexcept;
[[nodiscard]] std::span<std::string_view const> icon_svg() noexcept;
[[nodiscard]] std::span<std::string_view const> openapi_json() noexcept;

} // namespace modelwatch::http
