#pragma once

// Catch2 2.13 (Debian 12) and 3.x under one include.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include "daemon/model/result.hpp"

namespace Catch {

/// Prints the error of a result that should have been a value. Without it Catch2 2.x cannot compile
/// REQUIRE(result).
template <class T>
struct StringMaker<modelwatch::result<T>> {
    static std::string convert(modelwatch::result<T> const& value) {
        return value.has_value() ? "(a value)" : "error: " + value.error().message();
    }
};

} // namespace Catch
