// invoices/create: what it asks for and what it makes (uapay.md §5.1).
#include <algorithm>

#include "tests/sandbox/base/local_time.hpp"
#include "tests/sandbox/uapay/api.hpp"
#include "tests/sandbox/uapay/views.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr std::int64_t kMostKopiykas = 99'999'999;

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

bool web(const std::string& url) {
    return starts_with(url, "https://") || starts_with(url, "http://");
}

std::optional<UapayError> check_create(const UapayCall& call) {
    const Json &params = call.params, &data = call.data;
    const auto system = text_of(params, "systemType");
    if (system.empty()) return missing("params", "systemType");
    if (system != "ECOM" && system != "P2P") return invalid("params", "systemType");
    for (const char* name : {"externalId", "type", "description", "amount"})
        if (!has(data, name)) return missing("data", name);
    for (const char* name : {"externalId", "type", "description", "redirectUrl", "callbackUrl",
                             "email", "extraInfo", "payExpiresAt"})
        if (has(data, name) && !data.at(name).is_string()) return invalid("data", name);
    if (text_of(data, "externalId").empty()) return invalid("data", "externalId");
    const auto type = text_of(data, "type");
    if (type != "PAY" && type != "HOLD" && type != "SUBSCRIBE") return invalid("data", "type");
    const auto length = characters(text_of(data, "description"));
    if (length < 1 || length > 255) return invalid("data", "description");
    if (!data.at("amount").is_number_integer() || int_of(data, "amount") < 1 ||
        int_of(data, "amount") > kMostKopiykas)
        return invalid("data", "amount");
    if (has(data, "reusability") && !data.at("reusability").is_boolean())
        return invalid("data", "reusability");
    for (const char* name : {"redirectUrl", "callbackUrl"})
        if (has(data, name) && !web(text_of(data, name))) return invalid("data", name);
    if (has(data, "extraInfo") && !parse_json(text_of(data, "extraInfo")))
        return invalid("data", "extraInfo");
    if (has(data, "payExpiresAt") && !parse_local(text_of(data, "payExpiresAt")))
        return invalid("data", "payExpiresAt");
    if (type == "SUBSCRIBE") {
        const auto days = int_of(data, "recurringInterval");
        if (days < 1 || days > 366) return invalid("data", "recurringInterval");
        if (!has(data, "expiresAt") || !data.at("expiresAt").is_number_integer())
            return invalid("data", "expiresAt");
    }
    if (system == "P2P" && (!has(data, "cardTo") || text_of(data.at("cardTo"), "id").empty()))
        return missing("data", "cardTo");
    return std::nullopt;
}

}  // namespace

UapayApi::Outcome UapayApi::create_invoice(const UapayCall& call) {
    if (auto error = check_create(call)) return *error;
    const Json& data = call.data;
    UapayInvoice invoice;
    invoice.client_id = call.client_id;
    invoice.external_id = text_of(data, "externalId");
    invoice.system_type = text_of(call.params, "systemType");
    invoice.description = text_of(data, "description");
    invoice.type = text_of(data, "type");
    invoice.amount = int_of(data, "amount");
    invoice.email = text_of(data, "email");
    invoice.extra_info = text_of(data, "extraInfo");
    invoice.redirect_url = text_of(data, "redirectUrl");
    invoice.callback_url = text_of(data, "callbackUrl");
    invoice.reusability = bool_of(data, "reusability");
    invoice.recurring_interval = int_of(data, "recurringInterval");
    invoice.expires_at = int_of(data, "expiresAt");
    invoice.pay_expires_at = text_of(data, "payExpiresAt");
    if (const auto ends = parse_local(invoice.pay_expires_at))
        invoice.pay_ends = zone("Europe/Kyiv").to_epoch(*ends) * 1000;
    const auto& stored = uapay_.add_invoice(std::move(invoice));
    return Json{{"id", stored.id},
                {"paymentPageUrl", page_url(uapay_.world, stored.id)},
                {"paymentPageUrlQR", page_url(uapay_.world, stored.id) + "/qr"}};
}

}  // namespace tillbridge::sandbox
