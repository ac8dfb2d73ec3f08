#pragma once

#include "daemon/hub/hub_client.hpp"
#include "daemon/model/result.hpp"
#include "daemon/model/snapshot.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Bodies of the hub's answers to our values. Pure; whatever the bytes are, the outcome is a value or an
/// error.
namespace modelwatch::hub {

/// The answer of `GET …/revision/{rev}?blobs=true&securityStatus=true`.
struct model_info {
    snapshot state;      ///< `files` are the siblings
    bool proven = false; ///< every sibling came with its size and a hash: the list says all that a tree says
};

/// errc::not_found when the hub knows the repo and names no commit: it has no such revision. `endpoint` tells
/// which URLs in the card are the hub's own.
[[nodiscard]] result<model_info> parse_model_info(
    std::string_view body,
    std::string_view hub,
    std::string_view revision,
    instant observed_at,
    std::string_view endpoint = {}
);

/// A row of a tree that names no file: of a kind that nobody downloads (a submodule), or without content.
struct passed_row {
    std::string path; ///< empty: it has none that could be used
    std::string why;
};

/// Files of one page of `GET …/tree/{rev}`; directories are left out. Not sorted. Rows that name no file are
/// added to `passed` where it is given.
[[nodiscard]] result<std::vector<file_entry>>
parse_tree_page(std::string_view body, std::vector<passed_row>* passed = nullptr);

/// The same with who touched each file last, as far as the server tells it.
[[nodiscard]] result<std::vector<dated_file>> parse_dated_page(std::string_view body);

/// The overview of an account; an answer about another account than `name` is an error.
[[nodiscard]] result<account_overview>
parse_overview(std::string_view body, std::string_view name, account_kind kind);

/// Whether a body is a list of discussions at all.
[[nodiscard]] result<void> check_discussions(std::string_view body);

/// Sorts by path; a path that comes twice, or too many files, is an error.
[[nodiscard]] result<void> settle_files(std::vector<file_entry>& files);

[[nodiscard]] result<std::vector<commit_entry>> parse_commits_page(std::string_view body);

struct named_ref {
    std::string name;
    std::string commit; ///< empty when the hub does not say
};

struct ref_list {
    std::vector<named_ref> branches;
    std::vector<named_ref> tags;
};

[[nodiscard]] result<ref_list> parse_refs(std::string_view body);

[[nodiscard]] result<std::vector<listed_model>> parse_listing_page(std::string_view body);

} // namespace modelwatch::hub
