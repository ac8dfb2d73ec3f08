#pragma once

#include "daemon/hub/hub_client.hpp"
#include "daemon/model/digest.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace modelwatch::test {

inline std::string const head_commit(40, 'a');
inline std::string const old_commit(40, 'b');
inline std::string const first_commit(40, 'c');
inline std::string const weights_hash(64, '1');
inline std::string const other_hash(64, '2');
inline std::string const pointer_id(40, 'd');
inline std::string const config_text = "{\"model_type\":\"tiny\"}";

/// A hub with one repo of two files, "acme/tiny", whose answers a test can bend before they are asked for.
struct small_hub {
    asio::io_context io;
    fake_clock time{io};
    fake_transport net{time};
    hub::hub_options options;
    std::unique_ptr<hub::hub_client> client;

    std::string repo = "acme/tiny";
    std::string gated = "false";
    std::string config = "\"config\":{\"model_type\":\"tiny\"},"; ///< likewise; empty: left to config.json
    std::string more_info; ///< further members, with a comma at the end
    std::string downloads = "5";
    std::string hash = weights_hash;

    explicit small_hub(std::string token = {}, std::string endpoint = "https://hub.example") {
        options.endpoint = std::move(endpoint);
        options.token = std::move(token);
    }

    static net::header_list json_headers() { return {{"Content-Type", "application/json; charset=utf-8"}}; }

    static std::string info_path(std::string const& revision = "main", std::string const& id = "acme/tiny") {
        return "/api/models/" + id + "/revision/" + revision + "?blobs=true&securityStatus=true";
    }

    static std::string
    tree_path(std::string const& revision = head_commit, std::string const& id = "acme/tiny") {
        return "/api/models/" + id + "/tree/" + revision + "?recursive=true&expand=false&limit=1000";
    }

    static std::string log_path(std::string const& limit = "50", std::string const& commit = head_commit) {
        return "/api/models/acme/tiny/commits/" + commit + "?limit=" + limit;
    }

    static std::string file_path(std::string const& path = "config.json") {
        return "/acme/tiny/resolve/" + head_commit + "/" + path;
    }

    [[nodiscard]] std::string info(std::string const& commit = head_commit) const {
        return "{\"_id\":\"6ab2b9f6148b5cae56d6e842\",\"id\":\"" + repo +
               "\",\"author\":\"acme\",\"sha\":\"" + commit + "\",\"private\":false,\"gated\":" + gated +
               ",\"downloads\":" + downloads + "," + config + more_info +
               "\"tags\":[\"license:mit\"],\"siblings\":[{\"rfilename\":\"config.json\",\"size\":21,"
               "\"blobId\":\"" +
               git_blob_id(config_text) +
               "\"},{\"rfilename\":\"model.safetensors\",\"size\":9000,\"blobId\":\"" + pointer_id +
               "\",\"lfs\":{\"sha256\":\"" + hash + "\",\"size\":9000,\"pointerSize\":131}}]}";
    }

    [[nodiscard]] std::string tree() const {
        return "[{\"type\":\"directory\",\"oid\":\"" + std::string(40, 'e') +
               "\",\"size\":0,\"path\":\"onnx\"},{\"type\":\"file\",\"oid\":\"" + pointer_id +
               "\",\"size\":9000,\"lfs\":{\"oid\":\"" + hash +
               "\",\"size\":9000,\"pointerSize\":131},\"path\":\"model.safetensors\"},{\"type\":\"file\","
               "\"oid\":\"" +
               git_blob_id(config_text) + "\",\"size\":21,\"path\":\"config.json\"}]";
    }

    static std::string commit_row(std::string const& id) {
        return "{\"id\":\"" + id +
               "\",\"title\":\"t\",\"message\":\"m\",\"authors\":[{\"user\":\"ann\"}],"
               "\"date\":\"2026-09-22T17:25:10.000Z\"}";
    }

    static std::string log(std::vector<std::string> const& ids) {
        std::string text = "[";
        for (auto const& id : ids)
            text += (text.size() > 1 ? "," : "") + commit_row(id);
        return text + "]";
    }

    /// Answers in the way of Express: with a weak ETag, and 304 to a matching If-None-Match.
    void serve_info(
        std::string const& revision = "main",
        std::string const& commit = head_commit,
        bool honours_etag = true
    ) {
        net.always(
            "GET",
            info_path(revision),
            [this, commit, honours_etag](net::http_request const& request) {
                auto const body = info(commit);
                auto const tag = weak_etag(body);
                for (auto const& [name, value] : request.headers) {
                    if (honours_etag && name == "If-None-Match" && value == tag)
                        return fake_transport::response(304);
                }
                auto headers = json_headers();
                headers.emplace_back("ETag", tag);
                return fake_transport::response(200, body, headers);
            }
        );
    }

    void serve_tree(std::string const& revision = head_commit) {
        net.always("GET", tree_path(revision), [this](net::http_request const&) {
            return fake_transport::response(200, tree(), json_headers());
        });
    }

    void serve_log(std::vector<std::string> const& ids = {head_commit, old_commit, first_commit}) {
        auto headers = json_headers();
        headers.emplace_back("X-Total-Count", std::to_string(ids.size()));
        net.always("GET", log_path(), 200, log(ids), headers);
        net.always("GET", log_path("1000"), 200, log(ids), headers);
        auto const old = std::find(ids.begin(), ids.end(), old_commit);
        if (old == ids.end()) return;
        std::vector<std::string> const below(old, ids.end());
        auto fewer = json_headers();
        fewer.emplace_back("X-Total-Count", std::to_string(below.size()));
        net.always("GET", log_path("50", old_commit), 200, log(below), fewer);
    }

    void serve_all() {
        serve_info();
        serve_tree();
        serve_log();
    }

    void serve_control() {
        net.always("GET", "/api/models?limit=1", 200, "[{\"id\":\"a/b\"}]", json_headers());
    }

    void serve_whoami(unsigned status) {
        net.always(
            "GET",
            "/api/whoami-v2",
            status,
            status == 200 ? "{\"name\":\"me\"}" : "{\"error\":\"no\"}",
            json_headers()
        );
    }

    void refuse_info(
        unsigned status,
        std::string const& code,
        std::string const& words,
        std::string const& revision = "main"
    ) {
        auto headers = json_headers();
        if (!code.empty()) headers.emplace_back("X-Error-Code", code);
        headers.emplace_back("X-Request-Id", "Root=1-67");
        net.always("GET", info_path(revision), status, "{\"error\":\"" + words + "\"}", headers);
    }

    hub::hub_client& hub() {
        if (!client) client = hub::make_hub_client(options, net, time);
        return *client;
    }

    result<observation> observe(hub::observe_request request = {}) {
        if (request.repo.empty()) request.repo = "acme/tiny";
        auto call = hub().observe(std::move(request));
        return run_awaitable(io, time, std::move(call));
    }

    result<observation> observe_with(std::string proof) {
        hub::observe_request request;
        request.proof = std::move(proof);
        return observe(std::move(request));
    }

    [[nodiscard]] std::size_t sent() const { return net.requests().size(); }

    /// The last request's header; empty when it was not sent.
    [[nodiscard]] std::string header_of(std::size_t index, std::string const& name) const {
        for (auto const& [key, value] : net.requests().at(index).headers) {
            if (key == name) return value;
        }
        return {};
    }
};

} // namespace modelwatch::test
