#include "daemon/assess/repo_name.hpp"

#include "daemon/assess/name_tokens.hpp"
#include "daemon/assess/name_words.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::assess {

namespace {

/// No family counts further than this; "resnet-50" and "xlsr-53" are not generations.
constexpr std::uint32_t highest_generation = 12;
constexpr std::size_t most_words = 16;

/// Reads the words of one name from left to right.
class name_parser {
public:
    name_parser(std::vector<std::string> tokens, repo_name& out)
        : tokens_{std::move(tokens)}
        , out_{out} {}

    void run() {
        if (tokens_.size() > 1 && is_vendor_prefix(tokens_[0])) at_ = 1;
        for (; at_ < tokens_.size(); ++at_)
            read(tokens_[at_]);
        std::sort(out_.domains.begin(), out_.domains.end());
        out_.domains.erase(std::unique(out_.domains.begin(), out_.domains.end()), out_.domains.end());
    }

private:
    void read(std::string const& token) {
        if (read_packaging(token)) return;
        if (read_size(token)) return;
        if (ended_) return read_behind_the_end(token);
        if (read_date(token) || read_number(token)) return;
        read_word(token);
    }

    bool read_packaging(std::string const& token) {
        bool const first_of_all = out_.family.empty() && out_.packaging.empty() && tokens_.size() == 1;
        bool const suffix = packed_ && (token.size() == 1 || token == "xs" || token == "xxs");
        if (first_of_all || !(is_packaging(token) || suffix)) {
            packed_ = false;
            return false;
        }
        keep(out_.packaging, token);
        packed_ = token.front() == 'q' || token.front() == 'i' || suffix; // "q4_k_m"
        return true;
    }

    bool read_size(std::string const& token) {
        // Context lengths ("128k", and "1m" where the size is told already) and counts of experts ("16e").
        auto const head = std::string_view{token}.substr(0, token.size() - 1);
        if (all_digits(head) && (token.back() == 'k' || token.back() == 'e')) return true;
        double const size = size_of_token(token);
        if (size <= 0) return false;
        if (token == "1m" || out_.size) return true;
        out_.size = size;
        return true;
    }

    bool read_date(std::string const& token) {
        if (!all_digits(token) || !out_.has_family()) return false;
        bool const year_behind = at_ + 1 < tokens_.size() && tokens_[at_ + 1].size() == 4 &&
                                 tokens_[at_ + 1].starts_with("20") && all_digits(tokens_[at_ + 1]);
        if (token.size() == 2 && token >= "01" && token <= "12" && year_behind) {
            out_.date_stamp = tokens_[at_ + 1] + token; // "08-2024"
            ++at_;
            return true;
        }
        if (token.size() != 4 && token.size() != 6 && token.size() != 8) return false;
        if (out_.date_stamp.empty()) out_.date_stamp = token;
        return true;
    }

    bool read_number(std::string const& token) {
        bool const version = token.size() > 1 && token.front() == 'v';
        auto digits = std::string_view{token}.substr(version ? 1 : 0);
        char letter = 0; // "3n"
        bool const lettered =
            digits.size() > 1 && digits.size() < 4 && digits.back() >= 'a' && digits.back() <= 'z';
        if (lettered) {
            letter = digits.back();
            digits.remove_suffix(1);
        }
        auto number = number_of_token(digits);
        if (number.empty()) return false;
        if (!version && out_.has_family() && at_ > 0 && is_counter(tokens_[at_ - 1])) {
            keep(out_.generation.empty() ? out_.family : out_.variants, token); // tells lines apart
            return true;
        }
        if (!out_.has_family() || number[0] > highest_generation) return true;
        if (!version && digits.size() > 1 && digits.front() == '0' && digits[1] != '.') return true; // "08"
        join_minor(number);
        store(std::move(number), version);
        if (letter != 0) keep(out_.variants, std::string(1, letter));
        return true;
    }

    /// "2-1" and "v1-5": a single digit behind a whole number is its minor.
    void join_minor(std::vector<std::uint32_t>& number) {
        if (number.size() != 1 || at_ + 1 == tokens_.size()) return;
        auto const& next = tokens_[at_ + 1];
        if (next.size() != 1 || !all_digits(next)) return;
        number.push_back(static_cast<std::uint32_t>(next[0] - '0'));
        ++at_;
    }

    void store(std::vector<std::uint32_t> number, bool version) {
        if (out_.generation.empty()) {
            out_.generation = std::move(number);
            out_.numbered_by = out_.size_word;
        } else if (version && out_.revision.empty()) {
            out_.revision = std::move(number);
        }
    }

    void read_word(std::string const& token) {
        if (!out_.has_family()) return start_family(token);
        switch (kind_of_word(token)) {
        case word_kind::size_word:
            if (out_.size_word.empty()) out_.size_word = token.starts_with("xl") ? "xl" : token;
            return;
        case word_kind::base_role:
        case word_kind::instruct_role:
            return take_role(token);
        case word_kind::domain:
            return keep(out_.domains, std::string{canonical_domain(token)});
        case word_kind::ending:
            ended_ = true;
            return;
        default:
            return take_plain(token);
        }
    }

    void start_family(std::string const& token) {
        char const first = token.front();
        if (first >= 'a' && first <= 'z') keep(out_.family, token);
    }

    void take_plain(std::string const& token) {
        if (is_base_family(token) && token != out_.family.front()) {
            out_.base_family = token;
            ended_ = true;
            return;
        }
        bool const word = token.front() >= 'a' && token.front() <= 'z' && !token.starts_with("patch");
        keep(word && out_.generation.empty() ? out_.family : out_.variants, token);
    }

    void take_role(std::string const& token) {
        auto const kind = kind_of_word(token);
        bool const instruct = kind == word_kind::instruct_role;
        if (instruct) out_.role = name_role::instruct;
        if (!instruct && out_.role == name_role::unspecified) out_.role = name_role::base;
    }

    /// Behind the name of the base model only the role still says something about this one.
    void read_behind_the_end(std::string const& token) {
        auto const kind = kind_of_word(token);
        if (kind == word_kind::base_role || kind == word_kind::instruct_role) take_role(token);
    }

    static void keep(std::vector<std::string>& words, std::string word) {
        if (words.size() < most_words) words.push_back(std::move(word));
    }

    std::vector<std::string> tokens_;
    repo_name& out_;
    std::size_t at_ = 0;
    bool packed_ = false;
    bool ended_ = false;
};

bool is_name_part(std::string_view part) noexcept {
    if (part.empty() || part.size() > 96 || part.front() == '.' || part.front() == '-') return false;
    return std::all_of(part.begin(), part.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.';
    });
}

} // namespace

std::string_view owner_of(std::string_view repo) noexcept {
    auto const slash = repo.find('/');
    return slash == std::string_view::npos ? std::string_view{} : repo.substr(0, slash);
}

std::string_view name_of(std::string_view repo) noexcept {
    auto const slash = repo.find('/');
    return slash == std::string_view::npos ? repo : repo.substr(slash + 1);
}

bool is_repo_id(std::string_view text) noexcept {
    if (text.size() > max_repo_id || text.find('/') == std::string_view::npos) return false;
    return is_name_part(owner_of(text)) && is_name_part(name_of(text));
}

repo_name parse_repo_name(std::string_view repo) {
    repo_name out;
    if (repo.size() > max_repo_id) return out;
    out.owner = owner_of(repo);
    out.raw = name_of(repo);
    name_parser{name_tokens(out.raw), out}.run();
    return out;
}

bool is_converted_by_name(repo_name const& name) noexcept {
    constexpr auto layouts = std::to_array<std::string_view>(
        {"bf16",
         "bin",
         "diffusers",
         "flax",
         "fp16",
         "fp32",
         "hf",
         "jax",
         "keras",
         "original",
         "pytorch",
         "safetensors",
         "sharded",
         "transformers"}
    );
    return std::any_of(name.packaging.begin(), name.packaging.end(), [&](auto const& word) {
        return std::find(layouts.begin(), layouts.end(), word) == layouts.end();
    });
}

std::string without_packaging(std::string_view name) {
    auto const pieces = name_pieces(name.substr(0, max_repo_id));
    std::string out;
    bool packed = false;
    for (auto const& piece : pieces) {
        auto const tokens = name_tokens(piece.text);
        bool const suffix = packed && piece.text.size() == 1;
        packed = suffix || (tokens.size() == 1 && is_packaging(tokens[0]));
        if (packed) continue;
        if (!out.empty()) out += name[piece.begin - 1];
        out += piece.text;
    }
    return out;
}

bool is_same_model_by_name(std::string_view repo, std::string_view other) {
    auto const plain = [](std::string_view id) {
        auto name = lower(without_packaging(name_of(id)));
        auto const end = name.find_first_of("-_");
        bool const prefixed =
            end != std::string::npos && is_vendor_prefix(std::string_view{name}.substr(0, end));
        return prefixed ? name.substr(end + 1) : name;
    };
    auto const name = plain(repo);
    return !name.empty() && name == plain(other);
}

} // namespace modelwatch::assess
