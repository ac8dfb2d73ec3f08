#pragma once

// What assess.md 3.5 and 4.3 ask of a derivative: what it is, whether its license may be what it says, and
// what moved under it.
#include "daemon/assess/base_drift.hpp"
#include "daemon/assess/license_relation.hpp"
#include "daemon/assess/provenance.hpp"
