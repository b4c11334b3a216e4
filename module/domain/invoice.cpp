#include "module/domain/invoice.hpp"

#include <algorithm>

namespace tillbridge::domain {

Operation* Invoice::find(const OperationId& op) {
    const auto found = std::find_if(operations.begin(), operations.end(),
                                    [&](const Operation& each) { return each.id == op; });
    return found == operations.end() ? nullptr : &*found;
}

const Operation* Invoice::find(const OperationId& op) const {
    return const_cast<Invoice*>(this)->find(op);
}

const Operation* Invoice::last(OperationKind kind) const {
    const auto found = std::find_if(operations.rbegin(), operations.rend(),
                                    [&](const Operation& each) { return each.kind == kind; });
    return found == operations.rend() ? nullptr : &*found;
}

const Operation* Invoice::busy() const {
    const auto found = std::find_if(operations.begin(), operations.end(), in_flight);
    return found == operations.end() ? nullptr : &*found;
}

}  // namespace tillbridge::domain
