#pragma once

#include "daemon/gatherer.hpp"
#include "tests/evidence/double_transport.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <string>

namespace modelwatch::test {

/// The double, a client and a gatherer, in virtual time.
struct gathering {
    asio::io_context io;
    fake_clock time{io};
    hub_double::hub_state hub;
    double_transport net{hub};
    std::unique_ptr<hub::hub_client> client;
    gatherer collect{time};

    explicit gathering(std::string const& timeline, std::string token = {})
        : hub(hub_double::read_timeline(json::parse(timeline))) {
        hub::hub_options options;
        options.endpoint = "https://hub.test";
        options.token = std::move(token);
        client = hub::make_hub_client(std::move(options), net, time);
    }

    [[nodiscard]] gather_place place() const { return {*client, assess::publisher_registry::builtin()}; }

    result<gathered> gather(std::string repo, std::string revision = "main") {
        auto call = collect.gather(place(), std::move(repo), std::move(revision));
        return run_awaitable(io, time, std::move(call));
    }

    /// How many requests of a kind ("info", "listing", "tree", …) were sent, of one repo or account or of
    /// all.
    [[nodiscard]] std::size_t sent(std::string_view kind, std::string_view about = {}) const {
        auto const all = hub.requests();
        return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](auto const& one) {
            return one.kind == kind && one.target.find(about) != std::string::npos;
        }));
    }

    [[nodiscard]] std::size_t sent() const { return hub.requests().size(); }

    void fault(std::string const& spec) { hub.add_faults(json::parse(spec)); }
};

inline std::string const some_files = R"({"README.md": {"text": "# Model\n"}, "config.json": {"text": "{}\n"},
    "model.safetensors": {"size": 5000000}})";

/// A repo of one commit; `more` are further members, each behind a comma.
inline std::string repo_json(std::string const& id, std::string const& more = {}) {
    return R"({"id": ")" + id + R"(", "createdAt": "2024-01-01T00:00:00Z", "tags": ["license:mit"],
        "config": {"model_type": "tiny"}, "cardData": {"license": "mit"}, "commits": [{"title": "Upload",
        "date": "2024-02-01T00:00:00Z", "files": )" +
           some_files + "}]" + more + "}";
}

inline std::string hub_json(std::vector<std::string> const& repos, std::string const& more = {}) {
    std::string all;
    for (auto const& one : repos)
        all += (all.empty() ? "" : ", ") + one;
    return R"({"settings": {"rate_limits": {"enforce": false, "anonymous": {"api": 100000, "resolvers": 100000}}},
        "namespaces": {"acme": {"type": "org", "numUsers": 7, "isVerified": true, "createdAt": "2020-01-01T00:00:00Z"},
        "mallory": {"type": "user", "createdAt": "2023-01-01T00:00:00Z"}}, "repos": [)" +
           all + "]" + more + "}";
}

} // namespace modelwatch::test
