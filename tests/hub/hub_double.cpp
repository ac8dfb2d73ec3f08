#include "tests/hub/hub_double.hpp"

#include "tests/hub/bad_script.hpp"
#include "tests/hub/certificate.hpp"
#include "tests/hub/server.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace modelwatch::hub_double {

namespace {

std::string read_whole(std::string const& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw bad_script(path + ": cannot be read");
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string temporary_name() {
    static std::atomic<unsigned> counter{0};
    auto const name =
        "modelwatch-double-" + std::to_string(::getpid()) + "-" + std::to_string(++counter) + ".pem";
    return (std::filesystem::temp_directory_path() / name).string();
}

timeline script_for(options const& wanted) {
    timeline script;
    if (!wanted.timeline.is_null())
        script = read_timeline(wanted.timeline);
    else if (!wanted.timeline_file.empty())
        script = read_timeline_file(wanted.timeline_file);
    if (!wanted.samples.empty()) add_samples(script.start, wanted.samples);
    if (wanted.synthetic > 0) {
        add_synthetic(script.start, wanted.synthetic, wanted.synthetic_files);
        if (!script.start.settings.contains("rate_limits"))
            script.start.settings["rate_limits"] = json::object{{"enforce", false}};
    }
    return script;
}

} // namespace

hub_double::hub_double(options const& wanted)
    : state_(std::make_unique<hub_state>(script_for(wanted))) {
    server_options serving{wanted.port, wanted.cdn_port, wanted.threads, wanted.tls, {}, {}};
    if (wanted.tls && !wanted.certificate_file.empty()) {
        serving.certificate_pem = read_whole(wanted.certificate_file);
        serving.key_pem = read_whole(wanted.key_file);
    } else if (wanted.tls) {
        auto made = make_identity();
        remove_ca_ = wanted.ca_out.empty();
        ca_file_ = remove_ca_ ? temporary_name() : wanted.ca_out;
        std::ofstream out(ca_file_, std::ios::binary | std::ios::trunc);
        out << made.ca_pem;
        out.close();
        if (!out) throw std::runtime_error(ca_file_ + ": cannot be written");
        serving.certificate_pem = std::move(made.certificate_pem);
        serving.key_pem = std::move(made.key_pem);
    }
    state_->set_log_limit(wanted.log_limit);
    server_ = start_server(*state_, serving);
    std::string const scheme = wanted.tls ? "https://127.0.0.1:" : "http://127.0.0.1:";
    url_ = scheme + std::to_string(server_->port(side::api));
    cdn_url_ = scheme + std::to_string(server_->port(side::cdn));
    control_url_ = "http://127.0.0.1:" + std::to_string(server_->port(side::control));
    state_->set_cdn_origin(cdn_url_);
}

hub_double::~hub_double() {
    server_.reset();
    std::error_code ignored;
    if (remove_ca_) std::filesystem::remove(ca_file_, ignored);
}

std::uint16_t hub_double::port() const {
    return server_->port(side::api);
}

std::uint16_t hub_double::cdn_port() const {
    return server_->port(side::cdn);
}

void hub_double::set(std::string_view repo, json::object patch) {
    state_->apply({{"action", "set"}, {"repo", repo}, {"patch", std::move(patch)}});
}

void hub_double::setting(std::string_view name, json::value value) {
    json::object settings;
    settings[name] = std::move(value);
    state_->apply({{"action", "set"}, {"settings", std::move(settings)}});
}

std::uint64_t hub_double::token_leaks() const {
    return state_->counters().at("token_leaked").to_number<std::uint64_t>();
}

} // namespace modelwatch::hub_double
