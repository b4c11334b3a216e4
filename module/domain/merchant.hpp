// A merchant is one store at one gateway. Its id is the CRM's shops[].code: it never changes and is
// never used again.
#pragma once

#include <map>
#include <string>

#include "module/domain/ids.hpp"
#include "module/domain/invoice.hpp"
#include "module/domain/secret.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::domain {

using Credentials = std::map<std::string, Secret>;  // field code → value

struct MerchantOptions {
    bool two_stage = false;
    bool auto_capture = false;                 // two-stage: capture once the CRM agrees
    HoldEnd hold_end = HoldEnd::void_it;       // two-stage: what becomes of a forgotten hold
    std::int64_t link_lifetime_minutes = 0;    // 0: the installation's default
    std::map<std::string, std::string> extra;  // a gateway's own options
};

struct Merchant {
    ConnectionId connection;
    MerchantId id;
    GatewayCode gateway;
    std::string name;
    Credentials credentials;
    MerchantOptions options;
    Secret hook_token;  // 256 random bits, the last part of its hook address
    bool active = true;
    UtcTime created_at;
    UtcTime updated_at;
};

}  // namespace tillbridge::domain
