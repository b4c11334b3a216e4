// Notices as Prodamus sends them (api_client/prodamus/PROTOCOL.md §4), signed by the bench itself:
// of a payment of ours, of a subscription's renewal, and of any size for timing the check alone.
#pragma once

#include <cstddef>
#include <string>

#include "tests/bench/fill.hpp"

namespace tillbridge::bench {

enum class Encoding { form, json, multipart };

struct Notice {
    std::string type;  // Content-Type
    std::string body;
    std::string sign;  // the header's value
};

// A payment whose body has exactly so many bytes, most of them products.
Notice notice_of_size(std::size_t bytes, Encoding encoding);

// Whole requests. `number`: the gateway's own of the payment, another one for each.
std::string notice_of(const Bill& bill, std::size_t number);       // it was paid
std::string renewal_of(const Member& member, std::size_t number);  // the second charge was made

}  // namespace tillbridge::bench
