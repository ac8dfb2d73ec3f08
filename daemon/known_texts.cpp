#include "daemon/known_texts.hpp"

#include "daemon/diff/config_text.hpp"
#include "daemon/evidence.hpp"

namespace modelwatch {

namespace {

void add_text(
    storage::store& db,
    file_entry const& file,
    std::vector<text_file> const& fresh,
    std::vector<text_file>& out
) {
    auto const& id = file.content_id();
    if (id.empty()) return;
    if (auto const* const found = find_text(fresh, file)) return out.push_back(*found);
    if (auto text = db.text(id)) out.push_back({file.path, id, std::move(*text)});
}

} // namespace

std::vector<text_file>
configuration_of(storage::store& db, snapshot const& state, std::vector<text_file> const& fresh) {
    std::vector<text_file> out;
    for (auto const& file : state.files) {
        if (diff::is_config(file.path)) add_text(db, file, fresh, out);
    }
    return out;
}

std::vector<text_file>
texts_of_rating(storage::store& db, snapshot const& state, std::vector<text_file> const& fresh) {
    auto out = configuration_of(db, state, fresh);
    for (auto const& file : license_files(state.files))
        add_text(db, file, fresh, out);
    return out;
}

std::vector<text_file> differing_texts(
    storage::store& db, snapshot const& before, snapshot const& now, std::vector<text_file> const& fresh
) {
    std::vector<text_file> out;
    for (auto const& one : diff::compare_files(before, now)) {
        bool const told = diff::is_config(one.path) || diff::is_vocabulary(one.path) ||
                          one.role == diff::file_role::chat_template;
        if (!told) continue;
        if (one.before != nullptr) add_text(db, *one.before, fresh, out);
        if (one.after != nullptr) add_text(db, *one.after, fresh, out);
    }
    return out;
}

} // namespace modelwatch
