#include "tests/hub/git_object.hpp"

#include "daemon/model/digest.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace modelwatch::hub_double {

namespace {

std::string raw_from_hex(std::string_view hex) {
    std::string raw;
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2)
        raw.push_back(static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16)));
    return raw;
}

std::string object_id(std::string_view type, std::string_view body) {
    std::string object(type);
    object += " " + std::to_string(body.size());
    object.push_back('\0');
    object += body;
    return sha1_hex(object);
}

/// git sorts directories as if their names ended with a slash.
std::string sort_name(git_tree_item const& item) {
    return item.is_directory ? item.name + "/" : item.name;
}

} // namespace

std::string sha1_hex(std::string_view bytes) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha1(), nullptr) != 1)
        throw std::runtime_error("SHA-1 is not available in this OpenSSL");
    return to_hex(std::span(digest).first(length));
}

std::string lfs_pointer(std::string_view sha256, std::uint64_t size) {
    std::string text = "version https://git-lfs.github.com/spec/v1\noid sha256:";
    text += sha256;
    text += "\nsize " + std::to_string(size) + "\n";
    return text;
}

std::string git_tree_id(std::vector<git_tree_item> items) {
    std::sort(items.begin(), items.end(), [](git_tree_item const& left, git_tree_item const& right) {
        return sort_name(left) < sort_name(right);
    });
    std::string body;
    for (auto const& item : items) {
        body += (item.is_directory ? "40000 " : "100644 ") + item.name;
        body.push_back('\0');
        body += raw_from_hex(item.id);
    }
    return object_id("tree", body);
}

std::string git_commit_id(git_commit_text const& text) {
    auto const who = text.author + " <" + text.author + "@users.noreply.huggingface.co> " +
                     std::to_string(text.unix_seconds) + " +0000\n";
    std::string body = "tree " + text.tree + "\n";
    if (!text.parent.empty()) body += "parent " + text.parent + "\n";
    body += "author " + who + "committer " + who + "\n" + text.message;
    return object_id("commit", body);
}

} // namespace modelwatch::hub_double
