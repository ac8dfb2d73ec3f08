#pragma once

#include "daemon/assess/succession.hpp"
#include "daemon/model/json.hpp"
#include "daemon/model/reach.hpp"
#include "daemon/model/severity.hpp"
#include "daemon/model/snapshot.hpp"
#include "daemon/model/standing.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// What a rating rests on (assess.md 2.3, 2.4). Pure values, small enough to be kept per model, so that every
/// model can be assessed again without a request. `std::optional` without a value, an enumerator `unknown`
/// and a `known` of false all mean *never observed*: that is never the same as "no".
namespace modelwatch::assess {

enum class owner_kind { unknown, organisation, user };

[[nodiscard]] std::string_view to_string(owner_kind kind) noexcept;

/// The account that a repo belongs to, as the hub tells it (`…/overview`) and as its listing shows it.
struct owner_evidence {
    owner_kind kind = owner_kind::unknown;
    std::string id;               ///< `_id` of the account; empty: not told
    std::optional<bool> verified; ///< the hub's badge for organisations
    std::optional<instant> created_at;
    std::optional<std::size_t> members;   ///< of an organisation
    std::optional<instant> last_activity; ///< newest change of any of its models (listing)
};

/// The files of a repo, counted by what loading them can do (assess.md 2.5). Only weights count in the tiers.
struct format_evidence {
    bool known = false; ///< the complete file list was read
    std::size_t safetensors = 0;
    std::size_t inert = 0;
    std::size_t onnx = 0;
    std::size_t framework = 0;
    std::size_t unrecognised = 0; ///< stored as weights are, in a container that nobody knows
    std::size_t pickle = 0;
    std::size_t archive = 0;
    std::size_t executable = 0;     ///< native programs and scripts beside the weights
    bool safe_set_complete = false; ///< safetensors (all shards of an index) or another inert set
    std::vector<std::string> risky; ///< paths of the gravest tier, at most 5
    std::size_t python_files = 0;
    std::string python_example; ///< path of one
    std::size_t weights_without_sha256 = 0;
    bool signature = false; ///< model.sig, *.sigstore.json
    bool license_file = false;
    bool security_policy = false; ///< SECURITY.md
};

/// One model that this one says (or seems) to be made of.
struct base_evidence {
    std::string repo;
    bool inferred = false; ///< from the name: a candidate, not a statement
    bool resolved = false; ///< the hub answered about it; nothing below is known otherwise
    standing place = standing::present;
    std::string renamed_to; ///< id that the hub answered with, when it is another one
    std::string commit;
    gating gate = gating::unknown;
    license_statement license;
    std::optional<instant> created_at;
    std::optional<instant>
        model_changed_at;           ///< newest commit touching weights, config, tokenizer, template, code
    std::optional<scan_level> scan; ///< worst level of a finished scan
    succession successor;           ///< of the base itself
};

struct advisory_evidence {
    std::string id;                  ///< "GHSA-…", "CVE-…", the operator's own
    severity level = severity::high; ///< low, medium, high (critical counts as high)
    std::string summary;
    std::string url;
    std::vector<std::string> commits;   ///< affected commits; empty: every one
    std::vector<std::string> aliases{}; ///< further ids of the same flaw
};

/// What the baseline says, for the checks that compare with it. nullopt in `evidence`: no baseline yet.
struct baseline_evidence {
    std::string commit;
    std::string repo_id;
    std::string author;
    std::string owner_id; ///< empty: not known then
    license_statement license;
};

/// One license file at the top of the repo, read and looked at (license_text.hpp).
struct license_text_evidence {
    std::string path;
    std::vector<std::string> ids; ///< licenses of the table that its text is
    std::string terms;            ///< class of terms that none of those has; both empty: unknown text
    bool unread = false;          ///< it is there and the hub did not hand it out
};

/// Everything that the checks look at. One model at one commit.
struct evidence {
    std::string hub;
    std::string repo;
    std::string revision;
    std::string commit;    ///< empty: never seen
    instant observed_at{}; ///< of the oldest part that matters
    std::string repo_id;
    std::string author; ///< namespace
    standing place = standing::present;
    bool is_private = false;
    bool disabled = false;
    gating gate = gating::unknown;
    std::optional<bool> discussions_disabled;
    license_statement license;
    std::vector<std::string> license_tags;            ///< `license:` tags, without the prefix
    std::vector<license_text_evidence> license_texts; ///< may be none; a closed gate's are left out
    bool card_withheld =
        false; ///< the hub told neither card nor tags: that no license is stated proves nothing
    std::string pipeline_tag;
    std::string library_name;
    std::vector<std::string> tags;          ///< those that checks read: format, quantisation, custom_code
    std::optional<std::uint64_t> downloads; ///< of 30 days
    format_evidence format;
    std::optional<bool> custom_code; ///< auto_map, or the tag; nullopt: configuration not read
    std::vector<std::string> auto_map;
    std::vector<reach> reached;          ///< what the configuration leads loaders to, the gravest first
    bool configuration_read = false;     ///< all of it: what is not in `reached` is not there
    std::vector<std::string> unreadable; ///< configuration that was not had, is too large or makes no sense
    bool has_chat_template = false;
    std::optional<scan_level> scan; ///< worst level; nullopt: the hub told nothing
    owner_evidence owner;
    std::vector<base_evidence> bases; ///< declared, else inferred
    std::string base_relation;        ///< `base_model_relation`: quantized, finetune, adapter, merge …
    std::optional<instant> created_at;
    std::optional<instant> last_modified; ///< newest commit of any kind
    std::optional<instant>
        model_changed_at;           ///< newest commit touching weights, config, tokenizer, template, code
    std::string model_change_title; ///< of that commit
    succession successor;
    std::optional<bool> deprecated; ///< the card says so; nullopt: card not read
    bool advisories_configured = false;
    std::vector<advisory_evidence> advisories;
    std::optional<baseline_evidence> baseline;
    std::vector<std::string> allow_patterns; ///< what deployments load; empty: everything
};

/// Whether a loader runs code by these: with consent or without. What is only fetched does not count.
[[nodiscard]] bool runs_code(std::vector<reach> const& reached) noexcept;
/// The first by which code runs although nobody consents; nullptr: there is none.
[[nodiscard]] reach const* runs_without_consent(std::vector<reach> const& reached) noexcept;

[[nodiscard]] json::object to_json(evidence const& value);
/// Reads what to_json wrote; throws std::exception when it is not one.
[[nodiscard]] evidence evidence_from_json(json::object const& object);

} // namespace modelwatch::assess
