#include "tests/hub/endpoints.hpp"

namespace modelwatch::hub_double {

namespace {

bool scans_done(repo const& which) {
    auto const done = which.security.if_contains("scansDone");
    return done == nullptr || !done->is_bool() || done->get_bool();
}

json::value const* declared(repo const& which, std::string const& path) {
    auto const files = which.security.if_contains("files");
    return files != nullptr && files->is_object() ? files->get_object().if_contains(path) : nullptr;
}

std::string level_of(json::value const& status) {
    if (status.is_string()) return std::string(status.get_string());
    return status.is_object() ? std::string(text_of(status.get_object(), "status")) : "unscanned";
}

json::object scanner(std::string_view status, std::string_view message, std::string_view link) {
    json::object made{{"status", status}};
    if (!message.empty()) made["message"] = message;
    if (!link.empty()) made["reportLink"] = link;
    return made;
}

} // namespace

json::object security_summary(repo const& which) {
    json::array issues;
    if (auto const files = which.security.if_contains("files"); files != nullptr && files->is_object())
        for (auto const& [path, status] : files->get_object())
            if (auto const level = level_of(status);
                level != "safe" && level != "unscanned" && level != "queued")
                issues.push_back(json::object{{"path", path}, {"level", level}});
    return {{"scansDone", scans_done(which)}, {"filesWithIssues", std::move(issues)}};
}

json::object security_of_file(repo const& which, std::string const& path, file const& what) {
    if (!scans_done(which)) return {{"status", "queued"}};
    auto const given = declared(which, path);
    auto const level = given == nullptr ? std::string("safe") : level_of(*given);
    auto const safe = level == "safe";
    json::object made{{"status", level}};
    made["protectAiScan"] = scanner(
        level,
        safe ? "This file has no security findings." : "This file has security findings.",
        "https://insights-db.paloaltonetworks.com/models/" + which.id + "?blob-id=" + what.oid
    );
    made["avScan"] =
        scanner("safe", "No security issues detected", "https://fdtn.ai/ai-supply-chain/hugging-face");
    made["pickleImportScan"] =
        json::object{{"status", "unscanned"}, {"pickleImports", json::array{}}, {"version", "0.0.0"}};
    made["virusTotalScan"] = what.lfs ? scanner(
                                            "safe",
                                            "0/76 engines detect it as malicious.",
                                            "https://www.virustotal.com/gui/file/" + what.lfs->sha256
                                        )
                                      : scanner("unscanned", "", "");
    made["jFrogScan"] = scanner("unscanned", "Not a machine-learning model", "");
    if (given != nullptr && given->is_object())
        for (auto const& [key, value] : given->get_object())
            made[key] = value;
    return made;
}

answer scan(repo const& which) {
    return json_answer(security_summary(which));
}

} // namespace modelwatch::hub_double
