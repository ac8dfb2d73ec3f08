#pragma once

#include "tests/hub/hub_state.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::hub_double {

class server;

struct options {
    json::value timeline = nullptr; ///< inline; wins over the file
    std::string timeline_file;
    std::string samples;       ///< folder of the recorded bodies; empty for none
    std::size_t synthetic = 0; ///< number of generated repos
    std::size_t synthetic_files = 8;
    bool tls = false;
    std::string certificate_file; ///< with tls; empty: generated
    std::string key_file;
    std::string ca_out; ///< where the generated authority goes; empty: a temporary file
    std::uint16_t port = 0;
    std::uint16_t cdn_port = 0;
    unsigned threads = 1;
    std::size_t log_limit = 10'000;
};

/// A hub that listens on loopback from construction to destruction, on threads of its own.
///
///     hub_double::options wanted;
///     wanted.timeline_file = MODELWATCH_SOURCE_DIR "/tests/hub/timelines/minimal.json";
///     hub_double::hub_double hub(wanted);
///     … poll hub.url() …
///     hub.advance("replace-weights");
///     hub.fault({{"type", "tree"}, {"kind", "status"}, {"status", 503}});
///     CHECK(hub.requests().size() == 4);
class hub_double {
public:
    /// Throws bad_script (a std::invalid_argument) for a bad timeline, std::runtime_error when it cannot
    /// listen.
    explicit hub_double(options const& wanted);
    ~hub_double();
    hub_double(hub_double const&) = delete;
    hub_double& operator=(hub_double const&) = delete;

    [[nodiscard]] std::string const& url() const { return url_; } ///< "https://127.0.0.1:4711"

    [[nodiscard]] std::string const& cdn_url() const { return cdn_url_; }

    [[nodiscard]] std::string const& control_url() const { return control_url_; } ///< always plain http

    [[nodiscard]] std::string const& ca_file() const { return ca_file_; } ///< empty without tls

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::uint16_t cdn_port() const;

    // The control API without HTTP; each throws std::invalid_argument as hub_state does.
    std::string advance(std::string_view step = {}) { return state_->advance(step); }

    void apply(json::object const& action) { state_->apply(action); }

    void set(std::string_view repo, json::object patch);
    void setting(std::string_view name, json::value value);

    void fault(json::object const& spec) { state_->add_faults(spec); }

    void clear_faults() { state_->clear_faults(); }

    void reset() { state_->reset(); }

    [[nodiscard]] std::vector<seen_request> requests(std::uint64_t after = 0) const {
        return state_->requests(after);
    }

    void forget_requests() { state_->forget_requests(); }

    [[nodiscard]] json::object counters() const { return state_->counters(); }

    [[nodiscard]] std::uint64_t token_leaks() const;

private:
    std::unique_ptr<hub_state> state_;
    std::unique_ptr<server> server_;
    std::string url_;
    std::string cdn_url_;
    std::string control_url_;
    std::string ca_file_;
    bool remove_ca_ = false;
};

} // namespace modelwatch::hub_double
