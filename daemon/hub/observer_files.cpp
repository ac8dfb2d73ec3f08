#include "daemon/hub/observer.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::hub {

namespace {

/// Whether two entries of one path can be of the same file: what only one of them tells proves nothing.
bool may_be_same(file_entry const& left, file_entry const& right, bool proven) {
    auto const agree = [](std::string const& one, std::string const& other) {
        return one == other || one.empty() || other.empty();
    };
    if (!agree(left.oid, right.oid) || !agree(left.sha256, right.sha256)) return false;
    return !proven || (left.size == right.size && left.sha256 == right.sha256);
}

file_entry const* find_in(std::vector<file_entry> const& files, std::string const& path) {
    auto const before = [](file_entry const& file, std::string const& wanted) { return file.path < wanted; };
    auto const found = std::lower_bound(files.begin(), files.end(), path, before);
    return found != files.end() && found->path == path ? &*found : nullptr;
}

std::string in_quotes(std::string const& path) {
    return "\"" + shortened(printable(path), 120) + "\"";
}

} // namespace

std::optional<bool> observer::matches(file_entry const& file, std::string const& bytes) {
    if (!file.sha256.empty()) return sha256_hex(bytes) == file.sha256;
    if (file.oid.size() == 40) return git_blob_id(bytes) == file.oid;
    // Of a server that names every content by its SHA-256; git with SHA-256 hashes a header too.
    if (file.oid.size() == 64 && sha256_hex(bytes) == file.oid) return true;
    return std::nullopt;
}

error observer::tampered(hub_answer const& answer) {
    return failure(
        errc::inconsistent,
        request_name(answer.method, answer.url) +
            ": the bytes are not those that the hub's list of files promises",
        "nothing was concluded; if it lasts, someone tampers with the hub or the way to it"
    );
}

asio::awaitable<result<model_info>> observer::info_at(std::string repo, std::string revision) {
    std::string const no_validator;
    auto answer = co_await hub_.info(repo, revision, no_validator, left_);
    if (!answer) co_return answer.error();
    if (answer->response.status != 200) co_return line_.unusable(*answer);
    auto const json = expect_json(answer->response);
    if (!json) co_return at_request(json.error(), answer->method, answer->url);
    auto info = parse_model_info(
        answer->response.body, line_.options().name, revision, line_.time().now(), line_.where().base()
    );
    if (!info) co_return at_request(info.error(), answer->method, answer->url);
    co_return info;
}

/// The tree at the commit; by the revision's name on servers that know no trees of commits.
asio::awaitable<result<file_tree>> observer::tree_of(snapshot const& state) {
    auto tree = co_await hub_.tree(state.repo, state.commit, left_);
    bool const by_name = !tree && tree.error().code == errc::not_found && state.revision != state.commit;
    if (!by_name) co_return tree;
    auto named = co_await hub_.tree(state.repo, state.revision, left_);
    if (!named) co_return named;
    auto again = co_await info_at(state.repo, state.revision);
    if (!again) co_return again.error();
    if (again->state.commit != state.commit) {
        co_return failure(
            errc::inconsistent,
            "the head of " + state.repo + " moved while it was read",
            "the next poll reads it again"
        );
    }
    co_return named;
}

/// What the info says of the files and the tree denies; empty: nothing. A file that only a row without
/// content names counts as held. A list that comes with hashes must be the tree's; a bare one may be shorter.
std::string observer::contradiction(model_info const& info, file_tree const& tree) const {
    auto const held = [&](std::string const& path) {
        auto const names = [&](passed_row const& row) { return row.path == path; };
        return std::any_of(tree.passed.begin(), tree.passed.end(), names);
    };
    auto const& siblings = info.state.files;
    std::vector<std::string> absent;
    for (auto const& sibling : siblings) {
        auto const* const file = find_in(tree.files, sibling.path);
        if (file != nullptr && !may_be_same(sibling, *file, info.proven)) {
            return "they tell different contents of " + in_quotes(sibling.path);
        }
        if (file == nullptr && !held(sibling.path)) absent.push_back(sibling.path);
    }
    if (!absent.empty()) {
        return "the tree lacks " + std::to_string(absent.size()) + " of the " +
               counted(siblings.size(), "file") + " that the info lists, such as " +
               in_quotes(absent.front());
    }
    auto const unlisted = [&](file_entry const& file) { return find_in(siblings, file.path) == nullptr; };
    auto const extra = std::find_if(tree.files.begin(), tree.files.end(), unlisted);
    if (!info.proven || extra == tree.files.end()) return {};
    return "the info does not list " + in_quotes(extra->path) + " of the tree";
}

void observer::note_passed(std::vector<passed_row> const& rows) {
    constexpr std::size_t most_told = 20;
    passed_over_.clear();
    for (auto const& row : rows) {
        if (passed_over_.size() == most_told) break;
        auto const name = row.path.empty() ? std::string() : shortened(printable(row.path), 200) + ": ";
        passed_over_.push_back(name + row.why);
    }
    if (rows.size() > most_told)
        passed_over_.push_back("and " + std::to_string(rows.size() - most_told) + " more");
}

/// Joins the tree to the info. Two requests can straddle a commit, hence the second try.
asio::awaitable<result<model_info>> observer::with_tree(model_info info) {
    std::string why;
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (attempt > 0) {
            auto const repo = info.state.repo;
            auto const revision = info.state.revision;
            auto again = co_await info_at(repo, revision);
            if (!again) co_return again.error();
            info = std::move(*again);
        }
        auto tree = co_await tree_of(info.state);
        if (!tree) {
            auto const code = tree.error().code;
            // The siblings tell the same where a gate hides the tree.
            if (code == errc::refused && info.proven) co_return info;
            why = tree.error().what;
            if (code == errc::inconsistent || code == errc::not_found) continue;
            co_return tree.error();
        }
        why = contradiction(info, *tree);
        if (!why.empty()) continue;
        note_passed(tree->passed);
        if (!info.proven) info.state.files = std::move(tree->files);
        co_return info;
    }
    co_return failure(
        errc::inconsistent,
        "the hub's answers about the files of " + info.state.repo + " at " +
            std::string(short_commit(info.state.commit)) + " contradict each other: " + why,
        "nothing was concluded; the next poll reads them again"
    );
}

/// The snapshot at a commit that the store lacks; nullopt when the hub does not have it, or not for us.
asio::awaitable<result<std::optional<snapshot>>>
observer::state_at(observation& seen, std::string commit, snapshot const& head) {
    if (head.commit.starts_with(commit)) co_return std::optional<snapshot>(head);
    auto info = co_await info_at(head.repo, commit);
    if (!info) {
        auto const code = info.error().code;
        if (code == errc::not_found || code == errc::refused) co_return std::optional<snapshot>();
        co_return info.error();
    }
    if (!info->state.commit.starts_with(commit) && is_full_commit(commit)) {
        co_return failure(
            errc::inconsistent,
            "the hub answered with another commit than " + std::string(short_commit(commit)) + " of " +
                head.repo
        );
    }
    auto complete = co_await with_tree(std::move(*info));
    if (!complete) {
        if (complete.error().code == errc::refused) co_return std::optional<snapshot>();
        co_return complete.error();
    }
    auto const told = co_await add_untold(seen, complete->state);
    if (!told) co_return told.error();
    co_return std::optional<snapshot>(std::move(complete->state));
}

asio::awaitable<result<void>> observer::add_known_states(observation& seen) {
    if (request_.want_baseline_state && !request_.baseline.empty()) {
        auto state = co_await state_at(seen, request_.baseline, *seen.state);
        if (!state) co_return state.error();
        seen.baseline_state = std::move(*state);
    }
    if (request_.want_deployed_state && !request_.deployed.empty()) {
        if (request_.deployed == request_.baseline && seen.baseline_state) {
            seen.deployed_state = seen.baseline_state;
            co_return result<void>();
        }
        auto state = co_await state_at(seen, request_.deployed, *seen.state);
        if (!state) co_return state.error();
        seen.deployed_state = std::move(*state);
    }
    co_return result<void>();
}

asio::awaitable<result<void>> observer::add_texts(observation& seen) {
    if (!request_.keep_text) co_return result<void>();
    // Of the older states too: a difference is read from both sides.
    std::array<std::optional<snapshot> const*, 3> const states{
        &seen.state, &seen.baseline_state, &seen.deployed_state
    };
    for (auto const* const state : states) {
        if (!*state) continue;
        auto const done = co_await add_texts_of(seen, **state);
        if (!done) co_return done.error();
    }
    co_return result<void>();
}

asio::awaitable<result<void>> observer::add_texts_of(observation& seen, snapshot const& state) {
    auto const held = [&](file_entry const& file) {
        return find_text(seen.texts, file) != nullptr || (request_.has_text && request_.has_text(file));
    };
    for (auto const& file : state.files) {
        if (texts_.closed || texts_.failures > limits::max_text_failures) break;
        if (texts_.files >= limits::max_text_files) break;
        bool const fits =
            file.size <= limits::max_text_bytes && texts_.bytes + file.size <= limits::max_texts_bytes;
        if (!fits || !request_.keep_text(file) || held(file)) continue;
        auto const fetched = co_await fetch_text(seen, state, file);
        if (!fetched) co_return fetched.error();
    }
    co_return result<void>();
}

asio::awaitable<result<std::vector<text_file>>> observer::texts(snapshot state) {
    observation seen;
    auto const done = co_await add_texts_of(seen, state);
    if (!done) co_return done.error();
    co_return std::move(seen.texts);
}

/// Texts are for people: one that cannot be had now is fetched at the next changed poll. False: not had.
asio::awaitable<result<bool>>
observer::fetch_text(observation& seen, snapshot const& state, file_entry const& file) {
    bool const retry = false;
    ++texts_.files;
    auto answer =
        co_await hub_.file(state.repo, state.commit, file.path, limits::max_text_bytes, retry, left_);
    if (!answer) {
        auto const code = answer.error().code;
        if (code == errc::limited || code == errc::cancelled || code == errc::unauthorized)
            co_return answer.error();
        ++texts_.failures;
        co_return false;
    }
    auto const what = meaning_of(answer->response);
    if (what == meaning::gated || what == meaning::disabled) texts_.closed = true;
    if (what != meaning::ok) co_return false;
    auto const& bytes = answer->response.body;
    auto const sound = matches(file, bytes);
    if (!sound) co_return false;
    if (!*sound) co_return tampered(*answer);
    texts_.bytes += bytes.size();
    seen.texts.push_back({file.path, file.content_id(), std::move(answer->response.body)});
    co_return true;
}

} // namespace modelwatch::hub
