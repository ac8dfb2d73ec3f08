#pragma once

#include "daemon/http/page.hpp"

#include <kainjow/mustache.hpp>
#include <span>
#include <string>
#include <string_view>

/// What both pages are made with. Templates are not thread-safe: one thread renders.
namespace modelwatch::http {

namespace mustache = kainjow::mustache;

[[nodiscard]] std::string joined(std::span<std::string_view const> pieces);

/// Text of others, made printable; nothing is set for an empty one, so that a template can ask whether it is
/// there.
void put(mustache::data& to, std::string const& name, std::string_view text);

/// `name` for machines and `name`_text for people (UTC); nothing for no time.
void put_time(mustache::data& to, std::string const& name, std::optional<instant> when);

/// A body inside the layout.
[[nodiscard]] response framed(std::string const& title, std::string body, page_frame const& frame);

} // namespace modelwatch::http
