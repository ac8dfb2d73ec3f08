#pragma once

#include "tests/hub/exchange.hpp"
#include "tests/hub/router.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace modelwatch::hub_double {

/// One misbehaviour that the control API ordered (main.cpp lists the kinds).
struct fault {
    json::object spec;
    std::string kind;
    std::uint64_t matched = 0;
    std::uint64_t fired = 0;
};

/// Throws std::invalid_argument for an unknown kind or a member of the wrong type.
[[nodiscard]] fault read_fault(json::object const& spec);

class fault_list {
public:
    void add(fault one) { faults_.push_back(std::move(one)); }

    void clear() { faults_.clear(); }

    [[nodiscard]] bool empty() const { return faults_.empty(); }

    /// The first fault that is due for this request; counts matches and firings.
    [[nodiscard]] fault const* due(request const& asked, place const& at);
    [[nodiscard]] json::array describe() const;

private:
    std::vector<fault> faults_;
};

/// What the fault makes of the true answer.
[[nodiscard]] answer spoiled(fault const& by, context const& of, answer truth);

} // namespace modelwatch::hub_double
