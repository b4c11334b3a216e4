// An order and a store's options on their way to Prodamus, for the tests of the request.
#pragma once

#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

#include "api_client/prodamus/link.hpp"
#include "tests/contract/prodamus_money.hpp"

namespace prodamus_test {

using namespace tillbridge;

inline domain::UtcTime at(std::int64_t seconds) {
    return domain::UtcTime::from_seconds(seconds);
}

constexpr std::int64_t kNoon = 1795338000;  // 2026-11-22 12:00:00 in Moscow

struct Linking {
    port::CreateOrder order;
    domain::MerchantOptions options;

    Linking() {
        order.external_id = "pay-1";
        order.amount = money(150000);
        order.description = "Заказ 1213C";
        order.locale = "ru";
        order.hook_url = "https://pay.example.com/hooks/prodamus/token";
        order.return_url = "https://pay.example.com/pay/slug/return";
        order.items_json = "[]";
    }
    domain::Result<prodamus::LinkRequest> make() const {
        return prodamus::link_request(order, options);
    }
    // Everything that goes out, by its flat name.
    std::map<std::string, std::string> sent() const {
        const auto request = make();
        BOOST_REQUIRE(request.has_value());
        std::map<std::string, std::string> fields;
        for (const auto& [name, value] : prodamus::to_fields(request->parameters))
            fields[name] = value;
        return fields;
    }
    std::string sent(const std::string& name) const {
        const auto fields = sent();
        const auto found = fields.find(name);
        return found == fields.end() ? "(none)" : found->second;
    }
    std::string failure() const {
        const auto request = make();
        return request ? "ok" : request.error().code + " " + request.error().field;
    }
};

}  // namespace prodamus_test
