// Every gateway of the installation, with credentials that have the right form: what the tests of
// all gateways go through.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api_client/http/client.hpp"
#include "api_client/prodamus/gateway.hpp"
#include "api_client/uapay/gateway.hpp"
#include "module/port/clock.hpp"
#include "module/port/gateway.hpp"

namespace known_gateways {

namespace http = tillbridge::http;
namespace port = tillbridge::port;
namespace prodamus = tillbridge::prodamus;
namespace uapay = tillbridge::uapay;

inline const std::string kSecret = "a2V5LXRoYXQtbm9ib2R5LW1heS1zZWUtMTIzNDU2Nzg5MA==";

struct Known {
    const char* code;
    std::function<std::unique_ptr<port::Gateway>(http::Sender&, const port::Clock&)> make;
    std::map<std::string, std::string> credentials;
};

template <class Gateway, class Options>
std::unique_ptr<port::Gateway> make(http::Sender& sender, const port::Clock& clock,
                                    const char* base_url) {
    Options options;
    options.base_url = base_url;
    return std::make_unique<Gateway>(sender, clock, options);
}

inline std::vector<Known> known() {
    return {
        {"uapay",
         [](auto& sender, auto& clock) {
             return make<uapay::Gateway, uapay::Options>(sender, clock, "https://api.uapay.ua/");
         },
         {{"shopId", "1001"}, {"secretKey", kSecret}}},
        {"prodamus",
         [](auto& sender, auto& clock) {
             return make<prodamus::Gateway, prodamus::Options>(sender, clock, "https://{page}/");
         },
         {{"page", "shop.payform.ru"}, {"secretKey", kSecret}}},
    };
}

}  // namespace known_gateways
