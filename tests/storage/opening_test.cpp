#include "storage/store.hpp"

#include "tests/support/catch.hpp"
