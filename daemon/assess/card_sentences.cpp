#include "daemon/assess/card_sentences.hpp"

#include "daemon/assess/card_links.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::assess {

namespace {

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_word_byte(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_fence(std::string_view line) noexcept {
    return line.starts_with("```") || line.starts_with("~~~");
}

bool starts_block(std::string_view line) noexcept {
    return !line.empty() && std::string_view{"#-*+|>"}.find(line.front()) != std::string_view::npos &&
           !line.starts_with("**");
}

bool is_list_item(std::string_view line) noexcept {
    bool const bullet =
        line.size() > 1 && (line[0] == '-' || line[0] == '*' || line[0] == '+') && line[1] == ' ';
    return bullet || line.starts_with("|") ||
           (line.size() > 2 && line[0] >= '0' && line[0] <= '9' && line[1] == '.');
}

/// Cuts one word into text and link: "[Falcon](https://huggingface.co/tiiuae/falcon-11B)," and the like.
card_word read_word(std::string_view raw) {
    card_word out;
    out.linked = linked_model(raw);
    auto const address = raw.find("](");
    auto text = raw.substr(0, address);
    if (text.find("://") != std::string_view::npos) text = {}; // an address is no word
    std::size_t begin = 0;
    while (begin < text.size() && !is_word_byte(text[begin]))
        ++begin;
    std::size_t end = text.size();
    while (end > begin && !is_word_byte(text[end - 1]))
        --end;
    out.text = lower(text.substr(begin, end - begin));
    auto const tail = raw.find_last_not_of("*_`~)]\"'");
    out.ends_part = tail != std::string_view::npos &&
                    std::string_view{":,;-!.?"}.find(raw[tail]) != std::string_view::npos;
    return out;
}

std::vector<card_word> read_words(std::string_view sentence) {
    std::vector<card_word> out;
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= sentence.size(); ++at) {
        bool const cut =
            at == sentence.size() || is_blank(sentence[at]) || sentence[at] == '<' || sentence[at] == '>';
        if (!cut) continue;
        auto word = read_word(sentence.substr(begin, at - begin));
        if (!word.text.empty() || !word.linked.empty()) {
            out.push_back(std::move(word));
        } else if (at > begin && !out.empty()) {
            out.back().ends_part = true; // a dash or an emoji that stands alone
        }
        begin = at + 1;
    }
    return out;
}

/// Cuts a block into sentences at `.`, `!` and `?` before a blank.
void cut_block(std::string_view block, bool in_list, std::vector<card_sentence>& out) {
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= block.size(); ++at) {
        bool const last = at == block.size();
        bool const stop = !last && std::string_view{".!?"}.find(block[at]) != std::string_view::npos;
        bool ends = last;
        if (stop) {
            auto const behind = block.find_first_not_of("*_)\"'`", at + 1);
            ends = behind == std::string_view::npos || is_blank(block[behind]);
        }
        if (!ends) continue;
        auto const raw = trimmed(block.substr(begin, at - begin + (last ? 0 : 1)));
        auto words = read_words(raw);
        if (!words.empty()) out.push_back({raw, std::move(words), in_list});
        begin = at + 1;
    }
}

/// Gathers the lines of a paragraph, a heading or a list item.
class block_reader {
public:
    explicit block_reader(std::string_view text)
        : text_{text} {}

    std::vector<card_sentence> run() {
        std::size_t at = 0;
        while (at < text_.size()) {
            auto const end = std::min(text_.find('\n', at), text_.size());
            read_line(at, end);
            at = end + 1;
        }
        flush(text_.size());
        return std::move(out_);
    }

private:
    void read_line(std::size_t begin, std::size_t end) {
        auto const line = trimmed(text_.substr(begin, end - begin));
        if (in_comment_ || line.starts_with("<!--")) {
            flush(begin);
            in_comment_ = line.find("-->") == std::string_view::npos;
            return;
        }
        if (is_fence(line)) {
            flush(begin);
            in_code_ = !in_code_;
            return;
        }
        bool const indented_code = !open_ && text_.substr(begin, end - begin).starts_with("    ");
        if (in_code_ || line.empty() || indented_code) return flush(begin);
        if (open_ && (starts_block(line) || heading_)) flush(begin);
        if (open_) return;
        open_ = true;
        begin_ = begin;
        heading_ = line.starts_with('#');
        list_ = is_list_item(line);
    }

    void flush(std::size_t end) {
        if (open_) cut_block(text_.substr(begin_, end - begin_), list_, out_);
        open_ = heading_ = false;
    }

    std::string_view text_;
    std::vector<card_sentence> out_;
    std::size_t begin_ = 0;
    bool open_ = false;
    bool heading_ = false;
    bool list_ = false;
    bool in_code_ = false;
    bool in_comment_ = false;
};

} // namespace

std::string_view card_body(std::string_view readme) noexcept {
    if (readme.starts_with("\xEF\xBB\xBF")) readme.remove_prefix(3);
    if (!readme.starts_with("---\n") && !readme.starts_with("---\r\n")) return readme;
    auto const end = readme.find("\n---", 3);
    if (end == std::string_view::npos) return readme;
    auto const line = readme.find('\n', end + 1);
    return line == std::string_view::npos ? std::string_view{} : readme.substr(line + 1);
}

std::vector<card_sentence> card_sentences(std::string_view text) {
    return block_reader{text}.run();
}

} // namespace modelwatch::assess
