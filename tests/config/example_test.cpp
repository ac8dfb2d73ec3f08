#include "daemon/config/key_docs.hpp"
#include "tests/config/support.hpp"

#include <algorithm>
#include <regex>
#include <set>

using namespace modelwatch::config;
using namespace modelwatch::config::testing;

namespace {

/// One line of conf/modelwatch.toml that sets something, or would without its '#'.
struct setting_line {
    std::string section;   ///< "watch", "hubs.mirror"
    std::size_t block = 0; ///< counts the section headers of the file
    std::string key;       ///< empty: the header itself
    bool active = false;
    std::string text; ///< without the '#'
};

std::vector<setting_line> read_example() {
    static std::regex const header{R"(^(#?)(\[\[?([^\]]+)\]\]?)$)"};
    static std::regex const assignment{R"re(^(#?)("?([A-Za-z0-9_.-]+)"? = .+)$)re"};
    std::vector<setting_line> lines;
    std::string section;
    std::size_t block = 0;
    auto const file = example_file();
    std::istringstream in{file};
    for (std::string line; std::getline(in, line);) {
        std::smatch hit;
        if (std::regex_match(line, hit, header)) {
            section = hit[3];
            lines.push_back({section, ++block, {}, hit[1].str().empty(), hit[2]});
        } else if (std::regex_match(line, hit, assignment)) {
            lines.push_back({section, block, hit[3], hit[1].str().empty(), hit[2]});
        } else {
            INFO(line);
            REQUIRE((line.empty() || line == "#" || line.rfind("# ", 0) == 0));
        }
    }
    return lines;
}

/// "token" for token_file, token_credential, token_env and token: of these a section may hold one.
std::string secret_base(std::string const& key) {
    for (std::string const ending : {"_file", "_credential", "_env"}) {
        if (key.size() > ending.size() && key.ends_with(ending))
            return key.substr(0, key.size() - ending.size());
    }
    return key;
}

std::vector<std::string> alternatives(std::vector<setting_line> const& lines, setting_line const& one) {
    std::vector<std::string> keys;
    for (auto const& line : lines) {
        if (line.block == one.block && secret_base(line.key) == secret_base(one.key))
            keys.push_back(line.key);
    }
    return keys;
}

/// The example with everything switched on up to a block; of alternatives the `choice`th.
std::string switched_on(std::vector<setting_line> const& lines, std::size_t last_block, std::size_t choice) {
    std::string toml;
    for (auto const& line : lines) {
        bool on = line.active || line.block <= last_block;
        if (!line.active && !line.key.empty()) {
            auto const keys = alternatives(lines, line);
            on = on && keys[choice % keys.size()] == line.key;
        }
        if (on) toml += line.text + "\n";
    }
    return toml;
}

} // namespace

TEST_CASE("the shipped example watches the three reference models and tells nobody", "[config]") {
    auto const value = good(example_file());
    CHECK(value.warnings.empty());
    std::vector<std::string> keys;
    for (auto const& watch : value.watches)
        keys.push_back(watch.key());
    CHECK(
        keys ==
        std::vector<std::string>{
            "hub/google/gemma-2-2b@main",
            "hub/TheBloke/Mistral-7B-Instruct-v0.2-GGUF@main",
            "hub/tiiuae/falcon-7b@main",
        }
    );
    CHECK(value.hubs.at("hub").endpoint == "https://huggingface.co");
    CHECK(value.accounts.empty());
    CHECK(value.notifiers.empty());
    CHECK(value.digest.schedule.empty());
    CHECK_FALSE(value.heartbeat.url_secret.given());
    CHECK_FALSE(value.hooks.secret.given());
}

TEST_CASE("the example mentions every key of every section", "[config]") {
    std::set<std::string> mentioned;
    for (auto const& line : read_example()) {
        auto const section = line.section.rfind("hubs.", 0) == 0 ? std::string{"hubs.NAME"} : line.section;
        if (section == "policy.severity") mentioned.insert("policy/severity");
        mentioned.insert(section + "/" + line.key);
    }
    REQUIRE(documented_keys().size() > 80);
    for (auto const& doc : documented_keys()) {
        auto name = doc.section;
        name.erase(
            std::remove_if(name.begin(), name.end(), [](char c) { return c == '[' || c == ']'; }), name.end()
        );
        INFO(doc.section << " " << doc.name);
        CHECK(mentioned.count(name + "/" + doc.name) == 1);
        CHECK_FALSE(doc.kind.empty());
        CHECK_FALSE(doc.doc.empty());
    }
}

TEST_CASE("the example stays valid whatever is switched on, section by section", "[config]") {
    auto const lines = read_example();
    auto const blocks = lines.back().block;
    for (std::size_t choice = 0; choice < 4; ++choice) {
        for (std::size_t last = 1; last <= blocks; ++last) {
            auto const toml = switched_on(lines, last, choice);
            auto const out = parsed(toml);
            INFO(toml);
            INFO(texts(out.problems));
            CHECK(out.ok());
        }
    }
    auto const value = good(switched_on(lines, blocks, 0));
    CHECK(value.notifiers.size() == 6);
    CHECK(value.watches.size() == 4);
    CHECK(value.accounts.size() == 1);
    CHECK(value.hubs.size() == 2);
    CHECK(value.warnings.empty());
}

TEST_CASE(
    "the example's switched-off [daemon], [hub] and [defaults] values with no example character are the "
    "defaults",
    "[config]"
) {
    std::set<std::string> const examples{"labels", "ca_file", "proxy", "socket_group", "public_url"};
    std::string toml;
    for (auto const& line : read_example()) {
        bool const plain = line.section == "daemon" || line.section == "hub" || line.section == "defaults";
        bool const secret = secret_base(line.key) != line.key;
        if (plain && examples.count(line.key) == 0 && !secret) toml += line.text + "\n";
    }
    CHECK(show(good(toml)) == show(good("")));
}
