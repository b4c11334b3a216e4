// One call from the CRM to the module: sent once or twice, logged, never with a lock held.
#pragma once

#include "tests/sandbox/crm/state.hpp"

namespace tillbridge::sandbox {

struct ModuleCall {
    std::string account, action, method = "POST", url;
    Fields fields;
    int timeout_ms = 30000;
    std::string repeat = "none";  // sequential, concurrent
};

struct ModuleAnswer {
    OutAnswer first;
    std::vector<OutAnswer> repeats;

    bool ok() const;  // 2xx with success: true
    Json body() const { return first.body_json(); }
};

ModuleAnswer call_module(Crm& crm, const ModuleCall& call);

}  // namespace tillbridge::sandbox
