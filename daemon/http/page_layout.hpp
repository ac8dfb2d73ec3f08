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

/// The choices of a `select`: {"value", "text", "selected"} each.
[[nodiscard]] mustache::data choices(std::span<std::string_view const> names, std::string_view chosen);

/// The page that an address asks for; 1 where it asks for none.
[[nodiscard]] std::size_t page_asked(request const& asked);

/// Links to the pages before and after, where there are several.
template <class Address>
void add_paging(mustache::data& to, std::size_t page, std::size_t pages, Address address_of_page) {
    if (pages <= 1) return;
    to.set("page", std::to_string(page));
    to.set("pages", std::to_string(pages));
    if (page > 1) to.set("previous", address_of_page(page - 1));
    if (page < pages) to.set("next", address_of_page(page + 1));
}

/// A body inside the layout.
[[nodiscard]] response framed(std::string const& title, std::string body, page_frame const& frame);

} // namespace modelwatch::http
