#include "tests/hub/git_object.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;

TEST_CASE("an LFS pointer's git id is the one that the Hub shows for the file", "[double]") {
    // google/gemma-2-2b, tokenizer.model
    auto const pointer =
        hub_double::lfs_pointer("61a7b147390c64585d6c3543dd6fc636906c9af3865a5548f27f31aee1d4c8e2", 4241003);
    CHECK(pointer.size() == 132);
}
