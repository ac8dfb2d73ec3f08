#include "daemon/hub/proof.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::hub {

namespace {

constexpr std::string_view version = "proof1";
constexpr std::size_t field_count = 13;

std::string hash_of(std::vector<file_entry> const& files) {
    std::string bytes;
    bytes.reserve(files.size() * 160);
    for (auto const& file : files) {
        // A path holds no NUL (is_sound_path), so it ends unmistakably.
        bytes.append(file.path).append(1, '\0');
        bytes.append(file.oid).append(" ").append(file.sha256).append(" ");
        bytes.append(std::to_string(file.size)).append("\n");
    }
    return sha256_hex(bytes);
}

std::string field(std::string_view text) {
    return text.empty() ? "-" : std::string(text);
}

std::string unfield(std::string_view text) {
    return text == "-" ? std::string() : std::string(text);
}

template <class Enum>
bool read_digit(std::string_view text, Enum& value, char highest) noexcept {
    if (text.size() != 1 || text[0] < '0' || text[0] > highest) return false;
    value = static_cast<Enum>(text[0] - '0');
    return true;
}

} // namespace

bool poll_proof::same_facts(poll_proof const& other) const noexcept {
    return proven == other.proven && gated == other.gated && fingerprint == other.fingerprint &&
           files_hash == other.files_hash && commit == other.commit && repo == other.repo;
}

poll_proof proof_of(model_info const& info) {
    poll_proof proof;
    auto const& state = info.state;
    proof.fingerprint = fingerprint(state);
    proof.files_hash = hash_of(state.files);
    proof.repo = state.repo;
    proof.commit = state.commit;
    proof.proven = info.proven;
    proof.gated = state.gate == gating::automatic || state.gate == gating::manual;
    proof.place = state.disabled ? standing::disabled : standing::present;
    return proof;
}

std::string to_text(poll_proof const& proof) {
    std::array<std::string, field_count> const fields{
        std::string(version),
        field(proof.etag),
        field(proof.body_tag),
        field(proof.fingerprint),
        field(proof.files_hash),
        field(proof.repo),
        field(proof.commit),
        field(proof.baseline),
        field(proof.deployed),
        proof.proven ? "1" : "0",
        proof.gated ? "1" : "0",
        std::to_string(static_cast<int>(proof.entry)),
        std::to_string(static_cast<int>(proof.place)),
    };
    std::string text;
    for (auto const& part : fields) {
        if (!text.empty()) text += ' ';
        text += part;
    }
    return text;
}

std::optional<poll_proof> proof_from_text(std::string_view text) {
    auto const fields = split(text, ' ');
    if (fields.size() != field_count || fields[0] != version) return std::nullopt;
    poll_proof proof;
    std::array<std::string*, 8> const texts{
        &proof.etag,
        &proof.body_tag,
        &proof.fingerprint,
        &proof.files_hash,
        &proof.repo,
        &proof.commit,
        &proof.baseline,
        &proof.deployed
    };
    for (std::size_t i = 0; i < texts.size(); ++i)
        *texts[i] = unfield(fields[i + 1]);
    int proven = 0;
    int gated = 0;
    bool const sound = read_digit(fields[9], proven, '1') && read_digit(fields[10], gated, '1') &&
                       read_digit(fields[11], proof.entry, '2') && read_digit(fields[12], proof.place, '4');
    if (!sound || proof.fingerprint.empty() || proof.commit.empty()) return std::nullopt;
    proof.proven = proven == 1;
    proof.gated = gated == 1;
    return proof;
}

std::string kept_etag(std::string_view header) {
    auto const tag = trimmed(header);
    bool const plain = std::all_of(tag.begin(), tag.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    return plain && tag.size() <= 200 && tag != "-" ? std::string(tag) : std::string();
}

} // namespace modelwatch::hub
