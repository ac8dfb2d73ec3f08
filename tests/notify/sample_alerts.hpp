#pragma once

#include "daemon/model/message.hpp"

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace modelwatch::test {

inline instant at(char const* text) {
    return from_rfc3339(text).value();
}

inline alert sample_alert() {
    alert out;
    out.id = "0192f0c1-7b1a-7c00-8000-00000000abcd";
    out.what.kind = alert_kind::weights_replaced;
    out.what.level = severity::high;
    out.what.subject = "model-00001-of-00002.safetensors";
    out.what.summary = "model-00001-of-00002.safetensors has other content under the same path";
    out.what.detail = "The file was replaced by one commit.\nIts author had never committed weights before.";
    out.what.action = "Hold rollouts and run the intake review on the new bytes.";
    out.what.baseline_commit = "ec89142b67d748a1865ea4451372db8313ada0d8";
    out.what.commit = "898df1396f35e447d5fe44e0a3ccaaaa69f30d36";
    out.what.files = {
        {"model-00001-of-00002.safetensors",
         std::string(64, 'a'),
         std::string(64, 'b'),
         9'951'028'193u,
         9'951'028'193u}
    };
    out.repo = "tiiuae/falcon-7b";
    out.hub = "hub";
    out.revision = "main";
    out.watch_key = "hub/tiiuae/falcon-7b@main";
    out.tags = {{"env", "prod"}};
    out.url = "https://huggingface.co/tiiuae/falcon-7b/commit/898df1396f35e447d5fe44e0a3ccaaaa69f30d36";
    out.opened_at = at("2026-11-22T09:00:00Z");
    out.updated_at = out.opened_at;
    return out;
}

inline message sample_message(std::vector<alert> alerts = {sample_alert()}) {
    message out;
    out.id = "0192f0c1-8888-7000-8000-0000000000ff";
    out.notifier = "ops";
    out.type = message_type::opened;
    out.created_at = at("2026-11-22T09:00:05Z");
    out.alerts = std::move(alerts);
    return out;
}

/// Texts that a hostile publisher would try.
inline std::vector<std::string> const& hostile_texts() {
    static std::vector<std::string> const texts{
        "<!channel> <@U123> <#C1|x>",
        "<https://evil.example|https://huggingface.co>",
        "*bold* _it_ ~no~ `code` ```block```",
        "x\r\nBcc: everybody@example.org\r\n\r\nbody",
        "</script><script>alert(1)</script><img src=https://evil.example/x onerror=1>",
        "\xe2\x80\xae"
        "gpj.exe\xe2\x80\x8b",
        std::string(5000, 'p') + ".safetensors",
        "\"quoted\" 'single' & \\ $(rm -rf /) `id`",
        "=?utf-8?B?PHNjcmlwdD4=?=",
        std::string("nul\0inside", 10),
        "\xff\xfe broken utf-8 \xc3",
        "https://evil.example/click me",
        "@here @channel",
        [] {
            std::string text;
            for (int i = 0; i < 1500; ++i)
                text += "\xf0\x9f\xa4\x96"; // robot face
            return text;
        }(),
        std::string(4000, '&'),
        "...\n.\n.\nFrom here\n",
        "",
        "\x1b[31mred\x1b[0m \x07",
    };
    return texts;
}

/// A group of alerts out of the texts above and of ordinary ones.
inline message random_message(std::mt19937& source) {
    auto const pick = [&](std::size_t count) {
        return std::uniform_int_distribution<std::size_t>{0, count - 1}(source);
    };
    auto const text = [&] { return hostile_texts()[pick(hostile_texts().size())]; };
    auto const kinds = alert_kinds();
    std::vector<alert> alerts;
    auto const count = 1 + (pick(4) == 0 ? pick(120) : pick(6));
    for (std::size_t i = 0; i < count; ++i) {
        auto one = sample_alert();
        one.id = "0192f0c1-0000-7000-8000-" + std::to_string(100'000'000'000 + i);
        one.what.kind = kinds[pick(kinds.size())].kind;
        one.what.level = static_cast<severity>(pick(5));
        if (pick(2) == 0) one.repo = text();
        if (pick(2) == 0) one.what.subject = text();
        if (pick(2) == 0) one.what.summary = text();
        if (pick(2) == 0) one.what.detail = text() + "\n" + text();
        if (pick(3) == 0) one.what.action = text();
        if (pick(3) == 0) one.what.commit = text();
        if (pick(3) == 0) one.tags[text()] = text();
        if (pick(3) == 0) one.url = text();
        if (pick(3) == 0) one.resolution = text();
        for (std::size_t file = pick(count > 10 ? 2 : 12); file > 0; --file)
            one.what.files.push_back({text(), text(), text(), {}, file});
        alerts.push_back(std::move(one));
    }
    auto out = sample_message(std::move(alerts));
    constexpr std::array types{
        message_type::opened, message_type::updated, message_type::resolved, message_type::reminder
    };
    out.type = types[pick(types.size())];
    return out;
}

} // namespace modelwatch::test
