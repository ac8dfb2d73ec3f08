#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <random>
#include <set>

using namespace modelwatch;
using namespace modelwatch::fixtures;

namespace {

using random_source = std::mt19937;

std::size_t pick(random_source& random, std::size_t below) {
    return std::uniform_int_distribution<std::size_t>{0, below - 1}(random);
}

template <class Value, std::size_t Size>
Value one_of(random_source& random, Value const (&values)[Size]) {
    return values[pick(random, Size)];
}

file_entry random_file(random_source& random) {
    static char const* const names[] = {
        "model.safetensors",
        "pytorch_model.bin",
        "m.gguf",
        "config.json",
        "tokenizer.json",
        "README.md",
        "LICENSE",
        "modeling.py",
        "run.sh",
        "tokenizer_config.json",
        "chat_template.jinja",
        "model.onnx",
        "openvino_model.bin",
        "openvino_model.xml",
        "x.zip",
        "blob.dat",
        "blob"
    };
    static char const* const folders[] = {"", "unet/", "a/b/"};
    std::string path = one_of(random, folders);
    path += one_of(random, names);
    auto const content = std::to_string(pick(random, 3));
    auto out = pick(random, 2) == 0 ? file(path, content) : weights(path, content);
    if (pick(random, 8) == 0) out.sha256.clear();
    if (pick(random, 8) == 0) out.oid.clear();
    return out;
}

snapshot random_state(random_source& random) {
    static char const* const licenses[] = {"mit", "gemma", "cc-by-nc-4.0"};
    static gating const gates[] = {gating::unknown, gating::open, gating::automatic, gating::manual};
    static scan_level const levels[] = {scan_level::safe, scan_level::caution, scan_level::suspicious};
    snapshot out;
    out.repo = pick(random, 9) == 0 ? "b/n" : "a/m";
    out.revision = "main";
    out.commit = commit(static_cast<char>('0' + pick(random, 3)));
    if (pick(random, 2) == 0) out.repo_id = std::to_string(pick(random, 2));
    if (pick(random, 2) == 0) out.author = pick(random, 5) == 0 ? "b" : "a";
    if (pick(random, 2) == 0) out.last_modified = at("2024-01-01T00:00:00Z");
    out.gate = one_of(random, gates);
    if (pick(random, 3) != 0) out.license.ids = {one_of(random, licenses)};
    out.disabled = pick(random, 20) == 0;
    out.is_tag = pick(random, 20) == 0;
    if (pick(random, 3) == 0) out.chat_template = std::to_string(pick(random, 2));
    if (pick(random, 3) == 0) out.auto_map = {"AutoModel=m" + std::to_string(pick(random, 2))};
    for (auto count = pick(random, 12); count > 0; --count)
        put(out, random_file(random));
    if (pick(random, 2) == 0) {
        out.scan = scan_report{pick(random, 2) == 0, {}};
        if (!out.files.empty()) out.scan->files = {{out.files[0].path, one_of(random, levels)}};
    }
    return out;
}

bool is_standing(change const& what) {
    return what.evidence.contains("standing") || info(what.kind).about == alert_class::standing ||
           what.kind == alert_kind::repo_disabled;
}

std::size_t weights_among(json::array const& moved) {
    auto const is_weights = [](json::value const& one) {
        return !text_of(one.as_object(), "from").starts_with("LICENSE") &&
               !text_of(one.as_object(), "from").ends_with("/LICENSE");
    };
    return static_cast<std::size_t>(std::count_if(moved.begin(), moved.end(), is_weights));
}

std::string in_words(std::vector<change> const& changes) {
    std::string out;
    for (auto const& what : changes) {
        out += std::string{to_string(what.kind)} + "|" + what.subject + "|" + what.summary + "|" +
               what.detail + "|" + to_line(what.evidence) + "\n";
        for (auto const& entry : what.files)
            out += "  " + entry.path + entry.old_sha256 + entry.new_sha256 + "\n";
    }
    return out;
}

} // namespace

TEST_CASE("a state compared with itself only has standing conditions", "[property]") {
    random_source random{1};
    for (int i = 0; i < 500; ++i) {
        scene given{random_state(random)};
        for (auto const& what : given.compare())
            CHECK(is_standing(what));
    }
}

TEST_CASE("whatever differs, the answer is well formed", "[property]") {
    random_source random{2};
    for (int i = 0; i < 2000; ++i) {
        scene given{random_state(random)};
        given.now = random_state(random);
        given.target.deployed = pick(random, 2) == 0 ? "" : commit(static_cast<char>('0' + pick(random, 3)));
        if (pick(random, 2) == 0) given.log = log_of({given.now.commit, commit('7')}, pick(random, 2) == 0);
        auto const changes = given.compare();
        std::set<alert_kind> seen;
        for (auto const& what : changes) {
            CAPTURE(to_string(what.kind), what.summary);
            CHECK(seen.insert(what.kind).second); // each kind once
            CHECK_FALSE(what.subject.empty());
            CHECK_FALSE(what.summary.empty());
            CHECK_FALSE(what.detail.empty());
            CHECK(what.commit == given.now.commit);
            CHECK(what.summary.find('\n') == std::string::npos);
            CHECK(what.summary.size() < 400);
            if (is_standing(what) || what.kind == alert_kind::hub_scan_flagged) continue;
            if (what.kind == alert_kind::unsafe_format_added)
                continue; // lists what already stood there as well
            for (auto const& entry : what.files) {
                bool const differs = entry.old_sha256 != entry.new_sha256 || entry.old_size != entry.new_size;
                CHECK(differs);
            }
        }
        CHECK(std::is_sorted(changes.begin(), changes.end(), [](auto const& a, auto const& b) {
            return a.kind < b.kind;
        }));
    }
}

TEST_CASE("the order in which the hub lists files is irrelevant", "[property]") {
    random_source random{3};
    for (int i = 0; i < 300; ++i) {
        scene given{random_state(random)};
        given.now = random_state(random);
        auto const expected = in_words(given.compare());
        std::shuffle(given.before.files.begin(), given.before.files.end(), random);
        std::shuffle(given.now.files.begin(), given.now.files.end(), random);
        CHECK(in_words(given.compare()) == expected);
    }
}

TEST_CASE("every weight file that really differs is reported, and only those", "[property]") {
    random_source random{4};
    for (int i = 0; i < 500; ++i) {
        scene given{random_state(random)};
        given.now = random_state(random);
        std::size_t expected = 0;
        for (auto const& delta : diff::compare_files(given.before, given.now)) {
            auto const is_weights = [](file_entry const* entry, snapshot const& state) {
                return entry != nullptr &&
                       diff::classify(*entry, state.files).role == diff::file_role::weights;
            };
            if (is_weights(delta.before, given.before) || is_weights(delta.after, given.now)) ++expected;
        }
        std::size_t reported = 0;
        for (auto const kind :
             {alert_kind::weights_replaced, alert_kind::weights_removed, alert_kind::weights_added}) {
            if (auto const found = given.find(kind)) reported += found->files.size();
        }
        for (auto const& what : given.compare()) {
            auto const* const moved = what.evidence.if_contains("moved");
            if (moved != nullptr) reported += 2 * weights_among(moved->as_array());
        }
        CHECK(reported == expected);
    }
}

TEST_CASE("fifty thousand changed files are judged quickly and listed within bounds", "[scale]") {
    snapshot state;
    state.repo = "a/m";
    state.revision = "main";
    state.commit = commit('1');
    auto const hash = sha256_hex("x");
    for (int i = 0; i < 50'000; ++i) {
        state.files.push_back({"shards/part-" + std::to_string(i) + ".bin", 1, commit('1'), hash});
    }
    scene given{state};
    given.move_on();
    for (auto& entry : given.now.files)
        entry.sha256 = sha256_hex("y");
    auto const start = std::chrono::steady_clock::now();
    auto const changes = given.compare();
    auto const took = std::chrono::steady_clock::now() - start;
    REQUIRE_FALSE(changes.empty());
    CHECK(changes[0].subject == "50000 files");
    CHECK(changes[0].files.size() == diff::max_evidence_files);
    CHECK(changes[0].evidence.at("files_omitted") == 48'000);
    CHECK(took < std::chrono::seconds{30}); // quadratic behaviour would take minutes
}
