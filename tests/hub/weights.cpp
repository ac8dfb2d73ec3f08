#include "tests/hub/weights.hpp"

#include "tests/hub/bad_script.hpp"

#include <algorithm>
#include <array>
#include <concepts>

namespace modelwatch::hub_double {

namespace {

template <std::unsigned_integral T>
void put(std::string& out, T value) {
    for (std::size_t at = 0; at < sizeof(T); ++at)
        out.push_back(
            static_cast<char>(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * at)))
        );
}

bool ends_with_any(std::string_view path, std::initializer_list<std::string_view> endings) {
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
        return path.ends_with(ending);
    });
}

// ---- safetensors

framed_bytes safetensors(std::uint64_t size) {
    constexpr std::uint64_t header = 128; // padded with blanks, as the reference writer does
    if (size < header + 8) return {};
    auto const data = size - header - 8;
    auto text = R"({"__metadata__":{"format":"pt"},"weight":{"dtype":"U8","shape":[)" + std::to_string(data) +
                R"(],"data_offsets":[0,)" + std::to_string(data) + "]}}";
    text.resize(header, ' ');
    framed_bytes made;
    put(made.head, header);
    made.head += text;
    return made;
}

// ---- GGUF

constexpr std::uint64_t gguf_alignment = 32;
constexpr std::uint32_t gguf_string = 8;
constexpr std::uint32_t ggml_i8 = 24;

void put_text(std::string& out, std::string_view text) {
    put(out, std::uint64_t{text.size()});
    out += text;
}

void put_entry(std::string& out, std::string_view key, std::string_view text) {
    put_text(out, key);
    put(out, gguf_string);
    put_text(out, text);
}

framed_bytes gguf(std::uint64_t size, json::object const& spec) {
    auto const chat = text_of(spec, "chat_template");
    auto const architecture = text_of(spec, "architecture");
    framed_bytes made;
    auto& out = made.head;
    out = "GGUF";
    put(out, std::uint32_t{3});
    put(out, std::uint64_t{1});
    put(out, std::uint64_t{chat.empty() ? 1u : 2u});
    put_entry(out, "general.architecture", architecture.empty() ? "llama" : architecture);
    if (!chat.empty()) put_entry(out, "tokenizer.chat_template", chat);
    put_text(out, "token_embd.weight");
    put(out, std::uint32_t{1});
    auto const data_at = (out.size() + 8 + 4 + 8 + gguf_alignment - 1) / gguf_alignment * gguf_alignment;
    if (size < data_at + gguf_alignment) return {};
    put(out, (size - data_at) / gguf_alignment * gguf_alignment);
    put(out, ggml_i8);
    put(out, std::uint64_t{0});
    out.resize(data_at, '\0');
    return made;
}

// ---- PyTorch archive

void put_global(std::string& out, std::string_view module, std::string_view name) {
    out += "c" + std::string(module) + "\n" + std::string(name) + "\n";
}

void put_unicode(std::string& out, std::string_view text) {
    out += "X";
    put(out, static_cast<std::uint32_t>(text.size()));
    out += text;
}

void put_long(std::string& out, std::uint64_t value) {
    out += "\x8a\x09"; // LONG1, nine bytes: the ninth keeps the number positive
    put(out, value);
    out.push_back('\0');
}

void put_call(std::string& out, std::string_view global) {
    auto const dot = global.rfind('.');
    if (dot == std::string_view::npos) throw bad_script("pickle_imports: needs module.name");
    put_global(out, global.substr(0, dot), global.substr(dot + 1));
    put_unicode(out, "modelwatch test double");
    out += "\x85R0"; // a tuple of one, call, drop the result
}

/// A state dictionary of one tensor of floats, as torch.save writes it.
std::string pickle(std::uint64_t elements, json::object const& spec) {
    std::string out("\x80\x02");
    if (auto const imports = spec.if_contains("pickle_imports"); imports != nullptr && imports->is_array())
        for (auto const& item : imports->get_array())
            put_call(out, std::string_view(item.as_string()));
    put_global(out, "collections", "OrderedDict");
    out += ")R(";
    put_unicode(out, "weight");
    put_global(out, "torch._utils", "_rebuild_tensor_v2");
    out += "((";
    put_unicode(out, "storage");
    put_global(out, "torch", "FloatStorage");
    put_unicode(out, "0");
    put_unicode(out, "cpu");
    put_long(out, elements);
    out += "tQK";
    out.push_back('\0');
    put_long(out, elements);
    out += "\x85K\x01\x85\x89";
    put_global(out, "collections", "OrderedDict");
    out += ")RtRu.";
    return out;
}

constexpr std::uint32_t in_extra = 0xffffffffu;

struct zip_entry {
    std::string name;
    std::uint64_t size = 0;
    std::uint64_t at = 0;
    std::uint32_t crc = 0;
};

std::uint32_t crc32(std::string_view bytes) noexcept {
    std::uint32_t crc = 0xffffffffu;
    for (char const byte : bytes) {
        crc ^= static_cast<std::uint8_t>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (0xedb88320u & (0u - (crc & 1u)));
    }
    return ~crc;
}

/// The fields that local header and central directory share, from "version needed" to the extra field's
/// length.
void put_common(std::string& out, zip_entry const& entry, bool wide, std::uint16_t extra) {
    put(out, std::uint16_t{wide ? std::uint16_t{45} : std::uint16_t{10}});
    put(out, std::uint16_t{0});
    put(out, std::uint16_t{0});
    put(out, std::uint32_t{0x00210000});
    put(out, entry.crc);
    auto const shown = wide ? in_extra : static_cast<std::uint32_t>(entry.size);
    put(out, shown);
    put(out, shown);
    put(out, static_cast<std::uint16_t>(entry.name.size()));
    put(out, extra);
}

void put_local(std::string& out, zip_entry& entry) {
    auto const wide = entry.size >= in_extra;
    entry.at = out.size();
    put(out, std::uint32_t{0x04034b50});
    put_common(out, entry, wide, wide ? 20 : 0);
    out += entry.name;
    if (!wide) return;
    put(out, std::uint16_t{1});
    put(out, std::uint16_t{16});
    put(out, entry.size);
    put(out, entry.size);
}

void put_central(std::string& out, zip_entry const& entry) {
    auto const wide = entry.size >= in_extra;
    put(out, std::uint32_t{0x02014b50});
    put(out, std::uint16_t{45});
    put_common(out, entry, wide, wide ? 20 : 0);
    out.append(10, '\0'); // comment length, disk, internal and external attributes
    put(out, static_cast<std::uint32_t>(entry.at));
    out += entry.name;
    if (!wide) return;
    put(out, std::uint16_t{1});
    put(out, std::uint16_t{16});
    put(out, entry.size);
    put(out, entry.size);
}

std::string zip_end(std::uint64_t directory_at, std::uint64_t directory_size, std::uint64_t entries) {
    std::string out;
    put(out, std::uint32_t{0x06064b50});
    put(out, std::uint64_t{44});
    put(out, std::uint16_t{45});
    put(out, std::uint16_t{45});
    put(out, std::uint64_t{0});
    put(out, entries);
    put(out, entries);
    put(out, directory_size);
    put(out, directory_at);
    put(out, std::uint32_t{0x07064b50});
    put(out, std::uint32_t{0});
    put(out, directory_at + directory_size);
    put(out, std::uint32_t{1});
    put(out, std::uint32_t{0x06054b50});
    put(out, std::uint32_t{0});
    put(out, static_cast<std::uint16_t>(entries));
    put(out, static_cast<std::uint16_t>(entries));
    put(out, static_cast<std::uint32_t>(directory_size));
    put(out, directory_at >= in_extra ? in_extra : static_cast<std::uint32_t>(directory_at));
    put(out, std::uint16_t{0});
    return out;
}

framed_bytes torch_archive(std::uint64_t size, json::object const& spec) {
    constexpr std::uint64_t frame = 4096; // more than headers and directory can need
    if (size < frame) return {};
    auto const code = pickle((size - frame) / 4, spec);
    std::array<zip_entry, 3> entries{
        zip_entry{"archive/data.pkl", code.size(), 0, crc32(code)},
        zip_entry{"archive/version", 2, 0, crc32("3\n")},
        zip_entry{"archive/data/0", size, 0, 0},
    };
    framed_bytes made;
    put_local(made.head, entries[0]);
    made.head += code;
    put_local(made.head, entries[1]);
    made.head += "3\n";
    auto const before = made.head;
    // The tensor fills what the frame leaves. Its size decides how wide the headers are, so settle it in
    // rounds.
    for (int round = 0; round < 3; ++round) {
        made.head = before;
        put_local(made.head, entries[2]);
        made.tail.clear();
        for (auto const& entry : entries)
            put_central(made.tail, entry);
        auto const directory = made.tail.size();
        auto const end = zip_end(size - directory - 98, directory, entries.size());
        made.tail += end;
        if (made.head.size() + made.tail.size() > size) return {};
        entries[2].size = size - made.head.size() - made.tail.size();
    }
    return made;
}

} // namespace

bool is_weights(std::string_view path) {
    return ends_with_any(
        path,
        {".safetensors",
         ".gguf",
         ".bin",
         ".pt",
         ".pth",
         ".ckpt",
         ".h5",
         ".onnx",
         ".msgpack",
         ".ot",
         ".tflite",
         ".pkl",
         ".model",
         ".zip"}
    );
}

framed_bytes framing(std::string_view path, std::uint64_t size, json::object const& spec) {
    if (path.ends_with(".safetensors")) return safetensors(size);
    if (path.ends_with(".gguf")) return gguf(size, spec);
    if (ends_with_any(path, {".bin", ".pt", ".pth", ".ckpt"})) return torch_archive(size, spec);
    return {};
}

} // namespace modelwatch::hub_double
