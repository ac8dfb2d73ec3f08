#include "daemon/diff/wording.hpp"

#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::diff {

namespace {

constexpr std::size_t told_files = 5;
constexpr std::size_t told_commits = 5;
constexpr std::size_t told_authors = 5;

std::string told(file_evidence const& file) {
    auto const size = [](std::optional<std::uint64_t> bytes) {
        return bytes ? human_size(*bytes) : "size unknown";
    };
    if (!file.old_size) {
        return fmt::format("{} came ({}, {})", file.path, size(file.new_size), short_proof(file.new_sha256));
    }
    if (!file.new_size) {
        return fmt::format("{} went ({}, {})", file.path, size(file.old_size), short_proof(file.old_sha256));
    }
    if (file.old_sha256 == file.new_sha256) {
        return fmt::format("{} ({}, {})", file.path, size(file.new_size), short_proof(file.new_sha256));
    }
    return fmt::format(
        "{}: {} → {}, {} → {}",
        file.path,
        short_proof(file.old_sha256),
        short_proof(file.new_sha256),
        size(file.old_size),
        size(file.new_size)
    );
}

std::string told(std::vector<file_evidence> const& files, std::size_t total) {
    std::string out;
    for (std::size_t i = 0; i < std::min(files.size(), told_files); ++i) {
        out += (i == 0 ? "" : "; ") + told(files[i]);
    }
    if (total > told_files) out += fmt::format("; and {} more", total - told_files);
    return out.empty() ? out : out + ".";
}

std::string told(commit_entry const& commit) {
    std::string authors;
    for (auto const& author : commit.authors) {
        if (authors.size() > 80) break;
        authors += (authors.empty() ? "" : ", ") + quoted(author, 60);
    }
    auto const when = commit.date ? ", " + to_rfc3339(*commit.date).substr(0, 10) : std::string{};
    return fmt::format(
        "{} \"{}\" by {}{}",
        short_commit(printable(commit.id)),
        quoted(commit.title),
        authors.empty() ? "an unnamed author" : authors,
        when
    );
}

/// Whether the files that were deployed are the ones that this change is about; nullopt: is not known.
std::optional<bool> deployed_has(snapshot const& deployed, change const& what) {
    if (what.files.empty()) return std::nullopt;
    file_set const files{deployed};
    return std::any_of(what.files.begin(), what.files.end(), [&](file_evidence const& file) {
        auto const* const found = files.find(file.path);
        if (!file.new_size) return found == nullptr;
        return found != nullptr && proof_of(*found->file) == file.new_sha256;
    });
}

std::optional<bool> deployed_is_affected(facts const& seen, change const& what) {
    auto const& deployed = seen.in.target.deployed;
    if (same_commit_id(deployed, seen.now().commit)) return true;
    if (same_commit_id(deployed, seen.baseline_commit)) return false;
    if (seen.in.deployed != nullptr) {
        if (auto const known = deployed_has(*seen.in.deployed, what)) return known;
    }
    auto const at = place_in(seen.in.log, deployed);
    auto const base = place_in(seen.in.log, seen.baseline_commit);
    if (at && base && *at >= *base) return false;
    return std::nullopt;
}

std::string deployed_sentence(facts const& seen, std::optional<bool> affected) {
    auto const commit = std::string{short_commit(seen.in.target.deployed)};
    if (!affected) return fmt::format("Whether your deployed commit {} is affected is not known.", commit);
    if (!*affected) {
        return fmt::format("Your deployed commit {} is not affected: it holds other content.", commit);
    }
    return fmt::format("Your deployed commit {} is affected.", commit);
}

} // namespace

std::string quoted(std::string_view text, std::size_t limit) {
    return shortened(printable(shortened(text, limit)), limit);
}

std::string short_proof(std::string_view proof) {
    constexpr std::string_view git = "git:";
    if (proof.empty()) return "hash unknown";
    if (proof.starts_with(git)) return "git:" + quoted(proof.substr(git.size(), 8));
    return "sha256 " + quoted(proof.substr(0, 8));
}

std::string commit_step(facts const& seen) {
    auto const to = short_commit(seen.now().commit);
    if (!seen.past.moved || seen.baseline_commit.empty()) return fmt::format("at the same commit {}", to);
    return fmt::format("commit {} → {}", short_commit(seen.baseline_commit), to);
}

std::string subject_of(std::vector<file_evidence> const& files, std::size_t total) {
    return total == 1 && !files.empty() ? quoted(files.front().path, 200) : counted(total, "file");
}

std::string commits_sentence(facts const& seen) {
    if (seen.in.log == nullptr || !seen.in.log->known) {
        return seen.past.moved ? "The hub does not show the commits of this repo to us." : "";
    }
    auto const head = place_in(seen.in.log, seen.now().commit);
    if (!head || !seen.past.moved) return {};
    auto const& commits = seen.in.log->commits;
    auto const count =
        seen.past.commits_since.value_or(std::min<std::size_t>(commits.size() - *head, told_commits));
    std::string out = seen.past.commits_since ? "Commits since the baseline: " : "Newest commits: ";
    for (std::size_t i = 0; i < std::min(count, told_commits); ++i) {
        out += (i == 0 ? "" : "; ") + told(commits[*head + i]);
    }
    if (count > told_commits) out += fmt::format("; and {} more", count - told_commits);
    return out + ".";
}

change about_repo(facts const& seen, alert_kind kind) {
    change out;
    out.kind = kind;
    out.baseline_commit = seen.baseline_commit;
    out.commit = seen.now().commit;
    return out;
}

change about_files(facts const& seen, alert_kind kind, std::vector<file_delta const*> const& files) {
    auto out = about_repo(seen, kind);
    auto const listed = std::min(files.size(), max_evidence_files);
    out.files.reserve(listed);
    for (std::size_t i = 0; i < listed; ++i)
        out.files.push_back(evidence_of(*files[i]));
    if (listed < files.size()) out.evidence["files_omitted"] = files.size() - listed;
    out.subject = subject_of(out.files, files.size());
    out.detail = told(out.files, files.size());
    return out;
}

/// Who made the newest commit, when, and of how many it is the newest.
void note_committer(facts const& seen, change& what) {
    if (!seen.past.moved || seen.in.log == nullptr || !seen.in.log->known) return;
    auto const head = place_in(seen.in.log, seen.now().commit);
    if (!head) return;
    auto const& newest = seen.in.log->commits[*head];
    json::array names;
    for (auto const& author : newest.authors) {
        if (names.size() == told_authors) break;
        names.emplace_back(quoted(author, 60));
    }
    what.evidence["committed"] = json::object{
        {"by", std::move(names)},
        {"at", newest.date ? json::value(to_rfc3339(*newest.date)) : json::value(nullptr)},
        {"title", quoted(newest.title)},
        {"commits", seen.past.commits_since ? json::value(*seen.past.commits_since) : json::value(nullptr)}
    };
}

void close(facts const& seen, change& what) {
    note_committer(seen, what);
    auto const commits = commits_sentence(seen);
    std::string deployed;
    if (!seen.in.target.deployed.empty()) {
        auto const affected = deployed_is_affected(seen, what);
        deployed = deployed_sentence(seen, affected);
        what.evidence["deployed_commit"] = seen.in.target.deployed;
        what.evidence["deployed_affected"] = affected ? json::value(*affected) : json::value(nullptr);
    }
    what.detail = sentences({what.detail, commits, deployed});
}

std::string named(std::vector<file_delta const*> const& files, std::string_view noun) {
    return files.size() == 1 ? quoted(files.front()->path(), 100) : counted(files.size(), noun);
}

std::vector<file_delta const*> those(facts const& seen, std::function<bool(file_delta const&)> const& test) {
    std::vector<file_delta const*> out;
    for (auto const& delta : seen.files) {
        if (test(delta)) out.push_back(&delta);
    }
    return out;
}

json::array to_array(std::vector<std::string> const& texts) {
    json::array out;
    for (auto const& text : texts)
        out.emplace_back(text);
    return out;
}

std::string sentences(std::initializer_list<std::string_view> parts) {
    std::string out;
    for (auto const part : parts) {
        if (part.empty()) continue;
        if (!out.empty()) out += ' ';
        out += part;
    }
    return out;
}

} // namespace modelwatch::diff
