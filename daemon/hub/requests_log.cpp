#include "daemon/hub/requests.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <charconv>

namespace modelwatch::hub {

namespace {

std::optional<std::uint64_t> number_in(std::string_view text) noexcept {
    text = trimmed(text);
    std::uint64_t value = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const whole = failed == std::errc{} && end == text.data() + text.size() && !text.empty();
    return whole ? std::optional(value) : std::nullopt;
}

/// The entries of a page; a 200 that is no log is an error.
result<std::vector<commit_entry>> commits_on(hub_answer const& answer) {
    auto const json = expect_json(answer.response);
    if (!json) return at_request(json.error(), answer.method, answer.url);
    auto entries = parse_commits_page(answer.response.body);
    if (!entries) return at_request(entries.error(), answer.method, answer.url);
    return entries;
}

/// Whether every commit that is looked for was seen.
bool all_seen(commit_log const& log, std::vector<std::string> const& wanted) {
    auto const seen = [&](std::string const& commit) { return log.position(commit).has_value(); };
    return std::all_of(wanted.begin(), wanted.end(), seen);
}

/// How a log goes on from page to page: by the server's links, else by number, else from commit to commit.
class log_course {
public:
    log_course(std::string base, std::vector<std::string> const& wanted, std::size_t page_size)
        : base_(std::move(base))
        , wanted_(wanted)
        , page_size_(page_size) {}

    [[nodiscard]] std::string page(std::string const& query) const {
        if (page_size_ == 0) return query.empty() ? base_ : base_ + "?" + query;
        return base_ + "?limit=" + std::to_string(page_size_) + (query.empty() ? "" : "&" + query);
    }

    /// Where to go on behind this page; nullopt: enough was read.
    std::optional<std::string> behind(
        std::vector<commit_entry> entries, std::optional<std::string> link, std::optional<std::uint64_t> total
    ) {
        auto const count = entries.size();
        bool const news = add(std::move(entries));
        if (total) log.total = total;
        bool const full = count >= std::max<std::size_t>(page_size_, 1);
        bool const has_more = link || (log.total ? log.commits.size() < *log.total : full);
        bool const told = link || log.total;
        // A server may cut its pages without a word: where something is looked for in vain, one more is asked
        // for.
        cuts_pages_ = cuts_pages_ || (in_doubt_ && news);
        in_doubt_ = !has_more && !told && count > 0 && !all_seen(log, wanted_);
        bool const at_the_end = !has_more && !in_doubt_ && (!cuts_pages_ || count == 0);
        if (at_the_end) log.complete = log.known;
        if (log.complete || !log.known) return std::nullopt;
        if (!news && (link || cursor_ || !has_more)) {
            log.complete = !has_more && log.known; // the same page for ever is all there is
            return std::nullopt;
        }
        if (all_seen(log, wanted_)) return std::nullopt;
        cursor_ = cursor_ || !news;
        if (link) return link;
        return cursor_ ? page("after=" + log.commits.back().id) : page("p=" + std::to_string(++number_));
    }

    /// A later page was refused. False: it was only asked for to be sure, and what was read is all.
    bool needed_more() {
        log.complete = in_doubt_ && log.known;
        return !in_doubt_ && !cursor_;
    }

    commit_log log;

private:
    /// Says whether the page brought anything new; a server that ignores `p` sends the first one for ever.
    bool add(std::vector<commit_entry>&& page) {
        bool const news = !page.empty() && (log.commits.empty() || !log.position(page.front().id));
        if (news) std::move(page.begin(), page.end(), std::back_inserter(log.commits));
        log.known = !log.commits.empty();
        return news;
    }

    std::string base_;
    std::vector<std::string> const& wanted_;
    std::size_t page_size_;
    std::size_t number_ = 0;
    bool in_doubt_ = false;
    bool cuts_pages_ = false; ///< a short page was not the last one, so none proves the end
    bool cursor_ = false;
};

/// A log is told by date, so that commits of a merged branch stand between older ones. Puts everything before
/// `known` that is not among its ancestors, as far as `below`, the log of that commit, tells them.
void move_up(commit_log& log, std::size_t known, commit_log const& below) {
    auto const first = log.commits.begin() + static_cast<std::ptrdiff_t>(known);
    auto const is_below = [&](commit_entry const& entry) { return below.position(entry.id).has_value(); };
    // Behind the last ancestor that was told nothing is known.
    auto const last = below.complete
                          ? log.commits.end()
                          : std::find_if(log.commits.rbegin(), log.commits.rend(), is_below).base();
    if (last <= first) return;
    std::vector<commit_entry> ancestors;
    auto to = first;
    for (auto from = first; from != last; ++from) {
        if (is_below(*from)) {
            ancestors.push_back(std::move(*from));
        } else {
            std::iter_swap(to++, from); // what stood there was moved from
        }
    }
    std::move(ancestors.begin(), ancestors.end(), to);
}

bool starts_at(std::vector<commit_entry> const& entries, std::string const& commit) {
    // Some servers cut commit ids to 40 digits in one place and not in the other.
    return entries.empty() || entries.front().id.starts_with(commit) ||
           commit.starts_with(entries.front().id);
}

bool is_author(std::string_view repo, std::string_view author) {
    auto const slash = repo.find('/');
    return slash != std::string_view::npos && lower(repo.substr(0, slash)) == lower(author);
}

} // namespace

asio::awaitable<result<log_answer>>
hub_requests::log(std::string repo, std::string commit, std::vector<std::string> wanted, patience& left) {
    std::erase_if(wanted, [](std::string const& id) { return id.empty(); });
    if (wanted.size() > 1 && wanted.front() == wanted.back()) wanted.pop_back();
    auto const few = std::min(limits::first_log_page, log_limit_);
    bool const small = log_limit_ <= limits::first_log_page;
    log_bounds const first{few, small ? limits::max_small_log_pages : 1};
    auto told = co_await log_pages(repo, commit, wanted, first, left);
    if (!told) co_return told;
    bool const enough = !told->log.known || told->log.complete || all_seen(told->log, wanted);
    if (!enough && !small) {
        log_bounds const many{log_limit_, limits::max_log_pages};
        told = co_await log_pages(repo, commit, wanted, many, left);
        if (!told) co_return told;
    }
    for (auto const& known : wanted)
        co_await put_new_first(repo, told->log, known, left);
    co_return told;
}

asio::awaitable<result<log_answer>>
hub_requests::probe_access(std::string repo, std::string commit, patience& left) {
    std::vector<std::string> const nothing;
    log_bounds const one{1, 1};
    auto answer = co_await log_pages(repo, commit, nothing, one, left);
    co_return answer;
}

/// The count of new commits is for people: where the hub does not tell the ancestors the order stays.
asio::awaitable<void>
hub_requests::put_new_first(std::string repo, commit_log& log, std::string known, patience& left) {
    auto const at = log.position(known);
    if (!at || *at == 0 || *at + 1 >= log.commits.size()) co_return;
    std::vector<std::string> const nothing;
    log_bounds const one{std::min(limits::first_log_page, log_limit_), 1};
    auto below = co_await log_pages(repo, log.commits[*at].id, nothing, one, left);
    if (!below || !below->log.known) co_return;
    auto const all = below->log.total;
    bool const straight = log.total && all && *log.total == *all + *at;
    if (!straight) move_up(log, *at, below->log);
}

asio::awaitable<result<hub_answer>>
hub_requests::first_log_page(std::string const& base, log_bounds& bounds, patience& left) {
    std::vector<std::string> const nothing;
    auto const asked = bounds.page_size;
    while (true) {
        auto const url = log_course(base, nothing, bounds.page_size).page({});
        auto answer = co_await get(url, left);
        if (!answer) co_return answer;
        bool const refused = meaning_of(answer->response) == meaning::bad_request;
        if (refused && bounds.page_size > 0) {
            bounds.page_size = bounds.page_size > limits::first_log_page ? limits::first_log_page : 0;
            if (bounds.max_pages > 1) bounds.max_pages = limits::max_small_log_pages;
            continue;
        }
        // Only a success proves that it was the size that the server did not like.
        bool const learned = answer->response.status == 200 && bounds.page_size < asked && asked > 1;
        if (learned) log_limit_ = bounds.page_size;
        co_return answer;
    }
}

asio::awaitable<result<log_answer>> hub_requests::log_pages(
    std::string repo,
    std::string commit,
    std::vector<std::string> const& wanted,
    log_bounds bounds,
    patience& left
) {
    auto const base = exchange_.where().model_at(repo, "commits", commit);
    auto answer = co_await first_log_page(base, bounds, left);
    log_course course(base, wanted, bounds.page_size);
    log_answer out;
    for (std::size_t number = 1; number <= bounds.max_pages; ++number) {
        if (!answer) co_return answer.error();
        auto const what = meaning_of(answer->response);
        if (what != meaning::ok) {
            // A refusal of a later page is an answer that contradicts the first one.
            bool const contradicts = number > 1 ? course.needed_more() : !tells_nothing(what);
            if (contradicts) co_return exchange_.unusable(*answer);
            if (number > 1) break;
            out.why = what;
            out.status = answer->response.status;
            out.words = hub_message(answer->response, exchange_.options().token);
            co_return out;
        }
        auto entries = commits_on(*answer);
        if (!entries) co_return entries.error();
        if (number == 1 && !starts_at(*entries, commit)) {
            co_return failure(
                errc::inconsistent,
                request_name("GET", base) + ": the log does not begin with the commit that was asked for"
            );
        }
        auto link = next_page(*answer);
        if (!link) co_return link.error();
        auto const total = number_in(answer->response.header("x-total-count"));
        auto const next = course.behind(std::move(*entries), std::move(*link), total);
        if (!next) break;
        if (number < bounds.max_pages) answer = co_await get(*next, left);
    }
    out.log = std::move(course.log);
    co_return out;
}

asio::awaitable<result<std::vector<listed_model>>> hub_requests::listing(std::string author, patience& left) {
    constexpr std::string_view whole = "&expand%5B%5D=sha&expand%5B%5D=lastModified&expand%5B%5D=createdAt"
                                       "&expand%5B%5D=pipeline_tag&expand%5B%5D=tags&expand%5B%5D=downloads"
                                       "&expand%5B%5D=private&expand%5B%5D=disabled";
    constexpr std::string_view minimal = "&expand%5B%5D=sha&expand%5B%5D=lastModified";
    auto const base = exchange_.where().api("models?author=" + encoded_segment(author));
    page_walk walk{
        {base + "&limit=1000" + std::string(whole),
         base + "&limit=1000&full=true",
         base + std::string(whole),
         base + std::string(minimal),
         base + "&full=true",
         base},
        limits::max_listing_pages,
        listing_way_
    };
    std::vector<listed_model> models;
    while (!walk.ended) {
        auto answer = co_await turn(walk, left);
        if (!answer) co_return answer.error();
        if (answer->response.status != 200) co_return exchange_.unusable(*answer);
        auto rows = listed_on(*answer, author);
        if (!rows) co_return rows.error();
        std::move(rows->begin(), rows->end(), std::back_inserter(models));
        if (models.size() > limits::max_files) {
            co_return failure(
                errc::too_large, request_name("GET", base) + ": the account has too many models"
            );
        }
    }
    listing_way_ = walk.way;
    co_return models;
}

result<std::vector<listed_model>>
hub_requests::listed_on(hub_answer const& answer, std::string_view author) const {
    auto rows = parse_listing_page(answer.response.body);
    if (!rows) return at_request(rows.error(), answer.method, answer.url);
    // A server that does not know the filter would hand us every model it has.
    std::erase_if(*rows, [&](listed_model const& row) { return !is_author(row.repo, author); });
    return rows;
}

} // namespace modelwatch::hub
