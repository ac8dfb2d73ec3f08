#include "daemon/hub/observer.hpp"
#include "daemon/hub/parse_card.hpp"
#include "daemon/model/digest.hpp"

#include <algorithm>

namespace modelwatch::hub {

/// Hubs that read neither cards nor configurations themselves leave both to us. What cannot be had for good
/// (a gate, a file that is not handed out) stays untold; what may pass fails the poll, for the next one would
/// find nothing changed and never look again.
asio::awaitable<result<void>> observer::add_untold(observation& seen, snapshot& state) {
    bool const shut = state.gate != gating::open && state.gate != gating::unknown && !line_.has_token();
    if (shut || state.disabled) co_return result<void>();
    auto const card = co_await add_card(seen, state);
    if (!card) co_return card;
    auto const configuration = co_await add_configuration(seen, state);
    co_return configuration;
}

asio::awaitable<result<void>> observer::add_card(observation& seen, snapshot& state) {
    if (!lacks_card(state)) co_return result<void>();
    std::string const path("README.md");
    auto const text = co_await own_text(seen, state, path);
    if (!text) co_return text.error();
    if (*text) read_readme(state, **text, line_.where().base());
    co_return result<void>();
}

asio::awaitable<result<void>> observer::add_configuration(observation& seen, snapshot& state) {
    if (!lacks_configuration(state)) co_return result<void>();
    configuration_texts texts;
    bool all_had = true;
    for (auto* const one : {&texts.config, &texts.tokenizer, &texts.chat_template}) {
        std::string const path = one == &texts.config      ? "config.json"
                                 : one == &texts.tokenizer ? "tokenizer_config.json"
                                                           : "chat_template.jinja";
        auto text = co_await own_text(seen, state, path);
        if (!text) co_return text.error();
        all_had = all_had && (text->has_value() || state.find(path) == nullptr);
        *one = std::move(*text);
    }
    read_configuration(state, texts);
    state.configuration_told = state.configuration_told && all_had;
    co_return result<void>();
}

/// A text of the repo, as far as our bound; nullopt: it has none, or the hub does not hand it out.
asio::awaitable<result<std::optional<std::string>>>
observer::own_text(observation& seen, snapshot const& state, std::string path) {
    auto const* const file = state.find(path);
    if (file == nullptr || texts_.closed) co_return std::optional<std::string>();
    if (auto const* const held = find_text(seen.texts, *file)) co_return std::optional(held->text);
    hub_call ask;
    ask.url = line_.where().resolve(state.repo, state.commit, path);
    ask.max_body = limits::max_text_bytes;
    ask.cut_body_at_max = true;
    ask.is_file = true;
    auto answer = co_await line_.send(std::move(ask), left_);
    if (!answer) co_return answer.error();
    auto const what = meaning_of(answer->response);
    if (what == meaning::gated || what == meaning::disabled) texts_.closed = true;
    if (what != meaning::ok) co_return std::optional<std::string>();
    auto& bytes = answer->response.body;
    // Of what is too long to be kept the beginning is read on trust: it cannot be checked.
    auto const sound = file->size > limits::max_text_bytes ? std::nullopt : matches(*file, bytes);
    if (sound && !*sound) co_return tampered(*answer);
    if (sound) seen.texts.push_back({path, file->content_id(), bytes});
    co_return std::optional(std::move(bytes));
}

} // namespace modelwatch::hub
