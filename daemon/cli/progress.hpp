#pragma once

#include <cstddef>
#include <string>

namespace modelwatch::cli {

/// One line on stderr that overwrites itself; nothing where nobody looks.
class progress {
public:
    /// `verb`: "read", of "3 of 7 models read".
    explicit progress(std::string verb);
    progress(progress const&) = delete;
    progress& operator=(progress const&) = delete;

    ~progress() { clear(); }

    void show(std::size_t done, std::size_t total);
    /// Before something else is written.
    void clear();

private:
    std::string verb_;
    bool watched_;
    bool shown_ = false;
};

} // namespace modelwatch::cli
