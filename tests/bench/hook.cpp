#include "tests/bench/hook.hpp"

#include <nlohmann/json.hpp>

#include "tests/bench/load.hpp"
#include "tests/bench/signing.hpp"

namespace tillbridge::bench {
namespace {

// uapay.md §8
std::string claims_of(const Bill& bill) {
    const nlohmann::json claims{
        {"paymentId", bill.gateway_invoice},
        {"invoiceId", bill.gateway_invoice},
        {"externalId", bill.id},
        {"paymentNumber", 249777},
        {"cardFromMasked", "4111111111"},
        {"cardToMasked", nullptr},
        {"amount", kAmount},
        {"status", "FINISHED"},
        {"type", "PAY"},
        {"systemType", "ECOM"},
        {"paymentStatus", "FINISHED"},
        {"receiptPath",
         "https://api.uapay.example/api/acquiring/receipts/v2/" + bill.gateway_invoice + ".pdf"},
        {"extraInfo", "{\"note\":\"ТЕСТ\"}"},
        {"createDate", "2026-11-22T08:58:10.000Z"},
        {"payDate", "2026-11-22T08:59:41.000Z"},
        {"iat", 1795338000}};
    return claims.dump();
}

}  // namespace

std::string hook_of(const Bill& bill) {
    return post("/hooks/uapay/" + bill.account.hook_token, "application/json",
                R"({"token":")" + hs256_token(claims_of(bill), kGatewayKey) + "\"}");
}

}  // namespace tillbridge::bench
