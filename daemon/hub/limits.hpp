#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// What we are willing to take from a hub. Every bound is far above what real repos need, and low enough that
/// a hostile or broken server cannot make us work without end.
namespace modelwatch::hub::limits {

inline constexpr std::uint64_t max_body = 32u << 20;
inline constexpr std::size_t max_json_depth = 64;
inline constexpr std::size_t max_files = 200'000;
inline constexpr std::size_t max_path_bytes = 1'024;
inline constexpr std::size_t max_short_text = 1'024;  ///< titles, names, tags
inline constexpr std::size_t max_short_texts = 4'096; ///< tags, flags, and other lists of short texts
inline constexpr std::size_t max_template_bytes = 256u << 10;

inline constexpr std::size_t max_redirects = 5;
inline constexpr std::size_t max_tree_pages = 500;
inline constexpr std::size_t max_listing_pages = 200;
inline constexpr std::size_t max_log_pages = 20;
inline constexpr std::size_t max_dated_pages = 40; ///< the Hub sends 50 or 100 files per page
inline constexpr std::size_t max_newest_models = 10'000;
inline constexpr std::size_t first_log_page = 50; ///< enough for the gap between two polls
inline constexpr std::size_t log_page = 1'000;
inline constexpr std::size_t max_small_log_pages = 100; ///< on servers that allow no larger ones
inline constexpr std::size_t max_control_repos = 4;     ///< asked before a hub counts as silent

inline constexpr std::size_t max_text_files = 128;
inline constexpr std::uint64_t max_text_bytes = 2u
                                                << 20; ///< configuration and vocabularies; others are smaller
inline constexpr std::uint64_t max_texts_bytes = 8u << 20;
inline constexpr std::size_t max_text_failures = 2; ///< then the rest waits for the next changed poll

/// A server that ignores Range may be read up to here to reach the wanted part.
inline constexpr std::uint64_t max_unranged_read = 64u << 20;
inline constexpr std::uint64_t max_range = 1u << 30;

inline constexpr std::chrono::seconds hiccup{3};         ///< how long a call waits for a hub that only fails
inline constexpr std::chrono::seconds slot_patience{30}; ///< how long one poll waits for slots, all in all
inline constexpr std::chrono::minutes call_deadline{10}; ///< of one observe or listing
inline constexpr std::chrono::seconds control_lifetime{60};
inline constexpr std::chrono::milliseconds retry_pause{500};
inline constexpr std::chrono::seconds longest_retry_pause{2};

} // namespace modelwatch::hub::limits
