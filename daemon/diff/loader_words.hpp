#pragma once

#include <string_view>

// Words of the libraries that load models, and the shapes of what their settings name.
namespace modelwatch::diff {

/// "owner/name", with "@revision" and ":name" behind it where kernels are named.
[[nodiscard]] bool looks_like_repo(std::string_view text) noexcept;
/// "owner/name--module.Class": code of another repo.
[[nodiscard]] bool looks_like_foreign_code(std::string_view text) noexcept;
/// One address and nothing else, of whatever scheme.
[[nodiscard]] bool looks_like_url(std::string_view text) noexcept;
/// "package.module.Class" or "package.module:function".
[[nodiscard]] bool looks_like_import(std::string_view text) noexcept;
/// Leads out of the folder: "../x", "/x", "C:\x", an address.
[[nodiscard]] bool leaves_the_repo(std::string_view path) noexcept;
/// Behind "@" stands a full commit.
[[nodiscard]] bool names_a_commit(std::string_view text) noexcept;

/// The package of "package.module.Class".
[[nodiscard]] std::string_view package_of(std::string_view import) noexcept;
/// Python's own modules that give a caller the machine.
[[nodiscard]] bool is_dangerous_module(std::string_view package) noexcept;
/// A class of a library that is made for building models.
[[nodiscard]] bool is_framework_class(std::string_view import) noexcept;
/// A library, or a module of diffusers' own, that pipelines name.
[[nodiscard]] bool is_pipeline_library(std::string_view name) noexcept;
/// What peft itself allows as `parent_library`.
[[nodiscard]] bool is_adapter_parent(std::string_view import) noexcept;

} // namespace modelwatch::diff
